const http = require('node:http');
const ms = require('ms');

http
  .createServer((req, res) => {
    res.statusCode = req.url === '/' ? 200 : 404;
    res.end(`turns every ${ms('9s')} ms, from ${__filename}\n`);
  })
  .listen(Number(process.env.PORT) || 3000);
