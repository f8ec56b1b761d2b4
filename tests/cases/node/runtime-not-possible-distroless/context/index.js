console.log(process.env.STARTED);
