//! What a reviewer should know. In: the project and what was found. Out: notes.

use super::natives::Natives;
use super::project::Project;
use crate::options::Runtime;
use crate::outcome::Note;
use crate::plan::analysis::Analysis;
use crate::plan::build::Build;

/// The notes on native code and global programs.
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

#[cfg(test)]
mod tests {
    use crate::toolchain::node::testing::analyse;

    fn notes(run: &str) -> String {
        let text =
            format!("FROM node:22\nWORKDIR /app\nCOPY . .\nRUN {run}\nCMD [\"node\", \"a.js\"]\n");
        let files = [
            ("package.json", r#"{"dependencies":{"ms":"2"}}"#),
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
    fn guessing_without_a_lockfile_is_told() {
        assert!(notes("npm install").contains("without a lockfile"));
    }
}
