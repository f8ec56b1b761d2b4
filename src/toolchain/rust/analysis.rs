//! The answer for a build: everything about its programs, put together.

use super::build_line;
use super::builds::{self, CargoBuild};
use super::databases;
use super::files;
use super::ground;
use super::kept::{self, Kept};
use super::link::{self, Link};
use super::needs::{self, Place};
use super::program::{self, Found};
use super::sources::{self, Packages, Sources};
use super::started;
use super::together;
use super::tool_files;
use crate::edit::Edit;
use crate::outcome::{Code, Decline, Note};
use crate::plan::analysis::{Analysis, Need, Needs, Payload};
use crate::plan::because::Because;
use crate::plan::build::Build;
use crate::plan::builder;
use crate::plan::entry::{self, Entry};
use crate::plan::layout::is_within;
use crate::toolchain::compiled::ladder::Linked;
use crate::toolchain::compiled::scope::Scope;
use crate::toolchain::compiled::tree::{Tree, file_name};
use crate::toolchain::compiled::{called, ladder};

/// Places that only cargo and rustup use.
const SCRATCH: [&str; 4] = [
    "/usr/local/cargo",
    "/usr/local/rustup",
    "/root/.cargo",
    "/root/.rustup",
];

/// Analyses a build.
pub(crate) fn of(build: &Build<'_>) -> Result<Analysis, Decline> {
    let tree = Tree::of(build);
    let entry = entry::read(build);
    let builds = builds::read(build, &tree)?;
    let found = program::find(build, &entry, &builds)?;
    let main = together::together(&found)?;
    let subject = Subject {
        build,
        entry: &entry,
        found: &found,
        main: &main,
        pages: &builds.pages,
    };
    subject.analyse()
}

struct Subject<'s, 'a> {
    build: &'s Build<'a>,
    entry: &'s Entry,
    found: &'s Found,
    main: &'s CargoBuild,
    pages: &'s [usize],
}

impl Subject<'_, '_> {
    fn analyse(&self) -> Result<Analysis, Decline> {
        let build = self.build;
        let mut own = self.found.own.iter();
        let is_debug = own.any(|own| own.build.cargo.profile_folder() == "debug");
        let packages = Packages {
            used: self.main.parts.iter().map(|part| &part.package).collect(),
            folders: &self.main.folders,
        };
        let sources = sources::read(build, &packages, is_debug)?;
        self.pages_are_elsewhere(&sources)?;
        let link = link::read(build, self.main, &sources)?;
        let names: Vec<String> = self.found.own.iter().map(|own| own.name.clone()).collect();
        let directory = self.directory();
        let place = Place {
            directory: &directory,
            own: &names,
            by_cargo: self.found.own.iter().any(|own| own.by_cargo),
        };
        let left = Tree::at_end(build);
        let mut around = needs::read(build, &left, &sources, &link.crates, &place)?;
        self.link(&link, &mut around.needs)?;
        started::add(build, self.entry, self.found, &mut around.needs);
        let project = self.main.settings.root.clone();
        let ground = ground::of(build, self.main)?;
        let roots = ground.roots;
        if project == "/" {
            databases::keep_root(&link.crates, &mut around.needs);
        }
        let mut bases = vec![directory.as_str(), build.workdir()];
        bases.extend(
            packages
                .used
                .iter()
                .map(|package| package.directory.as_str()),
        );
        bases.push(project.as_str());
        bases.dedup();
        let scope = Scope {
            build,
            tree: &left,
            entry: self.entry,
            roots: &roots,
            bases,
        };
        let (files, is_whole) = files::read(&scope, &sources);
        if let Some(all) = files.iter().find(|payload| payload.path == "/") {
            return Err(ground::in_root(self.main, &all.because.sentence()));
        }
        let mut payload = self.programs();
        let places: Vec<String> = payload.iter().map(|payload| payload.path.clone()).collect();
        let (mut edits, mut because) = (Vec::new(), Vec::new());
        let mut notes = around.notes;
        if is_whole {
            edits.extend(self.pruned(&files, &places, &mut because));
        }
        payload.extend(files);
        tool_files::add(
            build,
            self.entry,
            self.found,
            &mut payload,
            &mut around.needs,
        );
        let foreign = called::foreign(build, self.entry, &places, &around.needs.programs);
        let mut rungs = ladder::rungs(build, &link.linked, foreign.as_ref());
        for rung in &mut rungs {
            rung.launch = self.found.launch.clone();
        }
        let kept = self.compiled(&places);
        // What is taken out of a mount comes before what is removed.
        edits.splice(0..0, kept.edits);
        because.extend(kept.because);
        notes.extend(kept.note);
        let (edit, why) = self.scripted().unzip();
        edits.extend(edit);
        because.extend(why);
        let mut scratch: Vec<String> = SCRATCH.iter().map(|path| (*path).to_owned()).collect();
        scratch.push(self.main.settings.target_dir.clone());
        notes.extend(self.notes(&link));
        notes.extend(self.found.script.iter().map(|edit| edit.note.clone()));
        let path = self.found.path.iter();
        Ok(Analysis {
            covered: ground.covered,
            scratch,
            payload,
            provides: self.provided(&places),
            needs: around.needs,
            rungs,
            edits,
            env: path
                .map(|(directory, because)| {
                    (
                        "PATH".to_owned(),
                        format!("{directory}:$PATH"),
                        because.clone(),
                    )
                })
                .collect(),
            notes,
            because,
            ..Analysis::default()
        })
    }

