console.log('built late');
