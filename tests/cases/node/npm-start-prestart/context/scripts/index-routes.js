// Writes generated/routes.json from the files in pages/.
const fs = require('fs');

const pages = fs.readdirSync('pages').sort();
fs.mkdirSync('generated', { recursive: true });
fs.writeFileSync('generated/routes.json', JSON.stringify(pages.map((page) => `/${page.replace(/\.html$/, '')}`)));
