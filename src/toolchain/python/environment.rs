//! The virtual environment that travels from the builder to the final stage. In: a build and what it
//! installs. Out: the file's own environments, or the one that is made for it and where, or the prefix
//! in which the packages stay.

mod in_place;
mod made;

use in_place::ELSEWHERE;
pub(super) use in_place::in_place;
pub(super) use made::edits;
use made::{is_plain, moved_projects, place};

use super::distribution;
use super::installs::{By, Installs, PipRun};
use super::manager::Manager;
use crate::dockerfile::instruction::InstructionKind;
use crate::outcome::{Code, Decline};
use crate::plan::build::Build;
use crate::plan::entry::Entry;
use crate::plan::layout::is_within;

/// Where packages lie in both stages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Packages {
    /// Nothing is installed.
    None,
    /// In environments that the file makes itself.
    Own(Vec<String>),
    /// In one that is made for it.
    Made(String),
    /// In the prefix in which pip put them: that of the distribution's pip, or the interpreter's own.
    System(String),
}

impl Packages {
    /// The environments.
    pub(super) fn paths(&self) -> &[String] {
        match self {
            Self::None => &[],
            Self::Own(paths) => paths,
            Self::Made(path) | Self::System(path) => std::slice::from_ref(path),
        }
    }
}

/// Where the packages of the build are to lie.
pub(super) fn choose(
    build: &Build<'_>,
    installs: &Installs,
    entry: &Entry,
) -> Result<Packages, Decline> {
    let mut own: Vec<String> = Vec::new();
    for environment in &installs.environments {
        if !own.contains(&environment.path) {
            own.push(environment.path.clone());
        }
    }
    let stray = installs.runs.iter().find(|run| {
        let stays = !own.is_empty() && is_for_manager(run, entry);
        run.environment.is_none() && !run.is_tools_only() && !stays
    });
    match (own.is_empty(), stray) {
        (true, None) => Ok(Packages::None),
        (true, Some(run)) if distribution::is_plain(build) => system(installs, run),
        (true, Some(_)) => {
            let path = free_path(build);
            check(build, installs, &path)?;
            Ok(Packages::Made(path))
        }
        (false, None) => Ok(Packages::Own(own)),
        (false, Some(run)) => {
            let message = "some packages go into a virtual environment, others beside it";
            Err(Decline::new(Code::UnsupportedProject, message)
                .at(run.line)
                .hint("install all packages into one environment"))
        }
    }
}

/// Debian's pip has a place of its own. Project managers are led to environments.
fn system(installs: &Installs, first: &PipRun) -> Result<Packages, Decline> {
    let mut runs = installs.runs.iter();
    let managed = runs.find(|run| {
        run.environment.is_none() && !matches!(run.by, By::Pip) && !run.is_tools_only()
    });
    match managed {
        None => Ok(Packages::System(distribution::PREFIX.to_owned())),
        Some(run) => {
            let message = "a project manager installs among the distribution's own packages";
            Err(Decline::new(Code::UnsupportedProject, message)
                .at(run.line.max(first.line))
                .hint("install them into a virtual environment"))
        }
    }
}

/// Whether a command installs a project manager, and beside it nothing that the image starts: what a
/// program in an environment of its own does not see.
fn is_for_manager(run: &PipRun, entry: &Entry) -> bool {
    let install = &run.install;
    let is_started = |name: &str| {
        let mut words = entry.commands.iter().flat_map(|command| &command.words);
        words.any(|word| word.as_deref().is_some_and(|word| word.contains(name)))
    };
    run.by == By::Pip
        && install.brings_manager()
        && install.files.is_empty()
        && install.editable.is_empty()
        && install
            .requirements
            .iter()
            .all(|found| found.path.is_none() && (found.is_manager() || !is_started(&found.name)))
}

/// A path that nothing of the build uses.
fn free_path(build: &Build<'_>) -> String {
    let is_used = |path: &str| {
        build
            .layout
            .entries
            .iter()
            .any(|entry| is_within(&entry.destination, path))
            || build.steps.iter().any(|step| {
                step.state
                    .contract
                    .workdir
                    .as_deref()
                    .is_some_and(|at| is_within(at, path))
            })
    };
    let paths = ["/opt/venv", "/opt/python-venv", "/opt/restage-venv"];
    let free = paths.iter().find(|path| !is_used(path));
    (*free.unwrap_or(&"/opt/restage-venv")).to_owned()
}

/// Whether everything that follows finds the environment by PATH.
fn check(build: &Build<'_>, installs: &Installs, path: &str) -> Result<(), Decline> {
    let unsupported = |line: usize, message: String| {
        Err(Decline::new(Code::UnsupportedProject, message).at(line))
    };
    if distribution::is_python_2(build) {
        let message = "Python 2 has no virtual environments of its own";
        return unsupported(build.base.line, message.to_owned());
    }
    let place = place(build, installs);
    let Some(place) = place.filter(|place| is_plain(installs, place)) else {
        let line = installs
            .runs
            .first()
            .map_or(build.base.line, |run| run.line);
        let message = "a project manager is installed in the same RUN that uses it";
        return Err(Decline::new(Code::UnsupportedProject, message)
            .at(line)
            .hint("install it in a RUN of its own"));
    };
    let place = place.step;
    let in_prefix = |run: &&PipRun| run.environment.is_none() && run.by == By::Manager(Manager::Uv);
    if let Some(run) = installs.runs.iter().find(in_prefix)
        && moved_projects(build, path).is_empty()
    {
        let message = "uv installs the project into the interpreter's own prefix";
        return unsupported(run.line, message.to_owned());
    }
    for (index, step) in build.steps.iter().enumerate() {
        let line = step.instruction.first_line;
        if let InstructionKind::Env(pairs) = &step.instruction.kind {
            for pair in pairs {
                let keeps = pair.value.contains("$PATH") || pair.value.contains("${PATH}");
                if pair.name == "PATH" && !keeps && index >= place {
                    return unsupported(
                        line,
                        format!("PATH is set anew, and would not find `{path}`"),
                    );
                }
                let leads = matches!(pair.name.as_str(), "VIRTUAL_ENV" | "UV_PYTHON");
                if leads && installs.runs.iter().any(|run| run.by != By::Pip) {
                    let message = format!("`{}` names another environment", pair.name);
                    return unsupported(line, message);
                }
                if ELSEWHERE.contains(&pair.name.as_str()) {
                    return unsupported(line, format!("`{}` puts packages elsewhere", pair.name));
                }
            }
        }
        if let InstructionKind::Shell(words) = &step.instruction.kind
            && words.iter().any(|word| is_login_flag(word))
        {
            return unsupported(line, "a login shell sets PATH anew".to_owned());
        }
    }
    Ok(())
}

