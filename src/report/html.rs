//! The report as one page to review a migration in a browser: it needs no network, shows what
//! files hold and runs none of it.
//!
//! Templates, style and script are real files in `html/`. The page's content security policy names
//! its own style and script by their hashes, so that nothing else on it can be either.

mod hunk;
mod proof;
mod stages;
mod view;
mod words;

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, Write};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, HtmlEscape, UndefinedBehavior};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::model::Report;
use view::View;

const PAGE: &str = include_str!("html/page.html");
const STYLE: &str = include_str!("html/style.css");
const SCRIPT: &str = include_str!("html/script.js");

/// What the page is filled with.
#[derive(Serialize)]
struct Page<'a> {
    style: &'a str,
    script: &'a str,
    policy: String,
    view: View<'a>,
}

/// Writes the page.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let style = lines_as_browsers_hash_them(STYLE);
    let script = lines_as_browsers_hash_them(SCRIPT);
    let policy = format!(
        "default-src 'none'; style-src {}; script-src {}; base-uri 'none'; form-action 'none'",
        hash(&style),
        hash(&script)
    );
    let page = Page {
        style: &style,
        script: &script,
        policy,
        view: View::new(report),
    };
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.add_filter("text", |text: &str| {
        Value::from_safe_string(markup(&visible(text)))
    });
    environment.add_filter("prose", |text: &str| Value::from_safe_string(prose(text)));
    environment.add_filter("exact", |text: &str| Value::from_safe_string(markup(text)));
    let text = environment
        .render_str(PAGE, Serde(&page))
        .map_err(io::Error::other)?;
    out.write_all(text.as_bytes())
}

/// The parser of a browser reads CRLF as LF, and hashes what it has read.
fn lines_as_browsers_hash_them(text: &str) -> Cow<'_, str> {
    if text.contains('\r') {
        Cow::Owned(text.replace("\r\n", "\n"))
    } else {
        Cow::Borrowed(text)
    }
}

/// A source of a content security policy that allows `text` alone.
fn hash(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)))
}

/// `text` between tags and within attributes. A carriage return is written as a reference, because
/// the parser would make a line feed of it.
fn markup(text: &str) -> String {
    HtmlEscape(text).to_string().replace('\r', "&#13;")
}

/// One of our sentences: what stands between backticks is code.
fn prose(sentence: &str) -> String {
    let sentence = visible(sentence);
    let parts: Vec<&str> = sentence.split('`').collect();
    let mut result = String::new();
    for (index, part) in parts.iter().enumerate() {
        let is_closed = index + 1 < parts.len();
        if index % 2 == 1 && is_closed {
            write!(result, "<code>{}</code>", markup(part)).unwrap_or_default();
        } else if index % 2 == 1 {
            write!(result, "`{}", markup(part)).unwrap_or_default();
        } else {
            result.push_str(&markup(part));
        }
    }
    result
}

/// `text` with characters written out that show nothing, or turn around what stands beside them.
fn visible(text: &str) -> Cow<'_, str> {
    let hides = |character: char| {
        let is_control = character.is_control() && !matches!(character, '\t' | '\n');
        is_control || is_format(character)
    };
    if !text.contains(hides) {
        return Cow::Borrowed(text);
    }
    let mut result = String::with_capacity(text.len());
    for character in text.chars() {
        if hides(character) {
            result.extend(character.escape_unicode());
        } else {
            result.push(character);
        }
    }
    Cow::Owned(result)
}

/// Characters of direction and of no width (Unicode, general category Cf).
fn is_format(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_become_markup() {
        assert_eq!(
            prose("see `<b>` & \"<i>\" `x"),
            "see <code>&lt;b&gt;</code> &amp; &quot;&lt;i&gt;&quot; `x"
        );
        assert_eq!(markup("a\r\n"), "a&#13;\n");
        assert_eq!(visible("a\u{202e}b\u{1b}"), "a\\u{202e}b\\u{1b}");
    }

    #[test]
    fn the_parts_of_the_page_do_not_end_early() {
        for part in [STYLE, SCRIPT] {
            assert!(!part.contains("</") && !part.contains("<!--"));
        }
        for forbidden in [
            " onclick",
            " style=",
            "javascript:",
            "http:",
            "https:",
            "src=",
        ] {
            assert!(!PAGE.contains(forbidden), "{forbidden}");
        }
        assert!(!SCRIPT.contains("innerHTML") && !SCRIPT.contains("eval("));
    }

    #[test]
    fn a_hash_is_one_that_browsers_compute() {
        // printf a | openssl dgst -sha256 -binary | base64
        assert_eq!(
            hash("a"),
            "'sha256-ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs='"
        );
    }
}
