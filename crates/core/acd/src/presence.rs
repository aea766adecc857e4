//! What agents ask for, which phones they can be reached at, and the calls no queue brought.

use std::time::Duration;

use bell_types::{AgentName, AgentPresence, CallId, Cause, EndpointName, Mono, OfferOutcome, Party, What};

use crate::MISSED_CALLS;
use crate::acd::Acd;
use crate::agent::{AgentIx, Seat};
use crate::config::SignIn;
use crate::input::AgentCommand;
use crate::output::Output;
use crate::timer::Timer;

/// What follows a call that no queue brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum After {
    /// Nothing: he did not serve anybody in it.
    Nothing,
    /// The work after it.
    WrapUp,
}

/// How an endpoint has come within reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reached {
    /// Its phone registered: somebody switched it on.
    Registered,
    /// A trunk that leads to it works.
    ByTrunk,
}

impl Acd {
    pub(crate) fn command(&mut self, now: Mono, name: AgentName, command: AgentCommand, by: Party) {
        let Some(ix) = self.configured_agent(&name) else {
            self.outputs.push_back(Output::AgentUnknown(name));
            return;
        };
        match command {
            AgentCommand::SignIn => self.sign_in(now, ix, by),
            AgentCommand::SignOut => self.ask(now, ix, AgentPresence::SignedOut, by),
            AgentCommand::Available => self.make_available(now, ix, by),
            AgentCommand::Break { reason } => {
                let reason = reason.chars().take(self.config.limits.reason_len_max).collect();
                self.ask(now, ix, AgentPresence::Break { reason }, by);
            }
            AgentCommand::EndWrapUp => self.end_wrap_up(now, ix, by),
            AgentCommand::Release => self.release_all(now, ix, by),
        }
    }

    fn configured_agent(&self, name: &AgentName) -> Option<AgentIx> {
        let ix = *self.agents_by_name.get(name)?;
        self.agents[ix.0].config.is_some().then_some(ix)
    }

    fn sign_in(&mut self, now: Mono, ix: AgentIx, by: Party) {
        if self.agents[ix.0].presence == AgentPresence::SignedOut {
            self.make_available(now, ix, by);
        }
    }

    fn make_available(&mut self, now: Mono, ix: AgentIx, by: Party) {
        self.clear_wrap_up(now, ix);
        let (agent, seat) = (&mut self.agents[ix.0], &mut self.seats[ix.0]);
        agent.missed = 0;
        if agent.presence == AgentPresence::SignedOut {
            (seat.talked, seat.taken) = (Duration::ZERO, 0);
        }
        if agent.presence != AgentPresence::Available {
            agent.presence = AgentPresence::Available;
            seat.free_since = now;
        }
        self.refresh(now, ix, by);
    }

    /// Asks for a state that takes no calls.
    pub(crate) fn ask(&mut self, now: Mono, ix: AgentIx, presence: AgentPresence, by: Party) {
        if presence == AgentPresence::SignedOut {
            self.clear_wrap_up(now, ix);
        }
        let agent = &mut self.agents[ix.0];
        agent.leaves &= presence != AgentPresence::SignedOut;
        agent.presence = presence;
        if let Some(offer) = agent.offer {
            self.take_back(now, offer, OfferOutcome::Withdrawn);
        }
        self.refresh(now, ix, by);
    }

    /// Too many missed calls in a row: the agent is put on a break, from which one `Available` leads back.
    pub(crate) fn count_missed(&mut self, ix: AgentIx) {
        let agent = &mut self.agents[ix.0];
        agent.missed = agent.missed.saturating_add(1);
        let missed_max = agent.config.as_ref().map_or(0, |config| config.missed_max);
        let still_available = agent.presence == AgentPresence::Available;
        if still_available && missed_max > 0 && agent.missed >= missed_max {
            let reason = MISSED_CALLS.to_owned();
            agent.presence = AgentPresence::Break { reason };
        }
    }

    /// The agent's part in a call is over: wrap-up begins. It is the agent's own, whatever becomes of the call.
    pub(crate) fn released(&mut self, now: Mono, name: &AgentName, call: CallId) {
        if let Some(&ix) = self.agents_by_name.get(name) {
            self.release(now, ix, call);
        }
    }

    pub(crate) fn release(&mut self, now: Mono, ix: AgentIx, call: CallId) {
        if !self.forget_call(now, ix, call) {
            return;
        }
        self.seats[ix.0].free_since = now;
        self.begin_wrap_up(now, ix);
        self.refresh(now, ix, Party::System);
    }

