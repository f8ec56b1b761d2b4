//! The build as it is understood: every instruction with the state before it, every command of a
//! RUN with its words resolved and its meaning.

use std::collections::BTreeMap;

use super::Stop;
use super::action::Action;
use super::base::{Base, contract_of};
use super::layout::{Layout, Misplaced};
use super::system;
use crate::dockerfile::Dockerfile;
use crate::dockerfile::contract::{self, State, clean};
use crate::dockerfile::instruction::{Copy, Instruction, InstructionKind, flag};
use crate::dockerfile::shell::{self, Command, Script, Word};
use crate::options::Options;
use crate::outcome::{Code, Decline};
use crate::project::context::BuildContext;
use crate::toolchain::Toolchain;

/// Everything that a toolchain and the planner look at.
pub struct Build<'a> {
    /// The Dockerfile.
    pub dockerfile: &'a Dockerfile,
    /// The folder that it is built from.
    pub context: &'a BuildContext,
    /// The user's choices.
    pub options: &'a Options,
    /// What the stage stands on.
    pub base: Base,
    /// The toolchain that it carries.
    pub toolchain: &'static dyn Toolchain,
    /// The stage's instructions, FROM first.
    pub steps: Vec<Step<'a>>,
    /// What holds at the end.
    pub end: State,
    /// Where the files of the context lie in the image.
    pub layout: Layout,
    /// Files that come from elsewhere than the context: those that ADD downloads, and heredocs of
    /// COPY. Path in the image, and line.
    pub foreign: Vec<(String, usize)>,
}

/// One instruction of the stage.
pub struct Step<'a> {
    /// The instruction.
    pub instruction: &'a Instruction,
    /// What holds before it.
    pub state: State,
    /// The commands of a RUN.
    pub commands: Vec<RunCommand>,
    /// Whether a RUN's shell text was understood; `true` for other instructions.
    pub understood: bool,
}

/// A command of a RUN, resolved.
#[derive(Debug, Clone)]
pub struct RunCommand {
    /// As parsed.
    pub command: Command,
    /// The program; `None` for assignments and redirections alone.
    pub program: Option<String>,
    /// The arguments, `None` where one hangs on something unknown.
    pub arguments: Vec<Option<String>>,
    /// The directory in which it runs.
    pub directory: Option<String>,
    /// Whom it runs as; empty or `root` for root.
    pub user: String,
    /// Variables set for this command and by those before it in the same RUN.
    pub variables: BTreeMap<String, String>,
    /// What it does.
    pub action: Action,
    /// The line in the Dockerfile, counted from 1.
    pub line: usize,
    /// The script of the context that it stands in, if it does not stand in the Dockerfile.
    pub script: Option<String>,
}

impl RunCommand {
    /// Program and arguments as written, shortened for messages.
    pub fn display(&self) -> String {
        let words: Vec<&str> = self
            .command
            .words
            .iter()
            .map(|word| word.raw.as_str())
            .collect();
        let text = words.join(" ");
        match text.char_indices().nth(60) {
            Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
            None => text,
        }
    }

    /// The arguments that are known, in order.
    pub fn known_arguments(&self) -> impl Iterator<Item = &str> {
        self.arguments.iter().flatten().map(String::as_str)
    }

    /// The first argument.
    pub fn subcommand(&self) -> Option<&str> {
        self.arguments.first()?.as_deref()
    }

    /// Whether `flag` is among the arguments, alone or as `flag=value`.
    pub fn has_flag(&self, flag: &str) -> bool {
        self.known_arguments()
            .any(|word| word == flag || word.strip_prefix(flag).is_some_and(|r| r.starts_with('=')))
    }

    /// The value of `--flag value` or `--flag=value`; the inner `None` when it is unknown.
    pub fn flag_value(&self, flag: &str) -> Option<Option<String>> {
        for (index, argument) in self.arguments.iter().enumerate() {
            let Some(word) = argument.as_deref() else {
                continue;
            };
            if word == flag {
                return self.arguments.get(index + 1).cloned();
            }
            if let Some(value) = word
                .strip_prefix(flag)
                .and_then(|rest| rest.strip_prefix('='))
            {
                return Some(Some(value.to_owned()));
            }
        }
        None
    }

