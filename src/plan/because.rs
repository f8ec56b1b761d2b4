//! Why something is so: a rule in words and the places that it rests on.

use crate::project::evidence::Evidence;

/// A rule and its evidence; `--explain` prints it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Because {
    /// The rule, in words.
    pub rule: String,
    /// Places, as `path:line`; `line N` for the Dockerfile itself.
    pub evidence: Vec<String>,
}

impl Because {
    /// A rule that rests on nothing but itself.
    pub fn rule(rule: impl Into<String>) -> Self {
        Self {
            rule: rule.into(),
            evidence: Vec::new(),
        }
    }

    /// A rule that rests on a line of the Dockerfile, counted from 1.
    pub fn line(rule: impl Into<String>, line: usize) -> Self {
        Self::rule(rule).and(format!("line {line}"))
    }

    /// A rule that rests on a place in the build context.
    pub fn fact(rule: impl Into<String>, evidence: &Evidence) -> Self {
        Self::rule(rule).and(evidence.to_string())
    }

    /// The same with one more place.
    #[must_use]
    pub fn and(mut self, evidence: impl Into<String>) -> Self {
        self.evidence.push(evidence.into());
        self
    }

    /// Rule and first place in one sentence, for notes and refusals.
    pub fn sentence(&self) -> String {
        match self.evidence.first() {
            Some(place) => format!("{} ({place})", self.rule),
            None => self.rule.clone(),
        }
    }
}
