//! YAML as restage reads it: text in, [`Node`]s out, and the line that a place in it stands on.
//!
//! The files are hostile: the number of nodes counts what aliases are replaced by, depth is
//! bounded by the library, and a key that stands twice is an error, as it is for compose.

mod lines;
mod place;
mod reader;
#[cfg(test)]
mod tests;

use std::cell::Cell;
use std::fmt;

use serde::de::DeserializeSeed as _;
use serde_yaml::Deserializer;

pub use lines::Lines;
pub use place::line_of;
use reader::{MAX_NODES, Reader};

/// The most brackets that may stand open at once. The library's own limit for collections in
/// several lines comes too late for those in one: its scanner takes quadratic time for them.
const MAX_BRACKETS: usize = 128;

/// A value. Numbers, truth values and dates are the text that they are printed as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// No value.
    Null,
    /// A scalar.
    Text(String),
    /// A sequence.
    List(Vec<Node>),
    /// A mapping, in the order of the file, with `<<` resolved.
    Map(Vec<(String, Node)>),
}

/// Why a text is not the YAML that is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YamlError {
    /// Line and column, each counted from 1, where they are known.
    pub place: Option<(usize, usize)>,
    /// What is wrong, without the place.
    pub message: String,
}

/// One step on the way to a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step<'s> {
    /// The value of a key.
    Key(&'s str),
    /// An item of a sequence, counted from 0.
    Item(usize),
}

impl Node {
    /// The value of a key; `None` for other nodes, and where there is none.
    pub fn get(&self, key: &str) -> Option<&Node> {
        let found = self.entries().iter().find(|(name, _)| name == key);
        found
            .map(|(_, value)| value)
            .filter(|value| **value != Node::Null)
    }

    /// The text of a scalar.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The text of a key's value.
    pub fn text_of(&self, key: &str) -> Option<&str> {
        self.get(key)?.text()
    }

    /// The entries of a mapping; none for other nodes.
    pub fn entries(&self) -> &[(String, Node)] {
        match self {
            Self::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a sequence; none for other nodes.
    pub fn items(&self) -> &[Node] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }
}

/// The documents of a file.
pub fn read(text: &str) -> Result<Vec<Node>, YamlError> {
    check_brackets(text)?;
    let left = Cell::new(MAX_NODES);
    let mut documents = Vec::new();
    for document in Deserializer::from_str(text) {
        documents.push(Reader { left: &left }.deserialize(document)?);
    }
    Ok(documents)
}

/// Checks brackets without regard to quotes and comments, so a text may be refused that is none
/// of the bad ones; real files are far from the limit.
fn check_brackets(text: &str) -> Result<(), YamlError> {
    let mut open = 0_usize;
    for (index, byte) in text.bytes().enumerate() {
        match byte {
            b'[' | b'{' => open += 1,
            b']' | b'}' => open = open.saturating_sub(1),
            _ => {}
        }
        if open > MAX_BRACKETS {
            let before = text.get(..index).unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            let column = before.chars().rev().take_while(|&c| c != '\n').count() + 1;
            return Err(YamlError {
                place: Some((line, column)),
                message: format!("more than {MAX_BRACKETS} brackets are open here"),
            });
        }
    }
    Ok(())
}

impl From<serde_yaml::Error> for YamlError {
    fn from(error: serde_yaml::Error) -> Self {
        let place = error.location().map(|at| (at.line(), at.column()));
        let mut message = error.to_string();
        // The library puts the place behind the message, where it is not looked for.
        if let Some((line, column)) = place {
            let tail = format!(" at line {line} column {column}");
            if let Some(at) = message.find(&tail) {
                message.replace_range(at..at + tail.len(), "");
            }
        }
        Self { place, message }
    }
}

impl fmt::Display for YamlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place {
            Some((line, column)) => write!(f, "{line}:{column}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}
