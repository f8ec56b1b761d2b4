//! Services that run the image: what each starts in place of the image's own command must run in
//! the same final stage, and what is mounted into it decides who may write.

use super::variant::{body, builder_of, with_start};
use super::{Asked, Settings, because};
use crate::dockerfile::Dockerfile;
use crate::dockerfile::instruction::{Instruction, InstructionKind};
use crate::options::User;
use crate::outcome::{Code, Decline, HARDENED, Note, Outcome, Rewrite};
use crate::project::evidence::{Evidence, Fact};
use crate::project::usage::{Mount, Purpose, Service};

/// A service that starts something else than the image does.
struct Other<'s> {
    service: &'s Service,
    /// The text whose own command that is.
    text: String,
    /// Where it is said.
    evidence: &'s Evidence,
    /// What is started, for messages.
    started: String,
}

impl Asked<'_> {
    /// A rewrite that serves every service, or why there is none.
    pub(super) fn services(&self, rewrite: Rewrite) -> Result<Rewrite, Decline> {
        let mut settings = self.settings.clone();
        let rewrite = self.with_mounts(rewrite, &mut settings)?;
        let mut rewrite = self.with_users(rewrite, &mut settings)?;
        self.known_starts(&rewrite)?;
        let others = self.others();
        if others.len() > super::MAX_WAYS {
            let message = format!(
                "more than {} services run it, each differently",
                super::MAX_WAYS
            );
            return Err(Decline::new(Code::OtherCommand, message)
                .hint("give the services images of their own"));
        }
        for other in others {
            rewrite = self.with_service(rewrite, &other, &mut settings)?;
        }
        self.probes(&mut rewrite);
        Ok(rewrite)
    }

    /// What a service starts must be known, but for one that develops over its own sources.
    fn known_starts(&self, rewrite: &Rewrite) -> Result<(), Decline> {
        let mut services = self.run_by();
        let open = services.find_map(|service| {
            let place = service.unknown.as_ref()?;
            (!mounts_sources(service, rewrite)).then_some((&service.name, place))
        });
        let Some((name, place)) = open else {
            return Ok(());
        };
        let message =
            format!("what the service `{name}` starts in this image is not known ({place})");
        Err(Decline::new(Code::OtherCommand, message)
            .hint("give the variable a value in `.env` beside the file, or the service a Dockerfile of its own"))
    }

    pub(super) fn run_by(&self) -> impl Iterator<Item = &Service> {
        self.target
            .usages
            .iter()
            .filter_map(|usage| match &usage.purpose {
                Purpose::Service(service) => Some(service.as_ref()),
                _ => None,
            })
    }

    fn others(&self) -> Vec<Other<'_>> {
        let mut others: Vec<Other<'_>> = Vec::new();
        for service in self.run_by() {
            let words = |fact: &'_ Option<Fact<Vec<String>>>| {
                fact.as_ref()
                    .map(|fact| fact.value.clone())
                    .filter(|words| !words.is_empty())
            };
            let (entrypoint, command) = (words(&service.entrypoint), words(&service.command));
            let said = service.entrypoint.as_ref().or(service.command.as_ref());
            let Some(said) = said.filter(|_| entrypoint.is_some() || command.is_some()) else {
                continue;
            };
            let text = with_start(self.text, entrypoint.as_deref(), command.as_deref());
            if others.iter().any(|known| known.text == text) {
                continue;
            }
            let started = [entrypoint.unwrap_or_default(), command.unwrap_or_default()].concat();
            others.push(Other {
                service,
                text,
                evidence: &said.evidence,
                started: started.join(" "),
            });
        }
        others
    }

    pub(super) fn ask(&self, text: &str, settings: &Settings) -> Outcome {
        (self.one)(text, self.target.context.as_deref(), settings)
    }

    /// A rewrite in whose final stage the service runs, too: this one, or that on the rung that
    /// the service needs.
    fn with_service(
        &self,
        mut rewrite: Rewrite,
        other: &Other<'_>,
        settings: &mut Settings,
    ) -> Result<Rewrite, Decline> {
        let outcome = self.ask(&other.text, settings);
        let Other {
            service,
            evidence,
            started,
            ..
        } = other;
        let name = &service.name;
        if let Outcome::Rewritten(needed) = &outcome {
            if body(&needed.text) == body(&rewrite.text) {
                return Ok(rewrite);
            }
            if let Some(safer) = self.on_rung_of(needed, other, settings) {
                return Ok(safer);
            }
        }
        if is_development(service, &outcome, &rewrite) {
            // The one stage keeps its tools anyway.
            if rewrite.runtime == HARDENED {
                return Ok(rewrite);
            }
            let builder = builder_of(&rewrite.text);
            let message = format!(
                "the service `{name}` develops in this image, with `{started}` ({evidence}): with `target: {builder}` it keeps its tools"
            );
            rewrite.notes.push(Note {
                line: None,
                message,
            });
            return Ok(rewrite);
        }
        let message = format!(
            "the service `{name}` runs `{started}` in this image ({evidence}), and the final stage may lack what that needs{}",
            because(&outcome)
        );
        Err(Decline::new(Code::OtherCommand, message)
            .hint("give the service a Dockerfile of its own, or a stage by `target`"))
    }

    /// The rewrite on the rung of `needed`, if that serves the service as well as the image's own
    /// command.
    fn on_rung_of(
        &self,
        needed: &Rewrite,
        other: &Other<'_>,
        settings: &mut Settings,
    ) -> Option<Rewrite> {
        let mut safer = settings.clone();
        safer.options.runtime = needed.runtime.parse().ok()?;
        safer.options.runtimes.clear();
        safer.options.runtime_wins = true;
        if self.settings.options.runtime_wins {
            return None;
        }
        let Outcome::Rewritten(mut rewrite) = self.ask(self.text, &safer) else {
            return None;
        };
        let Outcome::Rewritten(served) = self.ask(&other.text, &safer) else {
            return None;
        };
        if body(&served.text) != body(&rewrite.text) {
            return None;
        }
        let Other {
            service,
            evidence,
            started,
            ..
        } = other;
        let message = format!(
            "`{}`, because the service `{}` runs `{started}` in this image ({evidence})",
            rewrite.runtime, service.name
        );
        rewrite.notes.push(Note {
            line: None,
            message,
        });
        *settings = safer;
        Some(rewrite)
    }

    /// Root is kept where the program writes to places of the host, whose owner no image decides.
    fn with_mounts(
        &self,
        mut rewrite: Rewrite,
        settings: &mut Settings,
    ) -> Result<Rewrite, Decline> {
        if !adds_user(self.text, &rewrite) || settings.options.user != User::NonRoot {
            return Ok(rewrite);
        }
        let mounts: Vec<&Fact<Mount>> = self
            .run_by()
            .filter(|service| !mounts_sources(service, &rewrite))
            .flat_map(|service| &service.mounts)
            .filter(|mount| !mount.value.is_read_only)
            .collect();
        if let Some(mount) = mounts.iter().find(|mount| mount.value.is_bind) {
            let reason = format!(
                "`{}` is a place on the host, which another user may not be let write to ({})",
                mount.value.path, mount.evidence
            );
            match self.keeping_user(reason.clone(), settings) {
                Some(kept) => return Ok(kept),
                None if rewrite.runtime == HARDENED => {
                    return Err(Decline::new(Code::OtherCommand, reason));
                }
                None => {}
            }
        }
        for mount in mounts
            .into_iter()
            .filter(|mount| mount.value.path.starts_with('/'))
        {
            let message = format!(
                "a volume at `{}` ({}) that exists already keeps its owner, root: give it to the new user once",
                mount.value.path, mount.evidence
            );
            if rewrite.notes.iter().all(|note| note.message != message) {
                rewrite.notes.push(Note {
                    line: None,
                    message,
                });
            }
        }
        Ok(rewrite)
    }

    /// Probes that other files run inside of the container.
    fn probes(&self, rewrite: &mut Rewrite) {
        for service in self.run_by() {
            let Some(probe) = &service.probe else {
                continue;
            };
            let message = format!(
                "the service `{}` is probed inside of the container with `{}` ({}): see that the final stage has it",
                service.name,
                probe.value.join(" "),
                probe.evidence
            );
            rewrite.notes.push(Note {
                line: None,
                message,
            });
        }
    }
}

