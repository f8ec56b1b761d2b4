// One catalogue out of locales/*.json, so that the program loads a single file.
const fs = require('fs');
const path = require('path');

const merged = {};
for (const name of fs.readdirSync('locales').sort()) {
  merged[path.basename(name, '.json')] = JSON.parse(fs.readFileSync(path.join('locales', name), 'utf8'));
}
fs.mkdirSync('build', { recursive: true });
fs.writeFileSync('build/catalogue.json', JSON.stringify(merged));
