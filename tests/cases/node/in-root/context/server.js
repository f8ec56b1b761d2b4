const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');
const ms = require('ms');

const page = fs.readFileSync(path.join('views', 'feeder.html'), 'utf8');

http
  .createServer((req, res) => {
    const url = new URL(req.url, 'http://localhost');
    if (url.pathname === '/') {
      res.setHeader('content-type', 'text/html');
      res.end(page);
    } else if (url.pathname === '/feeds') {
      const every = ms('6h') / 3_600_000;
      res.end(`${url.searchParams.get('name')} every ${every} hours from ${process.cwd()}\n`);
    } else {
      res.statusCode = 404;
      res.end('not found\n');
    }
  })
  .listen(Number(process.env.PORT) || 3000);
