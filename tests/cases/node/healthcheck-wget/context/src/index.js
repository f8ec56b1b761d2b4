const fastify = require('fastify')({ logger: true });

fastify.get('/', async () => ({ ok: true }));
fastify.listen({ host: '0.0.0.0', port: 4000 });
