const http = require('http');
const { PrismaClient } = require('@prisma/client');

const prisma = new PrismaClient();

http.createServer(async (req, res) => res.end(JSON.stringify(await prisma.booking.findMany()))).listen(3000);
