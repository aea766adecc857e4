//! Decisions: which agent for a call, which call for an agent, and the report that says why.

use std::collections::BTreeSet;
use std::time::Duration;

use bell_types::{AgentName, CallId, Candidate, Filter, Mono, QueueExit, RoutingReport, What, never};

use crate::acd::Acd;
use crate::agent::AgentIx;
use crate::call::{Call, Claim, Excluded, Exclusion, Turn, Wait};
use crate::config::{Config, QueueConfig};
use crate::draw::Draws;
use crate::queue::{Place, Queue};
use crate::strategy::{Asked, Floor, Ranked, Ranking};
use crate::timer::Timer;

/// What a free agent seeks: the call whose turn it is among those he may have.
type Sought = (Claim, CallId, AgentIx);

impl Acd {
    /// Brings freed agents and unsettled calls together in the order of the calls' turns, whichever agent looks first:
    /// who may not have one call must not take from it, by asking for a later one, the agent who may. Who of the free
    /// agents gets a call is for its queue to say. Before all that an agent takes what is kept for him, and after it
    /// all calls that ring already may ring at more phones.
    pub(crate) fn bring_together(&mut self, now: Mono) {
        let mut seeking: BTreeSet<Sought> = BTreeSet::new();
        loop {
            self.take_what_is_kept(now);
            while let Some(ix) = self.freed.pop_first() {
                self.seek(now, ix, &mut seeking);
            }
            let sought = seeking.first().map(|(claim, ..)| *claim);
            let unsettled = self.unsettled.first_key_value().map(|(claim, _)| *claim);
            if sought.is_some_and(|sought| unsettled.is_none_or(|unsettled| sought < unsettled)) {
                if let Some((claim, call, ix)) = seeking.pop_first() {
                    self.take_turn(now, claim, call, ix, &mut seeking);
                }
            } else if unsettled.is_some() {
                self.settle_first(now);
            } else {
                return;
            }
        }
    }

    fn take_what_is_kept(&mut self, now: Mono) {
        let freed: Vec<AgentIx> = self.freed.iter().copied().collect();
        for ix in freed {
            if self.seats[ix.0].standing.is_none()
                && let Some(call) = self.first_kept(ix)
            {
                self.route(now, call);
            }
        }
    }

    /// Remembers whose turn it is for a free agent, if there is a call for him.
    fn seek(&self, now: Mono, ix: AgentIx, seeking: &mut BTreeSet<Sought>) {
        if self.seats[ix.0].standing.is_none()
            && let Some((claim, call)) = self.next_call_for(now, ix)
        {
            seeking.insert((claim, call, ix));
        }
    }

    /// It is the turn of the call an agent sought, unless that was offered meanwhile; then he seeks on.
    fn take_turn(&mut self, now: Mono, claim: Claim, call: CallId, ix: AgentIx, seeking: &mut BTreeSet<Sought>) {
        if self.seats[ix.0].standing.is_some() {
            return;
        }
        if !self.stands(call, claim) || self.route(now, call) {
            self.seek(now, ix, seeking);
        }
    }

    fn settle_first(&mut self, now: Mono) {
        if let Some((claim, call)) = self.unsettled.pop_first()
            && self.stands(call, claim)
        {
            self.route(now, call);
        }
    }

    /// Whether the call still makes this claim.
    fn stands(&self, call: CallId, claim: Claim) -> bool {
        self.claim(call) == Some(claim)
    }

    /// What the call asks of its queue, if it asks for anything.
    fn claim(&self, call: CallId) -> Option<Claim> {
        let wait = self.calls.get(&call)?.wait.as_ref()?;
        let rings = wait.leases.len();
        let most = self.queues[wait.queue.0].rings_at_most(self.config.limits.ring_all_max);
        (rings < most).then_some(Claim { rings: rings > 0, turn: wait.turn })
    }

    /// The call is to be looked at before the input is over.
    pub(crate) fn unsettle(&mut self, call: CallId) {
        if let Some(claim) = self.claim(call) {
            self.unsettled.insert(claim, call);
        }
    }

    /// Where the call stands in its queue's sets, after its offers changed.
    pub(crate) fn note_claim(&mut self, call: CallId) {
        let claim = self.claim(call);
        let Some(wait) = self.calls.get(&call).and_then(|call| call.wait.as_ref()) else { return };
        let queue = &mut self.queues[wait.queue.0];
        queue.unoffered.remove(&wait.turn);
        queue.joinable.remove(&wait.turn);
        match claim {
            Some(Claim { rings: false, .. }) => queue.unoffered.insert(wait.turn, call),
            Some(Claim { rings: true, .. }) => queue.joinable.insert(wait.turn, call),
            None => None,
        };
    }

