//! The inside of Rust macros and attributes, which the grammar leaves as tokens. In: a token
//! tree. Out: its arguments, and the calls that stand in it (`lazy_static!`, `println!`).

use tree_sitter::Node;

use super::{
    Arg, Call, literal,
    reader::{Reader, line_of},
    rust,
};

/// A longer chain than this is begun anew: see `arguments`.
const MAX_LINKS: usize = 16;

/// What could become a call, read token by token.
#[derive(Default)]
struct Pending {
    callee: String,
    base: Vec<Arg>,
    links: usize,
    line: u32,
    /// The last token was `.` or `::`.
    wants_name: bool,
    /// The last token was the `!` of a macro.
    is_macro: bool,
}

/// Notes the calls that stand directly in this token tree.
pub(super) fn visit(reader: &mut Reader<'_>, node: Node<'_>) {
    let mut pending = Pending::default();
    let mut declares = false;
    let mut cursor = node.walk();
    for token in node.children(&mut cursor) {
        match token.kind() {
            "identifier" | "self" | "super" | "crate" | "primitive_type" | "metavariable" => {
                if declares {
                    pending = Pending::default();
                } else {
                    pending.name(reader.text_of(token), line_of(token));
                }
            }
            separator @ ("." | "::") if !pending.wants_name => {
                pending.callee.push_str(separator);
                pending.wants_name = true;
            }
            "!" if !pending.wants_name => pending.is_macro = !pending.callee.is_empty(),
            "?" => {}
            "token_tree" if pending.is_called_by(reader.text_of(token)) => {
                let call = pending.call(reader, token);
                rust::environment(reader, &call, token);
                reader.facts.calls.push(call);
            }
            _ => pending = Pending::default(),
        }
        declares = token.kind() == "fn";
    }
}

impl Pending {
    fn name(&mut self, name: &str, line: u32) {
        if !self.wants_name {
            *self = Self::default();
        }
        self.callee.push_str(name);
        self.line = line;
        self.wants_name = false;
        self.is_macro = false;
    }

    fn is_called_by(&self, tokens: &str) -> bool {
        !self.callee.is_empty()
            && !self.wants_name
            && !self.callee.ends_with(')')
            && (self.is_macro || tokens.starts_with('('))
    }

    /// The call, after which a method may follow.
    fn call(&mut self, reader: &Reader<'_>, tokens: Node<'_>) -> Call {
        let (args, keywords) = arguments(reader, tokens);
        let receiver = self.callee.rsplit_once('.').map(|(receiver, _)| receiver);
        if let (Some(receiver), true) = (receiver, self.base.is_empty()) {
            self.base.push(Arg::Name(receiver.to_owned()));
        }
        let mark = if self.is_macro { "!" } else { "" };
        let call = Call {
            callee: format!("{}{mark}", self.callee),
            args: args.clone(),
            keywords,
            base: self.base.clone(),
            line: self.line,
        };
        self.links += 1;
        if self.links < MAX_LINKS {
            self.callee.push_str("()");
            self.base.extend(args);
            self.is_macro = false;
        } else {
            *self = Self::default();
        }
        call
    }
}

/// The arguments of a token tree, split at its commas.
pub(super) fn arguments(reader: &Reader<'_>, tree: Node<'_>) -> (Vec<Arg>, Vec<(String, Arg)>) {
    let mut args = Vec::new();
    let mut keywords = Vec::new();
    for segment in segments(tree) {
        match segment.as_slice() {
            [] => {}
            [name, equals, value @ ..]
                if name.kind() == "identifier" && equals.kind() == "=" && !value.is_empty() =>
            {
                keywords.push((reader.text_of(*name).to_owned(), value_of(reader, value)));
            }
            value => args.push(value_of(reader, value)),
        }
    }
    (args, keywords)
}

fn segments(tree: Node<'_>) -> Vec<Vec<Node<'_>>> {
    let mut cursor = tree.walk();
    let mut segments = vec![Vec::new()];
    let last = tree.end_byte();
    for token in tree.children(&mut cursor) {
        let is_bracket = !token.is_named()
            && (token.start_byte() == tree.start_byte() || token.end_byte() == last);
        if is_bracket || token.is_extra() {
            continue;
        }
        if token.kind() == "," {
            segments.push(Vec::new());
        } else if let Some(segment) = segments.last_mut() {
            segment.push(token);
        }
    }
    segments
}

fn value_of(reader: &Reader<'_>, tokens: &[Node<'_>]) -> Arg {
    match tokens {
        [reference, value @ ..] if reference.kind() == "&" && !value.is_empty() => {
            value_of_one(reader, value)
        }
        value => value_of_one(reader, value),
    }
}

