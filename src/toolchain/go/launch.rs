//! How the program is started where PATH is no longer golang's. In: what starts and where it lies.
//! Out: ENTRYPOINT and CMD with the absolute path, or PATH for scripts that call it by name.

use crate::dockerfile::instruction::Form;
use crate::plan::analysis::Launch;
use crate::plan::because::Because;
use crate::plan::build::Build;
use crate::plan::entry::Entry;
use crate::toolchain::compiled::artifact::is_on_default_path;
use crate::toolchain::compiled::tree::{file_name, parent};

/// What changes at the start of the programs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Start {
    /// ENTRYPOINT and CMD.
    pub(crate) launch: Launch,
    /// PATH, where a script or a shell looks the program up.
    pub(crate) path: Option<(String, Because)>,
}

/// How the programs at `places` are started.
pub(crate) fn of(build: &Build<'_>, entry: &Entry, places: &[String]) -> Start {
    let by_name = places.iter().find(|place| {
        let called = |word: &Option<String>| word.as_deref() == Some(file_name(place));
        is_lost(build, place)
            && entry
                .commands
                .iter()
                .any(|start| start.words.iter().any(called))
    });
    let Some(place) = by_name else {
        return Start::default();
    };
    let rule = format!(
        "golang's PATH finds `{}` in {}",
        file_name(place),
        parent(place)
    );
    let because = Because::line(rule, entry.line);
    if let Some(launch) = replaced(build, entry, place, &because) {
        return Start { launch, path: None };
    }
    let path = format!("{}:$PATH", parent(place));
    Start {
        launch: Launch::AsIs,
        path: Some((path, because)),
    }
}

/// Whether a directory is on PATH because the base image put it there, and no other image does.
fn is_lost(build: &Build<'_>, place: &str) -> bool {
    let inherited = build.base.image.config.var("PATH").unwrap_or_default();
    let directory = parent(place);
    !is_on_default_path(place) && inherited.split(':').any(|known| known == directory)
}

/// ENTRYPOINT and CMD whose first word is the program's bare name.
fn replaced(build: &Build<'_>, entry: &Entry, place: &str, because: &Because) -> Option<Launch> {
    let contract = &build.end.contract;
    let absolute = |form: &Form| {
        let words = match form {
            Form::Exec(words) => words,
            Form::Shell(_) => entry.plain.as_ref()?,
        };
        let (first, rest) = words.split_first()?;
        (first == file_name(place)).then(|| {
            let mut words = vec![place.to_owned()];
            words.extend(rest.iter().cloned());
            words
        })
    };
    let because = because.clone();
    match (&contract.entrypoint, &contract.cmd) {
        (Some(entrypoint), cmd) => {
            let cmd = match (entrypoint, cmd) {
                // Shell form takes no arguments from CMD.
                (Form::Shell(_), _) | (_, None) => None,
                (_, Some(Form::Exec(words))) => Some(words.clone()),
                (_, Some(Form::Shell(_))) => return None,
            };
            Some(Launch::Replace {
                entrypoint: Some(absolute(entrypoint)?),
                cmd,
                because,
            })
        }
        (None, Some(cmd)) => Some(Launch::Replace {
            entrypoint: None,
            cmd: Some(absolute(cmd)?),
            because,
        }),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::entry;
    use crate::toolchain::compiled::sample::sample;

    /// ENTRYPOINT and CMD where they are replaced (`-` for none), else what is done instead.
    fn start(text: &str, place: &str) -> String {
        let text = format!("FROM golang:1.25\nCOPY run.sh /\n{text}\n");
        let files = [("run.sh", "#!/bin/sh\nexec api \"$@\"\n")];
        sample(&text, &files, |build| {
            let start = of(build, &entry::read(build), &[place.to_owned()]);
            let shown = |words: Option<Vec<String>>| words.map_or("-".into(), |w| w.join(" "));
            match (start.launch, start.path) {
                (
                    Launch::Replace {
                        entrypoint, cmd, ..
                    },
                    _,
                ) => {
                    format!("{} | {}", shown(entrypoint), shown(cmd))
                }
                (Launch::AsIs, Some((path, _))) => path,
                (Launch::AsIs, None) => "as it is".to_owned(),
            }
        })
    }

    #[test]
    fn a_name_that_only_golang_finds_becomes_a_path() {
        for (text, expected) in [
            ("CMD [\"api\", \"-v\"]", "- | /go/bin/api -v"),
            ("CMD api -v", "- | /go/bin/api -v"),
            ("ENTRYPOINT [\"api\"]\nCMD [\"-v\"]", "/go/bin/api | -v"),
            ("CMD [\"/run.sh\"]", "/go/bin:$PATH"),
            ("CMD api $X", "/go/bin:$PATH"),
            ("CMD [\"/go/bin/api\"]", "as it is"),
        ] {
            assert_eq!(start(text, "/go/bin/api"), expected, "{text}");
        }
        assert_eq!(start("CMD [\"api\"]", "/usr/local/bin/api"), "as it is");
    }
}
