//! Whether a second stage gains anything. In: a build. Out: a decline where it does not.

use super::commands::{Tool, tool};
use super::distribution;
use super::installs::{By, Installs};
use super::manager::Manager;
use super::rungs;
use crate::dockerfile::instruction::flag;
use crate::knowledge::base_image::Flavour;
use crate::knowledge::packages::{PackageRole, role};
use crate::outcome::{Code, Decline};
use crate::plan::action::Action;
use crate::plan::build::{Build, RunCommand};
use crate::plan::packages::removed_in;

/// Declines with `no-benefit` where the base is small already and nothing to build with is left in it.
pub(super) fn check(build: &Build<'_>, installs: &Installs) -> Result<(), Decline> {
    let leaves = leaves_manager(build, installs) || distribution::leaves_installer(build);
    if leaves || !is_lean(build) {
        return Ok(());
    }
    let message = format!(
        "`{}` is small already, and nothing to build with is left in it: a second stage would gain nothing",
        build.base.written
    );
    Err(Decline::new(Code::NoBenefit, message).at(build.base.line))
}

/// Why there is no rewrite: `reason`, or that there would be nothing to gain whatever became of it.
pub(super) fn or(build: &Build<'_>, reason: Decline) -> Decline {
    let is_of_the_project = matches!(
        reason.code,
        Code::UnsupportedProject | Code::UnknownLibraries
    );
    let is_of_pip = |command: &RunCommand| match tool(command) {
        Some(Tool::Manager(..) | Tool::ManagerInstaller | Tool::Installer(_)) => false,
        Some(Tool::Pip(words)) => !words.iter().any(|word| Manager::of(word.raw).is_some()),
        _ => true,
    };
    let all_of_pip = build.commands().all(|(_, command)| is_of_pip(command));
    if is_of_the_project && all_of_pip && !copies_from_elsewhere(build) {
        return check(build, &Installs::default()).err().unwrap_or(reason);
    }
    reason
}

/// What runs each time that the container starts is needed there: where a small image holds nothing
/// else to build with, nothing can be left out.
pub(super) fn of_start(build: &Build<'_>, reason: Decline) -> Decline {
    if reason.code != Code::ToolchainAtRuntime || !is_lean(build) {
        return reason;
    }
    let message = format!(
        "`{}` is small already, and nothing can be left out: {}",
        build.base.written, reason.message
    );
    Decline::new(Code::NoBenefit, message).at(reason.line.unwrap_or(build.base.line))
}

/// Whether the base image is small, and no package to build with is left in it.
fn is_lean(build: &Build<'_>) -> bool {
    // What a later RUN removes stays in the layers of the image.
    let is_left = |step, name: &str, line| removed_in(build, name, line) != Some(step);
    let left = build
        .commands()
        .any(|(step, command)| match &command.action {
            Action::Packages { manager, names } => names.iter().any(|name| {
                role(*manager, name) == PackageRole::Build && is_left(step, name, command.line)
            }),
            _ => false,
        });
    build.base.image.flavour != Flavour::Full && !left
}

/// Whether a project manager stays in the image, with all that it stands on.
fn leaves_manager(build: &Build<'_>, installs: &Installs) -> bool {
    let is_used = installs.runs.iter().any(|run| run.by != By::Pip);
    let by_pip = installs.runs.iter().any(|run| run.install.brings_manager());
    let copied = copies_from_elsewhere(build);
    let based = rungs::under_uv(build).is_some();
    let scripted = build
        .commands()
        .any(|(_, command)| matches!(tool(command), Some(Tool::ManagerInstaller)));
    by_pip || based || scripted || (is_used && copied)
}

fn copies_from_elsewhere(build: &Build<'_>) -> bool {
    build
        .copies()
        .any(|(_, copy)| flag(&copy.flags, "from").is_some())
}

#[cfg(test)]
mod tests {
    use super::super::testing::Project;
    use super::*;

    fn analyse(text: &str) -> Result<(), Decline> {
        Project::new(text, &[("app.py", "")]).analyse().map(|_| ())
    }

    #[test]
    fn small_images_gain_only_where_something_to_build_with_is_left() {
        let of = |from: &str, run: &str| {
            let text = format!(
                "FROM python:{from}\nWORKDIR /app\nCOPY . .\nRUN {run}\nCMD [\"python\", \"app.py\"]\n"
            );
            analyse(&text).err().map(|decline| decline.code)
        };
        let none = Some(Code::NoBenefit);
        assert_eq!(of("3.11-slim", "pip install flask"), none);
        assert_eq!(
            of(
                "3.11-alpine",
                "apk add --virtual .build gcc && pip install flask && apk del .build"
            ),
            none
        );
        assert_eq!(
            of(
                "3.11-slim",
                "apt-get install -y gcc && pip install flask && apt-get purge -y gcc"
            ),
            none
        );
        assert_eq!(
            of(
                "3.11-slim",
                "D='gcc make' && apt-get install -y $D && pip install flask && apt-get purge -y $D"
            ),
            none
        );
        assert_eq!(
            of("3.11-slim", "apt-get install -y gcc && pip install flask"),
            None
        );
        assert_eq!(of("3.11-alpine", "apk add gcc && pip install flask"), None);
        assert_eq!(
            of(
                "3.11-alpine",
                "apk add gcc\nRUN pip install flask && apk del gcc"
            ),
            None,
            "the first layer has it"
        );
        let unknown = "git clone https://e.org/x && pip install -r x/requirements.txt";
        assert_eq!(of("3.11-slim", unknown), none);
        let unsupported = Some(Code::UnsupportedProject);
        assert_eq!(of("3.11", unknown), unsupported);
        assert_eq!(
            of("3.11-slim", &format!("pip install poetry && {unknown}")),
            unsupported
        );
        assert_eq!(of("3.11-slim", "conda install flask"), unsupported);
    }

    #[test]
    fn what_runs_at_start_cannot_be_left_out_of_a_small_image() {
        let of = |from: &str, run: &str| {
            let text = format!(
                "FROM python:{from}\nWORKDIR /app\nCOPY . .\nRUN {run}\nCMD pip install flask && python app.py\n"
            );
            analyse(&text).err().map(|decline| decline.code)
        };
        assert_eq!(of("3.11-slim", "echo x"), Some(Code::NoBenefit));
        let at_start = Some(Code::ToolchainAtRuntime);
        assert_eq!(of("3.11", "echo x"), at_start);
        assert_eq!(of("3.11-slim", "apt-get install -y gcc"), at_start);
    }
}
