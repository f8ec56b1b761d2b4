const ms = require('ms');

exports.span = (text) => `${ms(text)} ms`;
