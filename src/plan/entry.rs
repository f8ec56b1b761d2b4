//! What starts: ENTRYPOINT and CMD, followed through the shell and through entrypoint scripts to
//! the commands that run.

use super::because::Because;
use super::build::Build;
use super::start_writes::{self, StartWrite};
use crate::dockerfile::contract::clean;
use crate::dockerfile::instruction::{Form, InstructionKind};
use crate::dockerfile::shell::{self, Command, Part, Script, Word};

/// What a container of the image starts.
#[derive(Debug, Clone, Default)]
pub struct Entry {
    /// The commands, in order; those of the shell itself left out.
    pub commands: Vec<StartCommand>,
    /// Why a shell is needed, if one is: an entrypoint script, or shell form with shell features.
    pub shell: Option<Because>,
    /// Whether that shell must be bash.
    pub bash: Option<Because>,
    /// Why a login shell is among them, if one is: it sets PATH anew, as `/etc/profile` says.
    pub login: Option<Because>,
    /// CMD or ENTRYPOINT in shell form whose text uses no feature of the shell: its words.
    pub plain: Option<Vec<String>>,
    /// Scripts of the build context that are run, by their paths in the image.
    pub scripts: Vec<String>,
    /// What the commands write, those of the shell itself (`echo a > b`) included.
    pub writes: Vec<StartWrite>,
    /// Whether everything that starts was understood.
    pub understood: bool,
    /// The line of the instruction that decides, counted from 1; 0 where the base image does.
    pub line: usize,
}

/// A command that is run at start.
#[derive(Debug, Clone)]
pub struct StartCommand {
    /// Program and arguments; `None` where a word hangs on the environment.
    pub words: Vec<Option<String>>,
    /// The directory in which it runs.
    pub directory: String,
    /// Where it stands.
    pub because: Because,
}

impl StartCommand {
    /// The program.
    pub fn program(&self) -> Option<&str> {
        self.words.first()?.as_deref()
    }

    /// The last segment of the program's path.
    pub fn name(&self) -> Option<&str> {
        self.program()
            .map(|program| program.rsplit('/').next().unwrap_or(program))
    }

    /// The arguments behind the program.
    pub fn arguments(&self) -> &[Option<String>] {
        self.words.get(1..).unwrap_or_default()
    }

    /// `path` made absolute by the directory in which it runs.
    pub fn absolute(&self, path: &str) -> String {
        if path.starts_with('/') {
            clean(path)
        } else {
            clean(&format!("{}/{path}", self.directory))
        }
    }
}

/// What a container of the build's image starts.
pub fn read(build: &Build<'_>) -> Entry {
    let contract = &build.end.contract;
    let line = |is: fn(&InstructionKind) -> bool| {
        let step = build.steps.iter().rfind(|step| is(&step.instruction.kind));
        step.map_or(0, |step| step.instruction.first_line)
    };
    let cmd_line = line(|kind| matches!(kind, InstructionKind::Cmd(_)));
    let entrypoint_line = line(|kind| matches!(kind, InstructionKind::Entrypoint(_)));
    let mut reader = Reader {
        build,
        entry: Entry {
            understood: true,
            ..Entry::default()
        },
    };
    // The images' own entrypoints (docker-entrypoint.sh of node) run their arguments.
    let own = contract.entrypoint.as_ref().filter(|_| entrypoint_line > 0);
    reader.entry.line = if own.is_some() {
        entrypoint_line
    } else {
        cmd_line
    };
    match (own, &contract.cmd) {
        (Some(Form::Shell(text)), _) => reader.shell_form(text, entrypoint_line),
        (Some(Form::Exec(words)), cmd) => reader.entrypoint(words, cmd.as_ref(), entrypoint_line),
        (None, Some(Form::Shell(text))) => reader.shell_form(text, cmd_line),
        (None, Some(Form::Exec(words))) => reader.exec_form(words, cmd_line),
        (None, None) => {}
    }
    let told = start_writes::of_environment(&contract.env);
    let of_start = told
        .into_iter()
        .filter(|told| !build.toolchain.is_build_variable(&told.program));
    reader.entry.writes.extend(of_start);
    reader.entry
}

struct Reader<'r, 'a> {
    build: &'r Build<'a>,
    entry: Entry,
}

/// How deep scripts that run scripts are followed.
const MAX_DEPTH: usize = 4;

