//! Decisions: which agent for a call, which call for an agent, and the report that says why.

use std::collections::BTreeSet;

use bell_types::{AgentName, CallId, Candidate, Filter, Mono, QueueExit, RoutingReport, What, never};

use crate::acd::Acd;
use crate::agent::{Agent, AgentIx};
use crate::call::{Call, Turn, Wait};
use crate::queue::{Member, Place, Queue};
use crate::strategy::{Ranking, rank};
use crate::timer::Timer;

impl Acd {
    /// Brings freed agents and unsettled calls together in the order of the calls' turns, whichever agent looks first:
    /// who may not have one call must not take from it, by asking for a later one, the agent who may. Who of the free
    /// agents gets a call is for its queue to say.
    pub(crate) fn bring_together(&mut self, now: Mono) {
        let mut seeking = BTreeSet::new();
        loop {
            while let Some(ix) = self.freed.pop_first() {
                self.seek(now, ix, &mut seeking);
            }
            let sought = seeking.first().map(|(turn, _)| *turn);
            let unsettled = self.unsettled.first_key_value().map(|(turn, _)| *turn);
            if sought.is_some_and(|sought| unsettled.is_none_or(|unsettled| sought < unsettled)) {
                if let Some((turn, ix)) = seeking.pop_first() {
                    self.take_turn(now, turn, ix, &mut seeking);
                }
            } else if unsettled.is_some() {
                self.settle_first(now);
            } else {
                return;
            }
        }
    }

    /// Remembers whose turn it is for a free agent, if there is a call for him.
    fn seek(&self, now: Mono, ix: AgentIx, seeking: &mut BTreeSet<(Turn, AgentIx)>) {
        if self.agents[ix.0].standing.is_none()
            && let Some((turn, _)) = self.next_call_for(now, ix)
        {
            seeking.insert((turn, ix));
        }
    }

    /// It is the turn of the call an agent sought, unless that was offered meanwhile; then he seeks on.
    fn take_turn(&mut self, now: Mono, turn: Turn, ix: AgentIx, seeking: &mut BTreeSet<(Turn, AgentIx)>) {
        if self.agents[ix.0].standing.is_some() {
            return;
        }
        let still = self.next_call_for(now, ix).filter(|(next, _)| *next == turn);
        if still.is_none_or(|(_, call)| self.route(now, call)) {
            self.seek(now, ix, seeking);
        }
    }

    fn settle_first(&mut self, now: Mono) {
        if let Some((turn, call)) = self.unsettled.pop_first()
            && self.is_unoffered(call, turn)
        {
            self.route(now, call);
        }
    }

    fn next_call_for(&self, now: Mono, ix: AgentIx) -> Option<(Turn, CallId)> {
        let queues = self.agents[ix.0].memberships.iter();
        let first = queues.filter_map(|&(queue_ix, place)| {
            let queue = &self.queues[queue_ix.0];
            let mut eligible = (queue.unoffered.iter()).filter(|(turn, call)| {
                !queue.let_pass.contains_key(turn) || !self.barred_from(**call, now).contains(&place)
            });
            eligible.next()
        });
        first.min_by_key(|(turn, _): &(&Turn, _)| **turn).map(|(turn, call)| (*turn, *call))
    }

    fn barred_from(&self, call: CallId, now: Mono) -> Vec<Place> {
        let record = self.calls.get(&call);
        let parts = record.and_then(|call| Some((call, call.wait.as_ref()?)));
        parts.map_or_else(Vec::new, |(call, wait)| self.barred(call, wait, now))
    }

    /// The ready members who let this call pass not long ago. If everybody on duty did, "not long" is a shorter time.
    fn barred(&self, call: &Call, wait: &Wait, now: Mono) -> Vec<Place> {
        let queue = &self.queues[wait.queue.0];
        let on_duty = call.exclusions.iter().filter_map(|exclusion| {
            let place = self.agents[exclusion.agent.0].place_in(wait.queue)?;
            let member = &queue.members[place.0];
            let age = now.since(exclusion.since);
            (member.on_duty() && age < queue.config.no_reoffer).then_some((place, member, age))
        });
        let on_duty: Vec<(Place, &Member, _)> = on_duty.collect();
        let nobody_else = on_duty.len() == queue.on_duty();
        let barred = on_duty.into_iter().filter(|(_, member, age)| {
            let still = !nobody_else || *age < queue.config.no_reoffer_alone;
            still && member.standing.is_none()
        });
        barred.map(|(place, _, _)| place).collect()
    }

