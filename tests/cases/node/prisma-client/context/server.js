import http from 'node:http';
import { PrismaLibSql } from '@prisma/adapter-libsql';
import prisma from '@prisma/client';

const adapter = new PrismaLibSql({ url: 'file:./rooms.db' });
const client = new prisma.PrismaClient({ adapter });
await client.$executeRawUnsafe(
  'CREATE TABLE IF NOT EXISTS Room (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE)',
);

const server = http.createServer(async (request, response) => {
  if (request.url.startsWith('/add/')) {
    await client.room.create({ data: { name: request.url.slice(5) } });
  }
  const rooms = await client.room.findMany({ orderBy: { id: 'asc' } });
  response.setHeader('content-type', 'application/json');
  response.end(`${JSON.stringify(rooms)}\n`);
});

server.listen(process.env.PORT ?? 3000);
process.on('SIGTERM', () => server.close(() => process.exit(0)));
