console.log('started by compose');
