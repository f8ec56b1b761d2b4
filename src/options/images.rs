//! Under which names images are written: a reference that restage would write in, the one that
//! the image map has for it out.

use globset::{Glob, GlobMatcher};

/// What a team says about the images that restage writes. The first rule that fits counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImageMap {
    /// The rules, in their order.
    pub rules: Vec<ImageRule>,
}

/// One rule of an [`ImageMap`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageRule {
    /// Which images: a glob over the name and the tag, or over the name alone where it has no tag.
    pub image: Glob,
    /// What they become.
    pub becomes: Becomes,
    /// Where the rule stands, as `path:line`.
    pub origin: String,
}

/// What an image becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Becomes {
    /// The same image on another registry, pinned to a digest, or both.
    Same {
        /// What stands in place of the registry: `docker.io` of `docker.io/library/debian`.
        mirror: Option<String>,
        /// `sha256:…`.
        digest: Option<String>,
    },
    /// Another image, for which the team vouches.
    Other(String),
}

impl ImageMap {
    /// The name under which `image` is written, and where the map says so; `None` where the map
    /// has nothing to say. Build args may stand in the tag.
    pub fn written(&self, image: &str) -> Option<(String, &str)> {
        if image == "scratch" {
            return None;
        }
        let rule = self.rules.iter().find(|rule| rule.fits(image))?;
        let written = match &rule.becomes {
            Becomes::Other(other) => other.clone(),
            Becomes::Same { mirror, digest } => {
                let name = match mirror {
                    Some(mirror) => mirrored(image, mirror),
                    None => image.to_owned(),
                };
                match digest {
                    Some(digest) => format!("{name}@{digest}"),
                    None => name,
                }
            }
        };
        Some((written, &rule.origin))
    }
}

/// Registries whose images restage knows.
const PUBLIC: [&str; 3] = ["docker.io", "gcr.io", "ghcr.io"];

impl ImageMap {
    /// The public names that a name without a tag may stand for, because the map has a mirror of
    /// theirs there.
    pub fn mirrored_by<'m>(&'m self, name: &'m str) -> impl Iterator<Item = String> + 'm {
        let mirrors = self.rules.iter().filter_map(|rule| match &rule.becomes {
            Becomes::Same {
                mirror: Some(mirror),
                ..
            } => Some((rule, mirror.trim_end_matches('/'))),
            _ => None,
        });
        mirrors.flat_map(move |(rule, mirror)| {
            let path = name
                .strip_prefix(mirror)
                .and_then(|rest| rest.strip_prefix('/'));
            let names = path.into_iter().flat_map(|path| {
                PUBLIC
                    .into_iter()
                    .map(move |registry| format!("{registry}/{path}"))
            });
            names.filter(|public| rule.fits(public))
        })
    }
}

impl ImageRule {
    /// Whether a pattern names one image with its tag, as a digest needs it.
    pub fn names_one(pattern: &str) -> bool {
        !pattern.contains(['*', '?', '[', '{']) && tag_at(pattern).is_some()
    }

    fn fits(&self, image: &str) -> bool {
        let matcher: GlobMatcher = self.image.compile_matcher();
        let with_tag = tag_at(self.image.glob()).is_some();
        let full = canonical(image);
        let subject = |image: &str| match tag_at(image) {
            Some(at) if !with_tag => image.get(..at).unwrap_or(image).to_owned(),
            _ => image.to_owned(),
        };
        let short = full.strip_prefix("docker.io/library/").unwrap_or(&full);
        [image, &full, short]
            .into_iter()
            .any(|name| matcher.is_match(subject(name)))
    }
}

/// Where the colon before the tag stands: behind the last slash, and not in a variable.
fn tag_at(image: &str) -> Option<usize> {
    let plain = image
        .find('$')
        .map_or(image, |at| image.get(..at).unwrap_or(image));
    let start = plain.rfind('/').map_or(0, |at| at + 1);
    plain.get(start..)?.find(':').map(|at| start + at)
}

/// The reference with registry and namespace written out: `debian` is `docker.io/library/debian`
/// (the reference normalisation of distribution/reference).
fn canonical(image: &str) -> String {
    match image.split_once('/') {
        None => format!("docker.io/library/{image}"),
        Some((host, _)) if is_registry(host) => image.to_owned(),
        Some(_) => format!("docker.io/{image}"),
    }
}

fn is_registry(host: &str) -> bool {
    host.contains(['.', ':']) || host == "localhost"
}

fn mirrored(image: &str, mirror: &str) -> String {
    let full = canonical(image);
    let path = full.split_once('/').map_or("", |(_, path)| path);
    format!("{}/{path}", mirror.trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(rules: &[(&str, Becomes)]) -> ImageMap {
        let rule = |(number, (image, becomes)): (usize, &(&str, Becomes))| ImageRule {
            image: Glob::new(image).unwrap(),
            becomes: becomes.clone(),
            origin: format!("c:{number}"),
        };
        ImageMap {
            rules: rules.iter().enumerate().map(rule).collect(),
        }
    }

    fn mirror(mirror: &str) -> Becomes {
        Becomes::Same {
            mirror: Some(mirror.to_owned()),
            digest: None,
        }
    }

    #[test]
    fn the_first_rule_that_fits_counts() {
        let pinned = Becomes::Same {
            mirror: Some("r.example.org".to_owned()),
            digest: Some("sha256:00".to_owned()),
        };
        let map = map(&[
            ("debian:trixie-slim", pinned),
            ("alpine", Becomes::Other("example.org/own:1".to_owned())),
            ("docker.io/*", mirror("r.example.org/hub/")),
            ("gcr.io/distroless/*", mirror("r.example.org/gcr")),
        ]);
        for (image, expected) in [
            (
                "debian:trixie-slim",
                "r.example.org/library/debian:trixie-slim@sha256:00",
            ),
            (
                "debian:bookworm-slim",
                "r.example.org/hub/library/debian:bookworm-slim",
            ),
            ("docker.io/library/alpine:3.22", "example.org/own:1"),
            ("alpine:3.22", "example.org/own:1"),
            ("node:${V}-slim", "r.example.org/hub/library/node:${V}-slim"),
            (
                "gcr.io/distroless/static-debian13",
                "r.example.org/gcr/distroless/static-debian13",
            ),
        ] {
            assert_eq!(map.written(image).unwrap().0, expected);
        }
        for image in [
            "scratch",
            "quay.io/debian:trixie-slim",
            "localhost:5000/alpine",
        ] {
            assert_eq!(map.written(image), None, "{image}");
        }
        assert_eq!(
            map.written("gcr.io/distroless/cc-debian13").unwrap().1,
            "c:3"
        );
    }

    #[test]
    fn a_digest_is_of_one_image() {
        assert!(ImageRule::names_one("a.example.org:5000/b:1"));
        for many in ["debian", "debian:*", "a.example.org:5000/b", "b:{1,2}"] {
            assert!(!ImageRule::names_one(many), "{many}");
        }
    }
}
