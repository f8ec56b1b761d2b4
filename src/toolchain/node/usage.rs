//! Whether development dependencies are used at run time. In: the manifest, what starts, and what
//! the sources say. Out: the first use, with its evidence.

use super::binaries;
use super::manifest::Manifest;
use super::program::Program;
use super::project::Project;
use crate::plan::because::Because;
use crate::plan::build::Build;
use crate::project::evidence::Evidence;
use crate::project::source::ProjectScan;

/// Packages that others load by their own knowledge, so that no import names them.
/// Source: the documentation of sequelize, typeorm, knex and mongoose on their drivers.
const DRIVERS: [&str; 12] = [
    "pg",
    "pg-hstore",
    "mysql",
    "mysql2",
    "sqlite3",
    "better-sqlite3",
    "tedious",
    "mongodb",
    "oracledb",
    "redis",
    "ioredis",
    "reflect-metadata",
];

/// Why nothing may be pruned; `None` when no development dependency is used at run time.
pub(super) fn of_development(
    build: &Build<'_>,
    project: &Project,
    program: &Program,
    sources: &ProjectScan,
) -> Option<Because> {
    let development: Vec<&str> = project.running().flat_map(Manifest::development).collect();
    by_program(project, program, &development)
        .or_else(|| by_options(build, program, &development))
        .or_else(|| by_source(project, sources))
        .or_else(|| {
            let driver = development.iter().find(|name| DRIVERS.contains(name))?;
            let evidence = project.listing(driver);
            Some(Because::fact(
                format!("other packages load `{driver}` by themselves"),
                &evidence,
            ))
        })
        .or_else(|| unseen(sources))
}

/// A program of a package that starts.
fn by_program(project: &Project, program: &Program, development: &[&str]) -> Option<Because> {
    program.leaves.iter().find_map(|leaf| {
        let name = leaf.name();
        let brings = |package: &&str| binaries::brings(package, name);
        if matches!(name, "node" | "nodejs" | "npm" | "yarn" | "pnpm")
            || project
                .running()
                .flat_map(Manifest::dependencies)
                .any(|package| brings(&package))
        {
            return None;
        }
        let place = leaf.because.evidence.first().cloned().unwrap_or_default();
        match development.iter().copied().find(|package| brings(package)) {
            Some(package) => Some(
                Because::rule(format!(
                    "`{name}` of the development dependency `{package}` starts"
                ))
                .and(place),
            ),
            // A package may bring it under a name that is not known.
            None if leaf.via.client.is_some() && !is_of_the_system(name) => Some(
                Because::rule(format!("it is not known which package brings `{name}`")).and(place),
            ),
            None => None,
        }
    })
}

/// Programs that scripts use and no package brings.
pub(super) fn is_of_the_system(name: &str) -> bool {
    matches!(
        name,
        "sh" | "bash"
            | "cp"
            | "mv"
            | "rm"
            | "mkdir"
            | "ls"
            | "cat"
            | "sleep"
            | "chmod"
            | "chown"
            | "touch"
            | "ln"
            | "sed"
            | "grep"
            | "awk"
            | "printf"
            | "find"
            | "date"
            | "wait"
            | "kill"
            | "env"
            | "test"
            | "curl"
            | "wget"
            | "git"
            | "tar"
            | "gzip"
            | "id"
            | "false"
            | "export"
            | "tee"
            | "head"
            | "tail"
            | "ulimit"
            | "source"
            | "."
            | "trap"
            | "exit"
            | "unset"
    )
}

/// Modules that flags of node load, on the command line or through `NODE_OPTIONS`.
fn by_options(build: &Build<'_>, program: &Program, development: &[&str]) -> Option<Because> {
    let options = build.end.lookup("NODE_OPTIONS").unwrap_or_default();
    let words: Vec<_> = options
        .split_whitespace()
        .map(|word| Some(word.to_owned()))
        .collect();
    let because = Because::rule("`NODE_OPTIONS` loads it");
    let from_options = super::invocation::read(&words).preloaded;
    let from_options = from_options
        .into_iter()
        .map(|module| (module, because.clone()));
    program
        .preloaded
        .iter()
        .cloned()
        .chain(from_options)
        .find_map(|(module, because)| {
            let package = binaries::package_of_import(&module)?;
            development.contains(&package.as_str()).then(|| {
                let rule = format!("the development dependency `{package}` is loaded at start");
                because
                    .evidence
                    .iter()
                    .fold(Because::rule(rule), |b, place| b.and(place.clone()))
            })
        })
}

