const ms = require('ms');

console.log(`${ms('2h') / ms('15m')} quarters of an hour`);
