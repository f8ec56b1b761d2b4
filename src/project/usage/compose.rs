//! Compose files: those of one folder in, the builds of their services out, and how the services
//! run what is built (docs.docker.com/reference/compose-file).
//!
//! Files of one folder are taken to belong together, as `docker compose -f a.yml -f b.yml` takes
//! them: a service that has no `build` of its own has that of its name in the others.

use std::collections::{BTreeMap, BTreeSet};

use super::super::context::BuildContext;
use super::super::evidence::Fact;
use super::super::paths;
use super::interpolate::{environment, interpolate};
use super::{Mount, Purpose, Reading, Service, Source, Usage, place};
use crate::dockerfile::shell;
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
                let line = error.place.map(|(line, _)| line);
                reading.warnings.push(source.warning(line, &error.message));
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

    fn running(&self, name: &str, node: &Node) -> Service {
        let fact = |key: &str| {
            let words = self.words(node.get(key)?)?;
            let line = self.line(name, &[Key(key)]);
            Some(Fact::new(words, self.source.evidence(line)))
        };
        Service {
            name: name.to_owned(),
            entrypoint: fact("entrypoint"),
            command: fact("command"),
            probe: self.probe(name, node),
            mounts: self.mounts(name, node),
        }
    }

    /// The words of a command: a list, or a text that compose splits as a shell would.
    fn words(&self, node: &Node) -> Option<Vec<String>> {
        let known = |text: &str| interpolate(text, &self.file.variables);
        match node {
            Node::Text(text) => shell::plain_words(text).or_else(|| Some(vec![text.clone()])),
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
            let line = self.line(name, &[Key("volumes"), Step::Item(index)]);
            Some(Fact::new(mount, self.source.evidence(line)))
        });
        mounts.collect()
    }

    fn line(&self, service: &str, rest: &[Step<'_>]) -> usize {
        let steps = [&[Key("services"), Key(service)], rest].concat();
        self.file.lines.line(&steps)
    }
}

