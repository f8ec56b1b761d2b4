//! Programs without debug information (`--strip`). In: the `go build` commands of the Dockerfile.
//! Out: edits that merge `-trimpath` and `-s -w` into the flags that are there.
//!
//! This is a choice of the user's and no default: traces then name import paths instead of files,
//! and a debugger has nothing to go by.

use super::program;
use super::setting::{self, Value};
use super::words::{self, Given};
use crate::dockerfile::shell::Word;
use crate::edit::Edit;
use crate::plan::build::{Build, RunCommand};

/// What the linker is told: no symbol table, no DWARF. Source: `go tool link`.
pub(super) const LINKER: &str = "-s -w";

/// The edits, each with the text that it emits. `trims` tells whether paths may change: a program
/// that finds its files by its own source path needs them.
pub(super) fn edits(build: &Build<'_>, trims: bool) -> Vec<(Edit, String)> {
    let mut found = Vec::new();
    for (step, _, command) in program::commands(build) {
        let Some(places) = places(build, step, command) else {
            continue;
        };
        let words = words::parse(&words::arguments(command), false);
        let flags = setting::of(build, step, command, "GOFLAGS");
        let by_environment = |name: &str| match &flags {
            Value::Known(value) => value.contains(name),
            Value::Unset => false,
            Value::Unknown => true,
        };
        let Some((_, behind)) = places.get(1).copied() else {
            continue;
        };
        if trims && !words.has("trimpath") && !by_environment("trimpath") {
            found.push((Edit::insert(behind, " -trimpath"), "-trimpath".to_owned()));
        }
        match words.given("ldflags") {
            // The command line would take the place of the environment.
            None if by_environment("ldflags") => {}
            None => {
                let text = format!(" -ldflags=\"{LINKER}\"");
                found.push((Edit::insert(behind, text.clone()), text.trim().to_owned()));
            }
            Some(Given::Text(value)) if is_of_packages(value) || is_stripped(value) => {}
            Some(_) => found.extend(merged(command, &places)),
        }
    }
    found
}

/// Where the words of a command stand in the file: start and end. `None` for what does not stand
/// there as a command of its own.
fn places(build: &Build<'_>, step: usize, command: &RunCommand) -> Option<Vec<(usize, usize)>> {
    let span = command.command.span;
    let text = &build.dockerfile.text;
    let of = build.steps.get(step)?;
    let mut others = of.commands.iter();
    let is_own =
        others.all(|other| std::ptr::eq(other, command) || other.command.span.start != span.start);
    if command.script.is_some() || !is_own || !of.instruction.heredocs.is_empty() {
        return None;
    }
    let mut at = span.start;
    let mut places = Vec::new();
    for word in &command.command.words {
        let start = at + text.get(at..span.end)?.find(word.raw.as_str())?;
        at = start + word.raw.len();
        places.push((start, at));
    }
    Some(places)
}

/// The edit that puts our flags before the value of `-ldflags`.
fn merged(command: &RunCommand, places: &[(usize, usize)]) -> Option<(Edit, String)> {
    let words = &command.command.words;
    let bare = |word: &Word| word.raw.trim_start_matches('-') == "ldflags";
    let at = words.iter().position(|word| {
        let raw = word.raw.trim_start_matches(['"', '\'', '-']);
        bare(word) || raw.starts_with("ldflags=")
    })?;
    let (word, start, end, skipped) = if bare(words.get(at)?) {
        let (start, end) = *places.get(at + 1)?;
        (words.get(at + 1)?, start, end, 0)
    } else {
        let word = words.get(at)?;
        let (start, end) = *places.get(at)?;
        (word, start, end, word.raw.find('=')? + 1)
    };
    let emitted = format!("{LINKER} ");
    let value = word.raw.get(skipped..)?;
    let is_quoted = word.raw.starts_with(['"', '\'']);
    let offset = match value.chars().next() {
        _ if is_quoted && skipped > 0 => skipped,
        Some('"' | '\'') => skipped + 1,
        _ => {
            // Without quotes it would become several words.
            let quoted = format!("\"{LINKER} {value}\"");
            let span = crate::dockerfile::span::Span::new(start + skipped, end);
            return Some((Edit::replace(span, quoted.clone()), quoted));
        }
    };
    Some((Edit::insert(start + offset, emitted.clone()), emitted))
}

/// `pattern=flags`: flags for some packages alone.
fn is_of_packages(value: &str) -> bool {
    let first = value.split_whitespace().next().unwrap_or_default();
    !first.starts_with('-') && first.contains('=')
}

fn is_stripped(value: &str) -> bool {
    let has = |flag: &str| value.split_whitespace().any(|word| word == flag);
    has("-s") && has("-w")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit;
    use crate::toolchain::compiled::sample::sample;

    fn stripped(line: &str, trims: bool) -> String {
        let text = format!("FROM golang:1.25\nARG LD\nCOPY . .\n{line}\n");
        sample(&text, &[("go.mod", "module m")], |build| {
            let edits: Vec<Edit> = edits(build, trims)
                .into_iter()
                .map(|(edit, _)| edit)
                .collect();
            let result = edit::apply(&text, &edits).unwrap();
            result.lines().skip(3).collect::<Vec<_>>().join("\n")
        })
    }

    #[test]
    fn flags_are_merged_into_those_that_are_there() {
        for (line, expected) in [
            (
                "RUN go build -o x .",
                "RUN go build -trimpath -ldflags=\"-s -w\" -o x .",
            ),
            (
                "RUN a && go build -ldflags \"-X v=$(git describe)\" \\\n  -o x .",
                "RUN a && go build -trimpath -ldflags \"-s -w -X v=$(git describe)\" \\\n  -o x .",
            ),
            (
                "RUN go install -trimpath -ldflags='-X v=1' ./...",
                "RUN go install -trimpath -ldflags='-s -w -X v=1' ./...",
            ),
            (
                "RUN go build \"-ldflags=-X v=1\"",
                "RUN go build -trimpath \"-ldflags=-s -w -X v=1\"",
            ),
            (
                "RUN go build -ldflags $LD .",
                "RUN go build -trimpath -ldflags \"-s -w $LD\" .",
            ),
            (
                "RUN go build -ldflags=-X=v=1",
                "RUN go build -trimpath -ldflags=\"-s -w -X=v=1\"",
            ),
            (
                "RUN go build -ldflags='-w -s'",
                "RUN go build -trimpath -ldflags='-w -s'",
            ),
            (
                "RUN GOFLAGS=-ldflags=-X=a=b go build",
                "RUN GOFLAGS=-ldflags=-X=a=b go build -trimpath",
            ),
            ("RUN go vet", "RUN go vet"),
            (
                "RUN <<EOF\n# go build\ngo build\nEOF",
                "RUN <<EOF\n# go build\ngo build\nEOF",
            ),
        ] {
            assert_eq!(stripped(line, true), expected, "{line}");
        }
        assert_eq!(
            stripped("RUN go build", false),
            "RUN go build -ldflags=\"-s -w\""
        );
    }
}
