const ms = require('ms');

const numerals = [[10, 'X'], [9, 'IX'], [5, 'V'], [4, 'IV'], [1, 'I']];

function roman(number) {
  let text = '';
  for (const [value, letters] of numerals) {
    for (; number >= value; number -= value) text += letters;
  }
  return text;
}

console.log(roman(ms('14s') / 1000));