    /// Whether somebody free might not have the call: after a change of what it needs, of who let it pass, or of whom
    /// it is kept for.
    pub(crate) fn note_choosy(&mut self, call: CallId) {
        let Some(record) = self.calls.get(&call) else { return };
        let Some(wait) = record.wait.as_ref() else { return };
        let queue = &mut self.queues[wait.queue.0];
        if !wait.needs.is_empty() || wait.kept.is_some() || !record.exclusions.is_empty() {
            queue.choosy.insert(wait.turn);
        } else {
            queue.choosy.remove(&wait.turn);
        }
    }

    fn next_call_for(&self, now: Mono, ix: AgentIx) -> Option<(Claim, CallId)> {
        let first = |rings: bool| {
            let queues = self.agents[ix.0].memberships.iter();
            let firsts = queues.filter_map(|&(queue_ix, place)| {
                let queue = &self.queues[queue_ix.0];
                let mut calls = if rings { queue.joinable.iter() } else { queue.unoffered.iter() };
                calls.find(|(turn, call)| !queue.choosy.contains(turn) || self.may_have(now, ix, place, **call))
            });
            let first = firsts.min_by_key(|(turn, _): &(&Turn, _)| **turn);
            first.map(|(turn, call)| (Claim { rings, turn: *turn }, *call))
        };
        first(false).or_else(|| first(true))
    }

    /// Whether a free agent may have this call of one of his queues.
    fn may_have(&self, now: Mono, ix: AgentIx, place: Place, call: CallId) -> bool {
        let Some(record) = self.calls.get(&call) else { return false };
        let Some(wait) = record.wait.as_ref() else { return false };
        let may = match wait.kept {
            Some(kept) => kept.agent == ix,
            None => self.agents[ix.0].skills.meet(&wait.needs),
        };
        may && !self.barred(record, wait, now).iter().any(|(barred, _)| *barred == place)
    }

    /// The ready members who let this call pass, lost it or handed it on not long ago, in their order, and which of it.
    /// If everybody on duty did, "not long" is a shorter time.
    fn barred(&self, call: &Call, wait: &Wait, now: Mono) -> Vec<(Place, Filter)> {
        let queue = &self.queues[wait.queue.0];
        let on_duty = call.exclusions.iter().filter_map(|exclusion| {
            let place = self.agents[exclusion.agent.0].place_in(wait.queue)?;
            let seat = &self.seats[exclusion.agent.0];
            let age = now.since(exclusion.since);
            let able = seat.on_duty() && self.agents[exclusion.agent.0].skills.meet(&wait.needs);
            let rest = rest(&queue.config, &self.config, exclusion.why);
            (able && age < rest).then_some((place, seat, age, exclusion.why.filter()))
        });
        let on_duty: Vec<_> = on_duty.collect();
        let nobody_else = on_duty.len() == self.on_duty_for(queue, wait);
        let barred = on_duty.into_iter().filter(|(_, seat, age, _)| {
            let still = !nobody_else || *age < queue.config.no_reoffer_alone;
            still && seat.standing.is_none()
        });
        let mut barred: Vec<(Place, Filter)> = barred.map(|(place, .., filter)| (place, filter)).collect();
        barred.sort_unstable();
        barred
    }

    /// How many members are on duty who are able to take the call.
    fn on_duty_for(&self, queue: &Queue, wait: &Wait) -> usize {
        if wait.needs.is_empty() {
            return queue.on_duty;
        }
        let able = |member: &&AgentIx| self.seats[member.0].on_duty() && self.agents[member.0].skills.meet(&wait.needs);
        queue.members.iter().filter(able).count()
    }

    /// Offers the call to the best agent there is, and reports how he was chosen; where all are rung at once, to as
    /// many as may ring. If there is none the call waits, and the first report says why. True if it was offered, or
    /// left.
    pub(crate) fn route(&mut self, now: Mono, call: CallId) -> bool {
        if !self.may_be_offered(call) {
            self.leave(now, call, QueueExit::TimedOut);
            return true;
        }
        let mut draws = self.draws.clone();
        let Some((report, winners)) = self.decide(now, call, &mut draws) else {
            never!();
            return false;
        };
        self.draws = draws;
        let Some(wait) = self.calls.get_mut(&call).and_then(|call| call.wait.as_mut()) else {
            return false;
        };
        if winners.is_empty() && wait.explained {
            return false;
        }
        wait.explained = true;
        let queue = &mut self.queues[wait.queue.0];
        if let Some(Place(place)) = winners.first().and_then(|winner| winner.place) {
            queue.next_turn = Place((place + 1) % queue.members.len());
        }
        self.fact(What::Routed { call, report });
        for winner in &winners {
            let Some(endpoint) = self.agents[winner.agent.0].phone().cloned() else {
                never!();
                continue;
            };
            if self.may_be_offered(call) {
                self.offer(now, call, winner.agent, endpoint);
            }
        }
        !winners.is_empty()
    }

