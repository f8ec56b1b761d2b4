// Which dependencies of production node finds from the working directory.
const { createRequire } = require('module');
const path = require('path');
const good = [];
const bad = [];
let names = [];
try {
  const manifest = JSON.parse(require('fs').readFileSync('package.json', 'utf8'));
  names = Object.keys(manifest.dependencies || {});
} catch (error) {
  // Without a manifest there is nothing to be resolved.
}
const from = createRequire(path.join(process.cwd(), 'package.json'));
for (const name of names.sort()) {
  try {
    from.resolve(name);
    good.push(name);
  } catch (error) {
    // A package that only `import` may load, or that holds types alone, is there all the same.
    const there = from.resolve.paths(name).some((folder) => require('fs').existsSync(path.join(folder, name)));
    (there ? good : bad).push(name);
  }
}
process.stdout.write('\nrestage-loads:' + JSON.stringify({ good, bad }) + '\n', () => process.exit(0));
