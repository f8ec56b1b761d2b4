//! Compose files: those of one folder in, the builds of their services out, and how the services
//! run what is built (docs.docker.com/reference/compose-file).
//!
//! Files of one folder are taken to belong together, as `docker compose -f a.yml -f b.yml` takes
//! them: a service that has no `build` of its own has that of its name in the others.

mod service;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use super::super::context::BuildContext;
use super::super::paths;
use super::interpolate::{environment, interpolate};
use super::{Purpose, Reading, Source, Unread, Usage, place};
use crate::yaml::Step::Key;
use crate::yaml::{self, Lines, Node, Step};

/// The most files that are followed from those of one folder.
const MAX_FILES: usize = 64;

/// A file that was read.
struct File {
    path: String,
    text: String,
    lines: Lines,
    root: Node,
    variables: BTreeMap<String, String>,
}

/// A service's build, as far as one file tells it.
#[derive(Clone, Default)]
struct Build {
    context: Option<String>,
    dockerfile: Option<String>,
    target: Option<String>,
    args: Vec<(String, String)>,
    named_contexts: Vec<String>,
    /// Whether something that decides where it builds from is not known.
    is_unknown: bool,
}

/// The usages in the compose files at `paths`, which lie in one folder.
pub(super) fn read(paths: &[String], tree: &BuildContext) -> Reading {
    let mut reading = Reading::default();
    let files = files(paths, tree, &mut reading);
    for file in &files {
        let source = Source {
            path: &file.path,
            text: &file.text,
            tree,
        };
        let reader = Reader {
            source,
            file,
            files: &files,
        };
        let services = file.root.get("services").map_or(&[][..], Node::entries);
        let usages = services
            .iter()
            .filter_map(|(name, node)| reader.service(name, node));
        reading.usages.extend(usages);
    }
    reading
}

/// The files, and those that they include or extend.
fn files(paths: &[String], tree: &BuildContext, reading: &mut Reading) -> Vec<File> {
    let mut queue: Vec<String> = paths.to_vec();
    queue.reverse();
    let mut seen: BTreeSet<String> = queue.iter().cloned().collect();
    let mut files = Vec::new();
    while let Some(path) = queue.pop() {
        let Some(text) = tree.text(&path) else {
            if paths.contains(&path) {
                reading.unread.push(Unread::whole(&path));
            }
            continue;
        };
        let text = text.into_owned();
        let source = Source {
            path: &path,
            text: &text,
            tree,
        };
        let root = match yaml::read(&text) {
            Ok(documents) => documents.into_iter().next().unwrap_or(Node::Null),
            Err(error) => {
                reading.unread.push(source.no_yaml(&error));
                continue;
            }
        };
        let folder = source.folder().to_owned();
        let variables = tree
            .text(&paths::join(&folder, ".env"))
            .map(|text| environment(&text))
            .unwrap_or_default();
        for more in followed(&root) {
            let more = interpolate(more, &variables).and_then(|more| place::within(&folder, &more));
            if seen.len() < MAX_FILES
                && let Some(more) = more
                && seen.insert(more.clone())
            {
                queue.push(more);
            }
        }
        files.push(File {
            lines: Lines::of(&text),
            path,
            text,
            root,
            variables,
        });
    }
    files
}

/// The files that a compose file names: `include`, and `extends` of its services.
fn followed(root: &Node) -> Vec<&str> {
    let mut more = Vec::new();
    for included in root.get("include").map_or(&[][..], Node::items) {
        more.extend(included.text());
        match included.get("path") {
            Some(Node::List(paths)) => more.extend(paths.iter().filter_map(Node::text)),
            Some(path) => more.extend(path.text()),
            None => {}
        }
    }
    let services = root.get("services").map_or(&[][..], Node::entries);
    let extends = services
        .iter()
        .filter_map(|(_, service)| service.get("extends"));
    more.extend(extends.filter_map(|extends| extends.text_of("file")));
    more
}

struct Reader<'r> {
    source: Source<'r>,
    file: &'r File,
    files: &'r [File],
}

