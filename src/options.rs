//! What a user can choose about a rewrite, as plain data: the core takes [`Options`] and knows
//! nothing of the command line. Each choice is read from its text form with `FromStr`.

mod images;

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

pub use images::{Becomes, ImageMap, ImageRule};

/// Choices that hold for a Dockerfile.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a choice of its own")]
pub struct Options {
    /// What the final stage stands on.
    pub runtime: Runtime,
    /// What it stands on for a toolchain, by its name, in place of `runtime`.
    pub runtimes: BTreeMap<String, Runtime>,
    /// Whether these win over a comment in the Dockerfile: they were given for this very run.
    pub runtime_wins: bool,
    /// Whom the final stage runs as.
    pub user: User,
    /// Why the original's user is kept, where nobody asked for it.
    pub keep_because: Option<String>,
    /// Whether the result may use what only BuildKit has (`RUN --mount`, heredocs).
    pub buildkit: bool,
    /// Where what is fetched and compiled is kept between builds.
    pub cache: Cache,
    /// Whether programs are built without debug information and without the paths of the builder.
    pub strip: bool,
    /// Whether a file that gains nothing by a second stage is made better in its one stage.
    pub harden: bool,
    /// Whether builds take tokens from secret mounts.
    pub secrets: bool,
    /// Rewrite Dockerfiles of these toolchains only by their names; empty for all.
    pub toolchains: Vec<String>,
    /// Under which names images are written.
    pub images: ImageMap,
}

impl Options {
    /// What the final stage stands on where the Dockerfile is of that toolchain.
    pub fn runtime_of(&self, toolchain: &str) -> Runtime {
        self.runtimes
            .get(toolchain)
            .copied()
            .unwrap_or(self.runtime)
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            runtime: Runtime::Auto,
            runtimes: BTreeMap::new(),
            runtime_wins: false,
            user: User::NonRoot,
            keep_because: None,
            buildkit: true,
            cache: Cache::Layers,
            strip: false,
            harden: false,
            secrets: false,
            toolchains: Vec::new(),
            images: ImageMap::default(),
        }
    }
}

/// What the final stage stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Runtime {
    /// The best rung of the ladder whose every requirement is shown to hold.
    #[default]
    Auto,
    /// `FROM scratch`.
    Scratch,
    /// A distroless image.
    Distroless,
    /// An Alpine image.
    Alpine,
    /// A slim Debian image, or the toolchain's own slim image.
    Slim,
}

impl Runtime {
    /// Every choice, in the order in which help shows them.
    pub const ALL: [Runtime; 5] = [
        Self::Auto,
        Self::Scratch,
        Self::Distroless,
        Self::Alpine,
        Self::Slim,
    ];

    /// The name on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Scratch => "scratch",
            Self::Distroless => "distroless",
            Self::Alpine => "alpine",
            Self::Slim => "slim",
        }
    }
}

impl fmt::Display for Runtime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Runtime {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = Self::ALL
            .into_iter()
            .find(|runtime| runtime.as_str() == text);
        known.ok_or_else(|| format!("`{text}` is not a runtime"))
    }
}

/// Where what is fetched and compiled is kept between builds, for toolchains that can have it in
/// either place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Cache {
    /// In layers of their own, made before the sources come: a registry can hold them, so that
    /// machines without a disk of their own have them too.
    #[default]
    Layers,
    /// In cache mounts of the machine that builds, which also outlive a change of the
    /// dependencies. Needs BuildKit.
    Mounts,
}

impl Cache {
    /// Every choice, in the order in which help shows them.
    pub const ALL: [Cache; 2] = [Self::Layers, Self::Mounts];

    /// The name on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Layers => "layers",
            Self::Mounts => "mounts",
        }
    }
}

impl fmt::Display for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Cache {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = Self::ALL.into_iter().find(|cache| cache.as_str() == text);
        known.ok_or_else(|| format!("`{text}` is no place for a cache"))
    }
}

/// Whom the final stage runs as, where the Dockerfile itself names no user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum User {
    /// A numeric user other than root, unless that can be seen to break the program.
    #[default]
    NonRoot,
    /// Whoever the original image runs as.
    Keep,
    /// This user, and this group if there is one.
    Ids(u32, Option<u32>),
}

impl FromStr for User {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "nonroot" => return Ok(Self::NonRoot),
            "keep" => return Ok(Self::Keep),
            _ => {}
        }
        let ids = match text.split_once(':') {
            Some((user, group)) => id(user)
                .zip(id(group))
                .map(|(user, group)| Self::Ids(user, Some(group))),
            None => id(text).map(|user| Self::Ids(user, None)),
        };
        ids.ok_or_else(|| "expected `nonroot`, `keep`, or numbers as UID or UID:GID".to_owned())
    }
}

/// A user or group number. Container runtimes take at most 2^31 - 1 (`minID`, `maxID` of
/// moby/sys/user).
fn id(text: &str) -> Option<u32> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse::<u32>().ok()?;
    (digits && i32::try_from(number).is_ok()).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runtimes_parse_back() {
        for runtime in Runtime::ALL {
            assert_eq!(runtime.to_string().parse(), Ok(runtime));
        }
        assert!("ubuntu".parse::<Runtime>().is_err());
    }

    #[test]
    fn caches_parse_back() {
        for cache in Cache::ALL {
            assert_eq!(cache.to_string().parse(), Ok(cache));
        }
        assert!("registry".parse::<Cache>().is_err());
    }

    #[test]
    fn users_are_words_or_numbers() {
        assert_eq!("nonroot".parse(), Ok(User::NonRoot));
        assert_eq!("keep".parse(), Ok(User::Keep));
        assert_eq!("1000".parse(), Ok(User::Ids(1000, None)));
        assert_eq!("1000:0".parse(), Ok(User::Ids(1000, Some(0))));
        for wrong in [
            "",
            ":",
            "1:",
            ":1",
            "app",
            "+1",
            "-1",
            "1:2:3",
            "2147483648",
            "1 ",
        ] {
            assert!(wrong.parse::<User>().is_err(), "{wrong}");
        }
    }
}
