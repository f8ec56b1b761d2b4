const fs = require('fs');

fs.mkdirSync('dist', { recursive: true });
fs.writeFileSync('dist/page.txt', 'a page\n');
