//! Absolute paths into the interpreter's own directories. In: the build context and the Dockerfile.
//! Out: the first one that a virtual environment would leave empty.

use super::commands::tool;
use super::interpreter::{is_interpreter, is_pip};
use crate::dockerfile::instruction::InstructionKind;
use crate::knowledge::base_image::Family;
use crate::outcome::{Code, Decline};
use crate::plan::build::Build;
use crate::project::evidence::Evidence;

/// Where the official image puts packages and console scripts.
const PROGRAMS: &str = "/usr/local/bin/";
const PACKAGES: &str = "/usr/local/lib/python";

/// Kinds of files that run programs, or tell others which to run.
const KINDS: [&str; 18] = [
    "sh", "bash", "py", "conf", "cfg", "ini", "yaml", "yml", "toml", "service", "env", "cron",
    "crontab", "tpl", "tmpl", "j2", "template", "in",
];

/// Whether a file may name a program that is run in the image. What describes other ways to build
/// and run, and tests, do not.
pub(super) fn may_run(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let kind = match name.rsplit_once('.') {
        Some((_, extension)) => KINDS.contains(&extension),
        None => true,
    };
    let recipe = [
        "dockerfile",
        "containerfile",
        "compose",
        "makefile",
        "license",
    ]
    .iter()
    .any(|recipe| name.contains(recipe));
    let hidden = path
        .split('/')
        .any(|part| part.starts_with('.') && part.len() > 1);
    kind && !recipe && !hidden && !crate::project::source::is_test_path(path)
}

/// Longest file that is looked through.
const MAX_FILE: usize = 1 << 18;

/// Declines where something names a program or a package by its path beside the environment.
pub(super) fn check(build: &Build<'_>) -> Result<(), Decline> {
    let versioned = not_in_environments(build);
    dockerfile(build, versioned.as_deref())?;
    let files = build
        .context
        .files()
        .filter(|path| may_run(path) && build.layout.image_path(path).is_some());
    for path in files {
        let Some(text) = build
            .context
            .read(path)
            .filter(|text| text.len() <= MAX_FILE)
        else {
            continue;
        };
        for (number, line) in (1_u32..).zip(text.lines()) {
            if let Some(name) = versioned.as_deref().filter(|name| has_word(line, name)) {
                return Err(missing(name)
                    .at(build.base.line)
                    .hint(format!("{} names it", Evidence::line(path, number))));
            }
            // The first line of a program counts where the program is started: that is followed.
            if (number == 1 && line.starts_with("#!")) || line.trim_start().starts_with('#') {
                continue;
            }
            if let Some(found) = named(build, line) {
                return Err(decline(found)
                    .at(build.base.line)
                    .hint(format!("{} names it", Evidence::line(path, number))));
            }
        }
    }
    Ok(())
}

fn decline(path: &str) -> Decline {
    let message =
        format!("`{path}` is named by its path, and a virtual environment has it elsewhere");
    Decline::new(Code::UnsupportedProject, message)
}

/// The interpreter's name with its release, where virtual environments lack it: before 3.7.7 and 3.8.3
/// they have `python` and `python3` alone, and what calls `python3.6` runs the one beside them.
/// Source: Python's changelog, bpo-39656.
fn not_in_environments(build: &Build<'_>) -> Option<String> {
    let version = build.base.image.version?;
    let (major, minor) = (version.major, version.minor?);
    let lacks = match (minor, version.patch) {
        (0..=6, _) => true,
        (7, Some(patch)) => patch < 7,
        (8, Some(patch)) => patch < 3,
        _ => false,
    };
    let is_python = build.base.image.family == Family::Python;
    (is_python && major == 3 && lacks).then(|| format!("python{major}.{minor}"))
}

fn missing(name: &str) -> Decline {
    let message = format!("`{name}` would not find packages in a virtual environment");
    Decline::new(Code::UnsupportedProject, message)
}

/// Whether a text has `word` as a word of a command.
fn has_word(text: &str, word: &str) -> bool {
    let joins = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '.' | ':');
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).and_then(|text| text.chars().next_back());
        let after = text
            .get(at + word.len()..)
            .and_then(|text| text.chars().next());
        !before.is_some_and(joins) && !after.is_some_and(joins)
    })
}

fn dockerfile(build: &Build<'_>, versioned: Option<&str>) -> Result<(), Decline> {
    for step in &build.steps {
        let line = step.instruction.first_line;
        let is_text = matches!(
            step.instruction.kind,
            InstructionKind::Run(_)
                | InstructionKind::Copy(_)
                | InstructionKind::Add(_)
                | InstructionKind::Env(_)
        );
        let text = step.instruction.joined.as_str();
        if let Some(name) = versioned.filter(|name| has_word(text, name)) {
            return Err(missing(name).at(line));
        }
        if is_text && let Some(found) = packages(text) {
            return Err(decline(found).at(line));
        }
        for command in &step.commands {
            let program = command.program.as_deref().unwrap_or_default();
            if program.starts_with(PROGRAMS) && tool(command).is_some() {
                let program = program.to_owned();
                return Err(decline(&program)
                    .at(command.line)
                    .hint("call it by its name"));
            }
        }
    }
    Ok(())
}

