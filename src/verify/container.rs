//! A container of an image whose program was started, until it is over.

use std::time::Duration;

use anyhow::{Context as _, Result};
use serde::Deserialize;

use super::engine::Engine;
use super::process::{Ended, Running};

/// How long a program may take to end when it is asked to.
const PARTING: Duration = Duration::from_secs(10);

/// A container whose program was started.
pub(super) struct Container<'e> {
    pub(super) engine: &'e Engine,
    pub(super) name: String,
    pub(super) running: Option<Running>,
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

    /// The number that this machine gives to its first process; `None` before it runs.
    pub(super) fn process(&self) -> Result<Option<i32>> {
        let described = self.described()?;
        let process = described.and_then(|it| Some((it.state?.pid, it.id)));
        Ok(process
            .filter(|(pid, id)| is_here(*pid, id))
            .map(|(pid, _)| pid))
    }

    /// Whether its program was ever started. An engine that cannot start it ends with a code that a
    /// program could end with, too.
    pub(super) fn has_started(&self) -> Result<bool> {
        let state = self.described()?.and_then(|it| it.state);
        let since = state.map(|state| state.started_at).unwrap_or_default();
        Ok(!since.is_empty() && !since.starts_with("0001-"))
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

    /// Asks the program to end, as engines do it when they stop a container.
    pub(super) fn ask_to_end(&self) -> Result<()> {
        let seconds = PARTING.as_secs().to_string();
        let call = self
            .engine
            .runner()
            .args(["stop", "--time", &seconds, &self.name]);
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
        Ok(running.wait(PARTING * 2)?)
    }
}

impl Drop for Container<'_> {
    fn drop(&mut self) {
        self.engine.leftovers().container(&self.name);
    }
}

/// Whether a process of this machine is that of a container: an engine elsewhere, or one in a
/// virtual machine, tells the number of a process there. The control group bears the container's id.
fn is_here(pid: i32, id: &str) -> bool {
    #[expect(clippy::disallowed_methods, reason = "the kernel's own table")]
    let groups = std::fs::read_to_string(format!("/proc/{pid}/cgroup"));
    pid > 0 && !id.is_empty() && groups.is_ok_and(|groups| groups.contains(id))
}
