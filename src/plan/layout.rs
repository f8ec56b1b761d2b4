//! Where COPY and ADD put the files of the build context.

use crate::dockerfile::contract::{State, clean};
use crate::dockerfile::instruction::{Copy, flag};
use crate::project::context::BuildContext;

/// The build context as the image sees it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Layout {
    /// What was put where, in file order.
    pub entries: Vec<Entry>,
}

/// One source of a COPY.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Path in the build context; empty for its root.
    pub source: String,
    /// Whether the source is a directory, whose contents were copied.
    pub is_dir: bool,
    /// Absolute path in the image that the source itself became.
    pub destination: String,
    /// Whether `destination` existed before, so that other things may lie in it.
    pub into_existing: bool,
    /// Index of the step.
    pub step: usize,
    /// `--chown`, as written.
    pub owner: Option<String>,
}

/// Why a COPY cannot be placed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Misplaced {
    /// A path hangs on a variable whose value is unknown.
    Variable,
    /// This source matches nothing; hidden tells whether the ignore file hides it.
    Missing {
        /// The source as written.
        source: String,
        /// Whether it is there, but hidden.
        hidden: bool,
    },
}

impl Layout {
    /// Adds what `copy` puts into the image.
    pub fn add(
        &mut self,
        copy: &Copy,
        state: &State,
        context: &BuildContext,
        step: usize,
        escape: char,
    ) -> Result<(), Misplaced> {
        let value = |text: &str| {
            if copy.exec_form {
                Some(text.to_owned())
            } else {
                state.expand(text, escape)
            }
        };
        let written = value(&copy.destination).ok_or(Misplaced::Variable)?;
        let destination = state.absolute(&written).ok_or(Misplaced::Variable)?;
        let mut sources = Vec::new();
        for source in &copy.sources {
            let pattern = value(source).ok_or(Misplaced::Variable)?;
            let found = context.matches(&pattern);
            // A pattern may match nothing beside others that do; a plain path may not.
            if found.is_empty() && !pattern.contains(['*', '?', '[']) {
                let hidden = context.is_hidden(&pattern);
                return Err(Misplaced::Missing {
                    source: pattern,
                    hidden,
                });
            }
            sources.extend(found);
        }
        if sources.is_empty() && !copy.has_heredocs {
            let source = copy.sources.join(" ");
            return Err(Misplaced::Missing {
                source,
                hidden: false,
            });
        }
        let exists = self.is_directory(&destination, state);
        let into = written.ends_with('/') || written == "." || sources.len() > 1 || exists;
        let owner = flag(&copy.flags, "chown").map(str::to_owned);
        for source in sources {
            let is_dir = context.is_dir(&source);
            let name = source.rsplit('/').next().unwrap_or_default();
            let destination = if is_dir || !into {
                destination.clone()
            } else {
                clean(&format!("{destination}/{name}"))
            };
            let into_existing = is_dir && exists;
            let owner = owner.clone();
            self.entries.push(Entry {
                source,
                is_dir,
                destination,
                into_existing,
                step,
                owner,
            });
        }
        Ok(())
    }

    /// Whether `path` is known to be a directory when a COPY into it runs.
    pub fn is_directory(&self, path: &str, state: &State) -> bool {
        let below = |inner: &str| is_within(inner, path);
        SYSTEM_DIRECTORIES.contains(&path)
            || state.contract.workdir.as_deref().is_some_and(below)
            || self.entries.iter().any(|entry| {
                (entry.is_dir && entry.destination == path)
                    || (entry.destination != path && below(&entry.destination))
            })
    }

    /// Where a path of the context lies in the image; the last COPY wins.
    pub fn image_path(&self, context_path: &str) -> Option<String> {
        self.entries.iter().rev().find_map(|entry| {
            if entry.source == context_path {
                return Some(entry.destination.clone());
            }
            let rest = below_source(&entry.source, context_path)?;
            entry
                .is_dir
                .then(|| clean(&format!("{}/{rest}", entry.destination)))
        })
    }

