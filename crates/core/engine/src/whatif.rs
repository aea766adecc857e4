//! A recorded day run again under another configuration: what would waits, abandonment and service level have been?
//!
//! [`Day`] reads from facts what a configuration does not decide: when callers came, how long each would talk, how long he
//! would wait, when agents came and went, how they took what rang at them. [`Day::run`] feeds that into the very router a
//! node has, and the figures are the same formulas over the facts it states. What was never seen, the patience of a caller
//! who was answered, say, is drawn from what others did, so a run is one of many; a seed makes it repeatable.
//!
//! It runs the queues, not the flows: a call that left a queue by its rules comes back where the recorded day says so.

mod comparison;
mod day;
mod patience;
mod world;

#[cfg(test)]
mod tests;

pub use comparison::{Comparison, Row};
pub use day::Day;

use std::sync::Arc;
use std::time::Duration;

use bell_metrics::{Figures, Floor, ServiceLevel};

use self::world::World;

/// The middle of several runs, and where nine of ten of them lie.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Interval {
    /// The mean.
    pub mean: f64,
    /// One run in twenty lies below.
    pub low: f64,
    /// One run in twenty lies above.
    pub high: f64,
}

impl Interval {
    /// Of one figure of several runs; none if there is none.
    pub fn of(mut runs: Vec<f64>) -> Option<Self> {
        runs.sort_by(f64::total_cmp);
        let last = runs.len().checked_sub(1)?;
        let at = |share: f64| runs[(share * last as f64).round() as usize];
        Some(Self { mean: runs.iter().sum::<f64>() / runs.len() as f64, low: at(0.05), high: at(0.95) })
    }
}

impl Day {
    /// How the day went, as it is recorded.
    pub fn recorded(&self, service_level: ServiceLevel) -> Figures {
        let mut floor = Floor::new(service_level);
        for (at, what) in &self.facts {
            floor.apply(*at, what);
        }
        floor.figures()
    }

    /// How it would have gone under this configuration, in one run.
    pub fn run(&self, config: &Arc<bell_acd::Config>, service_level: ServiceLevel, seed: u64) -> Figures {
        let mut floor = Floor::new(service_level);
        World::new(self, config, seed).run(|at, what| floor.apply(at, what));
        floor.figures()
    }

    /// How long it lasted.
    pub fn length(&self) -> Duration {
        self.facts.last().map_or(Duration::ZERO, |(at, _)| *at)
    }
}
