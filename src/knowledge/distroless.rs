//! In: a name below `gcr.io/distroless/`, or a toolchain's version. Out: whether such an
//! image is published, and what it holds.

use super::{
    account::accounts,
    base_image::{BaseImage, Family, Flavour},
    distro::{Codename, Distro},
    image_config::{DEFAULT_PATH, ImageConfig},
    tag_shape::Version,
    tags::Certainty,
};

/// Under which all distroless images are published.
pub const PREFIX: &str = "gcr.io/distroless/";

/// Which distroless image it is. Each holds what the one before it holds, up to `Cc`, on
/// which the language images stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `static`: certificates, time zones, accounts, /tmp; no C library.
    Static,
    /// `base-nossl`: and glibc.
    BaseNossl,
    /// `base`: and OpenSSL.
    Base,
    /// `cc`: and the run-time libraries of GCC.
    Cc,
    /// `nodejsNN`.
    Nodejs(u32),
    /// `python3`.
    Python3,
}

/// A distroless image that is published and rebuilt (August 2026).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Distroless {
    /// Which image it is.
    pub kind: Kind,
    /// The Debian release whose libraries it holds.
    pub codename: Codename,
}

/// The images to write into a Dockerfile: those that are still rebuilt and will be.
/// The debian12 variants of static, base and cc end in September 2026. Source: distroless'
/// README, its table of images.
pub const CURRENT: [Distroless; 8] = [
    on_trixie(Kind::Static),
    on_trixie(Kind::BaseNossl),
    on_trixie(Kind::Base),
    on_trixie(Kind::Cc),
    on_trixie(Kind::Nodejs(22)),
    on_trixie(Kind::Nodejs(24)),
    on_trixie(Kind::Nodejs(26)),
    on_trixie(Kind::Python3),
];

/// The minor release of Python in `python3-debian13`. Source: Debian 13.
pub const PYTHON: (u32, u32) = (3, 13);

const fn on_trixie(kind: Kind) -> Distroless {
    Distroless {
        kind,
        codename: Codename::Trixie,
    }
}

/// glibc and the loader.
const NOSSL: &[&str] = &["libc6"];
/// Debian 13's `base` has zlib and zstd beside OpenSSL, which needs them.
const BASE: &[&str] = &["libc6", "libssl3t64", "zlib1g", "libzstd1"];
const CC: &[&str] = &[
    "libc6",
    "libssl3t64",
    "zlib1g",
    "libzstd1",
    "libgcc-s1",
    "libstdc++6",
    "libgomp1",
];

impl Distroless {
    /// The published image of that kind; `None` when there is none (nodejs18).
    pub fn of(kind: Kind) -> Option<Self> {
        CURRENT.into_iter().find(|image| image.kind == kind)
    }

    /// The repository, without a tag: `gcr.io/distroless/static-debian13`.
    pub fn repository(self) -> String {
        let name = match self.kind {
            Kind::Static => "static".to_owned(),
            Kind::BaseNossl => "base-nossl".to_owned(),
            Kind::Base => "base".to_owned(),
            Kind::Cc => "cc".to_owned(),
            Kind::Nodejs(major) => format!("nodejs{major}"),
            Kind::Python3 => "python3".to_owned(),
        };
        let number = self.codename.number().unwrap_or_default();
        format!("{PREFIX}{name}-debian{number}")
    }

    /// The Debian packages whose shared libraries are in the image and may be linked with.
    /// The language images hold more, for themselves; only what every program may rely upon
    /// is listed.
    pub fn shared_libraries(self) -> &'static [&'static str] {
        match self.kind {
            Kind::Static => &[],
            Kind::BaseNossl => NOSSL,
            Kind::Base => BASE,
            Kind::Cc | Kind::Nodejs(_) | Kind::Python3 => CC,
        }
    }
}

/// What is known of a distroless image of any age. `None` when the name is not one of the
/// kinds or the tag is not one of the four that there are.
pub(super) fn resolve(repository: &str, tag: &str) -> Option<BaseImage> {
    let name = repository.strip_prefix(PREFIX)?;
    let (kind, codename) = match name.rsplit_once("-debian") {
        Some((kind, number)) => (kind, Some(Codename::from_number(number.parse().ok()?)?)),
        None => (name, None),
    };
    let kind = kind_of(kind)?;
    let (nonroot, debug) = match tag {
        "latest" => (false, false),
        "nonroot" => (true, false),
        "debug" => (false, true),
        "debug-nonroot" => (true, true),
        _ => return None,
    };
    let distro = codename.map(Distro::Debian);
    let family = Family::Distroless(kind);
    Some(BaseImage {
        family,
        version: version(kind, codename),
        version_certainty: Certainty::Exact,
        flavour: Flavour::Distroless,
        // Without a number the name stands for whichever release is the newest.
        distro_certainty: distro
            .as_ref()
            .map_or(Certainty::Floating, |_| Certainty::Exact),
        config: config(kind, codename, nonroot, debug),
        accounts: accounts(family, Flavour::Distroless, distro.as_ref(), None),
        distro,
        onbuild: false,
        variant: if debug {
            "debug".to_owned()
        } else {
            String::new()
        },
    })
}

