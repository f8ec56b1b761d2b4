//! Paths as build descriptions write them: text in, a path relative to the tree out, or nothing
//! where it leads out of the tree or hangs on something that is not known.

use super::super::paths;

/// The path that `written` means in the folder `base`; the tree itself is the empty string.
pub(super) fn within(base: &str, written: &str) -> Option<String> {
    let is_remote = written.contains("://") || written.starts_with("git@");
    let is_elsewhere = written.starts_with(['/', '~']) || written == "-";
    if written.is_empty() || is_remote || is_elsewhere || written.contains(['$', '`', '\\', '*']) {
        return None;
    }
    paths::normalise(&format!("{base}/{written}"))
}

/// The Dockerfile and the context of a build that runs in `base`, with paths that count from
/// there. Without a Dockerfile it is the one in the context.
pub(super) fn build(
    base: &str,
    context: &str,
    dockerfile: Option<&str>,
) -> Option<(String, String)> {
    let context = within(base, context)?;
    let dockerfile = match dockerfile {
        Some(written) => within(base, written)?,
        None => paths::join(&context, "Dockerfile"),
    };
    Some((dockerfile, context))
}

/// As [`build`], with a Dockerfile whose path counts from the context, as compose and bake do it.
pub(super) fn build_inside(
    base: &str,
    context: &str,
    dockerfile: Option<&str>,
) -> Option<(String, String)> {
    let context = within(base, context)?;
    let dockerfile = within(&context, dockerfile.unwrap_or("Dockerfile"))?;
    Some((dockerfile, context))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_in_the_tree() {
        assert_eq!(within("a/b", ".."), Some("a".to_owned()));
        assert_eq!(within("a", "."), Some("a".to_owned()));
        assert_eq!(within("", "./x/"), Some("x".to_owned()));
        for elsewhere in [
            "",
            "../..",
            "/a",
            "~/a",
            "$A",
            "${A}/b",
            "https://example.org/x.git",
            "git@h:x",
            "-",
        ] {
            assert_eq!(within("a", elsewhere), None, "{elsewhere}");
        }
    }

    #[test]
    fn dockerfiles_count_from_here_or_from_the_context() {
        let pair =
            |dockerfile: &str, context: &str| Some((dockerfile.to_owned(), context.to_owned()));
        assert_eq!(
            build("ci", "..", Some("x/Dockerfile")),
            pair("ci/x/Dockerfile", "")
        );
        assert_eq!(build("", "svc", None), pair("svc/Dockerfile", "svc"));
        assert_eq!(
            build_inside("ci", "..", Some("x/Dockerfile")),
            pair("x/Dockerfile", "")
        );
        assert_eq!(build_inside("", "svc", None), pair("svc/Dockerfile", "svc"));
    }
}
