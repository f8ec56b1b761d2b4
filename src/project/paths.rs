//! Path arithmetic on text, without the disk. In: a path as somebody wrote it. Out: the same path
//! relative to the context's root, or nothing where it climbs above it.

/// The path without `.`, `..`, doubled, leading and trailing slashes; the root is the empty
/// string. None where `..` climbs above the root.
pub(super) fn normalise(path: &str) -> Option<String> {
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop()?;
            }
            name => segments.push(name),
        }
    }
    Some(segments.join("/"))
}

/// The parent of a normalised path and its last segment; the parent of `a` is the root, "".
pub(super) fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

/// `name` inside the directory `dir`.
pub(super) fn join(dir: &str, name: &str) -> String {
    if dir.is_empty() {
        name.to_owned()
    } else {
        format!("{dir}/{name}")
    }
}

/// Every directory on the way to a normalised path, and the path: `a`, `a/b`, `a/b/c`.
pub(super) fn steps(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/')
        .map(|(end, _)| end)
        .chain([path.len()])
        .filter_map(|end| path.get(..end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_written_one_way() {
        for (written, normal) in [
            ("./a//b/../c", Some("a/c")),
            ("/a/", Some("a")),
            ("a/./b", Some("a/b")),
            (".", Some("")),
            ("", Some("")),
            ("/", Some("")),
            ("a/..", Some("")),
            ("..", None),
            ("a/../../b", None),
            ("/../a", None),
            ("...", Some("...")),
        ] {
            assert_eq!(normalise(written).as_deref(), normal, "{written}");
        }
    }

    #[test]
    fn the_steps_to_a_path_end_with_it() {
        assert_eq!(steps("a/b/c").collect::<Vec<_>>(), ["a", "a/b", "a/b/c"]);
        assert_eq!(steps("a").collect::<Vec<_>>(), ["a"]);
    }
}
