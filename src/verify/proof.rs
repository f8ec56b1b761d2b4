//! What a verification found, as plain data: for the report, and the names of its JSON.

use std::fmt;

use serde::Serialize;

use super::scanner::Vulnerabilities;
use super::steps::Step;

/// What came of building and running a rewrite beside its original.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Proof {
    /// The result.
    pub verdict: Verdict,
    /// Where the rewrite is not as the original, or why there is no image, in sentences.
    pub differences: Vec<String>,
    /// What was compared and found alike.
    pub alike: Vec<String>,
    /// What could not be compared, and why.
    pub open: Vec<String>,
    /// The builder.
    pub builder: &'static str,
    /// The scanner that counted the vulnerabilities of both images, with its version.
    pub scanner: Option<String>,
    /// The original image.
    pub before: Option<Measures>,
    /// The rewritten image.
    pub after: Option<Measures>,
    /// The rewrite, built again after a change of a source.
    pub rebuild: Option<Rebuild>,
}

/// The result of a verification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Verdict {
    /// Both images were built, and what was compared is alike.
    Proved,
    /// Both were built, and the rewrite is not as the original.
    Differs,
    /// The original was built, the rewrite was not.
    DoesNotBuild,
    /// There is nothing to compare with.
    OriginalDoesNotBuild,
}

impl Verdict {
    /// Its name in words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Proved => "proved",
            Self::Differs => "differs",
            Self::DoesNotBuild => "does not build",
            Self::OriginalDoesNotBuild => "original does not build",
        }
    }

    /// The graver of two: an original that does not build says nothing of its rewrite.
    #[must_use]
    pub fn graver(self, other: Self) -> Self {
        let gravity = |verdict| match verdict {
            Self::Proved => 0,
            Self::OriginalDoesNotBuild => 1,
            Self::Differs => 2,
            Self::DoesNotBuild => 3,
        };
        if gravity(other) > gravity(self) {
            other
        } else {
            self
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What was measured of an image.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Measures {
    /// Its size in bytes.
    pub bytes: u64,
    /// Bytes of its programs and libraries, the ELF files.
    pub elf_bytes: u64,
    /// Number of its layers.
    pub layers: usize,
    /// Number of its files.
    pub files: usize,
    /// Number of the distribution's packages in it.
    pub packages: usize,
    /// The shells in it.
    pub shells: Vec<String>,
    /// Programs in it that fetch, build or install others.
    pub tools: Vec<String>,
    /// Node's development dependencies in it that nothing else in it depends on.
    pub development: Vec<String>,
    /// Known vulnerabilities in it, where it was scanned.
    pub vulnerabilities: Option<Vulnerabilities>,
    /// Whether it has a bundle of CA certificates.
    pub certificates: bool,
    /// Its user as written; empty for root.
    pub user: String,
    /// Whether it runs as root.
    pub is_root: bool,
    /// How long the build took, in milliseconds. What the builder had in its cache took no time.
    pub build_ms: u64,
    /// How long the program took to listen or to end, in milliseconds.
    pub start_ms: Option<u64>,
    /// How long it took to end when it was asked to, in milliseconds; nothing where it had to be
    /// killed.
    pub stop_ms: Option<u64>,
}

/// A build after a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Rebuild {
    /// The file that was changed, relative to the build context.
    pub changed: String,
    /// How long it took, in milliseconds.
    pub build_ms: u64,
    /// What the builder did.
    pub steps: Vec<Step>,
}

impl Rebuild {
    /// How many steps came from the cache.
    pub fn cached(&self) -> usize {
        self.steps.iter().filter(|step| step.cached).count()
    }
}

impl Proof {
    /// A proof of which nothing is told but its verdict and the builder.
    pub fn new(verdict: Verdict, builder: &'static str) -> Self {
        Self {
            verdict,
            differences: Vec::new(),
            alike: Vec::new(),
            open: Vec::new(),
            builder,
            scanner: None,
            before: None,
            after: None,
            rebuild: None,
        }
    }

    /// The size of the rewrite as a share of the original's.
    pub fn ratio(&self) -> Option<f64> {
        let (before, after) = (self.before.as_ref()?, self.after.as_ref()?);
        #[expect(clippy::cast_precision_loss, reason = "a share needs no exact bytes")]
        (before.bytes > 0).then(|| after.bytes as f64 / before.bytes as f64)
    }
}
