//! What is asked of every source: whether it names data. In: the files of the image and the words
//! of a language's own questions. Out: a search that lets those sources through which may have an
//! answer; the others need no syntax tree.

use std::collections::BTreeSet;

use super::made::names_a_file;
use super::tree::Tree;
use crate::project::source::Sieve;

/// More names than this are not searched for: every file is read.
const MAX_NAMES: usize = 1_000;

/// The words of every language: places, and the way back that a path may end with.
const PLACES: [&str; 3] = ["/tmp", "docker.sock", "/.."];

/// Lets sources through that hold one of `words`, the name of a file or directory of `tree`, or a
/// string that ends as a file's path; files (context path) that are `code` are named by nobody.
pub(crate) fn sieve(tree: &Tree, words: &[&str], code: impl Fn(&str) -> bool) -> Sieve {
    let mut names = BTreeSet::new();
    for (path, _) in tree.files().filter(|(_, context)| !code(context)) {
        names.extend(path.split('/').filter(|name| !name.is_empty()));
        if names.len() > MAX_NAMES {
            return Sieve::open();
        }
    }
    Sieve::of(words.iter().copied().chain(PLACES).chain(names)).or(names_a_file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toolchain::compiled::sample::sample;
    use crate::toolchain::compiled::tree::has_extension;

    #[test]
    fn sources_pass_that_hold_a_word_or_name_data() {
        let files = [("a/b.go", ""), ("web/index.html", ""), ("conf/x.ini", "")];
        let text = "FROM golang:1.25\nWORKDIR /s\nCOPY . .\nCOPY conf /etc/place\n";
        sample(text, &files, |build| {
            let sieve = sieve(&Tree::of(build), &["os."], |path| has_extension(path, "go"));
            for text in [
                "os.Open(x)",
                "x := \"web/*.html\"",
                "\"index.html\"",
                "\"place\"",
                "\"/tmp\"",
            ] {
                assert!(sieve.lets_through(text), "{text}");
            }
            for text in ["func add(a, b int) int { return a + b }", "\"a/b\""] {
                assert!(!sieve.lets_through(text), "{text}");
            }
        });
    }
}
