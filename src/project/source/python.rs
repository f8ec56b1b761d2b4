//! Python. In: a node. Out: calls, path joins with `/`, imports and environment reads.

use tree_sitter::Node;

use super::{
    Arg, Call, arguments, literal,
    reader::{Reader, line_of},
};

/// Reads what this node says, its children excepted.
pub(super) fn visit(reader: &mut Reader<'_>, node: Node<'_>) {
    match node.kind() {
        "import_statement" => {
            let mut cursor = node.walk();
            for name in node.children_by_field_name("name", &mut cursor) {
                let name = name.child_by_field_name("name").unwrap_or(name);
                import(reader, name, node);
            }
        }
        "import_from_statement" => {
            if let Some(module) = node.child_by_field_name("module_name") {
                import(reader, module, node);
            }
        }
        "if_statement" => type_checking(reader, node),
        "call" => call(reader, node),
        "binary_operator" => division(reader, node),
        "subscript" => subscript(reader, node),
        _ => {}
    }
}

fn import(reader: &mut Reader<'_>, name: Node<'_>, statement: Node<'_>) {
    let module: String = reader.text_of(name).split_whitespace().collect();
    let type_only = statement.start_byte() < reader.type_checking_until;
    reader.import(&module, statement, type_only);
}

fn type_checking(reader: &mut Reader<'_>, node: Node<'_>) {
    let Some(condition) = node.child_by_field_name("condition") else {
        return;
    };
    if let Some("TYPE_CHECKING") = reader.text_of(condition).rsplit('.').next()
        && let Some(block) = node.child_by_field_name("consequence")
    {
        reader.type_checking_until = reader.type_checking_until.max(block.end_byte());
    }
}

fn call(reader: &mut Reader<'_>, node: Node<'_>) {
    let Some(function) = node.child_by_field_name("function") else {
        return;
    };
    let mut call = reader.call_of(function, node.child_by_field_name("arguments"));
    if let Some(name) = call.text(0) {
        match call.callee.as_str() {
            "os.getenv"
            | "getenv"
            | "os.environ.get"
            | "environ.get"
            | "os.environ.pop"
            | "environ.pop"
            | "os.environ.setdefault"
            | "environ.setdefault" => {
                reader.env_read(name, node);
            }
            "importlib.import_module" | "import_module" | "__import__" => {
                let type_only = node.start_byte() < reader.type_checking_until;
                reader.import(name, node, type_only);
            }
            _ => {}
        }
    }
    if call.function() == "joinpath"
        && call.base.is_empty()
        && let Some(receiver) = function.child_by_field_name("object")
    {
        call.base.push(arguments::argument(reader, receiver));
    }
    reader.facts.calls.push(call);
}

/// `BASE / "a" / "b"`, told once for the whole of it.
fn division(reader: &mut Reader<'_>, node: Node<'_>) {
    if reader.told.contains(&node.id()) {
        return;
    }
    let mut operands = Vec::new();
    let mut left = node;
    while is_division(left) {
        reader.told.insert(left.id());
        operands.extend(left.child_by_field_name("right"));
        match left.child_by_field_name("left") {
            Some(next) => left = next,
            None => break,
        }
    }
    let mut args: Vec<Arg> = operands
        .into_iter()
        .rev()
        .map(|operand| arguments::argument(reader, operand))
        .collect();
    if !args
        .iter()
        .any(|arg| matches!(arg, Arg::Text(_) | Arg::Prefix(_)))
    {
        return;
    }
    // `Path("a") / "b"` begins with what Path is given; any other value is one unknown piece.
    let path = left
        .child_by_field_name("function")
        .filter(|_| left.kind() == "call")
        .map(|function| reader.call_of(function, left.child_by_field_name("arguments")))
        .filter(|call| call.function().ends_with("Path") && call.base.is_empty());
    match path {
        Some(path) => args.splice(0..0, path.args),
        None => args.splice(0..0, vec![arguments::argument(reader, left)]),
    };
    reader.facts.calls.push(Call {
        callee: "/".to_owned(),
        args,
        line: line_of(node),
        ..Call::default()
    });
}

fn is_division(node: Node<'_>) -> bool {
    node.kind() == "binary_operator"
        && node
            .child_by_field_name("operator")
            .is_some_and(|operator| operator.kind() == "/")
}

