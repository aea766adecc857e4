//! A queue: who serves it, who waits in it.

use std::collections::{BTreeMap, BTreeSet};

use bell_types::{CallId, Overflow, Strategy};

use crate::agent::{AgentIx, Seat};
use crate::alert::Alert;
use crate::call::{Since, Turn};
use crate::config::{QueueConfig, Unstaffed, When};
use crate::estimate::{EstimateError, Throughput};
use crate::level::Departures;

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
    pub(crate) members: Vec<AgentIx>,
    /// How many of them are signed in.
    pub(crate) signed_in: usize,
    /// How many of them are available at a reachable phone, in a call or not.
    pub(crate) on_duty: usize,
    /// Where the next round-robin turn begins.
    pub(crate) next_turn: Place,

    /// Everybody who waits, those included whose call rings at an agent.
    pub(crate) waiting: BTreeMap<Turn, CallId>,
    /// Those of them who have no offer.
    pub(crate) unoffered: BTreeMap<Turn, CallId>,
    /// Those of them whose call rings and may ring at further agents.
    pub(crate) joinable: BTreeMap<Turn, CallId>,
    /// Those of them whose call some agent let pass.
    pub(crate) let_pass: BTreeMap<Turn, CallId>,
    /// Those of them whom not every free member may have: for what they need, for who let them pass, or for whom they
    /// are kept.
    pub(crate) choosy: BTreeSet<Turn>,

    /// Since when each of the callers waits; planned calls are not among them.
    pub(crate) since: BTreeSet<(Since, Turn, CallId)>,
    pub(crate) alert: Alert,

    pub(crate) throughput: Throughput,
    pub(crate) error: EstimateError,
    pub(crate) departures: Departures,
}

impl Queue {
    pub(crate) fn new(config: QueueConfig) -> Self {
        Self {
            config,
            open: true,
            members: Vec::new(),
            signed_in: 0,
            on_duty: 0,
            next_turn: Place(0),
            waiting: BTreeMap::new(),
            unoffered: BTreeMap::new(),
            joinable: BTreeMap::new(),
            let_pass: BTreeMap::new(),
            choosy: BTreeSet::new(),
            throughput: Throughput::default(),
            error: EstimateError::default(),
            since: BTreeSet::new(),
            alert: Alert::default(),
            departures: Departures::default(),
        }
    }

    /// Replaces the members. The round-robin turn stays with whose turn it was, or goes to the next who is left.
    pub(crate) fn set_members(&mut self, members: Vec<AgentIx>, seats: &[Seat]) {
        let before = std::mem::replace(&mut self.members, members);
        let seats = || self.members.iter().map(|member| &seats[member.0]);
        self.signed_in = seats().filter(|seat| seat.signed_in()).count();
        self.on_duty = seats().filter(|seat| seat.on_duty()).count();
        self.next_turn = self.turn_after_change(&before);
    }

    fn turn_after_change(&self, before: &[AgentIx]) -> Place {
        let places: BTreeMap<AgentIx, usize> =
            self.members.iter().enumerate().map(|(place, member)| (*member, place)).collect();
        let (earlier, later) = before.split_at(self.next_turn.0.min(before.len()));
        let heir = (later.iter().chain(earlier)).find_map(|member| places.get(member));
        Place(heir.copied().unwrap_or(0))
    }

    /// Whether calls may not wait, because no member is signed in and the queue has no other answer to that.
    pub(crate) fn is_deserted(&self) -> bool {
        let answered = self
            .config
            .overflow
            .iter()
            .any(|rung| rung.when == When::NoAgent && !matches!(rung.then, Overflow::WiderSkills(_)));
        match self.config.unstaffed {
            Unstaffed::Wait => false,
            Unstaffed::Leave => self.signed_in == 0 && !answered,
        }
    }

    /// How many agents a call of this queue rings at one time at most.
    pub(crate) fn rings_at_most(&self, ring_all_max: usize) -> usize {
        match self.config.strategy {
            Strategy::RingAll => ring_all_max.max(1),
            Strategy::LongestIdle
            | Strategy::RoundRobin
            | Strategy::Sequential
            | Strategy::Random
            | Strategy::LeastTalk
            | Strategy::FewestCalls
            | Strategy::Skill => 1,
        }
    }

    /// How many stand before this turn, and itself: 1 is next.
    pub(crate) fn position(&self, turn: Turn) -> u32 {
        let last = self.waiting.last_key_value().is_none_or(|(last, _)| *last <= turn);
        let count = if last { self.waiting.len() } else { self.waiting.range(..=turn).count() };
        u32::try_from(count).unwrap_or(u32::MAX)
    }

    pub(crate) fn forget(&mut self, turn: Turn, since: Since, call: CallId) {
        self.since.remove(&(since, turn, call));
        self.waiting.remove(&turn);
        self.unoffered.remove(&turn);
        self.joinable.remove(&turn);
        self.let_pass.remove(&turn);
        self.choosy.remove(&turn);
    }
}