    /// `path` made absolute by the directory in which the command runs.
    pub fn absolute(&self, path: &str) -> Option<String> {
        if path.starts_with('/') {
            return Some(clean(path));
        }
        Some(clean(&format!("{}/{path}", self.directory.as_deref()?)))
    }
}

impl<'a> Build<'a> {
    /// All commands of all RUNs, each with the index of its step.
    pub fn commands(&self) -> impl Iterator<Item = (usize, &RunCommand)> {
        self.steps
            .iter()
            .enumerate()
            .flat_map(|(index, step)| step.commands.iter().map(move |command| (index, command)))
    }

    /// The working directory at the end.
    pub fn workdir(&self) -> &str {
        self.end.contract.workdir.as_deref().unwrap_or("/")
    }

    /// The COPY and ADD instructions, each with the index of its step.
    pub fn copies(&self) -> impl Iterator<Item = (usize, &'a Copy)> {
        self.steps
            .iter()
            .enumerate()
            .filter_map(|(index, step)| match &step.instruction.kind {
                InstructionKind::Copy(copy) | InstructionKind::Add(copy) => Some((index, copy)),
                _ => None,
            })
    }

    /// The path in the build context of a path in the image, if it is there.
    pub fn context_path(&self, image_path: &str) -> Option<String> {
        self.layout.context_path(image_path, self.context)
    }
}

/// Reads the build of the Dockerfile's only stage.
pub fn read<'a>(
    dockerfile: &'a Dockerfile,
    context: &'a BuildContext,
    options: &'a Options,
    base: Base,
    toolchain: &'static dyn Toolchain,
) -> Result<Build<'a>, Stop> {
    if context.is_empty() {
        let message = "without a build context nothing is known about the project";
        return Err(Decline::new(Code::NoContext, message)
            .hint("give it with `--context DIR`")
            .into());
    }
    let escape = dockerfile.lines.escape;
    let instructions = dockerfile
        .stages
        .first()
        .map_or(&[][..], |stage| dockerfile.stage_instructions(stage));
    let globals = contract::globals(dockerfile.global_instructions(), escape);
    let mut states = contract::states(&contract_of(&base.image), &globals, instructions, escape);
    let end = states.pop().unwrap_or_default();
    let mut build = Build {
        dockerfile,
        context,
        options,
        base,
        toolchain,
        steps: Vec::with_capacity(instructions.len()),
        end,
        layout: Layout::default(),
        foreign: Vec::new(),
    };
    for (index, (instruction, state)) in instructions.iter().zip(states).enumerate() {
        if let InstructionKind::Workdir(_) = instruction.kind {
            let after = build.end.contract.workdir.is_some();
            if !after {
                return Err(unresolved(instruction, "the working directory").into());
            }
        }
        place(&mut build, index, instruction, &state)?;
        let step = step(&build, instruction, state);
        build.steps.push(step);
    }
    Ok(build)
}

fn unresolved(instruction: &Instruction, what: &str) -> Decline {
    let message = format!("{what} hangs on a variable whose value is unknown");
    Decline::new(Code::UnresolvedVariable, message)
        .at(instruction.first_line)
        .hint("give the ARG a default")
}

fn place(
    build: &mut Build<'_>,
    index: usize,
    instruction: &Instruction,
    state: &State,
) -> Result<(), Decline> {
    let (copy, is_add) = match &instruction.kind {
        InstructionKind::Copy(copy) => (copy, false),
        InstructionKind::Add(copy) => (copy, true),
        _ => return Ok(()),
    };
    let line = instruction.first_line;
    if let Some(from) = flag(&copy.flags, "from") {
        let message = format!("what `COPY --from={from}` brings from another image is not known");
        return Err(Decline::new(Code::UnsupportedInstruction, message).at(line));
    }
    if is_add && copy.sources.iter().any(|source| is_archive(source)) {
        let message = "ADD may unpack an archive, and what it holds is not known";
        return Err(Decline::new(Code::UnsupportedInstruction, message).at(line));
    }
    if is_add && copy.sources.iter().any(|source| is_remote(source)) {
        return download(build, instruction, copy, state);
    }
    if copy.has_heredocs {
        written_inline(build, instruction, copy, state)?;
    }
    let escape = build.dockerfile.lines.escape;
    let placed = build.layout.add(copy, state, build.context, index, escape);
    placed.map_err(|misplaced| match misplaced {
        Misplaced::Variable => unresolved(instruction, "a path of this COPY"),
        Misplaced::Missing {
            source,
            hidden: true,
        } => {
            let message = format!("`{source}` is hidden by `.dockerignore`");
            Decline::new(Code::HiddenByDockerignore, message).at(line)
        }
        Misplaced::Missing { source, .. } => {
            let message = format!("`{source}` is not in the build context");
            let hint = "name the folder that it is built from with `--context DIR`";
            Decline::new(Code::NoContext, message).at(line).hint(hint)
        }
    })
}

