'use strict';

const http = require('http');
const semver = require('semver');

http
  .createServer((req, res) => {
    const query = new URL(req.url, 'http://localhost').searchParams;
    res.end(`${semver.compare(query.get('a'), query.get('b'))}\n`);
  })
  .listen(process.env.PORT || 8080);
