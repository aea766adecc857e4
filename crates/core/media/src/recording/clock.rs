//! Which point in the recording a packet belongs to. RTP timestamps say how packets lie to each other, the clock of the
//! host says when the first one came.

use std::time::Duration;

use super::MediaTime;

/// What a track's clock obeys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockConfig {
    /// As far as timestamps may run away from the host's clock before they are anchored anew: jitter stays out of the
    /// recording, a new source or a jump in timestamps does not tear tracks apart.
    pub drift_max: Duration,
}

/// The clock of one track.
#[derive(Clone, Debug)]
pub struct TrackClock {
    config: ClockConfig,
    anchor: Option<(MediaTime, u32)>,
}

impl TrackClock {
    /// A track without packets so far.
    pub const fn new(config: ClockConfig) -> Self {
        Self { config, anchor: None }
    }

    /// Where a packet belongs that passed at `passed` by the host's clock and bears `timestamp`.
    pub fn place(&mut self, passed: MediaTime, timestamp: u32) -> MediaTime {
        let drift_max = i64::from(MediaTime::after(self.config.drift_max).0);
        let (at, anchor) = self.anchor.unwrap_or((passed, timestamp));
        let ahead = i64::from(timestamp.wrapping_sub(anchor) as i32);
        let place = i64::from(at.0) + ahead;
        if (place - i64::from(passed.0)).abs() > drift_max {
            self.anchor = Some((passed, timestamp));
            return passed;
        }
        // Moving the anchor along keeps the difference of timestamps small.
        let place = MediaTime(u32::try_from(place.max(0)).unwrap_or(u32::MAX));
        if ahead > 0 || self.anchor.is_none() {
            self.anchor = Some((place, timestamp));
        }
        place
    }
}
