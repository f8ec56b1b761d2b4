setInterval(() => console.log('jobs'), 1000);