/// `COPY <<name destination`: the destination, or files of those names in it.
fn written_inline(
    build: &mut Build<'_>,
    instruction: &Instruction,
    copy: &Copy,
    state: &State,
) -> Result<(), Decline> {
    let escape = build.dockerfile.lines.escape;
    let target = state.expand(&copy.destination, escape);
    let target = target.ok_or_else(|| unresolved(instruction, "a path of this COPY"))?;
    for heredoc in &instruction.heredocs {
        let inside = target.ends_with('/') || instruction.heredocs.len() > 1;
        let path = if inside {
            format!("{target}/{}", heredoc.mark.name)
        } else {
            target.clone()
        };
        let path = state
            .absolute(&path)
            .ok_or_else(|| unresolved(instruction, "a path of this COPY"))?;
        build.foreign.push((path, instruction.first_line));
    }
    Ok(())
}

/// ADD of one address: a file of the address's name, or of the destination's.
fn download(
    build: &mut Build<'_>,
    instruction: &Instruction,
    copy: &Copy,
    state: &State,
) -> Result<(), Decline> {
    let line = instruction.first_line;
    let escape = build.dockerfile.lines.escape;
    let [source] = copy.sources.as_slice() else {
        let message = "ADD downloads several files at once";
        return Err(Decline::new(Code::UnsupportedInstruction, message).at(line));
    };
    let is_repository = source.starts_with("git") || source.contains(".git");
    let target = state
        .expand(&copy.destination, escape)
        .filter(|_| !is_repository);
    let name = source
        .rsplit('/')
        .next()
        .filter(|name| !name.is_empty() && !name.contains(['?', '$']));
    let path = match (target, name) {
        (Some(target), Some(name)) if target.ends_with('/') || target == "." => {
            state.absolute(&format!("{target}/{name}"))
        }
        (Some(target), _) if !target.ends_with('/') && target != "." => state.absolute(&target),
        _ => None,
    };
    let Some(path) = path else {
        let message = format!("what ADD makes of `{source}` is not known");
        return Err(Decline::new(Code::UnsupportedInstruction, message).at(line));
    };
    build.foreign.push((path, line));
    Ok(())
}

fn is_remote(source: &str) -> bool {
    ["http://", "https://", "git@", "git://"]
        .iter()
        .any(|scheme| source.starts_with(scheme))
}

/// Archives that ADD unpacks (docs.docker.com, `ADD`: tar, also compressed).
fn is_archive(source: &str) -> bool {
    let name = source.to_ascii_lowercase();
    [
        ".tar", ".tgz", ".tar.gz", ".tar.bz2", ".tar.xz", ".txz", ".tbz2", ".tar.zst",
    ]
    .iter()
    .any(|ending| name.ends_with(ending))
}

fn step<'a>(build: &Build<'_>, instruction: &'a Instruction, state: State) -> Step<'a> {
    let Some(script) = shell::of_run(build.dockerfile, instruction) else {
        return Step {
            instruction,
            state,
            commands: Vec::new(),
            understood: true,
        };
    };
    let mut reader = Reader {
        build,
        state: &state,
        line: instruction.first_line,
        variables: BTreeMap::new(),
        commands: Vec::new(),
        understood: true,
        depth: 0,
    };
    reader.script(script, None, None);
    let (commands, understood) = (reader.commands, reader.understood);
    Step {
        instruction,
        state,
        commands,
        understood,
    }
}

