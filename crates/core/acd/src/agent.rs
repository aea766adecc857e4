//! An agent: what he asked for, what he is doing, and whether he may be offered a call.

use std::time::Duration;

use bell_types::{AgentActivity, AgentName, AgentPresence, CallId, EndpointName, Filter, Mono, OfferId};

use crate::config::AgentConfig;
use crate::queue::{Place, QueueIx};
use crate::skill::Levels;

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
    /// What he is able to do.
    pub(crate) skills: Levels,
    /// The queues he serves, in their order, and his place in each.
    pub(crate) memberships: Vec<(QueueIx, Place)>,

    /// What he asked for.
    pub(crate) presence: AgentPresence,
    /// The call that is being offered.
    pub(crate) offer: Option<OfferId>,
    /// The calls that are kept for him at present.
    pub(crate) kept: Vec<CallId>,
    /// The calls he took from queues.
    pub(crate) calls: Vec<CallId>,
    /// How many calls he is on that no queue brought.
    pub(crate) outside: u32,
    /// How many calls ring at his phones that no queue brought.
    pub(crate) rung: u32,
    /// When wrap-up ends at the latest, while it lasts.
    pub(crate) wrap_up_until: Option<Mono>,
    /// How many calls he missed in a row.
    pub(crate) missed: u32,

    /// Whether his shift is over: he takes nothing more, and leaves when he has finished.
    pub(crate) leaves: bool,
    /// What the last fact said about him.
    pub(crate) reported: (AgentPresence, AgentActivity),
}

/// What decisions go by. It is small and lies close together with that of the others, because each decision of a queue
/// looks at every member.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seat {
    /// Why he may not be offered a call, as his queues know it; none if he may.
    pub(crate) standing: Option<Filter>,
    /// Since when he has been free: since he became available, a call or its wrap-up ended, or he let an offer pass.
    pub(crate) free_since: Mono,
    /// How long he has talked in calls from queues since he signed in, as far as they are over.
    pub(crate) talked: Duration,
    /// How many calls he has taken from queues since he signed in.
    pub(crate) taken: u32,
}

impl Seat {
    pub(crate) const EMPTY: Self =
        Self { standing: Some(Filter::SignedOut), free_since: Mono::ZERO, talked: Duration::ZERO, taken: 0 };

    /// Available at a reachable phone, in a call or not.
    pub(crate) fn on_duty(&self) -> bool {
        self.standing.is_none_or(on_duty)
    }

    pub(crate) fn signed_in(&self) -> bool {
        self.standing != Some(Filter::SignedOut)
    }
}

/// Whether whom this keeps from calls is available at a reachable phone.
const fn on_duty(filter: Filter) -> bool {
    match filter {
        Filter::SignedOut | Filter::OnBreak | Filter::NoEndpoint => false,
        Filter::Offered
        | Filter::AtCapacity
        | Filter::WrappingUp
        | Filter::JustMissed
        | Filter::LacksSkill
        | Filter::Kept
        | Filter::LostCall
        | Filter::HandedOn => true,
    }
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
            skills: Levels::default(),
            memberships: Vec::new(),
            presence: AgentPresence::SignedOut,
            offer: None,
            kept: Vec::new(),
            calls: Vec::new(),
            outside: 0,
            rung: 0,
            wrap_up_until: None,
            missed: 0,
            leaves: false,
            reported: (AgentPresence::SignedOut, AgentActivity::Idle),
        }
    }

    /// How many calls he is on. Busy is a count, never a flag.
    pub(crate) fn load(&self) -> usize {
        self.calls.len().saturating_add(self.outside as usize)
    }

    pub(crate) fn has_room(&self) -> bool {
        !self.leaves && self.config.as_ref().is_some_and(|config| self.load() < config.capacity as usize)
    }

    /// Whether he has nothing left to do and goes home.
    pub(crate) fn is_leaving(&self) -> bool {
        self.leaves && self.load() == 0 && self.offer.is_none() && self.wrap_up_until.is_none()
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
        if self.offer.is_some() || self.rung > 0 {
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
        } else if self.offer.is_some() || self.rung > 0 {
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
