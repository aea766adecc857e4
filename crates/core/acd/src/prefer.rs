//! A caller's own agents: for a while the call is kept for each of them in turn, as long as he is on duty (INB-17,
//! INB-18).

use bell_types::{AgentName, CallId, Mono};

use std::collections::VecDeque;
use std::time::Duration;

use crate::acd::Acd;
use crate::agent::AgentIx;
use crate::call::Kept;
use crate::timer::Timer;

impl Acd {
    /// The agents a caller prefers, as far as they are known.
    pub(crate) fn preferred(&self, wanted: &[(AgentName, Duration)]) -> VecDeque<(AgentIx, Duration)> {
        let wanted = wanted.iter().take(self.config.limits.wants_max);
        wanted.filter_map(|(name, how_long)| Some((*self.agents_by_name.get(name)?, *how_long))).collect()
    }

    /// Keeps the call for the next of the caller's own agents who is on duty and did not let it pass; for nobody, if
    /// there is none. Then everybody may have it.
    pub(crate) fn keep_for_next(&mut self, now: Mono, call: CallId) {
        self.keep_no_more(call);
        let Some(record) = self.calls.get_mut(&call) else { return };
        let Some(wait) = record.wait.as_mut() else { return };
        while let Some((ix, how_long)) = wait.preferred.pop_front() {
            let passed = record.exclusions.iter().any(|exclusion| exclusion.agent == ix);
            if self.seats[ix.0].on_duty() && !passed {
                let until = self.timers.set(now, how_long, Timer::KeptOver(call));
                wait.kept = Some(Kept { agent: ix, until });
                self.agents[ix.0].kept.push(call);
                break;
            }
        }
        self.note_choosy(call);
        self.unsettle(call);
    }

    /// The call is no longer kept for anybody. The caller of this sees to its queue.
    pub(crate) fn keep_no_more(&mut self, call: CallId) {
        let wait = self.calls.get_mut(&call).and_then(|call| call.wait.as_mut());
        if let Some(kept) = wait.and_then(|wait| wait.kept.take()) {
            self.forget_kept(call, kept);
        }
    }

    pub(crate) fn forget_kept(&mut self, call: CallId, kept: Kept) {
        self.timers.clear(kept.until, Timer::KeptOver(call));
        self.agents[kept.agent.0].kept.retain(|kept| *kept != call);
    }

    /// The agent let a call pass that was kept for him: the next may have it.
    pub(crate) fn disappointed(&mut self, now: Mono, call: CallId, ix: AgentIx) {
        let wait = self.calls.get(&call).and_then(|call| call.wait.as_ref());
        if wait.and_then(|wait| wait.kept).is_some_and(|kept| kept.agent == ix) {
            self.keep_for_next(now, call);
        }
    }

    /// The agent is not on duty any more: what was kept for him goes on.
    pub(crate) fn keep_nothing_for(&mut self, now: Mono, ix: AgentIx) {
        for call in self.agents[ix.0].kept.clone() {
            self.keep_for_next(now, call);
        }
    }

    /// The first of the calls that are kept for the agent and have no offer.
    pub(crate) fn first_kept(&self, ix: AgentIx) -> Option<CallId> {
        let waits = self.agents[ix.0].kept.iter().filter_map(|call| {
            let wait = self.calls.get(call)?.wait.as_ref()?;
            wait.leases.is_empty().then_some((wait.turn, *call))
        });
        waits.min().map(|(_, call)| call)
    }
}
