//! Project managers: poetry, Pipenv, uv and PDM. In: the words of one of their commands. Out: what it
//! installs for which project, what it runs, or why that cannot be followed.
//!
//! Source of all verbs and options: the managers' own references of their command lines.

mod lock;
mod manifest;
mod options;
mod pdm;
mod pipenv;
mod poetry;
mod python;
mod read;
mod uv;

use super::commands::has_python_extension;
pub(super) use manifest::Roots;
pub(super) use read::read as project;

/// A project manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manager {
    Poetry,
    Pipenv,
    Uv,
    Pdm,
}

/// What a command of a manager does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Does<'w> {
    /// Installs what the project depends on.
    Install(Install),
    /// `uv pip …`: the number of arguments before `install`.
    Pip(usize),
    /// `uv venv`: the place, and whether the command says all that decides.
    Venv(&'w str),
    /// Writes a requirements file with what the project depends on; the path, where it is told.
    Export(Option<&'w str>, Install),
    /// Runs the words behind it in the project's environment, with the Python module in front.
    Run(Run<'w>),
    /// A setting of poetry.
    Setting(&'w str, bool),
    /// Nothing that an environment keeps.
    Nothing,
    /// Something that is not followed: which.
    Unsupported(String),
}

/// What a manager installs of a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Install {
    /// Whose project it is.
    pub(super) manager: Manager,
    /// The project's directory as written; `None` for that of the command.
    pub(super) directory: Option<String>,
    /// Whether the project itself is installed, if it is a package.
    pub(super) with_root: bool,
    /// Whether local projects are installed in place.
    pub(super) editable: bool,
    /// Which groups of dependencies.
    pub(super) groups: Groups,
    /// Which environment the command itself names.
    pub(super) place: Place,
    /// Packages that the command itself names.
    pub(super) packages: Vec<String>,
}

impl Install {
    /// All of the project in the folder.
    pub(super) fn of(manager: Manager) -> Self {
        Self {
            manager,
            directory: None,
            with_root: true,
            editable: true,
            groups: Groups::default(),
            place: Place::Default,
            packages: Vec::new(),
        }
    }
}

/// Which environment a command names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// None: the manager's settings decide.
    Default,
    /// That of the interpreter on PATH (`--system`).
    System,
    /// The one that is active (`--active`).
    Active,
}

/// Which groups of dependencies are installed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Groups {
    /// None but these, where any are named; `main` is the project's own.
    pub(super) only: Vec<String>,
    /// Not these.
    pub(super) without: Vec<String>,
    /// These too, although they are optional.
    pub(super) with: Vec<String>,
    /// Whether those for development are left out.
    pub(super) no_dev: bool,
    /// Whether all optional ones come too.
    pub(super) all: bool,
}

impl Groups {
    /// Whether a group comes. `optional` groups are asked for by name, the others are for
    /// development.
    pub(super) fn take(&self, name: &str, optional: bool) -> bool {
        let among = |names: &[String]| names.iter().any(|known| known == name);
        if !self.only.is_empty() {
            return among(&self.only);
        }
        if among(&self.without) {
            return false;
        }
        among(&self.with) || self.all || !(optional || self.no_dev)
    }

    /// Whether the project's own dependencies come.
    pub(super) fn main(&self) -> bool {
        self.only.is_empty() || self.only.iter().any(|name| name == "main")
    }
}

/// What a manager runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Run<'w> {
    /// How many arguments of the manager stand before the words that are run.
    pub(super) skip: usize,
    /// The words that are run.
    pub(super) words: &'w [Option<String>],
    /// Whether the first of them is a module (`-m`).
    pub(super) is_module: bool,
}

impl Run<'_> {
    /// The words that an interpreter on PATH is called with to the same end: scripts and modules
    /// get it in front.
    pub(super) fn inner(&self) -> Vec<Option<String>> {
        let first = self.words.first().and_then(Option::as_deref);
        let is_script = first.is_some_and(has_python_extension);
        let word = |text: &str| Some(text.to_owned());
        let mut front = Vec::new();
        if self.is_module {
            front.extend([word("python"), word("-m")]);
        } else if is_script {
            front.push(word("python"));
        }
        front.extend(self.words.iter().cloned());
        front
    }
}

impl Manager {
    /// The manager of that program's name.
    pub(super) fn of(name: &str) -> Option<Self> {
        match name {
            "poetry" => Some(Self::Poetry),
            "pipenv" => Some(Self::Pipenv),
            "uv" => Some(Self::Uv),
            "pdm" => Some(Self::Pdm),
            _ => None,
        }
    }

    /// Its name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Poetry => "poetry",
            Self::Pipenv => "pipenv",
            Self::Uv => "uv",
            Self::Pdm => "pdm",
        }
    }

    /// Its manifest and its lockfile.
    pub(super) fn files(self) -> (&'static str, &'static str) {
        match self {
            Self::Poetry => ("pyproject.toml", "poetry.lock"),
            Self::Pipenv => ("Pipfile", "Pipfile.lock"),
            Self::Uv => ("pyproject.toml", "uv.lock"),
            Self::Pdm => ("pyproject.toml", "pdm.lock"),
        }
    }

    /// What a command with these arguments does.
    pub(super) fn does(self, arguments: &[Option<String>]) -> Does<'_> {
        match self {
            Self::Poetry => poetry::does(arguments),
            Self::Pipenv => pipenv::does(arguments),
            Self::Uv => uv::does(arguments),
            Self::Pdm => pdm::does(arguments),
        }
    }
}

/// Whether a path in an image is one of uv's own programs. Source: uv's guide to its images.
pub(super) fn is_of_image(image: &str, path: &str) -> bool {
    let name = image.split('@').next().unwrap_or(image);
    let repository = match name.rsplit_once(':') {
        Some((repository, tag)) if !tag.contains('/') => repository,
        _ => name,
    };
    matches!(
        repository,
        "ghcr.io/astral-sh/uv" | "astral/uv" | "docker.io/astral/uv"
    ) && matches!(path.rsplit('/').next(), Some("uv" | "uvx"))
}
