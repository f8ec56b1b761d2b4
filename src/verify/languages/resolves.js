// Which dependencies of production node finds from the working directory, and which development
// dependencies are there that nothing else there depends on.
const { createRequire } = require('module');
const fs = require('fs');
const path = require('path');

// The manifest in a folder; without one there is nothing to be resolved.
function manifestOf(folder) {
  try {
    return JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
  } catch (error) {
    return {};
  }
}

// The folder of a package, as a file in `folder` would find it.
function find(folder, name) {
  const places = createRequire(path.join(folder, 'package.json')).resolve.paths(name) || [];
  return places.map((place) => path.join(place, name)).find((place) => fs.existsSync(place));
}

// What a package may load.
function needs(manifest) {
  const all = [manifest.dependencies, manifest.optionalDependencies, manifest.peerDependencies];
  return Object.keys(Object.assign({}, ...all));
}

const app = process.cwd();
const manifest = manifestOf(app);
const from = createRequire(path.join(app, 'package.json'));
const good = [];
const bad = [];
for (const name of Object.keys(manifest.dependencies || {}).sort()) {
  try {
    from.resolve(name);
    good.push(name);
  } catch (error) {
    // A package that only `import` may load, or that holds types alone, is there all the same.
    (find(app, name) ? good : bad).push(name);
  }
}

const kept = new Set();
const open = needs(manifest).map((name) => find(app, name));
while (open.length > 0) {
  const found = open.pop();
  const folder = found && fs.realpathSync(found);
  if (folder && !kept.has(folder)) {
    kept.add(folder);
    open.push(...needs(manifestOf(folder)).map((name) => find(folder, name)));
  }
}
const development = Object.keys(manifest.devDependencies || {}).filter((name) => {
  const folder = find(app, name);
  return folder && !kept.has(fs.realpathSync(folder));
});

const answer = JSON.stringify({ good, bad, development });
process.stdout.write(`\nrestage-loads:${answer}\n`, () => process.exit(0));
