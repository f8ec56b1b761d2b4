//! In: a repository and a tag. Out: what the official library published under it, and the
//! tag that says the same more exactly.

use std::{collections::HashMap, sync::LazyLock};

use super::{
    distro::{Codename, Distro},
    table::rows,
    tag_shape::{TagShape, Version},
};

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
struct Row {
    base: &'static str,
    first: &'static str,
    last: &'static str,
}

type Tags = HashMap<&'static str, Row>;

static TAGS: LazyLock<HashMap<&'static str, Tags>> = LazyLock::new(|| {
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

fn row(repository: &str, tag: &str) -> Option<Row> {
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
fn minor_tag(repository: &str, tag: &str) -> Option<String> {
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
}

/// The spellings under which a tag may name its codename, whichever order the repository
/// has. `latest` is never part of one.
fn named_forms(tag: &str, codename: &str) -> Vec<String> {
    let parts: Vec<&str> = tag
        .split('-')
        .filter(|part| *part != "slim" && *part != "latest")
        .collect();
    let slim = tag.split('-').any(|part| part == "slim");
    let mut before = parts.clone();
    before.push(codename);
    if !slim {
        return vec![before.join("-")];
    }
    let mut after = parts;
    after.extend(["slim", codename]);
    before.push("slim");
    vec![before.join("-"), after.join("-")]
}

/// The row's tag that says what `tag` says and names the Debian release too: `22-bookworm`
/// for `node:22`, `3.11-slim-trixie` for `python:3.11-slim`. `None` when the tag names one
/// already, stands on something else, or no such tag was published as long as `tag` was.
pub fn with_codename(repository: &str, tag: &str) -> Option<String> {
    let of_tag = row(repository, tag)?;
    let shape = TagShape::of(tag);
    if shape.distro.is_some() || shape.is_windows() || shape.is_onbuild() {
        return None;
    }
    let codename = Codename::from_name(of_tag.base)?;
    named_forms(tag, codename.name()).into_iter().find(|named| {
        row(repository, named).is_some_and(|row| row.base == of_tag.base && row.last >= of_tag.last)
    })
}

/// The slim sibling of a Debian-based tag, with the codename where the table has such a tag:
/// `22-bookworm-slim` for `node:22`, `3.11-slim-trixie` for `python:3.11`. For a patch-level
/// tag the same tag with `slim` put in, where its minor release had slim images. `None` for
/// what is slim or not Debian's already, and for repositories without slim images.
pub fn slim_of(repository: &str, tag: &str) -> Option<String> {
    let shape = TagShape::of(tag);
    let elsewhere = shape.slim || shape.alpine || shape.is_windows() || shape.is_onbuild();
    if elsewhere || !shape.extras.is_empty() {
        return None;
    }
    match row(repository, tag) {
        Some(of_tag) => slim_row(repository, tag, of_tag),
        None => slim_patch(repository, tag, &shape),
    }
}

fn slim_row(repository: &str, tag: &str, of_tag: Row) -> Option<String> {
    let bare = match tag {
        "latest" => "slim".to_owned(),
        _ => format!("{tag}-slim"),
    };
    let mut forms = Vec::new();
    if let Some(codename) = Codename::from_name(of_tag.base) {
        let open = without_codename(tag, codename.name());
        let open = if open.is_empty() {
            "slim".into()
        } else {
            format!("{open}-slim")
        };
        forms = named_forms(&open, codename.name());
    }
    forms.push(bare);
    forms.into_iter().find(|slim| {
        row(repository, slim).is_some_and(|row| row.base == of_tag.base && row.last >= of_tag.last)
    })
}

fn slim_patch(repository: &str, tag: &str, shape: &TagShape) -> Option<String> {
    let minor = minor_tag(repository, tag)?;
    let codename = shape.distro.as_ref().and_then(Distro::codename);
    let Some(codename) = codename else {
        return row(repository, &format!("{minor}-slim")).map(|_| format!("{tag}-slim"));
    };
    let name = codename.name();
    let open = |tag: &str| format!("{}-slim", without_codename(tag, name));
    let of_minor = named_forms(&open(&minor), name);
    let of_tag = named_forms(&open(tag), name);
    of_minor
        .iter()
        .zip(of_tag)
        .find(|(listed, _)| row(repository, listed).is_some())
        .map(|(_, slim)| slim)
}

/// The tag without the part that names the Debian release; empty when that is all it is.
fn without_codename(tag: &str, codename: &str) -> String {
    let parts: Vec<&str> = tag.split('-').filter(|part| *part != codename).collect();
    parts.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stands(repository: &str, tag: &str) -> Option<(Distro, Certainty)> {
        stands_on(repository, tag).map(|on| (on.distro, on.certainty))
    }

    const TRIXIE: Distro = Distro::Debian(Codename::Trixie);
    const BOOKWORM: Distro = Distro::Debian(Codename::Bookworm);

    #[test]
    fn a_floating_tag_is_pinned_to_the_codename_that_it_has_now() {
        for (repository, tag, pinned) in [
            ("node", "22", Some("22-bookworm")),
            ("node", "22-slim", Some("22-bookworm-slim")),
            ("node", "latest", Some("trixie")),
            ("node", "slim", Some("trixie-slim")),
            ("node", "lts", Some("lts-bookworm")),
            ("python", "3.11-slim", Some("3.11-slim-trixie")),
            ("python", "slim", Some("slim-trixie")),
            ("golang", "1.24", Some("1.24-trixie")),
            ("golang", "1.22", Some("1.22-bookworm")),
            ("rust", "latest", Some("trixie")),
            ("node", "22-bookworm", None),
            ("node", "22-alpine", None),
            ("golang", "1.22.3", None),
            ("python", "3.2", None),
        ] {
            assert_eq!(
                with_codename(repository, tag).as_deref(),
                pinned,
                "{repository}:{tag}"
            );
        }
    }

    #[test]
    fn the_slim_sibling_keeps_release_and_codename() {
        for (repository, tag, slim) in [
            ("node", "22", Some("22-bookworm-slim")),
            ("node", "22-bullseye", Some("22-bullseye-slim")),
            ("python", "3.11", Some("3.11-slim-trixie")),
            ("python", "3.11-bookworm", Some("3.11-slim-bookworm")),
            ("rust", "1", Some("1-slim-trixie")),
            ("rust", "latest", Some("slim-trixie")),
            ("rust", "bookworm", Some("slim-bookworm")),
            ("debian", "bookworm", Some("bookworm-slim")),
            ("debian", "12", Some("12-slim")),
            ("node", "20.11.1", Some("20.11.1-slim")),
            ("node", "20.11.1-bookworm", Some("20.11.1-bookworm-slim")),
            ("python", "3.11.4", Some("3.11.4-slim")),
            ("python", "3.11.4-bullseye", Some("3.11.4-slim-bullseye")),
            ("golang", "1.22", None),
            ("golang", "1.22.3", None),
            ("node", "22-alpine", None),
            ("node", "22-slim", None),
            ("python", "3.99.1", None),
        ] {
            assert_eq!(
                slim_of(repository, tag).as_deref(),
                slim,
                "{repository}:{tag}"
            );
        }
    }

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

    #[test]
    fn pinning_again_changes_nothing() {
        for (repository, tags) in TAGS.iter() {
            for tag in tags.keys() {
                if let Some(pinned) = with_codename(repository, tag) {
                    assert!(published(repository, &pinned).is_some());
                    assert_eq!(
                        with_codename(repository, &pinned),
                        None,
                        "{repository}:{tag}"
                    );
                }
            }
        }
    }
}
