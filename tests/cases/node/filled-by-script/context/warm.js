const fs = require('fs');
const ms = require('ms');

fs.mkdirSync('/var/report/data', { recursive: true });
fs.writeFileSync('/var/report/data/warm.json', JSON.stringify({ every: ms('1 day') }));
