//! Programs that a program executes. In: calls of its sources. Out: their names, and a shell where
//! one is needed.

use super::closure::SourceFile;
use super::needs::Reader;
use crate::dockerfile::shell;
use crate::outcome::Decline;
use crate::project::evidence::Evidence;
use crate::project::source::{Arg, Call};
use crate::toolchain::compiled::executed::{Programs, is_shell};
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
        if is_shell(file_name(program))
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
        let (build, tree, directory) = (self.build, self.tree, self.directory);
        let own = self.programs;
        let programs = Programs {
            commands: &["go", "gofmt"],
            is_own: &|name| {
                let mut places = own.iter().flat_map(|program| &program.places);
                places.any(|place| file_name(place) == name)
            },
            script: &|word| {
                let script = named::resolve(tree, &[directory], word).filter(|n| !n.is_dir)?;
                let context = tree.context(&script.path).unwrap_or_default();
                Some(build.context.read(context).unwrap_or_default())
            },
        };
        self.found.execute(program, &programs, evidence)
    }

    /// A program whose name is configured.
    fn unknown_program(&mut self, evidence: &Evidence) {
        let files = self.closure.files.iter();
        let facts = files.map(|file| &file.facts);
        self.found.execute_unknown(facts, evidence);
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
