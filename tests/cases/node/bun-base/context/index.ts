console.log('bun');
