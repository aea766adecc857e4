//! How much of a call its recording holds (REC-01: from answer to hang-up).

use std::time::Duration;

use bell_types::{RecordingStatus, Wall};

use crate::record::CallRecord;

/// What a call's record says should have been recorded, and what was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Coverage {
    /// From answer to hang-up.
    pub answered: Duration,
    /// How much of that the recording holds.
    pub recorded: Duration,
}

/// From when on a recording counts as incomplete: both must be exceeded, so that the edge of a packet is no gap in a call
/// of two seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GapPolicy {
    /// So much may be missing of any call.
    pub missing_max: Duration,
    /// Thousandths that must be there.
    pub recorded_permille_min: u16,
}

impl Coverage {
    /// None for a call that was not answered, and for one that was not to be recorded.
    pub fn of(record: &CallRecord) -> Option<Self> {
        let recording = record.recording.as_ref()?;
        let caller = record.legs.iter().find(|leg| leg.leg.number == 1)?;
        let end = caller.ended.as_ref().map_or(record.length, |(at, _)| *at);
        let answered = end.saturating_sub(caller.answered?);
        let missing = match &recording.status {
            RecordingStatus::Recorded => Duration::ZERO,
            RecordingStatus::Partial { missing } => *missing,
            RecordingStatus::Failed { .. } => recording.length,
        };
        Some(Self { answered, recorded: recording.length.saturating_sub(missing).min(answered) })
    }

    /// How much is missing, if that is more than the policy bears.
    pub fn gap(&self, policy: &GapPolicy) -> Option<Duration> {
        let missing = self.answered.saturating_sub(self.recorded);
        let enough = self.answered.as_micros() * u128::from(policy.recorded_permille_min);
        let short = self.recorded.as_micros() * 1000 < enough;
        (missing > policy.missing_max && short).then_some(missing)
    }
}

/// The coverage of many calls.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reconciliation {
    /// Calls with a recording to check.
    pub calls: u64,
    /// Answered calls that were not to be recorded.
    pub unrecorded: u64,
    /// All they were answered for.
    pub answered: Duration,
    /// What there is of that.
    pub recorded: Duration,
    /// The calls that lack something, with when they arrived and how much is missing.
    pub gaps: Vec<(bell_types::CallId, Wall, Duration)>,
}

impl Reconciliation {
    /// Counts one more call.
    pub fn add(&mut self, record: &CallRecord, policy: &GapPolicy) {
        let Some(coverage) = Coverage::of(record) else {
            let answered = record.legs.iter().any(|leg| leg.leg.number == 1 && leg.answered.is_some());
            self.unrecorded += u64::from(answered);
            return;
        };
        self.calls += 1;
        self.answered += coverage.answered;
        self.recorded += coverage.recorded;
        if let Some(missing) = coverage.gap(policy) {
            self.gaps.push((record.call, record.arrived, missing));
        }
    }

    /// The part that is recorded, in hundredths of a percent; all of nothing is all.
    pub fn recorded_basis_points(&self) -> u32 {
        let answered = self.answered.as_micros();
        // The quotient is 10 000 at most.
        (self.recorded.as_micros() * 10_000).checked_div(answered).map_or(10_000, |part| part as u32)
    }
}
