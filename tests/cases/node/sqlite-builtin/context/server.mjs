import { createServer } from 'node:http';
import { DatabaseSync } from 'node:sqlite';

const db = new DatabaseSync('people.db');
db.exec('CREATE TABLE IF NOT EXISTS people (id INTEGER PRIMARY KEY, name TEXT)');

createServer((req, res) => {
  const url = new URL(req.url, 'http://localhost');
  if (url.pathname === '/add') db.prepare('INSERT INTO people (name) VALUES (?)').run(url.searchParams.get('name'));
  res.end(JSON.stringify(db.prepare('SELECT id, name FROM people ORDER BY id').all()));
}).listen(Number(process.env.PORT) || 3000);