impl Reader<'_, '_> {
    fn entrypoint(&mut self, words: &[String], cmd: Option<&Form>, line: usize) {
        let arguments = match cmd {
            Some(Form::Exec(arguments)) => arguments.clone(),
            Some(Form::Shell(text)) => vec!["/bin/sh".into(), "-c".into(), text.clone()],
            None => Vec::new(),
        };
        let words: Vec<String> = words.iter().chain(&arguments).cloned().collect();
        self.exec_form(&words, line);
    }

    fn exec_form(&mut self, words: &[String], line: usize) {
        let Some(script) = shell::of_form(&Form::Exec(words.to_vec())) else {
            return;
        };
        let because = Because::line("what the image starts", line);
        self.commands(script, &because, self.build.workdir(), &[], 0);
    }

    fn shell_form(&mut self, text: &str, line: usize) {
        let script = shell::parse(text);
        self.entry.plain = shell::plain_words(text);
        let because = Because::line("shell form that uses the shell", line);
        if self.entry.plain.is_none() {
            self.entry.shell = Some(because);
        }
        let because = Because::line("what the image starts", line);
        let mut shell = self.build.end.contract.shell.iter();
        if shell.any(|word| is_login(word)) {
            self.entry.login.get_or_insert_with(|| because.clone());
        }
        self.commands(script, &because, self.build.workdir(), &[], 0);
    }

    fn commands(
        &mut self,
        script: Script,
        because: &Because,
        directory: &str,
        arguments: &[Option<String>],
        depth: usize,
    ) {
        self.entry.understood &= script.understood;
        for command in script.commands {
            self.command(&command, because, directory, arguments, depth);
        }
    }

    /// A command that is run, unless the shell itself does it; scripts are followed.
    fn start(&mut self, start: StartCommand, because: &Because, depth: usize) {
        match start.name() {
            None if start.words.is_empty() => {}
            None => self.entry.understood = false,
            // A path is never a builtin: `./echo` is the project's own.
            Some(name) if start.program() == Some(name) && shell::is_builtin(name) => {}
            Some("sh" | "bash" | "ash" | "dash" | "busybox") => self.shell(&start, because, depth),
            Some(_) => {
                let path = start.program().filter(|program| program.contains('/'));
                let path = path.map(|path| start.absolute(path));
                let path = path.or_else(|| self.on_path(start.program().unwrap_or_default()));
                let followed = path.is_some_and(|path| {
                    self.script(&path, &start, start.arguments(), depth, false)
                });
                if !followed {
                    self.entry.commands.push(start);
                }
            }
        }
    }

    fn command(
        &mut self,
        command: &Command,
        because: &Because,
        start: &str,
        arguments: &[Option<String>],
        depth: usize,
    ) {
        let mut words = self.words(command, arguments);
        // These run the command behind them.
        while let Some("exec" | "command" | "nohup" | "time") =
            words.first().and_then(Option::as_deref)
        {
            words.remove(0);
        }
        let directory = command.directory_from(start, &|name| self.lookup(name));
        let Some(directory) = directory else {
            self.entry.understood = false;
            return;
        };
        let written = start_writes::of(command, &directory, &|name| self.lookup(name), because);
        self.entry.writes.extend(written);
        let start = StartCommand {
            words,
            directory,
            because: because.clone(),
        };
        self.start(start, because, depth);
    }

    /// `sh script argument…`, `sh -c text`: the commands of a `-c` text are in the list already.
    fn shell(&mut self, start: &StartCommand, because: &Because, depth: usize) {
        self.entry.shell.get_or_insert_with(|| because.clone());
        if start.name() == Some("bash") {
            self.entry.bash.get_or_insert_with(|| because.clone());
        }
        let mut words = start.arguments().iter().flatten();
        if words.any(|word| is_login(word)) {
            self.entry.login.get_or_insert_with(|| because.clone());
        }
        let first = start.arguments().iter().position(|word| {
            word.as_deref()
                .is_some_and(|word| !word.starts_with('-') && !word.starts_with('+'))
        });
        let runs_text = start
            .arguments()
            .iter()
            .flatten()
            .any(|word| word.starts_with('-') && !word.starts_with("--") && word.contains('c'));
        if runs_text {
            return;
        }
        let Some(first) = first else {
            // A shell alone: an interactive one.
            self.entry.commands.push(start.clone());
            return;
        };
        let path = start.arguments()[first].clone().unwrap_or_default();
        let rest = start.arguments().get(first + 1..).unwrap_or_default();
        if !self.script(&start.absolute(&path), start, rest, depth, true) {
            self.entry.understood = false;
        }
    }

