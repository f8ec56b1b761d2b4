//! What is left alone or declined before the build context is looked at.

use super::Stop;
use super::action::Action;
use super::build::{Build, RunCommand, Step};
use super::comment;
use super::layout::is_within;
use crate::dockerfile::Dockerfile;
use crate::dockerfile::instruction::InstructionKind;
use crate::dockerfile::shell::Part;
use crate::outcome::{Code, Decline, Reason};

/// Stops for files that are not to be rewritten whatever they build.
pub(crate) fn check(dockerfile: &Dockerfile) -> Result<(), Stop> {
    let text = &dockerfile.text;
    if text.contains('\r') && !text.contains('\n') {
        let message = "lines end in carriage returns alone, which builders read as one line";
        let hint = "convert the file to `\\n` line ends";
        return Err(Decline::new(Code::CrLineEnds, message)
            .at(1)
            .hint(hint)
            .into());
    }
    ignored(dockerfile)?;
    if dockerfile.lines.escape == '`' {
        let message = "the escape directive is that of Windows images";
        return Err(Decline::new(Code::Windows, message).at(1).into());
    }
    if let Some(opaque) = dockerfile.first_opaque() {
        let keyword = opaque.keyword.of(text);
        let message = format!("the `{keyword}` instruction is not understood");
        let hint = "check the file with `docker build --check`";
        let decline = Decline::new(Code::ParseError, message)
            .at(opaque.first_line)
            .hint(hint);
        return Err(decline.into());
    }
    stages(dockerfile)?;
    for instruction in &dockerfile.instructions {
        let line = instruction.first_line;
        match &instruction.kind {
            InstructionKind::Onbuild => {
                let message = "ONBUILD makes this a base image for other Dockerfiles";
                return Err(Decline::new(Code::Onbuild, message).at(line).into());
            }
            InstructionKind::Shell(words) if !is_posix_shell(words) => {
                let message = format!("the shell is `{}`, not sh or bash", words.join(" "));
                return Err(Decline::new(Code::UnsupportedShell, message)
                    .at(line)
                    .into());
            }
            _ => {}
        }
    }
    Ok(())
}

fn ignored(dockerfile: &Dockerfile) -> Result<(), Stop> {
    let Some((line, reason)) = comment::read(dockerfile).ignore else {
        return Ok(());
    };
    let message = if reason.is_empty() {
        "a comment asks for it".to_owned()
    } else {
        reason
    };
    Err(Stop::Unchanged(Reason {
        code: Code::Ignored,
        line: Some(line),
        message,
        hint: None,
    }))
}

fn stages(dockerfile: &Dockerfile) -> Result<(), Stop> {
    let is_from = |kind: &InstructionKind| matches!(kind, InstructionKind::From(_));
    let stray = dockerfile
        .global_instructions()
        .iter()
        .find(|instruction| !matches!(instruction.kind, InstructionKind::Arg(_)));
    if let Some(stray) = stray {
        let message = format!("`{}` stands before the first FROM", stray.name());
        return Err(Decline::new(Code::ParseError, message)
            .at(stray.first_line)
            .into());
    }
    if dockerfile.stages.len() > 1 {
        let count = dockerfile.stages.len();
        let last = dockerfile
            .instructions
            .iter()
            .rfind(|instruction| is_from(&instruction.kind));
        let line = last.map(|instruction| instruction.first_line);
        let image = dockerfile.stages.last().map_or("", |stage| &stage.image);
        let message = format!("it has {count} stages already, the last one from `{image}`");
        return Err(Stop::Unchanged(Reason {
            code: Code::MultiStage,
            line,
            message,
            hint: None,
        }));
    }
    Ok(())
}

fn is_posix_shell(words: &[String]) -> bool {
    let shell = words
        .first()
        .map(|word| word.rsplit('/').next().unwrap_or(word));
    matches!(shell, Some("sh" | "bash" | "ash" | "dash"))
}

/// Stops for builds that do something that is not understood.
pub(super) fn check_build(build: &Build<'_>) -> Result<(), Decline> {
    for step in &build.steps {
        if !step.understood {
            let line = step.instruction.first_line;
            let message = "the shell text of this RUN is not understood";
            return Err(Decline::new(Code::UnknownCommand, message).at(line));
        }
        for command in &step.commands {
            if command.action == Action::Unknown {
                return Err(unknown(step, command));
            }
        }
    }
    Ok(())
}

