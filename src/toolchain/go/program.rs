//! The programs that the build makes. In: `go build` and `go install` in RUN. Out: where each
//! program lies at the end, and what it was made from.

use super::constraint;
use super::setting::{self, CgoEnabled};
use super::words::{self, Given, GoWords, program_name};
use super::world::{Target, World};
use crate::dockerfile::contract::clean;
use crate::outcome::{Code, Decline};
use crate::plan::build::{Build, RunCommand};
use crate::toolchain::compiled::artifact::{self, Made};
use crate::toolchain::compiled::tree::has_extension;
use crate::toolchain::compiled::tree::{Tree, file_name, parent};

/// A program that a command makes.
#[derive(Debug, Clone)]
pub(crate) struct Program {
    /// Where it lies at the end.
    pub(crate) places: Vec<String>,
    /// The directory of its main package in the image; `None` for one of another module.
    pub(crate) package: Option<String>,
    /// The directory in which go ran.
    pub(crate) directory: String,
    /// The words behind `go build`.
    pub(crate) words: GoWords,
    /// `CGO_ENABLED` for the command.
    pub(crate) cgo: CgoEnabled,
    /// Index of the step.
    pub(crate) step: usize,
    /// The line, counted from 1.
    pub(crate) line: usize,
    /// Whether a name was chosen for it (`-o`, `go install`) rather than go's own, beside the
    /// sources.
    pub(crate) is_named: bool,
    /// Whether the command is reached on some condition only.
    pub(crate) conditional: bool,
}

/// Every program that the build makes and leaves; of two at one place the later one.
pub(crate) fn programs(build: &Build<'_>, tree: &Tree) -> Result<Vec<Program>, Decline> {
    let mut programs: Vec<Program> = Vec::new();
    for (step, index, command) in commands(build) {
        let maker = Maker {
            build,
            tree,
            step,
            index,
            command,
        };
        for program in maker.programs()? {
            let is_same = |known: &Program| {
                known
                    .places
                    .iter()
                    .any(|place| program.places.contains(place))
            };
            if let Some(known) = programs.iter().find(|known| is_same(known))
                && (known.conditional || program.conditional)
                && known.package != program.package
            {
                let place = program.places.first().cloned().unwrap_or_default();
                let message = format!("several commands could make `{place}`");
                return Err(Decline::new(Code::AmbiguousArtifact, message).at(program.line));
            }
            programs.retain(|known| !is_same(known));
            programs.push(program);
        }
    }
    Ok(programs)
}

/// The `go build` and `go install` commands, each with the indices of its step and in it.
pub(crate) fn commands<'b>(
    build: &'b Build<'_>,
) -> impl Iterator<Item = (usize, usize, &'b RunCommand)> {
    build.steps.iter().enumerate().flat_map(|(step, of)| {
        let commands = of.commands.iter().enumerate();
        let builds = commands.filter(|(_, command)| is_build(command));
        builds.map(move |(index, command)| (step, index, command))
    })
}

/// Whether a command is `go build` or `go install`.
pub(crate) fn is_build(command: &RunCommand) -> bool {
    command.program.as_deref().map(file_name) == Some("go")
        && matches!(command.subcommand(), Some("build" | "install"))
}

struct Maker<'m, 'a> {
    build: &'m Build<'a>,
    tree: &'m Tree,
    step: usize,
    index: usize,
    command: &'m RunCommand,
}

/// A main package and the name that go gives to its program.
struct Main {
    /// Its directory in the image; `None` for one of another module.
    package: Option<String>,
    name: String,
}

