const bcrypt = require('bcrypt');

const salt = '$2b$04$abcdefghijklmnopqrstuu';
const hash = bcrypt.hashSync(process.argv[2], salt);
console.log(hash, bcrypt.compareSync(process.argv[2], hash));
