//! The build as it is understood: every instruction with the state before it, every command of a
//! RUN with its words resolved and its meaning.

use std::collections::BTreeMap;

use super::Stop;
use super::action::Action;
use super::base::{Base, contract_of};
use super::layout::Layout;
use super::make;
use super::placing;
pub use super::run_command::RunCommand;
use super::system;
use crate::dockerfile::Dockerfile;
use crate::dockerfile::contract::{self, State};
use crate::dockerfile::instruction::{Copy, Instruction, InstructionKind};
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
                return Err(placing::unresolved(instruction, "the working directory").into());
            }
        }
        placing::place(&mut build, index, instruction, &state)?;
        let step = step(&build, instruction, state);
        build.steps.push(step);
    }
    Ok(build)
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

/// What stands for the name of a file that `mktemp` makes.
const NEW_FILE: &str = "/tmp/mktemp";

/// Whether a word is the name of a new file or directory, which lies below /tmp: mktemp(1).
fn names_new_file(word: &Word) -> bool {
    let text = word.raw.trim_matches('"');
    matches!(
        text,
        "$(mktemp)" | "$(mktemp -d)" | "`mktemp`" | "`mktemp -d`"
    )
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
        self.understood &= !script.opaque;
        for command in script.commands {
            let mut command = self.resolve(command, path, directory);
            self.understood &= command.program.is_some() || command.command.words.is_empty();
            command.action = self.action(&command);
            if command.action == Action::Unknown && self.follow(&command) || self.make(&command) {
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
        let text = word
            .resolve(&|name| self.lookup(name))
            .or_else(|| word.pattern())?;
        // Within quotes it would be a name like any other.
        match text.strip_prefix('~').filter(|_| word.raw.starts_with('~')) {
            Some(rest) if rest.is_empty() || rest.starts_with('/') => {
                Some(format!("{}{rest}", self.lookup("HOME")?))
            }
            Some(_) => None,
            None => Some(text),
        }
    }

    fn resolve(&mut self, command: Command, path: Option<&str>, from: Option<&str>) -> RunCommand {
        let command = command.unwrapped();
        let mut own = BTreeMap::new();
        for (name, value) in &command.assignments {
            let made = || names_new_file(value).then(|| NEW_FILE.to_owned());
            if let Some(value) = self.word(value).or_else(made) {
                own.insert(name.clone(), value);
            } else {
                self.variables.remove(name);
            }
        }
        let words: Vec<Option<String>> = command.words.iter().map(|word| self.word(word)).collect();
        let program = words.first().cloned().flatten();
        // Assignments alone, and those of the shell's special builtins (POSIX, 2.14), last for the
        // rest of the script.
        if words.is_empty() || matches!(program.as_deref(), Some("export" | "set" | ":")) {
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
            fed_by: self.fed_by(&command),
            command,
        }
    }

    /// What the command before it in its pipeline downloads.
    fn fed_by(&self, command: &Command) -> Option<String> {
        let before = self.commands.last().filter(|_| command.reach.piped)?;
        let downloads = matches!(before.program.as_deref(), Some("curl" | "wget"));
        let mut words = before.known_arguments();
        let address = words.find(|word| word.starts_with("https://"))?;
        (downloads && before.command.reach.piped).then(|| address.to_owned())
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

    /// Follows a `make` whose recipes are known.
    fn make(&mut self, command: &RunCommand) -> bool {
        let environment = |name: &str| {
            let own = command.variables.get(name).cloned();
            own.or_else(|| self.lookup(name))
        };
        let Some(made) = make::of(self.build, command, &environment) else {
            return false;
        };
        let is_open = |(name, value): &(String, Option<String>)| {
            value.is_none() && self.build.toolchain.is_build_variable(name)
        };
        if self.depth >= MAX_SCRIPTS || made.recipes.exported.iter().any(is_open) {
            return false;
        }
        let scripts: Vec<Script> = made
            .recipes
            .lines
            .iter()
            .map(|line| shell::parse(line))
            .collect();
        if scripts.iter().any(|script| !script.understood) {
            return false;
        }
        let before = self.variables.clone();
        self.variables.extend(command.variables.clone());
        for (name, value) in made.recipes.exported {
            match value {
                Some(value) => _ = self.variables.insert(name, value),
                None => _ = self.variables.remove(&name),
            }
        }
        self.depth += 1;
        for script in scripts {
            let own = self.commands.len();
            let variables = self.variables.clone();
            self.script(script, Some(&made.file), Some(&made.directory));
            self.variables = variables;
            // Make was taken to write below its directory: so are the commands that it runs.
            if command.action == Action::Build {
                let commands = self.commands.iter_mut().skip(own);
                for inner in commands.filter(|inner| inner.action == Action::Unknown) {
                    inner.action = Action::Build;
                }
            }
        }
        self.depth -= 1;
        self.variables = before;
        true
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
