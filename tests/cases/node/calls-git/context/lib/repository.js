const { execFileSync, execSync } = require('child_process');

const identity = ['-c', 'user.name=counter', '-c', 'user.email=counter@example.com'];

exports.init = (cwd) => execSync('git init --quiet .', { cwd });

exports.commit = (cwd, message) => {
  execSync('git add --all', { cwd });
  execFileSync('git', [...identity, 'commit', '--quiet', '-m', message], { cwd });
};

exports.history = (cwd) => execFileSync('git', ['log', '--format=%s'], { cwd, encoding: 'utf8' }).trim();
