setInterval(() => console.log('api'), 1000);
