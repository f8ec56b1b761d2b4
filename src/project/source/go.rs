//! Go. In: a node. Out: calls, imports, `//go:embed` patterns and environment reads.

use tree_sitter::Node;

use super::{
    Embed, literal,
    reader::{Reader, line_of},
};

/// Reads what this node says, its children excepted.
pub(super) fn visit(reader: &mut Reader<'_>, node: Node<'_>) {
    match node.kind() {
        "comment" => return directive(reader, node),
        "var_declaration" | "var_spec" => {
            let embeds = std::mem::take(&mut reader.pending_embeds);
            reader.facts.embeds.extend(embeds);
        }
        "import_spec" => {
            if let Some(path) = node.child_by_field_name("path")
                && let Some(path) = literal::of(reader, path)
            {
                reader.import(&path.text, node, false);
            }
        }
        "call_expression" => call(reader, node),
        _ => {}
    }
    // Only comments may stand between the directive and its `var`.
    reader.pending_embeds.clear();
}

fn call(reader: &mut Reader<'_>, node: Node<'_>) {
    let Some(function) = node.child_by_field_name("function") else {
        return;
    };
    let call = reader.call_of(function, node.child_by_field_name("arguments"));
    if matches!(
        call.callee.as_str(),
        "os.Getenv" | "os.LookupEnv" | "syscall.Getenv"
    ) && let Some(name) = call.text(0)
    {
        reader.env_read(name, node);
    }
    reader.facts.calls.push(call);
}

fn directive(reader: &mut Reader<'_>, node: Node<'_>) {
    let Some(patterns) = reader.text_of(node).strip_prefix("//go:embed") else {
        return;
    };
    if !patterns.starts_with([' ', '\t']) {
        return;
    }
    let line = line_of(node);
    for pattern in embed_patterns(patterns) {
        reader.pending_embeds.push(Embed { pattern, line });
    }
}

/// The patterns of one directive: separated by blanks, or Go strings in either kind of quotes.
fn embed_patterns(text: &str) -> Vec<String> {
    let mut patterns = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (pattern, behind) = match first {
            '`' => match rest.get(1..).and_then(|rest| rest.split_once('`')) {
                Some((pattern, behind)) => (pattern.to_owned(), behind),
                None => break,
            },
            '"' => match interpreted(rest) {
                Some(found) => found,
                None => break,
            },
            _ => {
                let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
                let (pattern, behind) = rest.split_at(end);
                (pattern.to_owned(), behind)
            }
        };
        patterns.push(pattern);
        rest = behind.trim_start();
    }
    patterns
}

/// A string in double quotes and what follows it.
fn interpreted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut chars = text.char_indices().skip(1);
    while let Some((at, char)) = chars.next() {
        match char {
            '"' => return Some((value, text.get(at + 1..)?)),
            '\\' => value.push(chars.next()?.1),
            other => value.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::{Arg, Language, SourceFacts, joined_literals, scan};

    fn go(body: &str) -> SourceFacts {
        let facts = scan(&format!("package main\n{body}\n"), Language::Go);
        assert!(!facts.has_errors, "{body}");
        facts
    }

    fn text(text: &str) -> Arg {
        Arg::Text(text.into())
    }

    #[test]
    fn imports_name_their_paths() {
        let facts = go("import \"C\"\nimport (\n\t\"os\"\n\t_ `a.b/c`\n\tx \"y/v2\"\n)");
        let found: Vec<_> = facts
            .imports
            .iter()
            .map(|i| (i.module.as_str(), i.line))
            .collect();
        assert_eq!(found, [("C", 2), ("os", 4), ("a.b/c", 5), ("y/v2", 6)]);
    }

    #[test]
    fn calls_tell_the_function_and_the_literals() {
        let facts = go(concat!(
            "func main() {\n",
            "\tos.Open(\"a\\tb\")\n",
            "\texec.Command(\"git\", \"log\", x, cfg.Dir)\n",
            "\trouter.LoadHTMLGlob(`t/*`)\n",
            "\tsyscall.Exec(\"x\", []string{\"a\", b}, nil)\n",
            "\ttemplate.Must(template.New(\"n\").\n\t\tParseFiles(\"v/\" + name, \"a\"+\"b\"))\n",
            "}",
        ));
        let calls: Vec<_> = facts
            .calls
            .iter()
            .map(|c| (c.callee.as_str(), c.line))
            .collect();
        assert_eq!(
            calls,
            [
                ("os.Open", 3),
                ("exec.Command", 4),
                ("router.LoadHTMLGlob", 5),
                ("syscall.Exec", 6),
                ("template.Must", 7),
                ("template.New().ParseFiles", 8),
                ("template.New", 7),
            ]
        );
        assert_eq!(facts.calls[0].args, [text("a\tb")]);
        assert_eq!(
            facts.calls[1].words(),
            [Some("git"), Some("log"), None, None]
        );
        assert_eq!(facts.calls[1].args[3], Arg::Name("cfg.Dir".into()));
        let list = Arg::List(vec![Some("a".into()), None]);
        assert_eq!(facts.calls[3].args[1], list);
        assert_eq!(facts.calls[5].args, [Arg::Prefix("v/".into()), text("ab")]);
        assert_eq!(facts.calls[5].base, [text("n")]);
        assert_eq!(facts.calls[5].function(), "ParseFiles");
    }

    #[test]
    fn joined_paths_give_their_literal_part() {
        let facts = go(concat!(
            "var a = filepath.Join(\"a\", \"b/\", \"c\")\n",
            "var b = filepath.Join(dir, \"views\")\n",
            "var c = filepath.Join(\"data\", name, \"x\")\n",
            "var d = filepath.Join(a, b)\n",
        ));
        let joined: Vec<_> = facts
            .calls
            .iter()
            .map(|call| joined_literals(call).map(|j| (j.path, j.anchored, j.open)))
            .collect();
        assert_eq!(
            joined,
            [
                Some(("a/b/c".to_owned(), true, false)),
                Some(("views".to_owned(), false, false)),
                Some(("data".to_owned(), true, true)),
                None,
            ]
        );
    }

    #[test]
    fn embeds_belong_to_the_next_var() {
        let facts = go(concat!(
            "//go:embed a.txt all:web/dist \"with space\" `raw q`\n",
            "// comment\n\n//go:embed b/*.html\nvar files embed.FS\n",
            "var (\n\t//go:embed c\n\tc string\n)\n",
            "//go:embed nothing\nfunc f() {}\n",
            "//go:embedded d\nvar d string\n",
            "// //go:embed e\nvar e string\n",
        ));
        let found: Vec<_> = facts
            .embeds
            .iter()
            .map(|e| (e.pattern.as_str(), e.line))
            .collect();
        assert_eq!(
            found,
            [
                ("a.txt", 2),
                ("all:web/dist", 2),
                ("with space", 2),
                ("raw q", 2),
                ("b/*.html", 5),
                ("c", 8),
            ]
        );
    }

    #[test]
    fn environment_reads_are_named() {
        let facts =
            go("var a = os.Getenv(\"A\")\nvar b, ok = os.LookupEnv(\"B\")\nvar c = os.Getenv(x)");
        assert_eq!(facts.env_reads, [("A".into(), 2), ("B".into(), 3)]);
    }
}
