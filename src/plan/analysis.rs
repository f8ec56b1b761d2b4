//! What a toolchain finds out about a build: what runs, what it needs, on which rungs.

use std::fmt;

use super::because::Because;
use super::layout::is_within;
use crate::edit::Edit;
use crate::knowledge::distro::Libc;
use crate::options::Runtime;
use crate::outcome::{Decline, Note};

/// What a toolchain answers.
#[derive(Debug, Clone, Default)]
pub struct Analysis {
    /// Directories whose contents the toolchain decides about: only what `payload` lists of them
    /// goes into the final stage, everything else that the build put elsewhere is carried over.
    pub covered: Vec<String>,
    /// Places that only the build uses (caches, module stores): never carried over.
    pub scratch: Vec<String>,
    /// Files and directories to copy from the builder.
    pub payload: Vec<Payload>,
    /// Programs that the payload, or every rung that is offered, brings along, by the names under
    /// which they are called (`server`, `node`, `gunicorn`).
    pub provides: Vec<String>,
    /// Whether programs that only the build seems to use (git, curl) stay in the final stage: the
    /// libraries of an interpreted program may call them unseen.
    pub keeps_tools: bool,
    /// Packages that bring tools which only the build uses, as the toolchain has shown.
    pub build_tools: Vec<String>,
    /// Whether the programs are made for the platform that the image is built for, wherever the
    /// builder runs: then the final stage is of that platform, and not of the builder's.
    pub for_target: bool,
    /// What must be there at run time.
    pub needs: Needs,
    /// The rungs of the ladder, best first.
    pub rungs: Vec<Rung>,
    /// Changes to the builder stage beyond those that every rewrite makes.
    pub edits: Vec<Edit>,
    /// Variables that the final stage needs and the original did not set (PATH of a virtual
    /// environment); the value may refer to `$PATH`.
    pub env: Vec<(String, String, Because)>,
    /// RUN lines that the final stage needs before anything is copied into it, run as root on a
    /// rung with a shell (a program that is installed globally).
    pub setup: Vec<(String, Because)>,
    /// Deliberate differences and advice.
    pub notes: Vec<Note>,
    /// Emitted text (a whole line or a part of it that is unique) and why it is there.
    pub because: Vec<(String, Because)>,
    /// That a second stage would gain nothing, where that is so: then only the one stage can be made
    /// better.
    pub single: Option<Single>,
}

/// A stage that stays the only one.
#[derive(Debug, Clone)]
pub struct Single {
    /// `no-benefit`, and why.
    pub reason: Decline,
    /// Edits by which dependencies are installed before the sources come, and nothing else.
    pub order: Vec<Edit>,
    /// Why there are none, where the order could be better.
    pub notes: Vec<Note>,
    /// A command of the build that may leave files which the program writes to, and which belong to
    /// root.
    pub leaves: Option<Because>,
    /// Directories in which the build made files that belong to root.
    pub made: Vec<String>,
    /// Directories that the build makes as root and that what starts may put files into.
    pub directories: Vec<Need<String>>,
}

/// Something to copy from the builder, to the same path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payload {
    /// Absolute path.
    pub path: String,
    /// Whether it is a directory.
    pub is_dir: bool,
    /// Whether the program may write to it or below it.
    pub writable: bool,
    /// Why it is needed.
    pub because: Because,
}

impl Payload {
    /// Whether `path` comes with it.
    pub fn holds(&self, path: &str) -> bool {
        self.path == path || (self.is_dir && is_within(path, &self.path))
    }
}

/// Something that is needed, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need<T> {
    /// What.
    pub value: T,
    /// Why.
    pub because: Because,
}

impl<T> Need<T> {
    /// `value` is needed because of `because`.
    pub fn new(value: T, because: Because) -> Self {
        Self { value, because }
    }
}

/// What must be there at run time.
#[derive(Debug, Clone, Default)]
pub struct Needs {
    /// How the program is linked.
    pub link: Link,
    /// A shell, beyond what CMD, ENTRYPOINT and HEALTHCHECK themselves ask for.
    pub shell: Option<Because>,
    /// Programs that are executed, by name.
    pub programs: Vec<Need<String>>,
    /// Packages of the final stage's distribution (shared libraries, mostly).
    pub packages: Vec<Need<String>>,
    /// CA certificates of the system.
    pub certificates: Option<Because>,
    /// Time zones.
    pub zoneinfo: Option<Because>,
    /// A directory for temporary files.
    pub tmp: Option<Because>,
    /// Accounts (`/etc/passwd`).
    pub accounts: Option<Because>,
    /// A home directory that can be written to.
    pub home: Option<Because>,
    /// Directories or files, absolute, that the program writes to, outside of the payload.
    pub writes: Vec<Need<String>>,
    /// Why the program must go on as root.
    pub root: Option<Because>,
}

/// How what runs is linked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Link {
    /// It is not known, or the language's own runtime decides: only the same distribution and
    /// release will do.
    #[default]
    SameRelease,
    /// Statically: any image will do.
    Static,
    /// Against the C library alone (and what GCC brings): the same one, not older than the
    /// builder's.
    Libc(Libc),
}

/// One rung of a ladder.
#[derive(Debug, Clone)]
pub struct Rung {
    /// Its name.
    pub runtime: Runtime,
    /// The image of the final stage; build args may stand in it.
    pub image: String,
    /// A tag that the builder's FROM must take, so that both stages stand on one release.
    pub pin: Option<String>,
    /// Why it cannot be taken, as far as the toolchain knows.
    pub refusal: Option<Because>,
    /// ENTRYPOINT and CMD where they must differ from the original's on this rung.
    pub launch: Launch,
    /// Why it is good, for the note.
    pub because: Because,
}

/// How ENTRYPOINT and CMD are written in the final stage.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Launch {
    /// As in the original. Shell form becomes exec form where the rung has no shell and the text
    /// uses none of its features.
    #[default]
    AsIs,
    /// These instead (exec form words), whatever the original has.
    Replace {
        /// ENTRYPOINT; `None` leaves it to the final stage's base image.
        entrypoint: Option<Vec<String>>,
        /// CMD.
        cmd: Option<Vec<String>>,
        /// Why it is the same program with the same arguments.
        because: Because,
    },
}

impl Rung {
    /// A rung on `image` that nothing is known to stand against.
    pub fn new(runtime: Runtime, image: impl fmt::Display, because: Because) -> Self {
        let image = image.to_string();
        Self {
            runtime,
            image,
            pin: None,
            refusal: None,
            launch: Launch::AsIs,
            because,
        }
    }

    /// The same, refused.
    #[must_use]
    pub fn refused(mut self, because: Because) -> Self {
        self.refusal.get_or_insert(because);
        self
    }
}
