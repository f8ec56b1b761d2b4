const { createServer } = require('http');

createServer((req, res) => {
  if (req.url === '/healthz') {
    res.setHeader('content-type', 'application/json');
    return res.end('{"status":"up"}');
  }
  res.end('pong\n');
}).listen(process.env.PORT);
