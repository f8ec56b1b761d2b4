//! Programs that a program executes. In: calls of its sources. Out: their names, and a shell where
//! one is needed.

use super::closure::SourceFile;
use super::needs::Reader;
use crate::dockerfile::shell;
use crate::knowledge::programs::debian_package;
use crate::outcome::{Code, Decline, Note};
use crate::plan::analysis::Need;
use crate::plan::because::Because;
use crate::project::evidence::Evidence;
use crate::project::source::{Arg, Call};
use crate::toolchain::compiled::named;
use crate::toolchain::compiled::tree::file_name;

impl Reader<'_, '_> {
    /// Programs that are executed.
    pub(super) fn execution(
        &mut self,
        file: &SourceFile,
        call: &Call,
        evidence: &Evidence,
    ) -> Result<(), Decline> {
        let imports = |module: &str| {
            let mut imports = file.facts.imports.iter();
            imports.any(|import| import.module == module || import.module.ends_with("/execabs"))
        };
        // By the function's name alone where the package is imported: it may have another name.
        let at = match call.function() {
            "Command" | "LookPath" if imports("os/exec") => 0,
            "CommandContext" if imports("os/exec") => 1,
            "Exec" if call.callee == "syscall.Exec" && imports("syscall") => 0,
            "StartProcess" if call.callee == "os.StartProcess" && imports("os") => 0,
            _ => return Ok(()),
        };
        let Some(program) = call.text(at) else {
            // What LookPath has found is what is run.
            let looked_up = |call: &Call| call.function() == "LookPath" && call.text(0).is_some();
            let is_name = matches!(call.args.get(at), Some(Arg::Name(_)));
            if !is_name || !file.facts.calls.iter().any(looked_up) {
                self.unknown_program(evidence);
            }
            return Ok(());
        };
        self.program(program, evidence)?;
        // `sh -c "text"`: the commands of the text.
        let words = call.args.get(at + 1..).unwrap_or_default();
        let is_shell = matches!(file_name(program), "sh" | "bash" | "ash" | "dash");
        if is_shell
            && words
                .first()
                .and_then(Arg::text)
                .is_some_and(|word| word.ends_with('c'))
        {
            let Some(text) = words.get(1).and_then(Arg::text) else {
                self.unknown_program(evidence);
                return Ok(());
            };
            for command in shell::parse(text).commands {
                let name = command.program().unwrap_or_default();
                if !name.is_empty() && !shell::is_builtin(&name) {
                    self.program(&name, evidence)?;
                }
            }
        }
        Ok(())
    }

    fn program(&mut self, program: &str, evidence: &Evidence) -> Result<(), Decline> {
        let name = file_name(program);
        if matches!(name, "go" | "gofmt") {
            let message = format!("the program runs `{name}` ({evidence})");
            return Err(Decline::new(Code::ToolchainAtRuntime, message)
                .hint("an image that compiles needs its toolchain"));
        }
        let rule = format!("the program runs `{name}`");
        let because = Because::fact(rule, evidence);
        if matches!(name, "sh" | "ash" | "dash" | "bash") {
            self.found.needs.shell.get_or_insert(because.clone());
        }
        let own = self.programs.iter().flat_map(|program| &program.places);
        let mut own = own.filter(|place| file_name(place) == name);
        if own.next().is_some() || name == "sh" {
            return Ok(());
        }
        let bases = [self.directory];
        if let Some(script) = named::resolve(self.tree, &bases, program).filter(|n| !n.is_dir) {
            let context = self.tree.context(&script.path).unwrap_or_default();
            let text = self.build.context.read(context).unwrap_or_default();
            let interpreter = text.lines().next().and_then(|line| line.strip_prefix("#!"));
            for word in interpreter.unwrap_or_default().split_whitespace() {
                let name = file_name(word);
                if matches!(name, "sh" | "bash" | "ash" | "dash") {
                    self.found.needs.shell.get_or_insert(because.clone());
                }
                if !matches!(name, "sh" | "env") && !name.starts_with('-') {
                    self.add_program(name, because.clone());
                }
            }
            return Ok(());
        }
        self.add_program(program, because);
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
            .closure
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
    use crate::outcome::Code;
    use crate::toolchain::go::needs::tests::found;

    fn programs(body: &str) -> (Vec<String>, bool) {
        let needs = found("", &["os/exec"], body).unwrap().needs;
        let programs = needs.programs.into_iter().map(|need| need.value).collect();
        (programs, needs.shell.is_some())
    }

    #[test]
    fn programs_are_found_in_calls_shell_texts_and_scripts() {
        for (body, expected, shell) in [
            ("exec.Command(\"git\", \"log\")", &["git"][..], false),
            (
                "exec.CommandContext(ctx, \"/usr/bin/ffmpeg\")",
                &["/usr/bin/ffmpeg"],
                false,
            ),
            (
                "exec.Command(\"sh\", \"-c\", \"cd /x && git pull | grep a\")",
                &["git", "grep"],
                true,
            ),
            ("exec.Command(\"./run.sh\")", &["bash"], true),
            (
                "t, _ := exec.LookPath(\"git\")\nexec.Command(t)",
                &["git"],
                false,
            ),
            ("const tool = \"curl\"\nexec.Command(tool)", &["curl"], true),
            ("renamed.Command(\"git\")", &["git"], false),
            ("other.Run(\"git\")", &[], false),
        ] {
            let (programs, has_shell) = programs(body);
            assert_eq!(programs, expected, "{body}");
            assert_eq!(has_shell, shell, "{body}");
        }
        assert_eq!(
            found("", &["os/exec"], "exec.Command(\"go\", \"run\")").unwrap_err(),
            Code::ToolchainAtRuntime
        );
    }
}
