console.log(require('semver').major(process.version));
