//! Which packages of a workspace a run of cargo builds. In: the workspace and the command line. Out:
//! the packages, as cargo selects them.

use super::features::only_elsewhere;
use super::invocation::Invocation;
use super::manifest::Package;
use super::parts::Part;
use super::settings::Settings;
use super::workspace::Workspace;
use crate::outcome::{Code, Decline};

/// The packages that are built.
pub(super) fn packages<'w>(
    workspace: &'w Workspace,
    settings: &Settings,
    cargo: &Invocation,
) -> Result<Vec<&'w Package>, Decline> {
    let all = &workspace.packages;
    let at = |directory: &str| all.iter().find(|package| package.directory == directory);
    let wants_all = !cargo.special.is_empty();
    let mut selected: Vec<&Package> = if wants_all {
        all.iter().collect()
    } else if !cargo.packages.is_empty() {
        let mut found = Vec::new();
        for name in &cargo.packages {
            found.extend(named(all, name)?);
        }
        found
    } else if settings.directory != settings.root || cargo.verb == "install" {
        let own = at(&settings.directory).ok_or_else(|| {
            let message = format!("`{}` is not in its workspace", settings.directory);
            Decline::new(Code::UnsupportedProject, message)
        })?;
        vec![own]
    } else {
        let mut default = workspace.default.iter();
        let found = default.try_fold(Vec::new(), |mut found, directory| {
            found.push(at(directory)?);
            Some(found)
        });
        found.ok_or_else(|| {
            let message = "a default member of the workspace is not in it";
            Decline::new(Code::UnsupportedProject, message)
        })?
    };
    // `--bin` goes to the package that has it.
    let bins = &cargo.selection.bins;
    if selected.len() > 1 && !bins.is_empty() {
        let has = |package: &&Package| package.bins.iter().any(|bin| bins.contains(&bin.name));
        let with: Vec<&Package> = selected.iter().copied().filter(has).collect();
        if with.len() > 1 && bins.len() > 1 {
            let message = "the programs of `--bin` lie in several packages";
            return Err(Decline::new(Code::UnsupportedProject, message));
        }
        if !with.is_empty() {
            selected = with;
        }
    }
    Ok(selected)
}

/// The packages of that name: `api`, `api@1.0`, `web-*`.
fn named<'w>(all: &'w [Package], name: &str) -> Result<Vec<&'w Package>, Decline> {
    let plain = name.split(['@', '#']).next().unwrap_or(name);
    let is_it = |package: &&Package| match plain.split_once('*') {
        Some((before, after)) => {
            package.name.len() >= before.len() + after.len()
                && package.name.starts_with(before)
                && package.name.ends_with(after)
        }
        None => package.name == plain,
    };
    let found: Vec<&Package> = all.iter().filter(is_it).collect();
    if found.is_empty() {
        let message = format!("`-p {name}` names no package of the project");
        return Err(Decline::new(Code::UnsupportedProject, message));
    }
    Ok(found)
}

/// Whether a package asks for a library that is compiled along where the programs of `parts` do
/// not have it: then what the lockfile says of it may not hold for them.
pub(super) fn is_doubtful(workspace: &Workspace, parts: &[Part]) -> bool {
    let own = |package: &Package| {
        let mut parts = parts.iter();
        parts.find(|part| part.package.directory == package.directory)
    };
    ["vendored", "bundled"].iter().any(|word| {
        workspace.packages.iter().any(|package| {
            if let Some(part) = own(package) {
                return only_elsewhere(package, &part.active, word);
            }
            let mut dependencies = package.dependencies.iter();
            let mut lists = package.features.values().flatten();
            dependencies.any(|d| d.features.iter().any(|name| name.contains(word)))
                || lists.any(|name| name.contains(word))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toolchain::compiled::sample::sample;
    use crate::toolchain::compiled::tree::Tree;
    use crate::toolchain::rust::builds;

    const FILES: [(&str, &str); 6] = [
        (
            "Cargo.toml",
            "[workspace]\nmembers=['api','cli']\ndefault-members=['api']",
        ),
        ("api/Cargo.toml", "[package]\nname='api'\nedition='2021'"),
        ("api/src/main.rs", ""),
        ("cli/Cargo.toml", "[package]\nname='cli'\nedition='2021'"),
        ("cli/src/main.rs", ""),
        ("cli/src/bin/extra.rs", ""),
    ];

    fn made(run: &str) -> Result<Vec<String>, Code> {
        let text = format!("FROM rust:1-bookworm\nWORKDIR /w\nCOPY . .\nRUN {run}\n");
        sample(&text, &FILES, |build| {
            let builds = builds::read(build, &Tree::of(build)).map_err(|d| d.code)?;
            let outputs = builds.own.iter().flat_map(|own| &own.programs);
            Ok(outputs.map(|output| output.made.clone()).collect())
        })
    }

    #[test]
    fn packages_are_selected_as_cargo_does() {
        for (run, programs) in [
            ("cargo build", &["/w/target/debug/api"][..]),
            (
                "cargo build -r -p cli",
                &["/w/target/release/cli", "/w/target/release/extra"],
            ),
            (
                "cargo build --workspace --bin extra",
                &["/w/target/debug/extra"],
            ),
            (
                "cargo build --all",
                &[
                    "/w/target/debug/api",
                    "/w/target/debug/cli",
                    "/w/target/debug/extra",
                ],
            ),
            ("cd cli && cargo build --bin cli", &["/w/target/debug/cli"]),
            (
                "cargo install --path cli --bin extra",
                &["/usr/local/cargo/bin/extra"],
            ),
            (
                "cargo build --manifest-path cli/Cargo.toml -p 'c*' --bin cli",
                &["/w/target/debug/cli"],
            ),
        ] {
            assert_eq!(made(run).unwrap(), programs, "{run}");
        }
        for (run, code) in [
            ("cargo build -p none", Code::UnsupportedProject),
            ("cargo install --path .", Code::UnsupportedProject),
            ("cargo build --bin cli", Code::ArtifactNotFound),
        ] {
            assert_eq!(made(run), Err(code), "{run}");
        }
    }
}