impl Maker<'_, '_> {
    fn programs(&self) -> Result<Vec<Program>, Decline> {
        let words = words::parse(&words::arguments(self.command), false);
        if words.uncertain {
            return Err(self.unresolved("an argument of this `go` command"));
        }
        let mut directory = self
            .command
            .directory
            .clone()
            .ok_or_else(|| self.unresolved("the directory of this `go` command"))?;
        if let Some(to) = words.text("C") {
            directory = self.command.absolute(to).unwrap_or(directory);
        }
        let system = setting::of(self.build, self.step, self.command, "GOOS");
        if system.known().is_some_and(|system| system != "linux") {
            return Ok(Vec::new());
        }
        let patterns = if words.packages.is_empty() {
            vec![".".to_owned()]
        } else {
            words.packages.clone()
        };
        let mut mains = Vec::new();
        for pattern in &patterns {
            mains.extend(self.mains(&directory, pattern, &words)?);
        }
        let installs = self.command.subcommand() == Some("install");
        // Of several packages `go build` alone keeps nothing.
        let several = patterns.iter().any(|pattern| pattern.contains("...")) || mains.len() > 1;
        if !installs && several && words.given("o").is_none() {
            return Ok(Vec::new());
        }
        let mut programs = Vec::new();
        for main in mains {
            let path = self.output(&directory, &words, &main.name, installs)?;
            let (step, command) = (self.step, self.index);
            let made = Made {
                path,
                step,
                command,
            };
            programs.push(Program {
                places: artifact::places(self.build, self.tree, &made),
                package: main.package,
                directory: directory.clone(),
                words: words.clone(),
                cgo: setting::of(self.build, step, self.command, "CGO_ENABLED").into(),
                step,
                line: self.command.line,
                is_named: installs || words.given("o").is_some(),
                conditional: self.command.command.reach.conditional,
            });
        }
        programs.retain(|program| !program.places.is_empty());
        Ok(programs)
    }

    /// The main packages that a pattern names.
    fn mains(&self, directory: &str, pattern: &str, words: &GoWords) -> Result<Vec<Main>, Decline> {
        if let Some((path, _)) = pattern.split_once('@') {
            return Ok(vec![Main {
                package: None,
                name: program_name(path),
            }]);
        }
        let world = World::at(self.build, self.tree, directory, self.command.line)?;
        if setting::of(self.build, self.step, self.command, "GO111MODULE").known() == Some("off") {
            let message = "modules are switched off, and the project is built from GOPATH";
            return Err(Decline::new(Code::UnsupportedProject, message).at(self.command.line));
        }
        let absolute = |path: &str| {
            if path.starts_with('/') {
                clean(path)
            } else {
                clean(&format!("{directory}/{path}"))
            }
        };
        if has_extension(pattern, "go") {
            let path = absolute(pattern);
            let stem = file_name(&path).trim_end_matches(".go").to_owned();
            let package = Some(parent(&path).to_owned());
            return Ok(vec![Main {
                package,
                name: stem,
            }]);
        }
        let (path, recursive) = match pattern.strip_suffix("...") {
            Some(path) => (path.trim_end_matches('/'), true),
            None => (pattern, false),
        };
        let is_path = path.is_empty() || path.starts_with(['.', '/']);
        let root = if is_path {
            absolute(path)
        } else {
            match world.resolve(self.tree, path) {
                Target::Own(path) => path,
                _ => {
                    return Ok(vec![Main {
                        package: None,
                        name: program_name(path),
                    }]);
                }
            }
        };
        let packages = if recursive {
            self.packages_below(&root)
        } else {
            vec![root]
        };
        let name = |package: &str| {
            let path = world
                .import_path(package)
                .unwrap_or_else(|| package.to_owned());
            program_name(&path)
        };
        let is_main = |package: &String| is_main(self.build, self.tree, package, words);
        let mains = packages.into_iter().filter(is_main);
        Ok(mains
            .map(|package| Main {
                name: name(&package),
                package: Some(package),
            })
            .collect())
    }

    /// The packages below a directory that `...` stands for.
    fn packages_below(&self, root: &str) -> Vec<String> {
        let mut packages: Vec<String> = self
            .tree
            .below(root)
            .filter(|(path, _)| has_extension(path, "go"))
            .map(|(path, _)| parent(path).to_owned())
            .filter(|package| {
                let rest = package.get(root.len()..).unwrap_or_default();
                !rest.split('/').any(|part| {
                    part.starts_with(['.', '_']) || matches!(part, "testdata" | "vendor")
                })
            })
            .collect();
        packages.dedup();
        packages.sort();
        packages.dedup();
        packages
    }

    /// Where the program of the name `name` is written.
    fn output(
        &self,
        directory: &str,
        words: &GoWords,
        name: &str,
        installs: bool,
    ) -> Result<String, Decline> {
        let variable = |name: &str| setting::of(self.build, self.step, self.command, name);
        if installs {
            if let Some(bin) = variable("GOBIN").known() {
                return Ok(clean(&format!("{bin}/{name}")));
            }
            let paths = variable("GOPATH");
            let first = paths.known().and_then(|paths| paths.split(':').next());
            return Ok(clean(&format!("{}/bin/{name}", first.unwrap_or("/go"))));
        }
        let value = match words.given("o") {
            None => return Ok(clean(&format!("{directory}/{name}"))),
            Some(Given::Text(value)) => value,
            Some(_) => return Err(self.unresolved("the output of this `go build`")),
        };
        let path = if value.starts_with('/') {
            clean(value)
        } else {
            clean(&format!("{directory}/{value}"))
        };
        let is_directory =
            value.ends_with('/') || artifact::is_directory(self.build, self.tree, self.step, &path);
        Ok(if is_directory {
            clean(&format!("{path}/{name}"))
        } else {
            path
        })
    }

