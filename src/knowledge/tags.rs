//! In: a repository and a tag. Out: what the official library published under it, and the
//! tag that says the same more exactly.

use std::{collections::HashMap, sync::LazyLock};

use super::{
    distro::Distro,
    siblings::named_forms,
    table::rows,
    tag_shape::{TagShape, Version},
};

pub use super::siblings::{slim_of, with_codename};

/// The last month that the table covers: a tag listed in it is still rebuilt.
const CURRENT_SINCE: &str = "2026-08";

/// How far a fact about a tag can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Certainty {
    /// The tag says so itself, or what it stands for no longer changes.
    Exact,
    /// True when the table was made (August 2026); the tag moves on.
    Floating,
    /// True of the last image of the tag's minor release. The minor moved to another
    /// distribution release during its life, and this patch release may lie before that.
    LastOfMinor,
}

/// A row of the table of published tags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// What the last image published under the tag stands on, where the library says.
    pub base: Option<Distro>,
    /// The day on which the tag was first listed, `2025-08-12`.
    pub first_listed: &'static str,
    /// The day on which the tag was last listed.
    pub last_listed: &'static str,
}

impl Tag {
    /// Whether images are still published under the tag (as of August 2026).
    pub fn is_current(&self) -> bool {
        self.last_listed >= CURRENT_SINCE
    }
}

/// What a tag stands on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandsOn {
    /// The distribution and its release.
    pub distro: Distro,
    /// How sure that is.
    pub certainty: Certainty,
}

#[derive(Clone, Copy)]
pub(super) struct Row {
    pub(super) base: &'static str,
    pub(super) first: &'static str,
    pub(super) last: &'static str,
}

pub(super) type Tags = HashMap<&'static str, Row>;

pub(super) static TAGS: LazyLock<HashMap<&'static str, Tags>> = LazyLock::new(|| {
    let mut by_repository: HashMap<&str, Tags> = HashMap::new();
    for [repository, tag, base, first, last] in rows(include_str!("data/official-images.tsv")) {
        let row = Row { base, first, last };
        by_repository
            .entry(repository)
            .or_default()
            .insert(tag, row);
    }
    by_repository
});

pub(super) fn row(repository: &str, tag: &str) -> Option<Row> {
    TAGS.get(repository)?.get(tag).copied()
}

/// The row of exactly that tag. Patch-level tags (`1.22.3`) have none, nor have Windows's.
pub fn published(repository: &str, tag: &str) -> Option<Tag> {
    row(repository, tag).map(|row| Tag {
        base: Distro::from_base(row.base),
        first_listed: row.first,
        last_listed: row.last,
    })
}

/// Whether the tag itself is still rebuilt; `false` when there is no row for it.
pub fn is_current(repository: &str, tag: &str) -> bool {
    row(repository, tag).is_some_and(|row| row.last >= CURRENT_SINCE)
}

/// What `tag` stands on: as the tag says, else as the table says, else as the row of its
/// minor release says. `None` where nobody says.
pub fn stands_on(repository: &str, tag: &str) -> Option<StandsOn> {
    let shape = TagShape::of(tag);
    if shape.is_windows() {
        return None;
    }
    if let Some(distro) = shape.distro {
        let certainty = Certainty::Exact;
        return Some(StandsOn { distro, certainty });
    }
    if let Some(row) = row(repository, tag) {
        let certainty = if row.last >= CURRENT_SINCE {
            Certainty::Floating
        } else {
            Certainty::Exact
        };
        return Distro::from_base(row.base).map(|distro| StandsOn { distro, certainty });
    }
    let minor = minor_tag(repository, tag)?;
    let row = row(repository, &minor)?;
    let distro = Distro::from_base(row.base)?;
    let certainty = if always_stood_there(repository, &minor, row) {
        Certainty::Exact
    } else {
        Certainty::LastOfMinor
    };
    Some(StandsOn { distro, certainty })
}