    /// The work after a call begins, if the agent has time for any and is at work.
    fn begin_wrap_up(&mut self, now: Mono, ix: AgentIx) {
        let agent = &self.agents[ix.0];
        let limit = agent.config.as_ref().map(|config| config.wrap_up_max);
        let limit = limit.filter(|limit| !limit.is_zero() && agent.presence != AgentPresence::SignedOut);
        if let Some(limit) = limit {
            self.clear_wrap_up(now, ix);
            self.agents[ix.0].wrap_up_until = Some(self.timers.set(now, limit, Timer::WrapUpOver(ix)));
        }
    }

    fn release_all(&mut self, now: Mono, ix: AgentIx, by: Party) {
        for call in self.agents[ix.0].calls.clone() {
            self.forget_call(now, ix, call);
        }
        self.clear_wrap_up(now, ix);
        self.agents[ix.0].outside = 0;
        self.agents[ix.0].rung = 0;
        self.seats[ix.0].free_since = now;
        self.refresh(now, ix, by);
    }

    /// The agent is no longer on this call. False if he was not.
    fn forget_call(&mut self, now: Mono, ix: AgentIx, call: CallId) -> bool {
        if let Some(call) = self.calls.get_mut(&call)
            && let Some(place) = call.with.iter().position(|(agent, _)| *agent == ix)
        {
            let (_, since) = call.with.remove(place);
            let talked = &mut self.seats[ix.0].talked;
            *talked = talked.saturating_add(now.since(since));
        }
        let calls = &mut self.agents[ix.0].calls;
        let before = calls.len();
        calls.retain(|held| *held != call);
        calls.len() < before
    }

    fn end_wrap_up(&mut self, now: Mono, ix: AgentIx, by: Party) {
        self.clear_wrap_up(now, ix);
        self.refresh(now, ix, by);
    }

    pub(crate) fn wrap_up_over(&mut self, now: Mono, ix: AgentIx) {
        self.end_wrap_up(now, ix, Party::System);
    }

    fn clear_wrap_up(&mut self, now: Mono, ix: AgentIx) {
        let agent = &mut self.agents[ix.0];
        if let Some(until) = agent.wrap_up_until.take() {
            self.seats[ix.0].free_since = now;
            self.timers.clear(until, Timer::WrapUpOver(ix));
        }
    }

    pub(crate) fn agent_busy(&mut self, now: Mono, name: &AgentName) {
        let Some(&ix) = self.agents_by_name.get(name) else {
            return;
        };
        let agent = &mut self.agents[ix.0];
        agent.outside = agent.outside.saturating_add(1);
        // He dialled while a call was on its way to him, and has no hand left for it.
        if let Some(offer) = agent.offer.filter(|_| !agent.has_room()) {
            self.take_back(now, offer, OfferOutcome::Withdrawn);
        }
        self.refresh(now, ix, Party::System);
    }

    pub(crate) fn agent_free(&mut self, now: Mono, name: &AgentName, after: After) {
        let Some(&ix) = self.agents_by_name.get(name) else {
            return;
        };
        let agent = &mut self.agents[ix.0];
        if agent.outside > 0 {
            agent.outside -= 1;
            self.seats[ix.0].free_since = now;
            match after {
                After::Nothing => {}
                After::WrapUp => self.begin_wrap_up(now, ix),
            }
            self.refresh(now, ix, Party::System);
        }
    }

    pub(crate) fn agent_rung(&mut self, now: Mono, name: &AgentName) {
        let Some(&ix) = self.agents_by_name.get(name) else {
            return;
        };
        let agent = &mut self.agents[ix.0];
        agent.rung = agent.rung.saturating_add(1);
        // Both rang in the same moment. Who is called by name has nobody else; the caller of a queue has.
        if let Some(offer) = agent.offer {
            self.take_back(now, offer, OfferOutcome::Withdrawn);
        }
        self.refresh(now, ix, Party::System);
    }

    pub(crate) fn agent_rung_no_more(&mut self, now: Mono, name: &AgentName) {
        let Some(&ix) = self.agents_by_name.get(name) else {
            return;
        };
        let agent = &mut self.agents[ix.0];
        agent.rung = agent.rung.saturating_sub(1);
        self.refresh(now, ix, Party::System);
    }

    pub(crate) fn endpoint_up(&mut self, now: Mono, endpoint: &EndpointName, how: Reached) {
        if self.reachable.len() >= self.config.limits.endpoints_max && !self.reachable.contains(endpoint) {
            tracing::warn!(%endpoint, "too many reachable phones: this one counts as unreachable");
            return;
        }
        self.set_reachable(endpoint, true);
        self.reachable.insert(endpoint.clone());
        for ix in self.owners_of(endpoint) {
            self.refresh(now, ix, Party::System);
            match (self.sign_in_of(ix), how) {
                (Some(SignIn::Registration), Reached::Registered) => self.sign_in(now, ix, Party::System),
                (Some(SignIn::Registration), Reached::ByTrunk) | (Some(SignIn::Command) | None, _) => {}
            }
        }
    }

