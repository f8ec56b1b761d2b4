require('http').createServer((req, res) => res.end('light')).listen(3000);
