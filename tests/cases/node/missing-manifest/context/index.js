console.log('no manifest');
