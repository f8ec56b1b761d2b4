console.log('inner');
