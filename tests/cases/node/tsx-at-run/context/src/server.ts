import http from 'node:http';
import ms from 'ms';

const server = http.createServer((request, response) => {
  const path: string = request.url ?? '/';
  response.end(path.startsWith('/in/') ? `${ms(path.slice(4))}\n` : 'up\n');
});

server.listen(Number(process.env.PORT ?? 3000));
process.on('SIGTERM', () => server.close(() => process.exit(0)));
