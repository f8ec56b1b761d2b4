const fs = require('fs');
const http = require('http');
const ms = require('ms');
const path = require('path');

const uploads = path.join(__dirname, 'uploads');
fs.mkdirSync(uploads, { recursive: true });

http
  .createServer((req, res) => {
    const url = new URL(req.url, 'http://localhost');
    if (url.pathname === '/') return res.end(`${ms('2 days')}\n`);
    const file = path.join(uploads, path.basename(url.pathname));
    if (url.pathname.startsWith('/save/')) {
      fs.writeFileSync(file, url.searchParams.get('text'));
      return res.writeHead(201).end('saved\n');
    }
    fs.createReadStream(file).on('error', () => res.writeHead(404).end()).pipe(res);
  })
  .listen(process.env.PORT || 3000);
