//! Finds heredoc marks (`<<EOF`, `<<-"EOF"`) in an instruction's joined text.
//!
//! The rules are BuildKit's: only RUN, COPY and ADD (also behind ONBUILD) take heredocs, not in
//! exec form, and a mark is a word of its own.

use super::exec_form;
use super::word;

/// The mark of a heredoc.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeredocMark {
    /// The name that ends it, without quotes.
    pub name: String,
    /// `<<-`: leading tabs are stripped.
    pub strip_tabs: bool,
    /// Whether variables are expanded in it: the name stood without quotes.
    pub expands: bool,
}

/// The marks in the joined text of one instruction, in order.
pub(super) fn marks(joined: &str) -> Vec<HeredocMark> {
    let Some(body) = heredoc_body(joined) else {
        return Vec::new();
    };
    word::split_raw(body).into_iter().filter_map(mark).collect()
}

/// What follows the keyword, if the instruction can take heredocs.
fn heredoc_body(joined: &str) -> Option<&str> {
    let (keyword, body) = word::split_keyword(joined);
    match keyword.to_ascii_uppercase().as_str() {
        "ONBUILD" => heredoc_body(body),
        "RUN" | "COPY" | "ADD" => {
            let arguments = body.trim_start_matches(|c: char| c.is_ascii_whitespace());
            exec_form::parse(word::skip_flags(arguments))
                .is_none()
                .then_some(body)
        }
        _ => None,
    }
}

fn mark(word: &str) -> Option<HeredocMark> {
    let rest = word
        .trim_start_matches(|c: char| c.is_ascii_digit())
        .strip_prefix("<<")?;
    let (strip_tabs, raw) = match rest.strip_prefix('-') {
        Some(raw) => (true, raw),
        None => (false, rest),
    };
    if raw.is_empty() || raw.contains('<') {
        return None;
    }
    let name = word::unquote(raw, '\\');
    let expands = !raw.contains(['"', '\'', '\\']);
    (!name.is_empty()).then_some(HeredocMark {
        name,
        strip_tabs,
        expands,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(joined: &str) -> Vec<String> {
        marks(joined).into_iter().map(|mark| mark.name).collect()
    }

    #[test]
    fn a_mark_is_a_word_of_its_own() {
        assert_eq!(names("RUN cat <<EOF > /x"), ["EOF"]);
        assert_eq!(names("RUN cat 3<<-'E F' <<B"), ["E F", "B"]);
        assert_eq!(names("ONBUILD COPY <<a /b"), ["a"]);
        for none in [
            "RUN cat <<<EOF",
            "RUN echo $((1 << 2))",
            "RUN echo \"x <<EOF\"",
            "CMD cat <<E",
        ] {
            assert!(names(none).is_empty(), "{none}");
        }
        assert!(names("RUN [\"cat\", \"<<EOF\"]").is_empty());
    }
}