    /// Declines a program that reads from the target directory what is compiled for browsers.
    fn pages_are_elsewhere(&self, sources: &Sources) -> Result<(), Decline> {
        let Some(line) = self.pages.first() else {
            return Ok(());
        };
        let mut strings = sources.files.iter().flat_map(|file| &file.facts.strings);
        if strings.any(|literal| literal.value.contains("wasm32-")) {
            let message = "the program reads the target directory of what runs in browsers";
            return Err(Decline::new(Code::UnsupportedProject, message).at(*line));
        }
        Ok(())
    }

    /// How it is linked, for the core; the tools that start beside it included.
    fn link(&self, link: &Link, needs: &mut Needs) -> Result<(), Decline> {
        needs.link = link.linked.link();
        needs.packages.extend(link.packages.iter().cloned());
        for (path, tool, line) in &self.found.tools {
            let because = Because::line(format!("`{path}` is linked with it"), *line);
            for package in started::tool_packages(self.build, tool, *line)? {
                needs.packages.push(Need::new(package, because.clone()));
            }
        }
        Ok(())
    }

    /// The directory in which the first program starts.
    fn directory(&self) -> String {
        let first = self.found.own.first().map(|own| own.name.as_str());
        let starts = self.entry.commands.iter().find(|start| {
            start
                .words
                .iter()
                .flatten()
                .any(|word| Some(file_name(word)) == first)
        });
        starts.map_or_else(
            || self.build.workdir().to_owned(),
            |start| start.directory.clone(),
        )
    }

    fn programs(&self) -> Vec<Payload> {
        let own = self.found.own.iter().map(|own| {
            let line = if own.build.line > 0 {
                own.build.line
            } else {
                self.entry.line
            };
            (
                own.path.clone(),
                Because::line("the program that starts", line),
            )
        });
        let tools = self.found.tools.iter().map(|(path, _, line)| {
            (
                path.clone(),
                Because::line("a program that is started beside it", *line),
            )
        });
        let payload = |(path, because)| Payload {
            path,
            is_dir: false,
            writable: false,
            because,
        };
        own.chain(tools).map(payload).collect()
    }

    /// The names under which what goes along is called; nothing calls cargo where its script is
    /// changed.
    fn provided(&self, places: &[String]) -> Vec<String> {
        let names = places.iter().map(|place| file_name(place).to_owned());
        let cargo = self.found.script.iter().map(|_| "cargo".to_owned());
        names.chain(cargo).collect()
    }

    /// Removes what else the target directory holds, where the application goes along as a whole.
    fn pruned(
        &self,
        files: &[Payload],
        programs: &[String],
        because: &mut Vec<(String, Because)>,
    ) -> Option<Edit> {
        let target = &self.main.settings.target_dir;
        let inside = files.iter().any(|payload| is_within(target, &payload.path));
        if !inside {
            return None;
        }
        let kept: Vec<String> = programs
            .iter()
            .filter(|program| is_within(program, target))
            .map(|program| format!(" ! -path {program}"))
            .collect();
        let line = if kept.is_empty() {
            format!("rm -rf {target}")
        } else {
            format!("find {target} -type f{} -delete", kept.concat())
        };
        because.push((
            line.clone(),
            Because::rule("of what cargo made, only the program is needed"),
        ));
        Some(self.appended(&line))
    }

    fn built(&self, missing: &CargoBuild, directory: &str) -> (Edit, String) {
        let line = build_line::words(missing).join(" ");
        let last = self.build.steps.get(builder::last_builder_step(self.build));
        let workdir = last.and_then(|step| step.state.contract.workdir.as_deref());
        let line = if workdir == Some(directory) {
            line
        } else {
            format!("cd {directory} && {line}")
        };
        (self.appended(&line), line)
    }

    /// What changes about how the program is compiled: a build that cargo did at start, or the
    /// dependencies in a layer of their own.
    fn compiled(&self, places: &[String]) -> Kept {
        let Some((missing, directory)) = &self.found.missing_build else {
            return kept::of(self.build, self.main, places);
        };
        let (edit, command) = self.built(missing, directory);
        let because = Because::line("what `cargo run` would build", self.entry.line);
        Kept {
            edits: vec![edit],
            because: vec![(command, because)],
            note: None,
        }
    }

    /// A script in which the program takes the place of `cargo run`.
    fn scripted(&self) -> Option<(Edit, (String, Because))> {
        let script = self.found.script.as_ref()?;
        let rule = Because::line("`cargo run` starts this program", self.entry.line);
        let edit = self.appended(&script.command);
        Some((edit, (script.command.clone(), rule)))
    }

    /// A RUN behind everything else that the builder does.
    fn appended(&self, command: &str) -> Edit {
        let dockerfile = self.build.dockerfile;
        let run = builder::keyword(dockerfile, "RUN");
        let end = builder::end(self.build);
        let line_end = dockerfile.line_end();
        let ended = dockerfile
            .text
            .get(..end)
            .is_some_and(|text| text.ends_with('\n'));
        let before = if ended { "" } else { line_end };
        Edit::insert(end, format!("{before}{run} {command}{line_end}"))
    }

    fn notes(&self, link: &Link) -> Vec<Note> {
        let mut notes = Vec::new();
        if self.found.own.iter().any(|own| own.by_cargo) {
            let message = "the program is started itself instead of `cargo run`".to_owned();
            notes.push(Note {
                line: Some(self.entry.line),
                message,
            });
        }
        if !link.crates.is_locked
            && !matches!(link.linked, Linked::Static(_))
            && !link.crates.all.is_empty()
        {
            let message =
                "there is no Cargo.lock: the libraries are those of the direct dependencies"
                    .to_owned();
            notes.push(Note {
                line: None,
                message,
            });
        }
        notes
    }
}

#[cfg(test)]
mod tests;
