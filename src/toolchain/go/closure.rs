//! The packages that a program is made of. In: the directories of its main packages. Out: the
//! facts of every source file that is linked, what they import from elsewhere, and where cgo is.

use std::collections::BTreeSet;

use super::asked;
use super::constraint;
use super::world::{Target, World};
use crate::plan::because::Because;
use crate::plan::build::Build;
use crate::project::evidence::Evidence;
use crate::project::source::{Language, Sieve, SourceFacts, scan, scan_go_imports};
use crate::toolchain::compiled::tree::Tree;
use crate::toolchain::compiled::tree::has_extension;

/// What a program is made of.
#[derive(Debug, Clone, Default)]
pub(crate) struct Closure {
    /// Source files of the project.
    pub(crate) files: Vec<SourceFile>,
    /// What they and vendored packages import from the standard library and from other modules.
    pub(crate) imports: Vec<(String, Evidence)>,
    /// The first of what is downloaded, so that its own imports are not followed.
    pub(crate) external: Option<(String, Evidence)>,
    /// Packages with `import "C"`.
    pub(crate) cgo: Vec<CgoFile>,
    /// Why the reading is not whole.
    pub(crate) gap: Option<Because>,
    /// How many packages have files.
    pub(crate) packages: usize,
}

/// A source file of the project.
#[derive(Debug, Clone)]
pub(crate) struct SourceFile {
    /// Its path in the build context.
    pub(crate) context: String,
    /// Its directory in the image.
    pub(crate) directory: String,
    /// What it says.
    pub(crate) facts: SourceFacts,
}

/// A file with `import "C"`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CgoFile {
    /// The import path of a vendored package; empty for the project's own.
    pub(crate) import: String,
    /// What the linker is told: `-lm`, `pkg-config:zlib`.
    pub(crate) flags: Vec<String>,
    /// Whether C++ is compiled.
    pub(crate) cxx: bool,
    /// The package's directory in the image.
    pub(crate) directory: String,
    /// Where.
    pub(crate) evidence: Evidence,
}

/// Most files that are read.
const MAX_FILES: usize = 20_000;

/// Reads the packages in `roots` (directories in the image) and all that they import.
pub(crate) fn walk(
    build: &Build<'_>,
    tree: &Tree,
    world: &World,
    roots: &[String],
    tags: &[&str],
) -> Closure {
    let mut walk = Walk {
        build,
        tree,
        world,
        tags,
        sieve: asked::sieve(tree),
        closure: Closure::default(),
        unread: Vec::new(),
        executes: false,
        read: 0,
    };
    let mut seen: BTreeSet<String> = roots.iter().cloned().collect();
    let mut open: Vec<(String, String)> = roots
        .iter()
        .map(|root| (root.clone(), String::new()))
        .collect();
    while let Some((directory, vendored)) = open.pop() {
        for target in walk.package(&directory, &vendored) {
            if seen.insert(target.0.clone()) {
                open.push(target);
            }
        }
    }
    walk.read_all_where_programs_are_executed();
    walk.closure.files.sort_by(|a, b| a.context.cmp(&b.context));
    walk.closure.imports.sort();
    walk.closure
}

struct Walk<'w, 'a> {
    build: &'w Build<'a>,
    tree: &'w Tree,
    world: &'w World,
    tags: &'w [&'w str],
    sieve: Sieve,
    closure: Closure,
    /// Files of which only the imports have been read, by their index in the closure.
    unread: Vec<usize>,
    /// Whether a file of the project can execute programs.
    executes: bool,
    read: usize,
}

