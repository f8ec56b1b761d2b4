const gm = require('gm').subClass({ imageMagick: true });
const http = require('http');

http
  .createServer((req, res) => {
    gm(req, 'upload').resize(120, 120).stream('png').pipe(res);
  })
  .listen(3000);
