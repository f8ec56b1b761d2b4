const http = require('http');

http.createServer((req, res) => res.end(`${process.cwd()} ${__dirname}\n`)).listen(process.env.PORT || 80);
