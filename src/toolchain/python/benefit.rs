//! Whether a second stage gains anything. In: a build. Out: a decline where it does not.

use crate::knowledge::base_image::Flavour;
use crate::knowledge::packages::{PackageRole, role};
use crate::outcome::{Code, Decline};
use crate::plan::action::Action;
use crate::plan::build::Build;

/// Declines with `no-benefit` where the base is small already and nothing to build with is left in it.
pub(super) fn check(build: &Build<'_>) -> Result<(), Decline> {
    if build.base.image.flavour == Flavour::Full {
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