fn subscript(reader: &mut Reader<'_>, node: Node<'_>) {
    if let Some(value) = node.child_by_field_name("value")
        && matches!(reader.text_of(value), "os.environ" | "environ")
        && let Some(index) = node.child_by_field_name("subscript")
        && let Some(name) = literal::of(reader, index)
        && !name.partial
    {
        reader.env_read(&name.text, node);
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Language, SourceFacts, joined_literals, scan};
    use super::*;

    fn read(text: &str) -> SourceFacts {
        let facts = scan(text, Language::Python);
        assert!(!facts.has_errors, "{text}");
        facts
    }

    #[test]
    fn imports_of_every_kind() {
        let facts = read(concat!(
            "import os.path as p, sys\nfrom google.cloud import storage\nfrom . import a\n",
            "from ..b import c\nif TYPE_CHECKING:\n    import types_only\nelse:\n    import real\n",
            "if typing.TYPE_CHECKING:\n    from t import T\ntry:\n    import opt\nexcept ImportError:\n    pass\n",
            "importlib.import_module('plugin.x')\n",
        ));
        let found: Vec<_> = facts
            .imports
            .iter()
            .map(|i| (i.module.as_str(), i.line, i.type_only))
            .collect();
        assert_eq!(
            found,
            [
                ("os.path", 1, false),
                ("sys", 1, false),
                ("google.cloud", 2, false),
                (".", 3, false),
                ("..b", 4, false),
                ("types_only", 6, true),
                ("real", 8, false),
                ("t", 10, true),
                ("opt", 12, false),
                ("plugin.x", 15, false),
            ]
        );
        assert_eq!(facts.imports[2].module, "google.cloud");
        assert_eq!(facts.imports[2].top(), "google");
    }

    #[test]
    fn calls_tell_the_function_and_the_literals() {
        let facts = read(concat!(
            "subprocess.run(['git', 'log', x], check=True, cwd='/srv')\n",
            "open('a' 'b', *args)\n",
            "app = Flask(__name__, template_folder='views')\n",
            "open(f'data/{n}.json')\n",
            "shutil.which(('a', 'b'))\n",
            "@app.route('/x')\ndef f(): ''.join(['a'])\n",
        ));
        let names: Vec<_> = facts.calls.iter().map(|c| c.callee.as_str()).collect();
        assert_eq!(
            names,
            [
                "subprocess.run",
                "open",
                "Flask",
                "open",
                "shutil.which",
                "app.route",
                ".join"
            ]
        );
        assert_eq!(facts.calls[0].words(), [Some("git"), Some("log"), None]);
        assert_eq!(
            facts.calls[0].keyword("cwd"),
            Some(&Arg::Text("/srv".into()))
        );
        assert_eq!(
            facts.calls[0].keyword("check"),
            Some(&Arg::Name("True".into()))
        );
        assert_eq!(facts.calls[1].args, [Arg::Text("ab".into()), Arg::Other]);
        assert_eq!(
            facts.calls[2].keyword("template_folder"),
            Some(&Arg::Text("views".into()))
        );
        assert_eq!(facts.calls[3].args, [Arg::Prefix("data/".into())]);
        assert_eq!(facts.calls[4].words(), [Some("a"), Some("b")]);
    }

    #[test]
    fn joined_paths_give_their_literal_part() {
        for (text, path, anchored, open) in [
            ("os.path.join(BASE, 'x', 'y')", "x/y", false, false),
            ("Path('a') / 'b'", "a/b", true, false),
            ("pathlib.Path('a') / 'b' / n", "a/b", true, true),
            (
                "BASE_DIR / 'templates' / f'{x}.html'",
                "templates",
                false,
                true,
            ),
            (
                "Path(__file__).resolve().parent / 'data' / 'x.csv'",
                "data/x.csv",
                false,
                false,
            ),
            ("Path('a').joinpath('b')", "a/b", true, false),
            ("root.joinpath('b', 'c')", "b/c", false, false),
        ] {
            let facts = read(text);
            let joined = joined_literals(&facts.calls[0]).unwrap();
            let found = (joined.path.as_str(), joined.anchored, joined.open);
            assert_eq!(found, (path, anchored, open), "{text}");
        }
        assert!(read("a / b / 2").calls.is_empty());
        let joins = read("A / 'b' / 'c'").calls;
        assert_eq!(joins.iter().filter(|call| call.callee == "/").count(), 1);
    }

    #[test]
    fn environment_reads_are_named() {
        let facts = read(concat!(
            "os.environ['A']\nos.getenv('B', 'x')\nos.environ.get('C')\nenviron['D']\n",
            "other['E']\nos.environ[f]\n",
        ));
        let names: Vec<_> = facts
            .env_reads
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        assert_eq!(names, ["A", "B", "C", "D"]);
    }
}
