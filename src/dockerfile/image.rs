//! Image references as they stand in `FROM` and `--from=`: `registry/path:tag@digest`.

use std::fmt;

/// A parsed image reference. Nothing is filled in that the text does not say, except
/// through [`ImageRef::repository`], which folds the spellings of Docker Hub's library.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ImageRef {
    /// Everything before the tag and the digest, as written: `docker.io/library/golang`.
    pub name: String,
    /// The tag without its colon.
    pub tag: Option<String>,
    /// The digest without its `@`: `sha256:…`.
    pub digest: Option<String>,
}

/// Prefixes under which Docker's official images are served.
/// Source: the public mirrors' own documentation (Amazon ECR Public, mirror.gcr.io) and the
/// reference normalisation of distribution/reference.
const LIBRARY_PREFIXES: [&str; 7] = [
    "docker.io/library/",
    "index.docker.io/library/",
    "registry-1.docker.io/library/",
    "public.ecr.aws/docker/library/",
    "mirror.gcr.io/library/",
    "docker.io/",
    "library/",
];

impl ImageRef {
    /// Parses `text`. `None` when it is empty, holds white space or an unexpanded variable.
    pub fn parse(text: &str) -> Option<Self> {
        if text.is_empty() || text.contains(|c: char| c.is_whitespace() || c == '$') {
            return None;
        }
        let (rest, digest) = match text.split_once('@') {
            Some((rest, digest)) => (rest, Some(digest.to_owned())),
            None => (text, None),
        };
        // A colon before the last slash belongs to the registry's port.
        let after_slash = rest.rfind('/').map_or(0, |i| i + 1);
        let (name, tag) = match rest[after_slash..].split_once(':') {
            Some((last, tag)) => (
                format!("{}{last}", &rest[..after_slash]),
                Some(tag.to_owned()),
            ),
            None => (rest.to_owned(), None),
        };
        (!name.is_empty()).then_some(Self { name, tag, digest })
    }

    /// The repository with the spellings of Docker Hub's library folded: `docker.io/library/node`
    /// and `node` are both `node`.
    pub fn repository(&self) -> &str {
        LIBRARY_PREFIXES
            .iter()
            .find_map(|prefix| self.name.strip_prefix(prefix))
            .unwrap_or(&self.name)
    }

    /// The tag, `latest` where there is neither tag nor digest.
    pub fn tag_or_latest(&self) -> Option<&str> {
        match (&self.tag, &self.digest) {
            (Some(tag), _) => Some(tag),
            (None, None) => Some("latest"),
            (None, Some(_)) => None,
        }
    }

    /// The same repository, by the same registry, with another tag and no digest.
    #[must_use]
    pub fn with_tag(&self, tag: &str) -> Self {
        Self {
            name: self.name.clone(),
            tag: Some(tag.to_owned()),
            digest: None,
        }
    }

    /// Another repository of the same library on the same registry: `mirror/library/node` and
    /// `debian` give `mirror/library/debian`.
    #[must_use]
    pub fn sibling(&self, repository: &str, tag: &str) -> Self {
        let prefix = self
            .name
            .strip_suffix(self.repository())
            .unwrap_or_default();
        Self {
            name: format!("{prefix}{repository}"),
            tag: Some(tag.to_owned()),
            digest: None,
        }
    }
}

impl fmt::Display for ImageRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        if let Some(tag) = &self.tag {
            write!(f, ":{tag}")?;
        }
        if let Some(digest) = &self.digest {
            write!(f, "@{digest}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_no_tag() {
        let image = ImageRef::parse("localhost:5000/team/app").unwrap();
        assert_eq!(
            (image.name.as_str(), image.tag),
            ("localhost:5000/team/app", None)
        );
    }

    #[test]
    fn the_library_has_one_name() {
        for text in [
            "golang:1.24",
            "docker.io/library/golang:1.24",
            "library/golang:1.24",
        ] {
            assert_eq!(ImageRef::parse(text).unwrap().repository(), "golang");
        }
        assert_eq!(
            ImageRef::parse("docker.io/bitnami/node")
                .unwrap()
                .repository(),
            "bitnami/node"
        );
    }

    #[test]
    fn references_print_as_they_were_written() {
        for text in [
            "node",
            "node:22-alpine",
            "a.b:5/c/d:e@sha256:00",
            "node@sha256:ff",
        ] {
            assert_eq!(ImageRef::parse(text).unwrap().to_string(), text);
        }
    }
}
