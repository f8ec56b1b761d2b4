console.log('berry');
