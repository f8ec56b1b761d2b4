//! Build args that somebody passes, and a Dockerfile, in; the Dockerfile that says so itself out.

use crate::dockerfile::Dockerfile;
use crate::dockerfile::instruction::InstructionKind;
use crate::edit::{self, Edit};

/// Those of `args` that the Dockerfile declares with another default, sorted.
pub(crate) fn declared(
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
pub(crate) fn declares(dockerfile: &Dockerfile, name: &str) -> bool {
    dockerfile.instructions.iter().any(|it| match &it.kind {
        InstructionKind::Arg(args) => args.iter().any(|arg| arg.name == name),
        _ => false,
    })
}

/// The text with `args` as defaults of its ARG instructions.
pub(crate) fn with_args(dockerfile: &Dockerfile, args: &[(String, String)]) -> String {
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
}