/// `1.22-alpine` for `1.22.3-alpine`; for Node, whose minors are not all listed, also `22-alpine`.
/// `None` unless the tag names a patch release and the shorter tag is a row.
pub(super) fn minor_tag(repository: &str, tag: &str) -> Option<String> {
    let (release, rest) = tag.split_at(tag.find('-').unwrap_or(tag.len()));
    let version = Version::parse(release)?;
    version.patch?;
    // A pre-release may stand on what its minor was never released on.
    if release.bytes().any(|b| b.is_ascii_alphabetic()) {
        return None;
    }
    let minor = version.minor?;
    [
        format!("{}.{minor}{rest}", version.major),
        format!("{}{rest}", version.major),
    ]
    .into_iter()
    .take(if repository == "node" { 2 } else { 1 })
    .find(|shorter| row(repository, shorter).is_some())
}

/// Whether every image of a minor release stood where its last one did: the tag that names
/// the codename is as old as the one that does not, and the default was never switched
/// between codenames that existed already. Node did switch, before its release 16.
fn always_stood_there(repository: &str, minor: &str, of_minor: Row) -> bool {
    let switched = repository == "node"
        && Version::parse(minor.split('-').next().unwrap_or_default())
            .is_none_or(|version| version.major < 16);
    if switched {
        return false;
    }
    let shape = TagShape::of(minor);
    let named = if shape.alpine {
        vec![minor.replace("alpine", of_minor.base)]
    } else {
        named_forms(minor, of_minor.base)
    };
    named
        .iter()
        .filter_map(|tag| row(repository, tag))
        .any(|row| row.first <= of_minor.first)
        && (shape.alpine || previous_ended_there(repository, minor, of_minor))
}

/// Whether the minor release before stood there in the end: Rust switches its default some
/// time after the codename's first images, and so perhaps in the middle of a minor release.
/// Node, which switches with a major release, needs no such proof.
fn previous_ended_there(repository: &str, minor: &str, of_minor: Row) -> bool {
    if repository == "node" {
        return true;
    }
    let (release, rest) = minor.split_at(minor.find('-').unwrap_or(minor.len()));
    let previous = Version::parse(release)
        .and_then(|version| Some((version.major, version.minor?.checked_sub(1)?)))
        .and_then(|(major, previous)| row(repository, &format!("{major}.{previous}{rest}")));
    previous.is_some_and(|previous| previous.base == of_minor.base)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::distro::Codename;

    fn stands(repository: &str, tag: &str) -> Option<(Distro, Certainty)> {
        stands_on(repository, tag).map(|on| (on.distro, on.certainty))
    }

    const TRIXIE: Distro = Distro::Debian(Codename::Trixie);
    const BOOKWORM: Distro = Distro::Debian(Codename::Bookworm);

    #[test]
    fn a_minor_that_moved_to_another_release_says_so() {
        assert_eq!(
            stands("golang", "1.22.3"),
            Some((BOOKWORM, Certainty::Exact))
        );
        assert_eq!(
            stands("golang", "1.24.1"),
            Some((TRIXIE, Certainty::LastOfMinor))
        );
        assert_eq!(
            stands("python", "3.11.4"),
            Some((TRIXIE, Certainty::LastOfMinor))
        );
        assert_eq!(stands("node", "22.3.0"), Some((BOOKWORM, Certainty::Exact)));
        assert_eq!(
            stands("node", "18.99.0"),
            Some((BOOKWORM, Certainty::LastOfMinor))
        );
        let old_node = stands("node", "14.21.99").unwrap();
        assert_eq!(old_node.1, Certainty::LastOfMinor);
        assert_eq!(
            stands("rust", "1.89.0"),
            Some((TRIXIE, Certainty::LastOfMinor))
        );
        assert_eq!(stands("rust", "1.90.0"), Some((TRIXIE, Certainty::Exact)));
        assert_eq!(stands("node", "22.3.0-nanoserver"), None);
    }

    #[test]
    fn a_tag_that_is_no_longer_rebuilt_does_not_move() {
        assert_eq!(stands("golang", "1.22"), Some((BOOKWORM, Certainty::Exact)));
        assert_eq!(
            stands("golang", "1.26"),
            Some((TRIXIE, Certainty::Floating))
        );
        assert!(is_current("node", "22") && !is_current("node", "18"));
        assert!(!published("golang", "1.22").unwrap().is_current());
    }
}
