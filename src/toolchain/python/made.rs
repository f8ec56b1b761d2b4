//! What build commands of the project make outside of its directory. In: a build and its sources.
//! Out: what has to travel besides.

use super::commands::{Tool, tool};
use crate::dockerfile::contract::clean;
use crate::plan::analysis::{Analysis, Payload};
use crate::plan::because::Because;
use crate::plan::build::{Build, RunCommand};
use crate::plan::layout::is_within;
use crate::project::source::{self, Language, ProjectScan};

/// A script of the project that is run at build time and knows the home directory may have filled it.
pub(super) fn filled_home(build: &Build<'_>, scan: &ProjectScan) -> Option<Because> {
    let is_script = |command: &RunCommand| matches!(tool(command), Some(Tool::Script(_)));
    let (_, script) = build.commands().find(|(_, command)| is_script(command))?;
    let is_home =
        |call: &source::Call| call.callee.ends_with("Path.home") || call.function() == "expanduser";
    let home = scan.calls().find(|call| is_home(call.value))?;
    let because = Because::line(
        format!(
            "`{}` may have filled root's home directory",
            script.display()
        ),
        script.line,
    );
    Some(because.and(home.evidence.to_string()))
}

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
