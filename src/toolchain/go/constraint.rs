//! Build constraints. In: a file's name and text, and the tags of a build. Out: whether the file
//! is part of a program for Linux. Cgo is taken to be on, so that what could use it is seen.

use crate::toolchain::compiled::tree::file_name;

/// Operating systems that name files (`x_windows.go`) and tags. Source: `go tool dist list`.
const SYSTEMS: [&str; 16] = [
    "aix",
    "android",
    "darwin",
    "dragonfly",
    "freebsd",
    "illumos",
    "ios",
    "js",
    "nacl",
    "netbsd",
    "openbsd",
    "plan9",
    "solaris",
    "wasip1",
    "windows",
    "zos",
];

/// Architectures other than those that images are mostly built for.
const RARE_MACHINES: [&str; 12] = [
    "386", "arm", "loong64", "mips", "mips64", "mips64le", "mipsle", "ppc64", "ppc64le", "riscv64",
    "s390x", "wasm",
];

/// Whether the file belongs to a Linux program that is built with `tags`.
pub(crate) fn is_built(path: &str, text: &str, tags: &[&str]) -> bool {
    let name = file_name(path);
    let stem = name.strip_suffix(".go").unwrap_or(name);
    if stem.ends_with("_test") || name.starts_with(['_', '.']) {
        return false;
    }
    let mut parts = stem.split('_').skip(1);
    let foreign = parts.any(|part| SYSTEMS.contains(&part) || RARE_MACHINES.contains(&part));
    !foreign && expression(text).is_none_or(|expression| holds(expression, tags))
}

/// The expression of a `//go:build` line; it stands before the package clause.
fn expression(text: &str) -> Option<&str> {
    let lines = text.lines().map(str::trim);
    lines
        .take_while(|line| !line.starts_with("package "))
        .find_map(|line| line.strip_prefix("//go:build "))
}

/// The name in the package clause, comments before it skipped.
pub(crate) fn package_name(text: &str) -> Option<&str> {
    let mut rest = text.trim_start();
    loop {
        if let Some(comment) = rest.strip_prefix("//") {
            rest = comment.split_once('\n')?.1.trim_start();
        } else if let Some(comment) = rest.strip_prefix("/*") {
            rest = comment.split_once("*/")?.1.trim_start();
        } else {
            break;
        }
    }
    let name = rest.strip_prefix("package")?;
    let name = name.trim_start_matches([' ', '\t']);
    let end = name.find(|c: char| !c.is_alphanumeric() && c != '_');
    name.get(..end.unwrap_or(name.len()))
}

/// Longest expression that is looked at; a longer one counts as true.
const MAX_EXPRESSION: usize = 2000;

/// Evaluates `a && (b || !c)`. What cannot be read counts as true: then the file is looked at.
fn holds(expression: &str, tags: &[&str]) -> bool {
    if expression.len() > MAX_EXPRESSION {
        return true;
    }
    let mut tokens = tokens(expression);
    tokens.reverse();
    either(&mut tokens, tags, 0).unwrap_or(true)
}

fn tokens(expression: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = expression.trim_start();
    while !rest.is_empty() {
        let end = if rest.starts_with("&&") || rest.starts_with("||") {
            2
        } else if rest.starts_with(['!', '(', ')']) {
            1
        } else {
            let end = rest.find(|c: char| c.is_whitespace() || "!()&|".contains(c));
            end.unwrap_or(rest.len())
                .max(rest.chars().next().map_or(1, char::len_utf8))
        };
        let (token, after) = rest.split_at(end);
        tokens.push(token);
        rest = after.trim_start();
    }
    tokens
}

/// How deep brackets may nest.
const MAX_DEPTH: usize = 32;

fn either(tokens: &mut Vec<&str>, tags: &[&str], depth: usize) -> Option<bool> {
    let mut value = both(tokens, tags, depth)?;
    while tokens.last() == Some(&"||") {
        tokens.pop();
        value |= both(tokens, tags, depth)?;
    }
    Some(value)
}

fn both(tokens: &mut Vec<&str>, tags: &[&str], depth: usize) -> Option<bool> {
    let mut value = one(tokens, tags, depth)?;
    while tokens.last() == Some(&"&&") {
        tokens.pop();
        value &= one(tokens, tags, depth)?;
    }
    Some(value)
}

fn one(tokens: &mut Vec<&str>, tags: &[&str], depth: usize) -> Option<bool> {
    if depth > MAX_DEPTH {
        return None;
    }
    match tokens.pop()? {
        "!" => one(tokens, tags, depth + 1).map(|value| !value),
        "(" => {
            let value = either(tokens, tags, depth + 1)?;
            (tokens.pop()? == ")").then_some(value)
        }
        tag => Some(is_set(tag, tags)),
    }
}

fn is_set(tag: &str, tags: &[&str]) -> bool {
    matches!(tag, "linux" | "unix" | "amd64" | "arm64" | "gc" | "cgo")
        || tag.starts_with("go1.")
        || tags.contains(&tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constraints_are_those_of_a_linux_build() {
        for (path, text, built) in [
            ("a.go", "package a", true),
            ("a_test.go", "package a", false),
            ("a_windows.go", "package a", false),
            ("a_linux_amd64.go", "package a", true),
            ("windows.go", "package a", true),
            ("a.go", "// x\n\n//go:build ignore\n\npackage main", false),
            ("a.go", "//go:build linux && !windows\npackage a", true),
            (
                "a.go",
                "//go:build darwin || (linux && extra)\npackage a",
                true,
            ),
            ("a.go", "//go:build !extra\npackage a", false),
            ("a.go", "//go:build !cgo\npackage a", false),
            ("a.go", "//go:build ((((\npackage a", true),
            ("a.go", "//go:build é\npackage a", false),
        ] {
            assert_eq!(is_built(path, text, &["extra"]), built, "{path} {text}");
        }
    }

    #[test]
    fn the_package_clause_may_follow_comments() {
        assert_eq!(
            package_name("// a\n/* b\npackage x */\npackage main // c"),
            Some("main")
        );
        assert_eq!(package_name("package\tcmd;"), Some("cmd"));
        assert_eq!(package_name("// only a comment"), None);
    }
}
