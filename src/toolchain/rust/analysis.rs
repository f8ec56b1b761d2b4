//! The answer for a build: everything about its programs, put together.

use super::build_line;
use super::builds::{self, CargoBuild};
use super::files;
use super::installed::Tool;
use super::kept;
use super::link::{self, Link};
use super::needs::{self, Place};
use super::program::{self, Found};
use super::sources;
use crate::edit::Edit;
use crate::knowledge::debian_libraries::runtime_libraries;
use crate::knowledge::distro::Distro;
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
use crate::toolchain::compiled::{called, ladder, roots};

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
    let Some(first) = found.own.first() else {
        return Err(Decline::new(Code::ArtifactNotFound, "no program was found"));
    };
    let of_one = |own: &CargoBuild| own.settings.directory == first.build.settings.directory;
    if let Some(other) = found.own.iter().find(|own| !of_one(&own.build)) {
        let message = "the programs that start come from several packages";
        return Err(Decline::new(Code::UnsupportedProject, message).at(other.build.line));
    }
    let subject = Subject {
        build,
        tree: &tree,
        entry: &entry,
        found: &found,
        main: &first.build,
    };
    subject.analyse()
}

struct Subject<'s, 'a> {
    build: &'s Build<'a>,
    tree: &'s Tree,
    entry: &'s Entry,
    found: &'s Found,
    main: &'s CargoBuild,
}

