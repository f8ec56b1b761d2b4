//! What is asked of a source file. In: the files of the image. Out: the words by which an answer
//! would show: a file without any of them needs no syntax tree but for its imports.

use std::collections::BTreeSet;

use super::files::is_source;
use crate::project::source::Sieve;
use crate::toolchain::compiled::tree::Tree;

/// Packages and methods that read, write, execute or look at the system. What is matched is in
/// `files`, `needs`, `executes` and `writes`; here stands how it begins.
const CALLS: [&str; 38] = [
    "os.",
    "ioutil.",
    "filepath.",
    "path.Join",
    "http.",
    "template.Parse",
    "godotenv.",
    "viper.",
    "gin.Dir",
    "pongo2.",
    "tls.LoadX509KeyPair",
    "LoadHTML",
    "Static(",
    "StaticFile(",
    "ServeFiles(",
    "SendFile(",
    "File(",
    "ListenAndServeTLS",
    "ParseMultipartForm",
    "MultipartForm",
    "MultipartReader",
    "time.LoadLocation",
    "homedir.",
    "os/exec",
    "execabs",
    "syscall",
    "go:embed",
    "bolt.Open",
    "sqlite",
    "buntdb.",
    "badger.",
    "leveldb.",
    "pebble.",
    "sql.Open",
    "sqlx.",
    "gorm.Open",
    "/tmp",
    "docker.sock",
];

/// Imports with which a file can execute programs.
const EXECUTES: [&str; 4] = ["os/exec", "execabs", "syscall", "os.StartProcess"];

/// More names than this are not searched for: every file is read.
const MAX_NAMES: usize = 1_000;

/// The words for programs whose files lie in `tree`.
pub(super) fn sieve(tree: &Tree) -> Sieve {
    let mut names = BTreeSet::new();
    for (path, _) in tree.files().filter(|(_, context)| !is_source(context)) {
        names.extend(path.split('/').filter(|name| !name.is_empty()));
        if names.len() > MAX_NAMES {
            return Sieve::open();
        }
    }
    // A path may end with the way back.
    Sieve::of(CALLS.into_iter().chain(["/.."]).chain(names))
}

/// Whether a source may execute programs: then every string of every file may name one.
pub(super) fn executes(text: &str) -> bool {
    EXECUTES.iter().any(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toolchain::compiled::sample::sample;

    #[test]
    fn files_pass_that_call_the_system_or_name_data() {
        let files = [("a/b.go", ""), ("web/index.html", ""), ("go.mod", "")];
        sample(
            "FROM golang:1.25\nWORKDIR /s\nCOPY . .\n",
            &files,
            |build| {
                let sieve = sieve(&Tree::of(build));
                for text in [
                    "os.Open(x)",
                    "x := \"web/*.html\"",
                    "c.File(p)",
                    "\"index.html\"",
                ] {
                    assert!(sieve.lets_through(text), "{text}");
                }
                assert!(!sieve.lets_through("func add(a, b int) int { return a + b }"));
            },
        );
    }
}
