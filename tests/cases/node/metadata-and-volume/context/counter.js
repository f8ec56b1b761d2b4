const fs = require('fs');
const http = require('http');
const path = require('path');

const file = path.join(process.env.DATA_DIR, 'count');

function next() {
  const count = (fs.existsSync(file) ? Number(fs.readFileSync(file, 'utf8')) : 0) + 1;
  fs.writeFileSync(file, String(count));
  return count;
}

http
  .createServer((req, res) => res.end(req.url === '/count' ? `${next()}\n` : `version ${process.env.APP_VERSION}\n`))
  .listen(process.env.PORT);
