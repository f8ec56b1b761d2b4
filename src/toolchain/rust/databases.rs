//! Databases that live in a file of the program's own. In: its crates. Out: whether the program must
//! stay root so that it can write beside its database.

use super::crates::Crates;
use crate::plan::analysis::Needs;
use crate::plan::because::Because;

/// Crates that keep a database in files of the program's own.
const EMBEDDED: [&str; 9] = [
    "libsqlite3-sys",
    "rusqlite",
    "sqlite3-sys",
    "sled",
    "redb",
    "librocksdb-sys",
    "lmdb-master-sys",
    "lmdb-rkv-sys",
    "surrealdb",
];

/// Keeps a program that lies in `/` root when it has a database: its place comes from the
/// configuration, may be `/` itself, and `/` can be given to nobody else.
pub(crate) fn keep_root(crates: &Crates, needs: &mut Needs) {
    if let Some(name) = crates.first_of(&EMBEDDED) {
        let rule = format!("the database of `{name}` may lie in `/`, where only root may write");
        needs
            .root
            .get_or_insert_with(|| Because::rule(rule).and(crates.evidence.clone()));
    }
}
