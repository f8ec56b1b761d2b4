//! Calls, taken apart. In: the nodes of a function and of its arguments. Out: the function's name
//! as it is written, and the arguments as far as they are literal.
//!
//! The grammars name the same things alike enough that one reading serves all languages.

use tree_sitter::Node;

use super::{Arg, literal, reader::Reader, rust_tokens};

/// How many links of a chain, and layers around a value, are looked through. A chain of n calls
/// would otherwise be read n times over.
const MAX_LINKS: usize = 16;
const MAX_NAME: usize = 128;

/// The function of a call.
pub(super) struct Callee<'n> {
    pub(super) name: String,
    /// Arguments of the calls that the function's receiver is made of.
    pub(super) base: Vec<Arg>,
    /// The node of the name behind the last dot.
    pub(super) last: Node<'n>,
}

/// Reads `a.b().c` from its end to its beginning.
pub(super) fn callee<'n>(reader: &Reader<'_>, function: Node<'n>) -> Callee<'n> {
    let mut parts: Vec<String> = Vec::new();
    let mut base: Vec<Vec<Arg>> = Vec::new();
    let mut last = None;
    let mut suffix = "";
    let mut is_method = false;
    let mut next = Some(function);
    for _ in 0..MAX_LINKS {
        let Some(node) = next else { break };
        let (name, receiver) = member(node);
        if let Some((name, separator)) = name {
            let text: String = reader.text_of(name).chars().take(MAX_NAME).collect();
            parts.push(format!("{text}{suffix}"));
            parts.push(separator.to_owned());
            last = last.or(Some(name));
            suffix = "";
            is_method = node.kind() == "field_expression";
            next = receiver;
        } else if let Some((inner, arguments)) = call(node) {
            base.push(
                arguments
                    .map(|node| list(reader, node).0)
                    .unwrap_or_default(),
            );
            suffix = "()";
            next = Some(inner);
        } else if let Some(inner) = layer(node) {
            next = Some(inner);
        } else if matches!(
            node.kind(),
            "subscript_expression" | "subscript" | "index_expression"
        ) {
            suffix = "[]";
            next = node.named_child(0);
        } else {
            let name = plain_name(reader, node).unwrap_or_default();
            if !name.is_empty() {
                parts.push(format!("{name}{suffix}"));
            }
            // What a method is called on is a value: in Rust's `root.join("x")` the first piece.
            if is_method {
                base.push(vec![argument(reader, node)]);
            }
            last = last.or(Some(node));
            next = None;
        }
    }
    if next.is_some() {
        base.push(vec![Arg::Other]);
    }
    Callee {
        name: parts.into_iter().rev().collect(),
        base: base.into_iter().rev().flatten().collect(),
        last: last.unwrap_or(function),
    }
}

/// The name behind the last separator with that separator, and what stands before it.
fn member(node: Node<'_>) -> (Option<(Node<'_>, &'static str)>, Option<Node<'_>>) {
    let (name, receiver, separator) = match node.kind() {
        "selector_expression" => ("field", "operand", "."),
        "member_expression" => ("property", "object", "."),
        "attribute" => ("attribute", "object", "."),
        "field_expression" => ("field", "value", "."),
        "scoped_identifier" => ("name", "path", "::"),
        _ => return (None, None),
    };
    (
        node.child_by_field_name(name).map(|name| (name, separator)),
        node.child_by_field_name(receiver),
    )
}

fn call(node: Node<'_>) -> Option<(Node<'_>, Option<Node<'_>>)> {
    let function = match node.kind() {
        "call_expression" | "call" => node.child_by_field_name("function")?,
        "new_expression" => node.child_by_field_name("constructor")?,
        _ => return None,
    };
    Some((function, node.child_by_field_name("arguments")))
}

