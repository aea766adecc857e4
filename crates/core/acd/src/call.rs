//! A call as a queue sees it.

use std::cmp::Reverse;
use std::time::Duration;

use bell_types::{EndpointName, Mono, OfferId};

use crate::agent::AgentIx;
use crate::queue::QueueIx;

/// A call, from its first queue to its end.
#[derive(Clone, Debug, Default)]
pub(crate) struct Call {
    /// How many offers were made of it: the number of the last one.
    pub(crate) offers: u16,
    /// Who let it pass, one entry for each agent, the oldest first.
    pub(crate) exclusions: Vec<Exclusion>,
    /// The agents who took it and were not released yet.
    pub(crate) with: Vec<AgentIx>,
    /// Where it waits, if it does.
    pub(crate) wait: Option<Wait>,
}

/// An agent let an offer of the call pass.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Exclusion {
    pub(crate) agent: AgentIx,
    pub(crate) since: Mono,
}

/// One stay in one queue.
#[derive(Clone, Debug)]
pub(crate) struct Wait {
    pub(crate) queue: QueueIx,
    pub(crate) turn: Turn,
    pub(crate) entered: Mono,
    /// When [`Timer::WaitOver`](crate::timer::Timer::WaitOver) strikes.
    pub(crate) leave_at: Mono,
    /// When the next announcement is due, if one is.
    pub(crate) announce_at: Option<Mono>,
    /// When an exclusion weakens or ends next, if there is one.
    pub(crate) reoffer_at: Option<Mono>,
    pub(crate) lease: Option<Lease>,
    /// The lowest position the caller was told.
    pub(crate) told: Option<u32>,
    /// The first expected wait the caller was told, and when.
    pub(crate) predicted: Option<(Mono, Duration)>,
    /// Whether a report already says why nobody gets the call at present.
    pub(crate) explained: bool,
}

/// An offer that is live. Its agent points back to the call.
#[derive(Clone, Debug)]
pub(crate) struct Lease {
    pub(crate) id: OfferId,
    pub(crate) agent: AgentIx,
    pub(crate) endpoint: EndpointName,
    pub(crate) until: Mono,
    /// Whether the phone was heard to ring.
    pub(crate) rang: bool,
}

/// Whose turn it is: higher priority first, then who came first. Unique for each stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Turn {
    pub(crate) priority: Reverse<u8>,
    pub(crate) since: Mono,
    pub(crate) entry: u64,
}

impl Call {
    /// Remembers that the agent let the call pass; forgets the oldest beyond `max`.
    pub(crate) fn exclude(&mut self, agent: AgentIx, since: Mono, max: usize) {
        self.exclusions.retain(|exclusion| exclusion.agent != agent);
        self.exclusions.push(Exclusion { agent, since });
        let surplus = self.exclusions.len().saturating_sub(max);
        self.exclusions.drain(..surplus);
    }

    /// The live offer, if there is one.
    pub(crate) fn lease(&self) -> Option<&Lease> {
        self.wait.as_ref()?.lease.as_ref()
    }
}
