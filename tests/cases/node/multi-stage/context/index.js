console.log('two stages');
