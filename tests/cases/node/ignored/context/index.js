console.log('left alone');
