//! Builders and engines as functions: build, inspect, export, run. Everything goes through argument
//! vectors; what is made carries the name of this run and is removed when its value is dropped.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::container::Container;
use super::files::{Files, Limits};
use super::inspected::Inspected;
use super::leftovers::Leftovers;
use super::process::{Call, CallError, Ended};
use super::settings::{Builder, Wishes};
use super::steps;
use super::written::Listener;
use anyhow::{Context as _, Result, bail};

/// A layer of an image that somebody else removes meanwhile makes a build fail that had found it.
const LOST_LAYER: &str = "layer not known";

/// So many processes may a container have: more than any server, fewer than a bomb.
const PROCESSES: &str = "2048";

/// A builder and the engine that runs its images.
#[derive(Debug)]
pub(super) struct Engine {
    builder: Builder,
    /// The words that begin a build.
    build: Vec<&'static str>,
    /// What the names of this run begin with.
    prefix: String,
    leftovers: Leftovers,
    count: AtomicUsize,
}

/// What a build came to.
pub(super) struct Built<'e> {
    engine: &'e Engine,
    /// Its tag.
    pub(super) name: String,
    /// Tags of its earlier stages, which keep their layers from being left behind.
    stages: Vec<String>,
    /// What the builder said.
    pub(super) log: String,
    /// How long it took.
    pub(super) took: Duration,
}

/// What is built.
pub(super) struct Recipe<'r> {
    /// The Dockerfile.
    pub(super) file: &'r Path,
    /// The build context.
    pub(super) context: &'r Path,
}

/// Why there is no image.
pub(super) enum NotBuilt {
    /// The builder says no; its last words.
    Refused(String),
    /// The run cannot go on.
    Off(anyhow::Error),
}

impl Engine {
    /// The builder that is wished for, or the first that works here.
    pub(super) fn find(wished: Option<Builder>) -> Result<Self> {
        let mut reasons = Vec::new();
        for builder in wished.map_or(Builder::ALL.to_vec(), |builder| vec![builder]) {
            match works(builder) {
                Ok(()) => return Ok(Self::of(builder)),
                Err(reason) => reasons.push(format!("{builder}: {reason}")),
            }
        }
        bail!(
            "no builder works here ({}); install docker, podman or buildah, or name one with `--builder`",
            reasons.join("; ")
        )
    }

    fn of(builder: Builder) -> Self {
        let build = match builder {
            // A driver that builds elsewhere brings the image here with `--load`.
            Builder::Docker if has_buildx() => {
                vec!["buildx", "build", "--load", "--progress=plain"]
            }
            Builder::Docker => vec!["build"],
            // Their own format knows no HEALTHCHECK, and without layers nothing is cached.
            // buildah keeps the working container of a build that fails, unless it is told.
            Builder::Podman | Builder::Buildah => {
                vec!["build", "--format=docker", "--layers", "--force-rm"]
            }
        };
        Self {
            builder,
            build,
            prefix: format!("restage-verify-{}", std::process::id()),
            leftovers: Leftovers::of(builder.runner()),
            count: AtomicUsize::new(0),
        }
    }

    /// The builder.
    pub(super) fn builder(&self) -> Builder {
        self.builder
    }

    pub(super) fn runner(&self) -> Call {
        Call::new(self.builder.runner())
    }

    /// What is to be removed in the end.
    pub(super) fn leftovers(&self) -> &Leftovers {
        &self.leftovers
    }

    fn fresh_name(&self) -> String {
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        format!("{}-{number}", self.prefix)
    }

