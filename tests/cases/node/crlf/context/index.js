console.log(process.argv.length, process.cwd());
