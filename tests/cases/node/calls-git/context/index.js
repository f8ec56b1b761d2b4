const fs = require('fs');
const os = require('os');
const path = require('path');
const { commit, history, init } = require('./lib/repository');

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'counter-'));
init(folder);
for (const text of ['one', 'two']) {
  fs.writeFileSync(path.join(folder, 'note.txt'), text);
  commit(folder, `write ${text}`);
}
console.log(history(folder));
