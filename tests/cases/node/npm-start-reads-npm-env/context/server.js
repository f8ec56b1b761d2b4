const http = require('http');

const banner = `${process.env.npm_package_name} ${process.env.npm_package_version}`;

http.createServer((req, res) => res.end(banner)).listen(process.env.PORT || 3000);
