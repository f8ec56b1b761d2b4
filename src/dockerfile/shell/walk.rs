//! Walks a bash tree and collects its commands in source order, without recursion: chains of
//! `&&` nest as deep as they are long.

use tree_sitter::{Node, Tree};

use super::words::{self, word};
use super::{Command, Reach, Redirect, Script, Word};
use crate::dockerfile::span::Span;

/// What is left to do.
enum Step<'t> {
    Visit(Node<'t>, Reach),
    /// A subshell ends: the directory is what it was.
    Leave(Vec<Word>),
}

pub(super) fn script(text: &str, tree: &Tree, depth: usize) -> Script {
    let mut walker = Walker {
        text,
        depth,
        directory: Vec::new(),
        steps: vec![Step::Visit(tree.root_node(), Reach::default())],
        script: Script {
            understood: !tree.root_node().has_error(),
            opaque: tree.root_node().has_error(),
            ..Script::default()
        },
    };
    walker.run();
    walker.script
}

struct Walker<'t> {
    text: &'t str,
    depth: usize,
    directory: Vec<Word>,
    steps: Vec<Step<'t>>,
    script: Script,
}

impl<'t> Walker<'t> {
    fn run(&mut self) {
        while let Some(step) = self.steps.pop() {
            match step {
                Step::Visit(node, reach) => self.visit(node, reach),
                Step::Leave(directory) => self.directory = directory,
            }
        }
    }

    fn visit(&mut self, node: Node<'t>, reach: Reach) {
        match node.kind() {
            "command" => self.command(node, &[], reach),
            "declaration_command" | "unset_command" | "test_command" => self.builtin(node, reach),
            "variable_assignment" => self.assignment(node, reach),
            "redirected_statement" => self.redirected(node, reach),
            "subshell" | "command_substitution" | "process_substitution" => {
                self.steps.push(Step::Leave(self.directory.clone()));
                let substituted = reach.substituted || node.kind() != "subshell";
                self.children(node, |_| Reach {
                    substituted,
                    ..reach
                });
            }
            "pipeline" => self.children(node, |_| Reach {
                piped: true,
                ..reach
            }),
            "list" => self.list(node, reach),
            "if_statement"
            | "for_statement"
            | "c_style_for_statement"
            | "while_statement"
            | "case_statement" => {
                self.children(node, |_| Reach {
                    conditional: true,
                    ..reach
                });
            }
            "function_definition" => self.function(node, reach),
            "comment" => {}
            _ => self.children(node, |_| reach),
        }
    }

    /// When a function is called, and with which arguments, is not followed: its commands may run.
    fn function(&mut self, node: Node<'t>, reach: Reach) {
        self.script.cannot_be_told();
        let name = node.child_by_field_name("name");
        let name = name.and_then(|name| self.text.get(name.start_byte()..name.end_byte()));
        self.script.functions.extend(name.map(str::to_owned));
        if let Some(body) = node.child_by_field_name("body") {
            let conditional = true;
            self.steps.push(Step::Visit(
                body,
                Reach {
                    conditional,
                    ..reach
                },
            ));
        }
    }

    /// Queues the named children so that the first is visited first.
    fn children(&mut self, node: Node<'t>, reach: impl Fn(usize) -> Reach) {
        let mut cursor = node.walk();
        let children: Vec<_> = node.named_children(&mut cursor).collect();
        for (index, child) in children.into_iter().enumerate().rev() {
            self.steps.push(Step::Visit(child, reach(index)));
        }
    }

    fn list(&mut self, node: Node<'t>, reach: Reach) {
        let mut cursor = node.walk();
        let or = node.children(&mut cursor).any(|child| child.kind() == "||");
        self.children(node, |index| Reach {
            conditional: reach.conditional || (or && index > 0),
            ..reach
        });
    }

    fn redirected(&mut self, node: Node<'t>, reach: Reach) {
        let mut cursor = node.walk();
        let redirects: Vec<Node<'t>> = node
            .children_by_field_name("redirect", &mut cursor)
            .collect();
        let Some(body) = node.child_by_field_name("body") else {
            return self.children(node, |_| reach);
        };
        if body.kind() == "command" {
            return self.command(body, &redirects, reach);
        }
        // A redirection of a group: its targets are told by a command without words.
        let redirects: Vec<Redirect> = redirects
            .into_iter()
            .filter_map(|node| self.redirect(node))
            .collect();
        let span = Span::new(node.start_byte(), node.end_byte());
        let directory = self.directory.clone();
        self.script.commands.push(Command {
            redirects,
            directory,
            reach,
            span,
            ..Command::default()
        });
        self.steps.push(Step::Visit(body, reach));
    }

