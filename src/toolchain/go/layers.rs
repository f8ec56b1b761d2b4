//! Changes to the builder. In: the commands that build the programs. Out: edits that download the
//! modules before the sources come, that switch cgo off, and that keep go's build cache.

use super::program;
use super::setting::{self, Value};
use super::world::World;
use crate::dockerfile::instruction::{InstructionKind, Run};
use crate::edit::Edit;
use crate::plan::action::Action;
use crate::plan::because::Because;
use crate::plan::build::{Build, Step};
use crate::plan::builder::{comment_start, keyword};
use crate::plan::layout::is_within;
use crate::toolchain::compiled::tree::{Tree, file_name};

/// Edits, each with the text that it emits and the reason.
#[derive(Debug, Default)]
pub(crate) struct Layers {
    /// The edits.
    pub(crate) edits: Vec<Edit>,
    /// Emitted lines and why they are there.
    pub(crate) because: Vec<(String, Because)>,
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

    /// The modules are downloaded before the sources are copied, so that a change of the sources
    /// does not repeat it.
    pub(crate) fn dependencies_first(&mut self, build: &Build<'_>, tree: &Tree, world: &World) {
        let Some((step, lines)) = download(build, tree, world) else {
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

/// The step before which the modules can be downloaded, and the lines that do it.
fn download<'b>(
    build: &'b Build<'_>,
    tree: &Tree,
    world: &World,
) -> Option<(&'b Step<'b>, Vec<String>)> {
    let [module] = world.modules.as_slice() else {
        return None;
    };
    if world.is_workspace || world.vendor.is_some() || world.requires().next().is_none() {
        return None;
    }
    let source = directory_of(&module.file);
    // The COPY that brings the manifest first has to be one that brings sources too.
    let brings = |path: &str| {
        build
            .layout
            .entries
            .iter()
            .find(|entry| entry.source == path || (entry.is_dir && below(path, &entry.source)))
    };
    let entry = brings(&module.file)?;
    if !entry.is_dir || entry.source == module.file {
        return None;
    }
    let step = build.steps.get(entry.step)?;
    if !matches!(
        step.instruction.kind,
        InstructionKind::Copy(_) | InstructionKind::Add(_)
    ) {
        return None;
    }
    let first_build = program::commands(build).next().map(|(step, _, _)| step)?;
    if entry.step >= first_build || !is_undisturbed(build, entry.step, first_build) {
        return None;
    }
    let user = step.state.contract.user.as_str();
    if !matches!(user, "" | "root" | "0") {
        return None;
    }
    let sums = join(source, "go.sum");
    if !build.context.is_file(&sums)
        || tree
            .context(&format!(
                "{}/go.sum",
                module.directory.trim_end_matches('/')
            ))
            .is_none()
    {
        return None;
    }
    let copy = keyword(build.dockerfile, "COPY");
    let workdir = step.state.contract.workdir.as_deref();
    let is_here = workdir == Some(module.directory.as_str());
    let target = |directory: &str| {
        if workdir == Some(directory) {
            "./".to_owned()
        } else {
            format!("{}/", directory.trim_end_matches('/'))
        }
    };
    let mut lines = vec![format!(
        "{copy} {} {sums} {}",
        module.file,
        target(&module.directory)
    )];
    // The manifests of replaced modules are read by the download.
    for (_, directory) in &module.manifest.local {
        let file = normal(&join(source, directory))?;
        let file = join(&file, "go.mod");
        let inside = build.context.is_file(&file) && below(&file, &entry.source);
        if !inside {
            return None;
        }
        let placed = tree.files().find(|(_, context)| *context == file)?.0;
        let placed = placed.strip_suffix("/go.mod")?;
        lines.push(format!("{copy} {file} {placed}/"));
    }
    let run = keyword(build.dockerfile, "RUN");
    lines.push(if is_here {
        format!("{run} go mod download")
    } else {
        format!("{run} cd {} && go mod download", module.directory)
    });
    // A path with a blank or a sign of the shell cannot stand in a plain COPY.
    let odd = |path: &str| path.contains(|c: char| c.is_whitespace() || "\"'$*?[\\".contains(c));
    let locals = module
        .manifest
        .local
        .iter()
        .map(|(_, directory)| directory.as_str());
    let mut paths = [module.file.as_str(), module.directory.as_str()]
        .into_iter()
        .chain(locals);
    (!paths.any(odd)).then_some((step, lines))
}

/// Whether nothing between the COPY and the first build prepares the download: private modules,
/// credentials, tools that fetch.
fn is_undisturbed(build: &Build<'_>, from: usize, to: usize) -> bool {
    let settings = [
        "GOPRIVATE",
        "GOPROXY",
        "GONOPROXY",
        "GONOSUMDB",
        "GONOSUMCHECK",
        "GOSUMDB",
        "GOFLAGS",
        "GOINSECURE",
        "GO111MODULE",
        "GOTOOLCHAIN",
        "GOMODCACHE",
        "GOPATH",
        "GOVCS",
    ];
    let between = build
        .steps
        .iter()
        .enumerate()
        .skip(from)
        .take(to - from + 1);
    for (_, step) in between {
        let sets = match &step.instruction.kind {
            InstructionKind::Env(pairs) => {
                pairs.iter().any(|p| settings.contains(&p.name.as_str()))
            }
            InstructionKind::Arg(args) => args.iter().any(|a| settings.contains(&a.name.as_str())),
            InstructionKind::Run(run) => run.flags.iter().any(|flag| {
                let value = flag.value.as_deref().unwrap_or_default();
                value.contains("type=secret") || value.contains("type=ssh")
            }),
            _ => false,
        };
        let prepares = step.commands.iter().any(|command| {
            let name = command
                .program
                .as_deref()
                .map(file_name)
                .unwrap_or_default();
            let sub = command.subcommand().unwrap_or_default();
            let variables = command.variables.keys();
            let mut own = variables.chain(command.command.assignments.iter().map(|(n, _)| n));
            let touches = |paths: &[String]| {
                paths
                    .iter()
                    .any(|path| path.contains("netrc") || is_within(path, "/root/.ssh"))
            };
            (name == "git" && sub == "config")
                || (name == "go" && matches!(sub, "env" | "get"))
                || (name == "go"
                    && sub == "mod"
                    && !command
                        .known_arguments()
                        .any(|w| matches!(w, "download" | "verify")))
                || (name == "go" && command.has_flag("-mod"))
                || own.any(|name| settings.contains(&name.as_str()))
                || match &command.action {
                    Action::Write(paths) => touches(paths),
                    Action::Packages { names, .. } => names.iter().any(|name| {
                        matches!(
                            name.as_str(),
                            "git" | "openssh" | "openssh-client" | "mercurial" | "subversion"
                        ) || name.starts_with("ca-certificates")
                    }),
                    Action::Certificates => true,
                    _ => false,
                }
        });
        if sets || prepares {
            return false;
        }
    }
    true
}

fn directory_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(directory, _)| directory)
}

fn join(directory: &str, name: &str) -> String {
    if directory.is_empty() {
        name.to_owned()
    } else {
        format!("{directory}/{name}")
    }
}

/// Without `.` and `..`; `None` where it climbs above the context's root.
fn normal(path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => _ = parts.pop()?,
            _ => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

fn below(path: &str, directory: &str) -> bool {
    directory.is_empty()
        || path
            .strip_prefix(directory)
            .is_some_and(|rest| rest.starts_with('/'))
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
