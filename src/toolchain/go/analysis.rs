//! The answer for a build: everything about its programs, put together.

use super::cgo::{self, Cgo};
use super::closure::{self, Closure};
use super::files;
use super::gorun;
use super::launch::{self, Start};
use super::layers::Layers;
use super::link::{self, Linkage};
use super::needs;
use super::program::{self, Program};
use super::start::{self, GoRun};
use super::world::World;
use crate::outcome::{Code, Decline, Note};
use crate::plan::analysis::{Analysis, Payload};
use crate::plan::because::Because;
use crate::plan::build::Build;
use crate::plan::entry::{self, Entry};
use crate::plan::layout::{is_system_directory, is_within};
use crate::toolchain::compiled::scope::Scope;
use crate::toolchain::compiled::tree::{Tree, file_name};
use crate::toolchain::compiled::{called, generated, ladder, roots};

/// Places that only the go command uses. Source: `go help environment`, golang's image.
const SCRATCH: [&str; 4] = [
    "/go/pkg",
    "/root/go",
    "/root/.cache/go-build",
    "/usr/local/go",
];

/// Analyses a build.
pub(crate) fn of(build: &Build<'_>) -> Result<Analysis, Decline> {
    let tree = Tree::of(build);
    let entry = entry::read(build);
    let run = start::check(build, &entry)?;
    let mut programs = program::programs(build, &tree)?;
    let started = match &run {
        Some(run) => {
            let program = gorun::program(build, &tree, &entry, run)?;
            let place = program.places.first().cloned().unwrap_or_default();
            programs.push(program);
            vec![(programs.len() - 1, place)]
        }
        None => start::find(build, &entry, &programs)?,
    };
    let kept = keep(programs, &started);
    let subject = Subject {
        build,
        tree,
        entry,
        run,
        kept,
    };
    subject.analyse()
}

/// A program that goes into the final stage, with the places where it starts.
struct Kept {
    program: Program,
    started: Vec<String>,
}

/// Programs that start, and those of the project that were built under a name: they are called in
/// other ways (`docker run image migrate`).
fn keep(programs: Vec<Program>, started: &[(usize, String)]) -> Vec<Kept> {
    let kept = programs.into_iter().enumerate().map(|(index, program)| {
        let places = started.iter().filter(|(at, _)| *at == index);
        let started = places.map(|(_, place)| place.clone()).collect();
        Kept { program, started }
    });
    kept.filter(|kept| {
        !kept.started.is_empty() || (kept.program.package.is_some() && kept.program.is_named)
    })
    .collect()
}

struct Subject<'s, 'a> {
    build: &'s Build<'a>,
    tree: Tree,
    entry: Entry,
    run: Option<GoRun>,
    kept: Vec<Kept>,
}

impl Subject<'_, '_> {
    fn analyse(self) -> Result<Analysis, Decline> {
        let build = self.build;
        let (worlds, closure, uses) = self.read()?;
        let pairs: Vec<(&Program, Cgo)> = self
            .kept
            .iter()
            .map(|kept| &kept.program)
            .zip(uses)
            .collect();
        let linkage = link::of(build, &pairs);
        let projects: Vec<String> = worlds.iter().map(|world| world.root.clone()).collect();
        let roots = if projects.is_empty() {
            Vec::new()
        } else {
            roots::of(build, &projects)
        };
        let directory = self.directory();
        let programs: Vec<Program> = self.kept.iter().map(|k| k.program.clone()).collect();
        let mut found = needs::read(build, &self.tree, &closure, &programs, &directory)?;
        found.needs.link = linkage.linked.link();
        found
            .needs
            .packages
            .extend(linkage.packages.iter().cloned());
        let mut payload = self.programs(&roots);
        payload.extend(self.files(&closure, &roots, &projects, &directory)?);
        let places: Vec<String> = payload.iter().map(|p| p.path.clone()).collect();
        let own: Vec<String> = programs.iter().flat_map(|p| p.places.clone()).collect();
        let foreign = called::foreign(build, &self.entry, &own, &found.needs.programs);
        let mut rungs = ladder::rungs(build, &linkage.linked, foreign.as_ref());
        let start = self.start();
        for rung in &mut rungs {
            rung.launch = start.launch.clone();
        }
        let mut scratch: Vec<String> = SCRATCH.iter().map(|path| (*path).to_owned()).collect();
        scratch.extend(generated::output_directories(build, &places, &roots));
        let layers = self.layers(&worlds, &linkage);
        let mut notes = found.notes;
        notes.extend(layers.note);
        notes.extend(self.notes(&linkage));
        Ok(Analysis {
            covered: roots,
            scratch,
            payload,
            provides: own
                .iter()
                .map(|place| file_name(place).to_owned())
                .collect(),
            needs: found.needs,
            rungs,
            edits: layers.edits,
            env: start
                .path
                .map(|(path, because)| ("PATH".to_owned(), path, because))
                .into_iter()
                .collect(),
            notes,
            because: layers.because,
            ..Analysis::default()
        })
    }

