const https = require('https');

https
  .get(process.env.TLS_URL || 'https://example.com/', (res) => {
    res.setEncoding('utf8');
    let body = '';
    res.on('data', (chunk) => (body += chunk));
    res.on('end', () => console.log(res.statusCode, body.trim()));
  })
  .on('error', (error) => {
    console.error(error.message);
    process.exit(1);
  });
