//! Progress of long work: one line on standard error that rewrites itself, and nothing if nobody watches.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

/// How often the line may change.
const EVERY: Duration = Duration::from_millis(100);

/// The line.
#[derive(Debug)]
pub(super) struct Progress {
    what: &'static str,
    watched: bool,
    shown: Option<Instant>,
}

impl Progress {
    /// Nothing shown yet. On a terminal a line says what is being done.
    pub(super) fn new(what: &'static str) -> Self {
        Self { what, watched: io::stderr().is_terminal(), shown: None }
    }

    /// So many are done of so many.
    pub(super) fn of(&mut self, done: usize, all: usize) {
        self.say(|| format!("{done} of {all}"));
    }

    /// Any figure; it is asked for only when it is shown.
    pub(super) fn say(&mut self, figure: impl FnOnce() -> String) {
        if self.watched && self.shown.is_none_or(|shown| shown.elapsed() >= EVERY) {
            self.shown = Some(Instant::now());
            let _ = write!(io::stderr(), "\r\x1b[K{}: {}", self.what, figure());
        }
    }

    /// The work is done: the line goes.
    pub(super) fn end(&mut self) {
        if self.shown.take().is_some() {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}

/// Work that fails takes its line away too, so that the error does not stand behind it.
impl Drop for Progress {
    fn drop(&mut self) {
        self.end();
    }
}
