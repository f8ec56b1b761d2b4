//! Every build description of a tree, found by a walk over names and read in parallel: a folder
//! in, its [`Uses`] out.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;

use ignore::{WalkBuilder, WalkState};
use rayon::prelude::*;

use super::super::context::BuildContext;
use super::{
    Reading, Source, Unread, Uses, bake, compose, devcontainer, makefile, script, skaffold,
    tiltfile, workflow,
};

/// How deep a tree is looked at.
const MAX_DEPTH: usize = 32;

/// The most build descriptions that are read.
const MAX_FILES: usize = 20_000;

/// Hidden folders that hold build descriptions.
const HIDDEN: [&str; 5] = [".github", ".gitlab", ".devcontainer", ".docker", ".ci"];

/// A kind of build description.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Compose,
    Bake,
    Workflow,
    Script,
    Makefile,
    Skaffold,
    Tiltfile,
    Devcontainer,
}

/// Reads every build description below `root`, which is a canonical path: those of `paths`, where
/// a walk has found them already; else what git ignores is left out, and links are not followed.
/// Nothing stops it; what cannot be read is told.
pub fn survey(root: &Path, paths: Option<Vec<String>>) -> Uses {
    let mut found: Vec<(Kind, String)> = paths
        .unwrap_or_else(|| walk(root))
        .into_iter()
        .filter_map(|path| Some((kind_of(&path)?, path)))
        .collect();
    found.sort();
    found.truncate(MAX_FILES);
    let jobs = jobs(found);
    let tree = BuildContext::open(root, None).unwrap_or_else(|_| BuildContext::empty());
    let readings: Vec<Reading> = jobs
        .into_par_iter()
        .map(|(kind, paths)| read(kind, &paths, &tree))
        .collect();
    let mut uses = Uses::default();
    for reading in readings {
        uses.add(reading);
    }
    uses.settle();
    uses
}

/// Whether a hidden folder may hold build descriptions.
pub fn may_describe(hidden: &str) -> bool {
    HIDDEN.contains(&hidden)
}

/// Whether a file is a build description, by its path relative to the tree. Those of packages that
/// were installed, and what lies deeper than anybody puts one, are not.
pub fn is_description(path: &str) -> bool {
    kind_of(path).is_some()
        && path.split('/').count() <= MAX_DEPTH
        && path.split('/').all(|name| name != "node_modules")
}

/// The paths of build descriptions, relative to the root.
fn walk(root: &Path) -> Vec<String> {
    let found = Mutex::new(Vec::new());
    let mut walk = WalkBuilder::new(root);
    walk.hidden(false)
        .max_depth(Some(MAX_DEPTH))
        .filter_entry(|entry| {
            let name = entry.file_name().to_string_lossy();
            let is_dir = entry.file_type().is_some_and(|kind| kind.is_dir());
            let is_hidden = name.starts_with('.') && entry.depth() > 0;
            name != "node_modules" && (!is_dir || !is_hidden || may_describe(&name))
        });
    walk.build_parallel().run(|| {
        Box::new(|entry| {
            let Ok(entry) = entry else {
                return WalkState::Continue;
            };
            let path = entry.path().strip_prefix(root).ok().and_then(Path::to_str);
            let path = path.filter(|path| is_description(path));
            if let (Some(path), Ok(mut found)) = (path, found.lock()) {
                found.push(path.to_owned());
            }
            WalkState::Continue
        })
    });
    found.into_inner().unwrap_or_default()
}

