//! The build context as it lies in the image. In: the COPY instructions of a build. Out: which
//! file of the image is which file of the context.

use std::collections::BTreeMap;
use std::ops::Bound;

use crate::plan::action::Action;
use crate::plan::build::{Build, RunCommand};
use crate::plan::layout::{Entry, is_within};
use crate::plan::removal;

/// Most files that are placed, over all COPY instructions together.
const MAX_FILES: usize = 500_000;

/// Files of the image that come from the build context, by their absolute paths.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tree {
    files: BTreeMap<String, String>,
}

impl Tree {
    /// The files that the COPY instructions of `build` put into the image; the last one wins.
    pub(crate) fn of(build: &Build<'_>) -> Self {
        Self::with(build, |_| false)
    }

    /// The same, without those that a RUN removes again for certain: what is left at the end.
    pub(crate) fn at_end(build: &Build<'_>) -> Self {
        Self::with(build, |command| !command.command.reach.conditional)
    }

    fn with(build: &Build<'_>, removes: impl Fn(&RunCommand) -> bool) -> Self {
        let mut tree = Self::default();
        let mut budget = MAX_FILES;
        for (index, step) in build.steps.iter().enumerate() {
            let entries = build.layout.entries.iter();
            for entry in entries.filter(|entry| entry.step == index) {
                tree.place(build, entry, &mut budget);
            }
            for command in &step.commands {
                if let Action::Remove(paths) = &command.action
                    && removes(command)
                {
                    tree.remove(paths);
                }
            }
        }
        tree
    }

    fn place(&mut self, build: &Build<'_>, entry: &Entry, budget: &mut usize) {
        if !entry.is_dir {
            let (path, source) = (entry.destination.clone(), entry.source.clone());
            self.files.insert(path, source);
            return;
        }
        let root = entry.destination.trim_end_matches('/');
        for file in build.context.files_under(&entry.source).take(*budget) {
            *budget = budget.saturating_sub(1);
            let rest = file.strip_prefix(&entry.source).unwrap_or(file);
            let rest = rest.trim_start_matches('/');
            self.files.insert(format!("{root}/{rest}"), file.to_owned());
        }
    }

    fn remove(&mut self, paths: &[String]) {
        self.files
            .retain(|file, _| !removal::certainly(paths, file));
    }

    /// The file of the context that lies at `path`.
    pub(crate) fn context(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(String::as_str)
    }

    /// Whether files of the context lie below `path`.
    pub(crate) fn is_dir(&self, path: &str) -> bool {
        self.below(path).next().is_some()
    }

    /// The files below the directory `path`, each as (image path, context path), sorted.
    pub(crate) fn below(&self, path: &str) -> impl Iterator<Item = (&str, &str)> {
        let start = format!("{}/", path.trim_end_matches('/'));
        let bounds = (Bound::Included(start.clone()), Bound::Unbounded);
        self.files
            .range::<String, _>(bounds)
            .take_while(move |(file, _)| file.starts_with(&start))
            .map(|(file, context)| (file.as_str(), context.as_str()))
    }

    /// Every file, as (image path, context path), sorted.
    pub(crate) fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files
            .iter()
            .map(|(file, context)| (file.as_str(), context.as_str()))
    }

    /// The directories directly in `path` that hold files of the context, sorted.
    pub(crate) fn directories(&self, path: &str) -> Vec<String> {
        let root = path.trim_end_matches('/');
        let mut found: Vec<String> = Vec::new();
        for (file, _) in self.below(path) {
            let rest = file.get(root.len() + 1..).unwrap_or_default();
            let Some((name, _)) = rest.split_once('/') else {
                continue;
            };
            let directory = format!("{root}/{name}");
            if found.last() != Some(&directory) {
                found.push(directory);
            }
        }
        found.sort();
        found.dedup();
        found
    }

    /// The files directly in `path`, as (image path, context path), sorted.
    pub(crate) fn direct(&self, path: &str) -> impl Iterator<Item = (&str, &str)> {
        let depth = path.trim_end_matches('/').len() + 1;
        self.below(path)
            .filter(move |(file, _)| file.get(depth..).is_some_and(|name| !name.contains('/')))
    }
}

/// The parent of an absolute path; that of `/` is itself.
pub(crate) fn parent(path: &str) -> &str {
    match path.rsplit_once('/') {
        Some(("", _)) | None => "/",
        Some((parent, _)) => parent,
    }
}

/// The last segment of a path.
pub(crate) fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Whether a file's name ends with `.extension`.
pub(crate) fn has_extension(path: &str, extension: &str) -> bool {
    file_name(path)
        .rsplit_once('.')
        .is_some_and(|(_, ending)| ending == extension)
}

/// The paths that lie within no other of them, sorted.
pub(crate) fn outermost(mut paths: Vec<String>) -> Vec<String> {
    paths.sort();
    paths.dedup();
    let mut kept: Vec<String> = Vec::new();
    for path in paths {
        if !kept.iter().any(|root| is_within(&path, root)) {
            kept.push(path);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toolchain::compiled::sample::sample;

    #[test]
    fn files_lie_where_the_last_copy_put_them() {
        let text = "FROM golang:1.25\nWORKDIR /app\nCOPY . .\nCOPY conf /etc/x\n";
        let files = ["main.go", "conf/a.ini", "web/b/c.css"];
        sample(text, &files.map(|file| (file, "")), |build| {
            let tree = Tree::of(build);
            assert_eq!(tree.context("/etc/x/a.ini"), Some("conf/a.ini"));
            assert_eq!(tree.context("/app/conf/a.ini"), Some("conf/a.ini"));
            assert_eq!(tree.directories("/app"), ["/app/conf", "/app/web"]);
            let direct: Vec<_> = tree.direct("/app").map(|(file, _)| file).collect();
            assert_eq!(direct, ["/app/main.go"]);
            assert!(tree.is_dir("/app/web/b") && !tree.is_dir("/app/we"));
            assert!(tree.is_dir("/"));
        });
    }

    #[test]
    fn what_is_removed_is_gone_until_it_is_copied_again() {
        let files = ["a.txt", "web/b.css", "web/c/d.css", "e.txt"].map(|file| (file, ""));
        for (text, left) in [
            ("COPY . /x\nRUN rm -rf /x/web", "/x/a.txt /x/e.txt"),
            ("COPY . .\nRUN cd web && rm -rf *", "/x/a.txt /x/e.txt"),
            ("COPY . .\nRUN rm -rf *\nCOPY e.txt .", "/x/e.txt"),
            ("COPY web .\nRUN true || rm -rf c", "/x/b.css /x/c/d.css"),
        ] {
            let text = format!("FROM golang:1.25\nWORKDIR /x\n{text}\n");
            sample(&text, &files, |build| {
                let tree = Tree::at_end(build);
                let found: Vec<_> = tree.files().map(|(file, _)| file).collect();
                assert_eq!(found.join(" "), left, "{text}");
            });
        }
    }

    #[test]
    fn of_nested_paths_the_outer_one_stays() {
        let paths = ["/a/b", "/a", "/ab"].map(str::to_owned).to_vec();
        assert_eq!(outermost(paths), ["/a", "/ab"]);
        assert_eq!(
            (parent("/a"), parent("/a/b"), file_name("/a/b")),
            ("/", "/a", "b")
        );
    }
}
