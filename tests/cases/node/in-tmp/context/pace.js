const ms = require('ms');

console.log(`a metre in ${ms(ms('20m'), { long: true })}`);
