console.log('windows');
