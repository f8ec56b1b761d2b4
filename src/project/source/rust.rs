//! Rust. In: a node. Out: calls, macros, attributes, crates used and environment reads. What
//! stands between the brackets of a macro is tokens: see `rust_tokens`.

use tree_sitter::Node;

use super::{
    Call, arguments,
    reader::{Reader, line_of},
    rust_tokens,
};

/// Reads what this node says, its children excepted.
pub(super) fn visit(reader: &mut Reader<'_>, node: Node<'_>) {
    match node.kind() {
        "use_declaration" => uses(reader, node),
        "extern_crate_declaration" => {
            if let Some(name) = node.child_by_field_name("name") {
                used_crate(reader, name, node);
            }
        }
        "call_expression" => call(reader, node),
        "macro_invocation" => invocation(reader, node),
        "attribute" => attribute(reader, node),
        _ => {}
    }
}

/// Notes an environment read if the call is one.
pub(super) fn environment(reader: &mut Reader<'_>, call: &Call, node: Node<'_>) {
    let path: Vec<&str> = call.callee.rsplit("::").take(2).collect();
    if let [function, module] = path.as_slice()
        && matches!(*function, "var" | "var_os")
        && matches!(*module, "env" | "dotenvy" | "dotenv")
        && let Some(name) = call.text(0)
    {
        reader.env_read(name, node);
    }
}

fn uses(reader: &mut Reader<'_>, node: Node<'_>) {
    let Some(argument) = node.child_by_field_name("argument") else {
        return;
    };
    if argument.kind() == "use_list" {
        let mut cursor = argument.walk();
        for item in argument.named_children(&mut cursor) {
            used_crate(reader, item, item);
        }
    } else {
        used_crate(reader, argument, node);
    }
}

/// The first segment of a path is the crate, or a module of this crate: text cannot tell.
fn used_crate(reader: &mut Reader<'_>, path: Node<'_>, statement: Node<'_>) {
    let path = reader.text_of(path).trim_start_matches("::");
    let end = path
        .find(|char: char| !(char.is_alphanumeric() || matches!(char, '_' | '#')))
        .unwrap_or(path.len());
    let name = path.get(..end).unwrap_or_default();
    let name = name.strip_prefix("r#").unwrap_or(name);
    if !matches!(name, "crate" | "self" | "super") {
        reader.import(name, statement, false);
    }
}

fn call(reader: &mut Reader<'_>, node: Node<'_>) {
    let Some(function) = node.child_by_field_name("function") else {
        return;
    };
    let call = reader.call_of(function, node.child_by_field_name("arguments"));
    environment(reader, &call, node);
    reader.facts.calls.push(call);
}

fn invocation(reader: &mut Reader<'_>, node: Node<'_>) {
    let Some(name) = node.child_by_field_name("macro") else {
        return;
    };
    let mut cursor = node.walk();
    let tokens = node
        .children(&mut cursor)
        .find(|child| child.kind() == "token_tree");
    let (args, keywords) = tokens
        .map(|tokens| rust_tokens::arguments(reader, tokens))
        .unwrap_or_default();
    let mut callee = arguments::callee(reader, name).name;
    callee.push('!');
    reader.facts.calls.push(Call {
        callee,
        args,
        keywords,
        base: Vec::new(),
        line: line_of(node),
    });
}

fn attribute(reader: &mut Reader<'_>, node: Node<'_>) {
    let Some(name) = node.named_child(0) else {
        return;
    };
    let (mut args, keywords) = node
        .child_by_field_name("arguments")
        .map(|tokens| rust_tokens::arguments(reader, tokens))
        .unwrap_or_default();
    if let Some(value) = node.child_by_field_name("value") {
        args.push(arguments::argument(reader, value));
    }
    reader.facts.calls.push(Call {
        callee: format!("#[{}]", arguments::callee(reader, name).name),
        args,
        keywords,
        base: Vec::new(),
        line: line_of(node),
    });
}

#[cfg(test)]
mod tests {
    use super::super::{Arg, Call, Language, SourceFacts, joined_literals, scan};

    fn read(text: &str) -> SourceFacts {
        let facts = scan(text, Language::Rust);
        assert!(!facts.has_errors, "{text}");
        facts
    }

