//! From an instruction's joined text to its types.
//!
//! In goes the joined text, out comes an [`InstructionKind`]: [`InstructionKind::Opaque`] where
//! BuildKit's instruction parser refuses the text, or where what it makes of it is not certain.
//! The rules are those of BuildKit, `parser/line_parsers.go` and `instructions/parse.go`.

use super::exec_form;
use super::flags::{self, Parts};
use super::heredoc;
use super::instruction::{
    BuildArg, Copy, Flag, Form, From, Healthcheck, InstructionKind, Pair, Run,
};
use super::joined::Joined;
use super::word;

/// One instruction on its way from text to types.
pub(super) struct Lowering<'t> {
    /// Its joined text.
    pub joined: &'t Joined,
    /// The escape character.
    pub escape: char,
    /// How many heredocs it has.
    pub heredocs: usize,
}

impl Lowering<'_> {
    /// What the instruction says.
    pub(super) fn run(&self) -> InstructionKind {
        self.try_run().unwrap_or(InstructionKind::Opaque)
    }

    fn try_run(&self) -> Option<InstructionKind> {
        let parts = flags::split(self.joined.as_str(), self.escape);
        let flags = parts.checked_flags(self.joined)?;
        let text = || Some(parts.rest.to_owned()).filter(|rest| !rest.is_empty());
        Some(match parts.keyword.to_ascii_uppercase().as_str() {
            "FROM" => InstructionKind::From(self.from(&parts, flags)?),
            "RUN" => InstructionKind::Run(self.run_arguments(&parts, flags)?),
            "COPY" => InstructionKind::Copy(self.copy(&parts, flags)?),
            "ADD" => InstructionKind::Add(self.copy(&parts, flags)?),
            "ENV" => InstructionKind::Env(self.pairs(&parts)?),
            "LABEL" => InstructionKind::Label(self.pairs(&parts)?),
            "ARG" => InstructionKind::Arg(self.build_args(&parts)?),
            "WORKDIR" => InstructionKind::Workdir(text()?),
            "USER" => InstructionKind::User(text()?),
            "STOPSIGNAL" => InstructionKind::Stopsignal(text()?),
            "CMD" => InstructionKind::Cmd(form(parts.rest)?),
            "ENTRYPOINT" => InstructionKind::Entrypoint(form(parts.rest)?),
            "HEALTHCHECK" => InstructionKind::Healthcheck(healthcheck(&parts, flags)?),
            "EXPOSE" => InstructionKind::Expose(plain_words(parts.rest)?),
            "VOLUME" => InstructionKind::Volume(volumes(parts.rest)?),
            "SHELL" => {
                let words = exec_form::parse(parts.rest)?;
                InstructionKind::Shell(Some(words).filter(|words| !words.is_empty())?)
            }
            "ONBUILD" => text().map(|_| InstructionKind::Onbuild)?,
            "MAINTAINER" => text().map(|_| InstructionKind::Maintainer)?,
            _ => return None,
        })
    }

    fn from(&self, parts: &Parts<'_>, flags: Vec<Flag>) -> Option<From> {
        let words = word::split_plain(parts.rest);
        let (image, name) = match *words.as_slice() {
            [image] => (image, None),
            [image, keyword, name] if keyword.eq_ignore_ascii_case("as") => (image, Some(name)),
            _ => return None,
        };
        name.is_none_or(is_stage_name).then(|| From {
            image: image.to_owned(),
            image_span: self
                .joined
                .span_of(parts.rest_at, parts.rest_at + image.len()),
            flags,
            name: name.map(str::to_owned),
        })
    }

    fn run_arguments(&self, parts: &Parts<'_>, flags: Vec<Flag>) -> Option<Run> {
        let at = parts.rest_at;
        let form = form(parts.rest).filter(|form| *form != Form::Exec(Vec::new()))?;
        Some(Run {
            flags,
            form,
            command_start: self.joined.span_of(at, at + 1).start,
        })
    }

    fn copy(&self, parts: &Parts<'_>, flags: Vec<Flag>) -> Option<Copy> {
        if exec_form::is_doubtful(parts.rest) {
            return None;
        }
        let exec = exec_form::parse(parts.rest);
        let exec_form = exec.is_some();
        let mut paths = match exec {
            Some(paths) => paths,
            None => plain_words(parts.rest)?,
        };
        let destination = paths.pop()?;
        let written = paths.len();
        if !exec_form {
            paths.retain(|path| heredoc::mark(path).is_none());
        }
        // A mark with quoted or leading white space is a heredoc, but its pieces are read as paths.
        let marks_fit = written - paths.len() == self.heredocs;
        let sound = written > 0 && marks_fit && heredoc::mark(&destination).is_none();
        sound.then_some(Copy {
            flags,
            sources: paths,
            destination,
            exec_form,
            has_heredocs: self.heredocs > 0,
        })
    }

    fn pairs(&self, parts: &Parts<'_>) -> Option<Vec<Pair>> {
        let places = word::split_places(parts.rest, self.escape);
        let &(start, end) = places.first()?;
        if !parts.rest.get(start..end)?.contains('=') {
            return Some(vec![self.legacy_pair(parts)?]);
        }
        places
            .into_iter()
            .map(|(start, end)| {
                let (name, value) = parts.rest.get(start..end)?.split_once('=')?;
                self.pair(name, value, parts.rest_at + start, parts.rest_at + end)
            })
            .collect()
    }

    /// `ENV name value`: one pair, the value runs to the end.
    fn legacy_pair(&self, parts: &Parts<'_>) -> Option<Pair> {
        let (name, value) = word::split_keyword(parts.rest);
        let value = value.trim_start_matches(word::is_separator);
        let end = parts.rest_at + parts.rest.len();
        (!value.is_empty()).then(|| self.pair(name, value, parts.rest_at, end))?
    }

    fn pair(&self, name: &str, value: &str, start: usize, end: usize) -> Option<Pair> {
        let name = word::unquote(name, self.escape);
        (!name.is_empty()).then(|| Pair {
            name,
            value: value.to_owned(),
            span: self.joined.span_of(start, end),
        })
    }

    fn build_args(&self, parts: &Parts<'_>) -> Option<Vec<BuildArg>> {
        let words = word::split_raw_with(parts.rest, self.escape);
        let args = words.into_iter().map(|word| {
            let (name, default) = match word.split_once('=') {
                Some((name, default)) => (name, Some(default.to_owned())),
                None => (word, None),
            };
            let name = word::unquote(name, self.escape);
            (!name.is_empty()).then_some(BuildArg { name, default })
        });
        let args = args.collect::<Option<Vec<_>>>()?;
        (!args.is_empty()).then_some(args)
    }
}

