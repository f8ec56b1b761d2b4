const catalogue = require('./build/catalogue.json');

const language = process.argv[2] || 'en';
if (!catalogue[language]) {
  console.error(`no such language: ${language}`);
  process.exit(2);
}
console.log(catalogue[language].hello);
