const Database = require('better-sqlite3');

const db = new Database('notes.db');
setInterval(() => console.log(db.prepare('SELECT count(*) FROM notes').get()), 1000);
