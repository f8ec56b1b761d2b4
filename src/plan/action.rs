//! What a command of a RUN does, as far as the final stage is concerned.

pub use crate::knowledge::packages::Manager;

/// The effect of one command. Paths are absolute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Leaves nothing that a program could need at run time: indexes, caches, checks, output, and
    /// tools that only the build uses.
    Nothing,
    /// Build work: what it makes lies below the directory in which it runs.
    Build,
    /// Installs packages of the distribution.
    Packages {
        /// With which package manager.
        manager: Manager,
        /// Names without versions.
        names: Vec<String>,
    },
    /// Creates or changes an account or a group.
    Account(Account),
    /// Creates or changes these paths.
    Write(Vec<String>),
    /// Changes the mode of these paths.
    Mode(Vec<String>),
    /// Creates these directories.
    MakeDirectory(Vec<String>),
    /// Changes the owner of these paths.
    Own {
        /// `user`, `user:group` or ids, as written.
        owner: String,
        /// Whose.
        paths: Vec<String>,
        /// Whether everything below them changes too.
        recursive: bool,
    },
    /// Removes these paths, which may hold patterns of the shell: [`super::removal`] tells what they match.
    Remove(Vec<String>),
    /// Rebuilds the CA bundle with certificates that were added to it.
    Certificates,
    /// Not understood.
    Unknown,
}

/// An account or group that a command creates.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Account {
    /// Its name.
    pub name: String,
    /// Whether it is a group.
    pub is_group: bool,
    /// The id, where the command gives one.
    pub id: Option<u32>,
    /// The home directory, where the command gives one or makes the default one.
    pub home: Option<String>,
}
