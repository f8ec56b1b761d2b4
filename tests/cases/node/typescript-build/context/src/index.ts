import { createServer } from 'node:http';
import { toSlug } from './slug';

const port = Number(process.env.PORT ?? 3000);

createServer((req, res) => {
  const url = new URL(req.url ?? '/', 'http://localhost');
  if (url.pathname === '/') {
    res.end('slugger\n');
    return;
  }
  const match = /^\/slug\/(.+)$/.exec(url.pathname);
  if (!match) {
    res.writeHead(404).end();
    return;
  }
  res.end(toSlug(decodeURIComponent(match[1])) + '\n');
}).listen(port);
