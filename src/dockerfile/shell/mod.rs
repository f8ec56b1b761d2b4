//! RUN bodies and scripts: shell text to the commands in it.
//!
//! In goes the text that the shell would get, out come its [`Command`]s in the order in which
//! they stand, with words, assignments, redirections and the directory that `cd` has led to.
//! Nothing is matched on shell text: tree-sitter-bash reads it, and where its tree has an error
//! the script says that it is not understood.

mod quote;
#[cfg(test)]
mod tests;
mod walk;
mod words;
mod wrapped;

pub use quote::{is_plain, quoted};

use std::cell::RefCell;

use tree_sitter::Parser;

use super::contract::clean;
use super::instruction::{Form, Instruction, InstructionKind};
use super::span::Span;
use super::word::Lookup;
use super::{Dockerfile, joined::Joined};

/// A parsed shell text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Script {
    /// Its commands, those in substitutions, functions and `sh -c` strings included.
    pub commands: Vec<Command>,
    /// Whether all of the text was understood. `false` after a syntax error, or where functions,
    /// `eval` and the like make the commands unknowable.
    pub understood: bool,
    /// Whether it is not understood whatever its variables hold: a program that hangs on one alone
    /// can be told by whoever knows the value.
    pub opaque: bool,
    /// The functions that it defines.
    pub functions: Vec<String>,
}

/// A simple command: `A=1 program argument >file`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Command {
    /// Assignments before the program, or on their own.
    pub assignments: Vec<(String, Word)>,
    /// The program and its arguments; empty for assignments alone.
    pub words: Vec<Word>,
    /// Where output goes and input comes from.
    pub redirects: Vec<Redirect>,
    /// The `cd` arguments in effect, outermost first.
    pub directory: Vec<Word>,
    /// How it is reached.
    pub reach: Reach,
    /// Where it stands: in the file for commands of a RUN, in the text otherwise.
    pub span: Span,
}

/// How a command is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reach {
    /// Behind `||`, or within `if`, `for`, `while` or `case`.
    pub conditional: bool,
    /// Within `$(…)` or backquotes.
    pub substituted: bool,
    /// Part of a pipeline.
    pub piped: bool,
}

/// A redirection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirect {
    /// Whether it writes: `>`, `>>`, `&>`.
    pub writes: bool,
    /// The file.
    pub target: Word,
}

/// A word, in parts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Word {
    /// The word as written.
    pub raw: String,
    /// What it is made of.
    pub parts: Vec<Part>,
}

/// A part of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Text, unquoted.
    Literal(String),
    /// Text outside of quotes that the shell expands to file names: `*`, `?`, `[…]`, `{a,b}`, `~`.
    Pattern(String),
    /// `$name` or `${name}`.
    Variable(String),
    /// A substitution or an expansion that is not followed.
    Unknown,
}

impl Word {
    /// A word of literal text.
    pub fn literal(text: &str) -> Self {
        Self {
            raw: text.to_owned(),
            parts: vec![Part::Literal(text.to_owned())],
        }
    }

    /// Its text, when it is nothing but text.
    pub fn value(&self) -> Option<String> {
        self.resolve(&|_| None)
    }

    /// Its text with variables from `lookup`; `None` for patterns, substitutions and variables
    /// without a value.
    pub fn resolve(&self, lookup: &Lookup<'_>) -> Option<String> {
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Literal(literal) => text.push_str(literal),
                Part::Variable(name) => text.push_str(&lookup(name)?),
                Part::Pattern(_) | Part::Unknown => return None,
            }
        }
        Some(text)
    }

    /// Its text when it holds no more than literals and file name patterns.
    pub fn pattern(&self) -> Option<String> {
        self.parts
            .iter()
            .map(|part| match part {
                Part::Literal(text) | Part::Pattern(text) => Some(text.as_str()),
                Part::Variable(_) | Part::Unknown => None,
            })
            .collect()
    }
}

impl Command {
    /// The program, when its name is literal.
    pub fn program(&self) -> Option<String> {
        self.words.first()?.value()
    }

    /// The directory in which it runs, when its script starts in `start`. `None` when a `cd` before
    /// it leads to where a variable says that `lookup` does not know.
    pub fn directory_from(&self, start: &str, lookup: &Lookup<'_>) -> Option<String> {
        self.directory
            .iter()
            .try_fold(start.to_owned(), |at, word| {
                let to = word.resolve(lookup)?;
                let to = if to.starts_with('/') {
                    to
                } else {
                    format!("{at}/{to}")
                };
                Some(clean(&to))
            })
    }

    /// The arguments behind the program.
    pub fn arguments(&self) -> &[Word] {
        self.words.get(1..).unwrap_or_default()
    }
}

/// Longest text that is parsed, in bytes. BuildKit refuses longer lines in a Dockerfile; the
/// limit also bounds the scripts that are read from a build context.
const MAX_TEXT: usize = 1 << 18;

thread_local! {
    /// A parser is costly to make and cannot be shared between threads.
    static PARSER: RefCell<Option<Parser>> = RefCell::new(new_parser());
}

fn new_parser() -> Option<Parser> {
    let mut parser = Parser::new();
    parser
        .set_language(&tree_sitter_bash::LANGUAGE.into())
        .ok()?;
    Some(parser)
}

/// Parses `text`.
pub fn parse(text: &str) -> Script {
    parse_nested(text, 0)
}

fn parse_nested(text: &str, depth: usize) -> Script {
    if text.len() > MAX_TEXT {
        return Script::default();
    }
    let tree = PARSER.with_borrow_mut(|parser| parser.as_mut()?.parse(text, None));
    tree.map(|tree| walk::script(text, &tree, depth))
        .unwrap_or_default()
}

