import * as http from 'http';

function area(query: URLSearchParams): number {
  return Number(query.get('w')) * Number(query.get('h'));
}

http
  .createServer((req, res) => {
    const url = new URL(req.url ?? '/', 'http://localhost');
    res.end(url.pathname === '/area' ? `${area(url.searchParams)}\n` : 'area\n');
  })
  .listen(Number(process.env.PORT) || 3000);
