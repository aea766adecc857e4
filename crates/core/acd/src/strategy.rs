//! How a queue picks among the members who may take a call: one pass over all of them, one score for each.

use std::cmp::{Ordering, Reverse};
use std::time::Duration;

use bell_types::{Filter, Mono, RegionName, RoutingReport, Strategy};

use crate::agent::{Agent, AgentIx, Seat};
use crate::draw::Draws;
use crate::queue::{Place, Queue};
use crate::skill::Levels;

/// What is known of a call when somebody is looked for who shall take it.
pub(crate) struct Asked<'a> {
    /// What an agent must be able to do.
    pub(crate) needs: &'a Levels,
    /// Where the caller is from, the narrowest region first.
    pub(crate) regions: &'a [RegionName],
    /// The members who just let it pass, lost it or handed it on, in the order of their places.
    pub(crate) barred: &'a [(Place, Filter)],
    /// The only one who may have it, if it is kept for him.
    pub(crate) kept: Option<AgentIx>,
}

/// The members who may take a call, best first, and what holds back the others.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ranking {
    /// The best.
    pub(crate) best: Vec<Ranked>,
    /// How many there are in all.
    pub(crate) total: usize,
    /// Who is held back, in their order; at most [`RoutingReport::FILTERED_MAX`].
    pub(crate) filtered: Vec<(AgentIx, Filter)>,
    /// How many are held back by what.
    pub(crate) totals: Vec<(Filter, u32)>,
}

/// A member with what was seen in him.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ranked {
    pub(crate) agent: AgentIx,
    pub(crate) place: Place,
    pub(crate) region: u8,
    pub(crate) score: i64,
    pub(crate) tie: i64,
    /// Finer than the milliseconds that a report shows.
    pub(crate) free_since: Mono,
}

impl Ranked {
    /// The one scoring rule: region, score, tie, and the order of the queue. `Less` is better.
    fn compare(&self, other: &Self) -> Ordering {
        let key = |ranked: &Self| (ranked.region, ranked.score, ranked.tie, Reverse(ranked.free_since));
        key(other).cmp(&key(self)).then(self.place.cmp(&other.place))
    }
}

/// Everybody of whom a decision might make something.
pub(crate) struct Floor<'a> {
    pub(crate) agents: &'a [Agent],
    pub(crate) seats: &'a [Seat],
    pub(crate) now: Mono,
}

impl Floor<'_> {
    /// Ranks the members of the queue; keeps the best `listed_max`.
    pub(crate) fn rank(&self, queue: &Queue, asked: &Asked<'_>, listed_max: usize, draws: &mut Draws) -> Ranking {
        let mut ranking = Ranking::default();
        for (place, agent) in queue.members.iter().enumerate() {
            let seat = &self.seats[agent.0];
            let place = Place(place);
            match seat.standing.or_else(|| self.bars(asked, *agent, place)) {
                Some(filter) => ranking.hold_back(*agent, filter),
                None => {
                    let (score, tie) = self.score(queue, asked, place, seat, draws);
                    let region = self.region(asked, *agent);
                    let free_since = seat.free_since;
                    ranking.admit(Ranked { agent: *agent, place, region, score, tie, free_since }, listed_max);
                }
            }
        }
        ranking.totals.sort_unstable();
        ranking
    }

    /// What keeps a free member from this very call.
    fn bars(&self, asked: &Asked<'_>, agent: AgentIx, place: Place) -> Option<Filter> {
        let barred = || asked.barred.binary_search_by_key(&place, |(barred, _)| *barred).ok();
        if asked.kept.is_some_and(|kept| kept != agent) {
            Some(Filter::Kept)
        } else if let Some(found) = barred() {
            Some(asked.barred[found].1)
        } else if asked.kept.is_none() && !asked.needs.is_empty() && !self.agents[agent.0].skills.meet(asked.needs) {
            Some(Filter::LacksSkill)
        } else {
            None
        }
    }

    fn region(&self, asked: &Asked<'_>, agent: AgentIx) -> u8 {
        if asked.regions.is_empty() {
            return 0;
        }
        let served = self.agents[agent.0].config.as_ref().map_or(&[][..], |config| &config.regions);
        let closest = asked.regions.iter().position(|region| served.contains(region));
        closest.map_or(0, |place| u8::try_from(asked.regions.len() - place).unwrap_or(u8::MAX))
    }

    /// What the strategy sees in a member, and what decides between equals.
    fn score(&self, queue: &Queue, asked: &Asked<'_>, place: Place, seat: &Seat, draws: &mut Draws) -> (i64, i64) {
        let idle = || ms(self.now.since(seat.free_since));
        let size = queue.members.len();
        match queue.config.strategy {
            Strategy::LongestIdle | Strategy::RingAll => (idle(), 0),
            Strategy::RoundRobin => {
                let after = place.0 + if place < queue.next_turn { size } else { 0 };
                (count(size + queue.next_turn.0 - after), 0)
            }
            Strategy::Sequential => (count(size - place.0), 0),
            // The lowest bit is given up for the sign.
            Strategy::Random => ((draws.draw() >> 1).cast_signed(), 0),
            Strategy::LeastTalk => (-ms(seat.talked), idle()),
            Strategy::FewestCalls => (-i64::from(seat.taken), idle()),
            Strategy::Skill => {
                let agent = queue.members[place.0];
                (self.agents[agent.0].skills.fit(asked.needs), idle())
            }
        }
    }
}

impl Ranking {
    /// The caller's own agent, who does not serve the queue.
    pub(crate) fn add_outsider(&mut self, agent: AgentIx, seat: &Seat, now: Mono) {
        match seat.standing {
            Some(filter) => self.hold_back(agent, filter),
            None => {
                let (free_since, score) = (seat.free_since, ms(now.since(seat.free_since)));
                self.best.push(Ranked { agent, place: Place(0), region: 0, score, tie: 0, free_since });
                self.total += 1;
            }
        }
        self.totals.sort_unstable();
    }

    fn hold_back(&mut self, agent: AgentIx, filter: Filter) {
        if self.filtered.len() < RoutingReport::FILTERED_MAX {
            self.filtered.push((agent, filter));
        }
        match self.totals.iter_mut().find(|(known, _)| *known == filter) {
            Some((_, count)) => *count += 1,
            None => self.totals.push((filter, 1)),
        }
    }

    fn admit(&mut self, ranked: Ranked, listed_max: usize) {
        self.total += 1;
        let worse = |last: &Ranked| last.compare(&ranked) == Ordering::Less;
        // Most of a long line are too far behind to be listed, and are passed over without a search.
        if self.best.len() == listed_max && self.best.last().is_some_and(worse) {
            return;
        }
        let rank = self.best.partition_point(|better| better.compare(&ranked) == Ordering::Less);
        self.best.insert(rank, ranked);
        self.best.truncate(listed_max);
    }
}

fn ms(length: Duration) -> i64 {
    i64::try_from(length.as_millis()).unwrap_or(i64::MAX)
}

fn count(size: usize) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX)
}
