//! What it means that a program executes another. In: the name in a call of its sources. Out: the
//! program as a need, or the interpreter of a script, and a shell where one is asked for.

use super::surroundings::Surroundings;
use super::tree::file_name;
use crate::dockerfile::shell;
use crate::knowledge::programs::debian_package;
use crate::outcome::{Code, Decline, Note};
use crate::plan::analysis::Need;
use crate::plan::because::Because;
use crate::project::evidence::Evidence;
use crate::project::source::SourceFacts;

/// A literal that names a program is shorter.
const MAX_NAME: usize = 40;

/// What a toolchain knows about the programs that its sources name.
pub(crate) struct Programs<'p> {
    /// The toolchain's own commands, which no final stage has.
    pub(crate) commands: &'p [&'p str],
    /// Whether a name (without directories) is that of a program of the project.
    pub(crate) is_own: &'p dyn Fn(&str) -> bool,
    /// The text of the script of the context that a word names.
    pub(crate) script: &'p dyn Fn(&str) -> Option<&'p str>,
}

/// Whether a program's name (without directories) is that of a shell.
pub(crate) fn is_shell(name: &str) -> bool {
    matches!(name, "sh" | "ash" | "dash" | "bash")
}

impl Surroundings {
    /// Takes in that `program`, a name or a path, is executed.
    ///
    /// # Errors
    /// [`Code::ToolchainAtRuntime`] when it is one of the toolchain's commands.
    pub(crate) fn execute(
        &mut self,
        program: &str,
        programs: &Programs<'_>,
        evidence: &Evidence,
    ) -> Result<(), Decline> {
        let name = file_name(program);
        let rule = format!("the program runs `{name}`");
        if programs.commands.contains(&name) {
            let message = format!("{rule} ({evidence})");
            return Err(Decline::new(Code::ToolchainAtRuntime, message)
                .hint("an image that compiles needs its toolchain"));
        }
        let because = Because::fact(rule, evidence);
        self.shell_if(name, &because);
        if (programs.is_own)(name) || name == "sh" {
            return Ok(());
        }
        let Some(text) = (programs.script)(program) else {
            self.need_program(program, because);
            return Ok(());
        };
        self.interpreter(text, &because);
        self.script_programs(text, programs, evidence)
    }

    /// The programs that a shell script runs, as far as packages bring them.
    fn script_programs(
        &mut self,
        script: &str,
        programs: &Programs<'_>,
        evidence: &Evidence,
    ) -> Result<(), Decline> {
        let first = script.lines().next().unwrap_or_default();
        let mut words = first.split(['/', ' ']);
        if first.starts_with("#!") && !words.any(is_shell) {
            return Ok(());
        }
        for command in shell::parse(script).commands {
            let name = command.program().unwrap_or_default();
            let is_tool = programs.commands.contains(&file_name(&name));
            let is_known = debian_package(file_name(&name), None).is_some();
            // A script that runs itself would not end.
            if (is_tool || is_known) && (programs.script)(&name).is_none() {
                self.execute(&name, programs, evidence)?;
            }
        }
        Ok(())
    }

    /// Takes in that a program is executed whose name is configured: a shell at the least, and
    /// every program that the sources (`facts`) name anywhere.
    pub(crate) fn execute_unknown<'f>(
        &mut self,
        facts: impl Iterator<Item = &'f SourceFacts>,
        evidence: &Evidence,
    ) {
        if self.needs.shell.is_some() {
            return;
        }
        let rule = "it runs a program whose name is not in the call";
        let because = Because::fact(rule, evidence);
        self.needs.shell = Some(because.clone());
        let message =
            format!("{rule} ({evidence}): check that the final stage has what you configure");
        self.notes.push(Note {
            line: None,
            message,
        });
        let texts = facts.flat_map(|facts| facts.strings.iter().map(|text| text.value.as_str()));
        for text in texts {
            if text.len() < MAX_NAME && debian_package(text, None).is_some() {
                self.need_program(text, because.clone());
            }
        }
    }

    /// What the first line of a script asks for.
    fn interpreter(&mut self, script: &str, because: &Because) {
        let line = script.lines().next().and_then(|it| it.strip_prefix("#!"));
        for word in line.unwrap_or_default().split_whitespace() {
            let name = file_name(word);
            self.shell_if(name, because);
            if !matches!(name, "sh" | "env") && !name.starts_with('-') {
                self.need_program(name, because.clone());
            }
        }
    }

    fn shell_if(&mut self, name: &str, because: &Because) {
        if is_shell(name) {
            self.needs.shell.get_or_insert_with(|| because.clone());
        }
    }

    fn need_program(&mut self, program: &str, because: Because) {
        let programs = &mut self.needs.programs;
        if !programs.iter().any(|need| need.value == program) {
            programs.push(Need::new(program.to_owned(), because));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::source::Literal;

    fn at() -> Evidence {
        Evidence::line("main", 3)
    }

    fn executed(words: &[&str]) -> Result<(Vec<String>, bool), Code> {
        let programs = Programs {
            commands: &["compiler"],
            is_own: &|name| name == "tool",
            script: &|word| match word {
                "./run" => Some("#!/usr/bin/env -S python3\n"),
                "./start" => Some("#!/bin/bash\n"),
                "./bare" => Some("echo\n"),
                "./pull" => Some("#!/bin/sh\nset -e\ncd /x && git pull\n./pull\n"),
                "./make" => Some("#!/bin/sh\ncompiler x\n"),
                _ => None,
            },
        };
        let mut found = Surroundings::default();
        for word in words {
            let result = found.execute(word, &programs, &at());
            result.map_err(|decline| decline.code)?;
        }
        Ok(names(found))
    }

    fn names(found: Surroundings) -> (Vec<String>, bool) {
        let programs = found.needs.programs.into_iter().map(|need| need.value);
        (programs.collect(), found.needs.shell.is_some())
    }

    #[test]
    fn names_mean_programs_shells_and_interpreters() {
        for (words, programs, shell) in [
            (
                &["git", "/opt/git", "git"][..],
                &["git", "/opt/git"][..],
                false,
            ),
            (&["tool", "/app/tool"], &[], false),
            (&["/bin/sh"], &[], true),
            (&["bash"], &["bash"], true),
            (&["./run"], &["python3"], false),
            (&["./start"], &["bash"], true),
            (&["./bare"], &[], false),
            (&["./pull"], &["git"], true),
        ] {
            let expected = programs.iter().map(|&name| name.to_owned()).collect();
            assert_eq!(executed(words), Ok((expected, shell)), "{words:?}");
        }
        for words in [&["git", "/usr/bin/compiler"][..], &["./make"]] {
            assert_eq!(executed(words), Err(Code::ToolchainAtRuntime), "{words:?}");
        }
    }

    #[test]
    fn a_configured_program_is_noted_once_and_may_be_any_that_is_named() {
        let text = |value: &str| Literal {
            value: value.to_owned(),
            line: 1,
            partial: false,
        };
        let facts = SourceFacts {
            strings: vec![text("curl"), text("no such program"), text("curl")],
            ..SourceFacts::default()
        };
        let mut found = Surroundings::default();
        found.execute_unknown([&facts].into_iter(), &at());
        found.execute_unknown([&facts].into_iter(), &at());
        assert_eq!(found.notes.len(), 1);
        assert_eq!(names(found), (vec!["curl".to_owned()], true));
    }
}
