const { spawn } = require('child_process');

function toOpus(input, output) {
  const ffmpeg = spawn('ffmpeg', ['-i', input, '-c:a', 'libopus', output]);
  ffmpeg.on('close', (code) => console.log(`ffmpeg ended with ${code}`));
}

toOpus(process.env.INPUT || 'sample.wav', '/tmp/out.opus');
