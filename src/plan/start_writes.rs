//! What the commands that run at start write (`mkdir -p /data`, `envsubst … > /etc/app.conf`): another
//! user than root must be able to. In: a command with its words resolved. Out: paths, each with what
//! must be there for it.

use super::action::Action;
use super::because::Because;
use super::layout::is_within;
use super::run_command::RunCommand;
use super::system;
use crate::dockerfile::shell::Command;

/// A place that is written at start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartWrite {
    /// The path; `None` where it hangs on something unknown.
    pub path: Option<String>,
    /// What is written there.
    pub kind: Kind,
    /// The program that writes.
    pub program: String,
    /// Where it stands.
    pub because: Because,
}

/// What is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A directory is made, if it is not there.
    Directory,
    /// A file, in a directory that is there.
    File,
    /// Files whose names hang on what is there already.
    Tree,
    /// Perhaps nothing: a program is told of the path.
    Told,
}

/// Programs of the system that write where their arguments tell.
const WRITERS: [&str; 14] = [
    "cp", "mv", "install", "ln", "mkdir", "touch", "truncate", "tee", "sed", "tar", "unzip",
    "chmod", "rm", "rmdir",
];

/// Those of which each argument is one file.
const OF_FILES: [&str; 4] = ["touch", "truncate", "tee", "sed"];

/// Where programs keep what they write while they run: sockets, process ids, logs, data. A path there that
/// a program is told of may be one that it writes.
const OF_SERVICES: [&str; 7] = [
    "/run",
    "/var/run",
    "/var/log",
    "/var/lib",
    "/var/lock",
    "/var/spool",
    "/var/cache",
];

/// Where everybody may write, or where writing makes nothing.
const FREE: [&str; 4] = ["/tmp", "/var/tmp", "/dev", "/proc/self"];

/// The home directory of whoever runs it: it is writable.
const HOME: &str = "/home/~";

/// What a command writes, run in `directory`; `lookup` knows the variables.
pub(super) fn of(
    command: &Command,
    directory: &str,
    lookup: &dyn Fn(&str) -> Option<String>,
    because: &Because,
) -> Vec<StartWrite> {
    let known = |name: &str| lookup(name).or_else(|| (name == "HOME").then(|| HOME.to_owned()));
    let words = command.words.iter();
    let mut words = words.map(|word| word.path(&known).or_else(|| word.pattern()));
    let program = words.next().flatten();
    let run = RunCommand {
        program: program.clone(),
        arguments: words.collect(),
        directory: Some(directory.to_owned()),
        ..RunCommand::bare(command.clone())
    };
    let program = program.unwrap_or_default();
    let write = |path: Option<String>, kind| StartWrite {
        path,
        kind,
        program: program.clone(),
        because: because.clone(),
    };
    let all = |paths: Vec<String>, kind| -> Vec<StartWrite> {
        paths
            .into_iter()
            .map(|path| write(Some(path), kind))
            .collect()
    };
    let name = program.rsplit('/').next().unwrap_or_default();
    let of_file = if OF_FILES.contains(&name) {
        Kind::File
    } else {
        Kind::Tree
    };
    let mut found = match system::action(&run) {
        _ if !WRITERS.contains(&name) => Vec::new(),
        Action::Write(paths) => all(paths, of_file),
        Action::MakeDirectory(paths) => all(paths, Kind::Directory),
        Action::Mode(paths) | Action::Remove(paths) => all(paths, Kind::Tree),
        Action::Unknown => vec![write(None, Kind::Tree)],
        _ => Vec::new(),
    };
    if !WRITERS.contains(&name) {
        found.extend(all(
            run.known_arguments().flat_map(told).collect(),
            Kind::Told,
        ));
    }
    match system::redirected(&run, &|word| word.path(&known)) {
        Some(paths) => found.extend(all(paths, Kind::File)),
        None => found.push(write(None, Kind::File)),
    }
    found.retain(|write| {
        let path = write.path.as_deref().unwrap_or_default();
        !FREE
            .iter()
            .chain([&HOME])
            .any(|place| is_within(path, place))
    });
    found
}

