//! `cargo run` where an entrypoint script is in play. In: the scripts of what starts. Out: the script
//! changed in the builder so that it starts the program itself, or the certainty that a script
//! does nothing but run what CMD says.

use super::cargo_text;
use super::program::Finder;
use crate::outcome::Note;
use crate::plan::builder;
use crate::plan::user::is_root;
use crate::toolchain::compiled::tree::file_name;

/// A change of one line of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ScriptEdit {
    /// The command that makes it in the builder.
    pub command: String,
    /// What to say about it.
    pub note: Note,
}

impl Finder<'_, '_> {
    /// The change that has an entrypoint script start `program` instead of cargo; `None` where it
    /// cannot be written with certainty.
    pub(super) fn in_script(&self, program: &str) -> Option<ScriptEdit> {
        let cargos = self.entry.commands.iter().filter(|start| {
            let mut words = start.words.iter().flatten();
            words.any(|word| file_name(word) == "cargo")
        });
        let step = self
            .build
            .steps
            .get(builder::last_builder_step(self.build))?;
        if cargos.count() != 1 || !self.entry.understood || !is_root(&step.state.contract.user) {
            return None;
        }
        self.entry.scripts.iter().find_map(|path| {
            let text = self.text(path)?;
            let (start, end) = cargo_text::place(text, program)?;
            let before = text.get(..start)?;
            let old = text.get(start..end)?;
            let number = 1 + before.matches('\n').count();
            let line = text.lines().nth(number - 1)?;
            let plain = |text: &str| {
                let safe = |c: char| c.is_ascii_alphanumeric() || " ._-/=,:".contains(c);
                text.chars().all(safe)
            };
            let certain = line.matches(old).count() == 1 && plain(old) && plain(path);
            let pattern = old.replace('.', "\\.");
            let command = format!("sed -i '{number}s|{pattern}|{program}|' {path}");
            let message = format!("`{path}` starts the program itself instead of `{old}`");
            let note = Note {
                line: Some(self.entry.line),
                message,
            };
            certain.then_some(ScriptEdit { command, note })
        })
    }

    /// Whether the scripts that start use the arguments that they are given only as a whole: then
    /// they run whatever CMD says.
    pub(super) fn scripts_run_their_arguments(&self) -> bool {
        let looks = |text: &str| {
            let mut after = text.split('$').skip(1);
            after.any(|rest| {
                let rest = rest.trim_start_matches('{');
                rest.starts_with(|c: char| c.is_ascii_digit() && c != '0')
                    || rest.starts_with(['*', '#'])
            })
        };
        let shifts = |text: &str| {
            text.split_whitespace()
                .any(|word| matches!(word, "shift" | "getopts"))
        };
        self.entry.understood
            && self.entry.scripts.iter().all(|path| {
                let text = self.text(path);
                text.is_some_and(|text| !looks(text) && !shifts(text) && !text.contains("cargo"))
            })
    }

    fn text(&self, path: &str) -> Option<&str> {
        self.build.context.read(&self.build.context_path(path)?)
    }
}

#[cfg(test)]
mod tests {
    use crate::outcome::Code;
    use crate::plan::analysis::Launch;
    use crate::plan::entry;
    use crate::toolchain::compiled::sample::sample;
    use crate::toolchain::compiled::tree::Tree;
    use crate::toolchain::rust::{builds, program};

    fn found(script: &str, tail: &str) -> Result<(Option<String>, Launch), Code> {
        let text = format!(
            "FROM rust:1-bookworm\nWORKDIR /app\nCOPY . .\nRUN cargo build -r\nENTRYPOINT [\"./run.sh\"]\n{tail}\n"
        );
        let script = format!("#!/bin/sh\n{script}\n");
        let files = [
            ("Cargo.toml", "[package]\nname='a'\nedition='2021'"),
            ("src/main.rs", ""),
            ("run.sh", script.as_str()),
        ];
        sample(&text, &files, |build| {
            let builds = builds::read(build, &Tree::of(build)).unwrap();
            let found = program::find(build, &entry::read(build), &builds);
            let found = found.map_err(|decline| decline.code)?;
            Ok((found.script.map(|edit| edit.command), found.launch))
        })
    }

    #[test]
    fn one_line_of_a_script_is_changed() {
        for (script, command) in [
            (
                "sleep 1\nexec cargo run --release -- --port $PORT",
                "sed -i '3s|cargo run --release --|/app/target/release/a|' /app/run.sh",
            ),
            (
                "until true; do sleep 1; done && cargo run -r",
                "sed -i '2s|cargo run -r|/app/target/release/a|' /app/run.sh",
            ),
        ] {
            assert_eq!(
                found(script, "").unwrap().0.as_deref(),
                Some(command),
                "{script}"
            );
        }
        for script in [
            "cargo run -r || cargo run -r",
            "cargo run -r # cargo run -r",
        ] {
            assert_eq!(
                found(script, "").unwrap_err(),
                Code::ToolchainAtRuntime,
                "{script}"
            );
        }
    }

    #[test]
    fn a_script_that_runs_its_arguments_is_left() {
        let tail = "CMD [\"cargo\", \"run\", \"-r\"]";
        let (edit, launch) = found("echo ready\nexec \"$@\"", tail).unwrap();
        let Launch::Replace {
            entrypoint, cmd, ..
        } = launch
        else {
            panic!("{launch:?}");
        };
        assert_eq!(edit, None);
        assert_eq!(entrypoint, Some(vec!["./run.sh".to_owned()]));
        assert_eq!(cmd, Some(vec!["/app/target/release/a".to_owned()]));
        let looks = "[ \"$1\" = cargo ] && echo dev\nexec \"$@\"";
        assert_eq!(found(looks, tail).unwrap_err(), Code::ToolchainAtRuntime);
    }
}
