const http = require('http');

const server = http.createServer((req, res) => res.end(`pid 1: ${process.pid === 1}\n`));
server.listen(process.env.PORT || 3000);
process.on('SIGTERM', () => server.close(() => process.exit(0)));
