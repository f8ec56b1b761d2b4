//! A Dockerfile that a second stage would gain nothing for, made better in its one stage. In: the build
//! and its analysis. Out: its text with dependencies before sources and another user than root, each
//! where that is shown to be safe, or `no-benefit` with what could be had.

mod check;
mod left;
mod owned;
#[cfg(test)]
mod tests;
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

/// The text with another user, and who that is.
struct WithUser {
    ids: String,
    text: String,
    because: Vec<(String, Because)>,
}

/// The better text; where nobody asked for it, or there is none, the reason why there is no split.
pub(super) fn plan(
    build: &Build<'_>,
    analysis: &Analysis,
    single: &Single,
) -> Result<Hardened, Stop> {
    let ordered = ordered(build, single);
    // Whoever names a user has decided.
    let user = is_open(build).then(|| with_user(build, analysis, single, ordered.as_deref()));
    let adds_user = matches!(user, Some(Ok(_)));
    if !adds_user && ordered.is_none() {
        let mut reason = single.reason.clone();
        if let (true, Some(Err(because))) = (build.options.harden, &user) {
            reason.message = format!("{}, and it {}", reason.message, stays_root(because));
        }
        return Err(reason.into());
    }
    if !build.options.harden {
        return Err(offer(single, ordered.is_some(), adds_user).into());
    }
    Ok(hardened(build, single, ordered, user))
}

fn with_user(
    build: &Build<'_>,
    analysis: &Analysis,
    single: &Single,
    ordered: Option<&str>,
) -> Result<WithUser, Because> {
    let owned = owned::read(build, analysis, single, &in_place(build, analysis))?;
    let (text, because) = text::with_user(build, ordered, &owned)?;
    Ok(WithUser {
        ids: owned.ids,
        text,
        because,
    })
}

fn hardened(
    build: &Build<'_>,
    single: &Single,
    ordered: Option<String>,
    user: Option<Result<WithUser, Because>>,
) -> Hardened {
    let mut notes = vec![note(format!("one stage stays: {}", single.reason.message))];
    notes.extend(ordered.iter().map(|_| note(ORDER.to_owned())));
    notes.extend(single.notes.iter().cloned());
    let mut hardened = Hardened {
        toolchain: build.toolchain,
        text: ordered.unwrap_or_default(),
        owner: None,
        notes,
        because: vec![("COPY ".to_owned(), Because::rule(ORDER))],
    };
    match user {
        Some(Ok(user)) => {
            let message = format!("runs as {} instead of root", user.ids);
            hardened.notes.push(note(message));
            hardened.notes.extend(user::low_port(build));
            hardened.because.extend(user.because);
            hardened.text = user.text;
            hardened.owner = Some(user.ids);
        }
        Some(Err(because)) => hardened.notes.push(note(stays_root(&because))),
        None => {}
    }
    hardened
}

fn stays_root(because: &Because) -> String {
    format!("still runs as root: {}", because.sentence())
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
    let entry = entry::read(build);
    Chosen {
        runtime: Runtime::Auto,
        rung: Rung::new(Runtime::Auto, &build.base.written, because),
        image: build.base.image.clone(),
        packages: Vec::new(),
        system_files: Vec::new(),
        carried: carried::carried(build, analysis, &entry),
        entry,
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
    check::against(old, new, hardened.owner.as_deref())
}
