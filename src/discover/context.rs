//! The build context of a Dockerfile that comes with no `--context`: its own folder, unless what
//! it copies lies further up.

use std::ffi::OsString;
use std::fs;
use std::path::{Component, Path, PathBuf};

use globset::{Glob, GlobMatcher};

/// How many folder entries one pattern may look at.
const ENTRIES: usize = 10_000;

/// A build context that nothing names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guess {
    /// The folder that `docker build` is most likely called with.
    pub folder: PathBuf,
    /// The folders that have everything that is copied, the nearest first; empty where nothing is
    /// copied that tells them apart.
    pub fits: Vec<PathBuf>,
}

/// The build context of `dockerfile` (an absolute path), as far as what it copies tells.
///
/// `copy_sources` are the sources of its COPY and ADD instructions that come from the build
/// context, as written. The folder is the Dockerfile's own, unless none of them exists there and
/// some do in a folder above it, up to and including `stop_at`; or unless only a folder above
/// has all of them. What says nothing about the place (`.`, addresses, variables) is passed over.
pub fn context_of(dockerfile: &Path, copy_sources: &[String], stop_at: &Path) -> Guess {
    let own = dockerfile.parent().unwrap_or(dockerfile);
    let sources: Vec<Vec<Part>> = copy_sources
        .iter()
        .filter_map(|source| parts(source))
        .collect();
    let count = |folder: &Path| {
        let there = sources.iter().filter(|it| exists(folder, it, &mut 0));
        there.count()
    };
    let folders = own
        .ancestors()
        .take_while(|folder| folder.starts_with(stop_at) && !sources.is_empty());
    let counted: Vec<(&Path, usize)> = folders.map(|folder| (folder, count(folder))).collect();
    let all = counted.iter().filter(|(_, count)| *count == sources.len());
    let fits: Vec<PathBuf> = all.map(|(folder, _)| folder.to_path_buf()).collect();
    let some = counted.iter().find(|(_, count)| *count > 0);
    let nearest = fits.first().map(PathBuf::as_path);
    let folder = nearest.or(some.map(|(folder, _)| *folder)).unwrap_or(own);
    Guess {
        folder: folder.to_path_buf(),
        fits,
    }
}

/// One part of a path: a name, or a pattern for names.
enum Part {
    Name(OsString),
    Pattern(GlobMatcher),
}

/// The parts of a source, counted from the context's root as builders do it: `/` and `..` never
/// lead out. `None` for a source that exists in every folder or in none.
fn parts(source: &str) -> Option<Vec<Part>> {
    if source.contains("://") || source.starts_with("git@") || source.contains('$') {
        return None;
    }
    let mut parts = Vec::new();
    for component in Path::new(source).components() {
        match component {
            Component::Normal(name) => parts.push(part(name.to_str()?)),
            Component::ParentDir => drop(parts.pop()),
            Component::Prefix(_) | Component::RootDir | Component::CurDir => {}
        }
    }
    (!parts.is_empty()).then_some(parts)
}

fn part(name: &str) -> Part {
    let pattern = name
        .contains(['*', '?', '['])
        .then(|| Glob::new(name).ok())
        .flatten();
    match pattern {
        Some(glob) => Part::Pattern(glob.compile_matcher()),
        None => Part::Name(name.into()),
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "names alone are read, and a bounded number"
)]
/// Whether something below `folder` fits `parts`; `looked` counts the entries compared so far.
fn exists(folder: &Path, parts: &[Part], looked: &mut usize) -> bool {
    let Some((first, rest)) = parts.split_first() else {
        return true;
    };
    match first {
        Part::Name(name) => {
            let path = folder.join(name);
            path.symlink_metadata().is_ok() && exists(&path, rest, looked)
        }
        Part::Pattern(matcher) => {
            fs::read_dir(folder)
                .into_iter()
                .flatten()
                .flatten()
                .any(|entry| {
                    *looked += 1;
                    *looked <= ENTRIES
                        && matcher.is_match(entry.file_name())
                        && exists(&entry.path(), rest, looked)
                })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A tree with these files; gives the context of `svc/docker/Dockerfile` below its root.
    fn context(files: &[&str], sources: &[&str]) -> String {
        contexts(files, sources).remove(0)
    }

    /// The context, and behind it the folders that have everything.
    fn contexts(files: &[&str], sources: &[&str]) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir_all(root.join("repo/svc/docker")).unwrap();
        for file in files {
            let path = root.join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        let sources: Vec<String> = sources.iter().map(ToString::to_string).collect();
        let dockerfile = root.join("repo/svc/docker/Dockerfile");
        let Guess { folder, fits } = context_of(&dockerfile, &sources, &root.join("repo"));
        let shown = |path: PathBuf| {
            let path = path.strip_prefix(root).unwrap();
            path.to_str().unwrap().replace('\\', "/")
        };
        [folder].into_iter().chain(fits).map(shown).collect()
    }

    #[test]
    fn every_folder_that_has_everything_is_told() {
        let files = ["repo/svc/docker/a", "repo/svc/a", "repo/a", "repo/svc/b"];
        assert_eq!(
            contexts(&files, &["a", "."]),
            ["repo/svc/docker", "repo/svc/docker", "repo/svc", "repo"]
        );
        assert_eq!(contexts(&files, &["a", "b"]), ["repo/svc"; 2]);
        assert_eq!(contexts(&files, &["."]), ["repo/svc/docker"]);
        assert_eq!(contexts(&files, &["b", "c"]), ["repo/svc"]);
    }

    #[test]
    fn the_own_folder_wins_when_it_has_the_sources_or_nothing_is_known() {
        assert_eq!(
            context(&["repo/svc/docker/go.mod", "repo/go.mod"], &["go.mod"]),
            "repo/svc/docker"
        );
        assert_eq!(context(&[], &[]), "repo/svc/docker");
        assert_eq!(
            context(&["repo/a"], &[".", "/", "$DIR/a", "https://example.org/a"]),
            "repo/svc/docker"
        );
        assert_eq!(context(&[], &["dist"]), "repo/svc/docker");
    }

    #[test]
    fn a_folder_above_wins_when_only_it_has_the_sources() {
        assert_eq!(context(&["repo/svc/go.mod"], &["go.mod", "."]), "repo/svc");
        assert_eq!(context(&["repo/svc/go.mod"], &["/svc/go.mod"]), "repo");
        assert_eq!(
            context(&["repo/svc/go.mod"], &["svc/go.mod", "svc/generated"]),
            "repo"
        );
        assert_eq!(
            context(&["repo/svc/docker/a", "repo/a", "repo/b"], &["a", "b"]),
            "repo"
        );
    }

    #[test]
    fn patterns_are_matched_by_name() {
        assert_eq!(
            context(&["repo/svc/package-lock.json"], &["package*.json"]),
            "repo/svc"
        );
        assert_eq!(context(&["repo/svc/x/main.go"], &["s?c/*/*.go"]), "repo");
    }

    #[test]
    fn the_search_ends_at_its_stop_and_sources_stay_within_a_context() {
        assert_eq!(context(&["go.mod"], &["go.mod"]), "repo/svc/docker");
        assert_eq!(
            context(&["repo/svc/docker/a", "repo/svc/b"], &["../b", "a"]),
            "repo/svc/docker"
        );
    }
}
