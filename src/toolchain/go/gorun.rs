//! `go run` at start becomes a build. In: the `go run` of ENTRYPOINT or CMD. Out: the program, the
//! RUN that builds it, and how it is started.

use super::mode::Site;
use super::program::{self, Program};
use super::runs::{self, Started};
use super::setting::{self, CgoEnabled};
use super::start::GoRun;
use super::strip;
use super::words::{Given, GoWords, program_name};
use super::world::{Target, World};
use crate::dockerfile::contract::clean;
use crate::dockerfile::instruction::InstructionKind;
use crate::dockerfile::shell::{is_plain, quoted};
use crate::edit::Edit;
use crate::outcome::{Code, Decline};
use crate::plan::analysis::Launch;
use crate::plan::because::Because;
use crate::plan::build::Build;
use crate::plan::builder::{self, keyword};
use crate::plan::entry::Entry;
use crate::toolchain::compiled::tree::has_extension;
use crate::toolchain::compiled::tree::{Tree, file_name, parent};

/// Where the program goes.
const BIN: &str = "/usr/local/bin";

/// The programs that the `go run`s start, as if a last step had built them.
pub(crate) fn programs(
    build: &Build<'_>,
    tree: &Tree,
    entry: &Entry,
    runs: &[GoRun],
) -> Result<Vec<Program>, Decline> {
    let mut programs: Vec<Program> = Vec::new();
    for run in runs {
        let mut program = program(build, tree, entry, run)?;
        let same = |known: &&Program| known.package == program.package && known.words == run.words;
        if let Some(known) = programs.iter().find(same) {
            program.places.clone_from(&known.places);
        } else if programs.iter().any(|known| known.places == program.places) {
            // Two `main.go`: what tells them apart is where they lie.
            let directory = program.package.as_deref().map_or("", file_name);
            program.places = vec![format!("{BIN}/{directory}")];
            let is_taken = programs.iter().any(|known| known.places == program.places);
            if is_taken || !is_plain(directory) {
                return Err(uncertain(entry));
            }
        }
        programs.push(program);
    }
    Ok(programs)
}

fn program(build: &Build<'_>, tree: &Tree, entry: &Entry, run: &GoRun) -> Result<Program, Decline> {
    let after = builder::last_builder_step(build) + 1;
    let state = build
        .steps
        .get(after)
        .map_or(&build.end, |step| &step.state);
    let is_root = matches!(state.contract.user.as_str(), "" | "root" | "0");
    let later = build
        .steps
        .iter()
        .skip(after)
        .any(|step| match &step.instruction.kind {
            InstructionKind::Env(pairs) => pairs
                .iter()
                .any(|pair| super::commands::is_build_variable(&pair.name)),
            _ => false,
        });
    if !is_root || later {
        return Err(uncertain(entry));
    }
    let directory = run.directory.clone();
    let site = Site {
        step: after,
        command: None,
        directory: &directory,
        line: entry.line,
    };
    let pattern = run.words.packages.first().map_or(".", String::as_str);
    let world = match World::seen(build, tree, &site) {
        Err(decline) if decline.code == Code::MissingManifest && has_extension(pattern, "go") => {
            World::of_files(&directory)
        }
        seen => seen?,
    };
    let absolute = |path: &str| clean(&format!("{directory}/{path}"));
    let (package, name) = if has_extension(pattern, "go") {
        let path = if pattern.starts_with('/') {
            clean(pattern)
        } else {
            absolute(pattern)
        };
        let stem = file_name(&path).trim_end_matches(".go").to_owned();
        (parent(&path).to_owned(), stem)
    } else {
        let package = if pattern.starts_with('/') {
            clean(pattern)
        } else if pattern.starts_with('.') {
            absolute(pattern)
        } else {
            match world.resolve(tree, &directory, pattern) {
                Target::Own(path) => path,
                _ => return Err(uncertain(entry)),
            }
        };
        let path = world.import_path(&package);
        let path = path.unwrap_or_else(|| package.clone());
        (package, program_name(&path))
    };
    if !program::is_main(build, tree, &package, &run.words) || !is_plain(&name) {
        return Err(uncertain(entry));
    }
    Ok(Program {
        places: vec![format!("{BIN}/{name}")],
        world: world.of_package(build, &package),
        package: Some(package),
        directory,
        words: run.words.clone(),
        cgo: CgoEnabled::from(setting::at(build, after, "CGO_ENABLED")),
        for_target: false,
        step: after,
        line: entry.line,
        is_named: true,
        conditional: false,
    })
}

fn uncertain(entry: &Entry) -> Decline {
    let message = "the go command runs when the container starts";
    Decline::new(Code::ToolchainAtRuntime, message)
        .at(entry.line)
        .hint("build the program in a RUN and start it directly")
}

