//! The time since a call began, across a restart of the node.

use std::time::Duration;

use bell_types::{Mono, Now};

/// Measures from the first fact of a call on. A node that starts anew counts monotonic time from its beginning, so time
/// that goes back tells of a restart. From there on only the wall clock can tell, and it may have been set meanwhile.
#[derive(Debug)]
pub(crate) struct Since {
    began: Now,
    newest: Mono,
    restarted: bool,
    last: Duration,
}

impl Since {
    pub(crate) fn new(began: Now) -> Self {
        Self { began, newest: began.mono, restarted: false, last: Duration::ZERO }
    }

    /// How long after the beginning this fact was. Never less than for the fact before it.
    pub(crate) fn at(&mut self, now: Now) -> Duration {
        self.restarted |= now.mono < self.newest;
        self.newest = now.mono;
        let at = if self.restarted {
            let micros = now.wall.as_micros().saturating_sub(self.began.wall.as_micros());
            Duration::from_micros(u64::try_from(micros).unwrap_or(0))
        } else {
            now.mono.since(self.began.mono)
        };
        self.last = self.last.max(at);
        self.last
    }
}