impl Walk<'_, '_> {
    /// Reads one package; returns the packages that it imports as (directory, vendored path).
    fn package(&mut self, directory: &str, vendored: &str) -> Vec<(String, String)> {
        let mut targets = Vec::new();
        let cxx = self.tree.direct(directory).any(|(path, _)| {
            ["cc", "cpp", "cxx"]
                .iter()
                .any(|ending| has_extension(path, ending))
        });
        let files = self
            .tree
            .direct(directory)
            .filter(|(path, _)| has_extension(path, "go"));
        let files: Vec<String> = files.map(|(_, context)| context.to_owned()).collect();
        let before = self.read;
        for context in files {
            let Some(text) = self.build.context.read(&context) else {
                self.gap("cannot be read", &context);
                continue;
            };
            if !constraint::is_built(&context, text, self.tags) {
                continue;
            }
            if self.read >= MAX_FILES {
                self.gap("is one of too many", &context);
                break;
            }
            self.read += 1;
            let is_asked = vendored.is_empty() && self.sieve.lets_through(text);
            let facts = if is_asked {
                scan(text, Language::Go)
            } else {
                scan_go_imports(text)
            };
            if facts.skipped.is_some() || (facts.has_errors && vendored.is_empty()) {
                self.gap("is not understood", &context);
            }
            for import in &facts.imports {
                let evidence = Evidence::line(&context, import.line);
                if import.module == "C" {
                    self.closure.cgo.push(CgoFile {
                        import: vendored.to_owned(),
                        flags: link_flags(text),
                        cxx,
                        directory: directory.to_owned(),
                        evidence,
                    });
                    continue;
                }
                match self.world.resolve(self.tree, directory, &import.module) {
                    Target::Own(path) => targets.push((path, String::new())),
                    Target::Vendored(path) => {
                        targets.push((path, import.module.clone()));
                        self.closure.imports.push((import.module.clone(), evidence));
                    }
                    Target::External => {
                        let first = (import.module.clone(), evidence.clone());
                        self.closure.external.get_or_insert(first);
                        self.closure.imports.push((import.module.clone(), evidence));
                    }
                    // What vendored packages import of the standard library says nothing about
                    // the program's own needs.
                    Target::Standard if vendored.is_empty() => {
                        self.closure.imports.push((import.module.clone(), evidence));
                    }
                    Target::Standard => {}
                }
            }
            if vendored.is_empty() {
                self.executes |= asked::executes(text);
                if !is_asked {
                    self.unread.push(self.closure.files.len());
                }
                let directory = directory.to_owned();
                self.closure.files.push(SourceFile {
                    context,
                    directory,
                    facts,
                });
            }
        }
        self.closure.packages += usize::from(self.read > before);
        targets
    }

    /// A program whose name is not in the call may be named by any string.
    fn read_all_where_programs_are_executed(&mut self) {
        for index in self.unread.drain(..).filter(|_| self.executes) {
            if let Some(file) = self.closure.files.get_mut(index)
                && let Some(text) = self.build.context.read(&file.context)
            {
                file.facts = scan(text, Language::Go);
            }
        }
    }

    fn gap(&mut self, what: &str, context: &str) {
        let because = Because::fact(format!("a source file {what}"), &Evidence::file(context));
        self.closure.gap.get_or_insert(because);
    }
}

impl Closure {
    /// Adds what another program is made of.
    pub(crate) fn merge(&mut self, other: Self) {
        for file in other.files {
            if !self.files.iter().any(|known| known.context == file.context) {
                self.files.push(file);
            }
        }
        self.imports.extend(other.imports);
        self.imports.sort();
        self.imports.dedup();
        self.external = self.external.take().or(other.external);
        self.cgo.extend(other.cgo);
        self.gap = self.gap.take().or(other.gap);
        self.packages += other.packages;
    }

    /// The first place where the project calls a function of another package.
    pub(crate) fn calls(&self, callee: &str) -> Option<Evidence> {
        let mut files = self.files.iter();
        files.find_map(|file| {
            let mut calls = file.facts.calls.iter();
            let call = calls.find(|call| call.callee == callee)?;
            Some(Evidence::line(&file.context, call.line))
        })
    }

    /// The first place where one of these packages is imported.
    pub(crate) fn imported(&self, packages: &[&str]) -> Option<&Evidence> {
        let found = self
            .imports
            .iter()
            .find(|(import, _)| packages.contains(&import.as_str()));
        found.map(|(_, evidence)| evidence)
    }
}

