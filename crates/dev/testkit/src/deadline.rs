//! A moment after which waiting is over.

use std::time::{Duration, Instant};

use crate::KitError;

/// How long every wait of the kit lasts unless the caller says otherwise. Long, because the machine may be busy;
/// nobody waits it out unless something is broken.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// A moment after which waiting is over.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline {
    at: Instant,
    patience: Duration,
}

impl Deadline {
    /// The moment `patience` from now.
    pub(crate) fn after(patience: Duration) -> Self {
        Self { at: Instant::now() + patience, patience }
    }

    /// The time that is left, or the error that says what was awaited and what was seen instead.
    pub(crate) fn left(&self, what: &str, seen: impl FnOnce() -> String) -> Result<Duration, KitError> {
        self.remaining().ok_or_else(|| KitError::TimedOut {
            what: what.to_owned(),
            waited: self.patience,
            seen: seen(),
        })
    }

    /// The time that is left; `None` when it is over.
    pub(crate) fn remaining(&self) -> Option<Duration> {
        let left = self.at.saturating_duration_since(Instant::now());
        (!left.is_zero()).then_some(left)
    }
}