    fn unresolved(&self, what: &str) -> Decline {
        let message = format!("{what} hangs on a variable whose value is unknown");
        Decline::new(Code::UnresolvedVariable, message)
            .at(self.command.line)
            .hint("give the ARG a default, or write the value out")
    }
}

/// Whether a directory of the image holds a package `main`.
pub(crate) fn is_main(build: &Build<'_>, tree: &Tree, package: &str, words: &GoWords) -> bool {
    let tags = words.tags();
    tree.direct(package).any(|(path, context)| {
        has_extension(path, "go")
            && build.context.read(context).is_some_and(|text| {
                constraint::is_built(context, text, &tags)
                    && constraint::package_name(text) == Some("main")
            })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toolchain::compiled::sample::sample;

    const MAIN: &str = "package main\n";

    fn made(run: &str) -> Result<Vec<String>, Code> {
        let text = format!("FROM golang:1.25\nWORKDIR /src\nCOPY . .\n{run}\n");
        let files = [
            ("go.mod", "module example.org/shop/v2\n"),
            ("main.go", MAIN),
            ("lib/lib.go", "package lib\n"),
            ("cmd/api/main.go", MAIN),
            ("cmd/api/api_test.go", MAIN),
            ("cmd/jobs/main.go", MAIN),
            ("tools/tools.go", "//go:build tools\n\npackage main\n"),
        ];
        sample(&text, &files, |build| {
            let programs = programs(build, &Tree::of(build)).map_err(|decline| decline.code)?;
            Ok(programs
                .into_iter()
                .flat_map(|program| program.places)
                .collect())
        })
    }

    #[test]
    fn every_form_of_build_has_its_output() {
        for (run, places) in [
            ("RUN go build", &["/src/shop"][..]),
            ("RUN go build -v -o app .", &["/src/app"]),
            (
                "RUN go build -o /usr/local/bin/ ./cmd/...",
                &["/usr/local/bin/api", "/usr/local/bin/jobs"],
            ),
            (
                "RUN go build -o /usr/local/bin ./cmd/api",
                &["/usr/local/bin/api"],
            ),
            ("RUN go build ./cmd/api", &["/src/api"]),
            ("RUN go build main.go", &["/src/main"]),
            ("RUN go build ./...", &[]),
            ("RUN go build example.org/shop/v2/cmd/jobs", &["/src/jobs"]),
            ("RUN go install ./cmd/api", &["/go/bin/api"]),
            (
                "RUN go install ./...",
                &["/go/bin/shop", "/go/bin/api", "/go/bin/jobs"],
            ),
            (
                "RUN GOBIN=/x go install example.com/t/cmd/tool@v1.0.0",
                &["/x/tool"],
            ),
            (
                "RUN cd cmd/api && go build -o ../../bin/api",
                &["/src/bin/api"],
            ),
            ("RUN go build -C cmd/api -o /a .", &["/a"]),
            ("RUN GOOS=windows go build -o app.exe .", &[]),
            ("RUN go build -o app . && mv app /app", &["/app"]),
            (
                "ENV BIN=/opt/x\nRUN go build -o $BIN/server ./cmd/api",
                &["/opt/x/server"],
            ),
            (
                "RUN go build -o a . && go build -o a ./cmd/api",
                &["/src/a"],
            ),
        ] {
            assert_eq!(made(run).unwrap(), places, "{run}");
        }
    }

    #[test]
    fn what_hangs_on_the_unknown_is_declined() {
        assert_eq!(
            made("ARG OUT\nRUN go build -o $OUT ."),
            Err(Code::UnresolvedVariable)
        );
        assert_eq!(
            made("ARG FLAGS\nRUN go build $FLAGS -o a ."),
            Err(Code::UnresolvedVariable)
        );
        assert_eq!(
            made("RUN if [ -n \"$X\" ]; then go build -o a .; else go build -o a ./cmd/api; fi"),
            Err(Code::AmbiguousArtifact)
        );
        assert_eq!(
            made("WORKDIR /other\nRUN go build -o a ."),
            Err(Code::MissingManifest)
        );
    }
}
