const fs = require('fs');
const os = require('os');

const { uid, gid, username, homedir } = os.userInfo();
fs.writeFileSync('last-run.txt', username);
console.log(uid, gid, username, homedir, process.env.NODE_ENV);
