//! Build args with tokens. In: the first stage of a rewrite. Out: a secret for each that only commands
//! of RUN instructions use, or why it stays a build arg.

use super::builder::{Builder, is_plain};
use super::{Secret, Stays};
use crate::dockerfile::instruction::{Instruction, InstructionKind};
use crate::dockerfile::shell::Command;

/// Parts of names that tell of a secret, and the one that tells of none.
/// Source: BuildKit's build check `SecretsUsedInArgOrEnv`.
const TELLING: [&str; 10] = [
    "APIKEY",
    "AUTH",
    "CREDENTIAL",
    "CREDENTIALS",
    "KEY",
    "PASSWORD",
    "PWORD",
    "PASSWD",
    "SECRET",
    "TOKEN",
];
const PUBLIC: &str = "PUBLIC";

/// What becomes of the build args that hold tokens.
pub(super) fn all(builder: &Builder<'_>) -> Vec<Result<Secret, Stays>> {
    let mut found = Vec::new();
    for (index, instruction) in builder.instructions.iter().enumerate() {
        let InstructionKind::Arg(args) = &instruction.kind else {
            continue;
        };
        let Some(arg) = args.iter().find(|arg| is_secret(&arg.name)) else {
            continue;
        };
        let name = arg.name.as_str();
        let stays = |why: &str| {
            Err(Stays {
                line: instruction.first_line,
                message: format!("`{name}` {why}"),
            })
        };
        found.push(if args.len() > 1 {
            stays("shares its ARG with others")
        } else if arg.default.as_ref().is_some_and(|value| !value.is_empty()) {
            stays("has a default, so that builds do without it")
        } else {
            of(builder, index, instruction, name)
        });
    }
    found
}

fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    let mut parts = name.split('_');
    let is_public = parts.clone().any(|part| part == PUBLIC);
    !is_public && parts.any(|part| TELLING.contains(&part))
}

fn of(builder: &Builder<'_>, index: usize, arg: &Instruction, name: &str) -> Result<Secret, Stays> {
    let mut runs = Vec::new();
    let mut note = None;
    for (at, instruction) in builder.behind(index) {
        let names = mentions(builder, instruction, name);
        let stays = |why: &str| Stays {
            line: instruction.first_line,
            message: format!("`{name}` {why}"),
        };
        match &instruction.kind {
            InstructionKind::Run(run) if names || builder.may_use(instruction) => {
                if !is_plain(instruction, run) {
                    return Err(stays("is used by a RUN that is no plain shell text"));
                }
                runs.push(at);
                if note.is_none() && keeps(builder, instruction, name) {
                    note = Some(format!(
                        "a RUN of the builder writes `{name}` into a file, which its layer keeps"
                    ));
                }
            }
            InstructionKind::Run(_)
            | InstructionKind::Cmd(_)
            | InstructionKind::Entrypoint(_)
            | InstructionKind::Healthcheck(_) => {}
            InstructionKind::Env(_) if names => {
                return Err(stays("is kept in the environment by ENV"));
            }
            _ if names => {
                return Err(stays(&format!("is used by {}", instruction.name())));
            }
            _ => {}
        }
    }
    Ok(Secret {
        id: name.to_ascii_lowercase(),
        origin: format!("env={name}"),
        target: None,
        variable: Some(name.to_owned()),
        runs,
        edits: vec![builder.line(arg)],
        note,
    })
}

/// Whether a RUN writes the value of the variable into a file, and leaves it there.
fn keeps(builder: &Builder<'_>, instruction: &Instruction, name: &str) -> bool {
    let commands = builder.script(instruction).unwrap_or_default().commands;
    let removes = commands
        .iter()
        .any(|command| command.program().as_deref() == Some("rm"));
    let writes = |command: &Command| {
        let mut words = command.words.iter();
        let names = words.any(|word| word.raw.contains(name));
        let mut redirects = command.redirects.iter();
        let to_file = redirects.any(|it| it.writes && !it.target.raw.starts_with("/dev/"));
        let mut words = command.words.iter();
        names && (to_file || words.any(|word| matches!(word.raw.as_str(), "config" | "login")))
    };
    !removes && commands.iter().any(writes)
}

/// Whether an instruction names the variable.
fn mentions(builder: &Builder<'_>, instruction: &Instruction, name: &str) -> bool {
    let text = instruction.span.of(&builder.dockerfile.text);
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.match_indices(name).any(|(at, _)| {
        let before = text.get(..at).and_then(|text| text.chars().next_back());
        let after = text
            .get(at + name.len()..)
            .and_then(|text| text.chars().next());
        !before.is_some_and(is_word) && !after.is_some_and(is_word)
    })
}
