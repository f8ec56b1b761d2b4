//! The build context: whether it matters which one it is, and what a reviewer is told about it.

use std::path::Path;

use super::{Asked, MAX_WAYS, One, Settings};
use crate::discover::Target;
use crate::dockerfile::Dockerfile;
use crate::dockerfile::instruction::{Instruction, InstructionKind, flag};
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