/// Shell form or exec form; `None` for nothing, and where builders do not agree.
fn form(text: &str) -> Option<Form> {
    if text.is_empty() || exec_form::is_doubtful(text) {
        return None;
    }
    Some(match exec_form::parse(text) {
        Some(words) => Form::Exec(words),
        None => Form::Shell(text.to_owned()),
    })
}

fn plain_words(text: &str) -> Option<Vec<String>> {
    let words = word::split_plain(text);
    (!words.is_empty()).then(|| words.into_iter().map(str::to_owned).collect())
}

fn volumes(text: &str) -> Option<Vec<String>> {
    if exec_form::is_doubtful(text) {
        return None;
    }
    let paths = match exec_form::parse(text) {
        Some(paths) => paths,
        None => plain_words(text)?,
    };
    let sound = !paths.is_empty() && paths.iter().all(|path| !path.trim().is_empty());
    sound.then_some(paths)
}

fn healthcheck(parts: &Parts<'_>, flags: Vec<Flag>) -> Option<Healthcheck> {
    let (kind, command) = word::split_keyword(parts.rest);
    let command = command.trim();
    if kind.eq_ignore_ascii_case("none") {
        return command
            .is_empty()
            .then_some(Healthcheck { flags, probe: None });
    }
    let probe = form(command).filter(|form| *form != Form::Exec(Vec::new()))?;
    kind.eq_ignore_ascii_case("cmd").then_some(Healthcheck {
        flags,
        probe: Some(probe),
    })
}

/// Source: `validStageName` in BuildKit's `instructions/parse.go`, which compares in lower case.
fn is_stage_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
}

#[cfg(test)]
mod tests;
