//! A run from its seed to its verdict.

use std::any::Any;
use std::collections::BTreeMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use crate::alarm::Alarm;
use crate::chaos::Chaos;

/// What a run depends on: nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Where everything random comes from.
    pub seed: u64,
    /// How long callers come, in virtual time. Afterwards everything is given the time to end.
    pub traffic: Duration,
}

/// A run in which everything held that must.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// SHA-256 of all facts, in hex.
    pub hash: String,
    /// Things that happened to anybody.
    pub steps: u64,
    /// Facts.
    pub facts: u64,
    /// Calls that arrived.
    pub calls: u64,
    /// How many of them an agent or somebody outside talked with.
    pub served: u64,
    /// How often the node was started.
    pub starts: u64,
    /// How often each kind of fact came.
    pub seen: BTreeMap<String, u64>,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { hash, steps, facts, calls, served, starts, seen: _ } = self;
        let short = hash.get(..16).unwrap_or(hash);
        write!(f, "clean: {calls} calls, {served} served, {starts} starts, {steps} steps, {facts} facts, hash {short}")
    }
}

/// A run in which something did not hold.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The seed that shows it.
    pub seed: u64,
    /// At which step.
    pub step: u64,
    /// What did not hold.
    pub what: String,
    /// What happened last, oldest first, a line each.
    pub events: Vec<String>,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "seed {} failed at step {}: {}", self.seed, self.step, self.what)?;
        self.events.iter().try_for_each(|event| writeln!(f, "  {event}"))
    }
}

/// Runs a world to its end.
///
/// # Errors
/// The first thing that did not hold, with what led to it.
pub fn run(settings: Settings) -> Result<Verdict, Box<Failure>> {
    let alarm = Alarm::default();
    let mut chaos = Chaos::new(settings, alarm.clone());
    // A broken invariant panics where debug assertions are on; the trail is worth more than the stack.
    let outcome = alarm.listen(|| catch_unwind(AssertUnwindSafe(|| chaos.run())));
    let what = match outcome {
        Ok(Ok(verdict)) => return Ok(verdict),
        Ok(Err(what)) => what,
        Err(panic) => told_by(panic.as_ref()),
    };
    Err(Box::new(Failure { seed: settings.seed, step: chaos.steps(), what, events: chaos.trail() }))
}

/// What a panic said.
pub(crate) fn told_by(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned())).unwrap_or_default()
}