/// Whether a rewrite runs as another user than the original.
pub(super) fn adds_user(original: &str, rewrite: &Rewrite) -> bool {
    let has_user = |text: &str| {
        let is_user = |it: &Instruction| matches!(it.kind, InstructionKind::User(_));
        Dockerfile::parse(text).instructions.iter().any(is_user)
    };
    has_user(&rewrite.text) && !has_user(original)
}

/// Whether a service is there to develop with: its sources are mounted over those of the image,
/// or what it starts says so.
fn is_development(service: &Service, outcome: &Outcome, rewrite: &Rewrite) -> bool {
    let says_so = matches!(outcome, Outcome::Declined(decline) if decline.code == Code::DevCommand);
    says_so || mounts_sources(service, rewrite)
}

/// Whether a place of the host is mounted over the working directory or one above it.
pub(super) fn mounts_sources(service: &Service, rewrite: &Rewrite) -> bool {
    let dockerfile = Dockerfile::parse(&rewrite.text);
    let mut workdirs = dockerfile
        .instructions
        .iter()
        .filter_map(|it| match &it.kind {
            InstructionKind::Workdir(path) => Some(path.as_str()),
            _ => None,
        });
    // The final stage writes it out, whatever the original made of it.
    let Some(workdir) = workdirs.next_back() else {
        return false;
    };
    service.mounts.iter().any(|mount| {
        let path = mount.value.path.trim_end_matches('/');
        let below = workdir.strip_prefix(path);
        mount.value.is_bind && below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}
