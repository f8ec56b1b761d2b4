//! One file's scan. In: text and its language. Out: its facts.
//!
//! The tree is visited with a cursor, never by recursion: sources nest as deep as they like.

use std::{collections::HashSet, ops::ControlFlow};

use tree_sitter::{Node, ParseOptions, ParseState, Parser, Tree};

use super::{
    Call, Import, Language, Literal, Skip, SourceFacts, arguments, go, javascript, literal, python,
    rust, rust_tokens,
};

const MAX_BYTES: usize = 1024 * 1024;

/// How often the parser may report its progress, which it does every hundred operations. A
/// number of steps, not a time, so that a slow machine finds the same facts as a fast one.
const MAX_REPORTS: u32 = 400_000;

/// Reads one file. Total: what cannot be parsed is left out and `has_errors` says so; a file of
/// more than 1 MiB, or one that takes the parser too many steps, is `skipped`.
pub fn scan(text: &str, language: Language) -> SourceFacts {
    if text.len() > MAX_BYTES {
        return skipped(Skip::TooLarge);
    }
    let Some(tree) = parse(text, language, MAX_REPORTS) else {
        return skipped(Skip::TooComplex);
    };
    let mut reader = Reader::new(text, language);
    reader.facts.has_errors = tree.root_node().has_error();
    let mut cursor = tree.walk();
    loop {
        reader.visit(cursor.node());
        if cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return reader.facts;
            }
        }
    }
}

fn skipped(skip: Skip) -> SourceFacts {
    SourceFacts {
        skipped: Some(skip),
        ..SourceFacts::default()
    }
}

fn parse(text: &str, language: Language, max_reports: u32) -> Option<Tree> {
    let mut parser = Parser::new();
    parser.set_language(&language.grammar()).ok()?;
    let mut reports = 0_u32;
    let mut progress = |_: &ParseState| {
        reports += 1;
        if reports > max_reports {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    };
    let options = ParseOptions::new().progress_callback(&mut progress);
    let bytes = text.as_bytes();
    parser.parse_with_options(
        &mut |offset, _| bytes.get(offset..).unwrap_or_default(),
        None,
        Some(options),
    )
}

/// The state of a scan that the languages share.
pub(super) struct Reader<'t> {
    pub(super) text: &'t str,
    pub(super) language: Language,
    pub(super) facts: SourceFacts,
    /// Nodes that belong to an expression which was told as a whole.
    pub(super) told: HashSet<usize>,
    /// `//go:embed` patterns that wait for their `var`.
    pub(super) pending_embeds: Vec<super::Embed>,
    /// End of the innermost block that exists for type checkers only.
    pub(super) type_checking_until: usize,
}

impl<'t> Reader<'t> {
    fn new(text: &'t str, language: Language) -> Self {
        Self {
            text,
            language,
            facts: SourceFacts::default(),
            told: HashSet::new(),
            pending_embeds: Vec::new(),
            type_checking_until: 0,
        }
    }

    fn visit(&mut self, node: Node<'_>) {
        if !node.is_named() {
            return;
        }
        if let Some(value) = literal::of(self, node) {
            self.facts.strings.push(Literal {
                value: value.text,
                line: line_of(node),
                partial: value.partial,
            });
        }
        match self.language {
            Language::Go => go::visit(self, node),
            Language::JavaScript | Language::TypeScript | Language::Tsx => {
                javascript::visit(self, node);
            }
            Language::Python => python::visit(self, node),
            Language::Rust if node.kind() == "token_tree" => rust_tokens::visit(self, node),
            Language::Rust => rust::visit(self, node),
        }
    }

    /// The source text of a node.
    pub(super) fn text_of(&self, node: Node<'_>) -> &'t str {
        self.text.get(node.byte_range()).unwrap_or_default()
    }

    /// Notes an import; an empty name is none.
    pub(super) fn import(&mut self, module: &str, node: Node<'_>, type_only: bool) {
        if !module.is_empty() {
            self.facts.imports.push(Import {
                module: module.to_owned(),
                line: line_of(node),
                type_only,
            });
        }
    }

    /// Notes that an environment variable is read.
    pub(super) fn env_read(&mut self, name: &str, node: Node<'_>) {
        self.facts.env_reads.push((name.to_owned(), line_of(node)));
    }

    /// The call that `function` and `arguments` make, in whatever language.
    pub(super) fn call_of(&self, function: Node<'_>, arguments: Option<Node<'_>>) -> Call {
        let callee = arguments::callee(self, function);
        let (args, keywords) = arguments
            .map(|node| arguments::list(self, node))
            .unwrap_or_default();
        Call {
            callee: callee.name,
            args,
            keywords,
            base: callee.base,
            line: line_of(callee.last),
        }
    }
}

/// The line that a node begins on; the first is 1.
pub(super) fn line_of(node: Node<'_>) -> u32 {
    u32::try_from(node.start_position().row).map_or(u32::MAX, |row| row.saturating_add(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_too_large_is_skipped_and_told() {
        let facts = scan(&"#".repeat(MAX_BYTES + 1), Language::Python);
        assert_eq!(facts.skipped, Some(Skip::TooLarge));
        let facts = scan(&" ".repeat(MAX_BYTES), Language::Python);
        assert_eq!(facts.skipped, None);
    }

    #[test]
    fn the_parser_is_stopped_after_its_bound_of_steps() {
        let text = "f(1)\n".repeat(10_000);
        assert!(parse(&text, Language::Python, 10).is_none());
        assert!(parse(&text, Language::Python, MAX_REPORTS).is_some());
    }

    #[test]
    fn a_broken_file_gives_what_could_be_read() {
        let facts = scan("import os\nos.open('a')\ndef (:\n\n", Language::Python);
        assert!(facts.has_errors);
        assert_eq!(facts.imports[0].module, "os");
        assert_eq!(facts.calls[0].text(0), Some("a"));
        assert!(!scan("import os\n", Language::Python).has_errors);
    }

    #[test]
    fn nesting_overflows_no_stack() {
        let depth = 30_000;
        for (language, open, close) in [
            (Language::Go, "(", ")"),
            (Language::JavaScript, "[", "]"),
            (Language::Tsx, "f(", ")"),
            (Language::Python, "f(", ")"),
            (Language::Rust, "m!(", ")"),
            (Language::Python, "'a' / (", ")"),
            (Language::JavaScript, "a.b('x').", ""),
            (Language::Rust, "a.join(\"x\").", ""),
            (Language::JavaScript, "'a' + ", ""),
        ] {
            let facts = scan(
                &format!("{}x{}", open.repeat(depth), close.repeat(depth)),
                language,
            );
            assert!(facts.skipped.is_none_or(|skip| skip == Skip::TooComplex));
        }
    }

    #[test]
    fn no_prefix_of_a_program_upsets_the_scan() {
        for (text, language) in [
            ("//go:embed \"a\nvar f = os.Open(\"a\\", Language::Go),
            ("import {a} from 'b'; f(`x${y}\\u{", Language::JavaScript),
            ("from .a import b\nP('a') / f'{x", Language::Python),
            (
                "#[a(b = \"c\")] use {a::b}; f!(\"a\\x4\", g(\"é",
                Language::Rust,
            ),
        ] {
            for (end, _) in text.char_indices() {
                scan(&text[..end], language);
            }
        }
    }
}
