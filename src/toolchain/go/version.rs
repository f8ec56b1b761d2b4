//! Which Go a build has. In: the base image. Out: the release, where it is known.

use crate::knowledge::base_image::Family;
use crate::knowledge::distro::{Codename, Distro};
use crate::plan::build::Build;

/// A release: major and minor number.
pub(crate) type Release = (u32, u32);

/// The release of the go command on the builder. A tag that moves has the newest one.
pub(crate) fn of(build: &Build<'_>) -> Option<Release> {
    let image = &build.base.image;
    if image.family == Family::Golang {
        let version = image.version?;
        return Some((version.major, version.minor.unwrap_or(u32::MAX)));
    }
    packaged(image.distro.as_ref()?)
}

/// What a distribution's `golang` or `go` package brings. Sources: the package indexes of Debian
/// (packages.debian.org), Ubuntu (packages.ubuntu.com) and Alpine (pkgs.alpinelinux.org).
fn packaged(distro: &Distro) -> Option<Release> {
    let minor = match distro {
        Distro::Debian(codename) => match codename {
            Codename::Stretch => 7,
            Codename::Buster => 11,
            Codename::Bullseye => 15,
            Codename::Bookworm => 19,
            Codename::Trixie => 24,
            _ => return None,
        },
        Distro::Ubuntu(release) => match release.as_str() {
            "16.04" => 6,
            "18.04" => 10,
            "20.04" => 13,
            "22.04" => 18,
            "24.04" => 22,
            _ => return None,
        },
        Distro::Alpine(release) => alpine(release)?,
    };
    Some((1, minor))
}

fn alpine(release: &str) -> Option<u32> {
    let mut parts = release.split('.');
    let (Some("3"), Some(minor)) = (parts.next(), parts.next()) else {
        return None;
    };
    let minor: u32 = minor.parse().ok()?;
    match minor {
        12 => Some(13),
        5..=11 | 13..=23 => Some(minor + 2),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distributions_bring_a_release_of_their_own() {
        for (distro, expected) in [
            (Distro::Debian(Codename::Bookworm), Some((1, 19))),
            (Distro::Ubuntu("24.04".into()), Some((1, 22))),
            (Distro::Alpine("3.22.1".into()), Some((1, 24))),
            (Distro::Alpine("3.12".into()), Some((1, 13))),
            (Distro::Alpine(String::new()), None),
            (Distro::Ubuntu("26.10".into()), None),
        ] {
            assert_eq!(packaged(&distro), expected, "{distro:?}");
        }
    }
}
