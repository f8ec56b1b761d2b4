//! What the container runs. In: the build and its project. Out: the programs that start, the files
//! that they run, or why the image is not one that a final stage could serve.

use super::artifact::{self, Artifact};
use super::client::{self, Client};
use super::invocation::{self, Invocation};
use super::project::{Project, no_support_for};
use super::scripts::{self, Leaf};
use super::verdict::{self, Verdict};
use super::{binaries, commands};
use crate::dockerfile::instruction::{Form, InstructionKind};
use crate::outcome::{Code, Decline};
use crate::plan::because::Because;
use crate::plan::build::Build;
use crate::plan::entry::{Entry, StartCommand};
use crate::project::source::Language;

/// What runs.
#[derive(Debug, Clone, Default)]
pub(super) struct Program {
    /// The programs that run in the end, in order.
    pub(super) leaves: Vec<Leaf>,
    /// Files of the build context that `node` runs.
    pub(super) files: Vec<String>,
    /// Modules that are loaded before them.
    pub(super) preloaded: Vec<(String, Because)>,
    /// Why the system's certificates are used, if they are.
    pub(super) certificates: Option<Because>,
}

/// Commands that keep a container alive and do nothing.
const IDLE: [&str; 7] = ["bash", "sh", "ash", "dash", "tail", "sleep", "top"];

/// The file that the first `node` command names, before the project is known.
pub(super) fn first_file(build: &Build<'_>, entry: &Entry) -> Option<String> {
    commands(build, entry).iter().find_map(|command| {
        let file = match command.name() {
            Some("node" | "nodejs") => invocation::read(command.arguments()).file?,
            _ => return None,
        };
        Some(command.absolute(&file))
    })
}

/// The commands of ENTRYPOINT and CMD, as the base image's own entrypoint runs them: it hands to
/// `node` what is no program. Source: docker-entrypoint.sh of the official images.
fn commands(build: &Build<'_>, entry: &Entry) -> Vec<StartCommand> {
    let mut commands = entry.commands.clone();
    if has_entrypoint(build)
        || entry.shell.is_some()
        || !matches!(build.end.contract.cmd, Some(Form::Exec(_)))
    {
        return commands;
    }
    if let [command] = commands.as_mut_slice()
        && let Some(program) = command.program().map(str::to_owned)
    {
        let is_flag = program.starts_with('-');
        let is_file = Language::of_path(&program)
            .is_some_and(|language| Language::NODE.contains(&language))
            && build.context_path(&command.absolute(&program)).is_some();
        if is_flag || is_file {
            command.words.insert(0, Some("node".to_owned()));
        }
    }
    commands
}

/// Whether the Dockerfile itself sets ENTRYPOINT.
pub(super) fn has_entrypoint(build: &Build<'_>) -> bool {
    let mut kinds = build.steps.iter().map(|step| &step.instruction.kind);
    kinds.any(|kind| matches!(kind, InstructionKind::Entrypoint(_)))
}

/// Finds out what runs.
pub(super) fn read(
    build: &Build<'_>,
    entry: &Entry,
    project: &Project,
) -> Result<Program, Decline> {
    let at = |mut decline: Decline| {
        decline.line.get_or_insert(entry.line);
        decline
    };
    let mut leaves = scripts::follow(&commands(build, entry), project).map_err(at)?;
    for leaf in &mut leaves {
        run_by_node(build, leaf);
    }
    let mut program = Program {
        leaves,
        ..Program::default()
    };
    if let Some(decline) = program.unfit(project) {
        return Err(at(decline));
    }
    for leaf in &program.leaves {
        let Some(invocation) = node(leaf) else {
            continue;
        };
        let modules = invocation.preloaded.iter().cloned();
        program
            .preloaded
            .extend(modules.map(|module| (module, leaf.because.clone())));
        if invocation.system_certificates {
            program.certificates.get_or_insert(leaf.because.clone());
        }
        let Some(file) = &invocation.file else {
            continue;
        };
        let path = absolute(leaf, file);
        if let Artifact::Source(file) = artifact::find(build, project, &path, entry.line)? {
            program.files.push(file);
        }
    }
    Ok(program)
}

/// `path` in the directory of the program.
pub(super) fn absolute(leaf: &Leaf, path: &str) -> String {
    if path.starts_with('/') {
        crate::dockerfile::contract::clean(path)
    } else {
        crate::dockerfile::contract::clean(&format!("{}/{path}", leaf.directory))
    }
}

