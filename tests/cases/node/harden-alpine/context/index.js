const fs = require('fs');
const http = require('http');
const ms = require('ms');

http
  .createServer((req, res) => {
    fs.appendFileSync('/var/log/notes/requests.log', `${req.url} ${ms(60000)}\n`);
    res.end(fs.readFileSync('/var/log/notes/requests.log'));
  })
  .listen(process.env.PORT || 3000);
