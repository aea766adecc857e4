//! An agent: what he asked for, what he is doing, and whether he may be offered a call.

use bell_types::{AgentActivity, AgentName, AgentPresence, CallId, EndpointName, Filter, Mono};

use crate::config::AgentConfig;
use crate::queue::{Place, QueueIx};

/// An agent's index in [`Acd`](crate::Acd). Never given to another: an agent who leaves the configuration keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct AgentIx(pub(crate) usize);

#[derive(Clone, Debug)]
pub(crate) struct Agent {
    pub(crate) name: AgentName,
    /// What is configured; none if the agent left the configuration.
    pub(crate) config: Option<AgentConfig>,
    /// The phones in their order, and whether each can be reached.
    pub(crate) phones: Vec<Phone>,
    /// The queues he serves, in their order, and his place in each.
    pub(crate) memberships: Vec<(QueueIx, Place)>,

    /// What he asked for.
    pub(crate) presence: AgentPresence,
    /// The call that is being offered.
    pub(crate) offer: Option<CallId>,
    /// The calls he took from queues.
    pub(crate) calls: Vec<CallId>,
    /// How many calls he is on that no queue brought.
    pub(crate) outside: u32,
    /// When wrap-up ends at the latest, while it lasts.
    pub(crate) wrap_up_until: Option<Mono>,
    /// How many calls he missed in a row.
    pub(crate) missed: u32,
    /// Since when he has been free: since he became available, a call or its wrap-up ended, or he let an offer pass.
    pub(crate) free_since: Mono,

    /// Why he may not be offered a call, as his queues know it; none if he may.
    pub(crate) standing: Option<Filter>,
    /// What the last fact said about him.
    pub(crate) reported: (AgentPresence, AgentActivity),
}

#[derive(Clone, Debug)]
pub(crate) struct Phone {
    pub(crate) name: EndpointName,
    pub(crate) reachable: bool,
}

impl Agent {
    pub(crate) fn new(name: AgentName) -> Self {
        Self {
            name,
            config: None,
            phones: Vec::new(),
            memberships: Vec::new(),
            presence: AgentPresence::SignedOut,
            offer: None,
            calls: Vec::new(),
            outside: 0,
            wrap_up_until: None,
            missed: 0,
            free_since: Mono::ZERO,
            standing: Some(Filter::SignedOut),
            reported: (AgentPresence::SignedOut, AgentActivity::Idle),
        }
    }

    /// How many calls he is on. Busy is a count, never a flag.
    pub(crate) fn load(&self) -> usize {
        self.calls.len().saturating_add(self.outside as usize)
    }

    pub(crate) fn has_room(&self) -> bool {
        self.config.as_ref().is_some_and(|config| self.load() < config.capacity as usize)
    }

    /// The first phone that can be reached.
    pub(crate) fn phone(&self) -> Option<&EndpointName> {
        self.phones.iter().find(|phone| phone.reachable).map(|phone| &phone.name)
    }

    /// The first phone after this one that can be reached.
    pub(crate) fn phone_after(&self, name: &EndpointName) -> Option<&EndpointName> {
        let mut later = self.phones.iter().skip_while(|phone| phone.name != *name).skip(1);
        later.find(|phone| phone.reachable).map(|phone| &phone.name)
    }

    /// The first reason why he may not be offered a call.
    pub(crate) fn filter(&self) -> Option<Filter> {
        match self.presence {
            AgentPresence::SignedOut => return Some(Filter::SignedOut),
            AgentPresence::Break { .. } => return Some(Filter::OnBreak),
            AgentPresence::Available => {}
        }
        if self.offer.is_some() {
            Some(Filter::Offered)
        } else if !self.has_room() {
            Some(Filter::AtCapacity)
        } else if self.wrap_up_until.is_some() {
            Some(Filter::WrappingUp)
        } else if self.phone().is_none() {
            Some(Filter::NoEndpoint)
        } else {
            None
        }
    }

    /// What he is doing. Of several things at once a call counts most, so that time on calls has no holes.
    pub(crate) fn activity(&self) -> AgentActivity {
        if self.load() > 0 {
            AgentActivity::Talking
        } else if self.offer.is_some() {
            AgentActivity::Offered
        } else if self.wrap_up_until.is_some() {
            AgentActivity::WrapUp
        } else if self.presence != AgentPresence::SignedOut && self.phone().is_none() {
            AgentActivity::Unreachable
        } else {
            AgentActivity::Idle
        }
    }

    /// His place in the queue, if he serves it.
    pub(crate) fn place_in(&self, queue: QueueIx) -> Option<Place> {
        let index = self.memberships.binary_search_by_key(&queue, |(queue, _)| *queue).ok()?;
        Some(self.memberships[index].1)
    }
}