/// What a node only wraps: brackets, `&x`, `x as T`, `x!`, `x?`, `await x`, `f::<T>`.
fn layer(node: Node<'_>) -> Option<Node<'_>> {
    match node.kind() {
        "parenthesized_expression"
        | "as_expression"
        | "satisfies_expression"
        | "non_null_expression"
        | "await_expression"
        | "await"
        | "try_expression"
        | "literal_element" => node.named_child(0),
        "reference_expression" => node.child_by_field_name("value"),
        "generic_function" => node.child_by_field_name("function"),
        "generic_type" => node.child_by_field_name("type"),
        _ => None,
    }
}

/// The arguments of an argument list, by position and by name.
pub(super) fn list(reader: &Reader<'_>, node: Node<'_>) -> (Vec<Arg>, Vec<(String, Arg)>) {
    if node.kind() == "template_string" {
        return (vec![argument(reader, node)], Vec::new());
    }
    let mut args = Vec::new();
    let mut keywords = Vec::new();
    let mut cursor = node.walk();
    for child in node.named_children(&mut cursor) {
        match child.kind() {
            "comment" | "line_comment" | "block_comment" => {}
            "keyword_argument" => {
                let name = child.child_by_field_name("name");
                let value = child.child_by_field_name("value");
                if let (Some(name), Some(value)) = (name, value) {
                    keywords.push((reader.text_of(name).to_owned(), argument(reader, value)));
                }
            }
            _ => args.push(argument(reader, child)),
        }
    }
    (args, keywords)
}

/// One argument.
pub(super) fn argument(reader: &Reader<'_>, node: Node<'_>) -> Arg {
    let mut node = node;
    for _ in 0..MAX_LINKS {
        match layer(node) {
            Some(inner) => node = inner,
            None => break,
        }
    }
    if let Some(value) = literal::of(reader, node) {
        return text(value.text, value.partial);
    }
    match node.kind() {
        "concatenated_string" => {
            let mut cursor = node.walk();
            concatenation(reader, node.named_children(&mut cursor))
        }
        "binary_expression" | "binary_operator" => sum(reader, node),
        "array" | "list" | "tuple" | "array_expression" => Arg::List(items(reader, node)),
        "composite_literal" => match node.child_by_field_name("body") {
            Some(body) if is_slice(node) => Arg::List(items(reader, body)),
            _ => Arg::Other,
        },
        "macro_invocation" => rust_tokens::macro_value(reader, node),
        _ => plain_name(reader, node).map_or(Arg::Other, |name| Arg::Name(name.to_owned())),
    }
}

fn is_slice(node: Node<'_>) -> bool {
    node.child_by_field_name("type").is_some_and(|node| {
        matches!(
            node.kind(),
            "slice_type" | "array_type" | "implicit_length_array_type"
        )
    })
}

fn items(reader: &Reader<'_>, node: Node<'_>) -> Vec<Option<String>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor)
        .filter(|node| !node.is_extra())
        .map(|mut node| {
            for _ in 0..MAX_LINKS {
                match layer(node) {
                    Some(inner) => node = inner,
                    None => break,
                }
            }
            literal::of(reader, node)
                .filter(|value| !value.partial)
                .map(|value| value.text)
        })
        .collect()
}

/// `"a" + "b" + x`, read from its left end.
fn sum(reader: &Reader<'_>, node: Node<'_>) -> Arg {
    let mut terms = Vec::new();
    let mut node = node;
    while matches!(node.kind(), "binary_expression" | "binary_operator") {
        let is_sum = node
            .child_by_field_name("operator")
            .is_some_and(|operator| operator.kind() == "+");
        let left = node.child_by_field_name("left");
        let (true, Some(left), Some(right)) = (is_sum, left, node.child_by_field_name("right"))
        else {
            return Arg::Other;
        };
        terms.push(right);
        node = left;
        if terms.len() > MAX_LINKS * MAX_LINKS {
            return Arg::Other;
        }
    }
    terms.push(node);
    concatenation(reader, terms.into_iter().rev())
}

fn concatenation<'n>(reader: &Reader<'_>, terms: impl Iterator<Item = Node<'n>>) -> Arg {
    let mut joined = String::new();
    for term in terms.filter(|term| !term.is_extra()) {
        match literal::of(reader, term) {
            Some(value) => {
                joined.push_str(&value.text);
                if value.partial {
                    return text(joined, true);
                }
            }
            None => return text(joined, true),
        }
    }
    text(joined, false)
}

fn text(value: String, partial: bool) -> Arg {
    match (partial, value.is_empty()) {
        (false, _) => Arg::Text(value),
        (true, false) => Arg::Prefix(value),
        (true, true) => Arg::Other,
    }
}

/// The text of a node that is a plain or dotted name.
fn plain_name<'t>(reader: &Reader<'t>, node: Node<'_>) -> Option<&'t str> {
    let name = reader.text_of(node);
    let first = name.chars().next()?;
    let is_name = name.len() <= MAX_NAME
        && (first.is_alphabetic() || matches!(first, '_' | '$' | '@'))
        && name
            .chars()
            .all(|char| char.is_alphanumeric() || matches!(char, '_' | '$' | '.' | ':'));
    is_name.then_some(name)
}
