//! An image and how it is run in, what its program did out.

use std::collections::BTreeSet;
use std::io;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::Result;

use super::container::Container;
use super::engine::Engine;
use super::interrupt;
use super::ports::Network;
use super::process::CallError;
use super::request::Answer;
use super::settings::{Probe, Wishes};

/// How often a container is looked at.
const PACE: Duration = Duration::from_millis(50);

/// A program of which no port is expected is watched for so long.
const GRACE: Duration = Duration::from_secs(5);

/// When one port is open, the others may take so long.
const SETTLE: Duration = Duration::from_secs(2);

/// The exit code of a program that had to be killed.
const KILLED: i32 = 137;

/// What is expected of a program before it counts as started.
#[derive(Debug, Clone, Default)]
pub(super) struct Expected {
    /// The ports that it listens on.
    pub(super) ports: BTreeSet<u16>,
    /// What it is asked then.
    pub(super) probes: Vec<Probe>,
}

/// What a program did.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    /// Whether the engine could start it.
    pub(super) started: bool,
    /// Its exit code, where it ended on its own.
    pub(super) ended: Option<i32>,
    /// Standard output.
    pub(super) out: String,
    /// Standard error.
    pub(super) err: String,
    /// The ports that it listened on, or why they were not seen.
    pub(super) listening: Result<BTreeSet<u16>, String>,
    /// What it answered, or why it did not.
    pub(super) answers: Vec<(Probe, Result<Answer, String>)>,
    /// How long it took until it listened, or until it ended.
    pub(super) start: Duration,
    /// How it ended when it was asked to.
    pub(super) stop: Option<Stop>,
}

/// How a program ended that was asked to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stop {
    /// Its exit code.
    pub(super) code: Option<i32>,
    /// How long it took.
    pub(super) took: Duration,
}

impl Stop {
    /// Whether it did not hear the signal.
    pub(super) fn is_killed(self) -> bool {
        self.code == Some(KILLED)
    }
}

/// Runs `image` until it does what is `expected`, asks what is to be asked, and stops it.
pub(super) fn observe(
    engine: &Engine,
    image: &str,
    wishes: &Wishes,
    expected: &Expected,
    patience: Duration,
) -> Result<Seen> {
    let shared = wishes.network() == "host";
    let before = shared.then(|| Network::Shared.listening());
    let mut watch = Watch {
        network: shared.then_some(Network::Shared),
        // On a network that others use too, what was there before is not the program's.
        before: before.and_then(Result::ok).unwrap_or_default(),
        expected,
        patience,
        first: None,
        looked: Instant::now(),
    };
    let mut container = engine.start(image, wishes)?;
    let up = watch.until_up(&mut container)?;
    let start = container.age();
    let listening = watch.listening();
    let mut answers = Vec::new();
    if up {
        for probe in &expected.probes {
            answers.push((probe.clone(), watch.ask(probe)));
        }
    }
    let runs = up && !container.is_over()?;
    let asked = Instant::now();
    if runs {
        container.ask_to_end()?;
    }
    let ended = container.end()?;
    let started = container.has_started()?;
    Ok(Seen {
        started,
        ended: if runs { None } else { ended.code },
        out: ended.out.text(),
        err: ended.err.text(),
        listening,
        answers,
        start,
        stop: runs.then(|| Stop {
            code: ended.code,
            took: asked.elapsed(),
        }),
    })
}

/// How a container is watched.
struct Watch<'w> {
    network: Option<Network>,
    before: BTreeSet<u16>,
    expected: &'w Expected,
    patience: Duration,
    /// When the first expected port was seen.
    first: Option<Instant>,
    looked: Instant,
}

impl Watch<'_> {
    /// Waits until the program is up (true) or over (false).
    fn until_up(&mut self, container: &mut Container<'_>) -> Result<bool> {
        loop {
            if interrupt::is_set() {
                return Err(CallError::Interrupted.into());
            }
            if container.is_over()? {
                return Ok(false);
            }
            if self.network.is_none() && self.looked.elapsed() > PACE * 4 {
                self.network = container.process()?.map(Network::Own);
                self.looked = Instant::now();
            }
            if self.is_up(container.age()) {
                return Ok(true);
            }
            sleep(PACE);
        }
    }

    fn is_up(&mut self, age: Duration) -> bool {
        let wanted = &self.expected.ports;
        if wanted.is_empty() {
            return age > GRACE;
        }
        if age > self.patience {
            return true;
        }
        match self.listening() {
            Ok(ports) if wanted.is_subset(&ports) => true,
            Ok(ports) if !wanted.is_disjoint(&ports) => {
                let first = *self.first.get_or_insert_with(Instant::now);
                first.elapsed() > SETTLE
            }
            _ => false,
        }
    }

    /// The ports that the container listens on.
    fn listening(&self) -> Result<BTreeSet<u16>, String> {
        let Some(network) = self.network else {
            return Err("the engine tells no process of this machine".to_owned());
        };
        match network.listening() {
            Ok(ports) => Ok(ports.difference(&self.before).copied().collect()),
            Err(error) => Err(error.to_string()),
        }
    }

    fn ask(&self, probe: &Probe) -> Result<Answer, String> {
        let network = self
            .network
            .ok_or("the engine tells no process of this machine")?;
        let answer = network.ask(probe.port, &probe.path);
        answer.map_err(|error| match error.kind() {
            io::ErrorKind::PermissionDenied => {
                "this user may not enter the container's network; `--network host` needs no entry"
                    .to_owned()
            }
            _ => error.to_string(),
        })
    }
}
