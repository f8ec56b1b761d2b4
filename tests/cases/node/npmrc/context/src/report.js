const ms = require('ms');

console.log(`token at run time: ${process.env.NPM_TOKEN || 'none'}; a day has ${ms('1d')} ms`);
