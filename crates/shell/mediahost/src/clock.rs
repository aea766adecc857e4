//! The two clocks, read once per round of a worker.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use bell_types::{Mono, Now, Wall};

/// Reads the clocks. Monotonic time begins with the host, so that a step of the wall clock moves no packet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    started: Instant,
}

impl Clock {
    pub(crate) fn start() -> Self {
        Self {
            started: Instant::now(),
        }
    }

    pub(crate) fn mono(self) -> Mono {
        let micros = self.started.elapsed().as_micros();
        Mono::from_micros(u64::try_from(micros).unwrap_or(u64::MAX))
    }

    pub(crate) fn now(self) -> Now {
        Now {
            mono: self.mono(),
            wall: wall(),
        }
    }
}

/// The wall clock; a clock before 1970 reads as 1970.
pub(crate) fn wall() -> Wall {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Wall::from_micros(i64::try_from(since_epoch.as_micros()).unwrap_or(i64::MAX))
}
