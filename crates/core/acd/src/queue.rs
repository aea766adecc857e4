//! A queue: who serves it, who waits in it. Its sets are kept up to date by every change, so that no decision has to
//! look at everybody.

use std::collections::{BTreeMap, BTreeSet};

use bell_types::{CallId, Filter, Mono, Strategy};

use crate::agent::AgentIx;
use crate::call::Turn;
use crate::config::{QueueConfig, Unstaffed};
use crate::estimate::{EstimateError, Throughput};

/// A queue's index in [`Acd`](crate::Acd). Never given to another: a queue that leaves the configuration keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct QueueIx(pub(crate) usize);

/// A member's place in a queue's order; 0 is the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place(pub(crate) usize);

#[derive(Clone, Debug)]
pub(crate) struct Queue {
    pub(crate) config: QueueConfig,
    /// Whether it is configured at present. A closed queue has no members and nobody waits in it.
    pub(crate) open: bool,

    /// The members in their order.
    pub(crate) members: Vec<Member>,
    /// The members who may be offered a call, in the order their rank gives.
    pub(crate) ready: BTreeSet<(Mono, Place)>,
    /// How many of the other members are held back by which filter.
    pub(crate) filtered: BTreeMap<Filter, u32>,
    /// Where the next round-robin turn begins.
    pub(crate) next_turn: Place,

    /// Everybody who waits, those included whose call rings at an agent.
    pub(crate) waiting: BTreeMap<Turn, CallId>,
    /// Those of them who have no offer.
    pub(crate) unoffered: BTreeMap<Turn, CallId>,
    /// Those of them whose call some agent let pass.
    pub(crate) let_pass: BTreeMap<Turn, CallId>,

    pub(crate) throughput: Throughput,
    pub(crate) error: EstimateError,
}

/// What a queue keeps of an agent who serves it, so that a report need not look at agents one by one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Member {
    pub(crate) agent: AgentIx,
    pub(crate) standing: Option<Filter>,
    /// The rank under which the member stands in `ready`.
    rank: Mono,
}

impl Member {
    /// Available at a reachable phone, in a call or not.
    pub(crate) fn on_duty(&self) -> bool {
        match self.standing {
            Some(Filter::SignedOut | Filter::OnBreak | Filter::NoEndpoint) => false,
            None | Some(Filter::Offered | Filter::AtCapacity | Filter::WrappingUp | Filter::JustMissed) => true,
        }
    }
}

impl Queue {
    pub(crate) fn new(config: QueueConfig) -> Self {
        Self {
            config,
            open: true,
            members: Vec::new(),
            ready: BTreeSet::new(),
            filtered: BTreeMap::new(),
            next_turn: Place(0),
            waiting: BTreeMap::new(),
            unoffered: BTreeMap::new(),
            let_pass: BTreeMap::new(),
            throughput: Throughput::default(),
            error: EstimateError::default(),
        }
    }

    /// Replaces the members. The round-robin turn stays with whose turn it was, or goes to the next who is left.
    pub(crate) fn set_members(&mut self, members: impl Iterator<Item = (AgentIx, Option<Filter>, Mono)>) {
        let before = std::mem::take(&mut self.members);
        self.members = members
            .map(|(agent, standing, free_since)| Member {
                agent,
                standing,
                rank: rank(self.config.strategy, free_since),
            })
            .collect();
        self.filtered.clear();
        for standing in self.members.iter().filter_map(|member| member.standing) {
            *self.filtered.entry(standing).or_default() += 1;
        }
        let ready = self.members.iter().enumerate().filter(|(_, member)| member.standing.is_none());
        self.ready = ready.map(|(place, member)| (member.rank, Place(place))).collect();
        self.next_turn = self.turn_after_change(&before);
    }

    fn turn_after_change(&self, before: &[Member]) -> Place {
        let places: BTreeMap<AgentIx, usize> =
            (self.members.iter().enumerate()).map(|(place, member)| (member.agent, place)).collect();
        let (earlier, later) = before.split_at(self.next_turn.0.min(before.len()));
        let heir = (later.iter().chain(earlier)).find_map(|member| places.get(&member.agent));
        Place(heir.copied().unwrap_or(0))
    }

    /// A member's standing or the time since which he is free changed. True if he was on duty and is no more.
    pub(crate) fn set_standing(&mut self, place: Place, standing: Option<Filter>, free_since: Mono) -> bool {
        let member = &mut self.members[place.0];
        let was_on_duty = member.on_duty();
        match member.standing {
            Some(filter) => {
                let count = self.filtered.entry(filter).or_default();
                *count = count.saturating_sub(1);
            }
            None => {
                self.ready.remove(&(member.rank, place));
            }
        }
        member.standing = standing;
        member.rank = rank(self.config.strategy, free_since);
        match standing {
            Some(filter) => *self.filtered.entry(filter).or_default() += 1,
            None => {
                self.ready.insert((member.rank, place));
            }
        }
        was_on_duty && !member.on_duty()
    }

    fn filtered_by(&self, filter: Filter) -> usize {
        self.filtered.get(&filter).map_or(0, |count| *count as usize)
    }

    /// How many members are available at a reachable phone, in a call or not.
    pub(crate) fn on_duty(&self) -> usize {
        let off_duty = [Filter::SignedOut, Filter::OnBreak, Filter::NoEndpoint];
        let off_duty: usize = off_duty.into_iter().map(|filter| self.filtered_by(filter)).sum();
        self.members.len() - off_duty
    }

    /// Whether calls may not wait, because no member is signed in.
    pub(crate) fn is_deserted(&self) -> bool {
        match self.config.unstaffed {
            Unstaffed::Wait => false,
            Unstaffed::Leave => self.filtered_by(Filter::SignedOut) == self.members.len(),
        }
    }

    /// How many stand before this turn, and itself: 1 is next.
    pub(crate) fn position(&self, turn: Turn) -> u32 {
        let last = self.waiting.last_key_value().is_none_or(|(last, _)| *last <= turn);
        let count = if last { self.waiting.len() } else { self.waiting.range(..=turn).count() };
        u32::try_from(count).unwrap_or(u32::MAX)
    }
}

/// What orders the ready members before their place does.
fn rank(strategy: Strategy, free_since: Mono) -> Mono {
    match strategy {
        Strategy::LongestIdle => free_since,
        Strategy::RoundRobin | Strategy::Sequential | Strategy::Random => Mono::ZERO,
    }
}
