//! Node beside Python: the front end of an application is built with it, and few programs call it. In: a
//! build and what is known of its program. Out: what its commands leave, and the packages that only the
//! build uses.

use super::calls::Called;
use super::commands::{Tool, tool};
use super::installs::Installs;
use super::places::may_run;
use crate::dockerfile::shell;
use crate::plan::action::Action;
use crate::plan::build::{Build, RunCommand};
use crate::plan::entry::Entry;

/// Packages that bring Node and its package managers.
const PACKAGES: [&str; 6] = [
    "nodejs",
    "npm",
    "yarn",
    "yarnpkg",
    "nodejs-npm",
    "nodejs-current",
];

/// Programs of those packages.
const PROGRAMS: [&str; 9] = [
    "node", "nodejs", "npm", "npx", "yarn", "yarnpkg", "pnpm", "pnpx", "corepack",
];

/// Distributions that start Node, or what is written for it, while the program runs.
/// Source: the distributions' own documentation of what they need.
const CALLERS: [&str; 24] = [
    "pyexecjs",
    "pyexecjs2",
    "javascript",
    "jspybridge",
    "django-compressor",
    "django-pipeline",
    "django-static-precompiler",
    "django-mjml",
    "django-react",
    "python-react",
    "react",
    "webassets",
    "flask-assets",
    "cfscrape",
    "cloudscraper",
    "reflex",
    "nodeenv",
    "nodejs-bin",
    "youtube-dl",
    "yt-dlp",
    "bokeh",
    "panel",
    "jupyterlab",
    "notebook",
];

/// What a command of Node's package managers leaves: `None` for other commands.
pub(super) fn action(command: &RunCommand) -> Option<Action> {
    let program = name(command.program.as_deref()?);
    PROGRAMS.contains(&program).then(|| {
        if is_global(command) {
            Action::Nothing
        } else {
            Action::Build
        }
    })
}

/// Whether a command installs programs for the whole system, and nothing of the project's.
fn is_global(command: &RunCommand) -> bool {
    let mut words = command.known_arguments();
    let is_flag = |word: &str| matches!(word, "-g" | "--global" | "global" | "--location=global");
    words.any(is_flag)
        && !command
            .known_arguments()
            .any(|word| word.starts_with(['.', '/']))
}

/// Whether a command uses Node: one of its own programs, or what calls it to build style sheets.
fn uses(command: &RunCommand) -> bool {
    let program = command.program.as_deref().map(name).unwrap_or_default();
    PROGRAMS.contains(&program) || tool(command) == Some(Tool::Django(Some("tailwind")))
}

/// Whether the build installs Node, and builds something with it.
pub(super) fn is_used(build: &Build<'_>) -> bool {
    build.commands().any(|(_, command)| uses(command))
        && build
            .commands()
            .any(|(_, command)| !packages(command).is_empty())
}

/// The packages with Node that a command installs.
fn packages(command: &RunCommand) -> Vec<String> {
    match &command.action {
        Action::Packages { names, .. } => {
            let names = names
                .iter()
                .filter(|name| PACKAGES.contains(&name.as_str()));
            names.cloned().collect()
        }
        _ => Vec::new(),
    }
}

/// The packages with Node, where nothing tells that the program calls what they bring.
pub(super) fn build_only(
    build: &Build<'_>,
    installs: &Installs,
    entry: &Entry,
    called: &Called,
) -> Vec<String> {
    let is_shown = build.commands().any(|(_, command)| uses(command)) || called.notes.is_empty();
    if !is_shown || may_be_called(build, installs, entry, called) {
        return Vec::new();
    }
    build
        .commands()
        .flat_map(|(_, command)| packages(command))
        .collect()
}

/// Whether something that runs in the image may call Node, or a program that was installed with it.
fn may_be_called(build: &Build<'_>, installs: &Installs, entry: &Entry, called: &Called) -> bool {
    let globals: Vec<&str> = build
        .commands()
        .filter(|(_, command)| uses(command) && is_global(command))
        .flat_map(|(_, command)| command.known_arguments())
        .map(|word| word.split('@').next().unwrap_or(word))
        .collect();
    let is_program = |word: &str| PROGRAMS.contains(&name(word)) || globals.contains(&name(word));
    let mut started = entry.commands.iter().flat_map(|command| &command.words);
    let check = build.end.contract.healthcheck.as_ref();
    let probe = check
        .and_then(|check| check.probe.as_ref())
        .and_then(shell::of_form);
    let mut probe = probe.iter().flat_map(|script| &script.commands);
    started.any(|word| word.as_deref().is_some_and(is_program))
        || probe.any(|command| {
            command
                .program()
                .is_some_and(|program| is_program(&program))
        })
        || called.programs.iter().any(|need| is_program(&need.value))
        || CALLERS
            .iter()
            .any(|caller| installs.names(caller).is_some())
        || is_named(build)
}

