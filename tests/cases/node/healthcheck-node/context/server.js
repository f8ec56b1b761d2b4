require('http')
  .createServer((req, res) => res.end('fine\n'))
  .listen(3000);
