//! Python. In: a build on an official Python image. Out: a virtual environment and the application's
//! directory as payload, the libraries and programs that they need, and the slim or Alpine image of
//! the same Python.

mod benefit;
mod cache;
mod calls;
mod commands;
mod directories;
mod distribution;
mod environment;
mod independent;
mod installs;
mod interpreter;
mod javascript;
mod launch;
mod layers;
mod libraries;
mod made;
mod manager;
mod needs;
mod pip;
mod placed;
mod places;
mod program;
mod project;
mod requirement;
mod requirements;
mod rungs;
mod scripts;
mod seen;
mod single;
mod started;
mod switches;
#[cfg(test)]
mod testing;
mod written;

use environment::Packages;
use installs::Installs;
use program::Program;
use seen::Seen;

use super::Toolchain;
use crate::knowledge::base_image::{BaseImage, Family};
use crate::options::Runtime;
use crate::outcome::{Code, Decline};
use crate::plan::action::Action;
use crate::plan::analysis::{Analysis, Payload};
use crate::plan::because::Because;
use crate::plan::build::{Build, RunCommand};
use crate::plan::entry::{self, Entry};
use crate::plan::layout::is_within;
use crate::project::context::BuildContext;

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

    fn is_brought_by(&self, package: &str) -> bool {
        distribution::brings_python(package)
    }

    fn serves_others(&self) -> bool {
        true
    }

    fn is_tool(&self, image: &str, path: &str) -> bool {
        manager::is_of_image(image, path)
    }

    fn action(&self, command: &RunCommand, context: &BuildContext) -> Option<Action> {
        commands::action(command, context)
    }

    fn is_build_variable(&self, name: &str) -> bool {
        commands::is_build_variable(name)
    }

    fn analyse(&self, build: &Build<'_>) -> Result<Analysis, Decline> {
        analyse(build)
    }
}

fn analyse(build: &Build<'_>) -> Result<Analysis, Decline> {
    let installs = installs::read(build).map_err(|reason| benefit::or(build, reason))?;
    scripts::check(build)?;
    let entry = entry::read(build);
    distribution::check(build, &installs, &entry)?;
    let placed = placed::read(build, &installs, &entry);
    let (packages, program) = placed.map_err(|reason| benefit::of_start(build, reason))?;
    let seen = seen::read(build, &installs, &entry, &program);
    let gain = match (benefit::check(build, &installs), &seen) {
        (Err(_), Ok(seen)) if !seen.build_tools.is_empty() => Ok(()),
        (Err(_), Err(reason)) if javascript::is_used(build) => return Err(reason.clone()),
        (gain, _) => gain,
    };
    let whole = seen.and_then(|seen| whole(build, &installs, &packages, program, &entry, seen));
    match gain {
        Ok(()) => whole,
        Err(reason) => Ok(single::of(build, &installs, &entry, reason, whole)),
    }
}

