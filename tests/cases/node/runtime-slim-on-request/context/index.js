console.log('slim, please');
