//! What is asked of a source file. In: the build and which of its files are sources. Out: a search
//! for the words by which an answer would show: a file without any of them needs no syntax tree.

use crate::plan::build::Build;
use crate::project::source::Sieve;
use crate::toolchain::compiled::asked;
use crate::toolchain::compiled::tree::{Tree, has_extension};

/// Types, functions, macros and texts that read, write, compile in, link or look at the system.
/// What is matched is in `sources`, `files`, `needs`, `writes`, `link` and `analysis`.
const WORDS: [&str; 53] = [
    "File",
    "fs::",
    "ServeDir",
    "StaticDir",
    "WalkDir",
    "Tera",
    "path_loader",
    "register_template",
    "load_from_glob",
    "from_path",
    "Migrator",
    "add_source",
    "set_template_dir",
    "from_filename",
    "rolling",
    "Connection",
    "sled",
    "DB",
    "Database",
    "OpenOptions",
    "sqlite",
    "file:",
    "temp_dir",
    "tempfile",
    "tempdir",
    "Temp",
    "dirs::",
    "directories::",
    "Dirs",
    "home_dir",
    "tilde",
    "from_name",
    "get_user_by_name",
    "getpwnam",
    "setuid",
    "setgid",
    "setresuid",
    "chroot",
    "unshare",
    "initgroups",
    "PrivDrop",
    "CARGO",
    "RUSTUP_TOOLCHAIN",
    "[link",
    "libloading",
    "dlopen",
    "include",
    "static_loader",
    "i18n",
    "migrat",
    "concat!",
    "[folder",
    "wasm32-",
];

/// Words of a file that can execute programs.
const EXECUTES: [&str; 2] = ["process::", "cmd!"];

/// The search for a program of the files that `is_read` accepts (context paths). Where one of
/// them may execute programs, every string of every file may name one: then all are read.
pub(super) fn sieve(build: &Build<'_>, is_read: impl Fn(&str) -> bool) -> Sieve {
    let mut files = build
        .context
        .files()
        .filter(|path| has_extension(path, "rs"));
    let executes = files.any(|path| {
        let text = build.context.read(path).unwrap_or_default();
        is_read(path) && EXECUTES.iter().any(|word| text.contains(word))
    });
    if executes {
        return Sieve::open();
    }
    asked::sieve(&Tree::of(build), &WORDS, |path| has_extension(path, "rs"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toolchain::compiled::sample::sample;

    #[test]
    fn each_word_is_asked_for_and_a_program_opens_every_file() {
        let plain = "pub fn add(a: u8) -> u8 { a + 1 }";
        let passes = |main: &str, other: &str| {
            let files = [("src/main.rs", main), ("src/other.rs", other)];
            let text = "FROM rust:1\nWORKDIR /app\nCOPY . .\n";
            sample(text, &files, |build| {
                sieve(build, |_| true).lets_through(other)
            })
        };
        assert!(!passes(plain, plain));
        assert!(passes(plain, "const T: &str = \"wasm32-unknown-unknown\";"));
        assert!(passes("use std::process::Command;", plain));
    }
}
