const ms = require('ms') as (text: string) => number;

const between: number = ms('12.42h');
console.log(`high water every ${between / 60_000} minutes, from ${__filename}`);