    /// Which path of the context an image path came from; the last COPY wins. Whether it exists
    /// is for the context to say.
    pub fn context_path(&self, image_path: &str, context: &BuildContext) -> Option<String> {
        self.entries.iter().rev().find_map(|entry| {
            if entry.destination == image_path {
                return Some(entry.source.clone());
            }
            let root = entry.destination.trim_end_matches('/');
            let rest = image_path.strip_prefix(root)?.strip_prefix('/')?;
            let path = match entry.source.as_str() {
                "" => rest.to_owned(),
                source => format!("{source}/{rest}"),
            };
            (entry.is_dir && context.exists(&path)).then_some(path)
        })
    }
}

/// Directories that every base image has.
const SYSTEM_DIRECTORIES: [&str; 22] = [
    "/",
    "/bin",
    "/etc",
    "/home",
    "/lib",
    "/mnt",
    "/opt",
    "/root",
    "/run",
    "/sbin",
    "/srv",
    "/tmp",
    "/usr",
    "/usr/bin",
    "/usr/lib",
    "/usr/local",
    "/usr/local/bin",
    "/usr/local/lib",
    "/usr/share",
    "/usr/src",
    "/var",
    "/var/lib",
];

/// Whether `path` is `directory` or lies below it; both absolute and clean.
pub fn is_within(path: &str, directory: &str) -> bool {
    directory == "/"
        || path == directory
        || path
            .strip_prefix(directory)
            .is_some_and(|rest| rest.starts_with('/'))
}

/// Whether every base image has this directory.
pub fn is_system_directory(path: &str) -> bool {
    SYSTEM_DIRECTORIES.contains(&path)
}

fn below_source<'p>(source: &str, path: &'p str) -> Option<&'p str> {
    if source.is_empty() {
        Some(path)
    } else {
        path.strip_prefix(source)?.strip_prefix('/')
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dockerfile::Dockerfile;
    use crate::dockerfile::contract::{Contract, states};
    use crate::dockerfile::instruction::InstructionKind;

    fn layout(text: &str, files: &[&str]) -> (Layout, BuildContext) {
        let pairs: Vec<_> = files.iter().map(|file| (*file, "x")).collect();
        let context = BuildContext::from_texts(pairs);
        let dockerfile = Dockerfile::parse(text);
        let states = states(&Contract::default(), &[], &dockerfile.instructions, '\\');
        let mut layout = Layout::default();
        for (step, instruction) in dockerfile.instructions.iter().enumerate() {
            if let InstructionKind::Copy(copy) = &instruction.kind {
                layout
                    .add(copy, &states[step], &context, step, '\\')
                    .unwrap();
            }
        }
        (layout, context)
    }

    #[test]
    fn files_go_into_directories_and_directories_pour_out() {
        let text = "FROM a\nWORKDIR /app\nCOPY go.mod ./\nCOPY src/ lib\nCOPY a.sh /start\nCOPY conf /etc\nCOPY go.* /app\n";
        let files = ["go.mod", "go.sum", "src/x/y.go", "a.sh", "conf/app.ini"];
        let (layout, context) = layout(text, &files);
        assert_eq!(layout.image_path("go.mod").as_deref(), Some("/app/go.mod"));
        assert_eq!(
            layout.image_path("src/x/y.go").as_deref(),
            Some("/app/lib/x/y.go")
        );
        assert_eq!(layout.image_path("a.sh").as_deref(), Some("/start"));
        assert_eq!(
            layout.image_path("conf/app.ini").as_deref(),
            Some("/etc/app.ini")
        );
        assert_eq!(
            layout.context_path("/app/lib/x/y.go", &context).as_deref(),
            Some("src/x/y.go")
        );
        assert_eq!(
            layout.context_path("/start", &context).as_deref(),
            Some("a.sh")
        );
        assert_eq!(layout.context_path("/etc/passwd", &context), None);
    }

    #[test]
    fn the_whole_context_lies_where_it_was_copied() {
        let (layout, context) = layout("FROM a\nWORKDIR /w\nCOPY . .\n", &["a/b.txt"]);
        assert_eq!(layout.image_path("a/b.txt").as_deref(), Some("/w/a/b.txt"));
        assert_eq!(
            layout.context_path("/w/a/b.txt", &context).as_deref(),
            Some("a/b.txt")
        );
    }
}
