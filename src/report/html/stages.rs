//! The stages of a Dockerfile as boxes of a diagram.

use serde::Serialize;

use crate::dockerfile::Dockerfile;
use crate::dockerfile::instruction::{Instruction, InstructionKind, flag};

/// Longest text in a box, in characters.
const WIDTH: usize = 72;

/// A stage.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Stage {
    name: Option<String>,
    image: String,
    /// Instructions behind FROM.
    instructions: usize,
    user: Option<String>,
    /// ENTRYPOINT and CMD, as written.
    command: Vec<String>,
    /// What comes from other stages: their names, and the paths here.
    copies: Vec<(String, Vec<String>)>,
}

/// The stages of the Dockerfile `text`, in order.
pub(super) fn stages(text: &str) -> Vec<Stage> {
    let dockerfile = Dockerfile::parse(text);
    let stages = dockerfile.stages.iter();
    stages
        .map(|stage| {
            let instructions = dockerfile.stage_instructions(stage);
            Stage {
                name: stage.name.clone(),
                image: short(&stage.image),
                instructions: instructions.len().saturating_sub(1),
                user: instructions.iter().rev().find_map(user),
                command: commands(text, instructions),
                copies: copies(instructions),
            }
        })
        .collect()
}

fn user(instruction: &Instruction) -> Option<String> {
    match &instruction.kind {
        InstructionKind::User(user) => Some(short(user)),
        _ => None,
    }
}

/// The last ENTRYPOINT and the last CMD.
fn commands(text: &str, instructions: &[Instruction]) -> Vec<String> {
    let last = |wanted: fn(&InstructionKind) -> bool| {
        let found = instructions.iter().rfind(|known| wanted(&known.kind));
        found.map(|known| short(known.span.of(text)))
    };
    let entrypoint = last(|kind| matches!(kind, InstructionKind::Entrypoint(_)));
    let cmd = last(|kind| matches!(kind, InstructionKind::Cmd(_)));
    entrypoint.into_iter().chain(cmd).collect()
}

fn copies(instructions: &[Instruction]) -> Vec<(String, Vec<String>)> {
    let mut copies: Vec<(String, Vec<String>)> = Vec::new();
    for instruction in instructions {
        let InstructionKind::Copy(copy) = &instruction.kind else {
            continue;
        };
        let Some(from) = flag(&copy.flags, "from") else {
            continue;
        };
        let path = short(&copy.destination);
        match copies.iter_mut().find(|(known, _)| known == from) {
            Some((_, paths)) => paths.push(path),
            None => copies.push((short(from), vec![path])),
        }
    }
    copies
}

fn short(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= WIDTH {
        return text;
    }
    let mut short: String = text.chars().take(WIDTH - 1).collect();
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stage_tells_what_it_stands_on_takes_and_runs() {
        let text = "FROM golang AS builder\nRUN go build -o /a\n\nFROM scratch\n\
                    COPY --from=builder /a /a\nCOPY --from=builder /b /b\nUSER 1\nCMD [\"/a\"]\n";
        let stages = stages(text);
        assert_eq!(stages.len(), 2);
        let last = &stages[1];
        assert_eq!((last.image.as_str(), last.instructions), ("scratch", 4));
        assert_eq!(last.user.as_deref(), Some("1"));
        assert_eq!(last.command, ["CMD [\"/a\"]"]);
        let paths = vec!["/a".to_owned(), "/b".to_owned()];
        assert_eq!(last.copies, [("builder".to_owned(), paths)]);
    }
}
