//! What Python's commands in a RUN mean. In: a command. Out: which tool it is, and what it leaves.

use super::interpreter::{Runs, is_interpreter, is_pip, runs};
use super::javascript;
use super::manager::{Does, Manager, Run};
use super::needs;
use super::pip::Word;
use crate::plan::action::Action;
use crate::plan::build::RunCommand;
use crate::project::context::BuildContext;
use crate::project::source::{self, Language};

/// A command of Python's world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Tool<'c> {
    /// pip, with the words behind it.
    Pip(Vec<Word<'c>>),
    /// Makes a virtual environment there; `None` where the place or an option is not known.
    Venv(Option<&'c str>),
    /// A project manager, with its arguments.
    Manager(Manager, &'c [Option<String>]),
    /// The script with which a project manager's makers install it, below the home directory.
    ManagerInstaller,
    /// An installer with an environment or a store of its own.
    Installer(&'c str),
    /// `setup.py` with its first argument.
    Setup(&'c str, Option<&'c str>),
    /// `manage.py` or `django-admin` with its first argument.
    Django(Option<&'c str>),
    /// Another script of the project.
    Script(Option<&'c str>),
    /// A module that is run by its name: one of the project, or of a package that is installed.
    Module(&'c str),
    /// Installs data of NLTK; the directory, where it is named.
    NltkData(Option<&'c str>),
    /// Code that makes libraries fetch what they keep below the home directory.
    Fetch,
    /// Puts an environment on PATH for the rest of the RUN.
    Activate,
    /// Work whose results lie in the project's folder, or that only checks.
    Build,
    /// An interpreter that runs something that is not followed.
    Unknown,
}

/// Installers and environment managers that are not followed yet.
const INSTALLERS: [&str; 14] = [
    "uvx",
    "conda",
    "mamba",
    "micromamba",
    "easy_install",
    "pipx",
    "hatch",
    "rye",
    "pixi",
    "pyenv",
    "pip-sync",
    "flit",
    "buildout",
    "pex",
];

/// Programs and modules that check, translate, build documents or compile in place. `spacy` fetches
/// models through pip, into the environment of its interpreter.
const BUILD: [&str; 29] = [
    "pytest",
    "py.test",
    "unittest",
    "nose2",
    "tox",
    "nox",
    "flake8",
    "mypy",
    "black",
    "ruff",
    "isort",
    "pylint",
    "bandit",
    "coverage",
    "pre-commit",
    "compileall",
    "py_compile",
    "pybabel",
    "cython",
    "cythonize",
    "sphinx-build",
    "sphinx",
    "mkdocs",
    "zipapp",
    "grpc_tools.protoc",
    "pip-compile",
    "doctest",
    "ensurepip",
    "spacy",
];

/// Which tool a command of a RUN calls.
pub(super) fn tool(command: &RunCommand) -> Option<Tool<'_>> {
    let program = command.program.as_deref()?;
    let name = program.rsplit('/').next().unwrap_or(program);
    let arguments = &command.arguments;
    if installs_manager(command, name) {
        return Some(Tool::ManagerInstaller);
    }
    if is_pip(name) {
        return Some(Tool::Pip(words(command, 0)));
    }
    if is_interpreter(name) {
        return Some(interpreted(command));
    }
    if let Some(manager) = Manager::of(name) {
        return Some(Tool::Manager(manager, arguments));
    }
    match name {
        "." | "source" if activation(command).is_some() => Some(Tool::Activate),
        "virtualenv" | "pyvenv" => Some(Tool::Venv(environment(arguments))),
        "manage.py" | "django-admin" | "django-admin.py" => Some(Tool::Django(first(arguments))),
        // Its commands are the project's own, as those of Django are.
        "flask" => Some(Tool::Script(Some(program))),
        "setup.py" => Some(Tool::Setup(program, first(arguments))),
        "spacy" => Some(Tool::Build),
        _ if INSTALLERS.contains(&name) => Some(Tool::Installer(name)),
        _ if BUILD.contains(&name) => Some(Tool::Build),
        _ if has_python_extension(name) => Some(Tool::Script(Some(program))),
        _ => None,
    }
}

/// `curl … | python3 -` and `curl … | sh` with the installers of poetry, uv and PDM.
/// Source: the managers' own installation instructions.
fn installs_manager(command: &RunCommand, name: &str) -> bool {
    let Some(address) = command.fed_by.as_deref() else {
        return false;
    };
    let address = address.trim_start_matches("https://").trim_end_matches('/');
    let by_shell = matches!(name, "sh" | "bash" | "ash" | "dash");
    let is_of_uv = address.starts_with("astral.sh/uv/") && address.ends_with("install.sh");
    (by_shell && is_of_uv)
        || (is_interpreter(name)
            && matches!(
                address,
                "install.python-poetry.org"
                    | "pdm-project.org/install-pdm.py"
                    | "pdm-project.org/install.sh"
            ))
}

fn interpreted(command: &RunCommand) -> Tool<'_> {
    match runs(&command.arguments) {
        Runs::Answer => Tool::Build,
        Runs::Module(Some(module), rest) => of_module(command, module, rest),
        Runs::Script(Some(path), rest) => match path.rsplit('/').next().unwrap_or(path) {
            "setup.py" => Tool::Setup(path, first(rest)),
            "manage.py" => Tool::Django(first(rest)),
            name if has_python_extension(name) => Tool::Script(Some(path)),
            _ => Tool::Unknown,
        },
        Runs::Code(Some(code)) => of_code(code),
        Runs::Module(None, _) | Runs::Script(None, _) | Runs::Code(None) | Runs::Prompt => {
            Tool::Unknown
        }
    }
}

fn of_module<'c>(command: &'c RunCommand, module: &'c str, rest: &'c [Option<String>]) -> Tool<'c> {
    if let Some(manager) = Manager::of(module) {
        return Tool::Manager(manager, rest);
    }
    match module {
        "pip" => Tool::Pip(words(command, command.arguments.len() - rest.len())),
        "venv" | "virtualenv" => Tool::Venv(environment(rest)),
        "django" => Tool::Django(first(rest)),
        "nltk.downloader" => {
            let mut words = rest.iter().map(Option::as_deref);
            let named = words.any(|word| word == Some("-d"));
            match (named, words.next().flatten()) {
                (false, _) => Tool::NltkData(None),
                (true, Some(place)) => Tool::NltkData(Some(place)),
                (true, None) => Tool::Unknown,
            }
        }
        _ if INSTALLERS.contains(&module) => Tool::Installer(module),
        _ if BUILD.contains(&module) => Tool::Build,
        _ => Tool::Module(module),
    }
}

/// Code that imports, prints and asserts leaves nothing; `nltk.download("name")` is known.
fn of_code(code: &str) -> Tool<'_> {
    let facts = source::scan(code, Language::Python);
    let understood = !facts.has_errors && facts.skipped.is_none();
    let is_harmless = |callee: &str| {
        matches!(
            callee,
            "print" | "len" | "str" | "repr" | "exit" | "sys.exit" | "version"
        )
    };
    if understood && facts.calls.iter().all(|call| is_harmless(&call.callee)) {
        return Tool::Build;
    }
    let is_download = |call: &source::Call| {
        call.callee == "nltk.download" && call.args.len() == 1 && call.keywords.is_empty()
    };
    if understood && facts.calls.iter().all(is_download) {
        return Tool::NltkData(None);
    }
    let mut imports = facts.imports.iter();
    let keeps = |import: &source::Import| needs::AT_HOME.contains(&import.top());
    if understood && !facts.imports.is_empty() && imports.all(keeps) {
        return Tool::Fetch;
    }
    Tool::Unknown
}

/// The environment that `. DIR/bin/activate` puts on PATH.
pub(super) fn activation(command: &RunCommand) -> Option<String> {
    if !matches!(command.program.as_deref(), Some("." | "source")) {
        return None;
    }
    let script = command.absolute(command.subcommand()?)?;
    script.strip_suffix("/bin/activate").map(str::to_owned)
}

/// Whether a file is Python's by its name.
pub(super) fn has_python_extension(name: &str) -> bool {
    name.rsplit_once('.')
        .is_some_and(|(stem, extension)| !stem.is_empty() && extension == "py")
}

fn first(arguments: &[Option<String>]) -> Option<&str> {
    arguments.first()?.as_deref()
}

/// The words of a command behind its first `skip` arguments.
pub(super) fn words(command: &RunCommand, skip: usize) -> Vec<Word<'_>> {
    let raw = command
        .command
        .words
        .iter()
        .skip(1)
        .map(|word| word.raw.as_str());
    let values = command.arguments.iter().map(Option::as_deref);
    values
        .zip(raw)
        .skip(skip)
        .map(|(value, raw)| Word { value, raw })
        .collect()
}

/// The directory of `venv [options] DIR`. `None` where an option changes what the environment sees.
fn environment(arguments: &[Option<String>]) -> Option<&str> {
    let mut found = None;
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        match argument.as_deref()? {
            "--system-site-packages" => return None,
            "-p" | "--python" => {
                if !is_interpreter(arguments.next()?.as_deref()?) {
                    return None;
                }
            }
            "--prompt" => _ = arguments.next(),
            flag if flag.starts_with("--python=") => {
                if !is_interpreter(flag.trim_start_matches("--python=")) {
                    return None;
                }
            }
            flag if flag.starts_with('-') => {}
            path => found = Some(path),
        }
    }
    found
}

