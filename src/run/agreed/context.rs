//! The build context: whether it matters which one it is, and what a reviewer is told about it.

use std::path::Path;

use super::{Asked, MAX_WAYS, One, Settings};
use crate::discover::Target;
use crate::dockerfile::Dockerfile;
use crate::dockerfile::image::ImageRef;
use crate::dockerfile::instruction::{Instruction, InstructionKind, flag};
use crate::dockerfile::stage::Stage;
use crate::outcome::{Code, Decline, Explanation, Note, Outcome, Rewrite};

/// Several contexts with different answers: nothing tells which one is right.
pub(super) fn several(
    first: &Outcome,
    text: &str,
    target: &Target,
    settings: &Settings,
    one: One<'_>,
) -> Option<Decline> {
    let contexts = target.contexts();
    let (_, others) = contexts.split_first()?;
    let few = others.get(..others.len().min(MAX_WAYS))?;
    let is_agreed = few.len() == others.len()
        && few
            .iter()
            .all(|(folder, _)| is_same(first, &one(text, Some(folder), settings)));
    if is_agreed {
        return None;
    }
    let message = format!(
        "it is built from several contexts, with different answers: {}",
        said(target).join(", ")
    );
    Some(
        Decline::new(Code::AmbiguousContext, message)
            .hint("name the one that counts with `--context DIR`"),
    )
}

/// Whether two outcomes say the same, so that it does not matter which context is the right one.
fn is_same(one: &Outcome, other: &Outcome) -> bool {
    match (one, other) {
        (Outcome::Rewritten(one), Outcome::Rewritten(other)) => one.text == other.text,
        (Outcome::Unchanged(one), Outcome::Unchanged(other)) => one.code == other.code,
        (Outcome::Declined(_), Outcome::Declined(_)) => true,
        _ => false,
    }
}

/// The contexts that are named, each with its place.
fn said(target: &Target) -> Vec<String> {
    let contexts = target.contexts();
    let few = contexts.iter().take(MAX_WAYS);
    few.map(|(folder, usage)| format!("`{}` ({})", target.shown(folder), usage.evidence))
        .collect()
}

impl Asked<'_> {
    /// Says which context it is, where a reviewer should know, and why it is taken for that.
    pub(super) fn tell_context(&self, rewrite: &mut Rewrite) {
        let Some(context) = self.target.context.as_deref() else {
            return;
        };
        if let Some(message) = self.context_note(context) {
            let note = Note {
                line: None,
                message,
            };
            rewrite.notes.insert(0, note);
        }
        let Some(line) = first_copy(&rewrite.text) else {
            return;
        };
        if let Some((rule, evidence)) = self.context_reason(context) {
            let reason = Explanation {
                line,
                rule,
                evidence,
            };
            let behind = rewrite.explanations.partition_point(|it| it.line < line);
            rewrite.explanations.insert(behind, reason);
        }
    }

    /// A further context must mean no stage and no image of the rewrite: a build takes it in place
    /// of those of its name (docs.docker.com/reference/cli/docker/buildx/build/#build-context).
    pub(super) fn named_contexts(&self, rewrite: &Rewrite) -> Result<(), Decline> {
        let dockerfile = Dockerfile::parse(&rewrite.text);
        for usage in &self.target.usages {
            let meant = usage.named_contexts.iter().find(|name| {
                let is_meant = |stage: &Stage| {
                    let own = stage.name.as_deref();
                    own.is_some_and(|own| own.eq_ignore_ascii_case(name))
                        || is_image(name, &stage.image)
                };
                dockerfile.stages.iter().any(is_meant)
            });
            let Some(name) = meant else {
                continue;
            };
            let message = format!(
                "{} builds it with something else under the name `{name}`",
                usage.evidence
            );
            return Err(Decline::new(Code::UnknownBase, message)
                .hint("write into FROM what is meant, and give the context a name of its own"));
        }
        Ok(())
    }

    fn context_note(&self, context: &Path) -> Option<String> {
        let target = self.target;
        let is_own = target.dockerfile.parent() == Some(context);
        let said = said(target);
        match (said.as_slice(), target.fits.as_slice()) {
            ([_], _) if is_own => None,
            ([only], _) => Some(format!("the build context is {only}")),
            ([_, ..], _) => Some(format!(
                "it is built from several contexts, to the same end: {}",
                said.join(", ")
            )),
            ([], [_, others @ ..]) if !others.is_empty() => {
                let others = others.iter().take(MAX_WAYS);
                let others: Vec<_> = others
                    .map(|folder| format!("`{}`", target.shown(folder)))
                    .collect();
                Some(format!(
                    "the build context is taken to be `{}`; {} has all that it copies, too: name another one with `--context DIR`",
                    target.shown(context),
                    others.join(", ")
                ))
            }
            ([], [_]) if !is_own => Some(format!(
                "the build context is taken to be `{}`, which has all that it copies",
                target.shown(context)
            )),
            ([], _) => None,
        }
    }

    /// The rule by which it is this context, and where that is said; none for one that was given.
    fn context_reason(&self, context: &Path) -> Option<(String, Vec<String>)> {
        let target = self.target;
        target.tree.as_ref()?;
        let shown = target.shown(context);
        let usages = target.usages.iter();
        let evidence: Vec<String> = usages
            .filter(|usage| target.folder(usage) == context)
            .map(|usage| usage.evidence.to_string())
            .take(MAX_WAYS)
            .collect();
        let why = match (evidence.as_slice(), target.fits.as_slice()) {
            ([_, ..], _) => "it is built from there",
            ([], [_, ..]) => "the nearest folder that has all that it copies",
            ([], []) => "nothing tells of another",
        };
        Some((format!("the build context is `{shown}`: {why}"), evidence))
    }
}

/// Whether the name of a context is that of an image in a FROM, as far as that is written out.
fn is_image(name: &str, image: &str) -> bool {
    if let Some((start, _)) = image.split_once('$') {
        return name.starts_with(start);
    }
    match (ImageRef::parse(name), ImageRef::parse(image)) {
        (Some(name), Some(image)) => {
            name.repository() == image.repository() && name.tag_or_latest() == image.tag_or_latest()
        }
        _ => false,
    }
}

/// The line of the first instruction that copies from the build context.
fn first_copy(text: &str) -> Option<usize> {
    let is_copy = |it: &&Instruction| match &it.kind {
        InstructionKind::Copy(copy) | InstructionKind::Add(copy) => {
            flag(&copy.flags, "from").is_none()
        }
        _ => false,
    };
    let dockerfile = Dockerfile::parse(text);
    let first = dockerfile.instructions.iter().find(is_copy);
    first.map(|it| it.first_line)
}
