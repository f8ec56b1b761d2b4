//! Python. In: a build on an official Python image. Out: a virtual environment and the application's
//! directory as payload, the libraries and programs that they need, and the slim or Alpine image of
//! the same Python.

mod calls;
mod commands;
mod directories;
mod environment;
mod installs;
mod interpreter;
mod layers;
mod libraries;
mod needs;
mod pip;
mod places;
mod program;
mod project;
mod requirement;
mod requirements;
mod rungs;
#[cfg(test)]
mod testing;

use environment::Packages;
use installs::Installs;

use super::Toolchain;
use crate::dockerfile::contract::clean;
use crate::knowledge::base_image::{BaseImage, Family, Flavour};
use crate::knowledge::packages::{PackageRole, role};
use crate::options::Runtime;
use crate::outcome::{Code, Decline};
use crate::plan::action::Action;
use crate::plan::analysis::{Analysis, Payload};
use crate::plan::because::Because;
use crate::plan::build::{Build, RunCommand};
use crate::plan::entry;
use crate::plan::layout::is_within;
use crate::project::context::BuildContext;
use crate::project::source::{self, Language, ProjectScan, Vendor};

/// Python on the official images, with pip.
pub(super) struct Python;

impl Toolchain for Python {
    fn name(&self) -> &'static str {
        "python"
    }

    fn templates(&self) -> &'static [(Runtime, &'static str)] {
        &[
            (
                Runtime::Slim,
                include_str!("../../../templates/python/slim.Dockerfile"),
            ),
            (
                Runtime::Alpine,
                include_str!("../../../templates/python/alpine.Dockerfile"),
            ),
            (
                Runtime::Distroless,
                include_str!("../../../templates/python/distroless.Dockerfile"),
            ),
        ]
    }

    fn claims(&self, image: &BaseImage) -> bool {
        image.family == Family::Python
    }

    fn action(&self, command: &RunCommand, _context: &BuildContext) -> Option<Action> {
        commands::action(command)
    }

    fn is_build_variable(&self, name: &str) -> bool {
        commands::is_build_variable(name)
    }

    fn analyse(&self, build: &Build<'_>) -> Result<Analysis, Decline> {
        analyse(build)
    }
}

fn analyse(build: &Build<'_>) -> Result<Analysis, Decline> {
    let python_2 = build
        .base
        .image
        .version
        .is_some_and(|version| version.major == 2);
    if python_2 {
        let message = "Python 2 has no virtual environments of its own";
        return Err(Decline::new(Code::UnsupportedProject, message).at(build.base.line));
    }
    let installs = installs::read(build)?;
    let packages = environment::choose(build, &installs)?;
    let made = matches!(packages, Packages::Made(_));
    let entry = entry::read(build);
    let program = program::read(build, &entry, &installs, made)?;
    benefit(build)?;
    if made {
        places::check(build)?;
    }
    let directories = directories::of(build, &installs);
    if let Some((line, command)) = directories::lost_work(build, &directories) {
        let message = format!("what `{command}` makes does not lie in the application's directory");
        return Err(Decline::new(Code::UnknownCommand, message)
            .at(line)
            .hint("set WORKDIR to a directory of the application's own"));
    }
    editable_stay(&installs, &directories)?;
    let scan = sources(build);
    let called = calls::read(&scan, &program.provides)?;
    let libraries = libraries::read(build, &installs)?;
    let mut needs = needs::read(build, &scan, &installs, &directories);
    needs.packages = libraries.packages;
    needs.programs = called.programs;
    needs.programs.extend(libraries.programs);
    let mut payload = payload(build, &packages, &directories);
    let home = filled_home(build, &scan);
    if let Some(because) = home {
        payload.push(Payload {
            path: "/root".to_owned(),
            is_dir: true,
            writable: true,
            because: because.clone(),
        });
        needs.root.get_or_insert(because);
    }
    let mut analysis = Analysis {
        covered: directories
            .iter()
            .chain(packages.paths())
            .cloned()
            .collect(),
        scratch: vec![
            "/root/.cache/pip".to_owned(),
            "/root/.config/pip".to_owned(),
        ],
        payload,
        provides: program.provides,
        keeps_tools: true,
        needs,
        rungs: rungs::of(build)?,
        notes: program.notes,
        ..Analysis::default()
    };
    analysis.notes.extend(called.notes);
    let (edits, notes) = layers::edits(build, &installs);
    analysis.edits = edits;
    analysis.notes.extend(notes);
    if let Packages::Made(path) = &packages {
        add_environment(build, &mut analysis, path, &installs);
    }
    static_root(build, &mut analysis);
    Ok(analysis)
}

