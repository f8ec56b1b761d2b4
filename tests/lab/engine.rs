//! The lab's scripts and podman as functions. Images and containers carry a prefix of this run and
//! are removed when their values are dropped.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context as _, Result, bail, ensure};

use super::rubbish::{PREFIX, Rubbish};
use super::turn::{alone_with, building};

/// No build takes this long: it waits for something that will not come.
const BUILD_SECONDS: &str = "1800";

/// The container tools.
pub(crate) struct Engine {
    scripts: PathBuf,
    prefix: String,
    rubbish: Arc<Rubbish>,
}

/// An image of a build.
pub(crate) struct Image {
    name: String,
    /// Names of its earlier stages, which keep their layers from being left behind.
    stages: Vec<String>,
    /// What the builder said.
    log: String,
    rubbish: Arc<Rubbish>,
}

/// A container, running or not.
pub(crate) struct Container {
    name: String,
}

impl Engine {
    /// The tools behind the scripts in `scripts`.
    pub(crate) fn new(scripts: PathBuf) -> Result<Self> {
        for script in ["standin", "build", "run"] {
            let path = scripts.join(script);
            ensure!(path.is_file(), "RESTAGE_LAB lacks {}", path.display());
        }
        let rubbish = Arc::new(Rubbish::default());
        rubbish.of_killed_runs()?;
        Ok(Self {
            scripts,
            prefix: format!("{PREFIX}{}", std::process::id()),
            rubbish,
        })
    }

    /// Removes what is still there.
    pub(crate) fn finish(&self) {
        self.rubbish.sweep(true);
    }

    /// Makes the base images of `files` present.
    pub(crate) fn stand_ins(&self, files: &[&Path]) -> Result<()> {
        let _alone = alone_with("stand-ins")?;
        let mut command = self.script("standin");
        checked(command.args(files)).context("no stand-in")?;
        Ok(())
    }

    /// Builds `context` by `file`.
    pub(crate) fn build(
        &self,
        name: &str,
        file: &Path,
        context: &Path,
        args: &BTreeMap<String, String>,
    ) -> Result<Image> {
        let name = format!("localhost/{}/{name}", self.prefix);
        let mut image = Image {
            stages: Vec::new(),
            log: String::new(),
            name,
            rubbish: Arc::clone(&self.rubbish),
        };
        let build = |tag: &str, target: Option<&str>| {
            let mut command = Command::new("timeout");
            command.arg(BUILD_SECONDS).arg(self.scripts.join("build"));
            command.args(["-t", tag]).arg("-f").arg(file);
            for (key, value) in args {
                command.arg("--build-arg").arg(format!("{key}={value}"));
            }
            if let Some(target) = target {
                command.args(["--target", target]);
            }
            patient(command.arg(context))
        };
        let _building = building()?;
        for stage in stage_names(&std::fs::read_to_string(file)?) {
            let tag = format!("{}-{stage}", image.name);
            image.stages.push(tag.clone());
            image.log += &both(&build(&tag, Some(&stage))?);
        }
        image.log += &both(&build(&image.name, None)?);
        Ok(image)
    }

    /// A command that runs `image` in a new container; options and arguments are up to the caller.
    pub(crate) fn container(&self) -> (Command, Container) {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("{}-{number}", self.prefix);
        let mut command = self.script("run");
        command.args(["--name", &name]);
        (command, Container { name })
    }

    fn script(&self, name: &str) -> Command {
        Command::new(self.scripts.join(name))
    }
}

impl Image {
    /// Its tag.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// What the builder said of its stages, each on its own, and of it.
    pub(crate) fn log(&self) -> &str {
        &self.log
    }

    /// Its size in bytes.
    pub(crate) fn size(&self) -> Result<u64> {
        Ok(self.inspect("{{.Size}}")?.parse()?)
    }

    /// A field of `podman image inspect`.
    pub(crate) fn inspect(&self, format: &str) -> Result<String> {
        podman(&["image", "inspect", "--format", format, &self.name])
    }
}

impl Drop for Image {
    fn drop(&mut self) {
        let names = std::iter::once(&self.name).chain(&self.stages);
        self.rubbish.add(names.cloned());
    }
}

impl Container {
    /// Whether its program runs.
    pub(crate) fn is_running(&self) -> Result<bool> {
        Ok(self.state("{{.State.Running}}")? == "true")
    }

    /// Asks the program to end and returns the exit code, 137 when it had to be killed.
    pub(crate) fn stop(&self) -> Result<i32> {
        podman(&["stop", "--time", "5", &self.name])?;
        Ok(self.state("{{.State.ExitCode}}")?.parse()?)
    }

    /// What the program has written.
    pub(crate) fn log(&self) -> Result<String> {
        let output = Command::new("podman").args(["logs", &self.name]).output()?;
        Ok(both(&output))
    }

    fn state(&self, format: &str) -> Result<String> {
        podman(&["container", "inspect", "--format", format, &self.name])
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        let _ = podman(&["rm", "--force", "--time", "0", &self.name]);
    }
}

/// Calls podman; its standard output without the line end.
pub(crate) fn podman(arguments: &[&str]) -> Result<String> {
    let output = checked(Command::new("podman").args(arguments))?;
    Ok(String::from_utf8(output.stdout)?.trim_end().to_owned())
}

/// Runs a command to its end; an error with what it wrote when it fails.
pub(crate) fn checked(command: &mut Command) -> Result<Output> {
    let output = command.output().with_context(|| format!("{command:?}"))?;
    if output.status.success() {
        return Ok(output);
    }
    let said = both(&output);
    let lines: Vec<&str> = said.lines().collect();
    let tail = lines
        .get(lines.len().saturating_sub(60)..)
        .unwrap_or_default();
    bail!("{command:?}: {}\n{}", output.status, tail.join("\n"))
}

/// Like [`checked`], for builds: the search for layers that can be used again looks at every image
/// of the machine, and fails when somebody else removes one of them meanwhile.
fn patient(command: &mut Command) -> Result<Output> {
    for _ in 0..4 {
        match checked(command) {
            Err(error) if error.to_string().contains("layer not known") => {}
            result => return result,
        }
    }
    checked(command)
}

fn both(output: &Output) -> String {
    let out = String::from_utf8_lossy(&output.stdout);
    format!("{out}{}", String::from_utf8_lossy(&output.stderr))
}

/// The names that `FROM … AS name` gives.
fn stage_names(dockerfile: &str) -> Vec<String> {
    let mut names = Vec::new();
    for line in dockerfile.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        if let [from, .., r#as, name] = words.as_slice()
            && from.eq_ignore_ascii_case("from")
            && r#as.eq_ignore_ascii_case("as")
        {
            names.push(name.to_lowercase());
        }
    }
    names
}
