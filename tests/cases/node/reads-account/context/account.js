const os = require('os');

console.log('account has a name:', os.userInfo().username.length > 0);