    /// Builds an image; `listener` hears the builder.
    pub(super) fn build(
        &self,
        recipe: &Recipe<'_>,
        wishes: &Wishes,
        listener: Listener<'_>,
    ) -> Result<Built<'_>, NotBuilt> {
        let mut built = Built {
            engine: self,
            name: format!("localhost/{}:latest", self.fresh_name()),
            stages: Vec::new(),
            log: String::new(),
            took: Duration::ZERO,
        };
        let _building = self.leftovers.building();
        let call = self.build_call(&built.name, recipe, wishes);
        let ended = patient(&call, listener)?;
        built.take(&ended);
        self.name_stages(&mut built);
        if !ended.is_good() {
            return Err(NotBuilt::Refused(ended.last_words(12)));
        }
        Ok(built)
    }

    /// Names the images that earlier stages came to, so that they can be removed with the last one's.
    /// A builder with a cache of its own looks after them itself.
    fn name_stages(&self, built: &mut Built<'_>) {
        for image in steps::stages_of_log(&built.log) {
            let tag = format!("localhost/{}:latest", self.fresh_name());
            let call = self.runner().args(["tag", &image, &tag]);
            let ended = call.even_if_interrupted().end();
            if ended.is_ok_and(|ended| ended.is_good()) {
                built.stages.push(tag);
            }
        }
    }

    fn build_call(&self, tag: &str, recipe: &Recipe<'_>, wishes: &Wishes) -> Call {
        let call = Call::new(self.builder.as_str()).args(self.build.iter().copied());
        let call = call.args(["--tag", tag, "--file"]);
        let mut call = call.arg(recipe.file.to_string_lossy());
        for (name, value) in &wishes.build_args {
            call = call.arg("--build-arg").arg(format!("{name}={value}"));
        }
        call.args(&wishes.build_opts)
            .within(wishes.build_limit())
            .in_steps()
            .arg(recipe.context.to_string_lossy())
    }

    /// The arguments of a container of `image` that runs `command`, under limits.
    fn run_call(&self, name: &str, wishes: &Wishes) -> Call {
        let call = self.runner().arg("run").args(["--name", name]);
        let mut call = call
            .arg(format!("--network={}", wishes.network()))
            .args(["--hostname", "restage", "--no-healthcheck"])
            .args(["--pids-limit", PROCESSES]);
        if let Some(memory) = wishes.memory() {
            call = call.args(["--memory", memory]);
        }
        for folder in &wishes.tmpfs {
            call = call.args(["--tmpfs", folder]);
        }
        if self.builder.runner() == "podman" {
            // Podman invents an account for a user that the image has none for.
            call = call.args(["--passwd=false", "--pull=never"]);
            for name in &wishes.ignore_env {
                call = call.args(["--unsetenv", name]);
            }
        }
        call.args(&wishes.run_opts)
    }

    /// Starts `image` as its author meant it, with the wished arguments and environment.
    pub(super) fn start(&self, image: &str, wishes: &Wishes) -> Result<Container<'_>> {
        let name = self.fresh_name();
        let mut call = self.run_call(&name, wishes).keeping(1 << 20);
        for (key, value) in &wishes.env {
            call = call.arg("--env").arg(format!("{key}={value}"));
        }
        let call = call.arg(image).args(&wishes.args);
        let mut container = Container {
            engine: self,
            name,
            running: None,
            parting: wishes.parting(),
        };
        container.running = Some(call.start().with_context(|| call.to_string())?);
        Ok(container)
    }

    /// Runs a program of `image` in place of its own, to its end.
    pub(super) fn run(&self, image: &str, words: &[&str], wishes: &Wishes) -> Result<Ended> {
        let name = self.fresh_name();
        let Some((program, args)) = words.split_first() else {
            bail!("no program to run");
        };
        let call = self.run_call(&name, wishes);
        let call = call
            .args(["--entrypoint", program, image])
            .args(args.iter().copied());
        let call = call.within(wishes.patience());
        let ended = call.end();
        self.leftovers.container(&name);
        ended.with_context(|| call.to_string())
    }

    /// The files of `image`, which is not run: where the engine mounts it for us, from there, else
    /// as a tar stream.
    pub(super) fn files(&self, image: &str) -> Result<Files> {
        let limits = Limits::default();
        let name = self.fresh_name();
        // A program must be named where the image names none; it is never started.
        let create = self
            .runner()
            .args(["create", "--name", &name, image, "/none"]);
        let result = good(&create).and_then(|_| {
            if let Some(files) = self.mounted(&name, &limits) {
                return files;
            }
            let export = self.runner().args(["export", &name]);
            let export = export.within(Duration::from_secs(600));
            let read = export.read(|tar| Files::read(tar, &limits));
            read.with_context(|| export.to_string())?
        });
        self.leftovers.container(&name);
        result
    }

    /// Writes an image as an archive, in the format that all engines and scanners know.
    pub(super) fn save(&self, built: &Built<'_>, archive: &Path) -> Result<()> {
        let call = self.runner().args(["save", "--output"]);
        let mut call = call.arg(archive.to_string_lossy());
        if self.builder.runner() == "podman" {
            call = call.args(["--format", "docker-archive"]);
        }
        let call = call.arg(&built.name).within(Duration::from_secs(600));
        good(&call).map(drop)
    }

    /// The files of a container, where its engine mounts them: podman does so for root.
    #[cfg(unix)]
    fn mounted(&self, container: &str, limits: &Limits) -> Option<Result<Files>> {
        if self.builder == Builder::Docker {
            return None;
        }
        let told = good(&self.runner().args(["mount", container])).ok()?;
        let text = told.out.text();
        let folder = Path::new(text.trim());
        // It goes with its container.
        folder.is_absolute().then(|| Files::mounted(folder, limits))
    }

    #[cfg(not(unix))]
    fn mounted(&self, _container: &str, _limits: &Limits) -> Option<Result<Files>> {
        None
    }
}

