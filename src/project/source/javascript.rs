//! JavaScript and TypeScript. In: a node. Out: calls, imports and environment reads.

use tree_sitter::Node;

use super::{literal, reader::Reader};

/// Reads what this node says, its children excepted.
pub(super) fn visit(reader: &mut Reader<'_>, node: Node<'_>) {
    match node.kind() {
        "import_statement" | "export_statement" | "import_require_clause" => import(reader, node),
        "call_expression" => call(reader, node),
        "new_expression" => construction(reader, node),
        "member_expression" if is_environment(reader, node.child_by_field_name("object")) => {
            if let Some(name) = node.child_by_field_name("property") {
                reader.env_read(reader.text_of(name), node);
            }
        }
        "subscript_expression" if is_environment(reader, node.child_by_field_name("object")) => {
            if let Some(index) = node.child_by_field_name("index")
                && let Some(name) = literal::of(reader, index)
                && !name.partial
            {
                reader.env_read(&name.text, node);
            }
        }
        "variable_declarator" if is_environment(reader, node.child_by_field_name("value")) => {
            destructuring(reader, node);
        }
        _ => {}
    }
}

fn import(reader: &mut Reader<'_>, node: Node<'_>) {
    let Some(source) = node.child_by_field_name("source") else {
        return;
    };
    let mut cursor = node.walk();
    let type_only = node
        .children(&mut cursor)
        .any(|child| matches!(child.kind(), "type" | "typeof") && !child.is_named());
    if let Some(module) = literal::of(reader, source) {
        reader.import(&module.text, node, type_only);
    }
}

fn call(reader: &mut Reader<'_>, node: Node<'_>) {
    let Some(function) = node.child_by_field_name("function") else {
        return;
    };
    let call = reader.call_of(function, node.child_by_field_name("arguments"));
    if let Some(name) = call.text(0) {
        match call.callee.as_str() {
            "require" | "import" | "require.resolve" => reader.import(name, node, false),
            "Deno.env.get" => reader.env_read(name, node),
            _ => {}
        }
    }
    reader.facts.calls.push(call);
}

fn construction(reader: &mut Reader<'_>, node: Node<'_>) {
    let Some(constructor) = node.child_by_field_name("constructor") else {
        return;
    };
    let mut call = reader.call_of(constructor, node.child_by_field_name("arguments"));
    call.callee.insert_str(0, "new ");
    reader.facts.calls.push(call);
}

fn is_environment(reader: &Reader<'_>, node: Option<Node<'_>>) -> bool {
    node.is_some_and(|node| matches!(reader.text_of(node), "process.env" | "Bun.env"))
}

/// `const { A, B: b, C = "x" } = process.env`
fn destructuring(reader: &mut Reader<'_>, node: Node<'_>) {
    let Some(pattern) = node.child_by_field_name("name") else {
        return;
    };
    if pattern.kind() != "object_pattern" {
        return;
    }
    let mut cursor = pattern.walk();
    for child in pattern.named_children(&mut cursor) {
        let name = match child.kind() {
            "shorthand_property_identifier_pattern" => Some(child),
            "pair_pattern" => child.child_by_field_name("key"),
            "object_assignment_pattern" => child.child_by_field_name("left"),
            _ => None,
        };
        if let Some(name) = name {
            reader.env_read(reader.text_of(name), name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Arg, Language, SourceFacts, joined_literals, scan};

    fn read(text: &str, language: Language) -> SourceFacts {
        let facts = scan(text, language);
        assert!(!facts.has_errors, "{text}");
        facts
    }

    fn modules(facts: &SourceFacts) -> Vec<(&str, bool)> {
        let imports = facts.imports.iter();
        imports.map(|i| (i.module.as_str(), i.type_only)).collect()
    }

    #[test]
    fn imports_of_every_kind() {
        let facts = read(
            concat!(
                "import a, {b} from 'a';\nimport \"side\";\nexport * from 'star';\n",
                "export {c} from './c.js';\nexport const z = 'no';\nconst d = require('d');\n",
                "const e = await import(`e`);\nconst f = require(name);\n",
            ),
            Language::JavaScript,
        );
        let expected = ["a", "side", "star", "./c.js", "d", "e"].map(|name| (name, false));
        assert_eq!(modules(&facts), expected);
        assert_eq!(facts.imports[3].line, 4);
        let facts = read(
            concat!(
                "import type { A } from 'types';\nexport type { B } from 'more';\n",
                "import c = require('c');\nimport { type D, e } from 'mixed';\n",
            ),
            Language::TypeScript,
        );
        assert_eq!(
            modules(&facts),
            [
                ("types", true),
                ("more", true),
                ("c", false),
                ("mixed", false)
            ]
        );
    }

    #[test]
    fn calls_tell_the_function_and_the_literals() {
        let facts = read(
            concat!(
                "app.set('views', path.join(__dirname, 'views'));\n",
                "fs?.promises.readFile(`data/${name}.json`, 'utf8');\n",
                "spawn('git', ['log', '-1', x], {shell: true});\n",
                "new URL('./worker.js', import.meta.url);\n",
                "express().use(express.static('public'));\n",
                "sql`select 1`;\n",
            ),
            Language::JavaScript,
        );
        let names: Vec<_> = facts
            .calls
            .iter()
            .map(|c| (c.callee.as_str(), c.line))
            .collect();
        assert_eq!(
            names,
            [
                ("app.set", 1),
                ("path.join", 1),
                ("fs.promises.readFile", 2),
                ("spawn", 3),
                ("new URL", 4),
                ("express().use", 5),
                ("express", 5),
                ("express.static", 5),
                ("sql", 6),
            ]
        );
        let views = joined_literals(&facts.calls[1]).unwrap();
        assert_eq!((views.path.as_str(), views.anchored), ("views", false));
        assert_eq!(facts.calls[1].args[0], Arg::Name("__dirname".into()));
        assert_eq!(facts.calls[2].args[0], Arg::Prefix("data/".into()));
        let words = facts.calls[3].words();
        assert_eq!(
            words.get(..4),
            Some(&[Some("git"), Some("log"), Some("-1"), None][..])
        );
        assert_eq!(facts.calls[4].text(0), Some("./worker.js"));
        assert_eq!(facts.calls[8].text(0), Some("select 1"));
    }

    #[test]
    fn types_do_not_stand_in_the_way() {
        let facts = read(
            "const a: string = read<string>('a' as string)!.sub!.go(/* c */ 'b');",
            Language::TypeScript,
        );
        assert_eq!(facts.calls[0].callee, "read().sub.go");
        assert_eq!(facts.calls[0].args, [Arg::Text("b".into())]);
        assert_eq!(facts.calls[1].args, [Arg::Text("a".into())]);
        let facts = read("const a = <A b='c'>{f('d')}</A>;", Language::Tsx);
        assert_eq!(facts.calls[0].text(0), Some("d"));
    }

    #[test]
    fn environment_reads_are_named() {
        let facts = read(
            concat!(
                "process.env.A;\nprocess.env['B'];\nprocess.env[c];\n",
                "const { D, E: e, F = 'x', ...rest } = process.env;\n",
                "other.env.G;\nprocess.env?.H;\n",
            ),
            Language::JavaScript,
        );
        let names: Vec<_> = facts
            .env_reads
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        assert_eq!(names, ["A", "B", "D", "E", "F", "H"]);
    }
}
