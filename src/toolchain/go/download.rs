//! The download of modules before the sources come. In: the COPY instructions and what stands
//! between them and the first build. Out: the lines that do it, or nothing where it could change
//! the result.

use super::program;
use super::world::World;
use crate::dockerfile::instruction::InstructionKind;
use crate::plan::action::Action;
use crate::plan::build::{Build, Step};
use crate::plan::builder::keyword;
use crate::plan::layout::is_within;
use crate::toolchain::compiled::tree::{Tree, file_name};

/// The step before which the modules can be downloaded, and the lines that do it.
pub(super) fn before<'b>(
    build: &'b Build<'_>,
    tree: &Tree,
    world: &World,
) -> Option<(&'b Step<'b>, Vec<String>)> {
    let [module] = world.modules.as_slice() else {
        return None;
    };
    if world.is_workspace || world.vendor.is_some() || world.requires().next().is_none() {
        return None;
    }
    let source = directory_of(&module.file);
    // The COPY that brings the manifest first has to be one that brings sources too.
    let brings = |path: &str| {
        build
            .layout
            .entries
            .iter()
            .find(|entry| entry.source == path || (entry.is_dir && below(path, &entry.source)))
    };
    let entry = brings(&module.file)?;
    if !entry.is_dir || entry.source == module.file {
        return None;
    }
    let step = build.steps.get(entry.step)?;
    if !matches!(
        step.instruction.kind,
        InstructionKind::Copy(_) | InstructionKind::Add(_)
    ) {
        return None;
    }
    let first_build = program::commands(build).next().map(|(step, _, _)| step)?;
    if entry.step >= first_build || !is_undisturbed(build, entry.step, first_build) {
        return None;
    }
    let user = step.state.contract.user.as_str();
    if !matches!(user, "" | "root" | "0") {
        return None;
    }
    let sums = join(source, "go.sum");
    if !build.context.is_file(&sums)
        || tree
            .context(&format!(
                "{}/go.sum",
                module.directory.trim_end_matches('/')
            ))
            .is_none()
    {
        return None;
    }
    let copy = keyword(build.dockerfile, "COPY");
    let workdir = step.state.contract.workdir.as_deref();
    let is_here = workdir == Some(module.directory.as_str());
    let target = |directory: &str| {
        if workdir == Some(directory) {
            "./".to_owned()
        } else {
            format!("{}/", directory.trim_end_matches('/'))
        }
    };
    let mut lines = vec![format!(
        "{copy} {} {sums} {}",
        module.file,
        target(&module.directory)
    )];
    // The manifests of replaced modules are read by the download.
    for (_, directory) in &module.manifest.local {
        let file = normal(&join(source, directory))?;
        let file = join(&file, "go.mod");
        let inside = build.context.is_file(&file) && below(&file, &entry.source);
        if !inside {
            return None;
        }
        let placed = tree.files().find(|(_, context)| *context == file)?.0;
        let placed = placed.strip_suffix("/go.mod")?;
        lines.push(format!("{copy} {file} {placed}/"));
    }
    let run = keyword(build.dockerfile, "RUN");
    lines.push(if is_here {
        format!("{run} go mod download")
    } else {
        format!("{run} cd {} && go mod download", module.directory)
    });
    // A path with a blank or a sign of the shell cannot stand in a plain COPY.
    let odd = |path: &str| path.contains(|c: char| c.is_whitespace() || "\"'$*?[\\".contains(c));
    let locals = module
        .manifest
        .local
        .iter()
        .map(|(_, directory)| directory.as_str());
    let mut paths = [module.file.as_str(), module.directory.as_str()]
        .into_iter()
        .chain(locals);
    (!paths.any(odd)).then_some((step, lines))
}

/// Whether nothing between the COPY and the first build prepares the download: private modules,
/// credentials, tools that fetch.
fn is_undisturbed(build: &Build<'_>, from: usize, to: usize) -> bool {
    let settings = [
        "GOPRIVATE",
        "GOPROXY",
        "GONOPROXY",
        "GONOSUMDB",
        "GONOSUMCHECK",
        "GOSUMDB",
        "GOFLAGS",
        "GOINSECURE",
        "GO111MODULE",
        "GOTOOLCHAIN",
        "GOMODCACHE",
        "GOPATH",
        "GOVCS",
    ];
    let between = build
        .steps
        .iter()
        .enumerate()
        .skip(from)
        .take(to - from + 1);
    for (_, step) in between {
        let sets = match &step.instruction.kind {
            InstructionKind::Env(pairs) => {
                pairs.iter().any(|p| settings.contains(&p.name.as_str()))
            }
            InstructionKind::Arg(args) => args.iter().any(|a| settings.contains(&a.name.as_str())),
            InstructionKind::Run(run) => run.flags.iter().any(|flag| {
                let value = flag.value.as_deref().unwrap_or_default();
                value.contains("type=secret") || value.contains("type=ssh")
            }),
            _ => false,
        };
        let prepares = step.commands.iter().any(|command| {
            let name = command
                .program
                .as_deref()
                .map(file_name)
                .unwrap_or_default();
            let sub = command.subcommand().unwrap_or_default();
            let variables = command.variables.keys();
            let mut own = variables.chain(command.command.assignments.iter().map(|(n, _)| n));
            let touches = |paths: &[String]| {
                paths
                    .iter()
                    .any(|path| path.contains("netrc") || is_within(path, "/root/.ssh"))
            };
            (name == "git" && sub == "config")
                || (name == "go" && matches!(sub, "env" | "get"))
                || (name == "go"
                    && sub == "mod"
                    && !command
                        .known_arguments()
                        .any(|w| matches!(w, "download" | "verify")))
                || (name == "go" && command.has_flag("-mod"))
                || own.any(|name| settings.contains(&name.as_str()))
                || match &command.action {
                    Action::Write(paths) => touches(paths),
                    Action::Packages { names, .. } => names.iter().any(|name| {
                        matches!(
                            name.as_str(),
                            "git" | "openssh" | "openssh-client" | "mercurial" | "subversion"
                        ) || name.starts_with("ca-certificates")
                    }),
                    Action::Certificates => true,
                    _ => false,
                }
        });
        if sets || prepares {
            return false;
        }
    }
    true
}

fn directory_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(directory, _)| directory)
}

fn join(directory: &str, name: &str) -> String {
    if directory.is_empty() {
        name.to_owned()
    } else {
        format!("{directory}/{name}")
    }
}

/// Without `.` and `..`; `None` where it climbs above the context's root.
fn normal(path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => _ = parts.pop()?,
            _ => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

fn below(path: &str, directory: &str) -> bool {
    directory.is_empty()
        || path
            .strip_prefix(directory)
            .is_some_and(|rest| rest.starts_with('/'))
}
