//! Package managers that corepack brings. In: the build and what starts. Out: the release that it
//! brings, and a step by which the final stage has it too where it starts the program.

use super::client::{Client, Verb};
use super::globals::{self, Globals};
use super::program::Program;
use super::project::{Project, request_of};
use super::yarn;
use crate::outcome::{Code, Decline};
use crate::plan::because::Because;
use crate::plan::build::{Build, RunCommand};

/// Corepack's commands of the build.
fn commands<'b>(build: &'b Build<'_>) -> impl Iterator<Item = &'b RunCommand> {
    build.commands().map(|(_, command)| command).filter(|it| {
        let program = it.program.as_deref().unwrap_or_default();
        program.rsplit('/').next() == Some("corepack")
    })
}

/// The release of the project's package manager that is named: in `packageManager`, or by a
/// command that installs it.
pub(super) fn version(build: &Build<'_>, project: &Project) -> Option<String> {
    let name = project.client.as_str();
    let of = |word: &str| {
        let version = word.strip_prefix(name)?.strip_prefix('@')?;
        let version = version.split('+').next().unwrap_or(version);
        let is_version = version.starts_with(|first: char| first.is_ascii_digit());
        is_version.then(|| version.to_owned())
    };
    let declared = project.manifest.package_manager().and_then(of);
    let prepared = || {
        commands(build)
            .flat_map(RunCommand::known_arguments)
            .find_map(of)
    };
    let installed = || {
        let requests = build.commands().filter_map(|(_, it)| request_of(it));
        let mut global = requests.filter(|it| it.global && it.verb == Verb::Add);
        global.find_map(|it| it.operands.iter().flatten().find_map(|word| of(word)))
    };
    declared.or_else(prepared).or_else(installed)
}

/// Adds the step by which the final stage has the package manager, where that starts the program.
/// npm installs it there: what corepack fetches lies in the home of the user who builds.
pub(super) fn setup(
    build: &Build<'_>,
    project: &Project,
    program: &Program,
    globals: &mut Globals,
) -> Result<(), Decline> {
    let name = project.client.as_str();
    let starts = program.leaves.iter().any(|leaf| {
        leaf.via
            .client
            .is_some_and(|client| client.as_str() == name)
    });
    let own_release = project.client == Client::Berry
        && yarn::Settings::of(build, &project.source).path().is_some();
    let brought = globals.programs.iter().any(|program| program == name);
    let package = match project.client {
        Client::Npm | Client::Yarn => return Ok(()),
        Client::Berry => globals::MODERN_YARN,
        Client::Pnpm => "pnpm",
    };
    if !starts || own_release || brought {
        return Ok(());
    }
    let enabled = commands(build).next();
    let (Some(command), Some(version)) = (enabled, version(build, project)) else {
        let message = format!("`{name}` starts the program, and which release of it is not known");
        let hint = format!(
            "name it in `packageManager` of package.json, or start the program without {name}"
        );
        return Err(Decline::new(Code::UnsupportedProject, message)
            .at(project.line(build))
            .hint(hint));
    };
    let because = Because::line(
        format!("{name} starts the program, and corepack brings it"),
        command.line,
    );
    let line = globals::line(build, Client::Npm, &[&format!("{package}@{version}")]);
    globals.setup.push((line, because));
    globals.programs.push(name.to_owned());
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::outcome::Code;
    use crate::toolchain::node::testing::{analyse, image};

    const TEXT: &str = "FROM node:22\nRUN corepack enable\nWORKDIR /app\nCOPY . .\nRUN pnpm install\nCMD [\"pnpm\", \"start\"]\n";

    fn files(manifest: &str) -> [(&str, &str); 2] {
        [("package.json", manifest), ("a.js", "")]
    }

    #[test]
    fn the_final_stage_has_the_release_that_is_declared() {
        let manifest =
            r#"{"packageManager":"pnpm@9.15.4+sha512.00","scripts":{"start":"node a.js"}}"#;
        let analysis = analyse(TEXT, &files(manifest)).unwrap();
        let (line, _) = analysis.setup.first().unwrap();
        assert_eq!(
            line,
            "RUN --mount=type=cache,target=/root/.npm npm install -g pnpm@9.15.4"
        );
        assert_eq!(image(&analysis), "node:22-bookworm-slim");
    }

    #[test]
    fn a_release_that_is_not_known_is_declined() {
        let manifest = r#"{"scripts":{"start":"node a.js"}}"#;
        let decline = analyse(TEXT, &files(manifest)).unwrap_err();
        assert_eq!(decline.code, Code::UnsupportedProject);
        let alone = TEXT.replace("\"pnpm\", \"start\"", "\"node\", \"a.js\"");
        let analysis = analyse(&alone, &files(manifest)).unwrap();
        assert!(analysis.setup.is_empty());
    }
}
