//! A build context in, out: a copy of it in which one source of the program has one comment more.
//! What a rebuild from it takes from the cache shows what a change of the sources costs.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use anyhow::{Context as _, Result};
use ignore::WalkBuilder;
use tempfile::TempDir;

use crate::project::context::BuildContext;

/// Larger contexts are not copied: so many files.
const MANY: usize = 100_000;

/// A context with a change.
pub(super) struct Changed {
    folder: TempDir,
    /// The changed file, relative to the context.
    pub(super) path: String,
}

impl Changed {
    /// The context.
    pub(super) fn context(&self) -> &Path {
        self.folder.path()
    }

    /// A copy of the context at `folder`, of which `files` is what a build sees. `None` where there is
    /// no source to change. `text` is the Dockerfile.
    pub(super) fn of(
        folder: &Path,
        files: &BuildContext,
        toolchain: &str,
        text: &str,
    ) -> Result<Option<Self>> {
        let Some(path) = source(files, toolchain, text) else {
            return Ok(None);
        };
        let copy = tempfile::Builder::new()
            .prefix("restage-verify-")
            .tempdir()?;
        copy_below(folder, copy.path()).context("cannot copy the build context")?;
        let changed = Self { folder: copy, path };
        changed.change(toolchain)?;
        Ok(Some(changed))
    }

    /// Adds a comment to the source, one that no earlier build has seen: its layers may still be in the
    /// cache. The file may be linked with the project's own: it is replaced.
    fn change(&self, toolchain: &str) -> Result<()> {
        let path = self.context().join(&self.path);
        let place = path.parent().unwrap_or(self.context());
        let mut file = tempfile::NamedTempFile::new_in(place)?;
        io::copy(&mut fs::File::open(&path)?, &mut file)?;
        let mark = self
            .context()
            .file_name()
            .unwrap_or_default()
            .to_string_lossy();
        write!(file, "\n{} {mark}\n", comment(toolchain))?;
        let mode = fs::metadata(&path)?.permissions();
        file.as_file().set_permissions(mode)?;
        file.persist(&path)?;
        Ok(())
    }
}

/// What begins a comment in the toolchain's language.
fn comment(toolchain: &str) -> &'static str {
    match toolchain {
        "python" => "#",
        _ => "//",
    }
}

/// The source that a change is most likely to be made in: one that the program begins in.
fn source(files: &BuildContext, toolchain: &str, text: &str) -> Option<String> {
    let (extensions, begins): (&[&str], &str) = match toolchain {
        "go" => (&["go"], "func main()"),
        "rust" => (&["rs"], "fn main()"),
        "node" => (&["js", "mjs", "cjs", "ts", "tsx", "jsx"], ""),
        "python" => (&["py"], ""),
        _ => return None,
    };
    let is_source = |path: &&str| {
        let name = path.rsplit('/').next().unwrap_or(path);
        let own = !path
            .split('/')
            .any(|part| matches!(part, "node_modules" | "vendor" | "target"));
        own && name.rsplit_once('.').is_some_and(|(stem, extension)| {
            extensions.contains(&extension) && !stem.is_empty() && !stem.ends_with("_test")
        })
    };
    let sources: Vec<&str> = files.files().filter(is_source).collect();
    let is_main = |path: &&&str| {
        if begins.is_empty() {
            let name = path.rsplit('/').next().unwrap_or(path);
            return text.contains(name);
        }
        files.read(path).is_some_and(|text| text.contains(begins))
    };
    let main = sources.iter().find(is_main).or(sources.first())?;
    Some((*main).to_owned())
}

/// Copies a tree, links as links. Files are linked where the file system can, which takes no space.
fn copy_below(from: &Path, to: &Path) -> Result<()> {
    let walk = WalkBuilder::new(from)
        .standard_filters(false)
        .follow_links(false)
        .build();
    for (count, entry) in walk.enumerate() {
        anyhow::ensure!(count < MANY, "it has more than {MANY} files");
        let entry = entry?;
        let (Ok(below), Some(kind)) = (entry.path().strip_prefix(from), entry.file_type()) else {
            continue;
        };
        let target = to.join(below);
        if kind.is_dir() {
            fs::create_dir_all(&target)?;
            fs::set_permissions(&target, entry.metadata()?.permissions())?;
        } else if kind.is_symlink() {
            link(&fs::read_link(entry.path())?, &target)?;
        } else if kind.is_file() && fs::hard_link(entry.path(), &target).is_err() {
            fs::copy(entry.path(), &target)?;
        }
    }
    Ok(())
}

#[cfg(unix)]
fn link(to: &Path, at: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(to, at)
}

#[cfg(not(unix))]
fn link(_to: &Path, _at: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_source_changes_and_the_project_does_not() {
        let project = tempfile::tempdir().unwrap();
        let root = project.path();
        fs::create_dir_all(root.join("cmd/app")).unwrap();
        fs::write(root.join("a.go"), "package a\n").unwrap();
        fs::write(
            root.join("cmd/app/main.go"),
            "package main\n\nfunc main() {}\n",
        )
        .unwrap();
        fs::write(root.join(".env"), "A=1\n").unwrap();
        let files = BuildContext::open(root, None).unwrap();
        let changed = Changed::of(root, &files, "go", "FROM golang\n")
            .unwrap()
            .unwrap();
        assert_eq!(changed.path, "cmd/app/main.go");
        let text = |root: &Path, path: &str| fs::read_to_string(root.join(path)).unwrap();
        assert!(text(changed.context(), "cmd/app/main.go").contains("\n// restage-verify-"));
        assert_eq!(
            text(root, "cmd/app/main.go"),
            "package main\n\nfunc main() {}\n"
        );
        assert_eq!(text(changed.context(), ".env"), "A=1\n");
        assert!(Changed::of(root, &files, "python", "").unwrap().is_none());
    }
}
