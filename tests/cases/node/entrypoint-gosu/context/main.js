const fs = require('fs');
const http = require('http');

const book = '/var/lib/guestbook/entries.txt';
fs.writeFileSync(book, `opened by ${process.getuid()}\n`);

http.createServer((req, res) => fs.createReadStream(book).pipe(res)).listen(process.env.PORT || 3000);
