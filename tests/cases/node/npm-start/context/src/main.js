import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { customAlphabet } from 'nanoid';

const manifest = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
const ticket = customAlphabet('7', 4);

createServer((req, res) => {
  if (req.url === '/version') res.end(manifest.version);
  else res.end(`hello, your ticket is ${ticket()}`);
}).listen(Number(process.env.PORT) || 3000);
