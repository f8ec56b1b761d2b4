const http = require('node:http');
const ms = require('ms');

const port = Number(process.env.PORT) || 3000;

http
  .createServer((req, res) => {
    const url = new URL(req.url, 'http://localhost');
    if (url.pathname === '/') {
      res.end('uptime service\n');
    } else if (url.pathname === '/uptime') {
      const seconds = Number(url.searchParams.get('seconds')) || 0;
      res.setHeader('content-type', 'application/json');
      res.end(JSON.stringify({ human: ms(seconds * 1000, { long: true }) }));
    } else {
      res.statusCode = 404;
      res.end('not found\n');
    }
  })
  .listen(port, () => console.log(`listening on ${port}`));
