const http = require('http');

const server = http.createServer((request, response) => response.end(`${process.env.MODE}\n`));
server.listen(process.env.PORT);
process.on('SIGTERM', () => server.close(() => process.exit(0)));
