const { execFileSync } = require('child_process');
const fs = require('fs');
const os = require('os');
const path = require('path');
const ms = require('ms');

const file = path.join(os.homedir(), '.config/journal/settings.json');
const { title } = JSON.parse(fs.readFileSync(file, 'utf8'));
const author = execFileSync('git', ['config', 'user.name'], { encoding: 'utf8' }).trim();
console.log(`${title}, by ${author}, every ${ms(86400000)}`);
