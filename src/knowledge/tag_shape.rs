//! In: a tag of an official image. Out: what its parts say, before any table is asked.

use super::{
    distro::{Codename, Distro},
    ubuntu,
};

/// A version as a tag writes it: `1`, `1.22`, `1.22.3`. Pre-releases count as their version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    /// The first number.
    pub major: u32,
    /// The second number, where the tag names one.
    pub minor: Option<u32>,
    /// The third number, where the tag names one.
    pub patch: Option<u32>,
}

impl Version {
    /// Reads `1`, `1.22`, `1.22.3`, `3.14.0rc1`, `1.27rc2`; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let mut numbers = [None; 3];
        let mut parts = text.split('.').peekable();
        for number in &mut numbers {
            let Some(part) = parts.next() else { break };
            let digits = match parts.peek() {
                Some(_) => part,
                None => without_prerelease(part),
            };
            if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
                return None;
            }
            *number = Some(digits.parse().ok()?);
        }
        match (parts.next(), numbers) {
            (None, [Some(major), minor, patch]) => Some(Self {
                major,
                minor,
                patch,
            }),
            _ => None,
        }
    }
}

/// `0` for `0rc1`, `0b2`, `0a3`, `27beta1`.
fn without_prerelease(part: &str) -> &str {
    match part.find(|c: char| c.is_ascii_alphabetic()) {
        Some(at) => {
            let (digits, rest) = part.split_at(at);
            let word = rest.trim_end_matches(|c: char| c.is_ascii_digit());
            if matches!(word, "a" | "b" | "rc" | "beta") && word.len() < rest.len() {
                digits
            } else {
                part
            }
        }
        None => part,
    }
}

/// Variants that are built unlike all others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Special {
    /// `nanoserver`, `windowsservercore`.
    Windows,
    /// `onbuild`: the image carries ONBUILD triggers.
    Onbuild,
}

/// What the parts of a tag say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TagShape<'a> {
    /// The first part where it names a version or a moving one: `22`, `lts`, `jod`, `latest`.
    pub release: Option<&'a str>,
    /// The release as a number, where it is one.
    pub version: Option<Version>,
    /// Debian, Ubuntu or Alpine as the tag names it; `None` when the tag leaves it open.
    pub distro: Option<Distro>,
    /// `slim` is among the parts.
    pub slim: bool,
    /// `alpine`, with or without a release, is among the parts.
    pub alpine: bool,
    /// Set where the image is none of the usual ones.
    pub special: Option<Special>,
    /// Parts with no meaning of their own here, such as `perl` and `scm`.
    pub extras: Vec<&'a str>,
}

/// Words that stand in a release's place and move with it.
const MOVING: [&str; 12] = [
    "oldstable",
    "oldoldstable",
    "latest",
    "lts",
    "current",
    "stable",
    "mainline",
    "edge",
    "rolling",
    "devel",
    "rc",
    "testing",
];

/// Node's long-term releases by their names. Source: Node's release schedule.
const NODE_LTS: [(&str, u32); 11] = [
    ("argon", 4),
    ("boron", 6),
    ("carbon", 8),
    ("dubnium", 10),
    ("erbium", 12),
    ("fermium", 14),
    ("gallium", 16),
    ("hydrogen", 18),
    ("iron", 20),
    ("jod", 22),
    ("krypton", 24),
];

/// Node's major release of that name: `jod` is 22.
pub fn node_lts(name: &str) -> Option<u32> {
    NODE_LTS.iter().find(|r| r.0 == name).map(|r| r.1)
}

impl<'a> TagShape<'a> {
    /// Cuts `tag` into its parts. Never fails: what means nothing is among the extras.
    pub fn of(tag: &'a str) -> Self {
        let mut shape = Self::default();
        for (index, part) in tag.split('-').enumerate() {
            shape.take(part, index);
        }
        shape
    }

    /// Whether it is a Windows image.
    pub fn is_windows(&self) -> bool {
        self.special == Some(Special::Windows)
    }

