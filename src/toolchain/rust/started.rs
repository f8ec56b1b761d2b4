//! What starts beside the program needs something too. In: what starts. Out: the shell and the
//! programs of a text that is written anew, the libraries of tools.

use super::installed::Tool;
use super::program::Found;
use crate::knowledge::debian_libraries::runtime_libraries;
use crate::knowledge::distro::Distro;
use crate::outcome::{Code, Decline};
use crate::plan::analysis::{Launch, Need, Needs};
use crate::plan::build::Build;
use crate::plan::entry::Entry;
use crate::toolchain::compiled::tree::file_name;

/// What a shell text that starts the program needs, where it is written anew: the core looks
/// at what stays as it was.
pub(super) fn add(build: &Build<'_>, entry: &Entry, found: &Found, needs: &mut Needs) {
    let is_replaced = matches!(found.launch, Launch::Replace { .. });
    let Some(shell) = entry.shell.as_ref().filter(|_| is_replaced) else {
        return;
    };
    needs.shell.get_or_insert_with(|| shell.clone());
    let own = build.end.contract.shell.first();
    let own = own
        .filter(|shell| file_name(shell) == "bash")
        .map(|_| shell);
    if let Some(bash) = entry.bash.as_ref().or(own) {
        needs
            .programs
            .push(Need::new("bash".to_owned(), bash.clone()));
    }
    for start in &entry.commands {
        let program = start.program().unwrap_or_default();
        if !matches!(file_name(program), "" | "cargo") {
            let path = program.contains('/').then(|| start.absolute(program));
            let value = path.unwrap_or_else(|| program.to_owned());
            needs.programs.push(Need::new(value, start.because.clone()));
        }
    }
}

/// The packages whose libraries a tool is linked with, by their names on the builder's release.
pub(super) fn tool_packages(
    build: &Build<'_>,
    tool: &Tool,
    line: usize,
) -> Result<Vec<String>, Decline> {
    let distro = build.base.image.distro.as_ref();
    let codename = distro.and_then(Distro::codename);
    let mut packages = Vec::new();
    for link in &tool.links {
        let found = codename.and_then(|codename| runtime_libraries(codename, link));
        let Some(found) = found else {
            let message = format!(
                "which libraries `{}` needs is not known",
                tool.programs.join(" ")
            );
            return Err(Decline::new(Code::UnknownLibraries, message).at(line));
        };
        packages.extend(found.into_iter().map(str::to_owned));
    }
    Ok(packages)
}
