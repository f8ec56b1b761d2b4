const { spawn } = require('node:child_process');
const path = require('node:path');

const worker = spawn('node', [path.join(__dirname, 'worker.js'), '12'], { stdio: ['ignore', 'pipe', 'inherit'] });
worker.stdout.on('data', (data) => process.stdout.write(`worker says ${data}`));
worker.on('error', (error) => {
  console.error(error.message);
  process.exitCode = 1;
});