/// What the values of environment variables tell the programs that start.
pub(super) fn of_environment(env: &[(String, Option<String>)]) -> Vec<StartWrite> {
    let told = env.iter().flat_map(|(name, value)| {
        let paths = told(value.as_deref().unwrap_or_default());
        paths.map(move |path| StartWrite {
            path: Some(path),
            kind: Kind::Told,
            program: name.clone(),
            because: Because::rule("a variable of the environment names it"),
        })
    });
    told.filter(|write| write.program != "PATH").collect()
}

/// Paths in the places of services that a word names: `/run/a.pid`, `--pid=/run/a.pid`, `unix:/run/a.sock`.
fn told(word: &str) -> impl Iterator<Item = String> {
    let parts = word.split([' ', '=', ':', ',']);
    parts
        .filter(|part| OF_SERVICES.iter().any(|place| is_within(part, place)))
        .map(str::to_owned)
}

impl StartWrite {
    /// What happens, in words.
    pub fn sentence(&self) -> String {
        let program = &self.program;
        match (&self.path, self.kind) {
            (Some(path), Kind::Told) => format!("`{program}` names `{path}`, which may be written"),
            (Some(path), _) => format!("`{program}` at start writes `{path}`"),
            (None, _) => format!("`{program}` at start writes to a place that is not known"),
        }
    }

    /// The directory that must be writable for it, where that is all it needs.
    pub fn directory(&self) -> Option<&str> {
        let path = self.path.as_deref()?;
        match self.kind {
            Kind::Directory => Some(path),
            Kind::File => path.rsplit_once('/').map(|(parent, _)| match parent {
                "" => "/",
                parent => parent,
            }),
            Kind::Tree | Kind::Told => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dockerfile::shell;

    fn writes(text: &str) -> Vec<(Option<String>, Kind)> {
        let lookup = |name: &str| (name == "CONFIG").then(|| "/etc/x.conf".to_owned());
        let script = shell::parse(text);
        let because = Because::rule("x");
        let commands = script.commands.iter();
        let found = commands.flat_map(|command| of(command, "/app", &lookup, &because));
        found.map(|write| (write.path, write.kind)).collect()
    }

    #[test]
    fn each_kind_of_write_is_known() {
        let at = |path: &str, kind| vec![(Some(path.to_owned()), kind)];
        assert_eq!(writes("mkdir -p /data/x"), at("/data/x", Kind::Directory));
        assert_eq!(writes("cp -R dist /webapp"), at("/webapp", Kind::Tree));
        assert_eq!(writes("echo a >> run.log"), at("/app/run.log", Kind::File));
        assert_eq!(
            writes("envsubst < t > $CONFIG"),
            at("/etc/x.conf", Kind::File)
        );
        assert_eq!(writes("sed -i s/a/b/ /etc/x"), at("/etc/x", Kind::File));
        assert_eq!(writes("echo a > $OTHER"), vec![(None, Kind::File)]);
        assert_eq!(writes("cp a $OTHER"), vec![(None, Kind::Tree)]);
        let pid = "gunicorn --pid=/run/g.pid app:app";
        assert_eq!(writes(pid), at("/run/g.pid", Kind::Told));
        let socket = "gunicorn -b unix:/var/run/g.sock app:app";
        assert_eq!(writes(socket), at("/var/run/g.sock", Kind::Told));
    }

    #[test]
    fn what_everybody_may_write_is_none() {
        for text in [
            "echo a > /dev/null 2>&1",
            "echo a > /tmp/x",
            "mkdir -p ~/.cache $HOME/.config",
            "sed s/a/b/ /etc/x",
            "node app.js",
        ] {
            assert_eq!(writes(text), Vec::new(), "{text}");
        }
    }
}