impl Built<'_> {
    fn take(&mut self, ended: &Ended) {
        self.took = ended.took;
        self.log = ended.out.text() + &ended.err.text();
    }

    /// What the engine says of it.
    pub(super) fn inspect(&self) -> Result<Inspected> {
        let call = self.engine.runner().args(["image", "inspect", &self.name]);
        Inspected::read(&good(&call)?.out.text())
    }
}

impl Drop for Built<'_> {
    fn drop(&mut self) {
        let names = std::iter::once(&self.name).chain(&self.stages);
        self.engine.leftovers.add(names.cloned());
    }
}

/// Runs a call that must go well.
fn good(call: &Call) -> Result<Ended> {
    let ended = call.end().with_context(|| call.to_string())?;
    if ended.is_good() {
        return Ok(ended);
    }
    bail!("{call}: {}", ended.last_words(12))
}

/// Builds, again if a layer was lost to somebody else.
fn patient(call: &Call, listener: Listener<'_>) -> Result<Ended, NotBuilt> {
    let mut left = 4;
    loop {
        let ended = match call.end_heard(listener) {
            Ok(ended) => ended,
            Err(error @ CallError::TooLong(_)) => return Err(NotBuilt::Refused(error.to_string())),
            Err(error) => return Err(NotBuilt::Off(error.into())),
        };
        if ended.is_good() || left == 0 || !ended.err.text().contains(LOST_LAYER) {
            return Ok(ended);
        }
        left -= 1;
    }
}

/// Whether a builder, and the engine that runs its images, are there and answer.
fn works(builder: Builder) -> Result<(), String> {
    let mut programs = vec![builder.as_str()];
    if builder.runner() != builder.as_str() {
        programs.push(builder.runner());
    }
    for program in programs {
        // Docker's `version` fails where there is no daemon.
        let ended = Call::new(program).arg("version").end();
        let ended = ended.map_err(|error| error.to_string())?;
        if !ended.is_good() {
            return Err(ended.last_words(1));
        }
    }
    Ok(())
}

fn has_buildx() -> bool {
    let ended = Call::new("docker").args(["buildx", "version"]).end();
    ended.is_ok_and(|ended| ended.is_good())
}