    /// Follows a script of the build context. `false` when `path` is none.
    fn script(
        &mut self,
        path: &str,
        start: &StartCommand,
        arguments: &[Option<String>],
        depth: usize,
        by_shell: bool,
    ) -> bool {
        let Some(file) = self.build.context_path(path) else {
            return false;
        };
        let Some(text) = self.build.context.read(&file) else {
            return false;
        };
        let shebang = text
            .lines()
            .next()
            .filter(|line| line.starts_with("#!"))
            .unwrap_or_default();
        let interpreter = shebang.trim_start_matches("#!").trim();
        let is_shell = interpreter.split_whitespace().any(|word| {
            matches!(
                word.rsplit('/').next(),
                Some("sh" | "bash" | "ash" | "dash")
            )
        });
        if !(is_shell || (by_shell && shebang.is_empty())) || depth >= MAX_DEPTH {
            return false;
        }
        self.entry.scripts.push(path.to_owned());
        let because = Because::rule("the entrypoint script").and(format!("{file}:1"));
        self.entry.shell.get_or_insert_with(|| because.clone());
        if interpreter.contains("bash") {
            self.entry.bash.get_or_insert_with(|| because.clone());
        }
        if interpreter.split_whitespace().skip(1).any(is_login) {
            self.entry.login.get_or_insert_with(|| because.clone());
        }
        let script = shell::parse(text);
        let (arguments, behind) = handed_on(&script, arguments);
        for command in &script.commands {
            let called = command.program();
            if called.is_some_and(|name| script.functions.contains(&name)) {
                continue;
            }
            let line = 1 + text
                .get(..command.span.start)
                .map_or(0, |t| t.matches('\n').count());
            let because =
                Because::rule("run by the entrypoint script").and(format!("{file}:{line}"));
            self.command(command, &because, &start.directory, arguments, depth + 1);
        }
        self.entry.understood &= script.understood;
        if !behind.is_empty() {
            let start = StartCommand {
                words: behind.to_vec(),
                ..start.clone()
            };
            self.start(start, &because, depth + 1);
        }
        true
    }

    /// Words of a command; `$@` stands for the arguments of the script.
    fn words(&self, command: &Command, arguments: &[Option<String>]) -> Vec<Option<String>> {
        let mut words = Vec::new();
        for word in &command.words {
            if matches!(
                word.raw.as_str(),
                "\"$@\"" | "$@" | "\"${@}\"" | "$*" | "${@}"
            ) {
                words.extend(arguments.iter().cloned());
                continue;
            }
            let value = word
                .resolve(&|name| self.lookup(name))
                .or_else(|| word.pattern());
            let is_optional = matches!(word.parts.as_slice(), [Part::Unknown | Part::Variable(_)]);
            // A variable in the place of the program cannot be followed, one in an argument can
            // be left open.
            if value.is_none() && is_optional && words.is_empty() {
                return vec![None];
            }
            words.push(value);
        }
        words
    }

    fn lookup(&self, name: &str) -> Option<String> {
        let is_set = self
            .build
            .end
            .contract
            .env
            .iter()
            .any(|(known, _)| known == name);
        if is_set {
            self.build.end.lookup(name)
        } else {
            None
        }
    }

    /// A file of the build context that PATH finds under `name`.
    fn on_path(&self, name: &str) -> Option<String> {
        let path = self.build.end.lookup("PATH")?;
        path.split(':')
            .map(|directory| clean(&format!("{directory}/{name}")))
            .find(|file| self.build.context_path(file).is_some())
    }
}

/// Whether a word makes a shell a login shell: `-l`, `-lc`, `--login`.
fn is_login(word: &str) -> bool {
    let flags = word
        .strip_prefix('-')
        .filter(|flags| !flags.starts_with('-'));
    word == "--login" || flags.is_some_and(|flags| flags.len() < 5 && flags.contains('l'))
}

/// The arguments of a script, and the command behind `--` among them: a script that waits for a
/// service takes its own arguments before it and becomes the command at the end.
fn handed_on<'w>(
    script: &Script,
    arguments: &'w [Option<String>],
) -> (&'w [Option<String>], &'w [Option<String>]) {
    let is_mark = |word: &Option<String>| word.as_deref() == Some("--");
    let uses = |word: &Word| word.raw.contains("$@") || word.raw.contains("$*");
    let takes = script.commands.iter().any(|command| {
        let values = command.assignments.iter().map(|(_, value)| value);
        command.words.iter().chain(values).any(uses)
    });
    let Some(mark) = arguments.iter().position(is_mark).filter(|_| takes) else {
        return (arguments, &[]);
    };
    (&[], arguments.get(mark + 1..).unwrap_or_default())
}