    /// Who is to be offered the call, and why.
    fn decide(&self, now: Mono, call: CallId, draws: &mut Draws) -> Option<(RoutingReport, Vec<Winner>)> {
        let record = self.calls.get(&call)?;
        let wait = record.wait.as_ref()?;
        let queue = &self.queues[wait.queue.0];
        let barred = if record.exclusions.is_empty() { Vec::new() } else { self.barred(record, wait, now) };
        let kept = wait.kept.map(|kept| kept.agent);
        let asked = Asked { needs: &wait.needs, regions: &wait.regions, barred: &barred, kept };
        let most = queue.rings_at_most(self.config.limits.ring_all_max) - wait.leases.len();
        let listed_max = RoutingReport::CANDIDATES_MAX.max(most);
        let floor = Floor { agents: &self.agents, seats: &self.seats, now };
        let mut ranking = floor.rank(queue, &asked, listed_max, draws);
        let outsider = kept.filter(|kept| self.agents[kept.0].place_in(wait.queue).is_none());
        if let Some(outsider) = outsider {
            ranking.add_outsider(outsider, &self.seats[outsider.0], now);
        }
        let report = self.report(queue, wait, &ranking, now, kept);
        let winners = ranking.best.iter().take(most).map(|ranked| Winner {
            agent: ranked.agent,
            place: (outsider != Some(ranked.agent)).then_some(ranked.place),
        });
        Some((report, winners.collect()))
    }

    fn report(&self, queue: &Queue, wait: &Wait, ranking: &Ranking, now: Mono, kept: Option<AgentIx>) -> RoutingReport {
        let name = |agent: AgentIx| -> AgentName { self.agents[agent.0].name.clone() };
        let candidate = |ranked: &Ranked| Candidate {
            agent: name(ranked.agent),
            region: ranked.region,
            score: ranked.score,
            tie: ranked.tie,
        };
        let listed = ranking.best.iter().take(RoutingReport::CANDIDATES_MAX);
        let candidates: Vec<Candidate> = listed.map(candidate).collect();
        RoutingReport {
            queue: queue.config.name.clone(),
            strategy: queue.config.strategy,
            waited: wait.since.until(now),
            needs: wait.needed.clone(),
            kept_for: kept.map(name),
            winner: candidates.first().map(|candidate| candidate.agent.clone()),
            candidates,
            candidates_total: u32::try_from(ranking.total).unwrap_or(u32::MAX),
            filtered: ranking.filtered.iter().map(|(agent, filter)| (name(*agent), *filter)).collect(),
            filtered_totals: ranking.totals.clone(),
        }
    }

    /// Sets the deadline at which an exclusion of the call weakens or ends next.
    pub(crate) fn plan_reoffer(&mut self, now: Mono, call: CallId) {
        let Some(record) = self.calls.get_mut(&call) else {
            return;
        };
        let Some(wait) = record.wait.as_mut() else {
            return;
        };
        if let Some(at) = wait.reoffer_at.take() {
            self.timers.clear(at, Timer::ReofferDue(call));
        }
        let queue = &mut self.queues[wait.queue.0];
        let short = queue.config.no_reoffer_alone;
        let until = |exclusion: &Exclusion| exclusion.since + rest(&queue.config, &self.config, exclusion.why);
        record.exclusions.retain(|exclusion| now < until(exclusion));
        let steps = (record.exclusions.iter()).flat_map(|exclusion| [exclusion.since + short, until(exclusion)]);
        if let Some(at) = steps.filter(|at| *at > now).min() {
            wait.reoffer_at = Some(self.timers.set(now, at.since(now), Timer::ReofferDue(call)));
        }
        if record.exclusions.is_empty() {
            queue.let_pass.remove(&wait.turn);
        }
        self.note_choosy(call);
    }

    pub(crate) fn reoffer_due(&mut self, now: Mono, call: CallId) {
        self.plan_reoffer(now, call);
        self.unsettle(call);
    }
}

/// How long an agent is not offered a call again for this reason.
fn rest(queue: &QueueConfig, config: &Config, why: Excluded) -> Duration {
    match why {
        Excluded::LetPass => queue.no_reoffer,
        Excluded::Lost | Excluded::HandedOn => config.parted_rest,
    }
}

/// Who is offered a call; his place, if he serves its queue.
struct Winner {
    agent: AgentIx,
    place: Option<Place>,
}
