//! Deadlines: every wait has one.

use std::collections::BTreeSet;
use std::time::Duration;

use bell_types::{CallId, Mono, OfferId};

use crate::agent::AgentIx;
use crate::queue::QueueIx;

/// What is to happen when its time has come. Of several at one instant the earlier variant goes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Timer {
    /// The offer has rung long enough.
    OfferOver(OfferId),
    /// The agent's wrap-up has lasted long enough.
    WrapUpOver(AgentIx),
    /// The call has waited long enough.
    WaitOver(CallId),
    /// The call has been kept for the caller's own agent long enough.
    KeptOver(CallId),
    /// A step of the queue's ladder is due for the call.
    RungDue(CallId),
    /// The pause of a plan to call somebody back is over; it is named by the call in which he asked.
    PlanDue(CallId),
    /// Somebody has waited as long as the queue's alert allows.
    AlertDue(QueueIx),
    /// The call may be offered to an agent again who let it pass.
    ReofferDue(CallId),
    /// The caller is to be told where he stands.
    AnnounceDue(CallId),
}

/// All deadlines that are set, in order. Whoever sets one keeps its time and clears it when it no longer matters.
#[derive(Clone, Debug, Default)]
pub(crate) struct Timers {
    set: BTreeSet<(Mono, Timer)>,
}

/// What a delay of zero is taken for: a deadline that is over before it began would let `handle` run for ever.
const SHORTEST: Duration = Duration::from_millis(1);

impl Timers {
    pub(crate) fn set(&mut self, now: Mono, delay: Duration, timer: Timer) -> Mono {
        let at = now + delay.max(SHORTEST);
        self.set.insert((at, timer));
        at
    }

    pub(crate) fn clear(&mut self, at: Mono, timer: Timer) {
        self.set.remove(&(at, timer));
    }

    pub(crate) fn next(&self) -> Option<Mono> {
        self.set.first().map(|(at, _)| *at)
    }

    pub(crate) fn pop_due(&mut self, now: Mono) -> Option<Timer> {
        if self.next()? > now {
            return None;
        }
        self.set.pop_first().map(|(_, timer)| timer)
    }
}
