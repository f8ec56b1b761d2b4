//! Tokens for registries. In: the build, what starts and its settings for the package manager. Out:
//! a step that takes them out of the builder's last layer, so that they stay out of the final
//! stage, and advice.

use super::program::Program;
use super::project::{Project, join};
use super::prune;
use crate::edit::Edit;
use crate::outcome::Note;
use crate::plan::action::Action;
use crate::plan::because::Because;
use crate::plan::build::Build;
use crate::plan::removal;
use crate::plan::{builder, user};

/// What is done about tokens.
#[derive(Debug, Clone, Default)]
pub(super) struct Secrets {
    /// The step.
    pub(super) edit: Option<Edit>,
    /// What the reviewer should know.
    pub(super) notes: Vec<Note>,
    /// The emitted line, and why.
    pub(super) because: Option<(String, Because)>,
    /// The file that it takes away.
    pub(super) removed: Vec<String>,
}

/// Settings that only act while packages are installed. Source: npm's and pnpm's documentation of
/// their configuration.
const OF_INSTALLATION: [&str; 24] = [
    "registry",
    "always-auth",
    "email",
    "username",
    "_auth",
    "_authToken",
    "_password",
    "strict-ssl",
    "ca",
    "cafile",
    "save",
    "save-exact",
    "save-prefix",
    "package-lock",
    "legacy-peer-deps",
    "auto-install-peers",
    "strict-peer-dependencies",
    "engine-strict",
    "fund",
    "audit",
    "progress",
    "shamefully-hoist",
    "fetch-retries",
    "omit",
];

/// Decides; `prunes` tells that the builder ends with another step of ours.
pub(super) fn decide(
    build: &Build<'_>,
    project: &Project,
    program: &Program,
    prunes: bool,
) -> Secrets {
    let mut secrets = Secrets::default();
    let Some((file, line)) = token_file(build, project) else {
        return secrets;
    };
    let through_client = program.leaves.iter().any(|leaf| leaf.via.client.is_some());
    let last = build.steps.get(builder::last_builder_step(build));
    let by_root = last.is_some_and(|step| user::is_root(&step.state.contract.user));
    let text = build.context.read(&join(&project.source, ".npmrc"));
    let at_run_time = through_client && !text.is_none_or(only_for_installation);
    let advice = format!(
        "`RUN --mount=type=secret,id=npmrc,target={file}` would keep it out of every layer"
    );
    if at_run_time || !by_root {
        let message = format!(
            "`{file}` holds a token and is in the final stage, as it was in the original; {advice}"
        );
        secrets.notes.push(Note { line, message });
        return secrets;
    }
    let (text, edit) = prune::last_run(build, project, "", "rm -f .npmrc", prunes);
    secrets.edit = Some(edit);
    let because = Because::rule("what leads to a registry stays out of the final stage");
    secrets.because = Some((text, because));
    let message = format!("`{file}` holds a token, and stays behind in the builder; {advice}");
    secrets.notes.push(Note { line, message });
    secrets.removed.push(file);
    secrets
}

/// The `.npmrc` beside the manifest, if it may hold a token and is there at the end of the build;
/// with the line that puts it there, where it is known.
fn token_file(build: &Build<'_>, project: &Project) -> Option<(String, Option<usize>)> {
    let place = project.path(".npmrc");
    let removed = |from: usize| {
        build.commands().any(|(step, command)| {
            step >= from
                && matches!(&command.action, Action::Remove(paths) if removal::certainly(paths, &place))
        })
    };
    let written = build.commands().find(
        |(_, command)| matches!(&command.action, Action::Write(paths) if paths.contains(&place)),
    );
    if let Some((step, command)) = written {
        return (!removed(step)).then_some((place, Some(command.line)));
    }
    let path = join(&project.source, ".npmrc");
    let text = build.context.read(&path)?;
    let copied = build.layout.image_path(&path)? == place;
    let tokens = ["_authToken", "_auth", "_password"];
    let is_secret = tokens.into_iter().any(|token| text.contains(token));
    (copied && is_secret && !removed(0)).then(|| (place, Some(project.line(build))))
}

/// Whether a program that a package manager starts finds nothing in these settings.
fn only_for_installation(text: &str) -> bool {
    text.lines().map(str::trim).all(|line| {
        let key = line.split('=').next().unwrap_or_default().trim();
        let key = key.trim_end_matches("[]");
        key.is_empty()
            || key.starts_with(['#', ';'])
            || key.starts_with("//")
            || (key.starts_with('@') && key.ends_with(":registry"))
            || OF_INSTALLATION.contains(&key)
    })
}

#[cfg(test)]
mod tests {
    use crate::toolchain::node::testing::{analyse, edited};

    const TOKEN: &str = "//npm.acme.example/:_authToken=${T}\n";

    fn files(npmrc: &str) -> [(&str, &str); 3] {
        let manifest = r#"{"scripts":{"start":"node a.js"},"dependencies":{"ms":"2"}}"#;
        [("package.json", manifest), (".npmrc", npmrc), ("a.js", "")]
    }

    fn text(run: &str, cmd: &str) -> String {
        format!("FROM node:22\nWORKDIR /app\nCOPY . .\nRUN {run}\nCMD {cmd}\n")
    }

    #[test]
    fn a_token_stays_behind() {
        let text = text("npm install", r#"["npm", "start"]"#);
        let after = edited(&text, &files(TOKEN));
        assert!(after.contains("npm install\nRUN rm -f .npmrc\nCMD"));
        let written = text.replace(
            "npm install",
            "echo \"//x/:_authToken=$T\" > .npmrc\nRUN npm i",
        );
        let after = edited(&written, &files("fund=false\n"));
        assert!(after.contains("npm i\nRUN rm -f .npmrc\nCMD"), "{after}");
        let analysis = analyse(&text, &files(TOKEN)).unwrap();
        let mut notes = analysis.notes.iter();
        assert!(notes.any(|note| note.message.contains("--mount=type=secret")));
    }

    #[test]
    fn settings_without_one_stay() {
        for (run, npmrc) in [
            ("npm install", "fund=false\n"),
            ("npm install && rm -f .npmrc", TOKEN),
        ] {
            let text = text(run, r#"["node", "a.js"]"#);
            assert!(!edited(&text, &files(npmrc)).contains("RUN rm"), "{run}");
        }
    }

    #[test]
    fn what_the_start_may_read_stays_with_a_note() {
        let npmrc = format!("{TOKEN}script-shell=/bin/bash\n");
        let text = text("npm install", r#"["npm", "start"]"#);
        let analysis = analyse(&text, &files(&npmrc)).unwrap();
        let mut edits = analysis.edits.iter();
        assert!(edits.all(|edit| !edit.text.contains("rm -f")));
        let mut notes = analysis.notes.iter();
        assert!(notes.any(|note| note.message.contains("as it was in the original")));
    }
}
