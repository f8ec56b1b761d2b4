//! Words of a bash tree: quotes removed, expansions told apart from text.

use tree_sitter::Node;

use super::{Part, Word};

/// `name=value`.
pub(super) fn assignment(node: Node<'_>, text: &str) -> Option<(String, Word)> {
    let name = node.child_by_field_name("name")?;
    let value = node
        .child_by_field_name("value")
        .map(|value| word(value, text));
    Some((
        slice(name, text).to_owned(),
        value.unwrap_or_else(|| Word::literal("")),
    ))
}

/// The word that `node` is.
pub(super) fn word(node: Node<'_>, text: &str) -> Word {
    let mut parts = Vec::new();
    collect(node, text, &mut parts, 0);
    Word {
        raw: slice(node, text).to_owned(),
        parts,
    }
}

fn slice<'t>(node: Node<'_>, text: &'t str) -> &'t str {
    text.get(node.start_byte()..node.end_byte())
        .unwrap_or_default()
}

/// Strings within expansions within strings: beyond this depth a word is not followed.
const MAX_DEPTH: usize = 32;

fn collect(node: Node<'_>, text: &str, parts: &mut Vec<Part>, depth: usize) {
    if depth > MAX_DEPTH {
        parts.push(Part::Unknown);
        return;
    }
    match node.kind() {
        "command_name" | "concatenation" => children(node, text, parts, depth),
        "string" => double_quoted(node, text, parts, depth),
        "raw_string" => {
            let raw = slice(node, text);
            let inner = raw
                .strip_prefix('\'')
                .and_then(|inner| inner.strip_suffix('\''));
            push_literal(parts, inner.unwrap_or(raw));
        }
        "simple_expansion" => parts.push(variable(node, text)),
        "expansion" => parts.push(braced(node, text)),
        "command_substitution"
        | "process_substitution"
        | "arithmetic_expansion"
        | "ansi_c_string"
        | "translated_string" => parts.push(Part::Unknown),
        "brace_expression" | "extglob_pattern" | "regex" => {
            parts.push(Part::Pattern(slice(node, text).to_owned()));
        }
        _ => unquoted(slice(node, text), parts),
    }
}

fn children(node: Node<'_>, text: &str, parts: &mut Vec<Part>, depth: usize) {
    let mut cursor = node.walk();
    let mut end = node.start_byte();
    for child in node.children(&mut cursor) {
        // What lies between two children of a concatenation is text without a node.
        unquoted(text.get(end..child.start_byte()).unwrap_or_default(), parts);
        collect(child, text, parts, depth + 1);
        end = child.end_byte();
    }
}

fn double_quoted(node: Node<'_>, text: &str, parts: &mut Vec<Part>, depth: usize) {
    let mut cursor = node.walk();
    let mut end = node.start_byte() + 1;
    for child in node.named_children(&mut cursor) {
        escaped(text.get(end..child.start_byte()).unwrap_or_default(), parts);
        if child.kind() == "string_content" {
            escaped(slice(child, text), parts);
        } else {
            collect(child, text, parts, depth + 1);
        }
        end = child.end_byte();
    }
    escaped(
        text.get(end..node.end_byte().saturating_sub(1))
            .unwrap_or_default(),
        parts,
    );
    if parts.is_empty() {
        parts.push(Part::Literal(String::new()));
    }
}

fn variable(node: Node<'_>, text: &str) -> Part {
    let name = slice(node, text).trim_start_matches('$');
    if is_name(name) {
        Part::Variable(name.to_owned())
    } else {
        Part::Unknown
    }
}

/// `${name}` is a variable, `${name:-x}` and the like are not followed.
fn braced(node: Node<'_>, text: &str) -> Part {
    let inner = slice(node, text)
        .trim_start_matches("${")
        .trim_end_matches('}');
    if is_name(inner) {
        Part::Variable(inner.to_owned())
    } else {
        Part::Unknown
    }
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Text within double quotes: a backslash escapes `$`, `` ` ``, `"`, `\` and a line end.
fn escaped(raw: &str, parts: &mut Vec<Part>) {
    let mut out = String::with_capacity(raw.len());
    let mut chars = raw.chars().peekable();
    while let Some(c) = chars.next() {
        match chars.peek() {
            Some('\n') if c == '\\' => _ = chars.next(),
            Some(&next) if c == '\\' && matches!(next, '$' | '`' | '"' | '\\') => {
                out.push(next);
                chars.next();
            }
            _ => out.push(c),
        }
    }
    push_literal(parts, &out);
}

/// Text outside of quotes: a backslash escapes anything.
fn unquoted(raw: &str, parts: &mut Vec<Part>) {
    let mut out = String::with_capacity(raw.len());
    let mut is_pattern = raw.starts_with('~');
    let mut chars = raw.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.extend(chars.next().filter(|next| *next != '\n')),
            '*' | '?' | '[' => {
                is_pattern = true;
                out.push(c);
            }
            _ => out.push(c),
        }
    }
    // `[` and `[[` alone are the test programs.
    if is_pattern && out != "[" && out != "[[" {
        parts.push(Part::Pattern(out));
    } else {
        push_literal(parts, &out);
    }
}

fn push_literal(parts: &mut Vec<Part>, text: &str) {
    match parts.last_mut() {
        Some(Part::Literal(last)) => last.push_str(text),
        _ if text.is_empty() => {}
        _ => parts.push(Part::Literal(text.to_owned())),
    }
}
