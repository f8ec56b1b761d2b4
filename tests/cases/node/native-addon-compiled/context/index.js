const Database = require('better-sqlite3');
const fastify = require('fastify')();

const db = new Database(process.env.DATABASE || 'data/links.db');
db.pragma('journal_mode = WAL');
db.exec('CREATE TABLE IF NOT EXISTS links (id INTEGER PRIMARY KEY, url TEXT NOT NULL)');

fastify.get('/links', async () => db.prepare('SELECT id, url FROM links ORDER BY id').all());
fastify.post('/links', async (request) => {
  const { lastInsertRowid } = db.prepare('INSERT INTO links (url) VALUES (?)').run(request.body.url);
  return { id: Number(lastInsertRowid) };
});

fastify.listen({ host: '0.0.0.0', port: Number(process.env.PORT || 3000) });
