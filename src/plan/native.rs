//! Programs that a RUN compiles with a C toolchain. In: the build. Out: the command whose result may
//! be linked to libraries that a full image brings for builds and that a slim one lacks.
//!
//! Libraries that the Dockerfile installs by name are followed into the final stage; those of a
//! full image (buildpack-deps: libevent, libxml2, libmariadb …) have no name in it.

use super::action::Action;
use super::because::Because;
use super::build::{Build, RunCommand};
use crate::knowledge::base_image::Flavour;

/// Programs that compile or link.
const COMPILERS: [&str; 10] = [
    "gcc", "g++", "cc", "c++", "clang", "clang++", "ld", "cmake", "ninja", "meson",
];

/// Words of a Makefile that compile.
const COMPILES: [&str; 8] = [
    "gcc", "g++", "clang", "$(CC)", "${CC}", "$(CXX)", "${CXX}", "cmake",
];

/// Endings of sources for which make has rules of its own.
const SOURCES: [&str; 5] = [".c", ".cc", ".cpp", ".cxx", ".f90"];

/// The command that may link to what only a full image has.
pub(super) fn unknown_links(build: &Build<'_>) -> Option<Because> {
    if build.base.image.flavour != Flavour::Full {
        return None;
    }
    let (_, command) = build
        .commands()
        .find(|(_, command)| command.action == Action::Build && compiles(build, command))?;
    let rule = format!("what `{}` links to is not known", command.display());
    Some(Because::line(rule, command.line))
}

fn compiles(build: &Build<'_>, command: &RunCommand) -> bool {
    let program = command.program.as_deref().unwrap_or_default();
    let name = program.rsplit('/').next().unwrap_or(program);
    COMPILERS.contains(&name) || (matches!(name, "make" | "gmake") && is_native(build, command))
}

/// Whether a `make` whose recipes were not followed may compile: its Makefile is not in the build
/// context, or speaks of compilers, or there are sources that make compiles unasked.
fn is_native(build: &Build<'_>, command: &RunCommand) -> bool {
    let directory = command.directory.as_deref().unwrap_or("/");
    let read = |name: &str| {
        let path = format!("{}/{name}", directory.trim_end_matches('/'));
        build.context.read(&build.context_path(&path)?)
    };
    let names = ["GNUmakefile", "makefile", "Makefile"];
    let is_elsewhere = command.has_flag("-C") || command.has_flag("-f");
    let text = names.into_iter().find_map(read);
    let Some(text) = text.filter(|_| !is_elsewhere) else {
        return true;
    };
    let is_source = |file: &str| SOURCES.iter().any(|ending| file.ends_with(ending));
    COMPILES.iter().any(|word| text.contains(word)) || build.context.files().any(is_source)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toolchain::compiled::sample::sample;

    fn unknown(base: &str, run: &str, files: &[(&str, &str)]) -> bool {
        let text = format!("FROM {base}\nWORKDIR /app\nCOPY . .\nRUN {run}\n");
        sample(&text, files, |build| unknown_links(build).is_some())
    }

    #[test]
    fn a_compiler_on_a_full_image_links_to_what_a_slim_one_lacks() {
        assert!(unknown("node:22", "gcc -o tool tool.c -levent", &[]));
        assert!(!unknown("node:22-alpine", "gcc -o tool tool.c", &[]));
        assert!(!unknown("node:22", "npm run build", &[]));
    }

    #[test]
    fn make_is_judged_by_its_makefile() {
        let pages = [("Makefile", "$(shell ls)\nall:\n\tnpx webpack\n")];
        let native = [("Makefile", "$(shell ls)\nall:\n\t$(CC) -o tool tool.c\n")];
        assert!(!unknown("node:22", "make", &pages));
        assert!(unknown("node:22", "make", &native));
        assert!(unknown("node:22", "make -C elsewhere", &[("a", "")]));
    }
}
