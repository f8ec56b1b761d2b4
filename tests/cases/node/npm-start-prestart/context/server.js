const fs = require('fs');
const http = require('http');

const routes = JSON.parse(fs.readFileSync('generated/routes.json', 'utf8'));

http
  .createServer((req, res) => {
    if (req.url === '/routes.json') return res.end(JSON.stringify(routes));
    const page = req.url === '/' ? 'home' : req.url.slice(1);
    if (!routes.includes(`/${page}`)) return res.writeHead(404).end();
    fs.createReadStream(`pages/${page}.html`).pipe(res);
  })
  .listen(process.env.PORT || 3000);
