const http = require('http');
const ms = require('ms');

http.createServer((req, res) => res.end(ms(ms('2 days')))).listen(3000);
