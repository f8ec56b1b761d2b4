//! Variables in compose files: text with `$NAME`, `${NAME}` and `${NAME:-default}` in, the text
//! with their values out, or nothing where one is not known
//! (docs.docker.com/reference/compose-file/interpolation).

use std::collections::BTreeMap;

/// `text` with the variables of `known` in place. A default counts where the variable is not
/// known: whoever runs compose without setting anything gets it.
pub(super) fn interpolate(text: &str, known: &BTreeMap<String, String>) -> Option<String> {
    let mut result = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        result.push_str(rest.get(..at)?);
        rest = rest.get(at + 1..)?;
        if let Some(after) = rest.strip_prefix('$') {
            result.push('$');
            rest = after;
        } else if let Some(after) = rest.strip_prefix('{') {
            let (inside, after) = after.split_once('}')?;
            result.push_str(&braced(inside, known)?);
            rest = after;
        } else {
            let end = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
            let (name, after) = rest.split_at_checked(end)?;
            result.push_str(known.get(name)?);
            rest = after;
        }
    }
    result.push_str(rest);
    Some(result)
}

/// What stands between braces: a name, and perhaps what holds where it has no value.
fn braced(inside: &str, known: &BTreeMap<String, String>) -> Option<String> {
    let end = inside.find(|c| !is_name(c)).unwrap_or(inside.len());
    let (name, operator) = inside.split_at_checked(end)?;
    let value = known.get(name);
    if let Some(default) = operator.strip_prefix(":-") {
        let value = value.filter(|value| !value.is_empty()).cloned();
        return value.or_else(|| plain(default));
    }
    if let Some(default) = operator.strip_prefix('-') {
        return value.cloned().or_else(|| plain(default));
    }
    (operator.is_empty() || operator.starts_with(":?") || operator.starts_with('?'))
        .then(|| value.cloned())?
}

/// A default that holds no variable itself.
fn plain(default: &str) -> Option<String> {
    (!default.contains('$')).then(|| default.to_owned())
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// The variables of a `.env` file: `NAME=value` lines, quotes taken off, and none whose value
/// hangs on others.
pub(super) fn environment(text: &str) -> BTreeMap<String, String> {
    let lines = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.starts_with('#'));
    let pairs =
        lines.filter_map(|line| line.strip_prefix("export ").unwrap_or(line).split_once('='));
    pairs
        .filter_map(|(name, value)| {
            let value = value.trim();
            let quoted = ['"', '\'']
                .iter()
                .find_map(|&quote| value.strip_prefix(quote)?.strip_suffix(quote));
            let bare = || value.split(" #").next().unwrap_or(value).trim_end();
            let value = quoted.unwrap_or_else(bare);
            (!value.contains('$')).then(|| (name.trim().to_owned(), value.to_owned()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_is_put_in_place() {
        let known = environment("# a\nA=1\nexport B=\"two\" \nC=$A\nD=x # note\nE=\n");
        for (text, expected) in [
            ("plain", Some("plain")),
            ("./$A/${B}x", Some("./1/twox")),
            ("${D}", Some("x")),
            ("$$A", Some("$A")),
            ("${NO:-d}${NO-}", Some("d")),
            ("${E:-d}${E-d}", Some("d")),
            ("${A:?must}", Some("1")),
            ("${NO:?must}", None),
            ("$NO", None),
            ("${C}", None),
            ("${NO:-${A}}", None),
            ("${A", None),
            ("${A!x}", None),
        ] {
            assert_eq!(interpolate(text, &known).as_deref(), expected, "{text}");
        }
    }
}