    /// Offers the call to the best agent there is, and reports how he was chosen. If there is none the call waits,
    /// and the first report says why. True if it was offered, or left.
    pub(crate) fn route(&mut self, now: Mono, call: CallId) -> bool {
        if !self.may_be_offered(call) {
            self.leave(now, call, QueueExit::TimedOut);
            return true;
        }
        let barred = self.barred_from(call, now);
        let Some(wait) = self.calls.get_mut(&call).and_then(|call| call.wait.as_mut()) else {
            never!();
            return false;
        };
        let queue = &mut self.queues[wait.queue.0];
        let ranking = rank(queue, &barred, now, &mut self.draws);
        let winner = ranking.best.first().map(|(place, _)| *place);
        if winner.is_none() && wait.explained {
            return false;
        }
        wait.explained = true;
        let report = report(queue, &self.agents, &barred, &ranking);
        let winner = winner.map(|place| {
            queue.next_turn = Place((place.0 + 1) % queue.members.len());
            queue.members[place.0].agent
        });
        self.fact(What::Routed { call, report });
        let Some(ix) = winner else {
            return false;
        };
        let Some(endpoint) = self.agents[ix.0].phone().cloned() else {
            never!();
            return false;
        };
        self.offer(now, call, ix, endpoint);
        true
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
        let (long, short) = (queue.config.no_reoffer, queue.config.no_reoffer_alone);
        record.exclusions.retain(|exclusion| now.since(exclusion.since) < long);
        if record.exclusions.is_empty() {
            queue.let_pass.remove(&wait.turn);
        }
        let steps = (record.exclusions.iter()).flat_map(|exclusion| [exclusion.since + short, exclusion.since + long]);
        if let Some(at) = steps.filter(|at| *at > now).min() {
            wait.reoffer_at = Some(self.timers.set(now, at.since(now), Timer::ReofferDue(call)));
        }
    }

    pub(crate) fn reoffer_due(&mut self, now: Mono, call: CallId) {
        self.plan_reoffer(now, call);
        let wait = self.calls.get(&call).and_then(|call| call.wait.as_ref());
        if let Some(wait) = wait {
            self.unsettled.insert(wait.turn, call);
        }
    }
}

fn report(queue: &Queue, agents: &[Agent], barred: &[Place], ranking: &Ranking) -> RoutingReport {
    let name = |place: &Place| -> AgentName { agents[queue.members[place.0].agent.0].name.clone() };
    let candidates: Vec<Candidate> =
        (ranking.best.iter()).map(|(place, score)| Candidate { agent: name(place), score: *score }).collect();
    let just_missed = barred.iter().map(|place| (name(place), Filter::JustMissed));
    let held_back = queue.members.iter().enumerate().filter_map(|(place, member)| {
        let filter = member.standing?;
        Some((name(&Place(place)), filter))
    });
    // Where few are held back, the search stops at the last of them and not at the last member.
    let held_back = held_back.take(queue.members.len() - queue.ready.len());
    let filtered = just_missed.chain(held_back).take(RoutingReport::FILTERED_MAX);
    let totals = queue.filtered.iter().map(|(filter, count)| (*filter, *count));
    let just_missed = (Filter::JustMissed, count(barred.len()));
    let totals = totals.chain([just_missed]).filter(|(_, count)| *count > 0);
    RoutingReport {
        queue: queue.config.name.clone(),
        strategy: queue.config.strategy,
        winner: candidates.first().map(|candidate| candidate.agent.clone()),
        candidates,
        candidates_total: count(ranking.total),
        filtered: filtered.collect(),
        filtered_totals: totals.collect(),
    }
}

fn count(size: usize) -> u32 {
    u32::try_from(size).unwrap_or(u32::MAX)
}
