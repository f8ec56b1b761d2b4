//! COPY and ADD: where what they bring lies in the image, or why that is not known.

use super::build::Build;
use super::layout::Misplaced;
use crate::dockerfile::contract::State;
use crate::dockerfile::instruction::{Copy, Instruction, InstructionKind, flag};
use crate::outcome::{Code, Decline};

/// The decline for a value that hangs on something unknown.
pub(super) fn unresolved(instruction: &Instruction, what: &str) -> Decline {
    let message = format!("{what} hangs on a variable whose value is unknown");
    Decline::new(Code::UnresolvedVariable, message)
        .at(instruction.first_line)
        .hint("give the ARG a default")
}

/// Places what a COPY or ADD brings; does nothing for other instructions.
pub(super) fn place(
    build: &mut Build<'_>,
    index: usize,
    instruction: &Instruction,
    state: &State,
) -> Result<(), Decline> {
    let (copy, is_add) = match &instruction.kind {
        InstructionKind::Copy(copy) => (copy, false),
        InstructionKind::Add(copy) => (copy, true),
        _ => return Ok(()),
    };
    let line = instruction.first_line;
    if let Some(from) = flag(&copy.flags, "from") {
        let mut sources = copy.sources.iter();
        if sources.all(|source| build.toolchain.is_tool(from, source)) {
            return Ok(());
        }
        let message = format!("what `COPY --from={from}` brings from another image is not known");
        return Err(Decline::new(Code::UnsupportedInstruction, message).at(line));
    }
    if is_add && copy.sources.iter().any(|source| is_archive(source)) {
        let message = "ADD may unpack an archive, and what it holds is not known";
        return Err(Decline::new(Code::UnsupportedInstruction, message).at(line));
    }
    if is_add && copy.sources.iter().any(|source| is_remote(source)) {
        return download(build, instruction, copy, state);
    }
    if copy.has_heredocs {
        written_inline(build, instruction, copy, state)?;
    }
    let escape = build.dockerfile.lines.escape;
    let placed = build.layout.add(copy, state, build.context, index, escape);
    placed.map_err(|misplaced| match misplaced {
        Misplaced::Variable => unresolved(instruction, "a path of this COPY"),
        Misplaced::Missing {
            source,
            hidden: true,
        } => {
            let message = format!("`{source}` is hidden by `.dockerignore`");
            Decline::new(Code::HiddenByDockerignore, message).at(line)
        }
        Misplaced::Missing { source, .. } => {
            let message = format!("`{source}` is not in the build context");
            let hint = "name the folder that it is built from with `--context DIR`";
            Decline::new(Code::NoContext, message).at(line).hint(hint)
        }
    })
}

/// `COPY <<name destination`: the destination, or files of those names in it.
fn written_inline(
    build: &mut Build<'_>,
    instruction: &Instruction,
    copy: &Copy,
    state: &State,
) -> Result<(), Decline> {
    let escape = build.dockerfile.lines.escape;
    let target = state.expand(&copy.destination, escape);
    let target = target.ok_or_else(|| unresolved(instruction, "a path of this COPY"))?;
    for heredoc in &instruction.heredocs {
        let inside = target.ends_with('/') || instruction.heredocs.len() > 1;
        let path = if inside {
            format!("{target}/{}", heredoc.mark.name)
        } else {
            target.clone()
        };
        let path = state
            .absolute(&path)
            .ok_or_else(|| unresolved(instruction, "a path of this COPY"))?;
        build.foreign.push((path, instruction.first_line));
    }
    Ok(())
}

/// ADD of one address: a file of the address's name, or of the destination's.
fn download(
    build: &mut Build<'_>,
    instruction: &Instruction,
    copy: &Copy,
    state: &State,
) -> Result<(), Decline> {
    let line = instruction.first_line;
    let escape = build.dockerfile.lines.escape;
    let [source] = copy.sources.as_slice() else {
        let message = "ADD downloads several files at once";
        return Err(Decline::new(Code::UnsupportedInstruction, message).at(line));
    };
    let is_repository = source.starts_with("git") || source.contains(".git");
    let target = state
        .expand(&copy.destination, escape)
        .filter(|_| !is_repository);
    let address = state.expand(source, escape).unwrap_or_default();
    let name = address
        .rsplit('/')
        .next()
        .filter(|name| !name.is_empty() && !name.contains(['?', '$']));
    let is_directory = |target: &str| {
        let is_there = |path: String| build.layout.is_directory(&path, state);
        target.ends_with('/') || target == "." || state.absolute(target).is_some_and(is_there)
    };
    let path = match (target, name) {
        (Some(target), Some(name)) if is_directory(&target) => {
            state.absolute(&format!("{target}/{name}"))
        }
        (Some(target), _) if !is_directory(&target) => state.absolute(&target),
        _ => None,
    };
    let Some(path) = path else {
        let message = format!("what ADD makes of `{source}` is not known");
        return Err(Decline::new(Code::UnsupportedInstruction, message).at(line));
    };
    build.foreign.push((path, line));
    Ok(())
}

fn is_remote(source: &str) -> bool {
    ["http://", "https://", "git@", "git://"]
        .iter()
        .any(|scheme| source.starts_with(scheme))
}

/// Archives that ADD unpacks (docs.docker.com, `ADD`: tar, also compressed).
fn is_archive(source: &str) -> bool {
    let name = source.to_ascii_lowercase();
    [
        ".tar", ".tgz", ".tar.gz", ".tar.bz2", ".tar.xz", ".txz", ".tbz2", ".tar.zst",
    ]
    .iter()
    .any(|ending| name.ends_with(ending))
}
