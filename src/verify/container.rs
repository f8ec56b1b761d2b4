//! A container of an image whose program was started, until it is over.

use std::time::Duration;

use anyhow::{Context as _, Result};
use serde::Deserialize;

use super::engine::Engine;
use super::family::parent_of;
use super::process::{Ended, Running};
use super::signal;

/// How long the engine may take for itself when it stops a container.
const SPARE: Duration = Duration::from_secs(60);

/// A container whose program was started.
pub(super) struct Container<'e> {
    pub(super) engine: &'e Engine,
    pub(super) name: String,
    pub(super) running: Option<Running>,
    /// How long its program may take to end when it is asked to.
    pub(super) parting: Duration,
}

/// The state of a container as the engine tells it.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct State {
    #[serde(default)]
    pid: i32,
    /// In the year 1 before it is started.
    #[serde(default)]
    started_at: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Described {
    #[serde(default)]
    id: String,
    state: Option<State>,
    config: Option<Config>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Config {
    /// A name or, from older engines, a number.
    #[serde(default)]
    stop_signal: serde_json::Value,
}

impl Described {
    /// The number that this machine gives to its first process.
    fn process(&self) -> Option<i32> {
        let pid = self.state.as_ref()?.pid;
        is_here(pid, &self.id).then_some(pid)
    }

    /// Whether its first process cannot hear the signal that asks it to end.
    fn is_deaf(&self) -> bool {
        let signal = self.config.as_ref().map(|config| &config.stop_signal);
        let is_default = signal.is_none_or(signal::is_default);
        is_default && self.process().is_some_and(signal::is_deaf)
    }
}

impl Container<'_> {
    /// Whether its program has ended.
    pub(super) fn is_over(&mut self) -> Result<bool> {
        match &mut self.running {
            Some(running) => Ok(running.is_over()?),
            None => Ok(true),
        }
    }

    /// How long ago it was started.
    pub(super) fn age(&self) -> Duration {
        self.running
            .as_ref()
            .map_or(Duration::ZERO, |it| it.begun().elapsed())
    }

    /// Whether its program was ever started, and the number that this machine gives to its first
    /// process. An engine that cannot start it ends with a code that a program could end with, too.
    pub(super) fn started(&self) -> Result<(bool, Option<i32>)> {
        let described = self.described()?;
        let process = described.as_ref().and_then(Described::process);
        let state = described.and_then(|it| it.state);
        let since = state.map(|state| state.started_at).unwrap_or_default();
        Ok((!since.is_empty() && !since.starts_with("0001-"), process))
    }

    /// What the engine says of it; `None` before it knows it.
    fn described(&self) -> Result<Option<Described>> {
        let call = self
            .engine
            .runner()
            .args(["container", "inspect", &self.name]);
        let ended = call.end()?;
        if !ended.is_good() {
            return Ok(None);
        }
        let said: Vec<Described> = serde_json::from_str(&ended.out.text())?;
        Ok(said.into_iter().next())
    }

    /// Asks the program to end, as engines do it when they stop a container. What cannot hear the
    /// signal is not waited for.
    pub(super) fn ask_to_end(&self) -> Result<()> {
        let is_deaf = self.described()?.is_some_and(|it| it.is_deaf());
        let parting = if is_deaf {
            Duration::ZERO
        } else {
            self.parting
        };
        let seconds = parting.as_secs().to_string();
        let call = self
            .engine
            .runner()
            .args(["stop", "--time", &seconds, &self.name])
            .within(self.parting + SPARE);
        // A program that has just ended cannot be stopped; that is seen by its exit code.
        call.end()?;
        Ok(())
    }

    /// Its exit code and its output, once it is over.
    pub(super) fn end(&mut self) -> Result<Ended> {
        let running = self
            .running
            .take()
            .context("the program has ended before")?;
        Ok(running.wait(self.parting + SPARE)?)
    }
}

impl Drop for Container<'_> {
    fn drop(&mut self) {
        self.engine.leftovers().container(&self.name);
    }
}

/// Whether a process of this machine is that of a container: an engine elsewhere, or one in a
/// virtual machine, tells the number of a process there. The container's id stands in the name of
/// the control group, or, where a user who is not root has none, in the arguments of the program
/// that watches the container and is the parent of its first process.
fn is_here(pid: i32, id: &str) -> bool {
    if pid <= 0 || id.is_empty() {
        return false;
    }
    let has = |process: i32, table: &str| {
        #[expect(clippy::disallowed_methods, reason = "the kernel's own table")]
        let text = std::fs::read_to_string(format!("/proc/{process}/{table}"));
        text.is_ok_and(|text| text.contains(id))
    };
    has(pid, "cgroup") || parent_of(pid).is_some_and(|parent| has(parent, "cmdline"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn a_process_of_this_machine_is_here_and_another_is_not() {
        let id = "restage-0123456789abcdef";
        let mut watcher = std::process::Command::new("sh");
        let watcher = watcher.args(["-c", "sleep 60 & echo $!; wait", id]);
        let mut watcher = watcher
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let out = watcher.stdout.take().unwrap();
        std::io::BufRead::read_line(&mut std::io::BufReader::new(out), &mut line).unwrap();
        let child: i32 = line.trim().parse().unwrap();
        assert!(is_here(child, id));
        assert!(!is_here(child, "another"));
        assert!(!is_here(0, id));
        let process = rustix::process::Pid::from_raw(child).unwrap();
        rustix::process::kill_process(process, rustix::process::Signal::KILL).unwrap();
        watcher.wait().unwrap();
    }
}
