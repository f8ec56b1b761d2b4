const fs = require('fs');
const http = require('http');
const ms = require('ms');

const server = http.createServer((request, response) => {
  response.setHeader('content-type', 'text/plain');
  if (request.url.startsWith('/in/')) {
    response.end(`${ms(request.url.slice(4))}\n`);
  } else {
    response.end(request.url === '/' ? 'up\n' : fs.readFileSync('page/dist/page.txt'));
  }
});

server.listen(process.env.PORT || 3000);
process.on('SIGTERM', () => server.close(() => process.exit(0)));
