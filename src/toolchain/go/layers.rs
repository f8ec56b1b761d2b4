//! Changes to the builder. In: the commands that build the programs. Out: edits that download the
//! modules before the sources come, that switch cgo off, and that keep go's build cache.

use super::download;
use super::mounts;
use super::program;
use super::setting::{self, Value};
use super::strip;
use super::world::World;
use crate::dockerfile::instruction::{InstructionKind, Run};
use crate::edit::Edit;
use crate::options::Cache;
use crate::outcome::Note;
use crate::plan::action::Action;
use crate::plan::because::Because;
use crate::plan::build::{Build, Step};
use crate::plan::builder::{comment_start, keyword};
use crate::toolchain::compiled::tree::Tree;

/// Edits, each with the text that it emits and the reason.
#[derive(Debug, Default)]
pub(crate) struct Layers {
    /// The edits.
    pub(crate) edits: Vec<Edit>,
    /// Emitted lines and why they are there.
    pub(crate) because: Vec<(String, Because)>,
    /// What is said where the user's choice is not followed.
    pub(crate) note: Option<Note>,
}

impl Layers {
    fn insert(&mut self, build: &Build<'_>, step: &Step<'_>, lines: &[String], because: &Because) {
        let line_end = build.dockerfile.line_end();
        let text = format!("{}{line_end}", lines.join(line_end));
        let place = comment_start(build.dockerfile, step.instruction);
        self.edits.push(Edit::insert(place, text));
        for line in lines {
            self.because.push((line.clone(), because.clone()));
        }
    }

    /// `ENV CGO_ENABLED=0` before the step `step`.
    pub(crate) fn without_cgo(&mut self, build: &Build<'_>, step: usize, because: &Because) {
        if let Some(at) = build.steps.get(step) {
            let line = format!("{} CGO_ENABLED=0", keyword(build.dockerfile, "ENV"));
            self.insert(build, at, &[line], because);
        }
    }

    /// A cache for what go has compiled, in every RUN that builds.
    pub(crate) fn build_cache(&mut self, build: &Build<'_>) {
        if !build.options.buildkit {
            return;
        }
        let mut last = None;
        for (index, _, _) in program::commands(build) {
            if last == Some(index) {
                continue;
            }
            last = Some(index);
            let Some(step) = build.steps.get(index) else {
                continue;
            };
            if let InstructionKind::Run(run) = &step.instruction.kind
                && can_cache(build, index, step, run)
            {
                let mount = "--mount=type=cache,target=/root/.cache/go-build ";
                self.edits.push(Edit::insert(run.command_start, mount));
                let rule = "what go has compiled is kept between builds; the image loses nothing";
                self.because.push((mount.to_owned(), Because::rule(rule)));
            }
        }
    }

    /// What keeps modules between builds, in the way that the user chose: a layer that downloads
    /// them, or a mount where they can be had.
    pub(crate) fn modules(&mut self, build: &Build<'_>, tree: &Tree, worlds: &[World]) {
        let [world] = worlds else { return };
        if build.options.cache == Cache::Mounts {
            match mounts::places(build, world) {
                Ok(places) => {
                    let rule = "modules are kept between builds, beside the layers";
                    let flag = mounts::FLAG.trim().to_owned();
                    self.because.push((flag, Because::rule(rule)));
                    let edits = places.into_iter();
                    self.edits
                        .extend(edits.map(|place| Edit::insert(place, mounts::FLAG)));
                    return;
                }
                Err(why) => {
                    let line = program::commands(build).next().map(|(_, _, run)| run.line);
                    self.note = line.map(|line| Note::no_mounts(line, why));
                }
            }
        }
        self.dependencies_first(build, tree, world);
    }

    /// Flags for programs without debug information, in every command that builds.
    pub(crate) fn stripped(&mut self, build: &Build<'_>, trims: bool) {
        let rule = "programs without debug information are asked for";
        for (edit, text) in strip::edits(build, trims) {
            self.edits.push(edit);
            self.because.push((text, Because::rule(rule)));
        }
    }

    /// The modules are downloaded before the sources are copied, so that a change of the sources
    /// does not repeat it.
    fn dependencies_first(&mut self, build: &Build<'_>, tree: &Tree, world: &World) {
        let Some((step, lines)) = download::before(build, tree, world) else {
            return;
        };
        let rule = "modules are downloaded before the sources come, so that they stay cached";
        self.insert(build, step, &lines, &Because::rule(rule));
    }
}

