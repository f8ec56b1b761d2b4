//! In: an official image's family and tag. Out: the release of the toolchain and of the
//! distribution that the tag stands for.

use super::{
    base_image::Family,
    distro::Distro,
    tag_shape::{TagShape, Version, node_lts},
    tags::{self, Certainty},
};

/// Node's moving tags in August 2026. Source: Node's release schedule.
const NODE_LATEST: u32 = 26;
const NODE_LTS: u32 = 24;

/// The version that the tag stands for, with how sure that is.
pub(super) fn version(family: Family, shape: &TagShape<'_>) -> (Option<Version>, Certainty) {
    if shape.version.is_some() {
        return (shape.version, Certainty::Exact);
    }
    let major = |major| Version {
        major,
        minor: None,
        patch: None,
    };
    match (family, shape.release) {
        (Family::Node, Some("lts")) => (Some(major(NODE_LTS)), Certainty::Floating),
        (Family::Node, Some(name)) if node_lts(name).is_some() => {
            (node_lts(name).map(major), Certainty::Exact)
        }
        (Family::Node, _) => (Some(major(NODE_LATEST)), Certainty::Floating),
        (Family::Golang | Family::Rust, _) => (Some(major(1)), Certainty::Floating),
        (Family::Python, _) => (Some(major(3)), Certainty::Floating),
        _ => (None, Certainty::Floating),
    }
}

/// What the image stands on, with how sure that is; `Floating` where it is not known.
pub(super) fn distro(
    family: Family,
    repository: &str,
    tag: &str,
    shape: &TagShape<'_>,
) -> (Option<Distro>, Certainty) {
    let unknown = (None, Certainty::Floating);
    if shape.is_windows() {
        return unknown;
    }
    match family {
        Family::Alpine => (Some(alpine_release(shape)), Certainty::Exact),
        Family::Ubuntu => match ubuntu_release(shape) {
            Some(release) => (Some(Distro::Ubuntu(release)), Certainty::Exact),
            None => (Some(Distro::Ubuntu(String::new())), Certainty::Floating),
        },
        _ => match tags::stands_on(repository, tag) {
            Some(on) => (Some(on.distro), on.certainty),
            None if family == Family::BuildpackDeps => match ubuntu_release(shape) {
                Some(release) => (Some(Distro::Ubuntu(release)), Certainty::Exact),
                None => unknown,
            },
            None if shape.alpine => (Some(Distro::Alpine(String::new())), Certainty::Floating),
            None => unknown,
        },
    }
}

/// `3.22`, `3.22.1`; empty for `latest`, `edge`, `3`, which move.
fn alpine_release(shape: &TagShape<'_>) -> Distro {
    let fixed = shape.version.is_some_and(|version| version.minor.is_some());
    let release = shape.release.filter(|_| fixed).unwrap_or_default();
    Distro::Alpine(release.to_owned())
}

fn ubuntu_release(shape: &TagShape<'_>) -> Option<String> {
    match (&shape.distro, shape.version) {
        (Some(Distro::Ubuntu(release)), _) => Some(release.clone()),
        (
            None,
            Some(Version {
                major,
                minor: Some(minor),
                ..
            }),
        ) => Some(format!("{major:02}.{minor:02}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moving_tags_say_that_they_move() {
        let major = |tag| {
            let (version, certainty) = version(Family::Node, &TagShape::of(tag));
            (version.map(|version| version.major), certainty)
        };
        assert_eq!(major("lts"), (Some(24), Certainty::Floating));
        assert_eq!(major("slim"), (Some(26), Certainty::Floating));
        assert_eq!(major("lts-iron"), (Some(20), Certainty::Exact));
        assert_eq!(major("18-alpine"), (Some(18), Certainty::Exact));
    }

    #[test]
    fn ubuntu_is_known_by_name_and_number() {
        let release = |tag| distro(Family::Ubuntu, "ubuntu", tag, &TagShape::of(tag)).0;
        assert_eq!(release("jammy"), Some(Distro::Ubuntu("22.04".into())));
        assert_eq!(release("24.04"), Some(Distro::Ubuntu("24.04".into())));
        assert_eq!(release("latest"), Some(Distro::Ubuntu(String::new())));
    }
}
