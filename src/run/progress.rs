//! How far a run is, for somebody who watches a terminal.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A run that ends sooner draws nothing.
const PATIENCE: Duration = Duration::from_millis(400);

const TEMPLATE: &str = "{bar:32.green/dim} {pos}/{len} files";

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
        if self.shown && self.bar.is_hidden() && self.begun.elapsed() > PATIENCE {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        self.bar.inc(1);
    }

    /// Takes the bar away, so that the report has the terminal to itself.
    pub(super) fn end(&self) {
        self.bar.finish_and_clear();
    }
}
