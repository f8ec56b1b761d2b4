console.log('cr');
