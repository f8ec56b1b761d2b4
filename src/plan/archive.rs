//! Debian releases whose packages are gone from where their images look for them. In: the image of
//! a final stage and the packages that it has to be given. Out: why it cannot be given any.

use super::action::{Action, Manager};
use super::build::Build;
use crate::knowledge::base_image::BaseImage;
use crate::knowledge::distro::{Codename, Distro};

/// The last release that moved to Debian's archive.
/// Source: <https://www.debian.org/distrib/archive>.
const LAST_ARCHIVED: Codename = Codename::Buster;

/// Why nothing can be installed. An original that installs packages itself stands and falls with
/// the place that it has them from.
pub(super) fn refusal(build: &Build<'_>, image: &BaseImage) -> Option<String> {
    let codename = image.distro.as_ref().and_then(Distro::codename)?;
    let installs = build.commands().any(
        |(_, command)| matches!(&command.action, Action::Packages { manager: Manager::Apt, names } if !names.is_empty()),
    );
    (codename <= LAST_ARCHIVED && !installs).then(|| {
        format!("packages cannot be installed on Debian {codename} any more, which is archived")
    })
}