fn value_of_one(reader: &Reader<'_>, tokens: &[Node<'_>]) -> Arg {
    match tokens {
        [token] if token.kind() == "token_tree" && reader.text_of(*token).starts_with('[') => {
            Arg::List(items(reader, *token))
        }
        [token] if matches!(token.kind(), "identifier" | "self") => {
            Arg::Name(reader.text_of(*token).to_owned())
        }
        [token] => literal::of(reader, *token).map_or(Arg::Other, |value| Arg::Text(value.text)),
        [name, bang, tree]
            if reader.text_of(*name) == "vec"
                && bang.kind() == "!"
                && tree.kind() == "token_tree" =>
        {
            Arg::List(items(reader, *tree))
        }
        _ => Arg::Other,
    }
}

fn items(reader: &Reader<'_>, tree: Node<'_>) -> Vec<Option<String>> {
    let segments = segments(tree).into_iter();
    segments
        .filter(|segment| !segment.is_empty())
        .map(|segment| match segment.as_slice() {
            [token] => literal::of(reader, *token).map(|value| value.text),
            _ => None,
        })
        .collect()
}

/// A macro as an argument: `vec!["a"]` is a list, `format!("a/{x}")` begins with a literal.
pub(super) fn macro_value(reader: &Reader<'_>, node: Node<'_>) -> Arg {
    let mut cursor = node.walk();
    let tokens = node
        .children(&mut cursor)
        .find(|child| child.kind() == "token_tree");
    let (Some(name), Some(tokens)) = (node.child_by_field_name("macro"), tokens) else {
        return Arg::Other;
    };
    match reader.text_of(name) {
        "vec" => Arg::List(items(reader, tokens)),
        "format" => match arguments(reader, tokens).0.first().and_then(Arg::text) {
            Some(format) => formatted(format),
            None => Arg::Other,
        },
        _ => Arg::Other,
    }
}

fn formatted(format: &str) -> Arg {
    match format.split_once('{') {
        None => Arg::Text(format.to_owned()),
        Some(("", _)) => Arg::Other,
        Some((prefix, _)) => Arg::Prefix(prefix.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Language, scan};
    use super::*;

    fn calls(text: &str) -> Vec<Call> {
        let facts = scan(text, Language::Rust);
        assert!(!facts.has_errors, "{text}");
        facts.calls
    }

    #[test]
    fn calls_inside_macros_are_seen() {
        let calls = calls(concat!(
            "lazy_static! {\n  static ref T: Tera = Tera::new(\"templates/**/*\").unwrap();\n}\n",
            "fn f() {\n  println!(\"{}\", include_str!(\"a.txt\"));\n",
            "  assert!(root.join(\"x\").exists() && fs::read(&p)?.is_empty());\n",
            "  tokio::select! { _ = run(\"a\", [\"b\"]) => {} }\n}\n",
        ));
        let found: Vec<_> = calls
            .iter()
            .map(|call| (call.callee.as_str(), call.text(0), call.line))
            .filter(|(_, text, _)| text.is_some())
            .collect();
        assert_eq!(
            found,
            [
                ("Tera::new", Some("templates/**/*"), 2),
                ("println!", Some("{}"), 5),
                ("include_str!", Some("a.txt"), 5),
                ("root.join", Some("x"), 6),
                ("run", Some("a"), 7),
            ]
        );
        let join = calls.iter().find(|call| call.callee == "root.join");
        assert_eq!(join.unwrap().base, [Arg::Name("root".into())]);
        let names: Vec<_> = calls.iter().map(|call| call.callee.as_str()).collect();
        for name in ["Tera::new().unwrap", "root.join().exists", "fs::read"] {
            assert!(names.contains(&name), "{name} in {names:?}");
        }
    }

    #[test]
    fn a_function_declared_in_a_macro_is_no_call() {
        assert!(
            calls("m! { fn open(path: &str) { x } }")
                .iter()
                .all(|call| call.callee == "m!")
        );
    }

    #[test]
    fn arguments_of_macros_are_split_at_commas() {
        let calls = calls("fn f() { m!(\"a\", b, c.d(), &[\"e\", f], vec![\"g\"], h = \"i\",); }");
        let list = |items: &[Option<&str>]| {
            Arg::List(items.iter().map(|item| item.map(str::to_owned)).collect())
        };
        assert_eq!(
            calls[0].args,
            [
                Arg::Text("a".into()),
                Arg::Name("b".into()),
                Arg::Other,
                list(&[Some("e"), None]),
                list(&[Some("g")]),
            ]
        );
        assert_eq!(calls[0].keyword("h"), Some(&Arg::Text("i".into())));
    }
}
