//! The one place where the product reads a clock for the node.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use bell_types::{Mono, Now, Wall};

/// The clocks of this process.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    started: Instant,
}

impl Clock {
    /// Monotonic time begins now.
    pub fn start() -> Self {
        Self { started: Instant::now() }
    }

    /// What both clocks say.
    pub fn now(&self) -> Now {
        let mono = u64::try_from(self.started.elapsed().as_micros()).unwrap_or(u64::MAX);
        Now { mono: Mono::from_micros(mono), wall: wall() }
    }
}

/// What the wall clock says.
pub fn wall() -> Wall {
    let micros = match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_micros()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_micros()).map_or(i64::MIN, |micros| -micros),
    };
    Wall::from_micros(micros)
}
