console.log('typo');
