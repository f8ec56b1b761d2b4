//! Parser directives: `# syntax=…`, `# escape=…` and `# check=…` at the head of a Dockerfile.
//!
//! One line goes in, its name and value come out. Source of the rules: BuildKit,
//! `frontend/dockerfile/parser/directives.go`.

/// The directive in `line`, its name in lower case. `None` when the line is none that BuildKit
/// knows; such a line ends the prologue.
pub(super) fn parse(line: &str) -> Option<(String, String)> {
    let (name, value) = line.trim_start().strip_prefix('#')?.split_once('=')?;
    let name = name.trim_start().trim_end_matches(is_space);
    let value = value.trim_matches(is_space);
    let name = name.to_ascii_lowercase();
    let known = matches!(name.as_str(), "syntax" | "escape" | "check");
    (known && !value.is_empty()).then(|| (name, value.to_owned()))
}

fn is_space(c: char) -> bool {
    c.is_ascii_whitespace()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_names_with_a_value_are_directives() {
        assert_eq!(
            parse(" #  Syntax = docker/dockerfile:1 "),
            Some(("syntax".to_owned(), "docker/dockerfile:1".to_owned()))
        );
        assert_eq!(
            parse("#check=skip=all"),
            Some(("check".to_owned(), "skip=all".to_owned()))
        );
        for comment in ["# syntax", "#syntax=", "# other=x", "# a syntax=x", "x", ""] {
            assert_eq!(parse(comment), None, "{comment}");
        }
    }
}
