//! Scripts of the project's own that run when its dependencies are installed. In: the project. Out:
//! the files that they read, or the script of which that is not known.

use super::project::{Project, join};
use super::scripts;
use crate::plan::because::Because;
use crate::plan::build::Build;

/// The files and folders of the build context, beside the manifests, that these scripts read.
/// The error names a script that may read anything.
pub(super) fn inputs(build: &Build<'_>, project: &Project) -> Result<Vec<String>, Because> {
    let mut inputs = Vec::new();
    let root = (&project.manifest, project.source.as_str(), &project.app);
    let members = project
        .members
        .iter()
        .map(|it| (&it.manifest, it.source.as_str(), &it.directory));
    for (manifest, source, directory) in std::iter::once(root).chain(members) {
        for script in manifest.lifecycles() {
            let unknown = || {
                let rule = format!("its script `{script}` may read them");
                Because::fact(rule, &manifest.evidence(script))
            };
            let leaves = scripts::follow_script_in(project, directory, script);
            for leaf in leaves.map_err(|_| unknown())? {
                let read = read_by(leaf.name(), leaf.arguments()).ok_or_else(unknown)?;
                let read = read.into_iter().map(|name| join(source, &name));
                inputs.extend(read.filter(|path| build.context.exists(path)));
            }
        }
    }
    inputs.sort();
    inputs.dedup();
    Ok(inputs)
}

/// What a program of a package reads of the project; `None` where it is not known.
/// Source: the programs' own documentation.
fn read_by(name: &str, arguments: &[Option<String>]) -> Option<Vec<String>> {
    let words: Vec<&str> = arguments
        .iter()
        .map(Option::as_deref)
        .collect::<Option<_>>()?;
    let fixed = match (name, words.as_slice()) {
        ("patch-package", []) => "patches",
        ("prisma", ["generate"]) => "prisma",
        ("prisma", ["generate", "--schema", schema]) => schema,
        ("prisma", ["generate", schema]) => schema.strip_prefix("--schema=")?,
        // It sets up hooks of a repository that is not there.
        ("husky", [] | ["install"]) | ("is-ci" | "only-allow" | "opencollective", _) => {
            return Some(Vec::new());
        }
        _ => return None,
    };
    let path = fixed.trim_start_matches("./");
    let is_below = !path.starts_with('/') && path.split('/').all(|part| part != "..");
    is_below.then(|| vec![path.to_owned()])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toolchain::node::{project, testing::with_build};

    const TEXT: &str =
        "FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm ci\nCMD [\"node\", \"a.js\"]\n";

    fn get(scripts: &str) -> Result<Vec<String>, String> {
        let manifest = format!(r#"{{"scripts":{scripts}}}"#);
        let files = [
            ("package.json", manifest.as_str()),
            ("patches/ms+2.1.3.patch", ""),
            ("prisma/schema.prisma", ""),
            ("db/schema.prisma", ""),
        ];
        with_build(TEXT, &files, |build| {
            let project = project::read(build, None).unwrap();
            inputs(build, &project).map_err(|because| because.sentence())
        })
    }

    #[test]
    fn what_known_programs_read_is_known() {
        for (scripts, expected) in [
            ("{}", vec![]),
            (r#"{"postinstall":"patch-package"}"#, vec!["patches"]),
            (
                r#"{"postinstall":"patch-package && prisma generate","prepare":"husky"}"#,
                vec!["patches", "prisma"],
            ),
            (
                r#"{"postinstall":"prisma generate --schema=./db/schema.prisma"}"#,
                vec!["db/schema.prisma"],
            ),
        ] {
            assert_eq!(get(scripts).unwrap(), expected, "{scripts}");
        }
    }

    #[test]
    fn other_scripts_may_read_anything() {
        for scripts in [
            r#"{"postinstall":"node build.js"}"#,
            r#"{"prepare":"tsc"}"#,
            r#"{"postinstall":"prisma generate --schema ../x.prisma"}"#,
        ] {
            assert!(get(scripts).unwrap_err().contains("may read them"));
        }
    }
}
