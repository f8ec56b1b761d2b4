console.log('bun on node');
