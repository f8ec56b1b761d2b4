//! `cargo run` within a shell text (`migrate && cargo run --release`). In: the text and the program
//! that it starts. Out: the text with the program in the place of cargo and of cargo's own words.
//!
//! Everything else of the text stays byte for byte: quotes, variables, redirections, and the
//! arguments that cargo hands on.

use super::invocation::Invocation;
use crate::dockerfile::shell::{self, Command, Word};
use crate::toolchain::compiled::tree::file_name;

/// How deep a text within a text (`bash -c "…"`) is followed.
const MAX_DEPTH: usize = 3;

/// The text in which `program` is started instead of by cargo; `None` where that cannot be written
/// with certainty, and where there is not exactly one cargo in it.
pub(super) fn without_cargo(text: &str, program: &str) -> Option<String> {
    let safe = |c: char| c.is_ascii_alphanumeric() || "._-/+@".contains(c);
    let commands = shell::parse(text).commands;
    let cargos = commands.iter().filter_map(cargo_at).count();
    (cargos == 1 && program.chars().all(safe)).then(|| within(text, program, 0))?
}

/// The bytes of cargo and its own words where they stand in the text itself, and in no text within
/// it.
pub(super) fn place(text: &str, program: &str) -> Option<(usize, usize)> {
    without_cargo(text, program)?;
    let commands = shell::parse(text).commands;
    let command = commands
        .iter()
        .find(|command| cargo_at(command).is_some())?;
    own_words(text, command)
}

/// Index of the word `cargo` among what may stand before the program that a command runs.
fn cargo_at(command: &Command) -> Option<usize> {
    let before = ["exec", "nohup", "tini", "dumb-init", "--", "-g"];
    let values: Vec<Option<String>> = command.words.iter().map(Word::value).collect();
    let other = values.iter().position(|value| {
        let value = value.as_deref().unwrap_or_default();
        !before.contains(&file_name(value))
    })?;
    let name = values.get(other)?.as_deref()?;
    (file_name(name) == "cargo").then_some(other)
}

fn within(text: &str, program: &str, depth: usize) -> Option<String> {
    let commands = shell::parse(text).commands;
    // The commands of a text within the text have the place of the shell that reads it.
    let direct = commands
        .iter()
        .find(|command| cargo_at(command).is_some() && ranges(text, command).is_some());
    if let Some(command) = direct {
        let (start, end) = own_words(text, command)?;
        return spliced(text, start, end, program);
    }
    if depth >= MAX_DEPTH {
        return None;
    }
    commands.iter().find_map(|command| {
        let places = ranges(text, command)?;
        let mut words = command.words.iter().zip(places);
        words.find_map(|(word, (start, end))| {
            let inner = quoted(&word.raw)?;
            let new = within(inner, program, depth + 1)?;
            spliced(text, start + 1, end - 1, &new)
        })
    })
}

/// What stands between the quotes of a word that is one quoted string without escapes.
fn quoted(raw: &str) -> Option<&str> {
    let inner = |quote: char| raw.strip_prefix(quote)?.strip_suffix(quote);
    let inner = inner('"').or_else(|| inner('\''))?;
    (!inner.contains(['"', '\'', '\\', '`'])).then_some(inner)
}

fn spliced(text: &str, start: usize, end: usize, new: &str) -> Option<String> {
    Some(format!("{}{new}{}", text.get(..start)?, text.get(end..)?))
}

/// Where the words of a command stand in the text; `None` where they do not.
fn ranges(text: &str, command: &Command) -> Option<Vec<(usize, usize)>> {
    let mut at = command.span.start;
    let mut found = Vec::with_capacity(command.words.len());
    for word in &command.words {
        let rest = text.get(at..command.span.end)?;
        let start = at + rest.find(word.raw.as_str())?;
        at = start + word.raw.len();
        found.push((start, at));
    }
    Some(found)
}

/// The bytes from the word `cargo` to the last word that is cargo's own.
fn own_words(text: &str, command: &Command) -> Option<(usize, usize)> {
    let at = cargo_at(command)?;
    let places = ranges(text, command)?;
    let words: Vec<Option<String>> = command.words.iter().skip(at + 1).map(Word::value).collect();
    let cargo = Invocation::parse(&words).ok()?;
    let separator = words.iter().position(|word| word.as_deref() == Some("--"));
    let own = match separator {
        // `cargo run serve -- x`: which words are whose is not written so clearly.
        Some(_) if !cargo.operands.is_empty() => return None,
        Some(separator) => separator + 1,
        None => words.len() - cargo.operands.len() - cargo.behind.len(),
    };
    let own = places.get(at..=at + own)?;
    // Nothing but blanks between them: a redirection there would be lost.
    let blank = own.windows(2).all(|pair| match pair {
        [(_, end), (start, _)] => text
            .get(*end..*start)
            .is_some_and(|between| between.chars().all(|c| c == ' ' || c == '\t')),
        _ => true,
    });
    let ended = only_redirections(text.get(command.span.end..)?);
    (blank && ended && cargo.verb == "run").then_some(())?;
    Some((own.first()?.0, own.last()?.1))
}

/// Whether nothing but redirections stands between a command and what ends it. The grammar takes
/// words behind a redirection for a part of that.
fn only_redirections(behind: &str) -> bool {
    const OPERATORS: [&str; 8] = ["&>>", "&>", ">>", ">&", ">|", "<&", ">", "<"];
    let mut rest = behind;
    loop {
        rest = rest.trim_start_matches([' ', '\t']);
        let plain = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        let operator = OPERATORS.iter().find_map(|known| plain.strip_prefix(known));
        let Some(target) = operator.map(|after| after.trim_start_matches([' ', '\t'])) else {
            return rest.is_empty() || rest.starts_with([';', '|', '&', '\n', ')', '}']);
        };
        let safe = |c: char| c.is_ascii_alphanumeric() || "._-/$".contains(c);
        rest = target.trim_start_matches(safe);
        if rest.len() == target.len() {
            return false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_and_its_own_words_become_the_program() {
        for (text, new) in [
            ("migrate && cargo run --release", "migrate && /t/a"),
            (
                "sleep 3; exec cargo run -r -- --port $PORT",
                "sleep 3; exec /t/a --port $PORT",
            ),
            (
                "A=$B cargo run --bin a serve >log 2>&1",
                "A=$B /t/a serve >log 2>&1",
            ),
            ("bash -c \"wait && cargo run\"", "bash -c \"wait && /t/a\""),
            ("cd x && cargo run -q | tee out", "cd x && /t/a | tee out"),
            (
                "while true; do cargo run --release; done",
                "while true; do /t/a; done",
            ),
        ] {
            assert_eq!(without_cargo(text, "/t/a").as_deref(), Some(new), "{text}");
        }
    }

    #[test]
    fn what_is_not_certain_is_left() {
        for text in [
            "cargo build && cargo run",
            "cargo run $FLAGS",
            "cargo run >log --release",
            "cargo test",
            "cargo run serve -- x",
            "bash -c \"cargo run \\\"x\\\"\"",
            "echo cargo run",
            "ls",
        ] {
            assert_eq!(without_cargo(text, "/t/a"), None, "{text}");
        }
        assert_eq!(without_cargo("cargo run | x", "/t/a b"), None);
    }
}
