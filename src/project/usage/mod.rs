//! Who builds a Dockerfile, and how: what compose files, bake files, workflows, scripts,
//! skaffold, Tilt and devcontainers say. A tree in, the [`Usage`]s of each of its Dockerfiles out.
//!
//! Each kind of file has its reader. A reader is total: what it cannot read is told, and
//! what hangs on a value that is not known makes no usage, rather than a wrong one. Paths are
//! relative to the tree and never lead out of it.

mod bake;
mod compose;
mod devcontainer;
mod interpolate;
mod makefile;
mod place;
mod script;
mod skaffold;
mod survey;
mod tiltfile;
mod words;
mod workflow;

use std::collections::BTreeMap;

pub use survey::{is_description, may_describe, survey};

use super::context::BuildContext;
use super::evidence::{Evidence, Fact};
use crate::yaml::YamlError;

/// One way in which a Dockerfile is built.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Usage {
    /// The Dockerfile, relative to the tree.
    pub dockerfile: String,
    /// The build context, relative to the tree; the tree itself is the empty string.
    pub context: String,
    /// The stage that is built.
    pub target: Option<String>,
    /// Build args whose values are known.
    pub args: Vec<(String, String)>,
    /// The names of further contexts: a FROM, a stage and a `--from` of such a name mean them.
    pub named_contexts: Vec<String>,
    /// What the image is for.
    pub purpose: Purpose,
    /// Where it is said.
    pub evidence: Evidence,
}

/// What an image is built for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// Nothing more is said.
    Unknown,
    /// To develop in: it needs its tools.
    Development,
    /// A service that runs from it.
    Service(Box<Service>),
}

/// How a compose service runs an image.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Service {
    /// Its name.
    pub name: String,
    /// What runs in place of ENTRYPOINT.
    pub entrypoint: Option<Fact<Vec<String>>>,
    /// What runs in place of CMD.
    pub command: Option<Fact<Vec<String>>>,
    /// Where a command or an entrypoint stands that hangs on something unknown.
    pub unknown: Option<Evidence>,
    /// The program that probes it inside of the container.
    pub probe: Option<Fact<Vec<String>>>,
    /// Whom it runs as in place of USER; `None` where that hangs on something unknown.
    pub user: Option<Fact<Option<String>>>,
    /// What is mounted into it.
    pub mounts: Vec<Fact<Mount>>,
}

/// A mount of a compose service.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mount {
    /// The path in the container.
    pub path: String,
    /// Whether it is a place on the host rather than a volume.
    pub is_bind: bool,
    /// Whether it cannot be written to.
    pub is_read_only: bool,
}

/// What a reader found.
#[derive(Debug, Default)]
struct Reading {
    usages: Vec<Usage>,
    unread: Vec<Unread>,
}

/// A build description that could not be read, so that what it says is not known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unread {
    /// Its path relative to the tree.
    pub path: String,
    /// The line that is wrong, if it is one.
    pub line: Option<usize>,
    /// What is wrong.
    pub message: String,
}

impl Unread {
    /// A file that is there and of which nothing can be read.
    fn whole(path: &str) -> Self {
        Self {
            path: path.to_owned(),
            line: None,
            message: "cannot be read as text of at most 2 MiB".to_owned(),
        }
    }

    /// Whether it may say how a Dockerfile (path relative to the tree) is built and run: it lies
    /// in the same folder, or in one above.
    pub fn is_about(&self, dockerfile: &str) -> bool {
        let folder = super::paths::split(&self.path).0;
        let below = dockerfile.strip_prefix(folder);
        below.is_some_and(|rest| folder.is_empty() || rest.starts_with('/'))
    }
}

/// Every usage in a tree.
#[derive(Debug, Default)]
pub struct Uses {
    by_dockerfile: BTreeMap<String, Vec<Usage>>,
    /// What could not be read, sorted.
    pub unread: Vec<Unread>,
}

impl Uses {
    /// The usages of a Dockerfile by its path relative to the tree, sorted.
    pub fn of(&self, dockerfile: &str) -> &[Usage] {
        self.by_dockerfile
            .get(dockerfile)
            .map_or(&[], Vec::as_slice)
    }

    fn add(&mut self, reading: Reading) {
        self.unread.extend(reading.unread);
        for usage in reading.usages {
            let of = self.by_dockerfile.entry(usage.dockerfile.clone());
            of.or_default().push(usage);
        }
    }

    fn settle(&mut self) {
        self.unread.sort();
        self.unread.dedup();
        for usages in self.by_dockerfile.values_mut() {
            usages.sort();
            usages.dedup();
        }
    }
}

/// A file that is read, in its tree.
#[derive(Clone, Copy)]
struct Source<'s> {
    /// Its path relative to the tree.
    path: &'s str,
    text: &'s str,
    tree: &'s BuildContext,
}

impl Source<'_> {
    /// The folder that the file lies in.
    fn folder(&self) -> &str {
        super::paths::split(self.path).0
    }

    fn evidence(&self, line: usize) -> Evidence {
        Evidence::line(self.path, u32::try_from(line).unwrap_or(u32::MAX))
    }

    /// What cannot be read, at a line of the file if there is one.
    fn unread(&self, line: Option<usize>, message: &str) -> Unread {
        Unread {
            path: self.path.to_owned(),
            line,
            message: message.to_owned(),
        }
    }

    /// The file, which is no YAML.
    fn no_yaml(&self, error: &YamlError) -> Unread {
        self.unread(error.place.map(|(line, _)| line), &error.message)
    }
}

/// What tests compare: each usage in a line.
#[cfg(test)]
pub(super) fn told(usages: &[Usage]) -> Vec<String> {
    let one = |usage: &Usage| {
        let args = usage.args.iter();
        let args: Vec<_> = args
            .map(|(name, value)| format!(" {name}={value}"))
            .collect();
        let args = args.concat();
        let target = usage.target.as_deref();
        let target = target.map_or(String::new(), |target| format!(" for {target}"));
        format!(
            "{} in `{}`{target}{args} ({})",
            usage.dockerfile, usage.context, usage.evidence
        )
    };
    usages.iter().map(one).collect()
}
