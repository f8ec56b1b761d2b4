//! In: an image reference. Out: what restage knows of that image: what it stands on, which
//! toolchain it carries, what it hands down.

use super::{
    account::{Account, accounts},
    distro::{Distro, Libc},
    distroless,
    image_config::{ImageConfig, Subject, official},
    nightly, release,
    tag_shape::{TagShape, Version},
    tags::Certainty,
    uv,
};
use crate::dockerfile::image::ImageRef;

/// Whose image it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Family {
    /// `golang`.
    Golang,
    /// `node`.
    Node,
    /// `rust`.
    Rust,
    /// `python`.
    Python,
    /// `debian`.
    Debian,
    /// `ubuntu`.
    Ubuntu,
    /// `alpine`.
    Alpine,
    /// `buildpack-deps`.
    BuildpackDeps,
    /// `nginx`.
    Nginx,
    /// `gcr.io/distroless/*`.
    Distroless(distroless::Kind),
    /// `scratch`.
    Scratch,
}

/// Which variant of the family it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Flavour {
    /// The default variant; of golang, node, rust and python the one on buildpack-deps.
    Full,
    /// `-slim`, on Debian's slim image.
    Slim,
    /// On Alpine.
    Alpine,
    /// No shell, no package manager.
    Distroless,
    /// Nothing at all.
    Scratch,
    /// A Windows image. Nothing but the family and the version is known.
    Windows,
}

/// A base image that restage knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseImage {
    /// Whose image it is.
    pub family: Family,
    /// The version of the toolchain (of the distribution, for plain distributions), as far
    /// as it is known. `lts` and `latest` of node are resolved, see `version_certainty`.
    pub version: Option<Version>,
    /// `Exact` where the tag names the version, `Floating` where it is that of August 2026.
    pub version_certainty: Certainty,
    /// Which variant it is.
    pub flavour: Flavour,
    /// What it stands on; `None` where neither the tag nor the table says.
    pub distro: Option<Distro>,
    /// How sure `distro` is; `Floating` where it is not known at all.
    pub distro_certainty: Certainty,
    /// What it hands down.
    pub config: ImageConfig,
    /// Accounts that it brings along.
    pub accounts: Vec<Account>,
    /// It carries ONBUILD triggers, whose effect its tag does not show.
    pub onbuild: bool,
    /// A variant within the family, `scm` or `perl`; empty for the plain image.
    pub variant: String,
}

impl BaseImage {
    /// The C library that programs built in it are linked with; `None` on Windows, in an
    /// empty image, and where the distribution is not known.
    pub fn libc(&self) -> Option<Libc> {
        match self.flavour {
            Flavour::Windows | Flavour::Scratch => None,
            Flavour::Alpine => Some(Libc::Musl),
            Flavour::Full | Flavour::Slim | Flavour::Distroless => Some(Libc::Glibc),
        }
    }

    /// Whether it has `/bin/sh`.
    pub fn has_shell(&self) -> bool {
        match self.flavour {
            Flavour::Full | Flavour::Slim | Flavour::Alpine => true,
            // The debug variants have a shell below /busybox only.
            Flavour::Distroless | Flavour::Scratch | Flavour::Windows => false,
        }
    }

    /// The account of that name.
    pub fn account(&self, name: &str) -> Option<&Account> {
        self.accounts.iter().find(|account| account.name == name)
    }
}

