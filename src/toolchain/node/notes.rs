//! What a reviewer should know. In: the project and what was found. Out: notes.

use super::natives::Natives;
use super::project::{Project, join};
use crate::options::Runtime;
use crate::outcome::Note;
use crate::plan::action::Action;
use crate::plan::analysis::Analysis;
use crate::plan::build::Build;
use crate::plan::layout::is_within;

/// The notes on native code, tokens and global programs.
pub(super) fn all(
    build: &Build<'_>,
    project: &Project,
    natives: &Natives,
    analysis: &Analysis,
) -> Vec<Note> {
    let line = Some(project.line(build));
    let mut notes = Vec::new();
    let lists_any = project
        .running()
        .any(|manifest| manifest.dependencies().next().is_some());
    let distroless = analysis
        .rungs
        .iter()
        .any(|rung| rung.runtime == Runtime::Distroless && rung.refusal.is_none());
    if distroless && !natives.from_lockfile && lists_any {
        let message =
            "without a lockfile, native code is looked for among the direct dependencies alone"
                .to_owned();
        notes.push(Note { line, message });
    }
    if let Some(path) = token(build, project) {
        let message =
            format!("`{path}` holds a token and is in the final stage, as it was in the original");
        notes.push(Note { line, message });
    }
    // Where node alone starts the program, no package manager is needed.
    let with_setup = !distroless || build.options.runtime != Runtime::Auto;
    for (text, because) in analysis.setup.iter().filter(|_| with_setup) {
        let message = format!(
            "the final stage installs it again, since links do not survive COPY: `{text}`; {}",
            because.sentence()
        );
        notes.push(Note { line, message });
    }
    notes
}

/// An `.npmrc` with a token that is left in the application's directory.
fn token(build: &Build<'_>, project: &Project) -> Option<String> {
    let path = join(&project.source, ".npmrc");
    let text = build.context.read(&path)?;
    let place = build
        .layout
        .image_path(&path)
        .filter(|place| is_within(place, &project.app))?;
    let removed = build.commands().any(
        |(_, command)| matches!(&command.action, Action::Remove(paths) if paths.contains(&place)),
    );
    (text.contains("_authToken") && !removed).then_some(path)
}

#[cfg(test)]
mod tests {
    use crate::toolchain::node::testing::analyse;

    fn notes(run: &str) -> String {
        let text =
            format!("FROM node:22\nWORKDIR /app\nCOPY . .\nRUN {run}\nCMD [\"node\", \"a.js\"]\n");
        let token = "//npm.acme.example/:_authToken=${T}\n";
        let files = [
            ("package.json", r#"{"dependencies":{"ms":"2"}}"#),
            (".npmrc", token),
            ("a.js", ""),
        ];
        let analysis = analyse(&text, &files).unwrap();
        let messages: Vec<_> = analysis
            .notes
            .into_iter()
            .map(|note| note.message)
            .collect();
        messages.join("\n")
    }

    #[test]
    fn a_token_that_stays_is_told() {
        assert!(notes("npm install").contains("`.npmrc` holds a token"));
        assert!(!notes("npm install && rm -f .npmrc").contains("holds a token"));
    }

    #[test]
    fn guessing_without_a_lockfile_is_told() {
        assert!(notes("npm install").contains("without a lockfile"));
    }
}
