//! What starts. In: ENTRYPOINT and CMD, and the programs that the build makes. Out: which of them
//! run, or the `go run` that has to become a build.

use super::program::Program;
use super::runs;
use super::words::GoWords;
use crate::knowledge::programs::debian_package;
use crate::outcome::{Code, Decline};
use crate::plan::build::Build;
use crate::plan::entry::{Entry, StartCommand};
use crate::toolchain::compiled::artifact;
use crate::toolchain::compiled::tree::file_name;
use crate::toolchain::compiled::wrapper;

/// A `go run` that stands in ENTRYPOINT or CMD.
#[derive(Debug, Clone)]
pub(crate) struct GoRun {
    /// What it runs.
    pub(crate) words: GoWords,
    /// The directory in which it runs.
    pub(crate) directory: String,
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

/// Declines starts that are not to be followed; gives every `go run`, all of which can be builds.
pub(crate) fn check(build: &Build<'_>, entry: &Entry) -> Result<Vec<GoRun>, Decline> {
    let mut directories = Vec::new();
    for start in &entry.commands {
        if refuse(entry, start, build.base.line)? {
            directories.push(start.directory.clone());
        }
    }
    if directories.is_empty() {
        return Ok(Vec::new());
    }
    // One that stands in a script is not to be replaced: the script is the project's own.
    let found = runs::find(build).filter(|found| found.len() == directories.len());
    let found = found.ok_or_else(|| at_runtime(entry))?;
    let runs = found.into_iter().zip(directories);
    Ok(runs
        .map(|(words, directory)| GoRun { words, directory })
        .collect())
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

/// Declines what is not to be followed; tells whether it is a `go run`. `base` is the line of FROM.
fn refuse(entry: &Entry, start: &StartCommand, base: usize) -> Result<bool, Decline> {
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
        return Err(Decline::new(Code::NoCommand, message).at(entry.line.max(base)));
    }
    if wrapper::is_supervisor(first) {
        let message = format!("`{first}` starts what its own configuration says");
        return Err(Decline::new(Code::UnknownCommand, message)
            .at(entry.line)
            .hint("start the program itself"));
    }
    if !names.contains(&"go") {
        return Ok(false);
    }
    let subcommand = start.arguments().first().and_then(Option::as_deref);
    if first == "go" && subcommand == Some("test") {
        let message = "`go test` is what the image starts";
        return Err(Decline::new(Code::DevCommand, message).at(entry.line));
    }
    if first == "go" && subcommand == Some("run") {
        return Ok(true);
    }
    Err(at_runtime(entry))
}

fn at_runtime(entry: &Entry) -> Decline {
    let message = "the go command runs when the container starts";
    Decline::new(Code::ToolchainAtRuntime, message)
        .at(entry.line)
        .hint("build the program in a RUN and start it directly")
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
            ("run.sh", "#!/bin/sh\ngo run .\n"),
            (
                "wait.sh",
                "#!/bin/sh\nhelp() { echo \"$0 host:port -- command\"; exit 1; }\n\
                 [ $# -gt 2 ] || help\nwhile [ \"$1\" != -- ]; do shift; done\nshift\nexec \"$@\"\n",
            ),
        ];
        sample(&text, &files, |build| {
            let entry = entry::read(build);
            let code = |decline: Decline| decline.code;
            let runs = check(build, &entry).map_err(code)?;
            if !runs.is_empty() {
                let packages = runs.into_iter().flat_map(|run| run.words.packages);
                return Ok(["run".to_owned()].into_iter().chain(packages).collect());
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
            ("CMD cd cmd && go run ./api", &["run", "./api"]),
            (
                "CMD [\"./wait.sh\", \"db:1\", \"--\", \"go\", \"run\", \".\"]",
                &["run", "."],
            ),
            (
                "RUN go build .\nCMD [\"./wait.sh\", \"db:1\", \"--\", \"./shop\"]",
                &["/src/shop"],
            ),
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
            ("CMD go run $MAIN", Code::ToolchainAtRuntime),
            ("CMD go build && ./shop", Code::ToolchainAtRuntime),
            ("CMD [\"sh\", \"run.sh\"]", Code::ToolchainAtRuntime),
            (
                "CMD [\"go\", \"run\", \"x.org/y@latest\"]",
                Code::ToolchainAtRuntime,
            ),
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
