//! One answer for every way in which a Dockerfile is built and run. What the tree says about it
//! in, the outcome out: a rewrite that is right for all of them, or the reason why there is none.
//!
//! Each other way is a Dockerfile of its own: other defaults of its ARGs, another CMD. It is
//! restaged like the first, and both must come to the same stages.

mod context;
mod services;
mod user;
mod variant;

use std::collections::BTreeMap;
use std::path::Path;

use super::Settings;
use crate::build_args::{declared, declares, with_args};
use crate::discover::Target;
use crate::dockerfile::Dockerfile;
use crate::outcome::{Code, Decline, HARDENED, Note, Outcome, Reason, Rewrite};
use crate::project::usage::{Purpose, Usage};

/// Restages a text in a build context.
pub(super) type One<'o> = &'o dyn Fn(&str, Option<&Path>, &Settings) -> Outcome;

/// The most ways of one kind that are tried. A Dockerfile with more is a template for all sorts
/// of things.
const MAX_WAYS: usize = 8;

/// The outcome for `target`, whose text is `text`.
pub(super) fn restage(text: &str, target: &Target, settings: &Settings, one: One<'_>) -> Outcome {
    let first = one(text, target.context.as_deref(), settings);
    let first = match context::several(&first, text, target, settings, one) {
        Some(decline) => return Outcome::Declined(decline),
        None => first,
    };
    let Outcome::Rewritten(rewrite) = first else {
        return first;
    };
    let asked = Asked {
        text,
        target,
        settings,
        one,
    };
    let stays_one = rewrite.runtime == HARDENED;
    match asked.agreed(rewrite) {
        Ok(rewrite) => Outcome::Rewritten(rewrite),
        Err(decline) if stays_one => asked.not_hardened(&decline),
        Err(decline) => Outcome::Declined(decline),
    }
}

/// What is asked about one Dockerfile.
struct Asked<'a> {
    text: &'a str,
    target: &'a Target,
    settings: &'a Settings,
    one: One<'a>,
}

impl Asked<'_> {
    fn agreed(&self, rewrite: Rewrite) -> Result<Rewrite, Decline> {
        self.arguments(&rewrite)?;
        self.named_contexts(&rewrite)?;
        let mut rewrite = self.services(rewrite)?;
        self.targets(&mut rewrite)?;
        self.development(&mut rewrite)?;
        self.tell_secrets(&mut rewrite);
        self.tell_context(&mut rewrite);
        Ok(rewrite)
    }

    /// A file that gains nothing by a second stage, and that cannot be hardened either.
    fn not_hardened(&self, decline: &Decline) -> Outcome {
        let mut settings = self.settings.clone();
        settings.options.harden = false;
        match self.ask(self.text, &settings) {
            Outcome::Unchanged(reason) => Outcome::Unchanged(Reason {
                message: format!(
                    "{}, nor can it be hardened: {}",
                    reason.message, decline.message
                ),
                hint: None,
                ..reason
            }),
            other => other,
        }
    }

    /// Build args that somebody passes must come to the same stages as the defaults.
    fn arguments(&self, rewrite: &Rewrite) -> Result<(), Decline> {
        let dockerfile = Dockerfile::parse(self.text);
        let mut ways: BTreeMap<Vec<(String, String)>, &Usage> = BTreeMap::new();
        for usage in &self.target.usages {
            let mut args = declared(&dockerfile, &usage.args);
            args.retain(|(name, _)| !self.is_secret(rewrite, name));
            if !args.is_empty() {
                ways.entry(args).or_insert(usage);
            }
        }
        if ways.len() > MAX_WAYS {
            let message = format!("more than {MAX_WAYS} sets of build args are passed to it");
            return Err(Decline::new(Code::UnresolvedVariable, message)
                .hint("let fewer differ, or write them into the file as defaults"));
        }
        for (args, usage) in ways {
            let text = with_args(&dockerfile, &args);
            let expected = with_args(&Dockerfile::parse(&rewrite.text), &args);
            let outcome = (self.one)(&text, self.target.context.as_deref(), self.settings);
            if matches!(&outcome, Outcome::Rewritten(other) if other.text == expected) {
                continue;
            }
            let said: Vec<String> = args
                .iter()
                .map(|(name, value)| format!("`{name}={value}`"))
                .collect();
            let message = format!(
                "with {}, as {} passes, the rewrite would be another one{}",
                said.join(" and "),
                usage.evidence,
                because(&outcome)
            );
            return Err(Decline::new(Code::UnresolvedVariable, message)
                .hint("give the ARG this default, or pass the same everywhere"));
        }
        Ok(())
    }

    /// Whether a build arg of the original has become a secret, whatever it holds.
    fn is_secret(&self, rewrite: &Rewrite, name: &str) -> bool {
        self.settings.options.secrets && !declares(&Dockerfile::parse(&rewrite.text), name)
    }

    /// Says who has to pass a secret in place of a build arg.
    fn tell_secrets(&self, rewrite: &mut Rewrite) {
        let dockerfile = Dockerfile::parse(self.text);
        let mut told = Vec::new();
        for usage in &self.target.usages {
            let args = declared(&dockerfile, &usage.args);
            for (name, _) in args
                .iter()
                .filter(|(name, _)| self.is_secret(rewrite, name))
            {
                told.push(Note {
                    line: None,
                    message: format!(
                        "{} passes `{name}` as a build arg: it must pass it as a secret",
                        usage.evidence
                    ),
                });
            }
        }
        rewrite.notes.extend(told);
    }

    /// A stage that somebody builds must be there, and be what it was.
    fn targets(&self, rewrite: &mut Rewrite) -> Result<(), Decline> {
        let dockerfile = Dockerfile::parse(self.text);
        let own = dockerfile
            .stages
            .first()
            .and_then(|stage| stage.name.as_deref());
        for usage in &self.target.usages {
            let Some(target) = &usage.target else {
                continue;
            };
            if own.is_some_and(|own| own.eq_ignore_ascii_case(target)) {
                continue;
            }
            let evidence = &usage.evidence;
            if target.parse::<usize>().is_ok() {
                let message = format!(
                    "{evidence} builds the stage by its number `{target}`, which would be the builder"
                );
                return Err(Decline::new(Code::UnsupportedInstruction, message)
                    .hint("name the stage, and build it by its name"));
            }
            rewrite.notes.push(Note {
                line: None,
                message: format!(
                    "{evidence} builds a stage `{target}`, which the file did not have"
                ),
            });
        }
        Ok(())
    }

    /// A development container needs the tools that the final stage has not.
    fn development(&self, rewrite: &mut Rewrite) -> Result<(), Decline> {
        let is_development = |usage: &&Usage| usage.purpose == Purpose::Development;
        let Some(usage) = self.target.usages.iter().find(is_development) else {
            return Ok(());
        };
        let evidence = &usage.evidence;
        if usage.dockerfile.contains(".devcontainer/") {
            let message = format!("it is built to develop in ({evidence})");
            return Err(Decline::new(Code::DevCommand, message));
        }
        if usage.target.is_none() && rewrite.runtime != HARDENED {
            let builder = variant::builder_of(&rewrite.text);
            let message = format!(
                "{evidence} develops in this image: with `\"target\": \"{builder}\"` it keeps its tools"
            );
            rewrite.notes.push(Note {
                line: None,
                message,
            });
        }
        Ok(())
    }
}

/// Why an outcome is none, to stand behind a sentence.
fn because(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Rewritten(_) => String::new(),
        Outcome::Unchanged(reason) => format!(": {}", reason.message),
        Outcome::Declined(decline) => format!(": {}", decline.message),
    }
}