/// What a file is by its name.
fn kind_of(path: &str) -> Option<Kind> {
    let (folder, name) = super::super::paths::split(path);
    let lower = name.to_ascii_lowercase();
    let (stem, extension) = lower.rsplit_once('.').unwrap_or((&lower, ""));
    let is_yaml = matches!(extension, "yml" | "yaml");
    let starts = |word: &str| {
        stem.strip_prefix(word)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-', '_']))
    };
    let in_workflows = folder.ends_with(".github/workflows");
    Some(match () {
        () if is_yaml && (starts("compose") || starts("docker-compose")) => Kind::Compose,
        () if is_yaml && stem.ends_with("docker-compose") => Kind::Compose,
        () if matches!(extension, "hcl" | "json") && starts("docker-bake") => Kind::Bake,
        () if is_yaml && (in_workflows || stem == "action" || lower.starts_with(".gitlab-ci")) => {
            Kind::Workflow
        }
        () if is_yaml && folder.contains(".gitlab") => Kind::Workflow,
        () if is_yaml && starts("skaffold") => Kind::Skaffold,
        () if matches!(extension, "sh" | "bash") => Kind::Script,
        () if matches!(lower.as_str(), "makefile" | "gnumakefile") || extension == "mk" => {
            Kind::Makefile
        }
        () if name == "Tiltfile" || extension == "tiltfile" => Kind::Tiltfile,
        () if matches!(lower.as_str(), "devcontainer.json" | ".devcontainer.json") => {
            Kind::Devcontainer
        }
        () => return None,
    })
}

/// What is read at once: the compose files of a folder, its bake files, every other file.
fn jobs(found: Vec<(Kind, String)>) -> Vec<(Kind, Vec<String>)> {
    let mut jobs: BTreeMap<(Kind, String), Vec<String>> = BTreeMap::new();
    for (kind, path) in found {
        let group = match kind {
            Kind::Compose | Kind::Bake => super::super::paths::split(&path).0.to_owned(),
            _ => path.clone(),
        };
        jobs.entry((kind, group)).or_default().push(path);
    }
    jobs.into_iter()
        .map(|((kind, _), paths)| (kind, paths))
        .collect()
}

fn read(kind: Kind, paths: &[String], tree: &BuildContext) -> Reading {
    match kind {
        Kind::Compose => return compose::read(paths, tree),
        Kind::Bake => return bake::read(paths, tree),
        _ => {}
    }
    let mut reading = Reading::default();
    for path in paths {
        let Some(text) = tree.text(path) else {
            // Of a script only what is found in it counts; it may well be none.
            if !matches!(kind, Kind::Script | Kind::Makefile | Kind::Tiltfile) {
                reading.unread.push(Unread::whole(path));
            }
            continue;
        };
        let source = Source {
            path,
            text: &text,
            tree,
        };
        let usages = match kind {
            Kind::Workflow => workflow::read(source),
            Kind::Skaffold => skaffold::read(source),
            Kind::Devcontainer => {
                devcontainer::read(source).map(|usage| usage.into_iter().collect())
            }
            Kind::Makefile => Ok(makefile::read(source)),
            Kind::Tiltfile => Ok(tiltfile::read(source)),
            Kind::Script | Kind::Compose | Kind::Bake => Ok(script::read(source)),
        };
        match usages {
            Ok(usages) => reading.usages.extend(usages),
            Err(unread) => reading.unread.push(unread),
        }
    }
    reading
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_their_names() {
        for (path, kind) in [
            ("compose.yaml", Some(Kind::Compose)),
            ("a/docker-compose.dev.yml", Some(Kind::Compose)),
            ("docker-compose-dev.yml", Some(Kind::Compose)),
            ("dev.docker-compose.yml", Some(Kind::Compose)),
            ("composer.yml", None),
            ("compose.json", None),
            ("docker-bake.override.json", Some(Kind::Bake)),
            (".github/workflows/ci.yml", Some(Kind::Workflow)),
            (".github/dependabot.yml", None),
            (".github/actions/x/action.yml", Some(Kind::Workflow)),
            (".gitlab-ci.yml", Some(Kind::Workflow)),
            ("GNUmakefile", Some(Kind::Makefile)),
            ("rules.mk", Some(Kind::Makefile)),
            ("x.sh", Some(Kind::Script)),
            ("Tiltfile", Some(Kind::Tiltfile)),
            ("k8s/skaffold.dev.yaml", Some(Kind::Skaffold)),
            (".devcontainer/devcontainer.json", Some(Kind::Devcontainer)),
            ("package.json", None),
        ] {
            assert_eq!(kind_of(path), kind, "{path}");
        }
    }
}