/// What restage knows of the image. `None` for an unknown repository, for a tag that it
/// cannot read to the end, and for a digest without a tag. A digest beside a tag is taken to
/// be an image of that tag.
pub fn resolve(image: &ImageRef) -> Option<BaseImage> {
    let repository = image.repository();
    if repository == "scratch" {
        return (image.tag.is_none() && image.digest.is_none()).then(scratch);
    }
    let tag = image.tag_or_latest()?;
    if repository.starts_with(distroless::PREFIX) {
        return distroless::resolve(repository, tag);
    }
    if repository == nightly::REPOSITORY {
        let stable = nightly::stable_tag(tag)?;
        let shape = TagShape::of(&stable);
        return is_understood(Family::Rust, &shape)
            .then(|| describe(Family::Rust, "rust", &stable, &shape));
    }
    if repository == uv::REPOSITORY {
        let python = uv::python_tag(tag)?;
        let shape = TagShape::of(&python);
        return is_understood(Family::Python, &shape)
            .then(|| describe(Family::Python, "python", &python, &shape));
    }
    let family = match repository {
        "golang" => Family::Golang,
        "node" => Family::Node,
        "rust" => Family::Rust,
        "python" => Family::Python,
        "debian" => Family::Debian,
        "ubuntu" => Family::Ubuntu,
        "alpine" => Family::Alpine,
        "buildpack-deps" => Family::BuildpackDeps,
        "nginx" => Family::Nginx,
        _ => return None,
    };
    let shape = TagShape::of(tag);
    is_understood(family, &shape).then(|| describe(family, repository, tag, &shape))
}

/// Whether every part of the tag means something for that family.
fn is_understood(family: Family, shape: &TagShape<'_>) -> bool {
    if shape.is_windows() {
        return true;
    }
    let known: &[&str] = match family {
        Family::Nginx => &["perl", "otel"],
        Family::BuildpackDeps => &["curl", "scm"],
        Family::Debian => &["backports"],
        _ => &[],
    };
    let says_something = shape.release.is_some()
        || shape.distro.is_some()
        || shape.slim
        || shape.alpine
        || !shape.extras.is_empty();
    says_something && shape.extras.iter().all(|extra| known.contains(extra))
}

fn describe(family: Family, repository: &str, tag: &str, shape: &TagShape<'_>) -> BaseImage {
    let flavour = flavour(family, shape);
    let (version, version_certainty) = release::version(family, shape);
    let (distro, distro_certainty) = release::distro(family, repository, tag, shape);
    let subject = Subject {
        family,
        flavour,
        distro: distro.as_ref(),
        version,
        release: shape.release,
    };
    let config = official(&subject);
    let accounts = accounts(family, flavour, distro.as_ref(), version);
    BaseImage {
        family,
        version,
        version_certainty,
        flavour,
        distro,
        distro_certainty,
        config,
        accounts,
        onbuild: shape.is_onbuild(),
        variant: shape.extras.join("-"),
    }
}

fn flavour(family: Family, shape: &TagShape<'_>) -> Flavour {
    if shape.is_windows() {
        Flavour::Windows
    } else if shape.alpine || family == Family::Alpine {
        Flavour::Alpine
    } else if shape.slim || family == Family::Nginx {
        Flavour::Slim
    } else {
        Flavour::Full
    }
}

