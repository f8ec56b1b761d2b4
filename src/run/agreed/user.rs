//! Services that say themselves whom they run as: what belonged to that user in the original image
//! belongs to it in the rewrite, and its account is there.

use super::services::{adds_user, mounts_sources};
use super::variant::with_user;
use super::{Asked, Settings, because};
use crate::dockerfile::Dockerfile;
use crate::dockerfile::instruction::{Instruction, InstructionKind};
use crate::options::User;
use crate::outcome::{Code, Decline, HARDENED, Note, Outcome, Rewrite};
use crate::project::usage::Service;

impl Asked<'_> {
    /// The rewrite with the original's user kept, if there is one; `settings` then say so.
    pub(super) fn keeping_user(&self, reason: String, settings: &mut Settings) -> Option<Rewrite> {
        let mut rooted = settings.clone();
        rooted.options.user = User::Keep;
        rooted.options.keep_because = Some(reason);
        let Outcome::Rewritten(kept) = self.ask(self.text, &rooted) else {
            return None;
        };
        *settings = rooted;
        Some(kept)
    }

    /// A rewrite in which services with a `user` of their own find what the original gave them:
    /// nothing is given to a new user, and accounts that they name are there.
    pub(super) fn with_users(
        &self,
        mut rewrite: Rewrite,
        settings: &mut Settings,
    ) -> Result<Rewrite, Decline> {
        for service in self.run_by() {
            let Some(user) = service.user.as_ref() else {
                continue;
            };
            let known = user.value.as_deref();
            if mounts_sources(service, &rewrite) || known.is_some_and(is_root) {
                continue;
            }
            if adds_user(self.text, &rewrite) && settings.options.user == User::NonRoot {
                let reason = format!(
                    "the service `{}` says itself whom it runs as ({})",
                    service.name, user.evidence
                );
                rewrite = match self.keeping_user(reason.clone(), settings) {
                    Some(kept) => kept,
                    None if rewrite.runtime == HARDENED => {
                        return Err(Decline::new(Code::OtherCommand, reason));
                    }
                    None => rewrite,
                };
            }
            if let Some(name) = known.filter(|it| !is_numeric(it)) {
                self.has_account(&rewrite, name, settings).map_err(|why| {
                    let message = format!(
                        "the service `{}` runs as `{name}` ({}), which the final stage may not know{why}",
                        service.name, user.evidence
                    );
                    Decline::new(Code::OtherCommand, message)
                        .hint("write the user into the Dockerfile with USER, or use its number")
                })?;
            }
        }
        self.own_sources(&mut rewrite);
        Ok(rewrite)
    }

    /// Sources of the host that are mounted over those of the image keep their owner, whoever
    /// develops on them.
    fn own_sources(&self, rewrite: &mut Rewrite) {
        if !adds_user(self.text, rewrite) {
            return;
        }
        let develops =
            |service: &&Service| service.user.is_none() && mounts_sources(service, rewrite);
        let notes: Vec<Note> = self
            .run_by()
            .filter(develops)
            .map(|service| Note {
                line: None,
                message: format!(
                    "the service `{}` mounts sources of the host, which the new user may not be let write to: with `user: root` it runs as it did",
                    service.name
                ),
            })
            .collect();
        rewrite.notes.extend(notes);
    }

    /// Whether the final stage has the account: it must be made of the same when the Dockerfile
    /// says USER itself. The error is a reason, as far as there is one.
    fn has_account(
        &self,
        rewrite: &Rewrite,
        name: &str,
        settings: &Settings,
    ) -> Result<(), String> {
        let outcome = self.ask(&with_user(self.text, name), settings);
        match &outcome {
            Outcome::Rewritten(other)
                if without_user(&other.text) == without_user(&rewrite.text) =>
            {
                Ok(())
            }
            outcome => Err(because(outcome)),
        }
    }
}

fn is_root(user: &str) -> bool {
    matches!(user.split(':').next(), Some("0" | "root"))
}

fn is_numeric(user: &str) -> bool {
    let mut parts = user.split(':');
    parts.all(|part| part.parse::<u32>().is_ok())
}

/// What a rewrite is made of, apart from who runs it.
fn without_user(text: &str) -> Vec<String> {
    let dockerfile = Dockerfile::parse(text);
    let is_other = |it: &&Instruction| !matches!(it.kind, InstructionKind::User(_));
    let others = dockerfile.instructions.iter().filter(is_other);
    others
        .map(|it| it.span.of(text).trim().to_owned())
        .collect()
}
