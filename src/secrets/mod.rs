//! Tokens out of build args and copied files, into secret mounts (`--secrets`). In: a rewrite, its
//! original and the build context. Out: the rewrite whose first stage mounts them, and how it is built.
//!
//! A RUN takes a token from the file of its mount. `env=` of the mount would be shorter, but Docker's
//! frontend knows it since 1.10 and buildah since 2026 only, and it keeps the line end of a file.
//! Source: docs.docker.com, "Build secrets" and "RUN --mount=type=secret" and the release notes of
//! the Dockerfile frontend, 1.10.0; buildah's pull request 6285.

mod argument;
mod builder;
mod file;
#[cfg(test)]
mod tests;

use crate::dockerfile::Dockerfile;
use crate::dockerfile::instruction::InstructionKind;
use crate::edit::{self, Edit};
use crate::outcome::Note;
use crate::plan::base::contract_at_end;
use crate::project::context::BuildContext;
use builder::Builder;

/// A token that is mounted.
struct Secret {
    /// The id of the mount.
    id: String,
    /// Where `docker build --secret` takes it from: `env=NAME` or `src=PATH`.
    origin: String,
    /// Where it is mounted; `None` for the default place.
    target: Option<String>,
    /// The variable that holds it in a RUN.
    variable: Option<String>,
    /// The indexes of the RUN instructions that mount it.
    runs: Vec<usize>,
    /// What is taken out of the stage.
    edits: Vec<Edit>,
    /// What a reviewer should know beside how it is built.
    note: Option<String>,
}

/// Why a token stays where it is.
struct Stays {
    /// The line of the rewrite.
    line: usize,
    /// A sentence.
    message: String,
}

/// A rewrite with secret mounts.
#[derive(Default)]
pub(crate) struct Mounted {
    /// Its text; `None` where there is nothing to mount.
    pub(crate) text: Option<String>,
    /// What a reviewer should know.
    pub(crate) notes: Vec<Note>,
    /// The variables and files with tokens that it mounts.
    names: Vec<String>,
}

impl Mounted {
    /// What `--secrets` would do, where it would do something.
    pub(crate) fn offer(&self) -> Option<Note> {
        self.text.as_ref()?;
        Some(note(format!(
            "`--secrets` would take {} from secret mounts, so that the builder does not keep what it holds",
            self.names.join(" and ")
        )))
    }

    /// That a build without mounts has no secrets, where there are some.
    pub(crate) fn no_mounts(&self) -> Option<Note> {
        self.text.as_ref()?;
        let message = "`--secrets` is not followed: the builder that is asked for has no mounts";
        Some(note(message.to_owned()))
    }
}

fn note(message: String) -> Note {
    Note {
        line: None,
        message,
    }
}

/// The rewrite with secret mounts, and what is said about it.
pub(crate) fn mounted(
    original: &Dockerfile,
    rewrite: &Dockerfile,
    context: &BuildContext,
) -> Mounted {
    let Some(builder) = Builder::of(rewrite, context) else {
        return Mounted::default();
    };
    let mut secrets = Vec::new();
    let mut notes = Vec::new();
    for found in argument::all(&builder)
        .into_iter()
        .chain(file::all(&builder))
    {
        match found {
            Ok(secret) => secrets.push(secret),
            Err(Stays { line, message }) => notes.push(Note {
                line: of_original(original, rewrite, line),
                message: format!("`--secrets` is not followed: {message}"),
            }),
        }
    }
    secrets.retain(|secret| !secret.runs.is_empty());
    if secrets.is_empty() {
        return Mounted {
            notes,
            ..Mounted::default()
        };
    }
    let mut edits: Vec<Edit> = secrets.iter().flat_map(|it| it.edits.clone()).collect();
    edits.extend(builder.mounts(&secrets));
    notes.insert(0, told(&secrets));
    notes.extend(secrets.iter().filter_map(|it| it.note.clone().map(note)));
    Mounted {
        text: edit::apply(&rewrite.text, &edits),
        notes,
        names: secrets
            .iter()
            .map(|it| format!("`{}`", it.name()))
            .collect(),
    }
}

impl Secret {
    /// The variable or the file.
    fn name(&self) -> &str {
        let (_, name) = self.origin.split_once('=').unwrap_or_default();
        name
    }
}

/// How the image is built from now on.
fn told(secrets: &[Secret]) -> Note {
    let options: Vec<String> = secrets
        .iter()
        .map(|secret| format!("--secret id={},{}", secret.id, secret.origin))
        .collect();
    note(format!(
        "tokens come from secret mounts in place of build args and copied files: build with `docker build {} .`",
        options.join(" ")
    ))
}

/// The line of the original that holds the instruction at `line` of the rewrite.
fn of_original(original: &Dockerfile, rewrite: &Dockerfile, line: usize) -> Option<usize> {
    let mut instructions = rewrite.instructions.iter();
    let here = instructions.find(|it| it.first_line == line)?;
    let text = here.span.of(&rewrite.text);
    let mut instructions = original.instructions.iter();
    let there = instructions.find(|it| it.span.of(&original.text) == text)?;
    Some(there.first_line)
}

/// Whether `new` is `old` but for what secret mounts change in its first stage.
///
/// # Errors
/// What is not so: a bug of ours.
pub(crate) fn check(old: &Dockerfile, new: &Dockerfile) -> Result<(), String> {
    if let Some(opaque) = new.first_opaque() {
        let line = opaque.first_line;
        return Err(format!("line {line} with a secret is not understood"));
    }
    if old.stages.len() != new.stages.len() || contract_at_end(old) != contract_at_end(new) {
        return Err("secret mounts change what the image is".to_owned());
    }
    let is_free = |kind: &InstructionKind| {
        matches!(
            kind,
            InstructionKind::Arg(_) | InstructionKind::Copy(_) | InstructionKind::Run(_)
        )
    };
    let kept = |dockerfile: &Dockerfile| -> Vec<String> {
        let first = dockerfile.stages.first().map_or(0, |stage| stage.end);
        let all = dockerfile.instructions.iter().enumerate();
        all.filter(|(index, it)| *index >= first || !is_free(&it.kind))
            .map(|(_, it)| it.span.of(&dockerfile.text).trim_end().to_owned())
            .collect()
    };
    if kept(old) == kept(new) {
        Ok(())
    } else {
        Err("secret mounts change other instructions".to_owned())
    }
}
