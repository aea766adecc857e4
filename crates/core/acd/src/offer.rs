//! Offers: a call on its way to an agent. An offer is a lease: it ends at its deadline, whatever the phone does.

use bell_types::{AgentName, CallId, EndpointName, Mono, OfferId, OfferOutcome, Party, QueueExit, What, never};

use crate::acd::Acd;
use crate::agent::AgentIx;
use crate::call::Lease;
use crate::output::Output;
use crate::timer::Timer;

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
        let queue = &mut self.queues[wait.queue.0];
        queue.unoffered.remove(&wait.turn);
        let ring_timeout = queue.config.ring_timeout;
        wait.lease = Some(Lease {
            id,
            agent: ix,
            endpoint: endpoint.clone(),
            until: self.timers.set(now, ring_timeout, Timer::OfferOver(call)),
            rang: false,
        });
        let agent = &mut self.agents[ix.0];
        agent.offer = Some(call);
        let name = agent.name.clone();
        self.fact(What::Offered { offer: id, agent: name.clone(), endpoint: endpoint.clone(), ring_timeout });
        self.outputs.push_back(Output::Offer { offer: id, agent: name, endpoint, ring_timeout });
        self.refresh(ix, Party::System);
    }

    pub(crate) fn lease(&self, call: CallId) -> Option<&Lease> {
        self.calls.get(&call)?.lease()
    }

    fn is_live(&self, offer: OfferId) -> bool {
        self.lease(offer.call).is_some_and(|lease| lease.id == offer)
    }

    pub(crate) fn offer_ringing(&mut self, offer: OfferId) {
        let wait = self.calls.get_mut(&offer.call).and_then(|call| call.wait.as_mut());
        if let Some(lease) = wait.and_then(|wait| wait.lease.as_mut()).filter(|lease| lease.id == offer) {
            lease.rang = true;
        }
    }

    pub(crate) fn offer_ended(&mut self, now: Mono, offer: OfferId, outcome: OfferOutcome) {
        match (self.is_live(offer), outcome) {
            (true, OfferOutcome::Accepted) => self.accepted(now, offer.call),
            // A late accept is normal: the answer crossed our withdrawal.
            (false, OfferOutcome::Accepted) => self.outputs.push_back(Output::OfferRefused(offer)),
            (
                true,
                OfferOutcome::Missed
                | OfferOutcome::Declined
                | OfferOutcome::Busy
                | OfferOutcome::Failed
                | OfferOutcome::Withdrawn,
            ) => self.let_pass(now, offer.call, outcome),
            (
                false,
                OfferOutcome::Missed
                | OfferOutcome::Declined
                | OfferOutcome::Busy
                | OfferOutcome::Failed
                | OfferOutcome::Withdrawn,
            ) => {}
        }
    }

    fn accepted(&mut self, now: Mono, call: CallId) {
        let Some(lease) = self.end_lease(call, OfferOutcome::Accepted) else {
            return;
        };
        let ix = lease.agent;
        let agent = &mut self.agents[ix.0];
        agent.missed = 0;
        if !agent.calls.contains(&call) {
            agent.calls.push(call);
        }
        let name = agent.name.clone();
        if let Some(record) = self.calls.get_mut(&call).filter(|call| !call.with.contains(&ix)) {
            record.with.push(ix);
        }
        self.refresh(ix, Party::Agent(name.clone()));
        self.leave(now, call, QueueExit::Answered(name));
    }

    /// The offer rang until its deadline, and the call's side has not said what became of it.
    pub(crate) fn offer_over(&mut self, now: Mono, call: CallId) {
        if let Some(lease) = self.lease(call) {
            let awaited = if lease.rang { "the answer" } else { "the ringing" };
            let agent = &self.agents[lease.agent.0].name;
            tracing::info!(%call, %agent, endpoint = %lease.endpoint, awaited, "an offer came to its deadline");
        }
        self.call_off(now, call, OfferOutcome::Missed);
    }

    /// Stops an offer of our own accord, for a reason that lies with the agent or his phone.
    pub(crate) fn call_off(&mut self, now: Mono, call: CallId, outcome: OfferOutcome) {
        if let Some(lease) = self.lease(call) {
            self.outputs.push_back(Output::WithdrawOffer(lease.id));
        }
        self.let_pass(now, call, outcome);
    }

    /// Stops an offer for a reason that is no fault of the agent, who may have this call again. The caller of this
    /// refreshes the agent.
    pub(crate) fn take_back(&mut self, call: CallId) {
        if let Some(lease) = self.end_lease(call, OfferOutcome::Withdrawn) {
            self.outputs.push_back(Output::WithdrawOffer(lease.id));
        }
    }

    /// The agent let the offer pass. If only his phone failed, his next one rings; otherwise the call looks for
    /// another agent and is not offered to this one again for a while.
    fn let_pass(&mut self, now: Mono, call: CallId, outcome: OfferOutcome) {
        let Some(lease) = self.end_lease(call, outcome) else {
            return;
        };
        let ix = lease.agent;
        let next_phone = match outcome {
            OfferOutcome::Failed => self.next_phone(call, &lease),
            OfferOutcome::Accepted
            | OfferOutcome::Missed
            | OfferOutcome::Declined
            | OfferOutcome::Busy
            | OfferOutcome::Withdrawn => None,
        };
        if let Some(endpoint) = next_phone {
            self.offer(now, call, ix, endpoint);
            return;
        }
        self.exclude(now, call, ix);
        if self.counts_as_missed(call, outcome) {
            self.count_missed(ix);
        }
        let agent = &mut self.agents[ix.0];
        agent.free_since = now;
        let by = match outcome {
            OfferOutcome::Declined => Party::Agent(agent.name.clone()),
            OfferOutcome::Accepted
            | OfferOutcome::Missed
            | OfferOutcome::Busy
            | OfferOutcome::Failed
            | OfferOutcome::Withdrawn => Party::System,
        };
        self.refresh(ix, by);
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

    fn exclude(&mut self, now: Mono, call: CallId, ix: AgentIx) {
        let Some(record) = self.calls.get_mut(&call) else {
            return;
        };
        record.exclude(ix, now, self.config.limits.exclusions_max);
        if let Some(wait) = &record.wait {
            self.queues[wait.queue.0].let_pass.insert(wait.turn, call);
        }
        self.plan_reoffer(now, call);
    }

    /// Ends the lease on both sides and says so; the call waits on. The caller of this refreshes the agent.
    fn end_lease(&mut self, call: CallId, outcome: OfferOutcome) -> Option<Lease> {
        let wait = self.calls.get_mut(&call)?.wait.as_mut()?;
        let lease = wait.lease.take()?;
        wait.explained = false;
        self.queues[wait.queue.0].unoffered.insert(wait.turn, call);
        self.unsettled.insert(wait.turn, call);
        self.timers.clear(lease.until, Timer::OfferOver(call));
        let agent = &mut self.agents[lease.agent.0];
        agent.offer = None;
        let agent: AgentName = agent.name.clone();
        self.fact(What::OfferEnded { offer: lease.id, agent, outcome });
        Some(lease)
    }
}
