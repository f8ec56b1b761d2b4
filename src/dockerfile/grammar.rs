//! The Dockerfile grammar, applied to one instruction at a time.
//!
//! In goes the text of one instruction, out comes its tree when the whole text fits the grammar,
//! and nothing otherwise. Whole files are never parsed: the grammar has errors on some of them
//! and in a few swallows the next instruction, so [`super::line`] decides where one ends.

use std::cell::RefCell;

use tree_sitter::{Node, Parser, Tree};

thread_local! {
    /// A parser is costly to make and cannot be shared between threads.
    static PARSER: RefCell<Option<Parser>> = RefCell::new(new_parser());
}

fn new_parser() -> Option<Parser> {
    let mut parser = Parser::new();
    parser
        .set_language(&tree_sitter_containerfile::LANGUAGE.into())
        .ok()?;
    Some(parser)
}

/// The tree of one instruction's text, if it fits the grammar without error.
pub(super) fn parse(instruction: &str) -> Option<Tree> {
    let tree = PARSER.with_borrow_mut(|parser| parser.as_mut()?.parse(instruction, None))?;
    (!tree.root_node().has_error() && instruction_node(&tree).is_some()).then_some(tree)
}

/// The one instruction in `tree`.
pub(super) fn instruction_node(tree: &Tree) -> Option<Node<'_>> {
    let root = tree.root_node();
    let mut cursor = root.walk();
    let mut nodes = root
        .named_children(&mut cursor)
        .filter(|node| !matches!(node.kind(), "comment" | "line_continuation"));
    let node = nodes.next()?;
    nodes.next().is_none().then_some(node)
}