impl Reader<'_> {
    fn service(&self, name: &str, node: &Node) -> Option<Usage> {
        let own = node.get("build").map(|build| self.build(build));
        let build = match (own, self.inherited(name, node)) {
            (Some(own), Some(other)) => own.over(other),
            (own, other) => own.or(other)?,
        };
        if build.is_unknown {
            return None;
        }
        let context = build.context.as_deref().unwrap_or(".");
        let (dockerfile, context) =
            place::build_inside(self.source.folder(), context, build.dockerfile.as_deref())?;
        let key = if node.get("build").is_some() {
            "build"
        } else {
            "image"
        };
        Some(Usage {
            dockerfile,
            context,
            target: build.target,
            args: build.args,
            named_contexts: build.named_contexts,
            purpose: Purpose::Service(Box::new(self.running(name, node))),
            evidence: self.source.evidence(self.line(name, &[Key(key)])),
        })
    }

    /// The build that a service has from another file of the folder, or from the one it extends.
    fn inherited(&self, name: &str, node: &Node) -> Option<Build> {
        let extends = node.get("extends");
        let name = match extends {
            Some(Node::Text(name)) => name,
            Some(extends) => extends.text_of("service")?,
            None => name,
        };
        let own_folder = self.source.folder();
        let has_build = node.get("build").is_some();
        let mut others = self.files.iter().filter(|file| {
            let is_other = file.path != self.file.path && paths::split(&file.path).0 == own_folder;
            match extends {
                Some(_) => paths::split(&file.path).0 == own_folder,
                // Others are laid over the file without a suffix, not it over them.
                None if has_build => is_other && is_first(&file.path) && !is_first(&self.file.path),
                None => is_other,
            }
        });
        others.find_map(|file| {
            let build = file.root.get("services")?.get(name)?.get("build")?;
            let reader = Reader { file, ..*self };
            Some(reader.build(build))
        })
    }

    /// Text with variables in place; notes in `unknown` that it cannot be told.
    fn known(&self, text: Option<&str>, unknown: &mut bool) -> Option<String> {
        let text = text?;
        let known = interpolate(text, &self.file.variables);
        *unknown |= known.is_none();
        known
    }

    fn build(&self, node: &Node) -> Build {
        let mut build = Build::default();
        let unknown = &mut build.is_unknown;
        if let Node::Text(context) = node {
            build.context = self.known(Some(context), unknown);
            return build;
        }
        build.context = self.known(node.text_of("context"), unknown);
        build.dockerfile = self.known(node.text_of("dockerfile"), unknown);
        build.target = self.known(node.text_of("target"), unknown);
        build.is_unknown |= node.get("dockerfile_inline").is_some();
        build.args = self.pairs(node.get("args"));
        build.named_contexts = names(node.get("additional_contexts"));
        build
    }

    /// `NAME: value` or `- NAME=value`; those whose values are not known are left out.
    fn pairs(&self, node: Option<&Node>) -> Vec<(String, String)> {
        let known = |text: &str| interpolate(text, &self.file.variables);
        let Some(node) = node else {
            return Vec::new();
        };
        let listed = node.items().iter().filter_map(|item| {
            let (name, value) = item.text()?.split_once('=')?;
            Some((name.to_owned(), known(value)?))
        });
        let mapped = node
            .entries()
            .iter()
            .filter_map(|(name, value)| Some((name.clone(), known(value.text()?)?)));
        listed.chain(mapped).collect()
    }

    fn line(&self, service: &str, rest: &[Step<'_>]) -> usize {
        let steps = [&[Key("services"), Key(service)], rest].concat();
        self.file.lines.line(&steps)
    }
}

/// The names of `NAME: value` or `- NAME=value`.
fn names(node: Option<&Node>) -> Vec<String> {
    let Some(node) = node else {
        return Vec::new();
    };
    let listed = node
        .items()
        .iter()
        .filter_map(|item| Some(item.text()?.split_once('=')?.0.to_owned()));
    let mapped = node.entries().iter().map(|(name, _)| name.clone());
    listed.chain(mapped).collect()
}

/// Whether it is the file that compose takes without `-f`.
fn is_first(path: &str) -> bool {
    let name = paths::split(path).1;
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    matches!(stem, "compose" | "docker-compose")
}

impl Build {
    /// What this says, and what `other` says where this is silent.
    fn over(self, other: Self) -> Self {
        let mut args = other.args;
        args.retain(|(name, _)| self.args.iter().all(|(own, _)| own != name));
        args.extend(self.args);
        let mut named_contexts = self.named_contexts;
        named_contexts.extend(other.named_contexts);
        Self {
            context: self.context.or(other.context),
            dockerfile: self.dockerfile.or(other.dockerfile),
            target: self.target.or(other.target),
            args,
            named_contexts,
            is_unknown: self.is_unknown || other.is_unknown,
        }
    }
}
