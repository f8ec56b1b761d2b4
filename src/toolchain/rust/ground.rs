//! The directories of a project in the image. In: where its workspace lies. Out: where its data is
//! looked for, and which directories are the toolchain's to decide about.

use super::builds::CargoBuild;
use super::sources::is_source;
use crate::outcome::{Code, Decline};
use crate::plan::build::Build;
use crate::toolchain::compiled::roots;
use crate::toolchain::top;

/// The directories of a project.
pub(super) struct Ground {
    /// Where its data is looked for.
    pub roots: Vec<String>,
    /// What it is for the toolchain to decide about.
    pub covered: Vec<String>,
}

/// The directories of the project that `main` builds. One in `/` itself has none of its own: only
/// what was copied there is its.
pub(super) fn of(build: &Build<'_>, main: &CargoBuild) -> Result<Ground, Decline> {
    let project = main.settings.root.as_str();
    if project != "/" {
        let roots = roots::of(build, &[project.to_owned()]);
        let covered = roots.clone();
        return Ok(Ground { roots, covered });
    }
    let mut covered = top::of(build, &is_source).map_err(|name| {
        in_root(
            main,
            &format!("its `{name}` pours into the system's directory"),
        )
    })?;
    covered.push(main.settings.target_dir.clone());
    let roots = vec![project.to_owned()];
    Ok(Ground { roots, covered })
}

/// Why a project in `/` is declined.
pub(super) fn in_root(main: &CargoBuild, why: &str) -> Decline {
    let message = format!("the project lies in `/`, and {why}");
    Decline::new(Code::UnsupportedProject, message)
        .at(main.line)
        .hint("give the project a directory of its own with WORKDIR")
}
