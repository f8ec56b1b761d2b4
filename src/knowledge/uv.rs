//! uv's images of Python. In: their tag. Out: the tag of the official Python image that they are made
//! from. They differ from it by uv's programs in `/usr/local/bin`.
//!
//! Source: uv's guide to its images, "Derived images".

/// The repository.
pub const REPOSITORY: &str = "ghcr.io/astral-sh/uv";

/// The tag of the official image: `3.12-slim-bookworm` for `python3.12-bookworm-slim` and for
/// `0.6.3-python3.12-bookworm-slim`. `None` for the images that hold uv alone, and for those of
/// distributions, whose Python is uv's own.
pub fn python_tag(tag: &str) -> Option<String> {
    let at = tag.find("python3.")?;
    let is_start = at == 0 || tag.get(..at)?.ends_with('-');
    let rest = tag.get(at + "python".len()..)?;
    let mut parts = rest.split('-');
    let version = parts.next()?;
    let rest: Vec<&str> = parts.collect();
    let tag = match rest.as_slice() {
        ["alpine"] => format!("{version}-alpine"),
        [codename, "slim"] => format!("{version}-slim-{codename}"),
        [codename] if codename.chars().all(|c| c.is_ascii_lowercase()) => {
            format!("{version}-{codename}")
        }
        [alpine] if alpine.starts_with("alpine3.") => format!("{version}-{alpine}"),
        _ => return None,
    };
    is_start.then_some(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_name_the_image_that_they_stand_on() {
        for (tag, python) in [
            ("python3.12-bookworm-slim", Some("3.12-slim-bookworm")),
            ("0.6.3-python3.13-bookworm", Some("3.13-bookworm")),
            ("python3.12-alpine", Some("3.12-alpine")),
            ("python3.12-alpine3.21", Some("3.12-alpine3.21")),
            ("latest", None),
            ("0.6", None),
            ("debian-slim", None),
            ("bookworm-slim", None),
        ] {
            assert_eq!(python_tag(tag).as_deref(), python, "{tag}");
        }
    }
}