/// `-l`, `--login`, `-lc`: the shell reads the system's profile, which sets PATH anew.
pub(super) fn is_login_flag(word: &str) -> bool {
    word == "--login" || (word.starts_with('-') && !word.starts_with("--") && word.contains('l'))
}

#[cfg(test)]
mod tests {
    use super::super::testing::Project;
    use super::*;

    const FILES: &[(&str, &str)] = &[("requirements.txt", "flask\n"), ("app.py", "")];

    fn edited(text: &str) -> String {
        Project::new(text, FILES).edited().unwrap()
    }

    #[test]
    fn the_environment_stands_behind_the_settings_and_before_the_copies() {
        let text = "FROM python:3.12\nRUN apt-get update && apt-get install -y ffmpeg\nWORKDIR /app\n# manifests\nCOPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\nCOPY . .\nCMD [\"python\", \"app.py\"]\n";
        let expected = text.replace(
            "# manifests",
            "RUN python -m venv /opt/venv\nENV PATH=\"/opt/venv/bin:$PATH\"\n# manifests",
        );
        assert_eq!(edited(text), expected);
    }

    #[test]
    fn lines_look_like_the_files_own() {
        let text = "from python:3.12\r\ncopy . /app\r\nworkdir /app\r\nrun pip install --no-cache-dir .\r\ncmd python app.py\r\n";
        let files = [("pyproject.toml", "[project]\nname='x'\n"), ("app.py", "")];
        let found = Project::new(text, &files).edited().unwrap();
        assert!(found.starts_with("from python:3.12\r\nrun python -m venv /opt/venv\r\nenv PATH=\"/opt/venv/bin:$PATH\"\r\ncopy . /app\r\n"), "{found}");
    }

    #[test]
    fn a_file_with_its_own_environment_gets_no_second_one() {
        let text = "FROM python:3.12\nRUN python -m venv /srv/v\nENV PATH=\"/srv/v/bin:$PATH\"\nWORKDIR /app\nCOPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\nCOPY app.py .\nCMD [\"python\", \"app.py\"]\n";
        assert_eq!(edited(text), text);
        let mixed = text.replace("RUN python -m venv", "RUN pip install x && python -m venv");
        assert_eq!(
            Project::new(&mixed, FILES).edited().map_err(|d| d.code),
            Err(Code::UnsupportedProject)
        );
    }

    #[test]
    fn project_managers_stay_beside_the_environment() {
        let files = [
            ("pyproject.toml", "[tool.poetry]\nname = 'x'\n"),
            ("app.py", ""),
        ];
        let edited = |run: &str| {
            let text = format!(
                "FROM python:3.12\nWORKDIR /app\nCOPY pyproject.toml .\n{run}\nCOPY app.py .\nCMD [\"python\", \"app.py\"]\n"
            );
            Project::new(&text, &files).edited()
        };
        let apart =
            edited("RUN pip install --no-cache-dir poetry\nRUN poetry install --no-root").unwrap();
        assert!(apart.contains("poetry\nRUN python -m venv /opt/venv\nENV VIRTUAL_ENV=/opt/venv PATH=\"/opt/venv/bin:$PATH\"\nRUN poetry install"), "{apart}");
        let one =
            edited("RUN pip install --no-cache-dir poetry && poetry install --no-root").unwrap();
        assert!(one.contains("poetry && export PATH=\"/opt/venv/bin:$PATH\" && poetry install --no-root\nENV PATH=\"/opt/venv/bin:$PATH\"\n"), "{one}");
        for run in [
            "RUN pip install --no-cache-dir poetry && (false || poetry install --no-root)",
            "RUN sh -c 'pip install --no-cache-dir poetry && poetry install --no-root'",
        ] {
            assert!(edited(run).is_err(), "{run}");
        }
    }

    #[test]
    fn packages_in_another_place_are_declined() {
        for env in ["PYTHONHOME=/x", "PIP_TARGET=/x"] {
            let text = format!(
                "FROM python:3.12\nWORKDIR /app\nCOPY . .\nENV {env}\nRUN pip install flask\nCMD [\"python\", \"app.py\"]\n"
            );
            assert_eq!(
                Project::new(&text, FILES).edited().map_err(|d| d.code),
                Err(Code::UnsupportedProject),
                "{env}"
            );
        }
        let text = "FROM python:3.12\nWORKDIR /app\nCOPY . .\nENV PATH=/usr/local/bin:/usr/bin\nRUN pip install --no-cache-dir flask\nCMD [\"python\", \"app.py\"]\n";
        assert!(!edited(text).contains("venv"), "they stay");
    }
}
