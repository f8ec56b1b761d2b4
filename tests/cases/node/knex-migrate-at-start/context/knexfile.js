module.exports = { client: 'better-sqlite3', connection: { filename: 'notes.db' }, useNullAsDefault: true };
