const fs = require('fs');

fs.mkdirSync('data', { recursive: true });
fs.writeFileSync('data/notes.json', JSON.stringify(['first']));
