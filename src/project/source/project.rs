//! The scan of a whole build context. In: the context and the languages wanted. Out: the facts of
//! every file, with evidence, and what was left out.

use super::{Call, Embed, Import, Language, Literal, Sieve, Skip, SourceFacts, scan};
use crate::project::{
    context::BuildContext,
    evidence::{Evidence, Fact},
};

/// What to do with third-party sources that the project carries (`vendor/`, `third_party/`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Vendor {
    /// Leave them out.
    #[default]
    Without,
    /// Read them as well.
    With,
    /// Read only them.
    Only,
}

/// One file and what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileScan {
    /// Context-relative path.
    pub path: String,
    /// By its path the file is a test: see [`is_test_path`].
    pub is_test: bool,
    /// What it says.
    pub facts: SourceFacts,
}

/// What all scanned files say, in the order of their paths.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProjectScan {
    /// The files that were read.
    pub files: Vec<FileScan>,
    /// The files that were not, and why: the scan is whole only if this is empty.
    pub skipped: Vec<(String, Skip)>,
}

impl ProjectScan {
    /// Whether every file was read, and without errors.
    pub fn is_whole(&self) -> bool {
        self.skipped.is_empty() && self.files.iter().all(|file| !file.facts.has_errors)
    }

    /// Without the tests: what can happen at run time.
    #[must_use]
    pub fn without_tests(mut self) -> Self {
        self.files.retain(|file| !file.is_test);
        self
    }

    /// Every call.
    pub fn calls(&self) -> impl Iterator<Item = Fact<&Call>> {
        self.facts(|facts| &facts.calls, |call| call.line)
    }

    /// Every string literal.
    pub fn strings(&self) -> impl Iterator<Item = Fact<&Literal>> {
        self.facts(|facts| &facts.strings, |literal| literal.line)
    }

    /// Every import.
    pub fn imports(&self) -> impl Iterator<Item = Fact<&Import>> {
        self.facts(|facts| &facts.imports, |import| import.line)
    }

    /// Every `//go:embed` pattern; it is relative to the folder of the evidence's path.
    pub fn embeds(&self) -> impl Iterator<Item = Fact<&Embed>> {
        self.facts(|facts| &facts.embeds, |embed| embed.line)
    }

    /// Every environment variable that is read, by name.
    pub fn env_reads(&self) -> impl Iterator<Item = Fact<&str>> {
        self.facts(|facts| &facts.env_reads, |read| read.1)
            .map(|fact| fact.map(|read| read.0.as_str()))
    }

    fn facts<T: 'static>(
        &self,
        list: fn(&SourceFacts) -> &Vec<T>,
        line: fn(&T) -> u32,
    ) -> impl Iterator<Item = Fact<&T>> {
        self.files.iter().flat_map(move |file| {
            list(&file.facts)
                .iter()
                .map(move |item| Fact::new(item, Evidence::line(&file.path, line(item))))
        })
    }
}

/// Most files that one scan reads.
const MAX_FILES: usize = 20_000;

/// Scans the files of `languages` that COPY can see, `filter` accepts (by path) and `sieve` lets
/// through. Files under `node_modules` are never read.
pub fn scan_all(
    context: &BuildContext,
    languages: &[Language],
    vendor: Vendor,
    sieve: &Sieve,
    filter: impl Fn(&str) -> bool,
) -> ProjectScan {
    let mut project = ProjectScan::default();
    for path in context.files() {
        let Some(language) = Language::of_path(path) else {
            continue;
        };
        if !languages.contains(&language) || !vendor.admits(path) || !filter(path) {
            continue;
        }
        if project.files.len() >= MAX_FILES {
            project.skipped.push((path.to_owned(), Skip::TooManyFiles));
            continue;
        }
        let Some(text) = context.text(path) else {
            project.skipped.push((path.to_owned(), Skip::Unreadable));
            continue;
        };
        if !sieve.lets_through(&text) {
            continue;
        }
        let facts = scan(&text, language);
        match facts.skipped {
            Some(skip) => project.skipped.push((path.to_owned(), skip)),
            None => project.files.push(FileScan {
                path: path.to_owned(),
                is_test: is_test_path(path),
                facts,
            }),
        }
    }
    project
}

impl Vendor {
    fn admits(self, path: &str) -> bool {
        let mut dirs = path.split('/').rev().skip(1);
        if path.split('/').any(|dir| dir == "node_modules") {
            return false;
        }
        let is_vendored = dirs.any(|dir| matches!(dir, "vendor" | "third_party"));
        match self {
            Self::Without => !is_vendored,
            Self::With => true,
            Self::Only => is_vendored,
        }
    }
}

