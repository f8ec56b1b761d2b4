//! How a compose service runs its image: the service in, what it starts, how it is probed and what
//! is mounted into it out.

use super::Reader;
use crate::project::evidence::Fact;
use crate::project::usage::interpolate::interpolate;
use crate::project::usage::{Mount, Service, words};
use crate::yaml::Node;
use crate::yaml::Step::{Item, Key};

impl Reader<'_> {
    /// What is known of how the service runs.
    pub(super) fn running(&self, name: &str, node: &Node) -> Service {
        let fact = |key: &str| {
            let words = self.words(node.get(key)?)?;
            let line = self.line(name, &[Key(key)]);
            Some(Fact::new(words, self.source.evidence(line)))
        };
        let unknown = ["entrypoint", "command"].into_iter().find(|key| {
            let node = node.get(key).filter(|node| **node != Node::Null);
            node.is_some_and(|node| self.words(node).is_none())
        });
        let place = |key| self.source.evidence(self.line(name, &[Key(key)]));
        Service {
            name: name.to_owned(),
            entrypoint: fact("entrypoint"),
            command: fact("command"),
            unknown: unknown.map(place),
            probe: self.probe(name, node),
            user: self.user(name, node),
            mounts: self.mounts(name, node),
        }
    }

    fn user(&self, name: &str, node: &Node) -> Option<Fact<Option<String>>> {
        let user = node.get("user").filter(|user| **user != Node::Null)?;
        let known = user
            .text()
            .and_then(|text| interpolate(text, &self.file.variables));
        let line = self.line(name, &[Key("user")]);
        Some(Fact::new(known, self.source.evidence(line)))
    }

    /// The words of a command: a list, or a text that compose splits as a shell would.
    fn words(&self, node: &Node) -> Option<Vec<String>> {
        let known = |text: &str| interpolate(text, &self.file.variables);
        match node {
            Node::Text(text) => words::split(&known(text)?),
            Node::List(items) => items.iter().map(|item| known(item.text()?)).collect(),
            _ => None,
        }
    }

    fn probe(&self, name: &str, node: &Node) -> Option<Fact<Vec<String>>> {
        let words = match node.get("healthcheck")?.get("test")? {
            Node::Text(line) => vec!["sh".to_owned(), "-c".to_owned(), line.clone()],
            Node::List(items) => {
                let mut words = items.iter().filter_map(Node::text).map(str::to_owned);
                match words.next()?.as_str() {
                    "CMD" => words.collect(),
                    "CMD-SHELL" => ["sh".to_owned(), "-c".to_owned()]
                        .into_iter()
                        .chain(words)
                        .collect(),
                    _ => return None,
                }
            }
            _ => return None,
        };
        let line = self.line(name, &[Key("healthcheck"), Key("test")]);
        Some(Fact::new(words, self.source.evidence(line)))
    }

    fn mounts(&self, name: &str, node: &Node) -> Vec<Fact<Mount>> {
        let volumes = node.get("volumes").map_or(&[][..], Node::items);
        let mounts = volumes.iter().enumerate().filter_map(|(index, volume)| {
            let mount = match volume {
                Node::Text(text) => short_mount(text)?,
                long => Mount {
                    path: long.text_of("target")?.to_owned(),
                    is_bind: long.text_of("type") == Some("bind"),
                    is_read_only: long.text_of("read_only") == Some("true"),
                },
            };
            let line = self.line(name, &[Key("volumes"), Item(index)]);
            Some(Fact::new(mount, self.source.evidence(line)))
        });
        mounts.collect()
    }
}

/// `SOURCE:PATH[:MODE]` or `PATH`. A source with a slash, a dot or a variable is a place on the host.
fn short_mount(text: &str) -> Option<Mount> {
    let mut parts = text.rsplitn(2, ':');
    let last = parts.next()?;
    let (text, mode) = match parts.next() {
        Some(before) if !last.contains('/') => (before, last),
        _ => (text, ""),
    };
    let (source, path) = text.rsplit_once(':').unwrap_or(("", text));
    Some(Mount {
        path: path.to_owned(),
        is_bind: source.starts_with(['.', '/', '~', '$']),
        is_read_only: mode.split(',').any(|option| option == "ro"),
    })
}
