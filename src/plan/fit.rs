//! Whether a program fits on a rung, and what the rung has to be given for it.

use super::action::{Action, Manager};
use super::analysis::{Analysis, Launch, Link, Need, Payload, Rung};
use super::archive;
use super::because::Because;
use super::build::Build;
use super::carried::Carried;
use super::entry::Entry;
use super::native;
use super::packages::Installed;
use super::surroundings::has_certificates;
use crate::dockerfile::image::ImageRef;
use crate::dockerfile::instruction::Form;
use crate::dockerfile::shell;
use crate::knowledge::base_image::{self, BaseImage, Family, Flavour};
use crate::knowledge::carried::{carries, carries_package};
use crate::knowledge::distro::{Distro, Libc};
use crate::knowledge::distroless::Distroless;
use crate::knowledge::programs;

/// What a rung has to be given: packages, and files from the builder.
pub(super) type Given = (BaseImage, Vec<Need<String>>, Vec<Need<String>>);

/// One program and one rung.
pub(super) struct Fit<'c, 'a> {
    pub(super) build: &'c Build<'a>,
    pub(super) analysis: &'c Analysis,
    pub(super) rung: &'c Rung,
    pub(super) entry: &'c Entry,
    pub(super) carried: &'c [Carried],
}

impl Fit<'_, '_> {
    /// The image and what it has to be given; the error says what the rung lacks.
    pub(super) fn run(&self, installed: &Installed) -> Result<Given, String> {
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
        if let Some(need) = packages.first()
            && let Some(refusal) = archive::refusal(self.build, &image)
        {
            return Err(format!("{refusal}: `{}`", need.value));
        }
        Ok((image, packages, system_files))
    }

    fn image(&self) -> Option<BaseImage> {
        let expanded = self.build.dockerfile.expand_global(&self.rung.image)?;
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
            Link::SameRelease if same_distro || self.same_family(image) => {
                match native::unknown_links(self.build) {
                    Some(because) if image.flavour != Flavour::Full => Err(because.sentence()),
                    _ => Ok(()),
                }
            }
            Link::SameRelease => Err("it stands on another release than the builder".to_owned()),
            Link::Libc(libc) if image.libc() != Some(*libc) => {
                let name = match libc {
                    Libc::Glibc => "glibc",
                    Libc::Musl => "musl",
                };
                Err(format!("the program is linked against {name}"))
            }
            Link::Static | Link::Libc(Libc::Musl) => Ok(()),
            Link::Libc(Libc::Glibc) => {
                let version = |image: &BaseImage| image.distro.as_ref().and_then(Distro::glibc);
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

    pub(super) fn manager(image: &BaseImage) -> Option<Manager> {
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
        let mut links = self
            .carried
            .iter()
            .filter_map(|carried| carried.link.as_ref());
        if let Some(link) = links.find(|link| !self.holds(&link.absolute)) {
            let (path, line) = (&link.path, link.line);
            return Err(format!(
                "it has no shell to make the link `{path}` (line {line})"
            ));
        }
        match self.probe() {
            Some(Form::Shell(text)) if shell::plain_words(text).is_none() => {
                Err("it has no shell: HEALTHCHECK uses one".to_owned())
            }
            _ => Ok(()),
        }
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
            if libraries
                .iter()
                .any(|known| is_same_library(known, &need.value))
                || carries_package(image, &need.value)
            {
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
            if !program.is_empty()
                && !shell::is_builtin(&program)
                && !program.ends_with("/sh")
                && program != "sh"
            {
                needs.push(Need::new(program, Because::rule("HEALTHCHECK runs it")));
            }
        }
        if let Some(because) = self.entry.bash.as_ref().filter(|_| !replaced) {
            needs.push(Need::new("bash".to_owned(), because.clone()));
        }
        let mut packages = Vec::new();
        for need in needs {
            if let Some(package) = self.program(image, &need)? {
                // They talk to servers over TLS, and only recommend what they trust.
                if matches!(package.as_str(), "git" | "curl" | "wget") && !has_certificates(image) {
                    packages.push(Need::new(
                        "ca-certificates".to_owned(),
                        need.because.clone(),
                    ));
                }
                packages.push(Need::new(package, need.because));
            }
        }
        Ok(packages)
    }

    /// What is copied into the final stage.
    fn payloads(&self) -> impl Iterator<Item = &Payload> {
        let carried = self.carried.iter().map(|carried| &carried.payload);
        self.analysis.payload.iter().chain(carried)
    }

    fn holds(&self, path: &str) -> bool {
        self.payloads().any(|known| known.holds(path))
    }

    /// The package that brings a program; `None` where it is there anyway.
    fn program(&self, image: &BaseImage, need: &Need<String>) -> Result<Option<String>, String> {
        let called = need.value.as_str();
        let name = called.rsplit('/').next().unwrap_or(called);
        let in_payload = |path: &str| {
            let is_named = |known: &Payload| known.path.rsplit('/').next() == Some(path);
            self.holds(path) || (!path.contains('/') && self.payloads().any(is_named))
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
        let codename = image.distro.as_ref().and_then(Distro::codename);
        let package = match manager {
            Manager::Apt => programs::debian_package(name, codename),
            Manager::Apk => programs::alpine_package(name),
        };
        // A package of that name that the original installs brings it too.
        let own = self.build.commands().any(|(_, command)| {
            matches!(&command.action, Action::Packages { names, .. } if names.iter().any(|n| n == name))
        });
        match package {
            Some(package) => Ok(Some(package.to_owned())),
            None if own => Ok(Some(name.to_owned())),
            None => Err(format!("nothing is known that brings `{name}`: {by}")),
        }
    }
}

/// Whether two packages hold the same library. Debian 13 renamed those whose interface changed on
/// 32-bit machines (`libssl3t64`); on 64-bit ones they are what they were.
/// Source: Debian's release notes for 13, "64-bit `time_t` transition".
fn is_same_library(one: &str, other: &str) -> bool {
    one.trim_end_matches("t64") == other.trim_end_matches("t64")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_is_known_by_its_old_name() {
        assert!(is_same_library("libssl3t64", "libssl3"));
        assert!(is_same_library("zlib1g", "zlib1g"));
        assert!(!is_same_library("libssl3t64", "libssl1.1"));
    }
}