fn whole(
    build: &Build<'_>,
    installs: &Installs,
    packages: &Packages,
    program: Program,
    entry: &Entry,
    seen: Seen,
) -> Result<Analysis, Decline> {
    let Seen {
        directories,
        scan,
        called,
        build_tools,
    } = seen;
    let libraries = libraries::read(build, installs)?;
    let mut needs = needs::read(build, &scan, installs, &directories);
    needs.packages = distribution::packages(build);
    needs.packages.extend(distribution::account_tools(build));
    needs.packages.extend(libraries.packages);
    needs.programs = called.programs;
    needs.programs.extend(libraries.programs);
    let mut payload = payload(build, packages, installs, &directories);
    let caches = scripts::caches(build, &scan);
    if let Some(cache) = caches.first() {
        needs.root.get_or_insert_with(|| cache.because.clone());
    }
    let is_new = |cache: &Payload| !payload.iter().any(|known| known.holds(&cache.path));
    let caches: Vec<Payload> = caches.into_iter().filter(is_new).collect();
    payload.extend(caches);
    if let Some(because) = program.root.or_else(|| switches::read(build, entry)) {
        needs.root.get_or_insert(because);
    }
    let runs_managed = program.launch.is_some();
    let mut rungs = rungs::of(build)?;
    if let Some(launch) = &program.launch {
        for rung in &mut rungs {
            rung.launch = launch.clone();
        }
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
            "/root/.cache/uv".to_owned(),
            "/root/.cache/pypoetry".to_owned(),
            "/root/.cache/pipenv".to_owned(),
            "/root/.cache/pdm".to_owned(),
        ],
        payload,
        provides: program.provides,
        keeps_tools: true,
        build_tools,
        needs,
        rungs,
        notes: program.notes,
        ..Analysis::default()
    };
    analysis.notes.extend(called.notes);
    let (edits, notes) = layers::edits(build, installs);
    analysis.edits = edits;
    analysis
        .edits
        .extend(cache::none_at_home(build, installs, &directories));
    analysis.notes.extend(notes);
    if let (Packages::Own(paths), true) = (packages, runs_managed) {
        on_path(build, &mut analysis, paths)?;
    }
    if let Packages::Made(path) = packages {
        add_environment(build, &mut analysis, path, installs);
    }
    made::static_root(build, &mut analysis);
    Ok(analysis)
}

fn payload(
    build: &Build<'_>,
    packages: &Packages,
    installs: &Installs,
    directories: &[String],
) -> Vec<Payload> {
    let mut payload: Vec<Payload> = Vec::new();
    for path in packages.paths() {
        // One that lies in the application's directory comes along with it.
        if directories
            .iter()
            .any(|directory| is_within(path, directory))
        {
            continue;
        }
        let because = Because::rule(match packages {
            Packages::System(_) => "the prefix in which the packages lie",
            _ => "the virtual environment with the packages",
        });
        payload.push(Payload {
            path: path.clone(),
            is_dir: true,
            writable: installs.is_of_user(path),
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

/// The file's own environment, which a project manager would have put on PATH at start.
fn on_path(build: &Build<'_>, analysis: &mut Analysis, paths: &[String]) -> Result<(), Decline> {
    let [path] = paths else {
        let message = "which of several environments the program is run in is not known";
        return Err(Decline::new(Code::UnsupportedProject, message).at(build.base.line));
    };
    let own = build.end.lookup("PATH").unwrap_or_default();
    let first = own.split(':').next().unwrap_or_default();
    if first.trim_end_matches('/') != format!("{path}/bin") {
        let because = Because::rule("the program is run in the environment that the build made");
        let value = format!("{path}/bin:$PATH");
        analysis
            .because
            .push((format!("PATH=\"{value}\""), because.clone()));
        analysis.env.push(("PATH".to_owned(), value, because));
    }
    Ok(())
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
    analysis
        .edits
        .splice(0..0, environment::edits(build, installs, path));
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

#[cfg(test)]
mod tests {
    use super::testing::Project;
    use super::*;

    const FILES: &[(&str, &str)] = &[("requirements.txt", "flask\n"), ("app.py", "")];

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
    fn packages_of_python_2_stay_where_they_are() {
        let text = "FROM python:2.7\nWORKDIR /app\nCOPY . .\nRUN pip2 install -r requirements.txt\nCMD [\"python2.7\", \"app.py\"]\n";
        let found = analyse(text).unwrap();
        assert_eq!(found.payload[0].path, "/usr/local");
        assert_eq!(found.rungs[0].image, "python:2.7-slim-buster");
        for (from, to) in [("pip2", "pip3"), ("python2.7", "python3")] {
            assert_eq!(
                analyse(&text.replace(from, to))
                    .map(|_| ())
                    .map_err(|decline| decline.code),
                Err(Code::UnsupportedProject),
                "{to}"
            );
        }
    }
}
