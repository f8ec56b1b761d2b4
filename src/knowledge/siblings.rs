//! In: a repository and a tag. Out: the published tag that says the same and more (the
//! Debian release), or the same on Debian's slim image.

use super::{
    distro::{Codename, Distro},
    nightly,
    tag_shape::TagShape,
    tags::{Row, minor_tag, row},
};

/// The spellings under which a tag may name its codename, whichever order the repository
/// has. `latest` is never part of one.
pub(super) fn named_forms(tag: &str, codename: &str) -> Vec<String> {
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
    if repository == nightly::REPOSITORY {
        return nightly::with_codename(tag);
    }
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
    use crate::knowledge::tags::{TAGS, published};

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