/// Whether it is the file that compose takes without `-f`.
fn is_first(path: &str) -> bool {
    let name = paths::split(path).1;
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    matches!(stem, "compose" | "docker-compose")
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

impl Build {
    /// What this says, and what `other` says where this is silent.
    fn over(self, other: Self) -> Self {
        let mut args = other.args;
        args.retain(|(name, _)| self.args.iter().all(|(own, _)| own != name));
        args.extend(self.args);
        Self {
            context: self.context.or(other.context),
            dockerfile: self.dockerfile.or(other.dockerfile),
            target: self.target.or(other.target),
            args,
            is_unknown: self.is_unknown || other.is_unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usages(files: &[(&str, &str)]) -> Vec<Usage> {
        let tree = BuildContext::from_texts(files.iter().copied());
        let paths: Vec<String> = files
            .iter()
            .map(|(path, _)| (*path).to_owned())
            .filter(|path| path.contains("compose") && !path.contains("more"))
            .collect();
        let reading = read(&paths, &tree);
        assert_eq!(reading.warnings, Vec::<String>::new());
        reading.usages
    }

    fn said(usage: &Usage) -> String {
        let Usage {
            dockerfile,
            context,
            target,
            evidence,
            ..
        } = usage;
        format!(
            "{dockerfile} in `{context}` for {} ({evidence})",
            target.as_deref().unwrap_or("-")
        )
    }

    #[test]
    fn builds_are_read_in_every_form() {
        let text = "\
services:
  short:
    build: ./api
  long:
    build:
      context: ..
      dockerfile: docker/web.Dockerfile
      target: prod
      args:
        VERSION: 1.25
        OPEN: ${NOBODY}
  here:
    build:
      args: [A=b, C]
  image: {image: postgres}
  inline: {build: {dockerfile_inline: FROM scratch}}
  unknown: {build: $NOBODY}
  remote: {build: https://example.org/x.git}
  outside: {build: ../..}
";
        let usages = usages(&[("deploy/compose.yaml", text)]);
        let said: Vec<_> = usages.iter().map(said).collect();
        assert_eq!(
            said,
            [
                "deploy/api/Dockerfile in `deploy/api` for - (deploy/compose.yaml:3)",
                "docker/web.Dockerfile in `` for prod (deploy/compose.yaml:5)",
                "deploy/Dockerfile in `deploy` for - (deploy/compose.yaml:13)",
            ]
        );
        assert_eq!(usages[1].args, [("VERSION".to_owned(), "1.25".to_owned())]);
        assert_eq!(usages[2].args, [("A".to_owned(), "b".to_owned())]);
    }

    #[test]
    fn files_of_a_folder_belong_together() {
        let usages = usages(&[
            (
                "docker-compose.yml",
                "services:\n  api:\n    build: {context: api, args: {A: 1}}\n",
            ),
            (
                "docker-compose.dev.yml",
                "services:\n  api:\n    build: {target: dev}\n    command: npm run dev\n    volumes: ['.:/app', 'data:/data:ro', /x]\n",
            ),
        ]);
        let said: Vec<_> = usages.iter().map(said).collect();
        assert_eq!(
            said,
            [
                "api/Dockerfile in `api` for - (docker-compose.yml:3)",
                "api/Dockerfile in `api` for dev (docker-compose.dev.yml:3)",
            ]
        );
        let Purpose::Service(service) = &usages[1].purpose else {
            panic!("{:?}", usages[1]);
        };
        let command = service.command.as_ref().unwrap();
        assert_eq!(command.value, ["npm", "run", "dev"]);
        assert_eq!(command.evidence.to_string(), "docker-compose.dev.yml:4");
        let mounts: Vec<_> = service
            .mounts
            .iter()
            .map(|mount| {
                (
                    mount.value.path.as_str(),
                    mount.value.is_bind,
                    mount.value.is_read_only,
                )
            })
            .collect();
        assert_eq!(
            mounts,
            [
                ("/app", true, false),
                ("/data", false, true),
                ("/x", false, false)
            ]
        );
    }

    #[test]
    fn included_and_extended_files_are_read() {
        let usages = usages(&[
            (
                "compose.yaml",
                "include: [more/other.yaml, {path: more/no.yaml}]\nservices:\n  worker:\n    extends: {file: more.yaml, service: base}\n    command: [work]\n",
            ),
            ("more.yaml", "services:\n  base:\n    build: svc\n"),
            ("more/other.yaml", "services:\n  x:\n    build: .\n"),
        ]);
        let said: Vec<_> = usages.iter().map(said).collect();
        assert_eq!(
            said,
            [
                "svc/Dockerfile in `svc` for - (compose.yaml:3)",
                "svc/Dockerfile in `svc` for - (more.yaml:3)",
                "more/Dockerfile in `more` for - (more/other.yaml:3)",
            ]
        );
    }

    #[test]
    fn variables_have_values_from_the_env_file_or_their_defaults() {
        let usages = usages(&[
            (
                "compose.yml",
                "services:\n  a: {build: {context: '${DIR:-x}', target: $STAGE}}\n  b: {build: '${OTHER:-y}'}\n",
            ),
            (".env", "DIR=from-env\nSTAGE=s\n"),
        ]);
        assert_eq!(usages[0].context, "from-env");
        assert_eq!(usages[0].target.as_deref(), Some("s"));
        assert_eq!(usages[1].context, "y");
    }

    #[test]
    fn what_is_no_yaml_is_a_warning() {
        let tree = BuildContext::from_texts([("compose.yml", "services:\n  a: [\n"), ("x", "")]);
        let reading = read(&["compose.yml".to_owned()], &tree);
        assert!(reading.usages.is_empty());
        assert!(
            reading.warnings[0].starts_with("compose.yml:"),
            "{:?}",
            reading.warnings
        );
    }
}
