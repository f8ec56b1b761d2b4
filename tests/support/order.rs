//! A rewritten Dockerfile in, out: whether it installs dependencies before the sources come, so
//! that their layer outlives a change of the sources.

use anyhow::Result;
use globset::GlobBuilder;
use restage::dockerfile::Dockerfile;
use restage::dockerfile::instruction::{Copy, Instruction, InstructionKind, flag};
use restage::dockerfile::shell;

use super::case::Case;
use super::sources;

/// The order of a builder stage.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// Nothing is installed: there are no dependencies.
    Nothing,
    /// Every source comes after this many RUN instructions that install dependencies.
    First(usize),
    /// A source comes first.
    Late,
}

/// The order in `text`, a rewrite of the case.
pub(crate) fn of(case: &Case, text: &str) -> Result<Order> {
    let dockerfile = Dockerfile::parse(text);
    let stage = dockerfile.stages.first();
    let instructions = stage.map_or(&[][..], |stage| dockerfile.stage_instructions(stage));
    let sources = sources::of(case)?;
    let first_source = instructions
        .iter()
        .position(|instruction| sources.iter().any(|path| brings(instruction, path)))
        .unwrap_or(instructions.len());
    let is_install =
        |instruction: &&Instruction| installs(&case.toolchain, &dockerfile, instruction);
    let (early, late) = instructions.split_at(first_source);
    let before = early.iter().filter(is_install).count();
    // What compiles runs the same commands on the sources again.
    let compiles = matches!(case.toolchain.as_str(), "go" | "rust");
    Ok(if compiles && !sources::fetches_unasked(case)? {
        Order::Nothing
    } else if before > 0 {
        Order::First(before)
    } else if compiles || late.iter().any(|it| is_install(&it)) {
        Order::Late
    } else {
        Order::Nothing
    })
}

/// Whether an instruction copies the file of the build context.
fn brings(instruction: &Instruction, path: &str) -> bool {
    let (InstructionKind::Copy(copy) | InstructionKind::Add(copy)) = &instruction.kind else {
        return false;
    };
    flag(&copy.flags, "from").is_none() && matches(copy, path)
}

fn matches(copy: &Copy, path: &str) -> bool {
    // A pattern that matches a folder copies what is in it.
    let folders = path
        .match_indices('/')
        .map(|(at, _)| path.get(..at).unwrap_or(path));
    let names: Vec<&str> = std::iter::once(path).chain(folders).collect();
    copy.sources.iter().any(|source| {
        let source = source.trim_start_matches("./").trim_matches('/');
        let glob = GlobBuilder::new(source).literal_separator(true).build();
        let matcher = glob.map(|glob| glob.compile_matcher());
        matches!(source, "" | ".")
            || matcher.is_ok_and(|matcher| names.iter().any(|name| matcher.is_match(name)))
    })
}

/// Whether a builder's line about a step is about a RUN that installs dependencies.
pub(crate) fn is_install_line(toolchain: &str, line: &str) -> bool {
    let dockerfile = Dockerfile::parse(line);
    let mut instructions = dockerfile.instructions.iter();
    instructions.any(|instruction| installs(toolchain, &dockerfile, instruction))
}

/// Whether a RUN installs what the project depends on.
fn installs(toolchain: &str, dockerfile: &Dockerfile, instruction: &Instruction) -> bool {
    let Some(script) = shell::of_run(dockerfile, instruction) else {
        return false;
    };
    script.commands.iter().any(|command| {
        let words: Vec<&str> = command.words.iter().map(|word| word.raw.as_str()).collect();
        is_install(toolchain, &words)
    })
}

fn is_install(toolchain: &str, words: &[&str]) -> bool {
    match (toolchain, words) {
        ("go", ["go", "mod", "download", ..] | ["go", "get", ..])
        | ("rust", ["cargo", "build" | "b" | "install" | "fetch", ..])
        | ("node", ["yarn"])
        | (
            "python",
            ["python" | "python3", "-m", "pip", "install", ..]
            | ["pip" | "pip3" | "pipenv" | "poetry", "install", ..]
            | ["uv", "sync", ..]
            | ["uv", "pip", "install", ..],
        ) => true,
        ("node", ["npm" | "yarn" | "pnpm", verb, rest @ ..]) => {
            let is_global = rest.iter().any(|word| matches!(*word, "-g" | "--global"));
            matches!(*verb, "install" | "i" | "ci") && !is_global
        }
        _ => false,
    }
}
