//! A call as a queue sees it.

use std::collections::VecDeque;
use std::time::Duration;

use bell_types::{EndpointName, Filter, Mono, OfferId, QueueName, RegionName, SkillName, Wants};

use crate::agent::AgentIx;
use crate::queue::QueueIx;
use crate::skill::Levels;

/// A call, from its first queue to its end.
#[derive(Clone, Debug, Default)]
pub(crate) struct Call {
    /// How many offers were made of it: the number of the last one.
    pub(crate) offers: u16,
    /// Who let it pass, lost it or handed it on, one entry for each agent, the oldest first.
    pub(crate) exclusions: Vec<Exclusion>,
    /// The agents who took it and were not released yet, and since when each talks.
    pub(crate) with: Vec<(AgentIx, Mono)>,
    /// Where it waits, if it does.
    pub(crate) wait: Option<Wait>,
    /// Where it waits or waited last, for a caller who would rather be called back.
    pub(crate) place: Option<Standing>,
    /// How often a ladder moved it to another queue.
    pub(crate) moves: u8,
}

/// A caller's place, as he would have it kept.
#[derive(Clone, Debug)]
pub(crate) struct Standing {
    pub(crate) queue: QueueName,
    pub(crate) priority: u8,
    pub(crate) since: Since,
    pub(crate) wants: Wants,
}

/// Who waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Somebody at the telephone.
    Caller,
    /// A planned call, which will find an agent first and then its customer. It hears nothing and gives up nothing.
    Callback,
}

/// An agent who is not to have the call for a while.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Exclusion {
    pub(crate) agent: AgentIx,
    pub(crate) since: Mono,
    pub(crate) why: Excluded,
}

/// Why an agent is not to have a call for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Excluded {
    /// He let an offer of it pass.
    LetPass,
    /// The leg on which he had it broke.
    Lost,
    /// He handed it on.
    HandedOn,
}

impl Excluded {
    /// As a report says it.
    pub(crate) const fn filter(self) -> Filter {
        match self {
            Self::LetPass => Filter::JustMissed,
            Self::Lost => Filter::LostCall,
            Self::HandedOn => Filter::HandedOn,
        }
    }
}

/// One stay in one queue.
#[derive(Clone, Debug)]
pub(crate) struct Wait {
    pub(crate) queue: QueueIx,
    pub(crate) kind: Kind,
    pub(crate) turn: Turn,
    pub(crate) priority: u8,
    /// Since when the caller waits, his waits before this queue included.
    pub(crate) since: Since,
    pub(crate) entered: Mono,
    /// When [`Timer::WaitOver`](crate::timer::Timer::WaitOver) strikes.
    pub(crate) leave_at: Mono,
    /// When the next announcement is due, if one is.
    pub(crate) announce_at: Option<Mono>,
    /// When an exclusion weakens or ends next, if there is one.
    pub(crate) reoffer_at: Option<Mono>,
    /// The offers that are live; more than one only where everybody is rung at once.
    pub(crate) leases: Vec<Lease>,
    /// The lowest position the caller was told.
    pub(crate) told: Option<u32>,
    /// The first expected wait the caller was told, and when.
    pub(crate) predicted: Option<(Mono, Duration)>,
    /// Whether a report already says why nobody gets the call at present.
    pub(crate) explained: bool,

    /// What the caller wishes an agent to be able to do, beside what the queue asks for.
    pub(crate) skills: Vec<(SkillName, u8)>,
    /// What an agent must be able to do at present, by name and as numbers.
    pub(crate) needed: Vec<(SkillName, u8)>,
    pub(crate) needs: Levels,
    /// What the queue's ladder has changed in that.
    pub(crate) wider: Vec<(SkillName, u8)>,
    /// Where the caller is from, the narrowest region first.
    pub(crate) regions: Vec<RegionName>,
    /// The caller's own agents whose time is still to come.
    pub(crate) preferred: VecDeque<(AgentIx, Duration)>,
    /// Whom the call is kept for at present.
    pub(crate) kept: Option<Kept>,

    /// The steps of the queue's ladder that were taken.
    pub(crate) taken: Vec<usize>,
    /// When the next step may be due, if time alone can bring it.
    pub(crate) rung_at: Option<Mono>,
}

/// A call is kept for one of the caller's own agents. He points back to the call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kept {
    pub(crate) agent: AgentIx,
    pub(crate) until: Mono,
}

/// An offer that is live. Its agent points back to it.
#[derive(Clone, Debug)]
pub(crate) struct Lease {
    pub(crate) id: OfferId,
    pub(crate) agent: AgentIx,
    pub(crate) endpoint: EndpointName,
    pub(crate) until: Mono,
    /// Whether the phone was heard to ring.
    pub(crate) rang: bool,
}

/// An instant in microseconds on the node's clock; negative if it lies before its start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Since(i64);

impl Since {
    pub(crate) fn at(mono: Mono) -> Self {
        Self(i64::try_from(mono.as_micros()).unwrap_or(i64::MAX))
    }

    /// This instant, so much earlier.
    pub(crate) fn before(self, earlier: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(earlier.as_micros()).unwrap_or(i64::MAX)))
    }

    /// The time from this instant to `now`; zero if it is still to come.
    pub(crate) fn until(self, now: Mono) -> Duration {
        let micros = Self::at(now).0.saturating_sub(self.0);
        Duration::from_micros(u64::try_from(micros).unwrap_or(0))
    }
}

/// Whose turn it is: who has waited longest, the head start of his priority included. Unique for each stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Turn {
    pub(crate) from: Since,
    pub(crate) entry: u64,
}

/// What a call asks of its queue: to be offered at all, or to ring at further agents. The former goes first, each in
/// the order of the turns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Claim {
    pub(crate) rings: bool,
    pub(crate) turn: Turn,
}

impl Call {
    /// Remembers that the agent is not to have the call; forgets the oldest beyond `max`.
    pub(crate) fn exclude(&mut self, exclusion: Exclusion, max: usize) {
        self.exclusions.retain(|other| other.agent != exclusion.agent);
        self.exclusions.push(exclusion);
        let surplus = self.exclusions.len().saturating_sub(max);
        self.exclusions.drain(..surplus);
    }

    /// The live offer of this id, if there is one.
    pub(crate) fn lease(&self, offer: OfferId) -> Option<&Lease> {
        self.wait.as_ref()?.leases.iter().find(|lease| lease.id == offer)
    }
}
