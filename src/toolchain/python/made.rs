//! Static files that Django collects outside of the project's directory. In: a build. Out: the place,
//! which has to travel besides.

use super::commands::{Tool, tool};
use crate::dockerfile::contract::clean;
use crate::plan::analysis::{Analysis, Payload};
use crate::plan::because::Because;
use crate::plan::build::{Build, RunCommand};
use crate::plan::layout::is_within;
use crate::project::source::Language;

/// Where Django collects static files, if settings name an absolute place for them.
pub(super) fn static_root(build: &Build<'_>, analysis: &mut Analysis) {
    let collects =
        |command: &RunCommand| matches!(tool(command), Some(Tool::Django(Some("collectstatic"))));
    if !build.commands().any(|(_, command)| collects(command)) {
        return;
    }
    let files = build.context.files().filter(|path| {
        Language::of_path(path) == Some(Language::Python) && path.contains("settings")
    });
    for file in files {
        let text = build.context.read(file).unwrap_or_default();
        for (number, line) in (1_usize..).zip(text.lines()) {
            let value = line
                .trim()
                .strip_prefix("STATIC_ROOT")
                .map(|rest| rest.trim_start().trim_start_matches('=').trim());
            let Some(value) = value
                .map(|value| value.trim_matches(['"', '\'']))
                .filter(|value| value.starts_with('/'))
            else {
                continue;
            };
            let path = clean(value);
            let known = analysis
                .payload
                .iter()
                .any(|payload| is_within(&path, &payload.path));
            if !known && path != "/" {
                let because = Because::rule("the static files that the build collects")
                    .and(format!("{file}:{number}"));
                analysis.payload.push(Payload {
                    path,
                    is_dir: true,
                    writable: true,
                    because,
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Project;
    use super::*;
    use crate::outcome::{Code, Decline};

    const FILES: &[(&str, &str)] = &[
        ("app.py", ""),
        ("manage.py", ""),
        ("site/settings.py", "STATIC_ROOT = '/srv/static/'\n"),
    ];

    fn analyse(text: &str) -> Result<Analysis, Decline> {
        Project::new(text, FILES).analyse()
    }

    #[test]
    fn what_the_build_makes_elsewhere_is_found() {
        let text = "FROM python:3.11\nWORKDIR /app\nCOPY . .\nRUN python manage.py collectstatic\nCMD [\"python\", \"app.py\"]\n";
        let found = analyse(text).unwrap();
        assert!(
            found
                .payload
                .iter()
                .any(|payload| payload.path == "/srv/static")
        );
        let lost = "FROM python:3.11\nCOPY app.py manage.py /\nRUN python manage.py collectstatic\nCMD [\"python\", \"/app.py\"]\n";
        assert_eq!(
            analyse(lost).map(|_| ()).map_err(|decline| decline.code),
            Err(Code::UnknownCommand)
        );
    }
}
