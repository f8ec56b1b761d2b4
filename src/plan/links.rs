//! Symbolic links that the build makes (`ln -s`). COPY takes what a link leads to and not the link,
//! and fails where it leads nowhere: one that leads into what the final stage has, or to a device,
//! is made again there.

use super::action::Action;
use super::build::{Build, RunCommand};
use super::layout::is_within;
use super::system;
use crate::dockerfile::contract::clean;

/// A symbolic link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Where it lies. The directory in which it is made, where the command names no more than that.
    pub path: String,
    /// Where it leads, as the command writes it.
    pub target: String,
    /// Where that is: relative targets start where the link lies.
    pub absolute: String,
    /// The line of the command.
    pub line: usize,
}

/// The directories of the system, whose files a link may lead to for what they hold: a time zone,
/// the library of a package. What of them the final image has is not known.
const SYSTEM: [&str; 8] = [
    "/usr/bin",
    "/usr/lib",
    "/usr/local/bin",
    "/usr/local/lib",
    "/usr/share",
    "/bin",
    "/lib",
    "/etc",
];

impl Link {
    /// Whether the final stage makes it again: it leads into something that is `there`, or to
    /// nothing that the system has.
    pub fn is_remade(&self, there: impl Fn(&str) -> bool) -> bool {
        there(&self.absolute) || !SYSTEM.iter().any(|place| is_within(&self.absolute, place))
    }
}

/// The last link that the build makes at `path`.
pub fn at(build: &Build<'_>, path: &str) -> Option<Link> {
    let links = build.commands().flat_map(|(_, command)| made(command));
    links.filter(|link| link.path == path).last()
}

/// The links that a command makes.
fn made(command: &RunCommand) -> Vec<Link> {
    let name = command.program.as_deref().unwrap_or_default();
    let has = |letter: char, long: &str| {
        let mut flags = command
            .known_arguments()
            .filter(|word| word.starts_with('-'));
        flags.any(|flag| flag == long || (!flag.starts_with("--") && flag.contains(letter)))
    };
    let Action::Write(paths) = &command.action else {
        return Vec::new();
    };
    if name.rsplit('/').next() != Some("ln") || !has('s', "--symbolic") {
        return Vec::new();
    }
    let words = system::operands(command, &[]).unwrap_or_default();
    let sources = match words.split_last() {
        Some((_, sources)) if sources.len() == paths.len() => sources,
        _ => return Vec::new(),
    };
    let is_relative = has('r', "--relative");
    let pairs = sources.iter().zip(paths);
    pairs
        .filter_map(|(source, path)| {
            let directory = path.rsplit_once('/').map_or("", |(directory, _)| directory);
            let absolute = match source.starts_with('/') {
                _ if is_relative => command.absolute(source)?,
                true => clean(source),
                false => clean(&format!("{directory}/{source}")),
            };
            let target = if is_relative { &absolute } else { source };
            Some(Link {
                path: path.clone(),
                target: target.clone(),
                absolute,
                line: command.line,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toolchain::compiled::sample::sample;

    /// Where the link at `path` leads, as it is written, and whether it is made again beside `/app`.
    fn link(run: &str, path: &str) -> Option<(String, bool)> {
        let text = format!("FROM python:3.13\nWORKDIR /srv\nRUN {run}\n");
        sample(&text, &[], |build| {
            let link = at(build, path)?;
            let is_remade = link.is_remade(|place| is_within(place, "/app"));
            Some((link.target, is_remade))
        })
    }

    #[test]
    fn a_link_is_known_by_its_place() {
        let found = |run, path| link(run, path).map(|(target, _)| target);
        let to = |target: &str| Some(target.to_owned());
        assert_eq!(found("ln -s /app/x /usr/bin/", "/usr/bin/x"), to("/app/x"));
        assert_eq!(found("ln -sf a/b /etc/b", "/etc/b"), to("a/b"));
        assert_eq!(found("ln -rs a /etc/b", "/etc/b"), to("/srv/a"));
        assert_eq!(found("ln /app/x /usr/bin/x", "/usr/bin/x"), None);
        assert_eq!(found("ln -s /a /x && ln -sfn /b /x", "/x"), to("/b"));
    }

    #[test]
    fn what_it_leads_to_tells_whether_it_is_made_again() {
        let again = |run, path| link(run, path).is_some_and(|(_, is_remade)| is_remade);
        assert!(again("ln -s /app/bin/x /usr/bin/x", "/usr/bin/x"));
        assert!(again("ln -sf /dev/stdout /var/log/x.log", "/var/log/x.log"));
        assert!(again("ln -s ../app/x /etc/x", "/etc/x"));
        assert!(!again(
            "ln -sf /usr/share/zoneinfo/UTC /etc/localtime",
            "/etc/localtime"
        ));
    }
}
