//! String literals. In: a node that is one, in any of the languages. Out: its value.

use tree_sitter::Node;

use super::{Language, reader::Reader};

/// The value of a literal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Value {
    pub(super) text: String,
    /// A substitution follows the text.
    pub(super) partial: bool,
}

/// The value of a string node; none for any other node.
pub(super) fn of(reader: &Reader<'_>, node: Node<'_>) -> Option<Value> {
    let raw = match node.kind() {
        "string" | "interpreted_string_literal" | "string_literal" | "template_string" => false,
        "raw_string_literal" => true,
        _ => return None,
    };
    if !node.is_named() {
        return None; // TypeScript's type `string` has the same name.
    }
    let mut written = String::new();
    let mut partial = false;
    let mut prefix = "";
    let mut cursor = node.walk();
    for child in node.children(&mut cursor) {
        match child.kind() {
            "string_start" => prefix = reader.text_of(child),
            "template_substitution" | "interpolation" => {
                partial = true;
                break;
            }
            "string_content"
            | "string_fragment"
            | "escape_sequence"
            | "interpreted_string_literal_content"
            | "raw_string_literal_content" => written.push_str(reader.text_of(child)),
            _ => {}
        }
    }
    let python_raw = prefix.contains(['r', 'R']);
    let mut text = if raw || python_raw {
        written
    } else {
        unescape(&written, reader.language)
    };
    if prefix.contains(['f', 'F']) {
        text = text.replace("{{", "{").replace("}}", "}");
    }
    Some(Value { text, partial })
}

/// Interprets the escapes of a literal. One that the language does not know stays as it is in
/// Python, and loses its backslash elsewhere.
fn unescape(written: &str, language: Language) -> String {
    let mut out = String::with_capacity(written.len());
    let mut rest = written;
    while let Some((plain, escape)) = rest.split_once('\\') {
        out.push_str(plain);
        let mut chars = escape.chars();
        let Some(char) = chars.next() else {
            rest = "";
            break;
        };
        rest = chars.as_str();
        match char {
            'n' => out.push('\n'),
            't' => out.push('\t'),
            'r' => out.push('\r'),
            'a' if language != Language::Rust => out.push('\u{7}'),
            'b' => out.push('\u{8}'),
            'f' => out.push('\u{c}'),
            'v' => out.push('\u{b}'),
            'x' => rest = code(&mut out, rest, 16, 2),
            'u' => {
                rest = match rest.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
                    Some((digits, behind)) => {
                        code(&mut out, digits, 16, 6);
                        behind
                    }
                    None => code(&mut out, rest, 16, 4),
                }
            }
            'U' => rest = code(&mut out, rest, 16, 8),
            '0'..='7' => rest = code(&mut out, escape, 8, 3),
            '\n' if language == Language::Rust => rest = rest.trim_start(),
            '\n' => {}
            '\\' | '"' | '\'' | '`' => out.push(char),
            other => {
                if language == Language::Python {
                    out.push('\\');
                }
                out.push(other);
            }
        }
    }
    out.push_str(rest);
    out
}

/// Reads at most `most` digits as a character, and gives what follows them.
fn code<'t>(out: &mut String, text: &'t str, radix: u32, most: usize) -> &'t str {
    let digits = text
        .chars()
        .take(most)
        .take_while(|char| char.is_digit(radix))
        .count();
    let (digits, rest) = text.split_at_checked(digits).unwrap_or((text, ""));
    if let Ok(number) = u32::from_str_radix(digits, radix) {
        out.push(char::from_u32(number).unwrap_or(char::REPLACEMENT_CHARACTER));
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::super::{Literal, scan};
    use super::*;

    fn strings(text: &str, language: Language) -> Vec<(String, bool)> {
        scan(text, language)
            .strings
            .into_iter()
            .map(|Literal { value, partial, .. }| (value, partial))
            .collect()
    }

    fn whole(text: &str, language: Language) -> Vec<String> {
        let values = strings(text, language).into_iter();
        values
            .map(|(value, partial)| {
                assert!(!partial, "{value}");
                value
            })
            .collect()
    }

    #[test]
    fn escapes_mean_what_the_language_says() {
        for (text, language, value) in [
            (
                r#"var a = "x\n\x41\101\u00e9\U0001F600\\""#,
                Language::Go,
                "x\nAA\u{e9}\u{1F600}\\",
            ),
            ("var a = `x\\n`", Language::Go, "x\\n"),
            (r"a = '\x41\u{e9}\q\'';", Language::JavaScript, "A\u{e9}q'"),
            (r"a = `\``;", Language::JavaScript, "`"),
            (r"a = 'C:\path\x41'", Language::Python, r"C:\pathA"),
            (r"a = r'\n'", Language::Python, r"\n"),
            (r"a = f'{{x}}'", Language::Python, "{x}"),
            (r#"a = """b""""#, Language::Python, "b"),
            (r#"const A: &str = "\u{e9}\0";"#, Language::Rust, "\u{e9}\0"),
            ("const A: &str = \"a\\\n   b\";", Language::Rust, "ab"),
            ("const A: &str = r#\"a\\n\"b\"#;", Language::Rust, "a\\n\"b"),
            ("const A: &[u8] = b\"raw\";", Language::Rust, "raw"),
        ] {
            assert_eq!(whole(text, language), [value], "{text}");
        }
    }

    #[test]
    fn a_substitution_ends_the_literal_part() {
        for (text, language) in [
            ("a = `views/${b}/c`", Language::JavaScript),
            ("a = f'views/{b}/c'", Language::Python),
            ("const a: string = `views/${b}`", Language::TypeScript),
        ] {
            assert_eq!(strings(text, language), [("views/".to_owned(), true)]);
        }
        assert_eq!(whole("a = ``", Language::JavaScript), [""]);
    }
}
