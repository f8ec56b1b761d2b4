//! What the sources of a program say. In: a build and what it starts. Out: the directories that they lie
//! in, what they call, and the tools that only the build uses.

use super::calls::{self, Called};
use super::installs::Installs;
use super::program::Program;
use super::{benefit, directories, javascript, needs};
use crate::outcome::{Code, Decline};
use crate::plan::build::Build;
use crate::plan::entry::Entry;
use crate::plan::layout::is_within;
use crate::project::source::{self, Language, ProjectScan, Sieve, Vendor};

/// What the sources say.
pub(super) struct Seen {
    /// The application's directories.
    pub(super) directories: Vec<String>,
    /// The sources themselves.
    pub(super) scan: ProjectScan,
    /// What they call.
    pub(super) called: Called,
    /// Packages with tools that only the build uses.
    pub(super) build_tools: Vec<String>,
}

/// Reads them, or says why no final stage can be made of them.
pub(super) fn read(
    build: &Build<'_>,
    installs: &Installs,
    entry: &Entry,
    program: &Program,
) -> Result<Seen, Decline> {
    let directories = directories::of(build, installs);
    if let Some((line, command)) = directories::lost_work(build, &directories) {
        let message = format!("what `{command}` makes does not lie in the application's directory");
        return Err(Decline::new(Code::UnknownCommand, message)
            .at(line)
            .hint("set WORKDIR to a directory of the application's own"));
    }
    editable_stay(installs, &directories)?;
    let scan = sources(build);
    let called = calls::read(&scan, &program.provides)?;
    let build_tools = if javascript::is_used(build) || benefit::check(build, installs).is_ok() {
        javascript::build_only(build, installs, entry, &called)
    } else {
        Vec::new()
    };
    Ok(Seen {
        directories,
        scan,
        called,
        build_tools,
    })
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
    let runs = |path: &str| !is_packaging(path) && build.layout.image_path(path).is_some();
    let sieve = Sieve::of(calls::WORDS.into_iter().chain(needs::words()));
    let languages = [Language::Python];
    source::scan_all(build.context, &languages, Vendor::With, &sieve, runs).without_tests()
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
