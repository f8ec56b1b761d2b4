//! Takes the first rung of a ladder on which everything that the program needs is there.

use super::action::Manager;
use super::analysis::{Analysis, Launch, Link, Need, Rung};
use super::because::Because;
use super::build::Build;
use super::carried::{self, Carried};
use super::entry::{self, Entry};
use super::packages::{self, Installed};
use crate::dockerfile::contract;
use crate::dockerfile::image::ImageRef;
use crate::dockerfile::instruction::Form;
use crate::dockerfile::shell;
use crate::dockerfile::word;
use crate::knowledge::base_image::Family;
use crate::knowledge::base_image::{self, BaseImage, Flavour};
use crate::knowledge::carried::{carries, carries_package};
use crate::knowledge::distro::Libc;
use crate::knowledge::distroless::Distroless;
use crate::knowledge::programs;
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
    let carried = carried::carried(build, analysis);
    let installed = packages::installed(build, analysis);
    let wanted = build.options.runtime;
    let mut passed_over = Vec::new();
    for rung in &analysis.rungs {
        if wanted != Runtime::Auto && rung.runtime != wanted {
            continue;
        }
        let check = Check {
            build,
            analysis,
            rung,
            entry: &entry,
            carried: &carried,
        };
        match check.run(&installed) {
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

/// What a rung has to be given: packages, and files from the builder.
type Given = (BaseImage, Vec<Need<String>>, Vec<Need<String>>);

struct Check<'c, 'a> {
    build: &'c Build<'a>,
    analysis: &'c Analysis,
    rung: &'c Rung,
    entry: &'c Entry,
    carried: &'c [Carried],
}

impl Check<'_, '_> {
    fn run(&self, installed: &Installed) -> Result<Given, String> {
        if let Some(refusal) = &self.rung.refusal {
            return Err(refusal.sentence());
        }
        let image = self
            .image()
            .ok_or_else(|| format!("nothing is known about `{}`", self.rung.image))?;
        self.link(&image)?;
        self.shell(&image)?;
        let mut packages = self.packages(&image, installed)?;
        packages.extend(self.programs(&image)?);
        let system_files = self.system(&image, &mut packages)?;
        packages.sort_by(|a, b| a.value.cmp(&b.value));
        packages.dedup_by(|a, b| a.value == b.value);
        Ok((image, packages, system_files))
    }

    fn image(&self) -> Option<BaseImage> {
        let dockerfile = self.build.dockerfile;
        let escape = dockerfile.lines.escape;
        let globals = contract::globals(dockerfile.global_instructions(), escape);
        let lookup = |name: &str| {
            let found = globals.iter().find(|(known, _)| known == name);
            found.and_then(|(_, value)| value.clone())
        };
        let expanded = word::expand(&self.rung.image, escape, &lookup)?;
        base_image::resolve(&ImageRef::parse(&expanded)?)
    }

    /// The C library, and for anything linked to more than it, the release.
    fn link(&self, image: &BaseImage) -> Result<(), String> {
        let builder = &self.build.base.image;
        let same_distro = image.distro.is_some() && image.distro == builder.distro;
        let program = self.carried.iter().find(|carried| carried.is_program);
        if let Some(carried) = program.filter(|_| !same_distro && !self.same_family(image)) {
            let path = &carried.payload.path;
            let place = carried.payload.because.sentence();
            return Err(format!("how `{path}` is linked is not known: {place}"));
        }
        match &self.analysis.needs.link {
            Link::Static => Ok(()),
            Link::SameRelease if same_distro || self.same_family(image) => Ok(()),
            Link::SameRelease => Err("it stands on another release than the builder".to_owned()),
            Link::Libc(libc) if image.libc() != Some(*libc) => {
                let name = match libc {
                    Libc::Glibc => "glibc",
                    Libc::Musl => "musl",
                };
                Err(format!("the program is linked against {name}"))
            }
            Link::Libc(Libc::Musl) => Ok(()),
            Link::Libc(Libc::Glibc) => {
                let version = |image: &BaseImage| {
                    image
                        .distro
                        .as_ref()
                        .and_then(crate::knowledge::distro::Distro::glibc)
                };
                match (version(builder), version(image)) {
                    (Some(old), Some(new)) if old <= new => Ok(()),
                    _ => Err("its C library may be older than the builder's".to_owned()),
                }
            }
        }
    }

    /// Whether the image is the builder's own repository, by a tag of the same release: then the
    /// release is the same though restage may not know which.
    fn same_family(&self, image: &BaseImage) -> bool {
        let builder = &self.build.base.image;
        let same = image.family == builder.family && image.version == builder.version;
        let alpine = |image: &BaseImage| image.flavour == Flavour::Alpine;
        same && alpine(image) == alpine(builder)
            && (image.distro.is_none()
                || builder.distro.is_none()
                || image.distro == builder.distro)
    }

    fn manager(image: &BaseImage) -> Option<Manager> {
        match (image.has_shell(), image.libc()) {
            (false, _) | (true, None) => None,
            (true, Some(Libc::Glibc)) => Some(Manager::Apt),
            (true, Some(Libc::Musl)) => Some(Manager::Apk),
        }
    }

    fn shell(&self, image: &BaseImage) -> Result<(), String> {
        if image.has_shell() {
            return Ok(());
        }
        let replaced = self.rung.launch != Launch::AsIs;
        if let Some(because) = self.entry.shell.as_ref().filter(|_| !replaced) {
            return Err(format!("it has no shell: {}", because.sentence()));
        }
        if let Some(because) = &self.analysis.needs.shell {
            return Err(format!("it has no shell: {}", because.sentence()));
        }
        if let Some(Form::Shell(text)) = self.probe() {
            let plain = plain_probe(text).is_some();
            if !plain {
                return Err("it has no shell: HEALTHCHECK uses one".to_owned());
            }
        }
        Ok(())
    }

    fn probe(&self) -> Option<&Form> {
        self.build.end.contract.healthcheck.as_ref()?.probe.as_ref()
    }

    fn packages(
        &self,
        image: &BaseImage,
        installed: &Installed,
    ) -> Result<Vec<Need<String>>, String> {
        let mut packages = Vec::new();
        let libraries: &[&str] = match image.family {
            Family::Distroless(kind) => {
                Distroless::of(kind).map_or(&[], Distroless::shared_libraries)
            }
            _ => &[],
        };
        let static_program = self.analysis.needs.link == Link::Static;
        for need in installed
            .runtime
            .iter()
            .chain(&self.analysis.needs.packages)
        {
            if libraries.contains(&need.value.as_str()) || carries_package(image, &need.value) {
                continue;
            }
            let Some(manager) = Self::manager(image) else {
                return Err(format!(
                    "`{}` cannot be installed: {}",
                    need.value,
                    need.because.sentence()
                ));
            };
            // Names of one distribution mean nothing to the other.
            let builder = Self::manager(&self.build.base.image);
            if builder.is_some() && builder != Some(manager) && !static_program {
                return Err(format!(
                    "`{}` is a package of another distribution",
                    need.value
                ));
            }
            if builder.is_some_and(|builder| builder != manager) {
                return Err(format!("`{}` may have another name there", need.value));
            }
            packages.push(need.clone());
        }
        Ok(packages)
    }

    /// Programs that are started or called, as packages where the image lacks them.
    fn programs(&self, image: &BaseImage) -> Result<Vec<Need<String>>, String> {
        let mut needs: Vec<Need<String>> = self.analysis.needs.programs.clone();
        let replaced = self.rung.launch != Launch::AsIs;
        if !replaced {
            needs.extend(self.entry.commands.iter().filter_map(|command| {
                let program = command.program()?;
                let absolute = program.contains('/').then(|| command.absolute(program));
                let value = absolute.unwrap_or_else(|| program.to_owned());
                Some(Need::new(value, command.because.clone()))
            }));
        }
        let probe = self.probe().and_then(shell::of_form);
        for command in probe.iter().flat_map(|script| &script.commands) {
            let program = command.program().unwrap_or_default();
            let builtin = matches!(
                program.as_str(),
                "exit" | "[" | "test" | "true" | "false" | "echo"
            );
            if !program.is_empty() && !builtin && !program.ends_with("/sh") && program != "sh" {
                needs.push(Need::new(program, Because::rule("HEALTHCHECK runs it")));
            }
        }
        if let Some(because) = self.entry.bash.as_ref().filter(|_| !replaced) {
            needs.push(Need::new("bash".to_owned(), because.clone()));
        }
        let mut packages = Vec::new();
        for need in needs {
            if let Some(package) = self.program(image, &need)? {
                packages.push(Need::new(package, need.because));
            }
        }
        Ok(packages)
    }

    /// The package that brings a program; `None` where it is there anyway.
    fn program(&self, image: &BaseImage, need: &Need<String>) -> Result<Option<String>, String> {
        let called = need.value.as_str();
        let name = called.rsplit('/').next().unwrap_or(called);
        let in_payload = |path: &str| {
            let payload = self.analysis.payload.iter();
            payload
                .chain(self.carried.iter().map(|carried| &carried.payload))
                .any(|known| {
                    known.path == path
                        || (known.is_dir && super::layout::is_within(path, &known.path))
                        || (!path.contains('/') && known.path.rsplit('/').next() == Some(path))
                })
        };
        let provided = self
            .analysis
            .provides
            .iter()
            .any(|known| known == called || known == name);
        if provided || in_payload(called) || carries(image, name) {
            return Ok(None);
        }
        let by = need.because.sentence();
        let Some(manager) = Self::manager(image) else {
            return Err(format!("it lacks `{name}`: {by}"));
        };
        let codename = image
            .distro
            .as_ref()
            .and_then(crate::knowledge::distro::Distro::codename);
        let package = match manager {
            Manager::Apt => programs::debian_package(name, codename),
            Manager::Apk => programs::alpine_package(name),
        };
        // A package of that name that the original installs brings it too.
        let own = self.build.commands().any(|(_, command)| {
            matches!(&command.action, super::action::Action::Packages { names, .. } if names.iter().any(|n| n == name))
        });
        match package {
            Some(package) => Ok(Some(package.to_owned())),
            None if own => Ok(Some(name.to_owned())),
            None => Err(format!("nothing is known that brings `{name}`: {by}")),
        }
    }

    /// Certificates, time zones, temporary files, accounts.
    fn system(
        &self,
        image: &BaseImage,
        packages: &mut Vec<Need<String>>,
    ) -> Result<Vec<Need<String>>, String> {
        let needs = &self.analysis.needs;
        let mut files = Vec::new();
        let custom = self
            .build
            .commands()
            .find(|(_, command)| command.action == super::action::Action::Certificates);
        let asked = packages::asks_for(self.build, packages::is_certificates);
        let asked = asked.map(|line| Because::line("the original installs certificates", line));
        let certificates = needs.certificates.clone().or(asked);
        let bundle = "/etc/ssl/certs/ca-certificates.crt";
        if let Some((_, command)) = custom {
            let because = Because::line(
                "certificates that the original adds to the system's",
                command.line,
            );
            files.push(Need::new(bundle.to_owned(), because));
        } else if let Some(because) = certificates {
            let at = |image: &BaseImage| has_certificates(image);
            if !at(image) {
                match Self::manager(image) {
                    Some(_) => packages.push(Need::new("ca-certificates".to_owned(), because)),
                    None if at(&self.build.base.image) || self.installs("ca-certificates") => {
                        files.push(Need::new(bundle.to_owned(), because));
                    }
                    None => {
                        return Err(format!(
                            "there are no certificates to copy: {}",
                            because.sentence()
                        ));
                    }
                }
            }
        }
        let asked = packages::asks_for(self.build, |name| name == "tzdata");
        let asked = asked.map(|line| Because::line("the original installs time zones", line));
        if let Some(because) = needs
            .zoneinfo
            .clone()
            .or(asked)
            .filter(|_| !has_zoneinfo(image))
        {
            match Self::manager(image) {
                Some(_) => packages.push(Need::new("tzdata".to_owned(), because)),
                None if has_zoneinfo(&self.build.base.image) || self.installs("tzdata") => {
                    files.push(Need::new("/usr/share/zoneinfo".to_owned(), because));
                }
                None => {
                    return Err(format!(
                        "there are no time zones to copy: {}",
                        because.sentence()
                    ));
                }
            }
        }
        if image.family == Family::Scratch {
            for (need, what) in [
                (&needs.tmp, "/tmp"),
                (&needs.accounts, "accounts"),
                (&needs.home, "a home directory"),
            ] {
                if let Some(because) = need {
                    return Err(format!(
                        "it has no {}: {}",
                        what.trim_start_matches('a').trim(),
                        because.sentence()
                    ));
                }
            }
        }
        Ok(files)
    }

    fn installs(&self, package: &str) -> bool {
        self.build.commands().any(|(_, command)| {
            matches!(&command.action, super::action::Action::Packages { names, .. } if names.iter().any(|n| n == package))
        })
    }
}

/// A probe in shell form whose text uses no feature of the shell, as words.
pub fn plain_probe(text: &str) -> Option<Vec<String>> {
    let script = shell::parse(text);
    let [command] = script.commands.as_slice() else {
        return None;
    };
    let plain = script.understood && command.assignments.is_empty() && command.redirects.is_empty();
    let words: Option<Vec<String>> = command.words.iter().map(shell::Word::value).collect();
    words.filter(|_| plain)
}

/// Whether the system's CA bundle is in the image.
fn has_certificates(image: &BaseImage) -> bool {
    matches!(image.family, Family::Distroless(_))
        || image.libc() == Some(Libc::Musl)
        || carries_package(image, "ca-certificates")
}

fn has_zoneinfo(image: &BaseImage) -> bool {
    matches!(image.family, Family::Distroless(_)) || carries_package(image, "tzdata")
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
