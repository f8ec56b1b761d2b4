//! Whom the final stage runs as.

use super::accounts::{made, reproduced, same_tools};
use super::action::Action;
use super::analysis::{Analysis, Need};
use super::because::Because;
use super::build::Build;
use super::carried::Carried;
use super::ladder::Chosen;
use super::layout::{is_system_directory, is_within};
use super::start_writes::Kind;
use super::writable::{self, OwnDirectory, directory_of};
use crate::dockerfile::instruction::InstructionKind;
use crate::knowledge::base_image::BaseImage;
use crate::options::User;
use crate::outcome::{Code, Decline, Note};

/// The user of the final stage.
#[derive(Debug, Clone, Default)]
pub struct RuntimeUser {
    /// What USER says; empty for root.
    pub user: String,
    /// The owner that writable files are given to (`--chown`); empty for root.
    pub owner: String,
    /// Whether restage adds it: the original ran as root.
    pub is_added: bool,
    /// RUN lines that make its account in the final stage.
    pub setup: Vec<String>,
    /// Files with accounts that are copied from the builder, where the final stage has no shell.
    pub files: Vec<Need<String>>,
    /// Directories that must be made in the builder so that they can be given to it.
    pub directories: Vec<OwnDirectory>,
    /// Why it is so.
    pub because: Because,
}

/// The user id that distroless images call `nonroot`; used wherever an image has no account of
/// its own for this.
const NONROOT: u32 = 65532;

/// Chooses the user.
pub fn choose(
    build: &Build<'_>,
    analysis: &Analysis,
    chosen: &Chosen,
) -> Result<RuntimeUser, Decline> {
    let own = build.end.contract.user.as_str();
    if !is_root(own) {
        return existing(build, analysis, chosen, own);
    }
    let accounts = reproduced(build, chosen);
    let root = |because: Because| RuntimeUser {
        setup: accounts.clone(),
        directories: writable::required(build, analysis, chosen),
        because,
        ..RuntimeUser::default()
    };
    if let Some(line) = says_root(build) {
        let because = Because::line("the original says so", line);
        return Ok(RuntimeUser {
            user: own.to_owned(),
            ..root(because)
        });
    }
    let (ids, mut setup) = match other(build, analysis, chosen) {
        Err(because) => return Ok(root(because)),
        Ok(other) => other,
    };
    setup.splice(0..0, accounts);
    Ok(RuntimeUser {
        user: ids.clone(),
        owner: ids,
        is_added: true,
        setup,
        files: Vec::new(),
        directories: writable::directories(build, analysis, chosen),
        because: Because::rule("the original runs as root"),
    })
}

/// Another user than root for a program that the original runs as root: the ids, and the RUN lines
/// that make its account. The error says why root stays.
pub(super) fn other(
    build: &Build<'_>,
    analysis: &Analysis,
    chosen: &Chosen,
) -> Result<(String, Vec<String>), Because> {
    if build.options.user == User::Keep {
        let reason = build.options.keep_because.as_deref();
        return Err(Because::rule(reason.unwrap_or("`--user keep`")));
    }
    if let Some(because) = needs_root(build, analysis, chosen) {
        return Err(because);
    }
    let (uid, gid, setup) = match build.options.user {
        User::Ids(uid, gid) => (uid, gid.unwrap_or(uid), Vec::new()),
        _ => new_user(&chosen.image),
    };
    Ok((format!("{uid}:{gid}"), setup))
}

/// The line of a USER that says root in so many words: whoever wrote it wants it.
pub(super) fn says_root(build: &Build<'_>) -> Option<usize> {
    let is_user = |kind: &InstructionKind| matches!(kind, InstructionKind::User(_));
    let step = build
        .steps
        .iter()
        .rfind(|step| is_user(&step.instruction.kind))?;
    Some(step.instruction.first_line)
}

/// Whether a USER value means root.
pub fn is_root(user: &str) -> bool {
    matches!(user.split(':').next(), None | Some("" | "root" | "0"))
}

