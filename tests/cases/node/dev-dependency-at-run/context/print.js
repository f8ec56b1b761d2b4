const kleur = require('kleur');
const ms = require('ms');

console.log(kleur.enabled ? 'colours' : 'plain', process.env.REGION, ms(process.env.TIMEOUT));
