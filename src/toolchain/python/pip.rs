//! pip's command line. In: the words behind `pip`. Out: what it installs from where, or why that
//! cannot be followed.

use super::requirement::{self, Requirement};

/// A word of a command: its value where it is known, and its text as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Word<'w> {
    pub(super) value: Option<&'w str>,
    pub(super) raw: &'w str,
}

/// What a pip command does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Pip {
    /// Installs.
    Install(Install),
    /// Nothing that an environment keeps, or only takes away.
    Harmless,
    /// Something that is not followed: which.
    Unsupported(String),
    /// A word that decides hangs on an unknown variable.
    Unresolved(String),
}

/// What `pip install` installs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Install {
    /// Requirements files, as written.
    pub(super) files: Vec<String>,
    /// Constraints files, as written.
    pub(super) constraints: Vec<String>,
    /// Distributions and local projects.
    pub(super) requirements: Vec<Requirement>,
    /// What follows `-e`.
    pub(super) editable: Vec<String>,
    /// The values of `--no-binary`.
    pub(super) no_binary: Vec<String>,
    /// Local places of `--find-links`.
    pub(super) find_links: Vec<String>,
    /// Whether build dependencies come from the environment (`--no-build-isolation`).
    pub(super) no_build_isolation: bool,
    /// Whether it keeps no cache (`--no-cache-dir`).
    pub(super) no_cache: bool,
}

/// Options that put packages elsewhere, or change for which Python they are.
const ELSEWHERE: [&str; 10] = [
    "--target",
    "-t",
    "--prefix",
    "--root",
    "--user",
    "--python",
    "--python-version",
    "--platform",
    "--implementation",
    "--abi",
];

/// Options that take a value in the next word. Source: pip's reference of `pip install`.
const WITH_VALUE: [&str; 34] = [
    "-i",
    "--index-url",
    "--extra-index-url",
    "--only-binary",
    "--trusted-host",
    "--timeout",
    "--default-timeout",
    "--retries",
    "--cache-dir",
    "--log",
    "--proxy",
    "--src",
    "--global-option",
    "--install-option",
    "--config-settings",
    "--config-setting",
    "-C",
    "--report",
    "--progress-bar",
    "--upgrade-strategy",
    "--exists-action",
    "--cert",
    "--client-cert",
    "--root-user-action",
    "--use-feature",
    "--use-deprecated",
    "--build",
    "-b",
    "--build-option",
    "--keyring-provider",
    "--resume-retries",
    "--group",
    "--uploaded-prior-to",
    "--index",
];

/// Distributions that install or build others.
const TOOLS: [&str; 8] = [
    "pip",
    "setuptools",
    "wheel",
    "virtualenv",
    "build",
    "pip-tools",
    "setuptools-scm",
    "packaging",
];

/// Project managers, and what belongs to them alone.
const MANAGERS: [&str; 8] = [
    "poetry",
    "poetry-core",
    "poetry-plugin-export",
    "poetry-dynamic-versioning",
    "pipenv",
    "uv",
    "pdm",
    "keyring",
];

