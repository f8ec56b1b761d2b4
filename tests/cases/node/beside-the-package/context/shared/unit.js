exports.unit = 'milliseconds';
