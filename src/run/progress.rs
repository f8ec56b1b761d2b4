//! How far a run is, for somebody who watches a terminal.

use std::io::{self, Write as _};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A run that ends sooner draws nothing.
const PATIENCE: Duration = Duration::from_millis(400);

const TEMPLATE: &str = "{bar:32.green/dim} {pos}/{len} files {wide_msg}";

/// A bar that counts files; it is gone when the run is over.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
    shown: bool,
    begun: Instant,
}

impl Progress {
    /// A bar on standard error, drawn where that is a terminal and `shown` says so.
    pub fn new(shown: bool) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        let style = ProgressStyle::with_template(TEMPLATE);
        Self {
            bar: bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar())),
            shown,
            begun: Instant::now(),
        }
    }

    /// There are `count` files to do.
    pub(super) fn begin(&self, count: usize) {
        self.bar
            .set_length(u64::try_from(count).unwrap_or(u64::MAX));
    }

    /// One more file is done.
    pub(super) fn step(&self) {
        self.draw();
        self.bar.inc(1);
    }

    fn draw(&self) {
        if self.shown && self.bar.is_hidden() && self.begun.elapsed() > PATIENCE {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }

    /// What is being done now; a new bar begins when `count` more files take longer.
    pub(super) fn again(&self, count: usize) {
        self.bar.set_position(0);
        self.begin(count);
    }

    /// Says what is being done.
    pub(super) fn say(&self, what: &str) {
        self.bar.set_message(what.to_owned());
        self.draw();
        self.bar.tick();
    }

    /// Writes a line to standard error, above the bar where there is one.
    pub(super) fn line(&self, line: &str) {
        self.bar.suspend(|| {
            // Nobody is left to tell it to if this fails.
            let _ = writeln!(io::stderr(), "{line}");
        });
    }

    /// Takes the bar away, so that the report has the terminal to itself.
    pub(super) fn end(&self) {
        self.bar.finish_and_clear();
    }
}
