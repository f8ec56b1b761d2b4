//! What a `make` in a RUN runs. In: the command, and the build context. Out: the shell lines of its
//! recipes with the directory that they run in, or nothing where that is not certain.

use super::build::Build;
use super::run_command::RunCommand;
use crate::dockerfile::contract::clean;
use crate::project::makefile::{Makefile, Recipes, Request};

/// Names under which make looks for its file, in its order (GNU make manual, 3.2).
const NAMES: [&str; 3] = ["GNUmakefile", "makefile", "Makefile"];

/// What make runs, where, and the context path of its Makefile.
pub(super) struct Made {
    /// Shell lines and variables.
    pub(super) recipes: Recipes,
    /// The directory.
    pub(super) directory: String,
    /// Context path of the Makefile.
    pub(super) file: String,
}

/// What `command`, if it is `make`, runs.
pub(super) fn of(
    build: &Build<'_>,
    command: &RunCommand,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Option<Made> {
    let name = command.program.as_deref()?.rsplit('/').next()?;
    if !matches!(name, "make" | "gmake") {
        return None;
    }
    let mut targets = Vec::new();
    let mut variables = Vec::new();
    let mut directory = command.directory.clone()?;
    let mut named = None;
    let mut words = command.arguments.iter();
    while let Some(word) = words.next() {
        let word = word.as_deref()?;
        match word {
            "-C" | "--directory" => directory = join(&directory, words.next()?.as_deref()?),
            "-f" | "--file" => named = Some(words.next()?.as_deref()?),
            "-j" => {
                // The number may stand apart.
                let rest = words.as_slice().first().and_then(Option::as_deref);
                if rest.is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit())) {
                    words.next();
                }
            }
            _ if word.starts_with("-j") => {}
            "-s" | "-k" | "--silent" | "--quiet" | "--no-print-directory" => {}
            _ if word.starts_with('-') => return None,
            _ => match word.split_once('=') {
                Some((name, value)) => variables.push((name.to_owned(), value.to_owned())),
                None => targets.push(word.to_owned()),
            },
        }
    }
    let at = |name: &str| build.context_path(&join(&directory, name));
    let is_file = |path: &String| build.context.is_file(path);
    let file = match named {
        Some(name) => at(name).filter(is_file)?,
        None => NAMES.iter().filter_map(|name| at(name)).find(is_file)?,
    };
    let makefile = Makefile::parse(build.context.read(&file)?);
    let exists = |path: &str| {
        let path = join(&directory, path);
        build
            .context_path(&path)
            .is_some_and(|path| build.context.exists(&path))
    };
    let recipes = makefile.recipes(&Request {
        targets,
        variables,
        environment,
        exists: &exists,
        directory: directory.clone(),
    })?;
    Some(Made {
        recipes,
        directory,
        file,
    })
}

fn join(directory: &str, path: &str) -> String {
    if path.starts_with('/') {
        clean(path)
    } else {
        clean(&format!("{directory}/{path}"))
    }
}