/// What a command of Python's world leaves for the final stage. Packages lie in an environment,
/// which the toolchain brings along as a whole.
pub(super) fn action(command: &RunCommand, context: &BuildContext) -> Option<Action> {
    let Some(tool) = tool(command) else {
        return javascript::action(command);
    };
    let action = match tool {
        Tool::Pip(_)
        | Tool::Installer(_)
        | Tool::ManagerInstaller
        | Tool::Venv(_)
        | Tool::Activate => Action::Nothing,
        Tool::Setup(..) | Tool::Django(_) | Tool::Build | Tool::Fetch | Tool::Script(Some(_)) => {
            Action::Build
        }
        Tool::Module(module) if is_of_project(module, context) => Action::Build,
        Tool::Script(None) | Tool::Module(_) | Tool::Unknown => Action::Unknown,
        Tool::NltkData(place) => nltk(command, place),
        Tool::Manager(manager, arguments) => managed(command, context, manager, arguments),
    };
    Some(action)
}

/// Whether a module is a file or a package of the project, which may lie in a folder of its own.
fn is_of_project(module: &str, context: &BuildContext) -> bool {
    let path = module.replace('.', "/");
    let is_dotted = path != module;
    [format!("{path}.py"), format!("{path}/__main__.py")]
        .iter()
        .any(|form| {
            context.files().any(|file| {
                let before = file
                    .strip_suffix(form.as_str())
                    .filter(|before| before.is_empty() || before.ends_with('/'));
                before.is_some_and(|before| is_dotted || before.matches('/').count() <= 1)
            })
        })
}

