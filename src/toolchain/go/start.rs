//! What starts. In: ENTRYPOINT and CMD, and the programs that the build makes. Out: which of them
//! run, or the `go run` that has to become a build.

use super::program::Program;
use super::words::{self, Argument, GoWords};
use crate::dockerfile::instruction::Form;
use crate::knowledge::programs::debian_package;
use crate::outcome::{Code, Decline};
use crate::plan::build::Build;
use crate::plan::entry::{Entry, StartCommand};
use crate::toolchain::compiled::artifact;
use crate::toolchain::compiled::tree::file_name;
use crate::toolchain::compiled::wrapper;

/// A `go run` that stands in ENTRYPOINT or CMD and nowhere else.
#[derive(Debug, Clone)]
pub(crate) struct GoRun {
    /// What it runs, and the program's arguments.
    pub(crate) words: GoWords,
    /// Whether it stands in ENTRYPOINT, so that CMD adds arguments.
    pub(crate) in_entrypoint: bool,
}

/// Programs that watch sources and build anew.
const DEVELOPMENT: [&str; 13] = [
    "air",
    "reflex",
    "realize",
    "gin",
    "fresh",
    "CompileDaemon",
    "modd",
    "nodemon",
    "dlv",
    "entr",
    "watchexec",
    "gow",
    "wgo",
];

/// Declines starts that are not to be followed; gives a `go run` that can be a build.
pub(crate) fn check(build: &Build<'_>, entry: &Entry) -> Result<Option<GoRun>, Decline> {
    for start in &entry.commands {
        if let Some(run) = refuse(build, entry, start)? {
            return Ok(Some(run));
        }
    }
    Ok(None)
}

/// The programs of the build that start: index and place.
pub(crate) fn find(
    build: &Build<'_>,
    entry: &Entry,
    programs: &[Program],
) -> Result<Vec<(usize, String)>, Decline> {
    let mut found: Vec<(usize, String)> = Vec::new();
    for start in &entry.commands {
        for word in wrapper::programs(start) {
            let candidates = artifact::candidates(build, start, word);
            let hit = candidates.iter().find_map(|path| {
                let index = programs
                    .iter()
                    .position(|program| program.places.contains(path));
                index.map(|index| (index, path.clone()))
            });
            if let Some(hit) = hit {
                if !found.contains(&hit) {
                    found.push(hit);
                }
                break;
            }
        }
    }
    if found.is_empty() {
        return Err(nothing(build, entry, programs));
    }
    Ok(found)
}

/// Declines what is not to be followed; gives a `go run` that can be a build.
fn refuse(
    build: &Build<'_>,
    entry: &Entry,
    start: &StartCommand,
) -> Result<Option<GoRun>, Decline> {
    let names: Vec<&str> = wrapper::programs(start)
        .into_iter()
        .map(file_name)
        .collect();
    let first = start.name().unwrap_or_default();
    if let Some(name) = names.iter().find(|name| DEVELOPMENT.contains(name)) {
        let message = format!("`{name}` builds the program anew when its sources change");
        return Err(Decline::new(Code::DevCommand, message)
            .at(entry.line)
            .hint("start the program itself"));
    }
    if matches!(first, "sh" | "bash" | "ash" | "dash") {
        let message = "the image starts a shell: it is a place to run commands in";
        return Err(Decline::new(Code::NoCommand, message).at(entry.line));
    }
    if wrapper::is_supervisor(first) {
        let message = format!("`{first}` starts what its own configuration says");
        return Err(Decline::new(Code::UnknownCommand, message)
            .at(entry.line)
            .hint("start the program itself"));
    }
    if !names.contains(&"go") {
        return Ok(None);
    }
    let subcommand = start.arguments().first().and_then(Option::as_deref);
    if first == "go" && subcommand == Some("test") {
        let message = "`go test` is what the image starts";
        return Err(Decline::new(Code::DevCommand, message).at(entry.line));
    }
    if first == "go"
        && subcommand == Some("run")
        && entry.commands.len() == 1
        && entry.shell.is_none()
        && let Some(run) = go_run(build, entry)
    {
        return Ok(Some(run));
    }
    let message = "the go command runs when the container starts";
    Err(Decline::new(Code::ToolchainAtRuntime, message)
        .at(entry.line)
        .hint("build the program in a RUN and start it directly"))
}

/// The `go run` of ENTRYPOINT or CMD.
fn go_run(build: &Build<'_>, entry: &Entry) -> Option<GoRun> {
    let contract = &build.end.contract;
    let in_entrypoint = contract.entrypoint.is_some();
    let form = contract.entrypoint.as_ref().or(contract.cmd.as_ref())?;
    let argv = match form {
        Form::Exec(argv) => argv,
        Form::Shell(_) => entry.plain.as_ref()?,
    };
    if in_entrypoint && matches!(contract.cmd, Some(Form::Shell(_))) {
        return None;
    }
    let arguments: Vec<Argument<'_>> = argv
        .get(2..)?
        .iter()
        .map(|word| (Some(word.clone()), word.as_str()))
        .collect();
    let words = words::parse(&arguments, true);
    let is_certain = argv.get(1).is_some_and(|word| word == "run")
        && !words.packages.is_empty()
        && !words.packages.iter().any(|package| package.contains('@'))
        && !words.has("exec")
        && !words.has("C");
    is_certain.then_some(GoRun {
        words,
        in_entrypoint,
    })
}

