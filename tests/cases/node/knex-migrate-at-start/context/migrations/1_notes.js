exports.up = (knex) => knex.schema.createTable('notes', (table) => table.increments());
exports.down = (knex) => knex.schema.dropTable('notes');
