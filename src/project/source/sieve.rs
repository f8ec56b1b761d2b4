//! Which sources are worth a syntax tree. In: the words by which a toolchain would notice what it
//! asks of a source. Out: whether a text has one of them.
//!
//! A tree costs a hundred times what a search costs, and most files of a service hold nothing
//! that an image must have: no path, no program, no place that is written to. What a toolchain
//! looks for shows by a word in the text; a file with none of the words has none of the facts,
//! whatever its tree. Words are bytes: found in a comment, they cost a tree and change nothing.

use std::collections::{BTreeSet, HashMap};
use std::sync::{LazyLock, RwLock};

use aho_corasick::AhoCorasick;

/// Words to search for.
#[derive(Debug, Clone)]
pub struct Sieve {
    /// `None` lets every text through.
    words: Option<AhoCorasick>,
    /// What else lets a text through.
    also: Option<fn(&str) -> bool>,
}

/// By an escape in a string a word can stand in a text without being seen.
const ESCAPES: [&str; 2] = ["\\x", "\\u"];

impl Sieve {
    /// Lets every text through.
    pub fn open() -> Self {
        Self {
            words: None,
            also: None,
        }
    }

    /// Lets texts through that hold one of `words`, in this case, or spell a character by its
    /// number.
    pub fn of<'w>(words: impl IntoIterator<Item = &'w str>) -> Self {
        let words = words.into_iter().filter(|word| !word.is_empty());
        let words = words.chain(ESCAPES).collect();
        Self {
            words: search(words),
            also: None,
        }
    }

    /// Lets those texts through as well that `also` holds for.
    #[must_use]
    pub fn or(self, also: fn(&str) -> bool) -> Self {
        let also = Some(also);
        Self { also, ..self }
    }

    /// Whether `text` may say something that is asked for.
    pub fn lets_through(&self, text: &str) -> bool {
        self.words.as_ref().is_none_or(|words| words.is_match(text))
            || self.also.is_some_and(|also| also(text))
    }
}

/// Searches that were made: to make one costs more than to search a service with it, and the
/// services of a tree ask for much the same.
static MADE: LazyLock<RwLock<HashMap<Vec<String>, AhoCorasick>>> = LazyLock::new(RwLock::default);

/// The most searches that are kept.
const MAX_MADE: usize = 64;

/// A search for words. `None` for too many of them: then every text is read.
fn search(words: BTreeSet<&str>) -> Option<AhoCorasick> {
    let key: Vec<String> = words.iter().map(ToString::to_string).collect();
    let known = MADE.read().ok().and_then(|made| made.get(&key).cloned());
    if known.is_some() {
        return known;
    }
    let search = AhoCorasick::new(words).ok()?;
    if let Ok(mut made) = MADE.write()
        && made.len() < MAX_MADE
    {
        made.insert(key, search.clone());
    }
    Some(search)
}

#[cfg(test)]
mod tests {
    use super::Sieve;

    #[test]
    fn texts_pass_by_a_word_anywhere() {
        let sieve = Sieve::of(["spawn", "", "child_process"]);
        assert!(sieve.lets_through("x.respawned()"));
        assert!(sieve.lets_through("// child_process"));
        assert!(sieve.lets_through("f('\\x67it')"));
        assert!(!sieve.lets_through("export const a = 1;"));
        assert!(!sieve.lets_through(""));
        assert!(Sieve::open().lets_through(""));
        assert!(sieve.or(str::is_empty).lets_through(""));
    }
}