/// The RUN that builds `program`, behind the last step of the builder; `static_` switches cgo off,
/// `trims` allows paths to change where the user asks for it.
pub(crate) fn build_line(
    build: &Build<'_>,
    program: &Program,
    static_: bool,
    trims: bool,
) -> (Edit, String) {
    let after = builder::last_builder_step(build) + 1;
    let state = build
        .steps
        .get(after)
        .map_or(&build.end, |step| &step.state);
    let mut command = String::new();
    if state.contract.workdir.as_deref() != Some(program.directory.as_str()) {
        let directory = quoted(&program.directory);
        command.extend(["cd ", directory.as_str(), " && "]);
    }
    if static_ {
        command.push_str("CGO_ENABLED=0 ");
    }
    command.push_str("go build");
    if build.options.strip {
        if trims && !program.words.has("trimpath") {
            command.push_str(" -trimpath");
        }
        if program.words.given("ldflags").is_none() {
            command.extend([" '-ldflags=", strip::LINKER, "'"]);
        }
    }
    let output = program.places.first().cloned().unwrap_or_default();
    for word in flags(&program.words).chain(["-o".to_owned(), output]) {
        command.push(' ');
        command.push_str(&quoted(&word));
    }
    for package in &program.words.packages {
        command.push(' ');
        command.push_str(&quoted(package));
    }
    let mount = if build.options.buildkit
        && setting::at(build, after, "GOCACHE") == setting::Value::Unset
    {
        "--mount=type=cache,target=/root/.cache/go-build "
    } else {
        ""
    };
    let line_end = build.dockerfile.line_end();
    let line = format!("{} {mount}{command}", keyword(build.dockerfile, "RUN"));
    let place = builder::end(build);
    let before = match build.dockerfile.text.get(..place) {
        Some(text) if !text.ends_with('\n') => line_end,
        _ => "",
    };
    (
        Edit::insert(place, format!("{before}{line}{line_end}")),
        line,
    )
}

fn flags(words: &GoWords) -> impl Iterator<Item = String> {
    words
        .flags
        .iter()
        .filter(|(name, _)| name != "o")
        .map(|(name, value)| match value {
            Given::Text(value) => format!("-{name}={value}"),
            _ => format!("-{name}"),
        })
}

/// ENTRYPOINT and CMD that start the programs with the same arguments.
pub(crate) fn launch(build: &Build<'_>, programs: &[&Program], line: usize) -> Launch {
    let places = programs.iter().filter_map(|program| program.places.first());
    let places: Vec<String> = places.cloned().collect();
    let because = Because::line("`go run` builds and starts this program", line);
    match runs::with_programs(build, &places) {
        Some(Started { entrypoint, cmd }) => Launch::Replace {
            entrypoint,
            cmd,
            because,
        },
        None => Launch::AsIs,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::entry;
    use crate::toolchain::compiled::sample::sample;
    use crate::toolchain::go::start;

    /// The RUN line, and CMD behind ENTRYPOINT.
    fn built(text: &str) -> Result<(String, String), Code> {
        let text = format!("FROM golang:1.25\nWORKDIR /src\nCOPY . .\n{text}\n");
        let files = [
            ("go.mod", "module example.org/shop/v2\n"),
            ("main.go", "package main\n"),
            ("cmd/api/main.go", "package main\n"),
            ("lib/lib.go", "package lib\n"),
        ];
        sample(&text, &files, |build| {
            let entry = entry::read(build);
            let runs = start::check(build, &entry).unwrap();
            let programs =
                programs(build, &Tree::of(build), &entry, &runs).map_err(|decline| decline.code)?;
            let lines: Vec<String> = programs
                .iter()
                .map(|program| build_line(build, program, true, true).1)
                .collect();
            let line = lines.join(" + ");
            let line = line.replace("--mount=type=cache,target=/root/.cache/go-build ", "");
            let programs: Vec<&Program> = programs.iter().collect();
            let Launch::Replace {
                entrypoint, cmd, ..
            } = launch(build, &programs, 1)
            else {
                panic!("{text}");
            };
            let words: Vec<String> = entrypoint.into_iter().chain(cmd).flatten().collect();
            Ok((line, words.join(" ")))
        })
    }

    #[test]
    fn the_same_package_is_built_and_started_with_the_same_arguments() {
        for (text, line, start) in [
            (
                "CMD [\"go\", \"run\", \".\", \"-p\", \"80\"]",
                "RUN CGO_ENABLED=0 go build -o /usr/local/bin/shop .",
                "/usr/local/bin/shop -p 80",
            ),
            (
                "CMD go run -ldflags '-s -w' cmd/api/main.go",
                "RUN CGO_ENABLED=0 go build '-ldflags=-s -w' -o /usr/local/bin/main cmd/api/main.go",
                "/usr/local/bin/main",
            ),
            (
                "ENTRYPOINT [\"go\", \"run\", \"./api\"]\nCMD [\"-v\"]\nWORKDIR /src/cmd",
                "RUN cd /src/cmd && CGO_ENABLED=0 go build -o /usr/local/bin/api ./api",
                "/usr/local/bin/api -v",
            ),
            (
                "CMD go run main.go && cd cmd && go run api/main.go -p $PORT",
                "RUN CGO_ENABLED=0 go build -o /usr/local/bin/main main.go + \
                 RUN cd /src/cmd && CGO_ENABLED=0 go build -o /usr/local/bin/api api/main.go",
                "/bin/sh -c /usr/local/bin/main && cd cmd && /usr/local/bin/api -p $PORT",
            ),
        ] {
            assert_eq!(
                built(text).unwrap(),
                (line.to_owned(), start.to_owned()),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_not_certain_stays() {
        for text in [
            "CMD [\"go\", \"run\", \"./lib\"]",
            "USER 1000\nRUN true\nCMD [\"go\", \"run\", \".\"]",
            "ENV GOFLAGS=-mod=mod\nCMD [\"go\", \"run\", \".\"]",
            "CMD [\"go\", \"run\", \"github.com/x/y\"]",
        ] {
            assert_eq!(built(text), Err(Code::ToolchainAtRuntime), "{text}");
        }
    }
}
