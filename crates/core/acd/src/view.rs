//! What can be asked of the state at any time: for `why-not`, for live views, for tests.

use std::collections::BTreeMap;

use bell_types::{AgentActivity, AgentName, AgentPresence, CallId, EndpointName, Filter, Mono, OfferId, QueueName};

use crate::acd::Acd;
use crate::call::Wait;
use crate::estimate::EstimateError;

/// An agent at this moment: what he asked for, what he is doing, and what keeps calls from him (AGT-03).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AgentView<'a> {
    /// What he asked for.
    pub presence: &'a AgentPresence,
    /// What he is doing.
    pub activity: AgentActivity,
    /// The first reason why he gets no calls; none if he is free for one.
    pub filter: Option<Filter>,
    /// The phone that would ring.
    pub endpoint: Option<&'a EndpointName>,
    /// The offer he has.
    pub offer: Option<OfferId>,
    /// The calls he took from queues.
    pub calls: &'a [CallId],
    /// How many calls he is on that no queue brought.
    pub outside: u32,
    /// When wrap-up ends at the latest, while it lasts.
    pub wrap_up_until: Option<Mono>,
    /// How many calls he missed in a row.
    pub missed: u32,
    /// Since when he has been free, as `LongestIdle` counts.
    pub free_since: Mono,
}

/// A queue at this moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueView {
    /// How many calls wait, those that ring at an agent included.
    pub waiting: usize,
    /// How many agents serve it.
    pub members: usize,
    /// How many of them are free for a call.
    pub ready: usize,
    /// What keeps calls from the others.
    pub filtered: Vec<(Filter, u32)>,
    /// How wrong the waits were that callers were told.
    pub estimate_error: EstimateError,
}

/// A call that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingCall {
    /// The call.
    pub call: CallId,
    /// Higher goes first.
    pub priority: u8,
    /// When it entered the queue.
    pub entered: Mono,
    /// When it leaves at the latest.
    pub leave_at: Mono,
    /// The offers that are live, and when each ends at the latest; more than one where all are rung at once.
    pub offers: Vec<(OfferId, Mono)>,
    /// Whose call it is for the moment: the caller's own agent.
    pub kept_for: Option<AgentName>,
}

impl Acd {
    /// The agent; none if not configured.
    pub fn agent(&self, name: &AgentName) -> Option<AgentView<'_>> {
        let agent = &self.agents[self.agents_by_name.get(name)?.0];
        agent.config.as_ref()?;
        Some(AgentView {
            presence: &agent.presence,
            activity: agent.activity(),
            filter: agent.filter(),
            endpoint: agent.phone(),
            offer: agent.offer,
            calls: &agent.calls,
            outside: agent.outside,
            wrap_up_until: agent.wrap_up_until,
            missed: agent.missed,
            free_since: self.seats[self.agents_by_name.get(name)?.0].free_since,
        })
    }

    /// The agent's phones that can be reached, the preferred one first.
    pub fn phones(&self, name: &AgentName) -> impl Iterator<Item = &EndpointName> {
        let agent = self.agents_by_name.get(name).map(|ix| &self.agents[ix.0]);
        let phones = agent.into_iter().flat_map(|agent| &agent.phones);
        phones.filter(|phone| phone.reachable).map(|phone| &phone.name)
    }

    /// The queue; none if not configured.
    pub fn queue(&self, name: &QueueName) -> Option<QueueView> {
        let (_, queue) = self.open_queue(name)?;
        let mut filtered: BTreeMap<Filter, u32> = BTreeMap::new();
        let standings = queue.members.iter().filter_map(|member| self.seats[member.0].standing);
        standings.for_each(|filter| *filtered.entry(filter).or_default() += 1);
        let held_back: u32 = filtered.values().sum();
        Some(QueueView {
            waiting: queue.waiting.len(),
            members: queue.members.len(),
            ready: queue.members.len() - held_back as usize,
            filtered: filtered.into_iter().collect(),
            estimate_error: queue.error,
        })
    }

    /// Who waits in the queue, whose turn it is first.
    pub fn waiting(&self, name: &QueueName) -> impl Iterator<Item = WaitingCall> {
        let queue = self.open_queue(name).map(|(_, queue)| queue);
        let calls = queue.into_iter().flat_map(|queue| queue.waiting.values());
        calls.filter_map(|call| {
            let wait = self.calls.get(call)?.wait.as_ref()?;
            Some(self.waiting_call(*call, wait))
        })
    }

    fn waiting_call(&self, call: CallId, wait: &Wait) -> WaitingCall {
        WaitingCall {
            call,
            priority: wait.priority,
            entered: wait.entered,
            leave_at: wait.leave_at,
            offers: wait.leases.iter().map(|lease| (lease.id, lease.until)).collect(),
            kept_for: wait.kept.map(|kept| self.agents[kept.agent.0].name.clone()),
        }
    }
}
