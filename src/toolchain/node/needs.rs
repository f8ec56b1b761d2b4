//! What the sources need of the system. In: the build, what starts, the scan. Out: programs that
//! are called, a shell, homes, accounts, places written to, the reasons to go on as root.

use super::binaries;
use super::manifest::Manifest;
use super::program::Program;
use super::project::Project;
use super::spawn::{self, Spawned};
use crate::dockerfile::contract::clean;
use crate::dockerfile::shell::{self, Command};
use crate::knowledge::base_image::Flavour;
use crate::knowledge::carried::carries;
use crate::knowledge::distro::Distro;
use crate::knowledge::programs;
use crate::outcome::{Code, Decline};
use crate::plan::action::Action;
use crate::plan::analysis::{Need, Needs};
use crate::plan::because::Because;
use crate::plan::build::Build;
use crate::plan::layout::{is_system_directory, is_within};
use crate::project::evidence::{Evidence, Fact};
use crate::project::source::{Arg, Call, ProjectScan};

/// What is needed, and what stands against the distroless image alone.
#[derive(Debug, Clone, Default)]
pub(super) struct Found {
    /// What is needed on every rung.
    pub(super) needs: Needs,
    /// Why the image must have an account and a home that are the user's own, or `node` on PATH.
    pub(super) slim: Option<Because>,
}

/// Packages that call programs of the full image. Source: the packages' own documentation.
const CALLERS: [(&str, &[&str]); 14] = [
    ("simple-git", &["git"]),
    ("download-git-repo", &["git"]),
    ("git-raw-commits", &["git"]),
    ("gm", &["convert", "identify"]),
    ("imagemagick", &["convert", "identify"]),
    ("easyimage", &["convert", "identify"]),
    ("node-imagemagick", &["convert", "identify"]),
    ("ps-tree", &["ps"]),
    ("ps-list", &["ps"]),
    ("ps-node", &["ps"]),
    ("tree-kill", &["ps"]),
    ("find-process", &["ps"]),
    ("python-shell", &["python3"]),
    ("node-ssh-exec", &["ssh"]),
];

/// Finds what is needed.
pub(super) fn find(
    build: &Build<'_>,
    project: &Project,
    program: &Program,
    sources: &ProjectScan,
) -> Result<Found, Decline> {
    let mut found = Found::default();
    for leaf in &program.leaves {
        let name = leaf.name();
        let by_client = leaf.via.client.is_some() || leaf.via.wrapped;
        let brought = project
            .packages()
            .any(|package| binaries::brings(package, name));
        if by_client && !brought && carries(&build.base.image, name) && !is_node(name) {
            found
                .needs
                .programs
                .push(Need::new(name.to_owned(), leaf.because.clone()));
        }
    }
    for dependency in project.running().flat_map(Manifest::dependencies) {
        let Some((_, programs)) = CALLERS.iter().find(|row| row.0 == dependency) else {
            continue;
        };
        let because = Because::fact(
            format!("`{dependency}` calls it"),
            &project.listing(dependency),
        );
        for name in programs.iter().filter(|name| is_there(build, name)) {
            found
                .needs
                .programs
                .push(Need::new((*name).to_owned(), because.clone()));
        }
    }
    spawned(build, sources, &mut found)?;
    system(build, project, program, sources, &mut found);
    Ok(found)
}

fn is_node(name: &str) -> bool {
    matches!(
        name,
        "node" | "nodejs" | "npm" | "npx" | "yarn" | "yarnpkg" | "pnpm"
    )
}

/// Whether the original image has the program: from its base, or from a package that it installs.
/// What it has not, the program does without.
fn is_there(build: &Build<'_>, name: &str) -> bool {
    let codename = build.base.image.distro.as_ref().and_then(Distro::codename);
    let brings = |package: &String| {
        package == name
            || Some(package.as_str()) == programs::debian_package(name, codename)
            || Some(package.as_str()) == programs::alpine_package(name)
    };
    carries(&build.base.image, name)
        || build.commands().any(|(_, command)| match &command.action {
            Action::Packages { names, .. } => names.iter().any(brings),
            _ => false,
        })
}

fn spawned(build: &Build<'_>, sources: &ProjectScan, found: &mut Found) -> Result<(), Decline> {
    for Fact { value, evidence } in spawn::calls(sources) {
        match value {
            Spawned::Program(name) if is_node(&name) => {
                let rule = format!("the sources call `{name}` by its name");
                found.slim.get_or_insert(Because::fact(rule, &evidence));
            }
            Spawned::Program(name) => called(build, &name, &evidence, found),
            Spawned::Shell => {
                let because = Because::fact("the sources run a shell", &evidence);
                found.needs.shell.get_or_insert(because);
            }
            Spawned::Unknown => {
                let mut actions = build.commands().map(|(_, command)| &command.action);
                let installs = actions.any(|action| matches!(action, Action::Packages { .. }));
                if build.base.image.flavour == Flavour::Full || installs {
                    return Err(not_known(build, &evidence));
                }
                let because =
                    Because::fact("which program the sources run is not known", &evidence);
                found.slim.get_or_insert(because);
            }
        }
    }
    Ok(())
}

