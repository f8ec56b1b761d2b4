//! Programs that the sources execute. In: their calls. Out: the programs by name, and a shell where
//! one is asked for.

use super::needs::Reader;
use crate::dockerfile::contract::clean;
use crate::dockerfile::shell;
use crate::knowledge::programs::debian_package;
use crate::outcome::Decline;
use crate::plan::build::Build;
use crate::project::evidence::Evidence;
use crate::project::source::{Call, FileScan};
use crate::toolchain::compiled::executed::Programs;
use crate::toolchain::compiled::tree::{file_name, has_extension};

/// What no final stage has.
const COMMANDS: [&str; 6] = [
    "cargo",
    "rustc",
    "rustup",
    "rustfmt",
    "rustdoc",
    "clippy-driver",
];

/// Longer strings are texts.
const MAX_PATH: usize = 256;

impl Reader<'_, '_> {
    /// Programs that are executed: `Command::new` of the standard library, tokio or async-std,
    /// and the `cmd!` of duct and xshell.
    pub(super) fn execution(
        &mut self,
        file: &FileScan,
        call: &Call,
        evidence: &Evidence,
    ) -> Result<(), Decline> {
        let is_command = call.callee == "Command::new" || call.callee.ends_with("::Command::new");
        let is_macro = matches!(call.callee.as_str(), "cmd!" | "duct::cmd!" | "xshell::cmd!");
        if !is_command && !is_macro {
            return Ok(());
        }
        let text = self.build.context.read(&file.path).unwrap_or_default();
        // clap has a `Command` too.
        if is_command && !text.contains("process::") {
            return Ok(());
        }
        let clap = text.contains("clap") && is_command && !call.callee.contains("process");
        let Some(program) = call
            .text(0)
            .map(|text| text.split(' ').next().unwrap_or(text))
        else {
            if !clap {
                self.unknown_program(evidence);
            }
            return Ok(());
        };
        let is_own = self.place.own.iter().any(|own| own == file_name(program));
        if clap && is_own {
            return Ok(());
        }
        self.program(program, evidence)?;
        if matches!(file_name(program), "sh" | "bash") {
            self.shell_texts(file, evidence)?;
        }
        Ok(())
    }

    fn program(&mut self, program: &str, evidence: &Evidence) -> Result<(), Decline> {
        if file_name(program).is_empty() {
            return Ok(());
        }
        let (place, build) = (self.place, self.build);
        let programs = Programs {
            commands: &COMMANDS,
            is_own: &|name| place.own.iter().any(|own| own == name),
            script: &|word| script(build, place.directory, word),
        };
        self.found.execute(program, &programs, evidence)
    }

    /// `Command::new("sh").arg("-c").arg("text")`: the programs of what could be the text.
    fn shell_texts(&mut self, file: &FileScan, evidence: &Evidence) -> Result<(), Decline> {
        for literal in &file.facts.strings {
            // `Command::new("sh").arg("scripts/nightly.sh")`.
            if script(self.build, self.place.directory, &literal.value).is_some() {
                self.program(&literal.value, evidence)?;
            }
            if !literal.value.contains(' ') {
                continue;
            }
            for command in shell::parse(&literal.value).commands {
                let name = command.program().unwrap_or_default();
                if debian_package(&name, None).is_some()
                    || matches!(name.as_str(), "cargo" | "rustc")
                {
                    self.program(&name, evidence)?;
                }
            }
        }
        Ok(())
    }

    /// A program whose name is configured.
    fn unknown_program(&mut self, evidence: &Evidence) {
        let files = self.sources.files.iter();
        let facts = files.map(|file| &file.facts);
        self.found.execute_unknown(facts, evidence);
    }
}

/// The text of the script of the context that a word names, seen from `directory`.
fn script<'b>(build: &'b Build<'_>, directory: &str, word: &str) -> Option<&'b str> {
    let path = if word.starts_with('/') {
        clean(word)
    } else {
        clean(&format!("{directory}/{word}"))
    };
    let is_plain = word.len() <= MAX_PATH && !word.is_empty() && !word.contains(char::is_control);
    let text = build
        .context
        .read(&build.context_path(&path).filter(|_| is_plain)?)?;
    let is_script = text.starts_with("#!") || has_extension(&path, "sh");
    is_script.then_some(text)
}

#[cfg(test)]
mod tests {
    use super::super::needs::tests::{found, main};
    use crate::outcome::Code;

    #[test]
    fn programs_are_found_and_clap_is_not_one() {
        let names = |body: &str| -> Vec<String> {
            main(body)
                .needs
                .programs
                .into_iter()
                .map(|need| need.value)
                .collect()
        };
        assert_eq!(
            names("Command::new(\"git\").arg(\"log\").status()"),
            ["git"]
        );
        assert_eq!(
            names("std::process::Command::new(\"/usr/bin/curl\").spawn()"),
            ["/usr/bin/curl"]
        );
        assert_eq!(
            names("Command::new(\"sh\").arg(\"-c\").arg(\"convert a b\").spawn()"),
            ["convert"]
        );
        assert_eq!(names("Command::new(\"a\").spawn()"), [] as [&str; 0]);
        let clap = found(
            "use clap::Command;\nfn main() { Command::new(\"tool\"); }",
            "",
        )
        .unwrap();
        assert!(clap.needs.programs.is_empty() && clap.needs.shell.is_none());
        assert!(main("Command::new(&name).spawn()").needs.shell.is_some());
        let compiler =
            "use std::process::Command;\nfn main() { Command::new(\"rustc\").status(); }";
        assert_eq!(found(compiler, "").unwrap_err(), Code::ToolchainAtRuntime);
    }
}