/// Why nothing that starts is a program of the build.
fn nothing(build: &Build<'_>, entry: &Entry, programs: &[Program]) -> Decline {
    if entry.line == 0 || (entry.commands.is_empty() && entry.understood) {
        let message = "nothing says which program the image starts";
        return Decline::new(Code::NoCommand, message).at(entry.line.max(build.base.line));
    }
    if !entry.understood && entry.commands.is_empty() {
        let own = programs.iter().filter(|program| program.package.is_some());
        let places: Vec<String> = own
            .filter_map(|program| program.places.first())
            .map(|place| format!("`{place}`"))
            .collect();
        if places.len() > 1 {
            let message = format!(
                "which of {} runs is decided when the container starts",
                places.join(", ")
            );
            return Decline::new(Code::AmbiguousArtifact, message)
                .at(entry.line)
                .hint("name the program in CMD");
        }
        let message = "what the image starts is not understood";
        return Decline::new(Code::UnknownCommand, message).at(entry.line);
    }
    let makes = build.commands().find(|(_, command)| {
        matches!(
            command.program.as_deref().map(file_name),
            Some("make" | "mage" | "task" | "just")
        )
    });
    if let Some((_, command)) = makes {
        let message = format!("what `{}` builds is not known", command.display());
        return Decline::new(Code::UnknownCommand, message)
            .at(command.line)
            .hint("call `go build -o` in the Dockerfile");
    }
    let first = entry.commands.first();
    let name = first.and_then(StartCommand::program).unwrap_or_default();
    if debian_package(name, None).is_some() {
        let message = format!("the image starts `{name}`, not a program that the build makes");
        return Decline::new(Code::UnknownCommand, message).at(entry.line);
    }
    let message = format!("no command of the build makes `{name}`");
    Decline::new(Code::ArtifactNotFound, message)
        .at(entry.line)
        .hint("name the same path in `go build -o` and in CMD")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::entry;
    use crate::toolchain::compiled::sample::sample;
    use crate::toolchain::compiled::tree::Tree;
    use crate::toolchain::go::program;

    fn started(text: &str) -> Result<Vec<String>, Code> {
        let text = format!("FROM golang:1.25\nWORKDIR /src\nCOPY . .\n{text}\n");
        let files = [
            ("go.mod", "module example.org/shop\n"),
            ("main.go", "package main\n"),
            ("cmd/api/main.go", "package main\n"),
            ("start.sh", "#!/bin/sh\n./migrate up\nexec ./shop \"$@\"\n"),
        ];
        sample(&text, &files, |build| {
            let entry = entry::read(build);
            let code = |decline: Decline| decline.code;
            if let Some(run) = check(build, &entry).map_err(code)? {
                let run = run.words.packages.into_iter();
                return Ok(["run".to_owned()].into_iter().chain(run).collect());
            }
            let programs = program::programs(build, &Tree::of(build)).unwrap();
            let found = find(build, &entry, &programs).map_err(code)?;
            Ok(found.into_iter().map(|(_, place)| place).collect())
        })
    }

    #[test]
    fn the_program_is_found_by_path_by_name_and_through_wrappers() {
        for (text, places) in [
            ("RUN go build .\nCMD [\"./shop\"]", &["/src/shop"][..]),
            ("RUN go build .\nCMD ./shop -v", &["/src/shop"]),
            (
                "RUN go install ./cmd/api\nENTRYPOINT [\"api\"]",
                &["/go/bin/api"],
            ),
            (
                "RUN go build -o /usr/bin/x .\nENTRYPOINT [\"/sbin/tini\", \"--\", \"x\"]",
                &["/usr/bin/x"],
            ),
            (
                "RUN go build . && go build -o migrate ./cmd/api\nCMD [\"./start.sh\"]",
                &["/src/migrate", "/src/shop"],
            ),
            (
                "CMD [\"go\", \"run\", \"./cmd/api\", \"x\"]",
                &["run", "./cmd/api"],
            ),
            ("CMD go run main.go", &["run", "main.go"]),
        ] {
            assert_eq!(started(text).unwrap(), places, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_followed_is_declined() {
        for (text, code) in [
            ("RUN go build .\nCMD [\"/shop\"]", Code::ArtifactNotFound),
            ("RUN go build .\nCMD [\"air\"]", Code::DevCommand),
            (
                "RUN go build .\nCMD [\"go\", \"test\", \"./...\"]",
                Code::DevCommand,
            ),
            ("CMD go run . -p $PORT", Code::ToolchainAtRuntime),
            (
                "CMD [\"go\", \"run\", \"x.org/y@latest\"]",
                Code::ToolchainAtRuntime,
            ),
            ("CMD cd cmd && go run ./api", Code::ToolchainAtRuntime),
            ("RUN go build .\nCMD [\"bash\"]", Code::NoCommand),
            ("RUN go build .", Code::NoCommand),
            ("RUN make build\nCMD [\"./shop\"]", Code::UnknownCommand),
            (
                "RUN go build .\nCMD [\"git\", \"daemon\"]",
                Code::UnknownCommand,
            ),
            (
                "RUN go build -o bin/ ./cmd/api && go build -o bin/ .\nCMD exec ./bin/$X",
                Code::AmbiguousArtifact,
            ),
        ] {
            assert_eq!(started(text), Err(code), "{text}");
        }
    }
}