fn kind_of(name: &str) -> Option<Kind> {
    match name {
        "static" => Some(Kind::Static),
        "base-nossl" => Some(Kind::BaseNossl),
        "base" => Some(Kind::Base),
        "cc" => Some(Kind::Cc),
        "python3" => Some(Kind::Python3),
        _ => {
            let major = name.strip_prefix("nodejs")?;
            major.parse().ok().map(Kind::Nodejs)
        }
    }
}

fn version(kind: Kind, codename: Option<Codename>) -> Option<Version> {
    let (major, minor) = match kind {
        Kind::Nodejs(major) => (major, None),
        Kind::Python3 if codename == Some(Codename::Trixie) => (PYTHON.0, Some(PYTHON.1)),
        Kind::Python3 if codename == Some(Codename::Bookworm) => (3, Some(11)),
        _ => return None,
    };
    Some(Version {
        major,
        minor,
        patch: None,
    })
}

fn config(kind: Kind, codename: Option<Codename>, nonroot: bool, debug: bool) -> ImageConfig {
    let path = if debug {
        format!("{DEFAULT_PATH}:/busybox")
    } else {
        DEFAULT_PATH.to_owned()
    };
    let certificates = "/etc/ssl/certs/ca-certificates.crt".to_owned();
    let mut env = vec![("PATH", path), ("SSL_CERT_FILE", certificates)];
    let entrypoint = match kind {
        Kind::Nodejs(_) => vec!["/nodejs/bin/node"],
        Kind::Python3 => {
            env.push(("LANG", "C.UTF-8".to_owned()));
            match codename {
                Some(Codename::Trixie) => vec!["/usr/bin/python3.13"],
                Some(Codename::Bookworm) => vec!["/usr/bin/python3.11"],
                _ => vec!["/usr/bin/python3"],
            }
        }
        _ if debug => vec!["/busybox/sh"],
        _ => Vec::new(),
    };
    ImageConfig {
        env,
        entrypoint,
        user: Some(if nonroot { "65532" } else { "0" }),
        workdir: Some(if nonroot { "/home/nonroot" } else { "/" }),
        ..ImageConfig::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dockerfile::image::ImageRef;

    fn get(text: &str) -> Option<BaseImage> {
        crate::knowledge::base_image::resolve(&ImageRef::parse(text).unwrap())
    }

    #[test]
    fn every_current_image_is_resolved_as_what_it_is() {
        for image in CURRENT {
            let found = get(&image.repository()).unwrap();
            assert_eq!(found.family, Family::Distroless(image.kind));
            assert_eq!(found.distro, Some(Distro::Debian(image.codename)));
        }
    }

    #[test]
    fn only_published_majors_of_node() {
        assert!(Distroless::of(Kind::Nodejs(22)).is_some());
        assert_eq!(Distroless::of(Kind::Nodejs(20)), None);
        assert_eq!(
            Distroless::of(Kind::Static).unwrap().repository(),
            "gcr.io/distroless/static-debian13"
        );
    }

    #[test]
    fn the_user_follows_the_tag() {
        let nonroot = get("gcr.io/distroless/static-debian12:nonroot")
            .unwrap()
            .config;
        assert_eq!(
            (nonroot.user, nonroot.workdir),
            (Some("65532"), Some("/home/nonroot"))
        );
        let python = get("gcr.io/distroless/python3-debian13").unwrap();
        assert_eq!(python.config.entrypoint, ["/usr/bin/python3.13"]);
        assert_eq!(python.config.user, Some("0"));
        for unknown in ["gcr.io/distroless/java17", "gcr.io/distroless/base:v1"] {
            assert_eq!(get(unknown), None);
        }
    }

    #[test]
    fn cc_holds_what_base_holds() {
        let libraries = |kind| Distroless::of(kind).unwrap().shared_libraries();
        assert!(
            libraries(Kind::Base)
                .iter()
                .all(|l| libraries(Kind::Cc).contains(l))
        );
        assert!(libraries(Kind::Static).is_empty());
    }
}
