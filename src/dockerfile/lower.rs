//! From an instruction's tree to its types.
//!
//! The tree says what is a flag, a path, a pair; the values are taken from the joined text, so
//! that a continuation or a comment in the middle of one does not get into it.

use tree_sitter::Node;

use super::exec_form;
use super::grammar;
use super::instruction::{
    BuildArg, Copy, Flag, Form, From, Healthcheck, InstructionKind, Pair, Run,
};
use super::joined::Joined;
use super::span::Span;
use super::word;

/// One instruction on its way from text to types.
pub(super) struct Lowering<'t> {
    /// The text of the instruction, heredocs included.
    pub text: &'t str,
    /// Where it begins in the file.
    pub start: usize,
    /// Its joined text.
    pub joined: &'t Joined,
    /// The escape character.
    pub escape: char,
    /// Whether it has heredocs.
    pub has_heredocs: bool,
}

impl Lowering<'_> {
    /// What the instruction says; [`InstructionKind::Opaque`] when the grammar does not take it or
    /// reads another keyword than the text has.
    pub(super) fn run(&self) -> InstructionKind {
        self.try_run().unwrap_or(InstructionKind::Opaque)
    }

    fn try_run(&self) -> Option<InstructionKind> {
        let (keyword, _) = word::split_keyword(self.joined.as_str());
        let tree = grammar::parse(self.text)?;
        let node = grammar::instruction_node(&tree)?;
        let expected = format!("{}_instruction", keyword.to_ascii_lowercase());
        if node.kind() != expected {
            return None;
        }
        Some(match node.kind() {
            "from_instruction" => InstructionKind::From(self.from(node)?),
            "run_instruction" => InstructionKind::Run(self.run_arguments(node)?),
            "copy_instruction" => InstructionKind::Copy(self.copy(node)?),
            "add_instruction" => InstructionKind::Add(self.copy(node)?),
            "env_instruction" => InstructionKind::Env(self.pairs(node, "env_pair", "name")?),
            "label_instruction" => InstructionKind::Label(self.pairs(node, "label_pair", "key")?),
            "arg_instruction" => InstructionKind::Arg(self.build_args(node)?),
            "workdir_instruction" => InstructionKind::Workdir(self.rest()?),
            "user_instruction" => InstructionKind::User(self.rest()?),
            "stopsignal_instruction" => InstructionKind::Stopsignal(self.rest()?),
            "cmd_instruction" => InstructionKind::Cmd(self.form(&self.rest_or_empty())),
            "entrypoint_instruction" => {
                InstructionKind::Entrypoint(self.form(&self.rest_or_empty()))
            }
            "healthcheck_instruction" => InstructionKind::Healthcheck(self.healthcheck(node)?),
            "expose_instruction" => InstructionKind::Expose(self.words()),
            "volume_instruction" => InstructionKind::Volume(self.volumes()),
            "shell_instruction" => InstructionKind::Shell(exec_form::parse(&self.rest()?)?),
            "onbuild_instruction" => InstructionKind::Onbuild,
            "maintainer_instruction" => InstructionKind::Maintainer,
            _ => return None,
        })
    }

    fn span(&self, node: Node<'_>) -> Span {
        Span::new(self.start + node.start_byte(), self.start + node.end_byte())
    }

    fn value(&self, node: Node<'_>) -> String {
        self.joined.within(self.span(node)).trim().to_owned()
    }

    fn children<'n>(node: Node<'n>, kind: &str) -> Vec<Node<'n>> {
        let mut cursor = node.walk();
        node.named_children(&mut cursor)
            .filter(|child| child.kind() == kind)
            .collect()
    }

    /// Everything behind the keyword.
    fn rest_or_empty(&self) -> String {
        word::split_keyword(self.joined.as_str())
            .1
            .trim()
            .to_owned()
    }

    fn rest(&self) -> Option<String> {
        Some(self.rest_or_empty()).filter(|rest| !rest.is_empty())
    }

    fn words(&self) -> Vec<String> {
        let rest = self.rest_or_empty();
        word::split_raw_with(&rest, self.escape)
            .into_iter()
            .map(str::to_owned)
            .collect()
    }

    #[allow(clippy::unused_self)] // reads as one of the family
    fn form(&self, text: &str) -> Form {
        match exec_form::parse(text) {
            Some(words) => Form::Exec(words),
            None => Form::Shell(text.trim().to_owned()),
        }
    }

    fn flags(&self, node: Node<'_>) -> Vec<Flag> {
        let mut cursor = node.walk();
        node.named_children(&mut cursor)
            .filter(|child| matches!(child.kind(), "param" | "mount_param"))
            .filter_map(|child| {
                let span = self.span(child);
                let text = self.joined.within(span).strip_prefix("--")?;
                let (name, value) = match text.split_once('=') {
                    Some((name, value)) => (name, Some(value.to_owned())),
                    None => (text, None),
                };
                Some(Flag {
                    name: name.to_owned(),
                    value,
                    span,
                })
            })
            .collect()
    }

    fn from(&self, node: Node<'_>) -> Option<From> {
        let image = *Self::children(node, "image_spec").first()?;
        Some(From {
            image: self.value(image),
            image_span: self.span(image),
            flags: self.flags(node),
            name: node.child_by_field_name("as").map(|name| self.value(name)),
        })
    }

    fn run_arguments(&self, node: Node<'_>) -> Option<Run> {
        let flags = self.flags(node);
        let after = flags.last().map_or_else(
            || self.start + word::split_keyword(self.text).0.len(),
            |flag| flag.span.end,
        );
        let rest = self.joined.from(after);
        let blank = rest.len() - rest.trim_start().len();
        let at = self.joined.offset_of(after) + blank;
        let command_start = self.joined.span_of(at, at + 1).start;
        let form = self.form(rest);
        (form != Form::Shell(String::new())).then_some(Run {
            flags,
            form,
            command_start,
        })
    }

    fn copy(&self, node: Node<'_>) -> Option<Copy> {
        let flags = self.flags(node);
        let arguments = word::skip_flags(word::split_keyword(self.joined.as_str()).1);
        let exec = exec_form::parse(arguments);
        let exec_form = exec.is_some();
        let mut paths = exec.unwrap_or_else(|| {
            word::split_raw_with(arguments, self.escape)
                .into_iter()
                .filter(|path| !(self.has_heredocs && path.starts_with("<<")))
                .map(str::to_owned)
                .collect()
        });
        let destination = paths.pop()?;
        if paths.is_empty() && !self.has_heredocs {
            return None;
        }
        let has_heredocs = self.has_heredocs;
        Some(Copy {
            flags,
            sources: paths,
            destination,
            exec_form,
            has_heredocs,
        })
    }

    fn pairs(&self, node: Node<'_>, kind: &str, name: &str) -> Option<Vec<Pair>> {
        let pairs = Self::children(node, kind);
        pairs
            .into_iter()
            .map(|pair| {
                let key = pair.child_by_field_name(name)?;
                let span = self.span(pair);
                let after = self.joined.within(Span::new(self.span(key).end, span.end));
                let value = after.strip_prefix('=').unwrap_or(after).trim();
                let name = word::unquote(&self.value(key), self.escape);
                Some(Pair {
                    name,
                    value: value.to_owned(),
                    span,
                })
            })
            .collect()
    }

    fn build_args(&self, node: Node<'_>) -> Option<Vec<BuildArg>> {
        Self::children(node, "arg_pair")
            .into_iter()
            .map(|pair| {
                let text = self.value(pair);
                let (name, default) = match text.split_once('=') {
                    Some((name, default)) => (name.to_owned(), Some(default.to_owned())),
                    None => (text, None),
                };
                (!name.is_empty()).then_some(BuildArg { name, default })
            })
            .collect()
    }

    fn healthcheck(&self, node: Node<'_>) -> Option<Healthcheck> {
        let flags = self.flags(node);
        let rest = self.rest()?;
        let probe = word::skip_flags(&rest);
        if probe.eq_ignore_ascii_case("none") {
            return Some(Healthcheck { flags, probe: None });
        }
        let (keyword, command) = word::split_keyword(probe);
        let is_command = keyword.eq_ignore_ascii_case("cmd") && !command.trim().is_empty();
        is_command.then(|| Healthcheck {
            flags,
            probe: Some(self.form(command)),
        })
    }

    fn volumes(&self) -> Vec<String> {
        exec_form::parse(&self.rest_or_empty()).unwrap_or_else(|| self.words())
    }
}