/// Ids of the user that is added, and the lines that make its account.
fn new_user(image: &BaseImage) -> (u32, u32, Vec<String>) {
    if let Some(node) = image.account("node") {
        return (node.uid, node.gid, Vec::new());
    }
    if !image.has_shell() || image.account("nonroot").is_some() {
        return (NONROOT, NONROOT, Vec::new());
    }
    // An account with a home, so that programs that ask for one (`getpwuid`, `~`) find it.
    let line = match image.libc() {
        Some(crate::knowledge::distro::Libc::Musl) => format!(
            "RUN addgroup -g {NONROOT} nonroot \\\n    && adduser -D -u {NONROOT} -G nonroot nonroot"
        ),
        _ => format!(
            "RUN groupadd --gid {NONROOT} nonroot \\\n    && useradd --no-log-init --uid {NONROOT} --gid {NONROOT} --create-home nonroot"
        ),
    };
    (NONROOT, NONROOT, vec![line])
}

/// Programs that only root can make use of, when an entrypoint runs them.
const ROOT_PROGRAMS: [&str; 26] = [
    "gosu",
    "su-exec",
    "su",
    "sudo",
    "setpriv",
    "chroot",
    "chown",
    "chgrp",
    "usermod",
    "groupmod",
    "useradd",
    "adduser",
    "apt-get",
    "apk",
    "service",
    "cron",
    "crond",
    "supervisord",
    "nginx",
    "sshd",
    "mount",
    "iptables",
    "sysctl",
    "ldconfig",
    "update-ca-certificates",
    "s6-svscan",
];

fn needs_root(build: &Build<'_>, analysis: &Analysis, chosen: &Chosen) -> Option<Because> {
    if let Some(because) = &analysis.needs.root {
        return Some(because.clone());
    }
    let commands = chosen.entry.commands.iter();
    let named = commands.filter_map(|command| Some((command.name()?, &command.because)));
    if let Some((name, because)) = named
        .into_iter()
        // A program of the project may be called like one of the system's.
        .find(|(name, _)| {
            ROOT_PROGRAMS.contains(name) && !analysis.provides.iter().any(|own| own == name)
        })
    {
        let rule = format!("`{name}` at start needs root");
        return Some(Because {
            rule,
            evidence: because.evidence.clone(),
        });
    }
    // Nobody but root can look into /root.
    let payload = analysis
        .payload
        .iter()
        .chain(chosen.carried.iter().map(|carried| &carried.payload));
    let hidden = payload
        .into_iter()
        .find(|payload| is_within(&payload.path, "/root"));
    if let Some(payload) = hidden {
        let rule = format!("`{}` lies where only root can look", payload.path);
        return Some(Because {
            rule,
            evidence: payload.because.evidence.clone(),
        });
    }
    let no_home = |path: &str| path == "/root" || path.starts_with("/root/");
    let mut variables = build.end.contract.env.iter();
    if variables.any(|(name, value)| name == "HOME" && value.as_deref().is_some_and(no_home)) {
        return Some(Because::rule(
            "the environment says that root's home is the user's",
        ));
    }
    let system = |path: &str, directory: &str| {
        let shared = is_system_directory(directory)
            || matches!(
                directory,
                "/var/run"
                    | "/var/log"
                    | "/var/spool"
                    | "/var/lib"
                    | "/var/cache"
                    | "/var/lock"
                    | "/usr/lib"
                    | "/usr/share"
            );
        let own = |carried: &Carried| is_within(path, &carried.payload.path);
        shared && directory != "/tmp" && !chosen.carried.iter().any(own)
    };
    let start = chosen.entry.writes.iter().find(|write| {
        let path = write.path.as_deref().unwrap_or_default();
        let is_writable = writable::is_given(build, analysis, chosen, path)
            // What the image brings is read.
            || (write.kind == Kind::Told && build.context_path(path).is_some());
        // A directory that is there is no place to copy a tree to under its name.
        let can_be_made = |at: &str| !no_home(at) && !system(at, at) && at != "/";
        !is_writable && !write.directory().is_some_and(can_be_made)
    });
    if let Some(write) = start {
        return Some(Because {
            rule: write.sentence(),
            evidence: write.because.evidence.clone(),
        });
    }
    let write = analysis
        .needs
        .writes
        .iter()
        .find(|need| no_home(&need.value) || system(&need.value, directory_of(&need.value)));
    if let Some(need) = write {
        return Some(Because {
            rule: format!(
                "it writes `{}`, which cannot be given to another user",
                need.value
            ),
            evidence: need.because.evidence.clone(),
        });
    }
    None
}

