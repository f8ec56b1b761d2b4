const { createServer } = require('http');
const { parseArgs } = require('util');

const { values } = parseArgs({ options: { port: { type: 'string', default: '3000' } } });
createServer((req, res) => res.end(`port ${values.port}\n`)).listen(Number(values.port));