/// A program that is called; of a script of the project, the programs that it calls.
fn called(build: &Build<'_>, name: &str, evidence: &Evidence, found: &mut Found) {
    let because = Because::fact(format!("the sources call `{name}`"), evidence);
    let path = match name.strip_prefix('/') {
        Some(_) => name.to_owned(),
        None => clean(&format!("{}/{name}", build.workdir())),
    };
    let script = build.context_path(&path).filter(|_| name.contains('/'));
    let Some(text) = script.and_then(|file| build.context.read(&file)) else {
        if is_there(build, name) {
            found
                .needs
                .programs
                .push(Need::new(name.to_owned(), because));
        }
        return;
    };
    found.needs.shell.get_or_insert(because.clone());
    let commands = shell::parse(text).commands;
    for program in commands.iter().filter_map(Command::program) {
        if !is_node(&program) && is_there(build, &program) {
            found
                .needs
                .programs
                .push(Need::new(program, because.clone()));
        }
    }
}

fn not_known(build: &Build<'_>, evidence: &Evidence) -> Decline {
    let message = format!("which program the sources run is not known ({evidence})");
    Decline::new(Code::UnknownCommand, message)
        .at(build.base.line)
        .hint("the full image may carry it and the slim one not; a program that is named in the call can be followed")
}

/// Functions that write the file or directory that their first argument names.
/// Source: Node's documentation of `fs`, and that of `fs-extra` and `mkdirp`.
const WRITERS: [&str; 22] = [
    "writeFile",
    "writeFileSync",
    "appendFile",
    "appendFileSync",
    "createWriteStream",
    "mkdir",
    "mkdirSync",
    "mkdtemp",
    "mkdtempSync",
    "mkdirp",
    "mkdirpSync",
    "ensureDir",
    "ensureDirSync",
    "ensureFile",
    "ensureFileSync",
    "outputFile",
    "outputFileSync",
    "outputJson",
    "writeJson",
    "writeJsonSync",
    "unlinkSync",
    "truncateSync",
];

/// Functions and variables that tell of a home, an account or a user.
const SYSTEM: [&str; 7] = [
    "homedir",
    "userInfo",
    "setuid",
    "setgid",
    "initgroups",
    "HOME",
    "/docker.sock",
];

/// The words without which a source says nothing about the system.
pub(super) fn words<'w>() -> impl Iterator<Item = &'w str> {
    WRITERS.into_iter().chain(SYSTEM)
}

fn system(
    build: &Build<'_>,
    project: &Project,
    program: &Program,
    sources: &ProjectScan,
    found: &mut Found,
) {
    let set = |name: &str| !build.end.lookup(name).unwrap_or_default().is_empty();
    let needs = &mut found.needs;
    needs.certificates.clone_from(&program.certificates);
    if set("NODE_EXTRA_CA_CERTS") {
        let rule = "`NODE_EXTRA_CA_CERTS` names certificates of the system";
        needs.certificates.get_or_insert(Because::rule(rule));
    }
    let options = build.end.lookup("NODE_OPTIONS").unwrap_or_default();
    if options.contains("--use-openssl-ca") || options.contains("--use-system-ca") {
        needs.certificates.get_or_insert(Because::rule(
            "`NODE_OPTIONS` asks for the system's certificates",
        ));
    }
    for Fact {
        value: call,
        evidence,
    } in sources.calls()
    {
        match call.function() {
            "homedir" => {
                let because = Because::fact("the sources ask for the home directory", &evidence);
                needs.home.get_or_insert(because);
            }
            "userInfo" => {
                let because = Because::fact("the sources ask for the user's account", &evidence);
                needs.accounts.get_or_insert(because);
            }
            "setuid" | "setgid" | "initgroups" if call.callee.starts_with("process.") => {
                let because = Because::fact("the program gives up root by itself", &evidence);
                needs.root.get_or_insert(because);
            }
            function if WRITERS.contains(&function) => written(project, call, &evidence, needs),
            _ => {}
        }
    }
    if let Some(read) = sources.env_reads().find(|read| read.value == "HOME") {
        let because = Because::fact("the sources read `HOME`", &read.evidence);
        needs.home.get_or_insert(because);
    }
    if let Some(literal) = sources
        .strings()
        .find(|literal| literal.value.value.ends_with("/docker.sock"))
    {
        let because = Because::fact(
            "it talks to Docker's socket, which is root's",
            &literal.evidence,
        );
        needs.root.get_or_insert(because);
    }
    if is_within(&project.root, "/root") {
        needs.root.get_or_insert(Because::rule(
            "the application lies below `/root`, which only root may enter",
        ));
    }
    // A home and an account by the user's own number: the slim images have them for 1000.
    let of_user = needs.home.as_ref().or(needs.accounts.as_ref());
    found.slim = found.slim.take().or_else(|| of_user.cloned());
}

