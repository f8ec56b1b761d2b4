//! What is asked of a source file. In: the files of the image. Out: a search for the words by which
//! an answer would show: a file without any of them needs no syntax tree but for its imports.

use super::files::is_source;
use crate::project::source::Sieve;
use crate::toolchain::compiled::asked;
use crate::toolchain::compiled::tree::Tree;

/// Packages and methods that read, write, execute or look at the system. What is matched is in
/// `files`, `needs`, `executes`, `writes` and `analysis`; here stands how it begins.
const CALLS: [&str; 37] = [
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
    "runtime.Caller",
];

/// Imports with which a file can execute programs.
const EXECUTES: [&str; 4] = ["os/exec", "execabs", "syscall", "os.StartProcess"];

/// The search for programs whose files lie in `tree`.
pub(super) fn sieve(tree: &Tree) -> Sieve {
    asked::sieve(tree, &CALLS, is_source)
}

/// Whether a source may execute programs: then every string of every file may name one.
pub(super) fn executes(text: &str) -> bool {
    EXECUTES.iter().any(|word| text.contains(word))
}
