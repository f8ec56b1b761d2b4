const http = require('http');
const ms = require('ms');

const server = http.createServer((request, response) => {
  response.setHeader('content-type', 'text/plain');
  if (request.url.startsWith('/in/')) {
    response.end(`${ms(decodeURIComponent(request.url.slice(4)))}\n`);
  } else {
    response.statusCode = request.url === '/' ? 200 : 404;
    response.end(request.url === '/' ? 'up\n' : 'nothing\n');
  }
});

server.listen(process.env.PORT || 3000);
process.on('SIGTERM', () => server.close(() => process.exit(0)));