    /// The modules, what all programs are made of, and how each of them uses cgo.
    fn read(&self) -> Result<(Vec<World>, Closure, Vec<Cgo>), Decline> {
        let mut worlds: Vec<World> = Vec::new();
        let mut all = Closure::default();
        let mut uses = Vec::new();
        for kept in &self.kept {
            let program = &kept.program;
            let Some(package) = &program.package else {
                uses.push(Cgo::Unused);
                continue;
            };
            let world = World::at(self.build, &self.tree, &program.directory, program.line)?;
            let roots = [package.clone()];
            let tags = program.words.tags();
            let closure = closure::walk(self.build, &self.tree, &world, &roots, &tags);
            if closure.packages == 0 {
                let message = format!("there are no Go files in `{package}`");
                return Err(Decline::new(Code::ArtifactNotFound, message).at(program.line));
            }
            uses.push(if program.cgo == super::setting::CgoEnabled::Off {
                Cgo::Unused
            } else {
                cgo::of(self.build, &self.tree, &world, &closure)?
            });
            all.merge(closure);
            if !worlds.iter().any(|known| known.root == world.root) {
                worlds.push(world);
            }
        }
        Ok((worlds, all, uses))
    }

    /// The directory in which the first program of the build starts.
    fn directory(&self) -> String {
        let starts = |names: &str| {
            let places = self.kept.iter().flat_map(|kept| &kept.started);
            places.into_iter().any(|place| file_name(place) == names)
        };
        let start = self.entry.commands.iter().find(|start| {
            start
                .words
                .iter()
                .flatten()
                .any(|word| starts(file_name(word)))
        });
        start.map_or_else(
            || self.build.workdir().to_owned(),
            |start| start.directory.clone(),
        )
    }

    /// The programs as payload: where they start, and wherever they were put on purpose.
    fn programs(&self, roots: &[String]) -> Vec<Payload> {
        let mut payload = Vec::new();
        for kept in &self.kept {
            let inside = |place: &str| roots.iter().any(|root| is_within(place, root));
            let mut places = kept.started.clone();
            for place in &kept.program.places {
                if !inside(place) && !places.contains(place) {
                    places.push(place.clone());
                }
            }
            if places.is_empty() {
                places.extend(kept.program.places.first().cloned());
            }
            let rule = if kept.started.is_empty() {
                "a program that the build makes beside the one that starts"
            } else {
                "the program that starts"
            };
            let because = Because::line(rule, kept.program.line);
            payload.extend(places.into_iter().map(|path| Payload {
                path,
                is_dir: false,
                writable: false,
                because: because.clone(),
            }));
        }
        payload
    }

    fn files(
        &self,
        closure: &Closure,
        roots: &[String],
        projects: &[String],
        directory: &str,
    ) -> Result<Vec<Payload>, Decline> {
        let mut bases = vec![directory, self.build.workdir()];
        bases.extend(projects.iter().map(String::as_str));
        bases.dedup();
        let scope = Scope {
            build: self.build,
            tree: &self.tree,
            entry: &self.entry,
            roots,
            bases,
        };
        let files = files::read(&scope, closure);
        let system = files
            .iter()
            .find(|p| p.is_dir && is_system_directory(&p.path));
        if let Some(payload) = system {
            let message = format!(
                "the project lies in `{}`, and what the program reads there is not known: {}",
                payload.path,
                payload.because.sentence()
            );
            return Err(Decline::new(Code::UnsupportedProject, message)
                .hint("give the project a directory of its own with WORKDIR"));
        }
        Ok(files)
    }

    fn start(&self) -> Start {
        if let (Some(run), Some(kept)) = (&self.run, self.kept.last()) {
            let launch = gorun::launch(self.build, &kept.program, run, self.entry.line);
            return Start { launch, path: None };
        }
        let places: Vec<String> = self
            .kept
            .iter()
            .flat_map(|kept| kept.started.clone())
            .collect();
        launch::of(self.build, &self.entry, &places)
    }

