//! The interpreter's command line. In: a program's name and its arguments. Out: what Python is told
//! to run.

/// What an interpreter runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Runs<'w> {
    /// `-m module argument…`; the name is `None` where it hangs on something unknown.
    Module(Option<&'w str>, &'w [Option<String>]),
    /// `script.py argument…`; the path is `None` where it hangs on something unknown.
    Script(Option<&'w str>, &'w [Option<String>]),
    /// `-c code`, or code from standard input (`None`).
    Code(Option<&'w str>),
    /// Its version or its help.
    Answer,
    /// Nothing is named: a prompt.
    Prompt,
}

/// Whether a program of that name is an interpreter.
pub(super) fn is_interpreter(name: &str) -> bool {
    name == "python" || is_version_of(name, "python", '3') || is_version_of(name, "python", '2')
}

/// Whether a program of that name is pip.
pub(super) fn is_pip(name: &str) -> bool {
    name == "pip" || is_version_of(name, "pip", '3') || is_version_of(name, "pip", '2')
}

/// The major version that an interpreter or a pip of that name is of, if the name tells it.
pub(super) fn major(name: &str) -> Option<u32> {
    let version = ["python", "pip"]
        .iter()
        .find_map(|program| name.strip_prefix(program))?;
    version.chars().next()?.to_digit(10)
}

/// `python3`, `python3.11`.
fn is_version_of(name: &str, program: &str, major: char) -> bool {
    let Some(version) = name.strip_prefix(program) else {
        return false;
    };
    version.starts_with(major) && version.chars().all(|c| c.is_ascii_digit() || c == '.')
}

/// What `arguments` tell the interpreter to run.
/// Source of the flags that take a value: Python's own documentation of its command line.
pub(super) fn runs(arguments: &[Option<String>]) -> Runs<'_> {
    let mut index = 0;
    while let Some(argument) = arguments.get(index) {
        let rest = arguments.get(index + 1..).unwrap_or_default();
        let Some(word) = argument.as_deref() else {
            return Runs::Script(None, rest);
        };
        match word {
            "-" => return Runs::Code(None),
            "-V" | "-VV" | "--version" | "-h" | "--help" => return Runs::Answer,
            "--check-hash-based-pycs" => index += 1,
            _ if word.starts_with("--") => {}
            _ if word.starts_with('-') => match short(word, rest) {
                Short::Runs(runs) => return runs,
                Short::TakesNext => index += 1,
                Short::Alone => {}
            },
            _ => return Runs::Script(Some(word), rest),
        }
        index += 1;
    }
    Runs::Prompt
}

enum Short<'w> {
    Runs(Runs<'w>),
    TakesNext,
    Alone,
}

/// A word of short flags: `-u`, `-um`, `-c`, `-Werror`.
fn short<'w>(word: &'w str, rest: &'w [Option<String>]) -> Short<'w> {
    for (at, flag) in word.char_indices().skip(1) {
        let glued = word.get(at + 1..).filter(|value| !value.is_empty());
        let next = rest.first().and_then(Option::as_deref);
        let behind = match glued {
            Some(_) => rest,
            None => rest.get(1..).unwrap_or_default(),
        };
        match flag {
            'm' => return Short::Runs(Runs::Module(glued.or(next), behind)),
            'c' => return Short::Runs(Runs::Code(glued.or(next))),
            'W' | 'X' if glued.is_some() => return Short::Alone,
            'W' | 'X' => return Short::TakesNext,
            _ => {}
        }
    }
    Short::Alone
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<Option<String>> {
        let word = |word: &str| (word != "?").then(|| word.to_owned());
        text.split_whitespace().map(word).collect()
    }

    #[test]
    fn what_is_run_stands_behind_the_flags() {
        let of = |text: &str| format!("{:?}", runs(&words(text)));
        assert_eq!(
            of("-u -X dev app.py x"),
            "Script(Some(\"app.py\"), [Some(\"x\")])"
        );
        assert_eq!(
            of("-um http.server 80"),
            "Module(Some(\"http.server\"), [Some(\"80\")])"
        );
        assert_eq!(of("-mpip list"), "Module(Some(\"pip\"), [Some(\"list\")])");
        assert_eq!(of("-Werror -c print(1)"), "Code(Some(\"print(1)\"))");
        assert_eq!(of("-u ?"), "Script(None, [])");
        assert_eq!(of("-u"), "Prompt");
        assert_eq!(of("--version"), "Answer");
        assert_eq!(of("-"), "Code(None)");
    }

    #[test]
    fn names_with_versions() {
        for name in ["python", "python3", "python3.11", "python2.7"] {
            assert!(is_interpreter(name), "{name}");
        }
        for name in ["python4", "pythonw", "python3-config", "ipython"] {
            assert!(!is_interpreter(name), "{name}");
        }
        assert_eq!(
            (major("python2.7"), major("pip3"), major("pip")),
            (Some(2), Some(3), None)
        );
        assert!(is_pip("pip3.9") && !is_pip("pip-compile") && !is_pip("pipenv"));
    }
}
