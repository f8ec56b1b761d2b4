const fs = require('fs');
const http = require('http');
const ms = require('ms');

const greeting = fs.readFileSync('/etc/greeting', 'utf8');
http.createServer((request, response) => response.end(greeting + ms('1m'))).listen(3000);