    fn body(text: &str) -> Vec<Call> {
        read(&format!("fn main() {{\n{text}\n}}")).calls
    }

    fn text(text: &str) -> Arg {
        Arg::Text(text.into())
    }

    #[test]
    fn crates_are_the_first_segment() {
        let facts = read(concat!(
            "use std::io;\nuse {a::b, c::{d, e}};\nuse serde;\nuse x as y;\nuse z::*;\n",
            "extern crate q;\nuse crate::m;\nuse ::r#async::f;\npub use self::n::{o};\n",
        ));
        let found: Vec<_> = facts
            .imports
            .iter()
            .map(|i| (i.module.as_str(), i.line))
            .collect();
        assert_eq!(
            found,
            [
                ("std", 1),
                ("a", 2),
                ("c", 2),
                ("serde", 3),
                ("x", 4),
                ("z", 5),
                ("q", 6),
                ("async", 8),
            ]
        );
    }

    #[test]
    fn calls_macros_and_chains() {
        let calls = body(concat!(
            "std::process::Command::new(\"git\")\n.arg(\"log\").args([\"-1\", x])?.output().await;\n",
            "Tera::new(&format!(\"t/{}/x\", y));\n",
            "sqlx::query!(\"select\", id);\nrun::<T>(vec![\"a\", b], &[\"c\"]);\n",
        ));
        let names: Vec<_> = calls.iter().map(|c| (c.callee.as_str(), c.line)).collect();
        assert_eq!(
            names,
            [
                ("std::process::Command::new().arg().args().output", 3),
                ("std::process::Command::new().arg().args", 3),
                ("std::process::Command::new().arg", 3),
                ("std::process::Command::new", 2),
                ("Tera::new", 4),
                ("format!", 4),
                ("sqlx::query!", 5),
                ("run", 6),
                ("vec!", 6),
            ]
        );
        assert_eq!(calls[1].words(), [Some("-1"), None]);
        assert_eq!(calls[1].base, [text("git"), text("log")]);
        assert_eq!(calls[4].args, [Arg::Prefix("t/".into())]);
        assert_eq!(calls[6].args, [text("select"), Arg::Name("id".into())]);
        let list = |items: &[Option<&str>]| {
            Arg::List(items.iter().map(|item| item.map(str::to_owned)).collect())
        };
        assert_eq!(
            calls[7].args,
            [list(&[Some("a"), None]), list(&[Some("c")])]
        );
    }

    #[test]
    fn joined_paths_give_their_literal_part() {
        for (code, path, anchored) in [
            ("Path::new(\"a\").join(\"b\");", "a/b", true),
            ("root.join(\"b\");", "b", false),
            ("self.dir().join(\"b\").join(\"c\");", "b/c", false),
        ] {
            let joined = joined_literals(&body(code)[0]).unwrap();
            assert_eq!(
                (joined.path.as_str(), joined.anchored),
                (path, anchored),
                "{code}"
            );
        }
    }

    #[test]
    fn attributes_tell_their_arguments() {
        let calls = read(concat!(
            "#[derive(RustEmbed, Clone)]\n#[folder = \"static/\"]\n",
            "#[template(path = \"x.html\", escape = \"none\")]\nstruct A;\n",
            "#[tokio::main]\nasync fn main() {}\n",
        ))
        .calls;
        assert_eq!(calls[0].callee, "#[derive]");
        let names = ["RustEmbed", "Clone"].map(|name| Arg::Name(name.into()));
        assert_eq!(calls[0].args, names);
        assert_eq!((calls[1].callee.as_str(), calls[1].line), ("#[folder]", 2));
        assert_eq!(calls[1].text(0), Some("static/"));
        assert_eq!(calls[2].keyword("path"), Some(&text("x.html")));
        assert_eq!(calls[3].callee, "#[tokio::main]");
    }

    #[test]
    fn environment_reads_at_run_time_are_named() {
        let facts = read(concat!(
            "fn f() { env::var(\"A\"); std::env::var_os(\"B\"); env!(\"C\");\n",
            "println!(\"{}\", std::env::var(\"D\").unwrap()); var(\"E\"); }",
        ));
        let names: Vec<_> = facts
            .env_reads
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        assert_eq!(names, ["A", "B", "D"]);
    }
}
