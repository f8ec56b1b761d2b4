//! A Dockerfile that a second stage would gain nothing for, made better in its one stage. In: the build
//! and its analysis. Out: its text with dependencies before sources and another user than root, each
//! where that is shown to be safe, or `no-benefit` with what could be had.

mod owned;
mod text;

use super::Stop;
use super::analysis::{Analysis, Rung, Single};
use super::because::Because;
use super::build::Build;
use super::ladder::Chosen;
use super::packages::Installed;
use super::{carried, entry, user};
use crate::dockerfile::Dockerfile;
use crate::edit;
use crate::options::Runtime;
use crate::outcome::{Decline, Note};
use crate::toolchain::Toolchain;

/// A Dockerfile that keeps its one stage.
pub struct Hardened {
    /// The toolchain.
    pub toolchain: &'static dyn Toolchain,
    /// The whole new text.
    pub text: String,
    /// The user that is added, as `UID:GID`.
    pub owner: Option<String>,
    /// Deliberate differences and advice.
    pub notes: Vec<Note>,
    /// Emitted text and why it is there.
    pub because: Vec<(String, Because)>,
}

/// Why packages are installed first.
const ORDER: &str = "dependencies are installed before the sources are copied, so that a change of a source keeps their layer";

/// The better text; where nobody asked for it, or there is none, the reason why there is no split.
pub(super) fn plan(
    build: &Build<'_>,
    analysis: &Analysis,
    single: &Single,
) -> Result<Hardened, Stop> {
    let chosen = in_place(build, analysis);
    let owned = match is_open(build) {
        true => Some(owned::read(build, analysis, single, &chosen)),
        false => None,
    };
    let ordered = ordered(build, single);
    let owned = owned.map(|owned| {
        let owned = owned?;
        let added = text::with_user(build, ordered.as_deref(), &owned);
        added.map(|(text, because)| (owned, text, because))
    });
    let stays = |because: &Because| format!("still runs as root: {}", because.sentence());
    let user = match &owned {
        Some(Ok((owned, ..))) => Some(format!("runs as {} instead of root", owned.ids)),
        _ => None,
    };
    let order = ordered.as_ref().map(|_| ORDER.to_owned());
    if user.is_none() && order.is_none() {
        let mut reason = single.reason.clone();
        if let (true, Some(Err(because))) = (build.options.harden, &owned) {
            reason.message = format!("{}, and it {}", reason.message, stays(because));
        }
        return Err(reason.into());
    }
    if !build.options.harden {
        return Err(offer(single, order.is_some(), user.is_some()).into());
    }
    let mut notes = vec![note(format!("one stage stays: {}", single.reason.message))];
    notes.extend(order.map(note));
    notes.extend(single.notes.iter().cloned());
    let mut because = vec![("COPY ".to_owned(), Because::rule(ORDER))];
    let (text, owner) = match owned {
        Some(Ok((owned, text, reasons))) => {
            notes.extend(user.map(note));
            notes.extend(user::low_port(build));
            because.extend(reasons);
            (text, Some(owned.ids))
        }
        Some(Err(reason)) => {
            notes.push(note(stays(&reason)));
            (ordered.unwrap_or_default(), None)
        }
        None => (ordered.unwrap_or_default(), None),
    };
    Ok(Hardened {
        toolchain: build.toolchain,
        text,
        owner,
        notes,
        because,
    })
}

fn note(message: String) -> Note {
    Note {
        line: None,
        message,
    }
}

/// `no-benefit`, with what `--harden` would bring.
fn offer(single: &Single, orders: bool, adds_user: bool) -> Decline {
    let parts = [
        (orders, "install dependencies before the sources are copied"),
        (adds_user, "run it as another user than root"),
    ];
    let parts: Vec<&str> = parts
        .into_iter()
        .filter_map(|(holds, part)| holds.then_some(part))
        .collect();
    let hint = format!("`--harden` would {}, in the one stage", parts.join(" and "));
    single.reason.clone().hint(hint)
}

/// Whether the Dockerfile leaves open whom the image runs as.
fn is_open(build: &Build<'_>) -> bool {
    user::is_root(&build.end.contract.user) && user::says_root(build).is_none()
}

/// The text with the dependencies first, where that changes anything.
fn ordered(build: &Build<'_>, single: &Single) -> Option<String> {
    let text = edit::apply(&build.dockerfile.text, &single.order)?;
    (text != build.dockerfile.text).then_some(text)
}

/// The stage as it is, seen as its own final stage.
fn in_place(build: &Build<'_>, analysis: &Analysis) -> Chosen {
    let because = Because::rule("the original's own base image");
    Chosen {
        runtime: Runtime::Auto,
        rung: Rung::new(Runtime::Auto, &build.base.written, because),
        image: build.base.image.clone(),
        packages: Vec::new(),
        system_files: Vec::new(),
        entry: entry::read(build),
        carried: carried::carried(build, analysis),
        installed: Installed::default(),
        passed_over: Vec::new(),
    }
}

/// Whether the new text is the old one but for what hardening adds: the commands and files of `old`
/// in their places or behind the dependencies, its configuration, its comments.
///
/// # Errors
/// What is not so: a bug of ours.
pub(crate) fn check(old: &Dockerfile, new: &Dockerfile, hardened: &Hardened) -> Result<(), String> {
    text::check(old, new, hardened.owner.as_deref())
}