/// Stops for commands that write into a directory above those that the toolchain decides about: what
/// they put there lies beside the project, and is not known.
pub(super) fn check_above(build: &Build<'_>, covered: &[String]) -> Result<(), Decline> {
    let is_above = |path: &String| {
        let mut covered = covered.iter();
        covered.any(|place| place != path && is_within(place, path))
    };
    let commands = build.steps.iter().flat_map(|step| {
        let own = step.commands.iter();
        own.map(move |command| (step, command))
    });
    for (step, command) in commands {
        if let Action::Write(paths) = &command.action
            && paths.iter().any(is_above)
        {
            return Err(unknown(step, command));
        }
    }
    Ok(())
}

/// Why a command is not followed.
fn unknown(step: &Step<'_>, command: &RunCommand) -> Decline {
    let name = command.display();
    if let Some(variable) = open_variable(step, command) {
        let message = format!("`{name}` hangs on `{variable}`, whose value is not known");
        return Decline::new(Code::UnresolvedVariable, message)
            .at(command.line)
            .hint("give the ARG a default");
    }
    if let Some(install) = step.commands.iter().find(|other| installs_own(other)) {
        let name = install.display();
        let message = format!("no package says which libraries `{name}` brings");
        return Decline::new(Code::UnknownLibraries, message)
            .at(install.line)
            .hint("install the libraries from the distribution's packages");
    }
    let message = format!("it is not known what `{name}` leaves for the program to use");
    Decline::new(Code::UnknownCommand, message)
        .at(command.line)
        .hint("a command whose files are known can be followed into the final stage")
}

/// A build arg without a value in the words of a command that could not be resolved.
fn open_variable<'c>(step: &Step<'_>, command: &'c RunCommand) -> Option<&'c str> {
    let parts = command.command.words.iter().flat_map(|word| &word.parts);
    let mut names = parts.filter_map(|part| match part {
        Part::Variable(name) => Some(name.as_str()),
        _ => None,
    });
    names.find(|name| {
        let is_open = |(known, value): &(String, Option<String>)| known == name && value.is_none();
        step.state.args.iter().any(is_open) && !command.variables.contains_key(*name)
    })
}

/// Whether a command installs what was compiled from its own sources.
fn installs_own(command: &RunCommand) -> bool {
    let program = command.program.as_deref().unwrap_or_default();
    match program.rsplit('/').next().unwrap_or(program) {
        "make" | "cmake" | "ninja" | "meson" => command
            .known_arguments()
            .any(|word| word == "install" || word == "--install"),
        name => name == "ldconfig",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Options;
    use crate::plan::{base, build};
    use crate::project::context::BuildContext;

    fn code(run: &str) -> Option<Code> {
        let text = format!("FROM golang:1.25-bookworm\nARG OPEN\nARG SET=x\nRUN {run}\n");
        let dockerfile = Dockerfile::parse(&text);
        let context = BuildContext::from_texts([("go.mod", "module m")]);
        let options = Options::default();
        let (base, toolchain) = base::resolve(&dockerfile, &options).unwrap();
        let build = build::read(&dockerfile, &context, &options, base, toolchain).unwrap();
        check_build(&build).err().map(|decline| decline.code)
    }

    #[test]
    fn what_is_unpacked_above_the_project_is_not_known() {
        for (run, expected) in [
            ("tar -xzf x.tgz -C /data", Some(Code::UnknownCommand)),
            ("tar -xzf x.tgz -C /data/app", None),
            ("tar -xzf x.tgz -C /data/models", None),
            ("mkdir -p /data", None),
        ] {
            let text = format!(
                "FROM node:22\nWORKDIR /data/app\nCOPY . .\nRUN {run}\nCMD [\"node\", \"a.js\"]\n"
            );
            let context = BuildContext::from_texts([("a.js", "")]);
            let dockerfile = Dockerfile::parse(&text);
            let planned = crate::plan::plan(&dockerfile, &context, &Options::default());
            let code = match planned {
                Err(Stop::Declined(decline)) => Some(decline.code),
                _ => None,
            };
            assert_eq!(code, expected, "{run}");
        }
    }

    #[test]
    fn a_command_that_is_not_followed_says_why() {
        for (run, expected) in [
            ("echo fine", None),
            ("mystery", Some(Code::UnknownCommand)),
            ("cp a/$SET /opt/x", None),
            ("cp a/$OPEN /opt/$OPEN", Some(Code::UnresolvedVariable)),
            ("OPEN=y; cp a/$OPEN /opt/$OPEN", None),
            (
                "make -C lib install && ldconfig",
                Some(Code::UnknownLibraries),
            ),
            (
                "cmake --build b --target install",
                Some(Code::UnknownLibraries),
            ),
        ] {
            assert_eq!(code(run), expected, "{run}");
        }
    }
}
