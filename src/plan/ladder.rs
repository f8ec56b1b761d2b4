//! Takes the first rung of a ladder on which everything that the program needs is there.

use super::analysis::{Analysis, Need, Rung};
use super::build::Build;
use super::carried::{self, Carried};
use super::entry::{self, Entry};
use super::fit::Fit;
use super::packages::{self, Installed};
use crate::knowledge::base_image::BaseImage;
use crate::options::Runtime;
use crate::outcome::{Code, Decline, Note};

/// The rung that was taken, and what it has to be given.
#[derive(Debug, Clone)]
pub struct Chosen {
    /// Its name.
    pub runtime: Runtime,
    /// The rung.
    pub rung: Rung,
    /// What is known about its image.
    pub image: BaseImage,
    /// Packages to install in the final stage.
    pub packages: Vec<Need<String>>,
    /// Files to copy from the builder because the image lacks them (certificates, zoneinfo).
    pub system_files: Vec<Need<String>>,
    /// What starts.
    pub entry: Entry,
    /// What is carried over beside the toolchain's payload.
    pub carried: Vec<Carried>,
    /// Build packages that are left behind.
    pub installed: Installed,
    /// Better rungs, and why they were not taken.
    pub passed_over: Vec<(Runtime, String)>,
}

/// The best rung whose every requirement holds.
pub fn choose(build: &Build<'_>, analysis: &Analysis) -> Result<Chosen, Decline> {
    let entry = entry::read(build);
    let carried = carried::carried(build, analysis, &entry);
    let installed = packages::installed(build, analysis);
    let needed = installed.runtime.iter();
    let needed: Vec<&Need<String>> = needed.chain(&analysis.needs.packages).collect();
    if let Some((line, need)) = packages::from_repository(build, &needed) {
        let message = format!(
            "a package repository is added, and `{}` may come from it",
            need.value
        );
        return Err(Decline::new(Code::UnknownLibraries, message).at(line));
    }
    let wanted = build.options.runtime;
    let mut passed_over = Vec::new();
    for rung in &analysis.rungs {
        if wanted != Runtime::Auto && rung.runtime != wanted {
            continue;
        }
        let fit = Fit {
            build,
            analysis,
            rung,
            entry: &entry,
            carried: &carried,
        };
        match fit.run(&installed) {
            Ok((image, packages, system_files)) => {
                return Ok(Chosen {
                    runtime: rung.runtime,
                    rung: rung.clone(),
                    image,
                    packages,
                    system_files,
                    entry,
                    carried,
                    installed,
                    passed_over,
                });
            }
            Err(reason) => passed_over.push((rung.runtime, reason)),
        }
    }
    Err(none(build, wanted, &passed_over))
}

fn none(build: &Build<'_>, wanted: Runtime, passed_over: &[(Runtime, String)]) -> Decline {
    let reasons: Vec<String> = passed_over
        .iter()
        .map(|(runtime, reason)| format!("{runtime}: {reason}"))
        .collect();
    let message = match (wanted, reasons.is_empty()) {
        (Runtime::Auto, _) => format!(
            "no final image has all that is needed: {}",
            reasons.join("; ")
        ),
        (_, true) => format!(
            "the {} ladder has no rung `{wanted}`",
            build.toolchain.name()
        ),
        (_, false) => format!("`{wanted}` is not possible: {}", reasons.join("; ")),
    };
    let decline = Decline::new(Code::RuntimeNotPossible, message).at(build.base.line);
    if wanted == Runtime::Auto {
        decline
    } else {
        decline.hint("leave the choice to `--runtime auto`")
    }
}

impl Chosen {
    /// What a reviewer should know about the choice.
    pub fn notes(&self, build: &Build<'_>, _analysis: &Analysis) -> Vec<Note> {
        let line = Some(build.base.line);
        let mut message = format!("the final stage is `{}`", self.rung.image);
        if !self.rung.because.rule.is_empty() {
            message = format!("{message}: {}", self.rung.because.sentence());
        }
        let mut notes = vec![Note { line, message }];
        if !self.image.has_shell() && build.base.image.has_shell() {
            let message = "the final image has no shell: `docker exec … sh` and probes that \
                           other files run in the container need another way"
                .to_owned();
            notes.push(Note {
                line: None,
                message,
            });
        }
        if let Some((runtime, reason)) = self.passed_over.first() {
            notes.push(Note {
                line,
                message: format!("not {runtime}: {reason}"),
            });
        }
        if !self.installed.build.is_empty() {
            let names: Vec<String> = self
                .installed
                .build
                .iter()
                .map(|(name, _)| format!("`{name}`"))
                .collect();
            let line = self.installed.build.first().map(|(_, line)| *line);
            let message = format!("left in the builder: {}", names.join(", "));
            notes.push(Note { line, message });
        }
        notes
    }
}
