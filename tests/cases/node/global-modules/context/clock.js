console.log(require('ms')(5400000));