/// Whether a path is a test's by its language's conventions: `_test.go`, `*.test.ts`, `*.spec.js`,
/// `test_*.py`, `*_test.py`, `conftest.py`, or below `tests/`, `test/`, `__tests__/`,
/// `__mocks__/`, `testdata/`. A Rust `#[cfg(test)]` module in a source file is not told apart.
pub fn is_test_path(path: &str) -> bool {
    let (dirs, name) = path.rsplit_once('/').unwrap_or(("", path));
    if dirs.split('/').any(|dir| {
        matches!(
            dir,
            "tests" | "test" | "__tests__" | "__mocks__" | "testdata"
        )
    }) {
        return true;
    }
    let Some((stem, _)) = name.rsplit_once('.') else {
        return false;
    };
    match Language::of_path(name) {
        Some(Language::Go) => stem.ends_with("_test"),
        Some(Language::Python) => {
            stem == "conftest" || stem.starts_with("test_") || stem.ends_with("_test")
        }
        Some(Language::JavaScript | Language::TypeScript | Language::Tsx) => {
            matches!(stem.rsplit_once('.'), Some((_, "test" | "spec")))
        }
        Some(Language::Rust) | None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(scan: &ProjectScan) -> Vec<&str> {
        scan.files.iter().map(|file| file.path.as_str()).collect()
    }

    #[test]
    fn every_fact_has_its_evidence() {
        let context = BuildContext::from_texts([
            (
                "cmd/main.go",
                "package main\n\nimport \"os\"\nvar a = os.Getenv(\"A\")\n",
            ),
            ("web/e.go", "package web\n//go:embed x\nvar x string\n"),
            ("app.py", "import sys\n"),
        ]);
        let scan = scan_all(
            &context,
            &[Language::Go],
            Vendor::Without,
            &Sieve::open(),
            |_| true,
        );
        assert_eq!(paths(&scan), ["cmd/main.go", "web/e.go"]);
        assert!(scan.is_whole());
        let read = scan.env_reads().next().unwrap();
        assert_eq!(
            (read.value, read.evidence.to_string()),
            ("A", "cmd/main.go:4".into())
        );
        let embed = scan.embeds().next().unwrap();
        assert_eq!(
            (embed.value.pattern.as_str(), embed.evidence.line),
            ("x", Some(2))
        );
        assert_eq!(scan.imports().count(), 1);
        assert_eq!(scan.calls().next().unwrap().value.callee, "os.Getenv");
        assert_eq!(
            scan.strings()
                .map(|s| s.value.value.as_str())
                .collect::<Vec<_>>(),
            ["os", "A"]
        );
    }

    #[test]
    fn vendored_sources_are_read_when_asked_for() {
        let context = BuildContext::from_texts([
            ("a.go", ""),
            ("vendor.go", ""),
            ("vendor/x/b.go", ""),
            ("sub/third_party/c.go", ""),
            ("node_modules/d.go", ""),
        ]);
        let read = |vendor| {
            let scan = scan_all(&context, &[Language::Go], vendor, &Sieve::open(), |path| {
                path != "a.go"
            });
            paths(&scan).join(" ")
        };
        assert_eq!(read(Vendor::Without), "vendor.go");
        assert_eq!(read(Vendor::Only), "sub/third_party/c.go vendor/x/b.go");
        assert_eq!(
            read(Vendor::With),
            "sub/third_party/c.go vendor.go vendor/x/b.go"
        );
    }

    #[test]
    fn what_was_not_read_is_told() {
        let large = "#".repeat(1024 * 1024 + 1);
        let context = BuildContext::from_texts([
            ("large.py", large.as_str()),
            ("broken.py", "def ("),
            (".dockerignore", "hidden.py"),
            ("hidden.py", "import os"),
        ]);
        let scan = scan_all(
            &context,
            &[Language::Python],
            Vendor::Without,
            &Sieve::open(),
            |_| true,
        );
        assert_eq!(scan.skipped, [("large.py".to_owned(), Skip::TooLarge)]);
        assert_eq!(paths(&scan), ["broken.py"]);
        assert!(!scan.is_whole());
    }

    #[test]
    fn tests_are_known_by_their_paths() {
        for path in [
            "a/b_test.go",
            "a.test.ts",
            "a.spec.js",
            "x/__tests__/a.js",
            "tests/a.py",
            "test_a.py",
            "conftest.py",
            "testdata/a.go",
        ] {
            assert!(is_test_path(path), "{path}");
        }
        for path in [
            "a/b.go",
            "test.go",
            "latest.js",
            "contest.py",
            "tests.rs",
            "testing/a.py",
        ] {
            assert!(!is_test_path(path), "{path}");
        }
        let context = BuildContext::from_texts([("a.go", ""), ("a_test.go", "")]);
        let scan = scan_all(
            &context,
            &[Language::Go],
            Vendor::Without,
            &Sieve::open(),
            |_| true,
        );
        assert_eq!(scan.files.len(), 2);
        assert_eq!(paths(&scan.without_tests()), ["a.go"]);
    }
}
