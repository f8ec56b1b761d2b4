//! Programs that the sources execute. In: their calls. Out: the programs by name, and a shell where
//! one is asked for.

use super::needs::Reader;
use crate::dockerfile::shell;
use crate::knowledge::programs::debian_package;
use crate::outcome::{Code, Decline, Note};
use crate::plan::analysis::Need;
use crate::plan::because::Because;
use crate::project::evidence::Evidence;
use crate::project::source::{Call, FileScan};
use crate::toolchain::compiled::tree::file_name;

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
        let name = file_name(program);
        if matches!(
            name,
            "cargo" | "rustc" | "rustup" | "rustfmt" | "rustdoc" | "clippy-driver"
        ) {
            let message = format!("the program runs `{name}` ({evidence})");
            return Err(Decline::new(Code::ToolchainAtRuntime, message)
                .hint("an image that compiles needs its toolchain"));
        }
        let because = Because::fact(format!("the program runs `{name}`"), evidence);
        if matches!(name, "sh" | "ash" | "dash" | "bash") {
            self.found.needs.shell.get_or_insert(because.clone());
        }
        let is_own = self.place.own.iter().any(|own| own == name);
        if !is_own && name != "sh" && !name.is_empty() {
            self.add_program(program, because);
        }
        Ok(())
    }

    /// `Command::new("sh").arg("-c").arg("text")`: the programs of what could be the text.
    fn shell_texts(&mut self, file: &FileScan, evidence: &Evidence) -> Result<(), Decline> {
        for literal in file
            .facts
            .strings
            .iter()
            .filter(|literal| literal.value.contains(' '))
        {
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

    fn add_program(&mut self, program: &str, because: Because) {
        let programs = &mut self.found.needs.programs;
        if !programs.iter().any(|need| need.value == program) {
            programs.push(Need::new(program.to_owned(), because));
        }
    }

    /// A program whose name is configured: a shell at the least, and every program that the
    /// sources name anywhere.
    fn unknown_program(&mut self, evidence: &Evidence) {
        if self.found.needs.shell.is_some() {
            return;
        }
        let rule = "it runs a program whose name is not in the call";
        let because = Because::fact(rule, evidence);
        self.found.needs.shell = Some(because.clone());
        let message =
            format!("{rule} ({evidence}): check that the final stage has what you configure");
        self.found.notes.push(Note {
            line: None,
            message,
        });
        let literals = self
            .sources
            .files
            .iter()
            .flat_map(|file| &file.facts.strings);
        let known: Vec<String> = literals
            .map(|literal| literal.value.as_str())
            .filter(|text| text.len() < 40 && debian_package(text, None).is_some())
            .map(str::to_owned)
            .collect();
        for program in known {
            self.add_program(&program, because.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::needs::tests::{found, main};
    use super::*;

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
