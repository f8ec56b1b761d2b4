//! What is left alone or declined before the build context is looked at.

use super::Stop;
use super::action::Action;
use super::build::{Build, RunCommand, Step};
use super::comment;
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
                if let Some(name) = open_argument(step, command) {
                    let message = format!(
                        "what this RUN does hangs on the build arg `{name}`, which has no default"
                    );
                    return Err(Decline::new(Code::UnresolvedVariable, message)
                        .at(command.line)
                        .hint("give the ARG a default"));
                }
                let name = command.display();
                let message =
                    format!("it is not known what `{name}` leaves for the program to use");
                return Err(Decline::new(Code::UnknownCommand, message)
                    .at(command.line)
                    .hint("a command whose files are known can be followed into the final stage"));
            }
        }
    }
    Ok(())
}

/// A build arg without a value on which an argument of `command` hangs.
fn open_argument(step: &Step<'_>, command: &RunCommand) -> Option<String> {
    let is_open = |name: &String| {
        step.state
            .args
            .iter()
            .any(|(known, value)| known == name && value.is_none())
    };
    let parts = command.command.words.iter().flat_map(|word| &word.parts);
    parts
        .filter_map(|part| match part {
            Part::Variable(name) => Some(name.clone()),
            _ => None,
        })
        .find(is_open)
}
