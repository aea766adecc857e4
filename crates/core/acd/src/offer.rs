//! Offers: a call on its way to an agent. An offer is a lease: it ends at its deadline, whatever the phone does.

use std::time::Duration;

use bell_types::{AgentName, CallId, EndpointName, Mono, OfferId, OfferOutcome, Party, QueueExit, What, never};

use crate::acd::Acd;
use crate::agent::AgentIx;
use crate::call::{Excluded, Exclusion, Lease};
use crate::output::Output;
use crate::timer::Timer;

/// The call's side watches the time for the key, and has the first word on it: the lease lasts a little longer.
const CONFIRM_GRACE: Duration = Duration::from_secs(1);

impl Acd {
    /// Makes an offer of the call to the agent. The caller of this has made sure that both are free for it.
    pub(crate) fn offer(&mut self, now: Mono, call: CallId, ix: AgentIx, endpoint: EndpointName) {
        let Some(record) = self.calls.get_mut(&call) else {
            never!();
            return;
        };
        let Some(wait) = record.wait.as_mut() else {
            never!();
            return;
        };
        record.offers = record.offers.saturating_add(1);
        let number = record.offers;
        let id = OfferId { call, number };
        let ring_timeout = self.queues[wait.queue.0].config.ring_timeout;
        let until = self.timers.set(now, ring_timeout, Timer::OfferOver(id));
        wait.leases.push(Lease { id, agent: ix, endpoint: endpoint.clone(), until, rang: false });
        self.note_claim(call);
        let agent = &mut self.agents[ix.0];
        agent.offer = Some(id);
        let name = agent.name.clone();
        self.fact(What::Offered { offer: id, agent: name.clone(), endpoint: endpoint.clone(), ring_timeout });
        self.outputs.push_back(Output::Offer { offer: id, agent: name, endpoint, ring_timeout });
        self.refresh(now, ix, Party::System);
    }

    pub(crate) fn lease(&self, offer: OfferId) -> Option<&Lease> {
        self.calls.get(&offer.call)?.lease(offer)
    }

    fn is_live(&self, offer: OfferId) -> bool {
        self.lease(offer).is_some()
    }

    pub(crate) fn offer_ringing(&mut self, offer: OfferId) {
        let wait = self.calls.get_mut(&offer.call).and_then(|call| call.wait.as_mut());
        let lease = wait.and_then(|wait| wait.leases.iter_mut().find(|lease| lease.id == offer));
        if let Some(lease) = lease.filter(|lease| !lease.rang) {
            lease.rang = true;
            let agent = self.agents[lease.agent.0].name.clone();
            self.fact(What::OfferRang { offer, agent });
        }
    }

    /// The lease of a line that was answered lasts as long as whoever answered may take for the key.
    pub(crate) fn offer_confirming(&mut self, now: Mono, offer: OfferId, within: Duration) {
        let Some(before) = self.lease(offer).map(|lease| lease.until) else { return };
        self.timers.clear(before, Timer::OfferOver(offer));
        let until = self.timers.set(now, within + CONFIRM_GRACE, Timer::OfferOver(offer));
        let wait = self.calls.get_mut(&offer.call).and_then(|call| call.wait.as_mut());
        if let Some(lease) = wait.and_then(|wait| wait.leases.iter_mut().find(|lease| lease.id == offer)) {
            lease.until = until;
        }
    }

    pub(crate) fn offer_ended(&mut self, now: Mono, offer: OfferId, outcome: OfferOutcome) {
        match (self.is_live(offer), outcome) {
            (true, OfferOutcome::Accepted) => self.accepted(now, offer),
            // A late accept is normal: the answer crossed our withdrawal.
            (false, OfferOutcome::Accepted) => self.outputs.push_back(Output::OfferRefused(offer)),
            (
                true,
                OfferOutcome::Missed
                | OfferOutcome::Declined
                | OfferOutcome::Busy
                | OfferOutcome::Failed
                | OfferOutcome::Withdrawn
                | OfferOutcome::AnsweredElsewhere
                | OfferOutcome::Unconfirmed,
            ) => self.let_pass(now, offer, outcome),
            (
                false,
                OfferOutcome::Missed
                | OfferOutcome::Declined
                | OfferOutcome::Busy
                | OfferOutcome::Failed
                | OfferOutcome::Withdrawn
                | OfferOutcome::AnsweredElsewhere
                | OfferOutcome::Unconfirmed,
            ) => {}
        }
    }

    /// The first who answers has the call; the others' phones stop.
    fn accepted(&mut self, now: Mono, offer: OfferId) {
        let Some(lease) = self.end_lease(offer, OfferOutcome::Accepted) else {
            return;
        };
        let call = offer.call;
        for other in self.leases(call) {
            self.take_back(now, other, OfferOutcome::AnsweredElsewhere);
        }
        let ix = lease.agent;
        self.seats[ix.0].taken = self.seats[ix.0].taken.saturating_add(1);
        let agent = &mut self.agents[ix.0];
        agent.missed = 0;
        if !agent.calls.contains(&call) {
            agent.calls.push(call);
        }
        let name = agent.name.clone();
        let record = self.calls.get_mut(&call);
        if let Some(record) = record.filter(|call| !call.with.iter().any(|(agent, _)| *agent == ix)) {
            record.with.push((ix, now));
        }
        self.refresh(now, ix, Party::Agent(name.clone()));
        self.leave(now, call, QueueExit::Answered(name));
    }

    /// The live offers of a call.
    pub(crate) fn leases(&self, call: CallId) -> Vec<OfferId> {
        let wait = self.calls.get(&call).and_then(|call| call.wait.as_ref());
        wait.map_or_else(Vec::new, |wait| wait.leases.iter().map(|lease| lease.id).collect())
    }