/// The command line of `node`, if the program is that.
pub(super) fn node(leaf: &Leaf) -> Option<Invocation> {
    matches!(leaf.name(), "node" | "nodejs").then(|| invocation::read(leaf.arguments()))
}

/// A script of the project that names node as its interpreter is run by it.
fn run_by_node(build: &Build<'_>, leaf: &mut Leaf) {
    let Some(program) = leaf.words.first().cloned().flatten() else {
        return;
    };
    if !program.contains('/') {
        return;
    }
    let file = build.context_path(&absolute(leaf, &program));
    let text = file.and_then(|file| build.context.read(&file));
    let interpreter = text.and_then(|text| text.lines().next()?.strip_prefix("#!"));
    let Some(interpreter) = interpreter else {
        return;
    };
    let words: Vec<&str> = interpreter.split_whitespace().collect();
    let node = match words.as_slice() {
        [env, name] if env.ends_with("/env") => *name == "node",
        [path] => path.ends_with("/node"),
        _ => false,
    };
    if node {
        leaf.words.insert(0, Some("node".to_owned()));
    }
}

impl Program {
    /// Why what starts is not for a final stage.
    fn unfit(&self, project: &Project) -> Option<Decline> {
        let idle = |leaf: &Leaf| {
            let prompt = node(leaf).is_some_and(|invocation| invocation.prompt);
            prompt || IDLE.contains(&leaf.name())
        };
        if self.leaves.is_empty() || self.leaves.iter().all(idle) {
            let message = "the image starts a shell or a prompt, to work in";
            return Some(development(message.to_owned(), project));
        }
        self.leaves
            .iter()
            .find_map(|leaf| Self::unfit_leaf(leaf, project))
    }

    fn unfit_leaf(leaf: &Leaf, project: &Project) -> Option<Decline> {
        let name = leaf.name();
        if commands::UNSUPPORTED.contains(&name) {
            let mut decline = no_support_for(name, 0);
            decline.line = None;
            return Some(decline);
        }
        if commands::RUNNERS.contains(&name) {
            let message = format!(
                "what `{}` runs is not followed: {}",
                text(leaf),
                leaf.because.sentence()
            );
            let hint = "start the program itself, or the script of its own package";
            return Some(Decline::new(Code::UnknownCommand, message).hint(hint));
        }
        let program = leaf.words.first().cloned().flatten().unwrap_or_default();
        let request = client::read(&program, leaf.arguments());
        if request.is_some_and(|request| request.is_install() || request.verb == client::Verb::Add)
        {
            let message = format!(
                "dependencies are installed at every start: {}",
                leaf.because.sentence()
            );
            return Some(at_start(message));
        }
        let arguments = match node(leaf) {
            // What stands behind the file is the program's own.
            Some(invocation) => {
                let end = leaf
                    .arguments()
                    .iter()
                    .position(|word| *word == invocation.file);
                leaf.arguments()
                    .get(..end.unwrap_or(leaf.arguments().len()))
                    .unwrap_or_default()
            }
            None => leaf.arguments(),
        };
        match verdict::of(name, arguments) {
            Verdict::Runs => Self::downloaded(leaf, project),
            Verdict::Develops => {
                let message = format!(
                    "`{}` watches or serves the sources: {}",
                    text(leaf),
                    leaf.because.sentence()
                );
                Some(development(message, project))
            }
            Verdict::Builds => {
                let message = format!(
                    "`{}` builds at every start: {}",
                    text(leaf),
                    leaf.because.sentence()
                );
                Some(at_start(message))
            }
        }
    }

    /// `npx x` where no dependency brings x.
    fn downloaded(leaf: &Leaf, project: &Project) -> Option<Decline> {
        let name = leaf.name();
        let by_npx = leaf.via.client == Some(Client::Npm) && leaf.via.script.is_none();
        let known = node(leaf).is_some()
            || name == "npm"
            || project
                .packages()
                .any(|package| binaries::brings(package, name));
        if !by_npx || known || leaf.via.wrapped {
            return None;
        }
        let message = format!("npx downloads `{name}` at every start");
        Some(at_start(message).hint(format!(
            "list `{name}` among the dependencies of package.json"
        )))
    }
}