    fn layers(&self, worlds: &[World], linkage: &Linkage) -> Layers {
        let mut layers = Layers::default();
        layers.modules(self.build, &self.tree, worlds);
        let switch_off = linkage.switch_off.as_ref();
        let mut in_run = false;
        if let Some((step, because)) = switch_off {
            if self.run.is_some() && self.kept.len() == 1 {
                in_run = true;
            } else {
                layers.without_cgo(self.build, *step, because);
            }
        }
        layers.build_cache(self.build);
        if let (Some(_), Some(kept)) = (&self.run, self.kept.last()) {
            let (edit, line) = gorun::build_line(self.build, &kept.program, in_run);
            layers.edits.push(edit);
            let because = Because::line("the program that `go run` would build", self.entry.line);
            layers.because.push((line, because));
        }
        layers
    }

    fn notes(&self, linkage: &Linkage) -> Vec<Note> {
        let mut notes = Vec::new();
        if let Some((_, because)) = &linkage.switch_off {
            let message = format!("built with `CGO_ENABLED=0`: {}", because.rule);
            let line = self.kept.first().map(|kept| kept.program.line);
            notes.push(Note { line, message });
        }
        if self.run.is_some() {
            let message =
                "`go run` at start became a build: the container starts at once".to_owned();
            notes.push(Note {
                line: Some(self.entry.line),
                message,
            });
        }
        notes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit;
    use crate::options::Runtime;
    use crate::plan::analysis::Link;
    use crate::toolchain::compiled::sample::sample;

    const SERVER: &str = "package main\nimport \"net/http\"\n\
        func main() { http.ListenAndServe(\":80\", http.FileServer(http.Dir(\"static\"))) }\n";

    fn analysed(text: &str, files: &[(&str, &str)]) -> Result<(Analysis, String), Decline> {
        sample(text, files, |build| {
            let analysis = of(build)?;
            let edited = edit::apply(text, &analysis.edits).unwrap();
            Ok((analysis, edited))
        })
    }

    #[test]
    fn a_server_with_its_files_is_static_and_covered() {
        let text = "FROM golang:1.25\nWORKDIR /app\nCOPY . .\nRUN mkdir bin && go build -o bin/web .\nCMD [\"bin/web\"]\n";
        let files = [
            ("go.mod", "module m\nrequire x.org/y v1.0.0\n"),
            ("go.sum", ""),
            ("main.go", SERVER),
            ("static/a.css", ""),
            ("README.md", ""),
        ];
        let (analysis, edited) = analysed(text, &files).unwrap();
        let payload: Vec<_> = analysis.payload.iter().map(|p| p.path.as_str()).collect();
        assert_eq!(payload, ["/app/bin/web", "/app/static"]);
        assert_eq!(analysis.covered, ["/app"]);
        assert!(analysis.scratch.contains(&"/app/bin".to_owned()));
        assert_eq!(analysis.needs.link, Link::Static);
        assert!(analysis.needs.certificates.is_some());
        assert_eq!(analysis.rungs[0].runtime, Runtime::Distroless);
        assert_eq!(
            edited,
            "FROM golang:1.25\nWORKDIR /app\nCOPY go.mod go.sum ./\nRUN go mod download\nCOPY . .\n\
             ENV CGO_ENABLED=0\n\
             RUN --mount=type=cache,target=/root/.cache/go-build mkdir bin && go build -o bin/web .\n\
             CMD [\"bin/web\"]\n"
        );
    }

    #[test]
    fn programs_beside_the_one_that_starts_stay_and_tools_go() {
        let text = "FROM golang:1.25\nWORKDIR /app\nCOPY . .\n\
            RUN go install x.org/tool@latest && go install ./cmd/... \nCMD [\"api\"]\n";
        let files = [
            ("go.mod", "module m\n"),
            ("cmd/api/main.go", "package main\n"),
            ("cmd/migrate/main.go", "package main\n"),
        ];
        let (analysis, _) = analysed(text, &files).unwrap();
        let payload: Vec<_> = analysis.payload.iter().map(|p| p.path.as_str()).collect();
        assert_eq!(payload, ["/go/bin/api", "/go/bin/migrate"]);
    }

    #[test]
    fn a_plugin_host_keeps_cgo() {
        let text = "FROM golang:1.25\nWORKDIR /app\nCOPY . .\nRUN go build -o x .\nCMD [\"./x\"]\n";
        let files = [
            ("go.mod", "module m\n"),
            ("main.go", "package main\nimport _ \"plugin\"\n"),
        ];
        let (analysis, edited) = analysed(text, &files).unwrap();
        assert!(matches!(analysis.needs.link, Link::Libc(_)));
        assert!(!edited.contains("CGO_ENABLED"));
        assert_eq!(analysis.rungs[0].pin.as_deref(), Some("1.25-trixie"));
    }
}