/// The script that a RUN instruction runs. `None` for other instructions.
pub fn of_run(dockerfile: &Dockerfile, instruction: &Instruction) -> Option<Script> {
    let InstructionKind::Run(run) = &instruction.kind else {
        return None;
    };
    let Form::Shell(command) = &run.form else {
        return of_form(&run.form).map(|script| placed(script, instruction.span));
    };
    if instruction.heredocs.is_empty() {
        let joined = &instruction.joined;
        let offset = joined.as_str().len() - joined.from(run.command_start).len();
        return Some(mapped(
            parse(joined.from(run.command_start)),
            joined,
            offset,
        ));
    }
    let script = match instruction.heredocs.as_slice() {
        // `RUN <<EOF`: the heredoc is the script. A `#!` line names another interpreter.
        [only] if super::word::split_raw(command).len() == 1 => {
            let text = only.content.of(&dockerfile.text);
            if text.starts_with("#!") {
                Script::default()
            } else {
                parse(text)
            }
        }
        heredocs => {
            let mut text = format!("{command}\n");
            for heredoc in heredocs {
                text.push_str(heredoc.content.of(&dockerfile.text));
                text.push_str(&heredoc.mark.name);
                text.push('\n');
            }
            parse(&text)
        }
    };
    Some(placed(script, instruction.span))
}

/// The script of a CMD, ENTRYPOINT or HEALTHCHECK form. The exec form is one command.
pub fn of_form(form: &Form) -> Option<Script> {
    match form {
        Form::Shell(text) => Some(parse(text)),
        Form::Exec(words) if words.is_empty() => None,
        Form::Exec(words) => {
            let words: Vec<Word> = words.iter().map(|word| Word::literal(word)).collect();
            let command = Command {
                words,
                ..Command::default()
            };
            let mut script = Script {
                understood: true,
                ..Script::default()
            };
            script.push(command, 0);
            Some(script)
        }
    }
}

/// The words of a text that is one command and uses no feature of the shell, so that it can be
/// written in exec form. A leading `exec` has no meaning there and is left out.
pub fn plain_words(text: &str) -> Option<Vec<String>> {
    let script = parse(text);
    let [command] = script.commands.as_slice() else {
        return None;
    };
    let plain = script.understood && command.assignments.is_empty() && command.redirects.is_empty();
    let mut words: Vec<String> = command
        .words
        .iter()
        .map(Word::value)
        .collect::<Option<_>>()?;
    if words.first().is_some_and(|word| word == "exec") {
        words.remove(0);
    }
    let first = words.first()?;
    (plain && !is_builtin(first)).then_some(words)
}

/// What the shell does itself.
pub fn is_builtin(name: &str) -> bool {
    matches!(
        name,
        "set"
            | "export"
            | "echo"
            | "printf"
            | "cd"
            | "test"
            | "["
            | "[["
            | ":"
            | "true"
            | "false"
            | "exit"
            | "return"
            | "shift"
            | "unset"
            | "trap"
            | "wait"
            | "read"
            | "local"
            | "eval"
            | "declare"
            | "readonly"
            | "umask"
            | "ulimit"
            | "alias"
            | "let"
            | "break"
            | "continue"
            | "pwd"
            | "type"
            | "hash"
            | "kill"
            | "getopts"
            | "source"
            | "."
    )
}

/// The names of shells whose `-c` argument is a script.
const SHELLS: [&str; 8] = [
    "sh",
    "bash",
    "ash",
    "dash",
    "/bin/sh",
    "/bin/bash",
    "/usr/bin/bash",
    "/bin/ash",
];

/// How deep `sh -c "sh -c …"` is followed.
const MAX_NESTING: usize = 4;

impl Script {
    /// Marks it as not understood, whatever its variables hold.
    fn cannot_be_told(&mut self) {
        self.understood = false;
        self.opaque = true;
    }

    /// Adds a command; one that hands a script to a shell is followed by the commands of that
    /// script.
    fn push(&mut self, command: Command, depth: usize) {
        let nested = nested_script(&command).map(Word::value);
        let (directory, reach, span) = (command.directory.clone(), command.reach, command.span);
        self.commands.push(command);
        let Some(text) = nested else { return };
        if depth >= MAX_NESTING {
            self.cannot_be_told();
            return;
        }
        let Some(inner) = text.map(|text| parse_nested(&text, depth + 1)) else {
            self.cannot_be_told();
            return;
        };
        self.understood &= inner.understood;
        self.opaque |= inner.opaque;
        for mut command in inner.commands {
            command.directory.splice(0..0, directory.iter().cloned());
            command.reach.conditional |= reach.conditional;
            command.reach.substituted |= reach.substituted;
            command.span = span;
            self.commands.push(command);
        }
    }
}

/// The script in `sh -c script`.
fn nested_script(command: &Command) -> Option<&Word> {
    let program = command.program()?;
    if !SHELLS.contains(&program.as_str()) {
        return None;
    }
    let is_c = |word: &Word| {
        word.raw.starts_with('-') && !word.raw.starts_with("--") && word.raw.contains('c')
    };
    let flag = command.arguments().iter().position(is_c)?;
    command.arguments().get(flag + 1)
}

fn placed(mut script: Script, span: Span) -> Script {
    for command in &mut script.commands {
        command.span = span;
    }
    script
}

fn mapped(mut script: Script, joined: &Joined, offset: usize) -> Script {
    for command in &mut script.commands {
        command.span = joined.span_of(offset + command.span.start, offset + command.span.end);
    }
    script
}