/// The sources that the image holds, without tests and what only packaging reads.
fn sources(build: &Build<'_>) -> ProjectScan {
    let is_packaging = |path: &str| {
        let name = path.rsplit('/').next().unwrap_or(path);
        matches!(
            name,
            "setup.py" | "noxfile.py" | "fabfile.py" | "conftest.py"
        ) || path.starts_with("docs/")
    };
    source::scan_all(build.context, &[Language::Python], Vendor::With, |path| {
        !is_packaging(path) && build.layout.image_path(path).is_some()
    })
    .without_tests()
}

/// Declines with `no-benefit` where the base is small already and nothing to build with is left in it.
fn benefit(build: &Build<'_>) -> Result<(), Decline> {
    if build.base.image.flavour == Flavour::Full {
        return Ok(());
    }
    let left = build.steps.iter().any(|step| {
        let removes = |name: &str| {
            step.commands.iter().any(|command| {
                let words: Vec<&str> = command.known_arguments().collect();
                let verb = words
                    .iter()
                    .any(|word| matches!(*word, "del" | "remove" | "purge" | "autoremove"));
                let group = |word: &&str| {
                    word.starts_with('.')
                        && step.commands.iter().any(|other| {
                            other
                                .flag_value("--virtual")
                                .or_else(|| other.flag_value("-t"))
                                .flatten()
                                .as_deref()
                                == Some(*word)
                        })
                };
                verb && words.iter().any(|word| *word == name || group(word))
            })
        };
        step.commands.iter().any(|command| match &command.action {
            Action::Packages { manager, names } => names
                .iter()
                .any(|name| role(*manager, name) == PackageRole::Build && !removes(name)),
            _ => false,
        })
    });
    if left {
        return Ok(());
    }
    let message = format!(
        "`{}` is small already, and nothing to build with is left in it: a second stage would gain nothing",
        build.base.written
    );
    Err(Decline::new(Code::NoBenefit, message).at(build.base.line))
}

/// An editable install points to sources that must keep their place.
fn editable_stay(installs: &Installs, directories: &[String]) -> Result<(), Decline> {
    let lost = installs.locals.iter().find(|local| {
        local.editable
            && !directories
                .iter()
                .any(|directory| is_within(&local.path, directory))
    });
    match lost {
        None => Ok(()),
        Some(local) => {
            let message = format!(
                "the editable install of `{}` points to sources that lie beside those of the system",
                local.path
            );
            Err(Decline::new(Code::UnsupportedProject, message)
                .at(local.line)
                .hint("install it without `-e`"))
        }
    }
}

fn payload(build: &Build<'_>, packages: &Packages, directories: &[String]) -> Vec<Payload> {
    let mut payload: Vec<Payload> = Vec::new();
    for path in packages.paths() {
        // One that lies in the application's directory comes along with it.
        if directories
            .iter()
            .any(|directory| is_within(path, directory))
        {
            continue;
        }
        let because = Because::rule("the virtual environment with the packages");
        payload.push(Payload {
            path: path.clone(),
            is_dir: true,
            writable: false,
            because,
        });
    }
    for path in directories {
        let step = build
            .steps
            .iter()
            .find(|step| step.state.contract.workdir.as_deref() == Some(path));
        let line = step.map_or(build.base.line, |step| step.instruction.first_line);
        let because = Because::line("the application's directory, as a whole", line);
        payload.push(Payload {
            path: path.clone(),
            is_dir: true,
            writable: true,
            because,
        });
    }
    payload
}

