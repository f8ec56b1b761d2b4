//! The answer for a build: everything about its programs, put together.

mod elsewhere;
#[cfg(test)]
mod tests;

use super::cgo::{self, Cgo};
use super::closure::{self, Closure};
use super::files;
use super::gorun;
use super::launch::{self, Start};
use super::layers::Layers;
use super::link::{self, Linkage};
use super::needs;
use super::program::{self, Program};
use super::start;
use super::world::World;
use crate::outcome::{Code, Decline, Note};
use crate::plan::analysis::{Analysis, Need, Needs, Payload};
use crate::plan::because::Because;
use crate::plan::build::Build;
use crate::plan::entry::{self, Entry};
use crate::plan::layout::{is_system_directory, is_within};
use crate::toolchain::compiled::scope::Scope;
use crate::toolchain::compiled::tree::{Tree, file_name};
use crate::toolchain::compiled::{artifact, called, generated, ladder, roots};

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
    let runs = start::check(build, &entry)?;
    let mut programs = program::programs(build, &tree)?;
    let mut started = Vec::new();
    if runs.is_empty() || entry.commands.len() > runs.len() {
        started = match start::find(build, &entry, &programs) {
            Err(_) if !runs.is_empty() => Vec::new(),
            found => found?,
        };
    }
    let own = programs.len();
    for program in gorun::programs(build, &tree, &entry, &runs)? {
        let place = program.places.first().cloned().unwrap_or_default();
        started.push((programs.len(), place));
        programs.push(program);
    }
    let kept = keep(programs, &started, own);
    let mut others = entry.clone();
    others
        .commands
        .retain(|start| runs.is_empty() || start.name() != Some("go"));
    let subject = Subject {
        build,
        tree,
        entry,
        others,
        kept,
    };
    subject.analyse()
}

/// A program that goes into the final stage, with the places where it starts.
struct Kept {
    program: Program,
    /// Whether it stands for a `go run`.
    is_run: bool,
    started: Vec<String>,
}

/// Programs that start, and those of the project that were built under a name: they are called in
/// other ways (`docker run image migrate`).
/// From `own` on they stand for `go run`s.
fn keep(programs: Vec<Program>, started: &[(usize, String)], own: usize) -> Vec<Kept> {
    let kept = programs.into_iter().enumerate().map(|(index, program)| {
        let places = started.iter().filter(|(at, _)| *at == index);
        let started = places.map(|(_, place)| place.clone()).collect();
        let is_run = index >= own;
        Kept {
            program,
            is_run,
            started,
        }
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
    /// What starts without the `go run`s, which become programs.
    others: Entry,
    kept: Vec<Kept>,
}

impl Subject<'_, '_> {
    fn analyse(self) -> Result<Analysis, Decline> {
        let build = self.build;
        let foreign = self.foreign()?;
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
        self.around_runs(&mut found.needs);
        found
            .needs
            .packages
            .extend(linkage.packages.iter().cloned());
        let mut payload = self.programs(&roots);
        payload.extend(self.files(&closure, &roots, &projects, &directory)?);
        let places: Vec<String> = payload.iter().map(|p| p.path.clone()).collect();
        let own: Vec<String> = programs.iter().flat_map(|p| p.places.clone()).collect();
        if let Some(because) = &foreign {
            found.needs.shell.get_or_insert_with(|| because.clone());
            found
                .needs
                .certificates
                .get_or_insert_with(|| because.clone());
            // Nor where it writes.
            found.needs.root.get_or_insert_with(|| because.clone());
        }
        let called = called::foreign(build, &self.others, &own, &found.needs.programs);
        let mut rungs = ladder::rungs(build, &linkage.linked, called.as_ref());
        let start = self.start();
        for rung in &mut rungs {
            rung.launch = start.launch.clone();
        }
        let mut scratch: Vec<String> = SCRATCH.iter().map(|path| (*path).to_owned()).collect();
        scratch.extend(generated::output_directories(build, &places, &roots));
        let layers = self.layers(&worlds, &linkage, &closure);
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
            keeps_tools: foreign.is_some(),
            for_target: self.kept.iter().all(|kept| kept.program.for_target),
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
            let world = program.world.clone();
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
            entry: &self.others,
            roots,
            bases,
        };
        let mut files = files::read(&scope, closure);
        files.retain(|file| artifact::is_left(self.build, &self.tree, &file.path));
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

    /// The programs that stand for `go run`s, in order.
    fn runs(&self) -> Vec<&Program> {
        let runs = self.kept.iter().filter(|kept| kept.is_run);
        runs.map(|kept| &kept.program).collect()
    }

    /// What stands around a `go run` and stays: its shell, and the programs that it calls.
    fn around_runs(&self, needs: &mut Needs) {
        if self.runs().is_empty() {
            return;
        }
        let entry = &self.entry;
        if entry.plain.is_none() {
            needs.shell = needs.shell.take().or_else(|| entry.shell.clone());
        }
        if let Some(because) = &entry.bash {
            needs
                .programs
                .push(Need::new("bash".to_owned(), because.clone()));
        }
        let others = self.others.commands.iter().filter_map(|start| {
            let program = start.program()?;
            let absolute = program.contains('/').then(|| start.absolute(program));
            let value = absolute.unwrap_or_else(|| program.to_owned());
            Some(Need::new(value, start.because.clone()))
        });
        needs.programs.extend(others);
    }

    fn start(&self) -> Start {
        let runs = self.runs();
        if !runs.is_empty() {
            let launch = gorun::launch(self.build, &runs, self.entry.line);
            return Start { launch, path: None };
        }
        let places: Vec<String> = self
            .kept
            .iter()
            .flat_map(|kept| kept.started.clone())
            .collect();
        launch::of(self.build, &self.entry, &places)
    }

    fn layers(&self, worlds: &[World], linkage: &Linkage, closure: &Closure) -> Layers {
        let mut layers = Layers::default();
        layers.modules(self.build, &self.tree, worlds);
        let switch_off = linkage.switch_off.as_ref();
        let mut in_run = false;
        if let Some((step, because)) = switch_off {
            if self.kept.iter().all(|kept| kept.is_run) {
                in_run = true;
            } else {
                layers.without_cgo(self.build, *step, because);
            }
        }
        layers.build_cache(self.build);
        let trims = closure.calls("runtime.Caller").is_none();
        if self.build.options.strip {
            layers.stripped(self.build, trims);
        }
        let mut lines: Vec<String> = Vec::new();
        for program in self.runs() {
            let (edit, line) = gorun::build_line(self.build, program, in_run, trims);
            if lines.contains(&line) {
                continue;
            }
            layers.edits.push(edit);
            lines.push(line.clone());
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
        if !self.runs().is_empty() {
            let message =
                "`go run` at start became a build: the container starts at once, and ends with the program's own exit code".to_owned();
            notes.push(Note {
                line: Some(self.entry.line),
                message,
            });
        }
        notes
    }
}