/// How deep scripts that run scripts are followed.
const MAX_SCRIPTS: usize = 4;

struct Reader<'r, 'a> {
    build: &'r Build<'a>,
    state: &'r State,
    line: usize,
    variables: BTreeMap<String, String>,
    commands: Vec<RunCommand>,
    understood: bool,
    depth: usize,
}

impl Reader<'_, '_> {
    /// Reads a script; `path` and `directory` tell where, if it is a file of the context.
    fn script(&mut self, script: Script, path: Option<&str>, directory: Option<&str>) {
        self.understood &= script.understood;
        for command in script.commands {
            let mut command = self.resolve(command, path, directory);
            command.action = self.action(&command);
            if command.action == Action::Unknown && self.follow(&command) {
                command.action = Action::Nothing;
            }
            self.commands.push(command);
        }
    }

    fn lookup(&self, name: &str) -> Option<String> {
        if let Some(value) = self.variables.get(name) {
            return Some(value.clone());
        }
        let known = self.state.contract.env.iter().chain(&self.state.args);
        if known.into_iter().any(|(known, _)| known == name) {
            return self.state.lookup(name);
        }
        let is_root = matches!(self.state.contract.user.as_str(), "" | "root" | "0");
        (name == "HOME" && is_root).then(|| "/root".to_owned())
    }

    fn word(&self, word: &Word) -> Option<String> {
        word.resolve(&|name| self.lookup(name))
            .or_else(|| word.pattern())
    }

    fn resolve(&mut self, command: Command, path: Option<&str>, from: Option<&str>) -> RunCommand {
        let mut own = BTreeMap::new();
        for (name, value) in &command.assignments {
            if let Some(value) = self.word(value) {
                own.insert(name.clone(), value);
            } else {
                self.variables.remove(name);
            }
        }
        let words: Vec<Option<String>> = command.words.iter().map(|word| self.word(word)).collect();
        let program = words.first().cloned().flatten();
        // Assignments alone and `export` last for the rest of the script.
        if words.is_empty() || program.as_deref() == Some("export") {
            self.variables.extend(own.clone());
        }
        let mut variables = self.variables.clone();
        variables.extend(own);
        let start = from
            .map(str::to_owned)
            .or_else(|| self.state.contract.workdir.clone());
        let directory =
            start.and_then(|start| command.directory_from(&start, &|name| self.lookup(name)));
        let text = &self.build.dockerfile.text;
        let line = if path.is_some() || command.span.is_empty() {
            self.line
        } else {
            1 + text
                .get(..command.span.start)
                .map_or(0, |before| before.matches('\n').count())
        };
        RunCommand {
            program,
            arguments: words.into_iter().skip(1).collect(),
            directory,
            user: self.state.contract.user.clone(),
            variables,
            action: Action::Nothing,
            line: line.max(self.line),
            script: path.map(str::to_owned),
            command,
        }
    }

    fn action(&self, command: &RunCommand) -> Action {
        let writes = system::redirected(command);
        let action = self
            .build
            .toolchain
            .action(command, self.build.context)
            .unwrap_or_else(|| system::action(command));
        match (action, writes) {
            (Action::Nothing | Action::Build, Some(paths)) if !paths.is_empty() => {
                Action::Write(paths)
            }
            (_, None) => Action::Unknown,
            (action, _) => action,
        }
    }

    /// Follows a command that runs a shell script of the build context.
    fn follow(&mut self, command: &RunCommand) -> bool {
        let Some(path) = system::script_path(command) else {
            return false;
        };
        let Some(file) = command
            .absolute(&path)
            .and_then(|path| self.build.context_path(&path))
        else {
            return false;
        };
        let Some(text) = self.build.context.read(&file) else {
            return false;
        };
        let shebang = text.lines().next().unwrap_or_default();
        let is_shell = !shebang.starts_with("#!") || shebang.contains("sh");
        if !is_shell || self.depth >= MAX_SCRIPTS {
            return false;
        }
        self.depth += 1;
        self.script(
            shell::parse(text),
            Some(&file),
            command.directory.as_deref(),
        );
        self.depth -= 1;
        true
    }
}