/// What `#cgo` lines for Linux tell the linker: the words of LDFLAGS, and `pkg-config:name`.
fn link_flags(text: &str) -> Vec<String> {
    let mut flags = Vec::new();
    for line in text.lines() {
        let line = line.trim_start_matches([' ', '\t', '/', '*']);
        let Some((head, value)) = line.strip_prefix("#cgo").and_then(|l| l.split_once(':')) else {
            continue;
        };
        let mut head: Vec<&str> = head.split_whitespace().collect();
        let name = head.pop().unwrap_or_default();
        let foreign = [
            "windows", "darwin", "freebsd", "openbsd", "netbsd", "android", "ios",
        ];
        let is_foreign = |word: &&str| foreign.iter().any(|system| word.starts_with(system));
        if !head.is_empty() && head.iter().all(is_foreign) {
            continue;
        }
        let words = value.split_whitespace().map(|word| word.trim_matches('"'));
        match name {
            "LDFLAGS" => flags.extend(words.map(str::to_owned)),
            "pkg-config" => {
                let names = words.filter(|word| !word.starts_with('-'));
                flags.extend(names.map(|name| format!("pkg-config:{name}")));
            }
            _ => {}
        }
    }
    flags
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toolchain::compiled::sample::sample;

    #[test]
    fn a_call_is_found_in_a_file_that_says_nothing_else() {
        let files = [
            ("go.mod", "module m"),
            ("main.go", "package main\nfunc main() {}\n"),
            (
                "where.go",
                "package main\nimport \"runtime\"\nfunc where() { runtime.Caller(0) }\n",
            ),
        ];
        let text = "FROM golang:1.25\nWORKDIR /s\nCOPY . .\n";
        sample(text, &files, |build| {
            let tree = Tree::of(build);
            let world = World::at(build, &tree, "/s", 1).unwrap();
            let closure = walk(build, &tree, &world, &["/s".to_owned()], &[]);
            let place = closure.calls("runtime.Caller").map(|it| it.to_string());
            assert_eq!(place.as_deref(), Some("where.go:3"));
            assert_eq!(closure.calls("os.Exit"), None);
        });
    }

    #[test]
    fn imports_are_followed_and_nothing_else_is_read() {
        let files = [
            ("go.mod", "module m.org/m"),
            (
                "cmd/a/main.go",
                "package main\nimport (\n\"net/http\"\n\"m.org/m/lib\"\n)\n",
            ),
            ("cmd/b/main.go", "package main\nimport \"os/exec\"\n"),
            ("lib/lib.go", "package lib\nimport \"github.com/x/y\"\n"),
            ("lib/lib_test.go", "package lib\nimport \"testing\"\n"),
            (
                "lib/c.go",
                "package lib\n// #cgo LDFLAGS: -lm -L${SRCDIR}\n// #cgo windows LDFLAGS: -lws2\n// #cgo linux pkg-config: --static zlib\nimport \"C\"\n",
            ),
        ];
        sample(
            "FROM golang:1.25\nWORKDIR /s\nCOPY . .\n",
            &files,
            |build| {
                let tree = Tree::of(build);
                let world = World::at(build, &tree, "/s", 1).unwrap();
                let closure = walk(build, &tree, &world, &["/s/cmd/a".to_owned()], &[]);
                let imports: Vec<_> = closure.imports.iter().map(|(i, _)| i.as_str()).collect();
                assert_eq!(imports, ["github.com/x/y", "net/http"]);
                assert_eq!(closure.files.len(), 3);
                assert_eq!(
                    closure.cgo[0].flags,
                    ["-lm", "-L${SRCDIR}", "pkg-config:zlib"]
                );
                assert_eq!(closure.cgo[0].evidence.to_string(), "lib/c.go:5");
                assert_eq!(closure.gap, None);
                assert_eq!(closure.packages, 2);
            },
        );
    }
}
