// Says whether the company's root is in the bundle that TLS connections use.
const { X509Certificate } = require('crypto');
const fs = require('fs');

const bundle = fs.readFileSync(process.env.NODE_EXTRA_CA_CERTS, 'utf8');
const certificates = bundle.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g);
const ours = certificates.filter((pem) => new X509Certificate(pem).subject.includes('Acme Test Root'));
console.log(`${ours.length} certificate of Acme`);