    fn redirect(&self, node: Node<'t>) -> Option<Redirect> {
        if node.kind() != "file_redirect" {
            return None;
        }
        let target = word(node.child_by_field_name("destination")?, self.text);
        let mut cursor = node.walk();
        let operator = node
            .children(&mut cursor)
            .find(|child| child.kind().contains(['<', '>']))?;
        // `2>&1` names a descriptor, not a file.
        let descriptor = operator.kind().ends_with('&') && target.raw.parse::<u8>().is_ok();
        let writes = operator.kind().contains('>');
        (!descriptor).then_some(Redirect { writes, target })
    }

    fn command(&mut self, node: Node<'t>, outer: &[Node<'t>], reach: Reach) {
        let mut command = self.new_command(node, reach);
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match child.kind() {
                "variable_assignment" => {
                    command
                        .assignments
                        .extend(words::assignment(child, self.text));
                }
                "file_redirect" => command.redirects.extend(self.redirect(child)),
                "heredoc_redirect" | "herestring_redirect" | "comment" => {}
                _ => command.words.push(word(child, self.text)),
            }
        }
        command
            .redirects
            .extend(outer.iter().filter_map(|node| self.redirect(*node)));
        self.finish(node, command);
    }

    /// `export A=1`, `[ -f x ]`: commands to us, though the grammar has nodes of their own.
    fn builtin(&mut self, node: Node<'t>, reach: Reach) {
        let mut command = self.new_command(node, reach);
        let mut cursor = node.walk();
        for child in node.children(&mut cursor) {
            if child.kind() == "variable_assignment" {
                command
                    .assignments
                    .extend(words::assignment(child, self.text));
            }
            if command.words.is_empty() || child.is_named() {
                command.words.push(word(child, self.text));
            }
        }
        self.finish(node, command);
    }

    fn assignment(&mut self, node: Node<'t>, reach: Reach) {
        let mut command = self.new_command(node, reach);
        command
            .assignments
            .extend(words::assignment(node, self.text));
        self.finish(node, command);
    }

    fn new_command(&self, node: Node<'t>, reach: Reach) -> Command {
        let span = Span::new(node.start_byte(), node.end_byte());
        Command {
            directory: self.directory.clone(),
            reach,
            span,
            ..Command::default()
        }
    }

    fn finish(&mut self, node: Node<'t>, command: Command) {
        match command.program().as_deref() {
            Some("cd" | "pushd") => self.change_directory(&command),
            Some("source" | ".") if activates(&command) => {}
            Some("popd" | "eval" | "source" | ".") => self.script.cannot_be_told(),
            None if command.words.first().is_some_and(hangs_on_variables) => {
                self.script.understood = false;
            }
            None if !command.words.is_empty() => self.script.cannot_be_told(),
            _ => {}
        }
        self.script.push(command, self.depth);
        self.substitutions(node);
    }

    fn change_directory(&mut self, command: &Command) {
        let target = command
            .arguments()
            .iter()
            .find(|word| !word.raw.starts_with('-'));
        match target {
            Some(word) if !command.reach.conditional => self.directory.push(word.clone()),
            // `cd` alone goes home, `cd -` goes back, a conditional one may not happen.
            _ => self.script.cannot_be_told(),
        }
    }

    /// Queues the substitutions within the words of a command.
    fn substitutions(&mut self, node: Node<'t>) {
        let mut found = Vec::new();
        let mut open = vec![node];
        while let Some(node) = open.pop() {
            if matches!(node.kind(), "command_substitution" | "process_substitution") {
                found.push(node);
                continue;
            }
            let mut cursor = node.walk();
            open.extend(node.named_children(&mut cursor));
        }
        for node in found {
            self.steps.push(Step::Visit(
                node,
                Reach {
                    substituted: true,
                    ..Reach::default()
                },
            ));
        }
    }
}

/// Whether a word is made of text and variables alone.
fn hangs_on_variables(word: &Word) -> bool {
    let mut parts = word.parts.iter();
    parts.all(|part| matches!(part, super::Part::Literal(_) | super::Part::Variable(_)))
}

/// Whether a command sources the script that puts a virtual environment on PATH, and does nothing
/// else. Source: Python's documentation of `venv`, "How venvs work".
fn activates(command: &Command) -> bool {
    let [script] = command.arguments() else {
        return false;
    };
    script
        .raw
        .trim_matches(['"', '\''])
        .ends_with("/bin/activate")
}
