//! How the projector stands, shared with those who ask.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bell_types::{Seq, Wall};

/// What the projector is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// It connects to the database.
    Connecting,
    /// It applies facts, or waits for new ones.
    Following,
    /// Something failed; it waits and tries again.
    Retrying,
    /// It has ended.
    Stopped,
}

/// How the projector stands, for `/health` and `/metrics`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectorHealth {
    /// What it is doing.
    pub phase: Phase,
    /// The last fact whose rows are in the database, as far as this process knows.
    pub applied: Seq,
    /// When that fact happened; none if none was applied since the start.
    pub applied_at: Option<Wall>,
    /// What failed last, with its causes; none if facts were applied since.
    pub error: Option<String>,
    /// Failures since the start.
    pub failures: u64,
}

impl ProjectorHealth {
    /// How many facts the database is behind a journal whose last fact is this.
    pub const fn lag(&self, last: Seq) -> u64 {
        last.0.saturating_sub(self.applied.0)
    }
}

#[derive(Debug)]
pub(super) struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug)]
struct State {
    health: ProjectorHealth,
    stop: bool,
}

/// Says that the projector has stopped, however it ends.
pub(super) struct StoppedWhenDropped<'a>(&'a Shared);

impl Shared {
    pub(super) fn new() -> Self {
        let health =
            ProjectorHealth { phase: Phase::Connecting, applied: Seq(0), applied_at: None, error: None, failures: 0 };
        Self { state: Mutex::new(State { health, stop: false }), changed: Condvar::new() }
    }

    pub(super) fn health(&self) -> ProjectorHealth {
        self.lock().health.clone()
    }

    pub(super) fn change(&self, change: impl FnOnce(&mut ProjectorHealth)) {
        change(&mut self.lock().health);
        self.changed.notify_all();
    }

    pub(super) fn stop(&self) {
        self.lock().stop = true;
        self.changed.notify_all();
    }

    pub(super) fn is_stopping(&self) -> bool {
        self.lock().stop
    }

    /// Waits so long, or until it is to stop.
    pub(super) fn pause(&self, wait: Duration) {
        let waited = self.changed.wait_timeout_while(self.lock(), wait, |state| !state.stop);
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }

    pub(super) fn wait_until(&self, timeout: Duration, wanted: impl Fn(&ProjectorHealth) -> bool) -> bool {
        let waited = self.changed.wait_timeout_while(self.lock(), timeout, |state| !wanted(&state.health));
        let (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        wanted(&state.health)
    }

    pub(super) fn stopped_when_dropped(&self) -> StoppedWhenDropped<'_> {
        StoppedWhenDropped(self)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic while it was held leaves nothing half done: each holder changes plain values.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for StoppedWhenDropped<'_> {
    fn drop(&mut self) {
        self.0.change(|health| health.phase = Phase::Stopped);
    }
}