fn scratch() -> BaseImage {
    BaseImage {
        family: Family::Scratch,
        version: None,
        version_certainty: Certainty::Exact,
        flavour: Flavour::Scratch,
        distro: None,
        distro_certainty: Certainty::Exact,
        config: ImageConfig::default(),
        accounts: Vec::new(),
        onbuild: false,
        variant: String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::distro::Codename;

    fn get(text: &str) -> Option<BaseImage> {
        resolve(&ImageRef::parse(text).unwrap())
    }

    /// Family, major, flavour, and what it stands on.
    fn short(text: &str) -> (Family, Option<u32>, Flavour, Option<Distro>) {
        let image = get(text).unwrap_or_else(|| panic!("{text} is not known"));
        let major = image.version.map(|version| version.major);
        (image.family, major, image.flavour, image.distro)
    }

    fn debian(name: &str) -> Option<Distro> {
        Codename::from_name(name).map(Distro::Debian)
    }

    fn alpine(release: &str) -> Distro {
        Distro::Alpine(release.to_owned())
    }

    #[test]
    fn tags_as_people_write_them() {
        use Family::{Golang, Node, Python, Rust};
        use Flavour::{Alpine, Full, Slim};
        for (text, expected) in [
            ("golang:1.22", (Golang, Some(1), Full, debian("bookworm"))),
            (
                "golang:alpine",
                (Golang, Some(1), Alpine, Some(alpine("3.24"))),
            ),
            (
                "golang:1.22.3-alpine",
                (Golang, Some(1), Alpine, Some(alpine("3.21"))),
            ),
            ("node:lts", (Node, Some(24), Full, debian("bookworm"))),
            ("node:lts-iron", (Node, Some(20), Full, debian("bookworm"))),
            ("node:jod", (Node, Some(22), Full, debian("bookworm"))),
            (
                "node:current-alpine3.20",
                (Node, Some(26), Alpine, Some(alpine("3.20"))),
            ),
            (
                "node:22-bookworm-slim",
                (Node, Some(22), Slim, debian("bookworm")),
            ),
            ("node", (Node, Some(26), Full, debian("trixie"))),
            ("rust:slim", (Rust, Some(1), Slim, debian("trixie"))),
            (
                "rustlang/rust:nightly",
                (Rust, Some(1), Full, debian("trixie")),
            ),
            (
                "rustlang/rust:nightly-bookworm-slim",
                (Rust, Some(1), Slim, debian("bookworm")),
            ),
            (
                "rustlang/rust:nightly-alpine",
                (Rust, Some(1), Alpine, Some(alpine("3.24"))),
            ),
            (
                "rust:1-slim-bookworm",
                (Rust, Some(1), Slim, debian("bookworm")),
            ),
            ("python:3", (Python, Some(3), Full, debian("trixie"))),
            ("python:latest", (Python, Some(3), Full, debian("trixie"))),
            (
                "docker.io/library/python:3.9-buster",
                (Python, Some(3), Full, debian("buster")),
            ),
            ("node:10.0", (Node, Some(10), Full, None)),
        ] {
            assert_eq!(short(text), expected, "{text}");
        }
    }

    #[test]
    fn distributions_by_name_and_by_number() {
        assert_eq!(get("debian:12").unwrap().distro, debian("bookworm"));
        assert_eq!(
            get("debian:bookworm-20240110-slim").unwrap().distro,
            debian("bookworm")
        );
        assert_eq!(get("debian:oldstable").unwrap().distro, None);
        for ubuntu in ["ubuntu:22.04", "ubuntu:jammy", "ubuntu:jammy-20240427"] {
            assert_eq!(
                get(ubuntu).unwrap().distro,
                Some(Distro::Ubuntu("22.04".into()))
            );
        }
        assert_eq!(get("alpine:3.22").unwrap().distro, Some(alpine("3.22")));
        assert_eq!(get("alpine").unwrap().distro, Some(alpine("")));
        assert_eq!(
            get("buildpack-deps:jammy-scm").unwrap().distro,
            Some(Distro::Ubuntu("22.04".into()))
        );
    }

    #[test]
    fn what_cannot_be_read_to_the_end_is_not_known() {
        for text in [
            "bitnami/node:22",
            "node@sha256:00",
            "node:22-foo",
            "golang:tip",
            "quay.io/acme/app",
            "rustlang/rust:nightly-2024-01-01",
            "rustlang/rust:latest",
        ] {
            assert_eq!(get(text), None, "{text}");
        }
        assert!(get("node:22@sha256:00").is_some());
    }

    #[test]
    fn windows_and_triggers_are_reported() {
        let windows = get("golang:1.22-windowsservercore-ltsc2022").unwrap();
        assert_eq!(windows.flavour, Flavour::Windows);
        assert_eq!((windows.libc(), windows.distro), (None, None));
        assert!(get("node:8-onbuild").unwrap().onbuild);
    }

    #[test]
    fn accounts_come_with_the_image() {
        let node = get("node:22-alpine").unwrap();
        assert_eq!(node.account("node").unwrap().uid, 1000);
        assert_eq!(
            get("nginx:alpine").unwrap().account("nginx").unwrap().uid,
            101
        );
        assert!(get("ubuntu:22.04").unwrap().account("ubuntu").is_none());
        assert!(get("ubuntu:noble").unwrap().account("ubuntu").is_some());
        assert!(get("scratch").unwrap().accounts.is_empty());
    }
}