/// A write to an absolute path outside of the application.
fn written(project: &Project, call: &Call, evidence: &Evidence, needs: &mut Needs) {
    let Some(Arg::Text(path) | Arg::Prefix(path)) = call.args.first() else {
        return;
    };
    let elsewhere = path.starts_with('/')
        && !project.holds(path)
        && !["/tmp", "/dev", "/proc"]
            .iter()
            .any(|own| is_within(path, own));
    if !elsewhere {
        return;
    }
    let makes_directory =
        call.function().starts_with("mkdir") || call.function().starts_with("ensureDir");
    let whole = matches!(call.args.first(), Some(Arg::Text(_)));
    let directory = if makes_directory && whole {
        path.trim_end_matches('/')
    } else {
        path.rsplit_once('/').map_or("", |(directory, _)| directory)
    };
    let because = Because::fact(format!("the sources write to `{path}`"), evidence);
    if directory.is_empty()
        || is_system_directory(directory)
        || directory.starts_with("/etc")
        || directory == "/var/log"
    {
        needs.root.get_or_insert(because);
    } else if needs.writes.iter().all(|known| known.value != directory) {
        needs.writes.push(Need::new(directory.to_owned(), because));
    }
}

#[cfg(test)]
mod tests {
    use crate::outcome::Code;
    use crate::plan::analysis::Analysis;
    use crate::toolchain::node::testing::{analyse, image};

    fn of(source: &str) -> Analysis {
        let text = "FROM node:22\nWORKDIR /app\nCOPY . .\nCMD [\"node\", \"a.js\"]\n";
        analyse(text, &[("a.js", source), ("package.json", "{}")]).unwrap()
    }

    fn programs(analysis: &Analysis) -> Vec<&str> {
        analysis
            .needs
            .programs
            .iter()
            .map(|need| need.value.as_str())
            .collect()
    }

    #[test]
    fn programs_that_are_called_are_needed() {
        let analysis =
            of("const { execSync } = require('child_process');\nexecSync('git log -1');");
        assert_eq!(programs(&analysis), ["git"]);
        let because = &analysis.needs.programs[0].because;
        assert_eq!(because.evidence, ["a.js:2"]);
        assert!(analysis.needs.shell.is_some());
        assert!(programs(&of("db.exec('git');")).is_empty());
    }

    #[test]
    fn a_program_that_is_not_named_is_declined() {
        let text = "FROM node:22\nWORKDIR /app\nCOPY . .\nCMD [\"node\", \"a.js\"]\n";
        let source = "require('child_process').spawn(command)";
        let decline = analyse(text, &[("a.js", source)]).unwrap_err();
        assert_eq!(decline.code, Code::UnknownCommand);
        let itself = "require('child_process').spawn(process.execPath, ['b.js'])";
        let analysis = analyse(text, &[("a.js", itself)]).unwrap();
        assert_eq!(image(&analysis), "gcr.io/distroless/nodejs22-debian13");
    }

    #[test]
    fn homes_accounts_and_node_by_name_keep_to_slim() {
        for source in [
            "require('os').homedir()",
            "os.userInfo().username",
            "process.env.HOME",
            "require('child_process').spawn('node', ['w.js'])",
        ] {
            assert_eq!(image(&of(source)), "node:22-bookworm-slim", "{source}");
        }
    }

    #[test]
    fn writes_outside_of_the_application_are_told() {
        let analysis = of(
            "fs.mkdirSync('/data/x'); fs.writeFileSync('/data/y/z.txt', 1); fs.writeFileSync('/tmp/a', 1)",
        );
        let writes: Vec<_> = analysis
            .needs
            .writes
            .iter()
            .map(|need| need.value.as_str())
            .collect();
        assert_eq!(writes, ["/data/x", "/data/y"]);
        assert!(
            of("fs.appendFileSync('/etc/hosts', x)")
                .needs
                .root
                .is_some()
        );
        assert!(of("process.setuid('node')").needs.root.is_some());
    }
}
