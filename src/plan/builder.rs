//! Edits that make the original text the builder stage, and what edits need to know about text.

use super::analysis::Analysis;
use super::build::Build;
use super::ladder::Chosen;
use super::user::RuntimeUser;
use crate::dockerfile::Dockerfile;
use crate::dockerfile::instruction::{Instruction, InstructionKind, Pair};
use crate::dockerfile::line::LineKind;
use crate::dockerfile::span::Span;
use crate::edit::Edit;

/// The name that a builder stage gets when FROM gives none.
const BUILDER: &str = "builder";

/// The name of the builder stage. One that FROM gives goes on to the final stage: whoever builds
/// with `--target` asks for the image that runs.
pub fn name(build: &Build<'_>) -> &'static str {
    let is_taken = own_name(build).is_some_and(|name| name.eq_ignore_ascii_case(BUILDER));
    if is_taken { "build" } else { BUILDER }
}

/// The name that FROM gives to the stage.
pub fn own_name<'b>(build: &'b Build<'_>) -> Option<&'b str> {
    match &build.steps.first()?.instruction.kind {
        InstructionKind::From(from) => from.name.as_deref(),
        _ => None,
    }
}

/// A keyword in the case that the file uses: that of its FROM.
pub fn keyword(dockerfile: &Dockerfile, keyword: &str) -> String {
    let from = dockerfile
        .stages
        .first()
        .and_then(|stage| dockerfile.instructions.get(stage.from));
    let is_lower = from.is_some_and(|from| {
        from.keyword
            .of(&dockerfile.text)
            .bytes()
            .all(|byte| byte.is_ascii_lowercase())
    });
    if is_lower {
        keyword.to_ascii_lowercase()
    } else {
        keyword.to_ascii_uppercase()
    }
}

/// Where the comment block directly above an instruction begins; the instruction's own line where
/// there is none. What is inserted there stands above both.
pub fn comment_start(dockerfile: &Dockerfile, instruction: &Instruction) -> usize {
    let lines = &dockerfile.lines.lines;
    let at = lines
        .iter()
        .position(|line| line.first_line == instruction.first_line);
    let Some(mut index) = at else {
        return instruction.span.start;
    };
    while index > 0
        && lines
            .get(index - 1)
            .is_some_and(|line| line.kind == LineKind::Comment)
    {
        index -= 1;
    }
    lines
        .get(index)
        .map_or(instruction.span.start, |line| line.span.start)
}

/// Where the instruction's own line begins, its indentation included.
fn line_start(dockerfile: &Dockerfile, instruction: &Instruction) -> usize {
    let mut lines = dockerfile.lines.lines.iter();
    let line = lines.find(|line| line.first_line == instruction.first_line);
    line.map_or(instruction.span.start, |line| line.span.start)
}

/// An instruction with the comment block above it and its line end.
pub fn block(dockerfile: &Dockerfile, instruction: &Instruction) -> Span {
    let start = comment_start(dockerfile, instruction);
    let line = dockerfile
        .lines
        .lines
        .iter()
        .find(|line| line.first_line == instruction.first_line);
    Span::new(
        start,
        line.map_or(instruction.span.end, |line| line.span.end),
    )
}

/// Index of the last step that the builder needs: RUN, COPY or ADD, FROM at the least.
pub fn last_builder_step(build: &Build<'_>) -> usize {
    let is_work = |kind: &InstructionKind| {
        matches!(
            kind,
            InstructionKind::Run(_) | InstructionKind::Copy(_) | InstructionKind::Add(_)
        )
    };
    build
        .steps
        .iter()
        .rposition(|step| is_work(&step.instruction.kind))
        .unwrap_or(0)
}

/// Where text that comes last in the builder is inserted: behind its last RUN, COPY or ADD.
pub fn end(build: &Build<'_>) -> usize {
    let step = build.steps.get(last_builder_step(build));
    step.map_or(build.dockerfile.text.len(), |step| {
        block(build.dockerfile, step.instruction).end
    })
}

/// Whether the instruction at `index` leaves the builder for the final stage.
pub fn moves(build: &Build<'_>, index: usize) -> bool {
    let Some(step) = build.steps.get(index) else {
        return false;
    };
    match step.instruction.kind {
        InstructionKind::Cmd(_)
        | InstructionKind::Entrypoint(_)
        | InstructionKind::Expose(_)
        | InstructionKind::Volume(_)
        | InstructionKind::Healthcheck(_)
        | InstructionKind::Stopsignal(_)
        | InstructionKind::Label(_)
        | InstructionKind::Maintainer => true,
        InstructionKind::Env(ref pairs) => {
            let stays = |pair: &Pair| build.toolchain.is_build_variable(&pair.name);
            index > last_builder_step(build) && !pairs.iter().all(stays)
        }
        // The final stage has lines of its own for these, in which a comment finds no place.
        InstructionKind::User(_) | InstructionKind::Workdir(_) | InstructionKind::Arg(_) => {
            let is_commented = comment_start(build.dockerfile, step.instruction)
                != line_start(build.dockerfile, step.instruction);
            index > last_builder_step(build) && !is_commented
        }
        _ => false,
    }
}

/// All edits on the original text.
pub fn edits(
    build: &Build<'_>,
    analysis: &Analysis,
    chosen: &Chosen,
    user: &RuntimeUser,
) -> Vec<Edit> {
    let dockerfile = build.dockerfile;
    let mut edits = from_edits(build, chosen);
    edits.extend(analysis.edits.iter().cloned());
    if let Some(line) = made_directories(build, user) {
        edits.push(Edit::insert(end(build), line));
    }
    for (index, step) in build.steps.iter().enumerate() {
        if moves(build, index) {
            edits.push(Edit::delete(removal(dockerfile, step.instruction)));
        }
    }
    edits
}

/// A block that is taken out, with one of the empty lines around it where there are two.
fn removal(dockerfile: &Dockerfile, instruction: &Instruction) -> Span {
    let span = block(dockerfile, instruction);
    let lines = &dockerfile.lines.lines;
    let before = lines.iter().rfind(|line| line.span.end <= span.start);
    let after = lines.iter().find(|line| line.span.start >= span.end);
    match (before.map(|line| line.kind), after) {
        (Some(LineKind::Blank), Some(line)) if line.kind == LineKind::Blank => {
            Span::new(span.start, line.span.end)
        }
        _ => span,
    }
}

/// `AS builder`, and the tag that both stages share.
fn from_edits(build: &Build<'_>, chosen: &Chosen) -> Vec<Edit> {
    let Some(InstructionKind::From(from)) = build.steps.first().map(|step| &step.instruction.kind)
    else {
        return Vec::new();
    };
    let pin = chosen
        .rung
        .pin
        .as_ref()
        .filter(|_| !build.base.parameterised);
    let image = match pin {
        Some(tag) => build.base.reference.with_tag(tag).to_string(),
        None => from.image.clone(),
    };
    let text = format!(
        "{image} {} {}",
        keyword(build.dockerfile, "AS"),
        name(build)
    );
    let end = match from.name {
        Some(_) => build
            .steps
            .first()
            .map_or(from.image_span.end, |step| step.instruction.span.end),
        None => from.image_span.end,
    };
    vec![Edit::replace(Span::new(from.image_span.start, end), text)]
}

fn made_directories(build: &Build<'_>, user: &RuntimeUser) -> Option<String> {
    if user.directories.is_empty() {
        return None;
    }
    let mut paths: Vec<&str> = Vec::new();
    for directory in &user.directories {
        if !paths.contains(&directory.source.as_str()) {
            paths.push(&directory.source);
        }
    }
    let line_end = build.dockerfile.line_end();
    let run = keyword(build.dockerfile, "RUN");
    // The last line of the builder may lack its end. A heredoc is set apart: linters that read
    // less than builders do lose their way behind one.
    let text = &build.dockerfile.text;
    let ended = text
        .get(..end(build))
        .is_some_and(|text| text.ends_with('\n'));
    let last = build.steps.get(last_builder_step(build));
    let apart = last.is_some_and(|step| !step.instruction.heredocs.is_empty());
    let before = line_end.repeat(usize::from(!ended) + usize::from(apart));
    Some(format!(
        "{before}{run} mkdir -p {}{line_end}",
        paths.join(" ")
    ))
}