    /// Whether the image carries ONBUILD triggers.
    pub fn is_onbuild(&self) -> bool {
        self.special == Some(Special::Onbuild)
    }

    fn take(&mut self, part: &'a str, index: usize) {
        if let Some(release) = part.strip_prefix("alpine") {
            self.alpine = true;
            if !release.is_empty() {
                self.distro = Some(Distro::Alpine(release.to_owned()));
            }
        } else if part == "slim" {
            self.slim = true;
        } else if part == "onbuild" {
            self.special = Some(Special::Onbuild);
        } else if part.starts_with("windowsservercore") || part == "nanoserver" {
            self.special = Some(Special::Windows);
        } else if let Some(codename) = Codename::from_name(part) {
            self.distro = Some(Distro::Debian(codename));
        } else if let Some(number) = ubuntu::number(part) {
            self.distro = Some(Distro::Ubuntu(number.to_owned()));
        } else {
            self.take_release(part, index);
        }
    }

    fn take_release(&mut self, part: &'a str, index: usize) {
        let version = Version::parse(part);
        let moving = MOVING.contains(&part) || node_lts(part).is_some();
        if index == 0 && (version.is_some() || moving) {
            self.release = Some(part);
            self.version = version;
        } else if is_lts_name_after_lts(self.release, part) {
            self.release = Some(part);
        } else if index > 0 && (is_build_date(part) || part == "rc") {
            // `bookworm-20240110`: the day of the build says nothing that the name does not.
        } else {
            self.extras.push(part);
        }
    }
}

/// `lts-iron` is `iron`.
fn is_lts_name_after_lts(release: Option<&str>, part: &str) -> bool {
    release == Some("lts") && node_lts(part).is_some()
}

/// `20240110`, `20240110.1`, as Debian's and Ubuntu's images have them.
fn is_build_date(part: &str) -> bool {
    let day = part.split('.').next().unwrap_or_default();
    day.len() == 8 && part.bytes().all(|b| b.is_ascii_digit() || b == b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> (u32, Option<u32>, Option<u32>) {
        let v = Version::parse(text).unwrap();
        (v.major, v.minor, v.patch)
    }

    #[test]
    fn versions_of_every_length() {
        assert_eq!(version("1"), (1, None, None));
        assert_eq!(version("1.22"), (1, Some(22), None));
        assert_eq!(version("3.14.0rc1"), (3, Some(14), Some(0)));
        assert_eq!(version("1.27rc2"), (1, Some(27), None));
        for other in [
            "",
            "1.",
            "v1",
            "1.2.3.4",
            "20x",
            "1..2",
            "99999999999",
            "1rc",
            "é",
        ] {
            assert_eq!(Version::parse(other), None, "{other}");
        }
    }

    #[test]
    fn parts_in_either_order() {
        for tag in ["3.11-slim-bookworm", "3.11-bookworm-slim"] {
            let shape = TagShape::of(tag);
            assert_eq!(shape.distro, Some(Distro::Debian(Codename::Bookworm)));
            assert!(shape.slim && shape.extras.is_empty());
        }
        let alpine = TagShape::of("current-alpine3.20");
        assert_eq!(alpine.release, Some("current"));
        assert_eq!(alpine.distro, Some(Distro::Alpine("3.20".into())));
        assert_eq!(TagShape::of("lts-iron").release, Some("iron"));
        assert_eq!(TagShape::of("slim").release, None);
    }

    #[test]
    fn windows_and_onbuild_are_told() {
        assert!(TagShape::of("1.22-windowsservercore-ltsc2022").is_windows());
        assert!(TagShape::of("1.22-nanoserver-1809").is_windows());
        assert!(TagShape::of("8-onbuild").is_onbuild());
        assert_eq!(TagShape::of("nightly").extras, ["nightly"]);
    }

    #[test]
    fn a_build_date_is_no_extra() {
        for tag in [
            "bookworm-20240110-slim",
            "jammy-20240427",
            "noble-20240407.1",
        ] {
            assert!(TagShape::of(tag).extras.is_empty(), "{tag}");
        }
    }
}