impl Subject<'_, '_> {
    fn analyse(&self) -> Result<Analysis, Decline> {
        let build = self.build;
        let is_debug = self.main.cargo.profile_folder() == "debug";
        let sources = sources::read(build, &self.main.package, is_debug)?;
        let link = link::read(build, self.main, &sources)?;
        let names: Vec<String> = self.found.own.iter().map(|own| own.name.clone()).collect();
        let directory = self.directory();
        let place = Place {
            directory: &directory,
            own: &names,
            by_cargo: self.found.own.iter().any(|own| own.by_cargo),
        };
        let mut around = needs::read(build, &sources, &link.crates, &place)?;
        self.link(&link, &mut around.needs)?;
        let project = self.main.settings.directory.clone();
        let roots = self.roots(&project)?;
        let mut bases = vec![directory.as_str(), build.workdir(), project.as_str()];
        bases.dedup();
        let scope = Scope {
            build,
            tree: self.tree,
            entry: self.entry,
            roots: &roots,
            bases,
        };
        let (files, is_whole) = files::read(&scope, &sources);
        let mut payload = self.programs();
        let places: Vec<String> = payload.iter().map(|payload| payload.path.clone()).collect();
        let (mut edits, mut because) = (Vec::new(), Vec::new());
        let mut notes = around.notes;
        if is_whole {
            edits.extend(self.pruned(&files, &places, &mut because));
        }
        payload.extend(files);
        let foreign = called::foreign(build, self.entry, &places, &around.needs.programs);
        let mut rungs = ladder::rungs(build, &link.linked, foreign.as_ref());
        for rung in &mut rungs {
            rung.launch = self.found.launch.clone();
        }
        if let Some(missing) = &self.found.missing_build {
            let (edit, command) = self.built(missing);
            because.push((
                command,
                Because::line("what `cargo run` would build", self.entry.line),
            ));
            edits.push(edit);
        } else {
            let kept = kept::of(build, self.main, &places);
            // What is taken out of a mount comes before what is removed.
            edits.splice(0..0, kept.edits);
            because.extend(kept.because);
            notes.extend(kept.note);
        }
        let mut scratch: Vec<String> = SCRATCH.iter().map(|path| (*path).to_owned()).collect();
        scratch.push(self.main.settings.target_dir.clone());
        notes.extend(self.notes(&link));
        let path = self.found.path.iter();
        Ok(Analysis {
            covered: roots,
            scratch,
            payload,
            provides: places
                .iter()
                .map(|place| file_name(place).to_owned())
                .collect(),
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

    /// How it is linked, for the core; the tools that start beside it included.
    fn link(&self, link: &Link, needs: &mut Needs) -> Result<(), Decline> {
        needs.link = link.linked.link();
        needs.packages.extend(link.packages.iter().cloned());
        for (path, tool, line) in &self.found.tools {
            let because = Because::line(format!("`{path}` is linked with it"), *line);
            for package in self.tool_packages(tool, *line)? {
                needs.packages.push(Need::new(package, because.clone()));
            }
        }
        Ok(())
    }

    fn tool_packages(&self, tool: &Tool, line: usize) -> Result<Vec<String>, Decline> {
        let distro = self.build.base.image.distro.as_ref();
        let codename = distro.and_then(Distro::codename);
        let mut packages = Vec::new();
        for link in &tool.links {
            let found = codename.and_then(|codename| runtime_libraries(codename, link));
            let Some(found) = found else {
                let message = format!(
                    "which libraries `{}` needs is not known",
                    tool.programs.join(" ")
                );
                return Err(Decline::new(Code::UnknownLibraries, message).at(line));
            };
            packages.extend(found.into_iter().map(str::to_owned));
        }
        Ok(packages)
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

    /// The directories that are the project's. One in `/` itself has none of its own.
    fn roots(&self, project: &str) -> Result<Vec<String>, Decline> {
        if project != "/" {
            return Ok(roots::of(self.build, &[project.to_owned()]));
        }
        let message = "the project lies in `/` among the system's directories";
        Err(Decline::new(Code::UnsupportedProject, message)
            .at(self.main.line)
            .hint("give the project a directory of its own with WORKDIR"))
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

    fn built(&self, missing: &CargoBuild) -> (Edit, String) {
        let line = build_line::words(missing).join(" ");
        let directory = &missing.settings.directory;
        let line = if self.build.workdir() == directory {
            line
        } else {
            format!("cd {} && {line}", self.build.workdir())
        };
        (self.appended(&line), line)
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
mod tests {
    use super::*;
    use crate::options::Runtime;
    use crate::toolchain::compiled::sample::sample;

    fn analysis(base: &str, tail: &str, source: &str) -> Result<Analysis, Code> {
        let text = format!("FROM {base}\nWORKDIR /app\nCOPY . .\n{tail}\n");
        let files = [
            ("Cargo.toml", "[package]\nname='a'\nedition='2021'"),
            ("src/main.rs", source),
        ];
        sample(&text, &files, |build| {
            of(build).map_err(|decline| decline.code)
        })
    }

    const RELEASE: &str = "RUN cargo build --release\nCMD [\"./target/release/a\"]";

    #[test]
    fn the_linkage_decides_the_ladder() {
        for (base, runtimes) in [
            ("rust:1-bookworm", [Runtime::Distroless, Runtime::Slim]),
            ("rust:1-alpine", [Runtime::Distroless, Runtime::Scratch]),
        ] {
            let found = analysis(base, RELEASE, "fn main() {}").unwrap();
            let rungs = found.rungs.iter().filter(|rung| rung.refusal.is_none());
            let first: Vec<_> = rungs.map(|rung| rung.runtime).take(2).collect();
            assert_eq!(first, runtimes, "{base}");
        }
    }

    #[test]
    fn a_floating_tag_is_kept_on_its_release() {
        let found = analysis("rust:1", RELEASE, "fn main() {}").unwrap();
        let pin = found.rungs.first().and_then(|rung| rung.pin.clone());
        assert_eq!(pin.as_deref(), Some("1-trixie"));
    }

    #[test]
    fn the_program_keeps_its_path() {
        let found = analysis("rust:1-bookworm", RELEASE, "fn main() {}").unwrap();
        let paths: Vec<_> = found
            .payload
            .iter()
            .map(|payload| payload.path.as_str())
            .collect();
        assert_eq!(paths, ["/app/target/release/a"]);
        assert_eq!(found.covered, ["/app"]);
        assert!(found.edits.is_empty());
    }

    #[test]
    fn of_a_whole_directory_only_the_program_is_left_in_target() {
        let tail = format!("RUN cargo run --bin a\n{RELEASE}");
        let found = analysis("rust:1-bookworm", &tail, "fn main() {}").unwrap();
        let edit = found.edits.first().map(|edit| edit.text.as_str());
        assert_eq!(
            edit,
            Some("RUN find /app/target -type f ! -path /app/target/release/a -delete\n")
        );
    }

    #[test]
    fn cargo_run_becomes_a_build() {
        let found = analysis("rust:1-bookworm", "CMD cargo run --release", "fn main() {}").unwrap();
        assert_eq!(
            found.edits.first().map(|edit| edit.text.as_str()),
            Some("RUN cargo build --release\n")
        );
    }

    #[test]
    fn a_project_in_the_root_is_declined() {
        let text = "FROM rust:1\nCOPY . .\nRUN cargo build\nCMD [\"./target/debug/a\"]\n";
        let files = [("Cargo.toml", "[package]\nname='a'"), ("src/main.rs", "")];
        let code = sample(text, &files, |build| {
            of(build).map_err(|decline| decline.code)
        });
        assert_eq!(code.err(), Some(Code::UnsupportedProject));
    }
}
