//! How a queue picks among the members who may take a call.

use bell_types::{Mono, RoutingReport, Strategy};

use crate::draw::Draws;
use crate::queue::{Place, Queue};

/// The members who may take a call, best first.
#[derive(Clone, Debug)]
pub(crate) struct Ranking {
    /// The best, each with his score; at most [`RoutingReport::CANDIDATES_MAX`].
    pub(crate) best: Vec<(Place, u64)>,
    /// How many there are in all.
    pub(crate) total: usize,
}

/// How many candidates are named.
const LISTED_MAX: usize = RoutingReport::CANDIDATES_MAX;

/// Ranks the ready members of the queue, without those who are `barred` from this very call.
pub(crate) fn rank(queue: &Queue, barred: &[Place], now: Mono, draws: &mut Draws) -> Ranking {
    let candidates = in_order(queue).filter(|(_, place)| !barred.contains(place));
    let size = queue.members.len();
    let best = match queue.config.strategy {
        Strategy::LongestIdle => {
            candidates.map(|(free_since, place)| (place, idle_ms(now, free_since))).take(LISTED_MAX).collect()
        }
        Strategy::RoundRobin => candidates
            .map(|(_, place)| (place, size - (place.0 + size - queue.next_turn.0) % size))
            .map(|(place, score)| (place, score as u64))
            .take(LISTED_MAX)
            .collect(),
        Strategy::Sequential => {
            candidates.map(|(_, place)| (place, (size - place.0) as u64)).take(LISTED_MAX).collect()
        }
        Strategy::Random => drawn(queue, barred, draws),
    };
    Ranking { best, total: queue.ready.len() - barred.len() }
}

fn idle_ms(now: Mono, free_since: Mono) -> u64 {
    u64::try_from(now.since(free_since).as_millis()).unwrap_or(u64::MAX)
}

/// The ready members in the order of the strategy, for round robin from whose turn it is.
fn in_order(queue: &Queue) -> impl Iterator<Item = (Mono, Place)> {
    let first = match queue.config.strategy {
        Strategy::RoundRobin => queue.next_turn,
        Strategy::LongestIdle | Strategy::Sequential | Strategy::Random => Place(0),
    };
    let first = (Mono::ZERO, first);
    queue.ready.range(first..).chain(queue.ready.range(..first)).copied()
}

/// Each candidate draws a number; the highest are kept. Everybody has to draw, and the members lie closer together in
/// memory than the set of the ready ones.
fn drawn(queue: &Queue, barred: &[Place], draws: &mut Draws) -> Vec<(Place, u64)> {
    let ready = queue.members.iter().enumerate().filter(|(_, member)| member.standing.is_none());
    let candidates = ready.map(|(place, _)| Place(place)).filter(|place| !barred.contains(place));
    let mut best: Vec<(Place, u64)> = Vec::with_capacity(LISTED_MAX + 1);
    for place in candidates {
        let number = draws.draw();
        let full = best.len() == LISTED_MAX;
        // Most of a long line draw too little to be listed, and are passed over without a search.
        if full && best.last().is_some_and(|(_, least)| *least >= number) {
            continue;
        }
        let rank = best.partition_point(|(_, better)| *better >= number);
        best.insert(rank, (place, number));
        best.truncate(LISTED_MAX);
    }
    best
}