/// A script of the project that is run at build time and knows the home directory may have filled it.
fn filled_home(build: &Build<'_>, scan: &ProjectScan) -> Option<Because> {
    let is_script =
        |command: &RunCommand| matches!(commands::tool(command), Some(commands::Tool::Script(_)));
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

/// The environment that is made for the file: in the builder, and on PATH in both stages.
fn add_environment(build: &Build<'_>, analysis: &mut Analysis, path: &str, installs: &Installs) {
    let line = installs
        .runs
        .first()
        .map_or(build.base.line, |run| run.line);
    let because = Because::line(
        "packages lie in a virtual environment that both stages have at one place",
        line,
    );
    analysis.edits.splice(0..0, environment::edit(build, path));
    analysis.env.push((
        "PATH".to_owned(),
        format!("{path}/bin:$PATH"),
        because.clone(),
    ));
    analysis
        .because
        .push((format!("python -m venv {path}"), because.clone()));
    analysis
        .because
        .push((format!("PATH=\"{path}/bin:$PATH\""), because));
}

/// Where Django collects static files, if settings name an absolute place for them.
fn static_root(build: &Build<'_>, analysis: &mut Analysis) {
    let collects = |command: &RunCommand| {
        matches!(
            commands::tool(command),
            Some(commands::Tool::Django(Some("collectstatic")))
        )
    };
    if !build.commands().any(|(_, command)| collects(command)) {
        return;
    }
    let files = build
        .context
        .files()
        .filter(|path| path.ends_with(".py") && path.contains("settings"));
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
    use super::testing::Project;
    use super::*;

    const FILES: &[(&str, &str)] = &[
        ("requirements.txt", "flask\n"),
        ("app.py", ""),
        ("manage.py", ""),
        ("site/settings.py", "STATIC_ROOT = '/srv/static/'\n"),
        (
            "warm.py",
            "from pathlib import Path\n(Path.home() / '.cache' / 'x').mkdir()\n",
        ),
    ];

    fn analyse(text: &str) -> Result<Analysis, Decline> {
        Project::new(text, FILES).analyse()
    }

    #[test]
    fn the_environment_and_the_application_travel() {
        let found = analyse("FROM python:3.11\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\nCMD [\"python\", \"app.py\"]\n").unwrap();
        let paths: Vec<_> = found
            .payload
            .iter()
            .map(|p| (p.path.as_str(), p.writable))
            .collect();
        assert_eq!(paths, [("/opt/venv", false), ("/app", true)]);
        assert_eq!(found.env[0].1, "/opt/venv/bin:$PATH");
    }

    #[test]
    fn without_packages_there_is_no_environment() {
        let found = analyse(
            "FROM python:3.11\nWORKDIR /app\nCOPY app.py .\nCMD [\"python\", \"app.py\"]\n",
        )
        .unwrap();
        assert_eq!(found.payload.len(), 1);
        assert!(found.env.is_empty() && found.edits.is_empty());
    }

    #[test]
    fn small_images_gain_only_where_something_to_build_with_is_left() {
        let of = |from: &str, run: &str| {
            let text = format!(
                "FROM python:{from}\nWORKDIR /app\nCOPY . .\nRUN {run}\nCMD [\"python\", \"app.py\"]\n"
            );
            analyse(&text).err().map(|decline| decline.code)
        };
        let none = Some(Code::NoBenefit);
        assert_eq!(of("3.11-slim", "pip install flask"), none);
        assert_eq!(
            of(
                "3.11-alpine",
                "apk add --virtual .build gcc && pip install flask && apk del .build"
            ),
            none
        );
        assert_eq!(
            of(
                "3.11-slim",
                "apt-get install -y gcc && pip install flask && apt-get purge -y gcc"
            ),
            none
        );
        assert_eq!(
            of("3.11-slim", "apt-get install -y gcc && pip install flask"),
            None
        );
        assert_eq!(of("3.11-alpine", "apk add gcc && pip install flask"), None);
    }

    #[test]
    fn what_the_build_makes_elsewhere_is_found() {
        let text = "FROM python:3.11\nWORKDIR /app\nCOPY . .\nRUN python manage.py collectstatic\nRUN python warm.py\nCMD [\"python\", \"app.py\"]\n";
        let found = analyse(text).unwrap();
        assert!(
            found
                .payload
                .iter()
                .any(|payload| payload.path == "/srv/static")
        );
        assert!(found.payload.iter().any(|payload| payload.path == "/root"));
        assert!(found.needs.root.is_some());
        let lost = "FROM python:3.11\nCOPY app.py manage.py /\nRUN python manage.py collectstatic\nCMD [\"python\", \"/app.py\"]\n";
        assert_eq!(
            analyse(lost).map(|_| ()).map_err(|decline| decline.code),
            Err(Code::UnknownCommand)
        );
    }

    #[test]
    fn python_2_is_declined() {
        let text = "FROM python:2.7\nWORKDIR /app\nCOPY app.py .\nCMD [\"python\", \"app.py\"]\n";
        assert_eq!(
            analyse(text).map(|_| ()).map_err(|decline| decline.code),
            Err(Code::UnsupportedProject)
        );
    }
}
