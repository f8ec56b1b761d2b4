//! In: the name of a distribution's release. Out: its order, C library and version.

use std::fmt;

/// The C library that a program is linked with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Libc {
    /// The GNU C library: Debian, Ubuntu, distroless.
    Glibc,
    /// musl: Alpine.
    Musl,
}

/// A Debian release, oldest first, so that `<` means "older than".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Codename {
    /// Debian 7.
    Wheezy,
    /// Debian 8.
    Jessie,
    /// Debian 9.
    Stretch,
    /// Debian 10.
    Buster,
    /// Debian 11.
    Bullseye,
    /// Debian 12.
    Bookworm,
    /// Debian 13.
    Trixie,
    /// Debian 14, not released when the tables were made.
    Forky,
    /// The rolling unstable distribution.
    Sid,
}

/// Every release that has a number, with its name, number and glibc.
/// Source: Debian's package indexes (`libc6`) and release announcements.
const RELEASES: [(Codename, &str, u32, (u32, u32)); 7] = [
    (Codename::Wheezy, "wheezy", 7, (2, 13)),
    (Codename::Jessie, "jessie", 8, (2, 19)),
    (Codename::Stretch, "stretch", 9, (2, 24)),
    (Codename::Buster, "buster", 10, (2, 28)),
    (Codename::Bullseye, "bullseye", 11, (2, 31)),
    (Codename::Bookworm, "bookworm", 12, (2, 36)),
    (Codename::Trixie, "trixie", 13, (2, 41)),
];

impl Codename {
    /// The release of that name, as it stands in tags: `bookworm`.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "forky" => Some(Self::Forky),
            "sid" | "unstable" => Some(Self::Sid),
            _ => RELEASES.iter().find(|r| r.1 == name).map(|r| r.0),
        }
    }

    /// The release of that number: 12 is bookworm.
    pub fn from_number(number: u32) -> Option<Self> {
        RELEASES.iter().find(|r| r.2 == number).map(|r| r.0)
    }

    /// The name as it stands in tags.
    pub fn name(self) -> &'static str {
        match self {
            Self::Forky => "forky",
            Self::Sid => "sid",
            _ => RELEASES
                .iter()
                .find(|r| r.0 == self)
                .map_or("", |release| release.1),
        }
    }

    /// Debian's number of the release: 12 for bookworm. `None` before it is released.
    pub fn number(self) -> Option<u32> {
        RELEASES.iter().find(|r| r.0 == self).map(|r| r.2)
    }

    /// The version of glibc, `None` for a release that still moves.
    /// A program linked against a newer one may not start on an older one.
    pub fn glibc(self) -> Option<(u32, u32)> {
        RELEASES.iter().find(|r| r.0 == self).map(|r| r.3)
    }
}

impl fmt::Display for Codename {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A distribution and its release.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Distro {
    /// Debian, of a known release.
    Debian(Codename),
    /// Ubuntu, by its number: `22.04`; empty where the tag does not tell.
    Ubuntu(String),
    /// Alpine, by its number: `3.22` or `3.22.1`; empty where the tag does not tell.
    Alpine(String),
}

impl Distro {
    /// Reads the `base` column of the table of published tags: `bookworm`, `alpine3.22`.
    pub fn from_base(base: &str) -> Option<Self> {
        match base.strip_prefix("alpine") {
            Some(version) if version.contains('.') => Some(Self::Alpine(version.to_owned())),
            Some(_) => Some(Self::Alpine(String::new())),
            None => Codename::from_name(base).map(Self::Debian),
        }
    }

    /// The C library that programs of this distribution are linked with.
    pub fn libc(&self) -> Libc {
        match self {
            Self::Debian(_) | Self::Ubuntu(_) => Libc::Glibc,
            Self::Alpine(_) => Libc::Musl,
        }
    }

    /// The version of glibc; `None` on musl, or where the release is not known.
    pub fn glibc(&self) -> Option<(u32, u32)> {
        match self {
            Self::Debian(codename) => codename.glibc(),
            Self::Ubuntu(version) => ubuntu_glibc(version),
            Self::Alpine(_) => None,
        }
    }

    /// Debian's codename, `None` elsewhere.
    pub fn codename(&self) -> Option<Codename> {
        match self {
            Self::Debian(codename) => Some(*codename),
            _ => None,
        }
    }
}

/// glibc of Ubuntu's long-term releases. Source: the `libc6` of each release's index.
fn ubuntu_glibc(version: &str) -> Option<(u32, u32)> {
    match version {
        "14.04" => Some((2, 19)),
        "16.04" => Some((2, 23)),
        "18.04" => Some((2, 27)),
        "20.04" => Some((2, 31)),
        "22.04" => Some((2, 35)),
        "24.04" => Some((2, 39)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_are_ordered_as_their_c_libraries_are() {
        assert!(Codename::Buster < Codename::Bullseye && Codename::Bookworm < Codename::Trixie);
        assert!(
            RELEASES
                .windows(2)
                .all(|w| w[0].0 < w[1].0 && w[0].3 < w[1].3)
        );
    }

    #[test]
    fn names_go_there_and_back() {
        for name in ["jessie", "bookworm", "trixie", "forky", "sid"] {
            assert_eq!(Codename::from_name(name).unwrap().name(), name);
        }
        assert_eq!(Codename::from_name("noble"), None);
    }

    #[test]
    fn a_base_is_read_as_the_table_writes_it() {
        assert_eq!(
            Distro::from_base("alpine3.22"),
            Some(Distro::Alpine("3.22".into()))
        );
        for vague in ["alpine", "alpineedge", "alpinelatest", "alpine3"] {
            assert_eq!(
                Distro::from_base(vague),
                Some(Distro::Alpine(String::new()))
            );
        }
        assert_eq!(Distro::from_base(""), None);
    }
}