fn managed(
    command: &RunCommand,
    context: &BuildContext,
    manager: Manager,
    arguments: &[Option<String>],
) -> Action {
    match manager.does(arguments) {
        Does::Run(run) => {
            let inner = ran(command, &run);
            action(&inner, context).unwrap_or(Action::Unknown)
        }
        Does::Export(Some(path), _) => command
            .absolute(path)
            .map_or(Action::Unknown, |path| Action::Write(vec![path])),
        _ => Action::Nothing,
    }
}

/// The command that a manager runs in the project's environment.
pub(super) fn ran(command: &RunCommand, run: &Run<'_>) -> RunCommand {
    let mut words = run.inner().into_iter();
    let mut inner = command.clone();
    inner.program = words.next().flatten();
    inner.arguments = words.collect();
    // The words as written belong to the arguments that stay.
    let kept = inner.arguments.len().min(run.words.len());
    let all = &command.command.words;
    let first = all.len().saturating_sub(kept + 1);
    inner.command.words = all.get(first..).unwrap_or_default().to_vec();
    inner
}

/// Where NLTK puts data: where it is told, else below the home directory.
/// Source: NLTK's documentation of its downloader.
fn nltk(command: &RunCommand, place: Option<&str>) -> Action {
    let is_root = matches!(command.user.as_str(), "" | "root" | "0");
    let path = match place {
        Some(place) => command.absolute(place),
        None if is_root && !command.variables.contains_key("HOME") => Some(NLTK_HOME.to_owned()),
        None => None,
    };
    path.map_or(Action::Unknown, |path| Action::Write(vec![path]))
}

/// NLTK's data of root.
pub(super) const NLTK_HOME: &str = "/root/nltk_data";

/// Whether a variable acts only while packages are installed.
/// Source: pip's and Debian's documentation of their environment variables.
pub(super) fn is_build_variable(name: &str) -> bool {
    name.starts_with("PIP_")
        || name.starts_with("POETRY_")
        || name.starts_with("PIPENV_")
        || name.starts_with("PDM_")
        || name.starts_with("UV_")
        || name.starts_with("SETUPTOOLS_")
        || matches!(
            name,
            "DEBIAN_FRONTEND"
                | "DEBCONF_NOWARNINGS"
                | "CFLAGS"
                | "CXXFLAGS"
                | "LDFLAGS"
                | "CPPFLAGS"
                | "MAKEFLAGS"
        )
}

#[cfg(test)]
mod tests;
