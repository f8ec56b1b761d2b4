//! What programs expect of the system beside packages: certificates, time zones, accounts. In: a program
//! and a rung. Out: files to copy, packages to install, or what the rung lacks.

use super::action::Action;
use super::analysis::Need;
use super::because::Because;
use super::fit::Fit;
use super::packages;
use crate::knowledge::base_image::{BaseImage, Family};
use crate::knowledge::carried::carries_package;
use crate::knowledge::distro::Libc;

impl Fit<'_, '_> {
    /// Certificates, time zones, temporary files, accounts.
    pub(super) fn system(
        &self,
        image: &BaseImage,
        packages: &mut Vec<Need<String>>,
    ) -> Result<Vec<Need<String>>, String> {
        let needs = &self.analysis.needs;
        let mut files = Vec::new();
        let custom = self
            .build
            .commands()
            .find(|(_, command)| command.action == Action::Certificates);
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
        let zone = self
            .build
            .end
            .contract
            .env
            .iter()
            .any(|(name, _)| name == "TZ");
        let zone = zone && has_zoneinfo(&self.build.base.image);
        let zone = zone.then(|| Because::rule("the environment names a time zone"));
        if let Some(because) = needs
            .zoneinfo
            .clone()
            .or(asked)
            .or(zone)
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
            matches!(&command.action, Action::Packages { names, .. } if names.iter().any(|n| n == package))
        })
    }
}

/// Whether the system's CA bundle is in the image.
pub(super) fn has_certificates(image: &BaseImage) -> bool {
    matches!(image.family, Family::Distroless(_))
        || image.libc() == Some(Libc::Musl)
        || carries_package(image, "ca-certificates")
}

fn has_zoneinfo(image: &BaseImage) -> bool {
    matches!(image.family, Family::Distroless(_)) || carries_package(image, "tzdata")
}
