//! Where a fact was read. In: a path and a line. Out: `path:line`, and a value that carries it.

use std::fmt;

/// A place in the build context.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Evidence {
    /// Path relative to the context's root, with `/`.
    pub path: String,
    /// Line, the first is 1; none when the whole file (or its name) is the evidence.
    pub line: Option<u32>,
}

impl Evidence {
    /// The file itself is the evidence.
    pub fn file(path: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            line: None,
        }
    }

    /// A line of a file, the first is 1.
    pub fn line(path: impl Into<String>, line: u32) -> Self {
        Self {
            path: path.into(),
            line: Some(line),
        }
    }
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}", self.path),
            None => f.write_str(&self.path),
        }
    }
}

/// A value read from the build context, and where.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fact<T> {
    /// What was read.
    pub value: T,
    /// Where.
    pub evidence: Evidence,
}

impl<T> Fact<T> {
    /// A value with the place it was read from.
    pub fn new(value: T, evidence: Evidence) -> Self {
        Self { value, evidence }
    }

    /// The same evidence for a value derived from this one.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Fact<U> {
        Fact {
            value: change(self.value),
            evidence: self.evidence,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_prints_as_path_and_line() {
        assert_eq!(
            Evidence::line("cmd/main.go", 7).to_string(),
            "cmd/main.go:7"
        );
        assert_eq!(Evidence::file("go.mod").to_string(), "go.mod");
    }

    #[test]
    fn a_derived_value_keeps_its_evidence() {
        let fact = Fact::new("8080", Evidence::line("main.go", 3)).map(str::len);
        assert_eq!(fact, Fact::new(4, Evidence::line("main.go", 3)));
    }
}
