import http from 'node:http';
import ms, { type StringValue } from 'ms';

const server = http.createServer((request, response) => {
  response.setHeader('content-type', 'text/plain');
  const path = request.url ?? '/';
  if (path.startsWith('/in/')) {
    response.end(`${ms(decodeURIComponent(path.slice(4)) as StringValue)}\n`);
  } else {
    response.statusCode = path === '/' ? 200 : 404;
    response.end(path === '/' ? 'up\n' : 'nothing\n');
  }
});

server.listen(Number(process.env.PORT ?? 3000));
process.on('SIGTERM', () => server.close(() => process.exit(0)));
