//! The exec form of CMD, ENTRYPOINT, RUN, SHELL, VOLUME, COPY and ADD: a JSON array of strings.

use serde::de::IgnoredAny;

/// The strings of `text` when it is a JSON array of strings and nothing else, as BuildKit decides
/// between exec form and shell form.
pub fn parse(text: &str) -> Option<Vec<String>> {
    let text = text.trim();
    if !text.starts_with('[') {
        return None;
    }
    serde_json::from_str(text).ok()
}

/// `words` in exec form, as it is usually written: `["a", "b"]`.
pub fn print<S: AsRef<str>>(words: &[S]) -> String {
    let quoted: Vec<String> = words
        .iter()
        .map(|word| serde_json::Value::from(word.as_ref()).to_string())
        .collect();
    format!("[{}]", quoted.join(", "))
}

/// Whether `text` begins with a JSON array without being exec form. BuildKit refuses an array that
/// holds other things than strings; text behind an array makes it shell form in newer versions
/// and is dropped by older ones.
pub(super) fn is_doubtful(text: &str) -> bool {
    let text = text.trim();
    if !text.starts_with('[') || parse(text).is_some() {
        return false;
    }
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>();
    // Go takes half of a surrogate pair, which is an error here.
    values.next().is_some_and(|first| first.is_ok()) || text.contains("\\u")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_arrays_of_strings_are_exec_form() {
        assert_eq!(
            parse(r#" ["a", "b\"c"] "#),
            Some(vec!["a".into(), "b\"c".into()])
        );
        for shell in ["", "[a]", "['a']", r#"["a", 1]"#, r#"["a"] b"#, "[ -f x ]"] {
            assert_eq!(parse(shell), None, "{shell}");
        }
    }

    #[test]
    fn printing_escapes_what_json_escapes() {
        assert_eq!(print(&["a", "b\"c"]), r#"["a", "b\"c"]"#);
    }

    #[test]
    fn an_array_that_is_not_all_or_not_of_strings_is_doubtful() {
        for doubtful in [r#"["a", 1]"#, r#"[["a"]]"#, r#"["a"] # b"#, r#"["\ud800"]"#] {
            assert!(is_doubtful(doubtful), "{doubtful}");
        }
        for fine in ["[a]", r#"["a"]"#, "[ -f x ] && y", "[]", "1", "['a']"] {
            assert!(!is_doubtful(fine), "{fine}");
        }
    }
}
