module.exports = () => 'job';
