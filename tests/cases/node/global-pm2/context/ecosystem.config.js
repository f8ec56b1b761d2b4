module.exports = {
  apps: [{ name: 'workers', script: 'server.js', instances: 2, exec_mode: 'cluster' }],
};
