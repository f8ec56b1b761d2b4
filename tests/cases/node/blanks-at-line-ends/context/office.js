console.log(require('ms')(1000), process.env.BROKER_URL);
