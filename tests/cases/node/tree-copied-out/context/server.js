const fs = require('fs');
const http = require('http');
const ms = require('ms');

console.log(`ready after ${ms('2s')}`);
http.createServer((request, response) => response.end(fs.readFileSync('/srv/pages/index.html'))).listen(3000);
