exports.change = (text, { upper }) => (upper ? text.toUpperCase() : text.toLowerCase());
