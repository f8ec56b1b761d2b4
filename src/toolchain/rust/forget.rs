//! Having cargo forget a package, so that it compiles it whatever the times of its sources are. In:
//! a run of cargo. Out: the command `cargo clean -p` for the same profile, target and directory.

use super::builds::CargoBuild;
use crate::plan::build::RunCommand;

/// The command; `command` is the run of cargo as it was read, whose variables hold for it too.
pub(super) fn command(own: &CargoBuild, command: &RunCommand) -> String {
    let mut clean = vec!["cargo".to_owned(), "clean".to_owned()];
    clean.extend(profile_words(own));
    let targets = own.cargo.targets.iter();
    clean.extend(targets.map(|target| format!("--target {target}")));
    if let Some(path) = &own.cargo.target_dir {
        clean.push(format!("--target-dir {path}"));
    }
    clean.push(format!("-p {}", own.package.name));
    format!("{}{}", assignments(command), clean.join(" "))
}

/// The variables that are set for a command alone, as written.
pub(super) fn assignments(command: &RunCommand) -> String {
    let pairs = command.command.assignments.iter();
    let texts: Vec<String> = pairs
        .map(|(name, value)| format!("{name}={} ", value.raw))
        .collect();
    texts.concat()
}

fn profile_words(own: &CargoBuild) -> Option<String> {
    let install = own.cargo.verb == "install";
    match own.cargo.profile.as_deref() {
        Some("release") => Some("--release".into()),
        None if install => Some("--release".into()),
        None => None,
        Some(other) => Some(format!("--profile {other}")),
    }
}