    /// The offer rang until its deadline, and the call's side has not said what became of it.
    pub(crate) fn offer_over(&mut self, now: Mono, offer: OfferId) {
        if let Some(lease) = self.lease(offer) {
            let awaited = if lease.rang { "the answer" } else { "the ringing" };
            let (call, agent) = (offer.call, &self.agents[lease.agent.0].name);
            tracing::info!(%call, %agent, endpoint = %lease.endpoint, awaited, "an offer came to its deadline");
        }
        self.call_off(now, offer, OfferOutcome::Missed);
    }

    /// Stops an offer of our own accord, for a reason that lies with the agent or his phone.
    pub(crate) fn call_off(&mut self, now: Mono, offer: OfferId, outcome: OfferOutcome) {
        if self.is_live(offer) {
            self.outputs.push_back(Output::WithdrawOffer { offer, outcome });
        }
        self.let_pass(now, offer, outcome);
    }

    /// Stops an offer for a reason that is no fault of the agent, who may have this call again.
    pub(crate) fn take_back(&mut self, now: Mono, offer: OfferId, outcome: OfferOutcome) {
        if let Some(lease) = self.end_lease(offer, outcome) {
            self.outputs.push_back(Output::WithdrawOffer { offer, outcome });
            self.refresh(now, lease.agent, Party::System);
        }
    }

    /// The agent let the offer pass. If only his phone failed, or a voicemail answered it, his next one rings; otherwise the call looks for
    /// another agent and is not offered to this one again for a while.
    fn let_pass(&mut self, now: Mono, offer: OfferId, outcome: OfferOutcome) {
        let Some(lease) = self.end_lease(offer, outcome) else {
            return;
        };
        let (call, ix) = (offer.call, lease.agent);
        let next_phone = match outcome {
            OfferOutcome::Failed | OfferOutcome::Unconfirmed => self.next_phone(call, &lease),
            OfferOutcome::Accepted
            | OfferOutcome::Missed
            | OfferOutcome::Declined
            | OfferOutcome::Busy
            | OfferOutcome::Withdrawn
            | OfferOutcome::AnsweredElsewhere => None,
        };
        if let Some(endpoint) = next_phone {
            self.offer(now, call, ix, endpoint);
            return;
        }
        self.exclude(now, call, ix, Excluded::LetPass);
        if self.counts_as_missed(call, outcome) {
            self.count_missed(ix);
        }
        self.disappointed(now, call, ix);
        self.seats[ix.0].free_since = now;
        let agent = &self.agents[ix.0];
        let by = match outcome {
            OfferOutcome::Declined => Party::Agent(agent.name.clone()),
            OfferOutcome::Accepted
            | OfferOutcome::Missed
            | OfferOutcome::Busy
            | OfferOutcome::Failed
            | OfferOutcome::Withdrawn
            | OfferOutcome::AnsweredElsewhere
            | OfferOutcome::Unconfirmed => Party::System,
        };
        self.refresh(now, ix, by);
    }

    fn next_phone(&self, call: CallId, lease: &Lease) -> Option<EndpointName> {
        let agent = &self.agents[lease.agent.0];
        let may_go_on = agent.filter().is_none() && self.may_be_offered(call);
        agent.phone_after(&lease.endpoint).filter(|_| may_go_on).cloned()
    }

    pub(crate) fn may_be_offered(&self, call: CallId) -> bool {
        let record = self.calls.get(&call);
        record.is_some_and(|call| call.offers < self.config.limits.offers_max)
    }

    fn counts_as_missed(&self, call: CallId, outcome: OfferOutcome) -> bool {
        let wait = self.calls.get(&call).and_then(|call| call.wait.as_ref());
        wait.is_some_and(|wait| self.queues[wait.queue.0].config.counts_as_missed.contains(&outcome))
    }

    /// An agent who had the call, and lost it or handed it on, is not offered it again for a while. It need not wait
    /// anywhere yet.
    pub(crate) fn parted(&mut self, now: Mono, name: &AgentName, call: CallId, why: Excluded) {
        let Some(&ix) = self.agents_by_name.get(name) else { return };
        let room = self.calls.len() < self.config.limits.calls_max;
        if room || self.calls.contains_key(&call) {
            self.calls.entry(call).or_default();
            self.exclude(now, call, ix, why);
        }
    }

    fn exclude(&mut self, now: Mono, call: CallId, ix: AgentIx, why: Excluded) {
        let Some(record) = self.calls.get_mut(&call) else {
            return;
        };
        record.exclude(Exclusion { agent: ix, since: now, why }, self.config.limits.exclusions_max);
        if let Some(wait) = &record.wait {
            self.queues[wait.queue.0].let_pass.insert(wait.turn, call);
        }
        self.plan_reoffer(now, call);
    }

    /// Ends the lease on both sides and says so; the call waits on. The caller of this refreshes the agent.
    fn end_lease(&mut self, offer: OfferId, outcome: OfferOutcome) -> Option<Lease> {
        let wait = self.calls.get_mut(&offer.call)?.wait.as_mut()?;
        let place = wait.leases.iter().position(|lease| lease.id == offer)?;
        let lease = wait.leases.remove(place);
        wait.explained = false;
        self.overdue.insert(offer.call);
        self.note_claim(offer.call);
        self.unsettle(offer.call);
        self.timers.clear(lease.until, Timer::OfferOver(offer));
        let agent = &mut self.agents[lease.agent.0];
        agent.offer = None;
        let agent: AgentName = agent.name.clone();
        self.fact(What::OfferEnded { offer, agent, outcome });
        Some(lease)
    }
}