/// Reads the words behind `pip`.
pub(super) fn read(words: &[Word<'_>]) -> Pip {
    let mut index = 0;
    while let Some(word) = words.get(index) {
        match word.value {
            Some(value) if WITH_VALUE.contains(&value) => index += 2,
            Some(value) if value.starts_with('-') => index += 1,
            Some(_) => break,
            None => return Pip::Unresolved(word.raw.to_owned()),
        }
    }
    let before = words.get(..index).unwrap_or_default();
    let no_cache = before
        .iter()
        .any(|word| word.value == Some("--no-cache-dir"));
    let behind = words.get(index + 1..).unwrap_or_default();
    match words.get(index).and_then(|word| word.value) {
        Some("install") => match install(behind) {
            Pip::Install(mut install) => {
                install.no_cache |= no_cache;
                Pip::Install(install)
            }
            other => other,
        },
        Some("wheel" | "download") => {
            Pip::Unsupported("pip fetches wheels to install later".into())
        }
        _ => Pip::Harmless,
    }
}

fn install(words: &[Word<'_>]) -> Pip {
    let mut install = Install::default();
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        let Some(value) = word.value else {
            // `name==$VERSION` still names a distribution; `--option=$VALUE` is an option.
            let raw = word.raw.trim_matches(['"', '\'']);
            if raw.starts_with("--") && raw.contains('=') {
                continue;
            }
            let name = raw.split('$').next().unwrap_or_default();
            match requirement::requirement(name)
                .filter(|_| name.contains(['=', '<', '>', '~', '+']))
            {
                Some(found) if found.path.is_none() => install.requirements.push(found),
                _ => return Pip::Unresolved(word.raw.to_owned()),
            }
            continue;
        };
        let (flag, glued) = split_option(value);
        if ELSEWHERE.contains(&flag) {
            return Pip::Unsupported(format!("`{flag}` puts packages elsewhere"));
        }
        if value == "--no-cache-dir" || value == "--no-cache" {
            install.no_cache = true;
        } else if value == "--no-build-isolation" {
            install.no_build_isolation = true;
        } else if let Some(list) = install.list(flag) {
            let next = match glued {
                Some(_) => glued,
                None => rest.next().and_then(|word| word.value),
            };
            match next {
                Some(next) => list.push(next.to_owned()),
                None => return Pip::Unresolved(word.raw.to_owned()),
            }
        } else if WITH_VALUE.contains(&flag) {
            if glued.is_none() {
                rest.next();
            }
        } else if !value.starts_with('-') {
            if value.contains(['*', '?']) {
                return Pip::Unsupported(format!("`{value}` may name any file"));
            }
            install.requirements.extend(requirement::requirement(value));
        }
    }
    install
        .find_links
        .retain(|place| !place.starts_with("http"));
    Pip::Install(install)
}

impl Requirement {
    /// Whether it is a project manager, or belongs to one.
    pub(super) fn is_manager(&self) -> bool {
        MANAGERS.contains(&self.name.as_str())
    }
}

impl Install {
    /// The list that an option adds to.
    fn list(&mut self, flag: &str) -> Option<&mut Vec<String>> {
        match flag {
            "-r" | "--requirement" | "--requirements" => Some(&mut self.files),
            "-c" | "--constraint" => Some(&mut self.constraints),
            "-e" | "--editable" => Some(&mut self.editable),
            "--no-binary" => Some(&mut self.no_binary),
            "-f" | "--find-links" => Some(&mut self.find_links),
            _ => None,
        }
    }

    /// Whether it installs or upgrades nothing but what installs other things.
    pub(super) fn is_tools_only(&self) -> bool {
        self.files.is_empty()
            && self.editable.is_empty()
            && self
                .requirements
                .iter()
                .all(|found| TOOLS.contains(&found.name.as_str()) || found.is_manager())
    }

    /// Whether it installs project managers, with nothing but tools beside them.
    pub(super) fn is_of_managers(&self) -> bool {
        self.is_tools_only() && self.brings_manager()
    }

    /// Whether a project manager is among what it installs.
    pub(super) fn brings_manager(&self) -> bool {
        self.requirements.iter().any(Requirement::is_manager)
    }

    /// Whether it needs nothing of the build context but requirements and constraints files.
    pub(super) fn is_independent(&self) -> bool {
        self.editable.is_empty()
            && self.find_links.is_empty()
            && self.requirements.iter().all(|found| found.path.is_none())
    }
}

/// `--option=value` and `-rfile` cut in two.
fn split_option(word: &str) -> (&str, Option<&str>) {
    if word.starts_with("--") {
        return match word.split_once('=') {
            Some((flag, value)) => (flag, Some(value)),
            None => (word, None),
        };
    }
    if word.starts_with('-') && word.len() > 2 {
        let (flag, value) =
            word.split_at(word.char_indices().nth(2).map_or(word.len(), |(at, _)| at));
        if matches!(flag, "-r" | "-c" | "-e" | "-f" | "-i" | "-t") {
            return (flag, Some(value));
        }
    }
    (word, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Pip {
        let words: Vec<Word<'_>> = text
            .split_whitespace()
            .map(|raw| Word {
                value: (!raw.contains('$')).then_some(raw),
                raw,
            })
            .collect();
        read(&words)
    }

    fn installed(text: &str) -> Install {
        match of(text) {
            Pip::Install(install) => install,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn files_and_names_are_told_from_options() {
        let found = installed(
            "--timeout 9 install -U --no-cache-dir -r a.txt -rb.txt --constraint=c.txt -i https://x flask>=3 gunicorn[gevent]",
        );
        assert_eq!(found.files, ["a.txt", "b.txt"]);
        assert_eq!(found.constraints, ["c.txt"]);
        let names: Vec<_> = found.requirements.iter().map(|r| r.name.as_str()).collect();
        assert_eq!(names, ["flask", "gunicorn"]);
        assert!(found.no_cache && found.is_independent() && !found.is_tools_only());
    }

    #[test]
    fn unknown_words_decide_or_do_not() {
        let found = installed("install flask==$V --extra-index-url=https://$T@x");
        assert_eq!(found.requirements[0].name, "flask");
        assert!(installed("install -i $URL flask").requirements.len() == 1);
        assert!(matches!(of("install $EXTRA"), Pip::Unresolved(_)));
        assert!(matches!(of("install -r $FILE"), Pip::Unresolved(_)));
    }

    #[test]
    fn other_places_are_not_followed() {
        for text in [
            "install --user x",
            "install --target=/x x",
            "install -t /x x",
            "wheel -w w .",
            "install /w/*.whl",
        ] {
            assert!(matches!(of(text), Pip::Unsupported(_)), "{text}");
        }
        assert_eq!(of("check"), Pip::Harmless);
        assert_eq!(of("--version"), Pip::Harmless);
    }

    #[test]
    fn tools_alone() {
        assert!(installed("install --upgrade pip setuptools wheel").is_tools_only());
        assert!(!installed("install .").is_tools_only());
        assert!(!installed("install .").is_independent());
    }
}
