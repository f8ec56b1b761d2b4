//! The programs that the build makes. In: `go build` and `go install` in RUN. Out: where each
//! program lies at the end, and what it was made from.

#[cfg(test)]
mod tests;

use super::constraint;
use super::mode::Site;
use super::setting::{self, CgoEnabled};
use super::version;
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
    /// The modules that it saw there; of no use for a program of another module.
    pub(crate) world: World,
    /// The words behind `go build`.
    pub(crate) words: GoWords,
    /// `CGO_ENABLED` for the command.
    pub(crate) cgo: CgoEnabled,
    /// Whether `GOARCH` is that of the platform which the image is built for.
    pub(crate) for_target: bool,
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
        let made = match maker.programs() {
            // What it installs beside the download is of use only where it starts.
            Err(_) if command.subcommand() == Some("get") => Vec::new(),
            made => made?,
        };
        for program in made {
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

/// The `go build` and `go install` commands (and `go get` where it installs), each with the indices of its step and in it.
pub(crate) fn commands<'b>(
    build: &'b Build<'_>,
) -> impl Iterator<Item = (usize, usize, &'b RunCommand)> {
    build.steps.iter().enumerate().flat_map(|(step, of)| {
        let commands = of.commands.iter().enumerate();
        let builds = commands.filter(|(_, command)| is_build(build, command));
        builds.map(move |(index, command)| (step, index, command))
    })
}

/// Whether a command makes programs. `go get` did until Go 1.18 (its release notes).
fn is_build(build: &Build<'_>, command: &RunCommand) -> bool {
    command.program.as_deref().map(file_name) == Some("go")
        && match command.subcommand() {
            Some("build" | "install") => true,
            Some("get") => {
                !command.has_flag("-d")
                    && version::of(build).is_some_and(|release| release < (1, 18))
            }
            _ => false,
        }
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
    world: World,
}

impl Main {
    /// One of another module.
    fn foreign(path: &str) -> Self {
        Self {
            package: None,
            name: program_name(path),
            world: World::default(),
        }
    }
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
        let mut patterns = words.packages.clone();
        if patterns.is_empty() {
            patterns.push(".".to_owned());
        }
        // Files make one package, whose program is named after the first of them.
        if patterns.iter().all(|pattern| has_extension(pattern, "go")) {
            patterns.truncate(1);
        }
        let mut mains = Vec::new();
        for pattern in &patterns {
            mains.extend(self.mains(&directory, pattern, &words)?);
        }
        let gets = self.command.subcommand() == Some("get");
        let installs = gets || self.command.subcommand() == Some("install");
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
                world: main.world,
                words: words.clone(),
                cgo: setting::of(self.build, step, self.command, "CGO_ENABLED").into(),
                for_target: self.is_for_target(),
                step,
                line: self.command.line,
                is_named: !gets && (installs || words.given("o").is_some()),
                conditional: self.command.command.reach.conditional,
            });
        }
        programs.retain(|program| !program.places.is_empty());
        Ok(programs)
    }

    /// `GOARCH=$TARGETARCH`, which only the builder of the image gives a value.
    fn is_for_target(&self) -> bool {
        let machine = setting::of(self.build, self.step, self.command, "GOARCH");
        let state = self.build.steps.get(self.step).map(|step| &step.state);
        let declares =
            |(name, value): &(String, Option<String>)| name == "TARGETARCH" && value.is_none();
        machine == setting::Value::Unknown
            && state.is_some_and(|state| state.args.iter().any(declares))
    }

    fn site<'s>(&'s self, directory: &'s str) -> Site<'s> {
        Site {
            step: self.step,
            command: Some(self.command),
            directory,
            line: self.command.line,
        }
    }

    /// The main packages that a pattern names.
    fn mains(&self, directory: &str, pattern: &str, words: &GoWords) -> Result<Vec<Main>, Decline> {
        if let Some((path, _)) = pattern.split_once('@') {
            return Ok(vec![Main::foreign(path)]);
        }
        let seen = World::seen(self.build, self.tree, &self.site(directory));
        let is_file = has_extension(pattern, "go");
        let world = match seen {
            Err(decline) if decline.code == Code::MissingManifest && is_file => {
                World::of_files(directory)
            }
            seen => seen?,
        };
        let absolute = |path: &str| {
            if path.starts_with('/') {
                clean(path)
            } else {
                clean(&format!("{directory}/{path}"))
            }
        };
        if is_file {
            let path = absolute(pattern);
            let stem = file_name(&path).trim_end_matches(".go").to_owned();
            let package = parent(&path);
            return Ok(vec![Main {
                world: world.of_package(self.build, package),
                package: Some(package.to_owned()),
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
            match world.resolve(self.tree, directory, path) {
                Target::Own(path) => path,
                _ => return Ok(vec![Main::foreign(path)]),
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
            if world.has_modules() {
                program_name(&path)
            } else {
                file_name(&path).to_owned()
            }
        };
        let is_main = |package: &String| is_main(self.build, self.tree, package, words);
        let mains = packages.into_iter().filter(is_main);
        Ok(mains
            .map(|package| Main {
                name: name(&package),
                world: world.of_package(self.build, &package),
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
            let paths = self.site(directory).gopath(self.build);
            let first = paths.first().map_or("", String::as_str);
            return Ok(clean(&format!("{first}/bin/{name}")));
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