fn at_start(message: String) -> Decline {
    let hint = "do that work in a RUN instruction, and start the program alone";
    Decline::new(Code::ToolchainAtRuntime, message).hint(hint)
}

/// Scripts that commonly start the program for production, the most telling first.
const PRODUCTION: [&str; 9] = [
    "start:prod",
    "start:production",
    "serve:prod",
    "production",
    "prod",
    "start",
    "serve",
    "server",
    "preview",
];

fn development(message: String, project: &Project) -> Decline {
    let runs = |script: &&&str| {
        let leaves = project
            .manifest
            .script(script)
            .and_then(|_| scripts::follow_script(project, script).ok());
        leaves.is_some_and(|leaves| {
            let mut leaves = leaves.iter();
            leaves.len() > 0
                && leaves.all(|leaf| verdict::of(leaf.name(), leaf.arguments()) == Verdict::Runs)
        })
    };
    let hint = match PRODUCTION.iter().find(runs) {
        Some(script) => format!("`{} run {script}` runs it without: name that in CMD if the image is for production", project.client.as_str()),
        None => "if the image is for production, build in a RUN instruction and set CMD to the program that serves".to_owned(),
    };
    Decline::new(Code::DevCommand, message).hint(hint)
}

/// The command, shortened for messages.
fn text(leaf: &Leaf) -> String {
    let words: Vec<&str> = leaf
        .words
        .iter()
        .take(4)
        .map(|word| word.as_deref().unwrap_or("…"))
        .collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use crate::outcome::Code;
    use crate::toolchain::node::testing::analyse;

    fn decline(cmd: &str, scripts: &str) -> (Code, Option<usize>, String) {
        let text = format!("FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm ci\nCMD {cmd}\n");
        let manifest =
            format!(r#"{{"scripts":{scripts},"devDependencies":{{"nodemon":"1","vite":"1"}}}}"#);
        let files = [("package.json", manifest.as_str()), ("server.js", "")];
        let decline = analyse(&text, &files).unwrap_err();
        (decline.code, decline.line, decline.hint.unwrap_or_default())
    }

    #[test]
    fn images_to_work_in_are_declined() {
        for (cmd, scripts) in [
            (r#"["npx", "nodemon", "server.js"]"#, "{}"),
            (
                r#"["npm", "run", "dev", "--", "--host"]"#,
                r#"{"dev":"vite"}"#,
            ),
            (r#"["node", "--watch", "server.js"]"#, "{}"),
            (r#"["/bin/bash"]"#, "{}"),
            ("tail -f /dev/null", "{}"),
            (r#"["node"]"#, "{}"),
            ("npm start", r#"{"start":"react-scripts start"}"#),
            ("yarn dev", r#"{"dev":"cross-env A=1 nodemon server.js"}"#),
        ] {
            let (code, line, _) = decline(cmd, scripts);
            assert_eq!((code, line), (Code::DevCommand, Some(5)), "{cmd}");
        }
    }

    #[test]
    fn the_script_for_production_is_named() {
        let scripts = r#"{"start":"nodemon server.js","start:prod":"node server.js"}"#;
        let (_, _, hint) = decline(r#"["npm", "start"]"#, scripts);
        assert!(hint.contains("`npm run start:prod`"), "{hint}");
    }

    #[test]
    fn work_that_belongs_into_the_build_is_declined() {
        for (cmd, scripts) in [
            (
                "npm run build && npm start",
                r#"{"build":"tsc","start":"node server.js"}"#,
            ),
            (
                "npm start",
                r#"{"prestart":"tsc","start":"node server.js"}"#,
            ),
            ("npm install && node server.js", "{}"),
            (r#"["npx", "serve", "-s", "."]"#, "{}"),
        ] {
            assert_eq!(decline(cmd, scripts).0, Code::ToolchainAtRuntime, "{cmd}");
        }
    }

    #[test]
    fn flags_behind_the_file_are_the_programs_own() {
        let text =
            "FROM node:22\nWORKDIR /app\nCOPY . .\nCMD [\"node\", \"server.js\", \"--watch\"]\n";
        assert!(analyse(text, &[("server.js", "")]).is_ok());
    }

    #[test]
    fn an_image_without_a_command_is_declined() {
        let text = "FROM node:22\nWORKDIR /app\nCOPY . .\n";
        let decline = analyse(text, &[("server.js", "")]).unwrap_err();
        assert_eq!(decline.code, Code::NoCommand);
    }
}
