const options = require('minimist')(process.argv.slice(2), { boolean: ['upper'] });
const { change } = require('./lib/change');

for (const text of options._) console.log(change(text, options));
