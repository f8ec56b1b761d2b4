//! The exec form of CMD, ENTRYPOINT, RUN, SHELL, VOLUME, COPY and ADD: a JSON array of strings.

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

/// Whether `text` is a JSON array that BuildKit refuses because it does not hold strings alone.
pub(super) fn is_refused(text: &str) -> bool {
    let text = text.trim();
    // Go reads half of a surrogate pair where our reader gives up.
    let is_array = |text: &str| {
        serde_json::from_str::<Vec<serde::de::IgnoredAny>>(text).is_ok() || text.contains("\\u")
    };
    text.starts_with('[') && parse(text).is_none() && is_array(text)
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
    fn an_array_of_other_things_is_refused() {
        assert!(is_refused(r#"["a", 1]"#));
        assert!(is_refused(r#"[["a"]]"#));
        for fine in ["[a]", r#"["a"]"#, r#"["a"] b"#, "[]", "1"] {
            assert!(!is_refused(fine), "{fine}");
        }
    }
}
