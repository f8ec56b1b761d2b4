//! Other ways to build or run a Dockerfile, as Dockerfiles: a text and what differs in, the text
//! that says so itself out.

use crate::dockerfile::Dockerfile;
use crate::dockerfile::exec_form;
use crate::dockerfile::instruction::{Instruction, InstructionKind};

/// The text with another ENTRYPOINT, CMD and HEALTHCHECK. As for a container, another ENTRYPOINT
/// takes the image's CMD away.
pub(super) fn with_start(
    text: &str,
    entrypoint: Option<&[String]>,
    command: Option<&[String]>,
) -> String {
    let mut lines = vec![text.trim_end().to_owned()];
    if let Some(words) = entrypoint {
        lines.push(format!("ENTRYPOINT {}", exec_form::print(words)));
    }
    match (entrypoint, command) {
        (_, Some(words)) => lines.push(format!("CMD {}", exec_form::print(words))),
        (Some(_), None) => lines.push("CMD []".to_owned()),
        (None, None) => {}
    }
    format!("{}\n", lines.join("\n"))
}

/// The text with another USER.
pub(super) fn with_user(text: &str, user: &str) -> String {
    format!("{}\nUSER {user}\n", text.trim_end())
}

/// What a rewrite is made of, apart from what starts.
pub(super) fn body(text: &str) -> Vec<String> {
    let dockerfile = Dockerfile::parse(text);
    let starts = |instruction: &&Instruction| {
        !matches!(
            instruction.kind,
            InstructionKind::Cmd(_) | InstructionKind::Entrypoint(_)
        )
    };
    let body = dockerfile.instructions.iter().filter(starts);
    body.map(|instruction| instruction.span.of(text).trim().to_owned())
        .collect()
}

/// The name of a rewrite's builder stage.
pub(super) fn builder_of(text: &str) -> String {
    let dockerfile = Dockerfile::parse(text);
    let first = dockerfile.stages.first();
    first
        .and_then(|stage| stage.name.clone())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_entrypoint_takes_the_command_away() {
        let words = ["a".to_owned(), "b c".to_owned()];
        assert_eq!(
            with_start("FROM x", Some(&words), None),
            "FROM x\nENTRYPOINT [\"a\", \"b c\"]\nCMD []\n"
        );
        assert_eq!(
            with_start("FROM x\n\n", None, Some(&words)),
            "FROM x\nCMD [\"a\", \"b c\"]\n"
        );
    }
}
