//! TEXT <-> MODEL. Takes a Dockerfile's text, gives its instructions, stages and contract.
//!
//! No I/O happens here, and nothing here fails: what is not understood is kept as text.

pub mod contract;
mod directive;
pub mod exec_form;
mod expand;
mod flags;
pub mod heredoc;
pub mod image;
pub mod instruction;
pub mod joined;
pub mod line;
mod lower;
pub mod shell;
pub mod span;
mod splitter;
pub mod stage;
pub mod word;

use instruction::{Instruction, InstructionKind};
use joined::Joined;
use line::{LineKind, Lines, LogicalLine};
use span::Span;
use stage::Stage;

/// A Dockerfile: its text, and what the text says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dockerfile {
    /// The text, without byte order mark. It is the truth; the rest are opinions about it.
    pub text: String,
    /// Its logical lines, end to end.
    pub lines: Lines,
    /// Its instructions.
    pub instructions: Vec<Instruction>,
    /// Its stages.
    pub stages: Vec<Stage>,
}

impl Dockerfile {
    /// Reads `text`. Never fails: an instruction that is not understood is
    /// [`InstructionKind::Opaque`].
    pub fn parse(text: &str) -> Self {
        let lines = line::split(text);
        let instructions: Vec<Instruction> = lines
            .lines
            .iter()
            .filter(|line| line.kind == LineKind::Instruction)
            .map(|line| instruction(text, line, lines.escape))
            .collect();
        let stages = stage::stages(&instructions);
        Self {
            text: text.to_owned(),
            lines,
            instructions,
            stages,
        }
    }

    /// The instructions of a stage, its FROM first.
    pub fn stage_instructions(&self, stage: &Stage) -> &[Instruction] {
        self.instructions
            .get(stage.from..stage.end)
            .unwrap_or_default()
    }

    /// The instructions before the first FROM.
    pub fn global_instructions(&self) -> &[Instruction] {
        let end = self
            .stages
            .first()
            .map_or(self.instructions.len(), |stage| stage.from);
        self.instructions.get(..end).unwrap_or_default()
    }

    /// `text` of a FROM, its variables replaced by the defaults of the build args before it. `None`
    /// when one has no default.
    pub fn expand_global(&self, text: &str) -> Option<String> {
        let escape = self.lines.escape;
        let globals = contract::globals(self.global_instructions(), escape);
        word::expand(text, escape, &|name| {
            let found = globals.iter().find(|(known, _)| known == name);
            found.and_then(|(_, value)| value.clone())
        })
    }

    /// The line end that the file uses: `\r\n` when its first line ends so.
    pub fn line_end(&self) -> &'static str {
        match self.text.find('\n') {
            Some(at) if self.text.get(..at).is_some_and(|line| line.ends_with('\r')) => "\r\n",
            _ => "\n",
        }
    }

    /// Its comments and parser directives, without the blanks around them.
    pub fn comments(&self) -> Vec<&str> {
        let is_comment =
            |line: &&LogicalLine| matches!(line.kind, LineKind::Comment | LineKind::Directive);
        let lines = self.lines.lines.iter().filter(is_comment);
        lines.map(|line| line.span.of(&self.text).trim()).collect()
    }

    /// The first instruction that is not understood.
    pub fn first_opaque(&self) -> Option<&Instruction> {
        self.instructions
            .iter()
            .find(|instruction| instruction.kind == InstructionKind::Opaque)
    }
}

fn instruction(text: &str, line: &LogicalLine, escape: char) -> Instruction {
    let joined = Joined::new(text, &line.pieces);
    let start = line
        .pieces
        .first()
        .map_or(line.span.start, |piece| piece.start);
    let (keyword, _) = word::split_keyword(joined.as_str());
    let keyword = joined.span_of(0, keyword.len());
    let body = Span::new(start, line.span.end).of(text);
    let end = start + body.trim_end_matches(['\r', '\n']).len();
    let lowering = lower::Lowering {
        joined: &joined,
        escape,
        heredocs: line.heredocs.len(),
    };
    let kind = if is_beyond_the_builder(text, line) {
        InstructionKind::Opaque
    } else {
        lowering.run()
    };
    Instruction {
        span: Span::new(start, end),
        keyword,
        first_line: line.first_line,
        last_line: line.last_line,
        heredocs: line.heredocs.clone(),
        kind,
        joined,
    }
}

/// The longest physical line that BuildKit reads.
const MAX_LINE: usize = 65_535;

/// Whether BuildKit refuses the line whatever it says.
fn is_beyond_the_builder(text: &str, line: &LogicalLine) -> bool {
    let long = |physical: &str| physical.len() > MAX_LINE;
    line.heredocs.iter().any(|heredoc| !heredoc.terminated)
        || line.span.len() > MAX_LINE && line.span.of(text).split('\n').any(long)
}
