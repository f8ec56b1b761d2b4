//! The scan of a whole build context. In: the context and the languages wanted. Out: the facts of
//! every file, with evidence, and what was left out.

use super::{Call, Embed, Import, Language, Literal, Skip, SourceFacts};
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

/// Scans the files of `languages` that COPY can see and `filter` accepts (by path). Files under
/// `node_modules` are never read.
pub fn scan_all(
    _context: &BuildContext,
    _languages: &[Language],
    _vendor: Vendor,
    _filter: impl Fn(&str) -> bool,
) -> ProjectScan {
    ProjectScan::default()
}

/// Whether a path is a test's by its language's conventions: `_test.go`, `*.test.ts`, `*.spec.js`,
/// `test_*.py`, `conftest.py`, or below `tests/`, `test/`, `__tests__/`, `testdata/`.
pub fn is_test_path(_path: &str) -> bool {
    false
}
