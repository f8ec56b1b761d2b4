//! Whether a second stage gains anything. In: a build. Out: a decline where it does not.

use super::distribution;
use super::installs::{By, Installs};
use crate::dockerfile::instruction::flag;
use crate::knowledge::base_image::Flavour;
use crate::knowledge::packages::{PackageRole, role};
use crate::outcome::{Code, Decline};
use crate::plan::action::Action;
use crate::plan::build::Build;

/// Declines with `no-benefit` where the base is small already and nothing to build with is left in it.
pub(super) fn check(build: &Build<'_>, installs: &Installs) -> Result<(), Decline> {
    let leaves = leaves_manager(build, installs) || distribution::leaves_installer(build);
    if build.base.image.flavour == Flavour::Full || leaves {
        return Ok(());
    }
    let left = build.steps.iter().any(|step| {
        let removes = |name: &str| {
            step.commands.iter().any(|command| {
                let words: Vec<&str> = command.known_arguments().collect();
                let verb = words
                    .iter()
                    .any(|word| matches!(*word, "del" | "remove" | "purge" | "autoremove"));
                let group = |word: &&str| {
                    word.starts_with('.')
                        && step.commands.iter().any(|other| {
                            other
                                .flag_value("--virtual")
                                .or_else(|| other.flag_value("-t"))
                                .flatten()
                                .as_deref()
                                == Some(*word)
                        })
                };
                verb && words.iter().any(|word| *word == name || group(word))
            })
        };
        step.commands.iter().any(|command| match &command.action {
            Action::Packages { manager, names } => names
                .iter()
                .any(|name| role(*manager, name) == PackageRole::Build && !removes(name)),
            _ => false,
        })
    });
    if left {
        return Ok(());
    }
    let message = format!(
        "`{}` is small already, and nothing to build with is left in it: a second stage would gain nothing",
        build.base.written
    );
    Err(Decline::new(Code::NoBenefit, message).at(build.base.line))
}

/// Whether a project manager stays in the image, with all that it stands on.
fn leaves_manager(build: &Build<'_>, installs: &Installs) -> bool {
    let is_used = installs.runs.iter().any(|run| run.by != By::Pip);
    let by_pip = installs.runs.iter().any(|run| run.install.brings_manager());
    let copied = build
        .copies()
        .any(|(_, copy)| flag(&copy.flags, "from").is_some());
    by_pip || (is_used && copied)
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
            of("3.11-slim", "apt-get install -y gcc && pip install flask"),
            None
        );
        assert_eq!(of("3.11-alpine", "apk add gcc && pip install flask"), None);
    }
}
