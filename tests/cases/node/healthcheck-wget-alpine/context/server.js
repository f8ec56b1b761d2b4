const http = require('http');
const argon2 = require('argon2');

http
  .createServer(async (req, res) => {
    if (req.url === '/health') return res.end('ok');
    res.end(await argon2.hash(req.url));
  })
  .listen(3000);