/// The user that the original names: it stays, and its account must exist.
fn existing(
    build: &Build<'_>,
    analysis: &Analysis,
    chosen: &Chosen,
    own: &str,
) -> Result<RuntimeUser, Decline> {
    let name = own.split(':').next().unwrap_or(own);
    let line = build
        .steps
        .iter()
        .rfind(|step| matches!(step.instruction.kind, InstructionKind::User(_)))
        .map_or(build.base.line, |step| step.instruction.first_line);
    let because = Because::line("the original's own user", line);
    let created = made(build).any(|(_, account)| account.name == name);
    let numeric = name.bytes().all(|byte| byte.is_ascii_digit());
    let mut user = RuntimeUser {
        user: own.to_owned(),
        owner: owner_of_files(build, own).unwrap_or_default(),
        directories: writable::required(build, analysis, chosen),
        because,
        ..RuntimeUser::default()
    };
    let in_base = chosen.image.account(name);
    let in_builder = build.base.image.account(name);
    if in_base.is_some() && in_base.map(|a| a.uid) == in_builder.map(|a| a.uid) && !created {
        return Ok(user);
    }
    if chosen.image.has_shell() && same_tools(build, chosen) {
        user.setup = reproduced(build, chosen);
        if created || numeric || in_base.is_some() {
            return Ok(user);
        }
    } else if created || (!numeric && in_builder.is_some()) {
        for file in ["/etc/passwd", "/etc/group"] {
            user.files.push(Need::new(
                file.to_owned(),
                Because::line("the account of USER", line),
            ));
        }
        return Ok(user);
    } else if numeric {
        return Ok(user);
    }
    let message = format!("where the account `{name}` comes from is not known");
    Err(Decline::new(Code::UnsupportedInstruction, message)
        .at(line)
        .hint("create it in the Dockerfile, or name it by its number"))
}

/// The owner that files of the image have by `chown`, `--chown`, or because a RUN made them while
/// the original's user was in force; `None` where all belong to root.
fn owner_of_files(build: &Build<'_>, own: &str) -> Option<String> {
    let name = own.split(':').next().unwrap_or(own);
    let is_own = |owner: &&str| owner.split(':').next() == Some(name);
    let copied = build
        .layout
        .entries
        .iter()
        .filter_map(|entry| entry.owner.as_deref());
    let given = build
        .commands()
        .filter_map(|(_, command)| match &command.action {
            Action::Own { owner, .. } => Some(owner.as_str()),
            _ => None,
        });
    if let Some(owner) = copied.chain(given).find(is_own) {
        return Some(owner.to_owned());
    }
    let made = build.commands().any(|(_, command)| match command.action {
        Action::Mode(_) => true,
        Action::Build | Action::Write(_) | Action::MakeDirectory(_) => command.user == own,
        _ => false,
    });
    made.then(|| own.to_owned())
}

impl RuntimeUser {
    /// What a reviewer should know about the choice.
    pub fn notes(&self, build: &Build<'_>) -> Vec<Note> {
        if self.is_added {
            let message = format!("runs as {} instead of root", self.user);
            let mut notes = vec![Note {
                line: None,
                message,
            }];
            notes.extend(low_port(build));
            return notes;
        }
        if is_root(&self.user) {
            let message = format!("still runs as root: {}", self.because.sentence());
            return vec![Note {
                line: None,
                message,
            }];
        }
        Vec::new()
    }
}

/// Ports under 1024 are open to other users on Docker since 20.10 and containerd since 2.0.
pub(super) fn low_port(build: &Build<'_>) -> Option<Note> {
    let is_low = |port: &&String| {
        let number = port
            .split(['/', '-'])
            .next()
            .and_then(|number| number.parse::<u16>().ok());
        number.is_some_and(|number| number < 1024)
    };
    let port = build.end.contract.exposed.iter().find(is_low)?;
    let message = format!(
        "port {port} is under 1024: other users than root can listen on it from Docker 20.10 and containerd 2.0 on"
    );
    let step = build
        .steps
        .iter()
        .find(|step| matches!(step.instruction.kind, InstructionKind::Expose(_)));
    Some(Note {
        line: step.map(|step| step.instruction.first_line),
        message,
    })
}
