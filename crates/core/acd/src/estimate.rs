//! How long a caller will wait, judged by how fast his queue moved, and how wrong that was.

use std::collections::VecDeque;
use std::time::Duration;

use bell_types::Mono;

use crate::config::EstimatePolicy;

/// How fast a queue moved of late. Only the time in which somebody waited counts: what a quiet hour says about the
/// arrival of callers says nothing about how fast they are served.
#[derive(Clone, Debug, Default)]
pub(crate) struct Throughput {
    /// How long somebody waited, up to `occupied_since`.
    occupied: Duration,
    /// Since when somebody waits, if somebody does.
    occupied_since: Option<Mono>,
    /// The latest departures: when, and at which reading of the occupied time.
    departures: VecDeque<(Mono, Duration)>,
}

impl Throughput {
    /// The line is no longer empty.
    pub(crate) fn begin(&mut self, now: Mono) {
        self.occupied_since.get_or_insert(now);
    }

    /// The line is empty.
    pub(crate) fn pause(&mut self, now: Mono) {
        self.occupied = self.occupied_at(now);
        self.occupied_since = None;
    }

    /// Somebody was served, or gave up: the line moved.
    pub(crate) fn depart(&mut self, now: Mono, samples_max: usize) {
        self.departures.push_back((now, self.occupied_at(now)));
        let surplus = self.departures.len().saturating_sub(samples_max);
        self.departures.drain(..surplus);
    }

    /// How long the caller at `position` (1 is next) will wait; none if too little is known to be honest.
    pub(crate) fn expected_wait(&self, now: Mono, position: u32, policy: &EstimatePolicy) -> Option<Duration> {
        let fresh = self.departures.partition_point(|(at, _)| now.since(*at) > policy.window);
        let samples = self.departures.len() - fresh;
        let gaps = u32::try_from(samples).ok()?.checked_sub(1).filter(|gaps| *gaps > 0)?;
        if samples < policy.samples_min {
            return None;
        }
        let (_, first) = self.departures[fresh];
        let (_, last) = self.departures[self.departures.len() - 1];
        let average = last.saturating_sub(first) / gaps;
        // A line that has stood still for longer than its usual gap is slower than the past says.
        let standing_still = self.occupied_at(now).saturating_sub(first) / (gaps + 1);
        Some(average.max(standing_still).saturating_mul(position))
    }

    fn occupied_at(&self, now: Mono) -> Duration {
        let current = self.occupied_since.map_or(Duration::ZERO, |since| now.since(since));
        self.occupied.saturating_add(current)
    }
}

/// How wrong the waits were that callers were told: predicted minus actual, over the callers who were answered, each
/// with the first figure he heard (INB-24).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EstimateError {
    /// How many callers.
    pub callers: u64,
    /// The sum of the errors in milliseconds; positive if waits were shorter than told.
    pub sum_ms: i64,
    /// The sum of the sizes of the errors, in milliseconds.
    pub magnitude_sum_ms: u64,
}

impl EstimateError {
    pub(crate) fn record(&mut self, predicted: Duration, actual: Duration) {
        let ms = |wait: Duration| i64::try_from(wait.as_millis()).unwrap_or(i64::MAX);
        let error = ms(predicted).saturating_sub(ms(actual));
        self.callers += 1;
        self.sum_ms = self.sum_ms.saturating_add(error);
        self.magnitude_sum_ms = self.magnitude_sum_ms.saturating_add(error.unsigned_abs());
    }
}
