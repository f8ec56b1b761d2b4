const http = require('http');

const greeting = process.env.GREETING || 'hi';

http.createServer((req, res) => res.end(`${greeting}\n`)).listen(process.env.PORT || 3000);