/// The words without which no source uses a development dependency.
pub(super) fn words(project: &Project) -> impl Iterator<Item = &str> {
    project.running().flat_map(Manifest::development)
}

/// An import, or a text that is a package's name: `app.set('view engine', 'ejs')`.
fn by_source(project: &Project, sources: &ProjectScan) -> Option<Because> {
    let import = sources
        .imports()
        .filter(|import| !import.value.type_only)
        .find_map(|import| {
            let package = binaries::package_of_import(&import.value.module)?;
            let rule = format!("the sources import the development dependency `{package}`");
            is_development_of(project, &import.evidence, &package)
                .then(|| Because::fact(rule, &import.evidence))
        });
    import.or_else(|| {
        sources.strings().find_map(|literal| {
            let name = literal.value.value.as_str();
            let rule = format!("the sources name the development dependency `{name}`");
            (!literal.value.partial && is_development_of(project, &literal.evidence, name))
                .then(|| Because::fact(rule, &literal.evidence))
        })
    })
}

/// Whether a file finds the package only because it is a development dependency: of the member
/// that the file belongs to, or of the root where the member does not list it at all. The members
/// of the workspace themselves stay.
fn is_development_of(project: &Project, place: &Evidence, package: &str) -> bool {
    if project.manifests().any(|it| it.name() == Some(package)) {
        return false;
    }
    let owner = project.owner(&place.path).map(|member| &member.manifest);
    let own = owner.into_iter().chain([&project.manifest]);
    let mut lists = own.filter(|it| {
        let mut listed = it.dependencies().chain(it.development());
        listed.any(|name| name == package)
    });
    match lists.next() {
        Some(manifest) => manifest.development().any(|name| name == package),
        // Found where another package's is put, which may be one for development.
        None => project
            .manifests()
            .any(|it| it.development().any(|name| name == package)),
    }
}

/// Sources that could not be read whole.
fn unseen(sources: &ProjectScan) -> Option<Because> {
    if let Some((path, _)) = sources.skipped.first() {
        return Some(Because::rule("not all sources can be read").and(path.clone()));
    }
    let file = sources.files.iter().find(|file| file.facts.has_errors)?;
    Some(Because::rule("not all sources are understood").and(file.path.clone()))
}

#[cfg(test)]
mod tests {
    use crate::toolchain::node::testing::analyse;

    const MANIFEST: &str = r#"{"scripts":{"start":"x-run a.js","db":"sequelize db:migrate && node a.js"},
        "dependencies":{"ms":"2"},"devDependencies":{"kleur":"4","sequelize-cli":"6","ejs":"3"}}"#;

    /// Whether a prune step is added.
    fn pruned(end: &str, source: &str, manifest: &str) -> bool {
        let text = format!("FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm install\n{end}\n");
        let files = [
            ("package.json", manifest),
            ("a.js", source),
            ("a.test.js", "require('kleur')"),
        ];
        let analysis = analyse(&text, &files).unwrap();
        analysis
            .edits
            .iter()
            .any(|edit| edit.text.contains("npm prune"))
    }

    #[test]
    fn unused_development_dependencies_are_pruned() {
        assert!(pruned("CMD node a.js", "require('ms')", MANIFEST));
        assert!(pruned("CMD node a.js", "const kleurs = 1;", MANIFEST));
    }

    #[test]
    fn used_development_dependencies_stay() {
        for (end, source) in [
            ("CMD node a.js", "require('kleur/colors')"),
            ("CMD node a.js", "import k from 'kleur';"),
            ("CMD node a.js", "app.set('view engine', 'ejs')"),
            ("CMD node -r kleur a.js", ""),
            ("ENV NODE_OPTIONS=\"--require kleur\"\nCMD node a.js", ""),
            ("CMD npm run db", ""),
            ("CMD npm start", ""),
            ("CMD npx sequelize db:migrate && node a.js", ""),
        ] {
            assert!(!pruned(end, source, MANIFEST), "{end}: {source}");
        }
        let driver = r#"{"dependencies":{"sequelize":"6"},"devDependencies":{"pg":"8"}}"#;
        assert!(!pruned("CMD node a.js", "", driver));
    }
}
