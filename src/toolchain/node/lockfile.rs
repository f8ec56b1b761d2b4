//! Lockfiles. In: the project. Out: the packages that may be needed at run time, and which of them
//! have native code by the lockfile's own word.

use serde_json::Value;

use super::binaries::package_of;
use super::client::Client;
use super::natives::UNKNOWN;
use super::project::{Project, join};
use crate::plan::build::Build;
use crate::project::evidence::Evidence;

/// A package of the lockfile.
#[derive(Debug, Clone)]
pub(super) struct Locked {
    /// Its name.
    pub(super) name: String,
    /// Whether the lockfile itself tells that it has native code or an install script.
    pub(super) native: bool,
    /// Where it stands.
    pub(super) evidence: Evidence,
}

/// The packages of the lockfile that may be needed at run time. `None` where there is none that
/// tells. `pruned` tells that development dependencies stay behind.
pub(super) fn locked(build: &Build<'_>, project: &Project, pruned: bool) -> Option<Vec<Locked>> {
    let path = join(&project.source, project.lockfile?);
    let text = build.context.read(&path)?;
    match project.client {
        Client::Npm => {
            let left_out = pruned || !project.has_development(build);
            npm_packages(&path, text, left_out)
        }
        Client::Yarn | Client::Berry => Some(packages(&path, text, "", "  ")),
        Client::Pnpm => Some(packages(&path, text, "  ", "    ")),
    }
}

/// Source: npm's documentation of package-lock.json.
fn npm_packages(path: &str, text: &str, left_out: bool) -> Option<Vec<Locked>> {
    let value: Value = serde_json::from_str(text).ok()?;
    let packages = value.get("packages")?.as_object()?;
    let mut found = Vec::new();
    for (place, package) in packages {
        let Some((_, name)) = place.rsplit_once("node_modules/") else {
            continue;
        };
        let is = |field: &str| package.get(field).and_then(Value::as_bool) == Some(true);
        if is("dev") && left_out {
            continue;
        }
        // What is built for one processor or C library is native by its own word.
        let native =
            is("hasInstallScript") || package.get("cpu").is_some() || package.get("libc").is_some();
        let evidence = if native {
            line_of(path, text, place)
        } else {
            Evidence::file(path)
        };
        found.push(Locked {
            name: name.to_owned(),
            native,
            evidence,
        });
    }
    Some(found)
}

fn line_of(path: &str, text: &str, key: &str) -> Evidence {
    let quoted = format!("\"{key}\"");
    let line = text.lines().position(|line| line.contains(&quoted));
    match line.and_then(|line| u32::try_from(line + 1).ok()) {
        Some(line) => Evidence::line(path, line),
        None => Evidence::file(path),
    }
}

/// The packages of Yarn's lockfiles, and of pnpm's: keys indented by `indent`, facts about them by
/// `inner`. They do not tell what a package is for, so that development dependencies are among
/// them: an unknown library is looked for among the direct dependencies alone.
/// Source: the lockfiles that Yarn 1 and 4, pnpm 6 to 10 write.
fn packages(path: &str, text: &str, indent: &str, inner: &str) -> Vec<Locked> {
    let mut found: Vec<Locked> = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        if let Some(fact) = line.strip_prefix(inner) {
            let native = ["cpu:", "libc:", "requiresBuild: true", "conditions:"];
            if let Some(package) = found.last_mut().filter(|_| !fact.starts_with(' ')) {
                package.native |= native.iter().any(|start| fact.starts_with(start));
            }
            continue;
        }
        let Some(key) = line.strip_prefix(indent) else {
            continue;
        };
        let named = !key.starts_with([' ', '#']) && key.ends_with(':') && key.contains(['@', '/']);
        if !named {
            continue;
        }
        let first = key
            .trim_start_matches(['"', '\'', '/'])
            .trim_end_matches(':');
        let name = name_of(first);
        if !UNKNOWN.contains(&name) {
            found.push(Locked {
                name: name.to_owned(),
                native: false,
                evidence: Evidence::line(path, number),
            });
        }
    }
    found
}

/// `@a/b` of `@a/b@npm:1`, `@a/b@1(peer@2)` and `@a/b/1.0.0`, as old releases of pnpm write it.
fn name_of(key: &str) -> &str {
    let name = package_of(key);
    let scoped = usize::from(name.starts_with('@'));
    match name.match_indices('/').nth(scoped) {
        Some((at, _)) => name.get(..at).unwrap_or(name),
        None => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(text: &str, indent: &str, inner: &str) -> Vec<(String, bool)> {
        let found = packages("lock", text, indent, inner).into_iter();
        found.map(|it| (it.name, it.native)).collect()
    }

    fn pairs(expected: &[(&str, bool)]) -> Vec<(String, bool)> {
        let expected = expected.iter();
        expected.map(|it| (it.0.to_owned(), it.1)).collect()
    }

    #[test]
    fn pnpm_keeps_packages_below_a_key() {
        let text = "lockfileVersion: '9.0'\n\npackages:\n\n  '@esbuild/linux-x64@0.19.0':\n    resolution: {integrity: x}\n    cpu: [x64]\n\n  ms@2.1.3:\n    resolution: {integrity: x}\n";
        assert_eq!(
            get(text, "  ", "    "),
            pairs(&[("@esbuild/linux-x64", true), ("ms", false)])
        );
        let old = "packages:\n\n  /bcrypt/5.1.0:\n    requiresBuild: true\n  /@a/b@1.0.0(c@1):\n    dev: true\n";
        assert_eq!(
            get(old, "  ", "    "),
            pairs(&[("bcrypt", true), ("@a/b", false)])
        );
    }

    #[test]
    fn yarn_keeps_them_by_their_ranges() {
        let text = "__metadata:\n  version: 8\n\n\"@swc/core-linux@npm:1.0.0\":\n  version: 1.0.0\n  conditions: os=linux & cpu=x64\n\n\"ms@npm:^2.0.0, ms@npm:^2.1.3\":\n  version: 2.1.3\n";
        assert_eq!(
            get(text, "", "  "),
            pairs(&[("@swc/core-linux", true), ("ms", false)])
        );
        assert_eq!(
            get("ms@^2.1.3:\n  version \"2.1.3\"\n", "", "  "),
            pairs(&[("ms", false)])
        );
    }
}
