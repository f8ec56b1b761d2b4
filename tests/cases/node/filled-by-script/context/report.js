const fs = require('fs');
const os = require('os');
const path = require('path');

const { every } = JSON.parse(fs.readFileSync('/var/report/data/warm.json', 'utf8'));
fs.writeFileSync(path.join(os.homedir(), '.last-report'), `${every}`);
console.log(`reported, and again in ${every} ms`);
