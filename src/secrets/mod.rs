//! Tokens out of build args and copied files, into secret mounts (`--secrets`). In: a rewrite, its
//! original and the build context. Out: the rewrite whose first stage mounts them, and how it is built.
//!
//! A RUN takes a token from the file of its mount: `env=` of the mount would be shorter, but only
//! frontends since `docker/dockerfile:1.10` and recent releases of buildah know it, and it keeps the line
//! end that a file with a token ends with.
//! Source: docs.docker.com, "Build secrets" and "RUN --mount=type=secret"; buildah-build(1).

mod argument;
mod builder;
mod file;

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

#[cfg(test)]
mod tests {
    use super::*;

    const NPMRC: &str = "//npm.acme.example/:_authToken=abc\n";

    fn with_secrets(body: &str, files: &[(&str, &str)]) -> (String, Vec<String>) {
        let rewrite = Dockerfile::parse(&format!(
            "FROM node:22 AS builder\n{body}\nFROM node:22-slim\n"
        ));
        let context = BuildContext::from_texts(files.iter().copied());
        let Mounted { text, notes, .. } = mounted(&rewrite, &rewrite, &context);
        if let Some(text) = &text {
            check(&rewrite, &Dockerfile::parse(text)).unwrap();
        }
        let text = text.unwrap_or_else(|| rewrite.text.clone());
        let body = text.strip_prefix("FROM node:22 AS builder\n").unwrap();
        let body = body.strip_suffix("\nFROM node:22-slim\n").unwrap();
        (
            body.to_owned(),
            notes.into_iter().map(|note| note.message).collect(),
        )
    }

    #[test]
    fn a_build_arg_becomes_a_variable_of_the_runs_that_may_use_it() {
        let (text, notes) = with_secrets(
            "RUN mkdir /x\nARG NPM_TOKEN\nRUN apt-get update\nRUN npm ci\nUSER node\nRUN npm run build\n",
            &[],
        );
        assert_eq!(
            text,
            "RUN mkdir /x\nRUN apt-get update\nRUN --mount=type=secret,id=npm_token,required=true export NPM_TOKEN=\"$(cat /run/secrets/npm_token)\" && npm ci\nUSER node\nRUN --mount=type=secret,id=npm_token,required=true,mode=0444 export NPM_TOKEN=\"$(cat /run/secrets/npm_token)\" && npm run build\n"
        );
        assert!(notes[0].contains("`docker build --secret id=npm_token,env=NPM_TOKEN .`"));
    }

    #[test]
    fn a_build_arg_that_more_than_commands_use_stays() {
        for body in [
            "ARG NPM_TOKEN\nENV NPM_TOKEN=$NPM_TOKEN\nRUN npm ci\n",
            "ARG NPM_TOKEN=none\nRUN npm ci\n",
            "ARG NPM_TOKEN OTHER\nRUN npm ci\n",
            "ARG NPM_TOKEN\nLABEL a=${NPM_TOKEN}\nRUN npm ci\n",
            "ARG NPM_TOKEN\nRUN [\"npm\", \"ci\"]\n",
            "ARG NPM_TOKEN\nRUN <<E\nnpm ci\nE\n",
        ] {
            let (text, notes) = with_secrets(body, &[]);
            assert_eq!((text.as_str(), notes.len()), (body, 1), "{notes:?}");
        }
        let public = "ARG KEYBOARD\nARG PUBLIC_KEY\nRUN npm ci\n";
        assert_eq!(with_secrets(public, &[]), (public.to_owned(), Vec::new()));
    }

    #[test]
    fn a_token_that_a_run_writes_down_gets_a_note() {
        for (run, told) in [
            ("echo x=$NPM_TOKEN > .npmrc", 2),
            ("npm config set x $NPM_TOKEN && npm ci", 2),
            ("echo x=$NPM_TOKEN > .npmrc && npm ci && rm .npmrc", 1),
            ("npm ci --token=$NPM_TOKEN > /dev/null", 1),
        ] {
            let (text, notes) = with_secrets(&format!("ARG NPM_TOKEN\nRUN {run}\n"), &[]);
            assert!(text.ends_with(&format!("&& {run}\n")), "{text}");
            assert_eq!(notes.len(), told, "{run}: {notes:?}");
        }
    }

    #[test]
    fn a_copied_file_with_a_token_is_mounted_in_its_place() {
        let mount = "--mount=type=secret,id=npmrc,target=/app/.npmrc,required=true ";
        for (run, expected) in [
            ("npm ci", "npm ci"),
            ("npm ci && rm -f .npmrc", "npm ci"),
            ("npm ci \\\n    && rm .npmrc", "npm ci"),
        ] {
            let body =
                format!("WORKDIR /app\nCOPY package.json .npmrc ./\nRUN {run}\nCOPY src src\n");
            let (text, notes) = with_secrets(&body, &[(".npmrc", NPMRC), ("src/a.js", "")]);
            let expected = format!(
                "WORKDIR /app\nCOPY package.json ./\nRUN {mount}{expected}\nCOPY src src\n"
            );
            assert_eq!(text, expected, "{notes:?}");
        }
        let alone = "COPY .netrc /root/.netrc\nRUN go mod download\n";
        let netrc = "machine example.org login x password y\n";
        let (text, notes) = with_secrets(alone, &[(".netrc", netrc)]);
        assert_eq!(
            text,
            "RUN --mount=type=secret,id=netrc,target=/root/.netrc,required=true go mod download\n"
        );
        assert!(notes[0].contains("--secret id=netrc,src=.netrc"));
    }

    #[test]
    fn a_copied_file_stays_where_it_holds_no_token_or_is_changed() {
        let body = |run: &str| format!("WORKDIR /app\nCOPY package.json .npmrc ./\nRUN {run}\n");
        for (run, npmrc, told) in [
            ("npm ci", "fund=false\n", 0),
            ("npm ci", "//x/:_authToken=${NPM_TOKEN}\n", 0),
            ("npm ci", "//x/:_authToken=abc\nscript-shell=bash\n", 1),
            ("npm ci; rm .npmrc; ls", NPMRC, 1),
            ("echo a=b >> .npmrc && npm ci", NPMRC, 1),
        ] {
            let body = body(run);
            let (text, notes) = with_secrets(&body, &[(".npmrc", npmrc)]);
            assert_eq!((text, notes.len()), (body, told), "{run} {npmrc} {notes:?}");
        }
    }

    #[test]
    fn a_folder_that_brings_the_file_too_gets_a_note() {
        let body = "WORKDIR /app\nCOPY .npmrc package.json ./\nRUN npm ci\nCOPY . .\n";
        let (text, notes) = with_secrets(body, &[(".npmrc", NPMRC)]);
        assert!(text.contains("COPY package.json ./"), "{text}");
        assert!(notes.iter().any(|note| note.contains(".dockerignore")));
    }
}
