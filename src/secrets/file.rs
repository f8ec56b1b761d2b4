//! Copied files with tokens. In: the first stage of a rewrite. Out: a secret for each that COPY names, to
//! be mounted where it was copied to, or why it is copied as before.

use super::builder::Builder;
use super::{Secret, Stays};
use crate::dockerfile::contract::{State, clean};
use crate::dockerfile::instruction::{Copy, Instruction, InstructionKind};
use crate::dockerfile::shell::Command;
use crate::dockerfile::span::Span;
use crate::dockerfile::word;
use crate::edit::Edit;

/// What becomes of the files with tokens that COPY instructions name.
pub(super) fn all(builder: &Builder<'_>) -> Vec<Result<Secret, Stays>> {
    let mut found = Vec::new();
    for (index, instruction) in builder.instructions.iter().enumerate() {
        let InstructionKind::Copy(copy) = &instruction.kind else {
            continue;
        };
        let is_plain = copy.flags.is_empty() && !copy.exec_form && !copy.has_heredocs;
        for source in copy.sources.iter().filter(|_| is_plain) {
            let path = source.trim_start_matches("./");
            let Some(text) = builder.context.read(path) else {
                continue;
            };
            if holds_token(path, text) {
                found.push(of(builder, index, (instruction, copy), source, text));
            }
        }
    }
    found
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Whether a file holds a token itself, and not the name of a variable with one.
/// Source: the documentation of npm (`.npmrc`), curl (`.netrc`) and pip (`pip.conf`).
fn holds_token(path: &str, text: &str) -> bool {
    let value = |line: &str| {
        let (key, value) = line.split_once('=')?;
        let is_token = ["_authToken", "_auth", "_password"]
            .iter()
            .any(|name| key.trim_end().ends_with(name));
        is_token.then(|| value.trim().to_owned())
    };
    let mut lines = text.lines().map(str::trim);
    match file_name(path) {
        ".npmrc" => lines
            .filter_map(value)
            .any(|value| !value.is_empty() && !value.contains("${")),
        ".netrc" | "_netrc" => text.split_whitespace().any(|word| word == "password"),
        "pip.conf" => lines.any(|line| {
            let address = line.split_once("://").map(|(_, rest)| rest);
            address.is_some_and(|rest| rest.split('/').next().unwrap_or(rest).contains('@'))
        }),
        _ => false,
    }
}

/// Whether a program that is started later finds nothing in these settings.
/// Source: npm's documentation of its configuration.
fn is_for_installation(path: &str, text: &str) -> bool {
    let of_registry = |line: &str| {
        let key = line.split('=').next().unwrap_or_default().trim();
        key.is_empty()
            || key.starts_with(['#', ';'])
            || key.starts_with("//")
            || (key.starts_with('@') && key.ends_with(":registry"))
            || matches!(
                key,
                "registry" | "always-auth" | "email" | "_auth" | "_authToken" | "_password"
            )
    };
    file_name(path) != ".npmrc" || text.lines().map(str::trim).all(of_registry)
}

fn of(
    builder: &Builder<'_>,
    index: usize,
    (instruction, copy): (&Instruction, &Copy),
    source: &str,
    text: &str,
) -> Result<Secret, Stays> {
    let stays = |line: usize, why: &str| Stays {
        line,
        message: format!("`{source}` {why}"),
    };
    let here = instruction.first_line;
    let path = source.trim_start_matches("./");
    let target = builder
        .states
        .get(index)
        .and_then(|state| place(builder, state, copy, path));
    let target = target.ok_or_else(|| stays(here, "is copied to a place that is not known"))?;
    if !is_for_installation(path, text) {
        return Err(stays(here, "holds settings that a program may read later"));
    }
    let mut edits = vec![without(builder, instruction, copy, source)];
    let mut runs = Vec::new();
    for (at, later) in builder.behind(index) {
        let InstructionKind::Run(_) = &later.kind else {
            continue;
        };
        let Some(state) = builder.states.get(at) else {
            continue;
        };
        let touched = touched(builder, later, state, &target);
        match touched {
            Touched::Read => runs.push(at),
            Touched::Not if builder.may_use(later) => runs.push(at),
            Touched::Not | Touched::Removed => {}
            Touched::RemovedLast(span) => {
                edits.push(Edit::delete(span));
                runs.push(at);
            }
            Touched::Changed => {
                let line = later.first_line;
                return Err(stays(line, "is changed or removed by a RUN that uses it"));
            }
        }
    }
    let name = file_name(path);
    Ok(Secret {
        id: name.trim_start_matches(['.', '_']).replace('.', "_"),
        origin: format!("src={path}"),
        target: Some(target),
        variable: None,
        runs,
        edits,
        note: comes_again(builder, index, path),
    })
}

/// Where a COPY puts the file.
fn place(builder: &Builder<'_>, state: &State, copy: &Copy, path: &str) -> Option<String> {
    let written = state.expand(&copy.destination, builder.dockerfile.lines.escape)?;
    let destination = state.absolute(&written)?;
    let name = file_name(path);
    let is_workdir = state.contract.workdir.as_deref() == Some(destination.as_str());
    let into = written.ends_with('/') || copy.sources.len() > 1 || is_workdir;
    let target = match file_name(&destination) {
        last if !into && last == name => destination,
        _ if into => clean(&format!("{destination}/{name}")),
        // It may be a directory, or another name.
        last if last.contains('.') => destination,
        _ => return None,
    };
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-@".contains(c);
    target.chars().all(is_plain).then_some(target)
}

/// The COPY without the file, or no COPY where it brings nothing else.
fn without(builder: &Builder<'_>, instruction: &Instruction, copy: &Copy, source: &str) -> Edit {
    if copy.sources.len() == 1 {
        return builder.line(instruction);
    }
    let joined = instruction.joined.as_str();
    let mut at = 0;
    for word in word::split_raw(joined) {
        let Some(start) = joined.get(at..).and_then(|rest| rest.find(word)) else {
            break;
        };
        let (start, end) = (at + start, at + start + word.len());
        at = end;
        if word == source {
            // With the blank in front of it.
            let before = joined.get(..start).unwrap_or_default();
            let blank = before.len() - before.trim_end().len();
            return Edit::delete(instruction.joined.span_of(start - blank.min(1), end));
        }
    }
    Edit::delete(Span::new(instruction.span.start, instruction.span.start))
}

/// What a RUN does to the file.
enum Touched {
    /// Nothing.
    Not,
    /// Names it, and leaves it as it is.
    Read,
    /// Takes it away, and does nothing else with it.
    Removed,
    /// Takes it away at the end: the text of that.
    RemovedLast(Span),
    /// Something else.
    Changed,
}

fn touched(
    builder: &Builder<'_>,
    instruction: &Instruction,
    state: &State,
    target: &str,
) -> Touched {
    let Some(script) = builder.script(instruction) else {
        return Touched::Not;
    };
    let naming: Vec<usize> = script
        .commands
        .iter()
        .enumerate()
        .filter_map(|(at, command)| names(command, state, target).then_some(at))
        .collect();
    let changing: Vec<usize> = naming
        .iter()
        .copied()
        .filter(|at| script.commands.get(*at).is_some_and(changes))
        .collect();
    let [only] = changing.as_slice() else {
        return match (naming.is_empty(), changing.is_empty()) {
            (true, _) => Touched::Not,
            (_, true) => Touched::Read,
            _ => Touched::Changed,
        };
    };
    let Some(command) = script.commands.get(*only) else {
        return Touched::Changed;
    };
    let words: Vec<&str> = command.words.iter().map(|word| word.raw.as_str()).collect();
    let removes = match words.as_slice() {
        ["rm", "-f" | "-rf" | "-fr", _] => true,
        ["rm", _] => script.commands.len() > 1,
        _ => false,
    };
    if !removes {
        return Touched::Changed;
    }
    if script.commands.len() == 1 {
        return Touched::Removed;
    }
    let before = only.checked_sub(1).and_then(|at| script.commands.get(at));
    let is_last = only + 1 == script.commands.len();
    match before.filter(|_| is_last) {
        Some(before) => {
            let span = Span::new(before.span.end, command.span.end);
            let between = Span::new(before.span.end, command.span.start);
            let between = between.of(&builder.dockerfile.text);
            let joins = between.trim_matches([' ', '\t', '\r', '\n', '\\']) == "&&";
            if joins && span.end == instruction.span.end {
                Touched::RemovedLast(span)
            } else {
                Touched::Changed
            }
        }
        None => Touched::Changed,
    }
}

/// Whether a command names the file.
fn names(command: &Command, state: &State, target: &str) -> bool {
    let lookup = |name: &str| state.lookup(name);
    let workdir = state.contract.workdir.clone().unwrap_or_default();
    let start = command
        .directory_from(&workdir, &lookup)
        .unwrap_or_default();
    let is_it = |path: Option<String>| {
        let path = path.filter(|path| path.contains(file_name(target)));
        path.is_some_and(|path| {
            path.starts_with('~')
                || clean(&format!("{start}/{path}")) == target
                || clean(&path) == target
        })
    };
    let words = command.words.iter().map(|word| word.path(&lookup));
    let redirects = command.redirects.iter();
    words
        .chain(redirects.map(|redirect| redirect.target.path(&lookup)))
        .any(is_it)
}

/// Whether a command that names a file may write to it, take it away or bring it elsewhere.
fn changes(command: &Command) -> bool {
    let program = command.program().unwrap_or_default();
    let reads = matches!(
        program.as_str(),
        "cat" | "grep" | "test" | "[" | "ls" | "npm" | "yarn" | "pnpm" | "pip" | "pip3" | "go"
    );
    !reads || command.redirects.iter().any(|redirect| redirect.writes)
}

/// What is said where a folder that is copied brings the file once more.
fn comes_again(builder: &Builder<'_>, index: usize, path: &str) -> Option<String> {
    let brings = |source: &String| {
        let folder = source.trim_start_matches("./").trim_matches('/');
        let folder = folder.trim_start_matches('.');
        folder.is_empty() || path.starts_with(&format!("{folder}/"))
    };
    let mut others = builder.instructions.iter().enumerate();
    let other = others.find(|(at, it)| match &it.kind {
        InstructionKind::Copy(copy) | InstructionKind::Add(copy) => {
            *at != index && copy.sources.iter().any(brings)
        }
        _ => false,
    });
    other.map(|_| {
        format!("`{path}` is brought by another COPY, too: list it in `.dockerignore`, so that no layer holds it")
    })
}