/// Whether a RUN may have the cache mount: as root, with go's default place, and nothing in it
/// that removes the mounted directory.
fn can_cache(build: &Build<'_>, index: usize, step: &Step<'_>, run: &Run) -> bool {
    let mounted = run.flags.iter().any(|flag| {
        let value = flag.value.as_deref().unwrap_or_default();
        flag.name == "mount" && (value.contains(".cache") || value.contains("go-build"))
    });
    let user = step.state.contract.user.as_str();
    let moved = ["GOCACHE", "HOME", "XDG_CACHE_HOME"].iter().any(|name| {
        let set = step
            .commands
            .iter()
            .any(|c| c.variables.contains_key(*name));
        set || setting::at(build, index, name) != Value::Unset
    });
    let removed = step.commands.iter().any(|command| match &command.action {
        Action::Remove(paths) => paths.iter().any(|path| path.starts_with("/root")),
        _ => false,
    });
    matches!(user, "" | "root" | "0") && !mounted && !moved && !removed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit;
    use crate::toolchain::compiled::sample::sample;

    const REQUIRE: &str = "module m\nrequire github.com/x/y v1.0.0\n";

    fn first(text: &str, files: &[(&str, &str)], directory: &str) -> String {
        sample(text, files, |build| {
            let tree = Tree::of(build);
            let world = World::at(build, &tree, directory, 1).unwrap();
            let mut layers = Layers::default();
            layers.dependencies_first(build, &tree, &world);
            edit::apply(text, &layers.edits).unwrap()
        })
    }

    #[test]
    fn modules_come_before_the_sources() {
        let files = [("go.mod", REQUIRE), ("go.sum", ""), ("main.go", "")];
        let text = "from golang:1.25\r\nworkdir /a\r\n# all\r\ncopy . .\r\nrun go build\r\n";
        assert_eq!(
            first(text, &files, "/a"),
            "from golang:1.25\r\nworkdir /a\r\ncopy go.mod go.sum ./\r\nrun go mod download\r\n# all\r\ncopy . .\r\nrun go build\r\n"
        );
        let text = "FROM golang:1.25\nCOPY . /a\nWORKDIR /a\nRUN go build\n";
        assert_eq!(
            first(text, &files, "/a"),
            "FROM golang:1.25\nCOPY go.mod go.sum /a/\nRUN cd /a && go mod download\nCOPY . /a\nWORKDIR /a\nRUN go build\n"
        );
    }

    #[test]
    fn manifests_of_replaced_modules_come_too() {
        let go_mod = format!("{REQUIRE}require z v0.0.0\nreplace z => ../lib/z\n");
        let files = [
            ("svc/go.mod", go_mod.as_str()),
            ("svc/go.sum", ""),
            ("lib/z/go.mod", "module z"),
        ];
        let text = "FROM golang:1.25\nWORKDIR /a\nCOPY . .\nRUN cd svc && go build\n";
        let result = first(text, &files, "/a/svc");
        let lines: Vec<&str> = result.lines().skip(2).take(3).collect();
        assert_eq!(
            lines,
            [
                "COPY svc/go.mod svc/go.sum /a/svc/",
                "COPY lib/z/go.mod /a/lib/z/",
                "RUN cd /a/svc && go mod download"
            ]
        );
    }

    #[test]
    fn the_order_stays_where_it_may_matter() {
        let files = [("go.mod", REQUIRE), ("go.sum", ""), ("main.go", "")];
        for text in [
            "FROM golang:1.25\nWORKDIR /a\nCOPY go.mod ./\nCOPY . .\nRUN go build\n",
            "FROM golang:1.25\nWORKDIR /a\nCOPY . .\nENV GOPRIVATE=x.org\nRUN go build\n",
            "FROM golang:1.25\nWORKDIR /a\nCOPY . .\nRUN git config --global a b && go build\n",
            "FROM golang:1.25\nWORKDIR /a\nCOPY . .\nRUN go build -mod=vendor\n",
            "FROM golang:1.25\nWORKDIR /a\nCOPY . .\nRUN GOFLAGS=-mod=mod go build\n",
            "FROM golang:1.25\nWORKDIR /a\nCOPY . .\nRUN go mod tidy && go build\n",
            "FROM golang:1.25\nWORKDIR /a\nCOPY . .\nRUN --mount=type=ssh go build\n",
            "FROM golang:1.25\nWORKDIR /a\nUSER 1000\nCOPY . .\nRUN go build\n",
        ] {
            assert_eq!(first(text, &files, "/a"), text);
        }
        let text = "FROM golang:1.25\nWORKDIR /a\nCOPY . .\nRUN go build\n";
        for files in [
            &[("go.mod", REQUIRE)][..],
            &[("go.mod", "module m"), ("go.sum", "")],
            &[
                ("go.mod", REQUIRE),
                ("go.sum", ""),
                ("vendor/modules.txt", ""),
            ],
        ] {
            assert_eq!(first(text, files, "/a"), text);
        }
    }

    #[test]
    fn the_build_cache_lies_where_go_puts_it() {
        let mount = "--mount=type=cache,target=/root/.cache/go-build";
        for (run, expected) in [
            ("RUN go build", format!("RUN {mount} go build")),
            (
                "RUN a && go build && go build",
                format!("RUN {mount} a && go build && go build"),
            ),
            ("RUN go vet", "RUN go vet".to_owned()),
            (
                "RUN go build && rm -rf /root/.cache",
                "RUN go build && rm -rf /root/.cache".to_owned(),
            ),
            (
                "RUN GOCACHE=/x go build",
                "RUN GOCACHE=/x go build".to_owned(),
            ),
        ] {
            let text = format!("FROM golang:1.25\n{run}\n");
            sample(&text, &[("go.mod", "")], |build| {
                let mut layers = Layers::default();
                layers.build_cache(build);
                let result = edit::apply(&text, &layers.edits).unwrap();
                assert_eq!(result, format!("FROM golang:1.25\n{expected}\n"));
            });
        }
    }
}