    pub(crate) fn endpoint_down(&mut self, now: Mono, endpoint: &EndpointName, cause: Cause) {
        self.reachable.remove(endpoint);
        self.set_reachable(endpoint, false);
        for ix in self.owners_of(endpoint) {
            let offer = self.agents[ix.0].offer;
            let ringing = offer.filter(|offer| self.lease(*offer).is_some_and(|lease| lease.endpoint == *endpoint));
            match ringing {
                Some(offer) => self.call_off(now, offer, OfferOutcome::Failed),
                None => self.refresh(now, ix, Party::System),
            }
            match self.sign_in_of(ix) {
                // A phone that unregisters is switched off on purpose, and one that may not be there any more was told to
                // go; one that is lost comes back.
                Some(SignIn::Registration) if matches!(cause, Cause::Moved | Cause::Forbidden) => {
                    self.ask(now, ix, AgentPresence::SignedOut, Party::System);
                }
                Some(SignIn::Registration | SignIn::Command) | None => {}
            }
        }
    }

    fn sign_in_of(&self, ix: AgentIx) -> Option<SignIn> {
        self.agents[ix.0].config.as_ref().map(|config| config.sign_in)
    }

    fn owners_of(&self, endpoint: &EndpointName) -> Vec<AgentIx> {
        self.owners.get(endpoint).cloned().unwrap_or_default()
    }

    fn set_reachable(&mut self, endpoint: &EndpointName, reachable: bool) {
        for ix in self.owners_of(endpoint) {
            let phones = &mut self.agents[ix.0].phones;
            for phone in phones.iter_mut().filter(|phone| phone.name == *endpoint) {
                phone.reachable = reachable;
            }
        }
    }

    /// A call goes on, and so does the work after it: he leaves as soon as both are done.
    pub(crate) fn shift_over(&mut self, now: Mono, name: &AgentName) {
        let Some(&ix) = self.agents_by_name.get(name) else { return };
        let agent = &mut self.agents[ix.0];
        if agent.presence != AgentPresence::SignedOut {
            agent.leaves = true;
            self.refresh(now, ix, Party::System);
        }
    }

    /// Something about the agent changed: his queues learn of it, and a fact tells it.
    pub(crate) fn refresh(&mut self, now: Mono, ix: AgentIx, by: Party) {
        let agent = &mut self.agents[ix.0];
        let leaves = agent.is_leaving();
        if leaves {
            (agent.leaves, agent.presence) = (false, AgentPresence::SignedOut);
        }
        let by = if leaves { Party::System } else { by };
        self.inform_queues(now, ix);
        let agent = &mut self.agents[ix.0];
        let activity = agent.activity();
        if agent.reported.0 != agent.presence || agent.reported.1 != activity {
            agent.reported = (agent.presence.clone(), activity);
            let changed =
                What::AgentChanged { agent: agent.name.clone(), presence: agent.presence.clone(), activity, by };
            self.fact(changed);
        }
    }

    fn inform_queues(&mut self, now: Mono, ix: AgentIx) {
        let (agent, seat) = (&self.agents[ix.0], &mut self.seats[ix.0]);
        let before = *seat;
        seat.standing = agent.filter();
        let after = *seat;
        if after.standing.is_none() {
            self.freed.insert(ix);
        }
        if before.on_duty() != after.on_duty() || before.signed_in() != after.signed_in() {
            self.recount(ix, before, after);
        }
        if before.on_duty() && !after.on_duty() {
            self.keep_nothing_for(now, ix);
        }
    }

    /// The agent came to work or left it, or can be reached or no longer.
    fn recount(&mut self, ix: AgentIx, before: Seat, after: Seat) {
        let mut anew = Vec::new();
        for &(queue_ix, _) in &self.agents[ix.0].memberships {
            let queue = &mut self.queues[queue_ix.0];
            queue.signed_in = queue.signed_in + usize::from(after.signed_in()) - usize::from(before.signed_in());
            queue.on_duty = queue.on_duty + usize::from(after.on_duty()) - usize::from(before.on_duty());
            if before.on_duty() && !after.on_duty() {
                // Calls that everybody else let pass may now be offered to those again.
                anew.extend(queue.let_pass.values().copied());
            }
            if !after.signed_in() {
                self.deserted.insert(queue_ix);
            }
        }
        for call in anew {
            self.unsettle(call);
        }
    }
}
