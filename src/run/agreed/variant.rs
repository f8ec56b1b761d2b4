//! Other ways to build or run a Dockerfile, as Dockerfiles: a text and what differs in, the text
//! that says so itself out.

use crate::dockerfile::Dockerfile;
use crate::dockerfile::exec_form;
use crate::dockerfile::instruction::{Instruction, InstructionKind};
use crate::edit::{self, Edit};

/// Those of `args` that the Dockerfile declares with another default, sorted.
pub(super) fn declared(
    dockerfile: &Dockerfile,
    args: &[(String, String)],
) -> Vec<(String, String)> {
    let differs = |(name, value): &&(String, String)| {
        dockerfile
            .instructions
            .iter()
            .any(|instruction| match &instruction.kind {
                InstructionKind::Arg(known) => known
                    .iter()
                    .any(|arg| arg.name == *name && arg.default.as_ref() != Some(value)),
                _ => false,
            })
    };
    let mut declared: Vec<_> = args.iter().filter(differs).cloned().collect();
    declared.sort();
    declared.dedup_by(|one, other| one.0 == other.0);
    declared
}

/// Whether the Dockerfile declares a build arg.
pub(super) fn declares(dockerfile: &Dockerfile, name: &str) -> bool {
    dockerfile.instructions.iter().any(|it| match &it.kind {
        InstructionKind::Arg(args) => args.iter().any(|arg| arg.name == name),
        _ => false,
    })
}

/// The text with `args` as defaults of its ARG instructions.
pub(super) fn with_args(dockerfile: &Dockerfile, args: &[(String, String)]) -> String {
    let edits: Vec<Edit> = dockerfile
        .instructions
        .iter()
        .filter_map(|instruction| {
            let InstructionKind::Arg(known) = &instruction.kind else {
                return None;
            };
            let passed = |name: &String| args.iter().find(|(passed, _)| passed == name);
            if !known.iter().any(|arg| passed(&arg.name).is_some()) {
                return None;
            }
            let words: Vec<String> = known
                .iter()
                .map(|arg| {
                    let value = passed(&arg.name)
                        .map(|(_, value)| value)
                        .or(arg.default.as_ref());
                    match value {
                        Some(value) => format!("{}={}", arg.name, quoted(value)),
                        None => arg.name.clone(),
                    }
                })
                .collect();
            Some(Edit::replace(
                instruction.span,
                format!("ARG {}", words.join(" ")),
            ))
        })
        .collect();
    edit::apply(&dockerfile.text, &edits).unwrap_or_else(|| dockerfile.text.clone())
}

/// A value in double quotes. What the builder expands in a default stays: a value that is passed
/// is not expanded, but one with `$` in it says nothing that is known here either.
fn quoted(value: &str) -> String {
    format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
}

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
    fn args_become_defaults_everywhere() {
        let dockerfile = Dockerfile::parse("ARG V=1\nFROM a:$V\nARG V OTHER=x\nARG SAME=s\n");
        let args = [("V", "2\"3"), ("NO", "1"), ("SAME", "s")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()));
        let declared = declared(&dockerfile, &args);
        assert_eq!(declared, [("V".to_owned(), "2\"3".to_owned())]);
        assert_eq!(
            with_args(&dockerfile, &declared),
            "ARG V=\"2\\\"3\"\nFROM a:$V\nARG V=\"2\\\"3\" OTHER=\"x\"\nARG SAME=s\n"
        );
    }

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
