//! The two clocks, read once per round of a worker.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use bell_types::{Mono, Now, Wall};

/// Reads the clock. Its wall time is that of the start and what has passed since, so that a step of the system's clock
/// moves no packet and no report. Two reports are only ever compared with each other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    started: Instant,
    started_wall: Wall,
}

impl Clock {
    pub(crate) fn start() -> Self {
        Self { started: Instant::now(), started_wall: wall() }
    }

    /// The instant at which the clock showed this.
    pub(crate) fn instant(self, at: Mono) -> Instant {
        self.started + (at - Mono::ZERO)
    }

    pub(crate) fn now(self) -> Now {
        let since_start = self.started.elapsed();
        Now { mono: Mono::ZERO + since_start, wall: self.started_wall + since_start }
    }
}

/// The wall clock as it stands; a clock before 1970 reads as 1970.
pub(crate) fn wall() -> Wall {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Wall::from_micros(i64::try_from(since_epoch.as_micros()).unwrap_or(i64::MAX))
}