/// Whether a file that tells which programs to run names one of Node's.
fn is_named(build: &Build<'_>) -> bool {
    let is_followed = |path: &str| {
        build
            .commands()
            .any(|(_, command)| command.script.as_deref() == Some(path))
    };
    let mut files = build.context.files().filter(|path| {
        let is_source = [".py", ".js", ".ts", ".lock"]
            .iter()
            .any(|kind| path.ends_with(kind));
        !is_source
            && may_run(path)
            && !path.split('/').any(|part| part == "node_modules")
            && !is_followed(path)
            && build.layout.image_path(path).is_some()
    });
    files.any(|path| build.context.read(path).is_some_and(names_program))
}

/// Whether a line of a text has one of the programs where a command may stand, with an argument.
fn names_program(text: &str) -> bool {
    let calls = |line: &str| {
        let words: Vec<&str> = line
            .split(|c: char| {
                c.is_whitespace() || matches!(c, '=' | '"' | '\'' | ';' | '&' | '|' | '(')
            })
            .filter(|word| !word.is_empty())
            .collect();
        words.windows(2).any(|pair| match pair {
            [program, argument] => {
                PROGRAMS.contains(&name(program)) && !matches!(*argument, ":" | "-" | "is" | "and")
            }
            _ => false,
        })
    };
    text.lines()
        .filter(|line| !line.trim_start().starts_with('#'))
        .any(calls)
}

fn name(word: &str) -> &str {
    word.rsplit('/').next().unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::super::testing::Project;
    use crate::outcome::Code;
    use crate::plan::analysis::Analysis;

    fn analyse(from: &str, runs: &str, files: &[(&str, &str)]) -> Result<Analysis, Code> {
        let mut all = vec![
            ("app.py", "import os\n"),
            ("package.json", "{}"),
            ("requirements.txt", "flask\n"),
        ];
        all.retain(|(path, _)| !files.iter().any(|(other, _)| other == path));
        all.extend(files);
        let text = format!(
            "FROM python:{from}\nRUN curl -fsSL https://deb.nodesource.com/setup_20.x | bash - && apt-get install -y nodejs\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\n{runs}\nCMD [\"python\", \"app.py\"]\n"
        );
        Project::new(&text, &all)
            .analyse()
            .map_err(|decline| decline.code)
    }

    #[test]
    fn node_is_left_behind_where_only_the_build_uses_it() {
        let left = |runs: &str, files: &[(&str, &str)]| {
            !analyse("3.12", runs, files).unwrap().build_tools.is_empty()
        };
        let build = "RUN npm ci && npm run build";
        assert!(left(build, &[]));
        assert!(left(
            "RUN python manage.py tailwind build",
            &[("manage.py", "")]
        ));
        assert!(left("", &[]), "nothing calls it");
        let open = [("app.py", "import subprocess\nsubprocess.run(args)\n")];
        assert!(left(build, &open) && !left("", &open));
        for files in [
            [(
                "app.py",
                "import subprocess\nsubprocess.run(['node', 'x.js'])\n",
            )],
            [("requirements.txt", "PyExecJS\n")],
            [("supervisord.conf", "command=node server.js\n")],
            [("Procfile", "web: npm start\n")],
        ] {
            assert!(!left(build, &files), "{files:?}");
        }
        assert!(left(build, &[("notes.txt", "node server.js\n")]));
        let global = "RUN npm install -g less@4 && npm ci";
        assert!(left(global, &[]));
        assert!(!left(
            global,
            &[("app.py", "import os\nos.system('less a.less')\n")]
        ));
    }

    #[test]
    fn a_small_image_gains_where_node_is_left_behind() {
        let build = "RUN npm ci && npm run build";
        assert!(analyse("3.12-slim", build, &[]).is_ok());
        let called = [("Procfile", "web: npm start\n")];
        assert_eq!(
            analyse("3.12-slim", build, &called).map(|_| ()),
            Err(Code::NoBenefit)
        );
    }
}