/// The directory of the interpreter's packages, where a text names it.
fn packages(text: &str) -> Option<&str> {
    let at = text.find(PACKAGES)?;
    let rest = text.get(at..)?;
    let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ':' | ';' | ','));
    rest.get(..end.unwrap_or(rest.len()))
}

/// A path in a line that lies in the interpreter's directories and that no instruction puts there.
fn named<'l>(build: &Build<'_>, line: &'l str) -> Option<&'l str> {
    if let Some(found) = packages(line) {
        return Some(found);
    }
    let mut rest = line;
    while let Some(at) = rest.find(PROGRAMS) {
        let tail = rest.get(at..).unwrap_or_default();
        let name = tail.get(PROGRAMS.len()..).unwrap_or_default();
        let end = name.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')));
        let name = name.get(..end.unwrap_or(name.len())).unwrap_or_default();
        let path = tail.get(..PROGRAMS.len() + name.len())?;
        if is_interpreter(name) || is_pip(name) || (!name.is_empty() && !is_put_there(build, path))
        {
            return Some(path);
        }
        rest = tail.get(PROGRAMS.len()..).unwrap_or_default();
    }
    None
}

fn is_put_there(build: &Build<'_>, path: &str) -> bool {
    use crate::plan::action::Action;
    build.context_path(path).is_some()
        || build.commands().any(|(_, command)| match &command.action {
            Action::Write(paths) => paths.iter().any(|known| known == path),
            _ => false,
        })
}

#[cfg(test)]
mod tests {
    use super::super::testing::Project;
    use super::*;

    fn is_found(run: &str, files: &[(&str, &str)]) -> bool {
        let text = format!(
            "FROM python:3.12\nWORKDIR /app\nCOPY . .\n{run}\nCMD [\"python\", \"a.py\"]\n"
        );
        let mut all = vec![("a.py", "")];
        all.extend(files);
        Project::new(&text, &all).build(|build| check(build).is_err())
    }

    #[test]
    fn paths_beside_the_environment_are_found() {
        let pip = "RUN pip install flask";
        for (path, text) in [
            ("conf/app.conf", "command=/usr/local/bin/gunicorn app\n"),
            (
                "cron.d/x",
                "* * * * * root /usr/local/bin/python /app/a.py\n",
            ),
            ("s.conf", "command=/usr/local/bin/python\n"),
        ] {
            assert!(is_found(pip, &[(path, text)]), "{path}");
        }
        for run in [
            "RUN /usr/local/bin/pip install flask",
            "RUN pip install flask && cp x.py /usr/local/lib/python3.12/site-packages/",
            "ENV PYTHONPATH=/usr/local/lib/python3.12/site-packages\nRUN pip install flask",
        ] {
            assert!(is_found(run, &[]), "{run}");
        }
    }

    #[test]
    fn documents_and_files_that_are_put_there_are_not() {
        let pip = "RUN pip install flask";
        assert!(!is_found(
            pip,
            &[("README.md", "/usr/local/bin/gunicorn\n")]
        ));
        assert!(!is_found(pip, &[("x.py", "#!/usr/local/bin/python\n")]));
        let copied = "RUN pip install flask\nCOPY start /usr/local/bin/start";
        let files = [("start", "x"), ("s.conf", "command=/usr/local/bin/start\n")];
        assert!(!is_found(copied, &files));
    }

    #[test]
    fn an_interpreter_named_with_its_release_needs_the_prefix() {
        let payload = |tag: &str, start: &str, script: &str| {
            let text = format!(
                "FROM python:{tag}\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\nCMD {start}\n"
            );
            let files = [
                ("requirements.txt", "flask\n"),
                ("app.py", ""),
                ("run.sh", script),
            ];
            let analysis = Project::new(&text, &files).analyse().unwrap();
            analysis
                .payload
                .iter()
                .any(|payload| payload.path == "/usr/local")
        };
        assert!(payload("3.5", "python3.5 app.py", ""));
        assert!(payload(
            "3.6",
            "sh run.sh",
            "#!/bin/sh\nexec python3.6 app.py\n"
        ));
        assert!(payload("3.7.4", "python3.7 app.py", ""));
        assert!(!payload("3.7", "python3.7 app.py", ""));
        assert!(!payload(
            "3.5",
            "python3 app.py",
            "# needs /usr/lib/python3.5/x\n"
        ));
    }
}
