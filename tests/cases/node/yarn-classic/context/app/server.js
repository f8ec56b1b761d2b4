const http = require('http');
const { countLetters } = require('./count');

http
  .createServer((req, res) => {
    const [, kind, word] = req.url.split('/');
    if (kind === 'words' && word) return res.end(JSON.stringify(countLetters(word)));
    res.end('GET /words/:word\n');
  })
  .listen(process.env.PORT || 3000);
