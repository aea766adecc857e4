//! Summaries beside the calls they are about, for lists, reports and exports.

use std::collections::BTreeMap;

use bell_api::doors::{Refused, SummaryIs, Visible};
use bell_customer::State;
use bell_store::calls::StoredCall;
use bell_store::summaries::{self, Standing, Summary, Written};
use bell_store::{Db, TenantId};
use bell_types::{AgentName, CallId, Wall};

use super::work::{FREE, as_kept, state};
use crate::clock::wall;

/// The summaries of some calls, as they stand at one instant.
pub(super) struct Summaries {
    of_calls: BTreeMap<CallId, Vec<Summary>>,
    now: Wall,
}

/// How the summaries of one call stand.
#[derive(Default)]
pub(super) struct OfCall<'s> {
    /// Of several, the one that asks for most; none: none is asked for and none was written.
    pub(super) state: Option<&'static str>,
    /// Whether one was written late.
    pub(super) late: bool,
    /// What was written last.
    pub(super) last: Option<&'s Written>,
}

impl Summaries {
    /// Those of these calls; only this agent's, if one is named.
    pub(super) async fn of(db: &Db, calls: &[StoredCall], own: Option<&AgentName>) -> Result<Self, Refused> {
        let of: Vec<CallId> = calls.iter().map(|call| call.row.call).collect();
        let found = summaries::of_calls(db, TenantId::FIRST, &of).await.map_err(Refused::unavailable)?;
        let mut of_calls: BTreeMap<CallId, Vec<Summary>> = BTreeMap::new();
        for summary in found.into_iter().filter(|summary| own.is_none_or(|own| summary.agent == *own)) {
            of_calls.entry(summary.call).or_default().push(summary);
        }
        Ok(Self { of_calls, now: wall() })
    }

    pub(super) fn of_call(&self, call: CallId) -> OfCall<'_> {
        let all = self.all(call);
        let states: Vec<State> = all.iter().filter_map(|summary| self.state(summary)).collect();
        OfCall {
            state: states.iter().copied().max_by_key(urgency).map(state),
            late: states.iter().any(|state| matches!(state, State::FilledLate { .. })),
            last: all.iter().filter_map(|summary| summary.written.as_ref()).max_by_key(|written| written.at),
        }
    }

    /// How many of a call's were not written in time, of agents who may be seen.
    pub(super) fn missed(&self, call: CallId, visible: &Visible) -> u64 {
        let seen = self.all(call).iter().filter(|summary| visible.has_agent(summary.agent.as_str()));
        let missed = |state: &State| matches!(state, State::NotFilled { .. } | State::FilledLate { .. });
        seen.filter_map(|summary| self.state(summary)).filter(missed).count() as u64
    }

    fn all(&self, call: CallId) -> &[Summary] {
        self.of_calls.get(&call).map_or(&[], Vec::as_slice)
    }

    fn state(&self, summary: &Summary) -> Option<State> {
        let mut kept = as_kept(FREE, summary)?;
        kept.time_out(self.now);
        Some(kept.state())
    }
}

/// Which of several tells how a call stands.
const fn urgency(state: &State) -> u8 {
    match state {
        State::Free => 0,
        State::Filled { .. } => 1,
        State::FilledLate { .. } => 2,
        State::Open { .. } => 3,
        State::NotFilled { .. } => 4,
    }
}

/// As the database is asked for it.
pub(super) const fn standing(summary: SummaryIs, now: Wall) -> Standing {
    match summary {
        SummaryIs::Open => Standing::Open(now),
        SummaryIs::Filled => Standing::Filled,
        SummaryIs::NotFilled => Standing::NotFilled(now),
        SummaryIs::Missed => Standing::Missed(now),
    }
}
