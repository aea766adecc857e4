//! What the operator configures: queues, agents, limits. Plain data; [`Acd::apply`](crate::Acd::apply) takes the
//! difference to what it had before.

use std::time::Duration;

use bell_types::{AgentName, EndpointName, OfferOutcome, Overflow, QueueName, RegionName, SkillName, Strategy};

/// Everything the distribution of calls goes by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The queues. Of two with one name the first counts.
    pub queues: Vec<QueueConfig>,
    /// The agents. Of two with one name the first counts.
    pub agents: Vec<AgentConfig>,
    /// How waits are estimated.
    pub estimate: EstimatePolicy,
    /// How far a higher priority goes ahead.
    pub precedence: Precedence,
    /// How callers are called back.
    pub callbacks: CallbackPolicy,
    /// How long an agent who handed a call on, or whose leg of it broke, is not offered that call again.
    pub parted_rest: Duration,
    /// How much is kept at most.
    pub limits: Limits,
}

/// One queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueConfig {
    /// Its name.
    pub name: QueueName,
    /// How it picks among the agents who may take a call.
    pub strategy: Strategy,
    /// Who takes its calls, in the order that `RoundRobin` and `Sequential` follow. A name that is no agent's, or
    /// stands here twice, is passed over.
    pub members: Vec<AgentName>,
    /// What a member must be able to do to be offered its calls, each with the lowest level.
    pub skills: Vec<(SkillName, u8)>,
    /// How many calls may wait, those that ring at an agent included. One more leaves at once as `Full`.
    pub waiting_max: usize,
    /// How long a call may wait, counted from its entry. Then it leaves as `TimedOut`.
    pub wait_max: Duration,
    /// How long an offer may ring. Then it is withdrawn and counts as `Missed`.
    pub ring_timeout: Duration,
    /// How long an agent who let an offer of a call pass is not offered that call again.
    pub no_reoffer: Duration,
    /// The same while everybody on duty has let this call pass, so that nobody else could take it. On duty is who is
    /// available at a reachable phone, in a call or not.
    pub no_reoffer_alone: Duration,
    /// When callers are told their position and expected wait; never, if none.
    pub announcements: Option<Announcements>,
    /// What happens to calls while no member is signed in.
    pub unstaffed: Unstaffed,
    /// What is done for a caller who is not served well, step after step. A step is taken once for each stay in the
    /// queue, as soon as its condition holds for the caller; those after it stay for later.
    pub overflow: Vec<Rung>,
    /// After how long a wait the queue's alert begins; never, if none (INB-25).
    pub alert_after: Option<Duration>,
    /// Which outcomes of an offer add to the agent's missed calls.
    pub counts_as_missed: Vec<OfferOutcome>,
}

/// When callers are told their position and expected wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Announcements {
    /// How long after entering the queue for the first time.
    pub first: Duration,
    /// How often after that; zero for never again.
    pub every: Duration,
}

/// What happens to calls while no member of the queue is signed in. An agent on a break is signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unstaffed {
    /// They wait.
    Wait,
    /// They leave as `NoAgent`, so that the flow can go elsewhere.
    Leave,
}

/// One step of a queue's ladder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rung {
    /// When it is taken.
    pub when: When,
    /// What follows. A caller whose call rings at an agent is not taken away from him.
    pub then: Overflow,
}

/// When a step of a ladder is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// The caller has waited this long in this queue.
    Waited(Duration),
    /// So many callers, or more, stand before him.
    Length(u32),
    /// Of those who left of late, fewer than so many in a hundred were answered in time. Who gave up sooner than that
    /// does not count.
    ServiceLevel {
        /// What counts as in time.
        within: Duration,
        /// How far back is looked.
        window: Duration,
        /// How many in a hundred are enough.
        percent: u8,
    },
    /// No agent of the queue is signed in. It is taken before calls leave as
    /// [`NoAgent`](bell_types::QueueExit::NoAgent).
    NoAgent,
}

/// How callers are called back who asked for it (INB-30).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallbackPolicy {
    /// How many plans to call back there may be. One more is refused.
    pub plans_max: usize,
    /// How often the customer is called at most.
    pub attempts_max: u32,
    /// How long after a failed attempt the next may be.
    pub gap: Duration,
    /// How long an agent may be looked for, before each attempt.
    pub wait_max: Duration,
}

/// One agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentConfig {
    /// The agent's name.
    pub name: AgentName,
    /// The phones; the first one that is reachable rings.
    pub endpoints: Vec<EndpointName>,
    /// How the agent comes to work.
    pub sign_in: SignIn,
    /// What he is able to do, each with his level. Of two entries of one skill the first counts.
    pub skills: Vec<(SkillName, u8)>,
    /// The regions whose callers go to him first.
    pub regions: Vec<RegionName>,
    /// How many calls at once, those outside the queues included.
    pub capacity: u32,
    /// How long wrap-up may last; zero for none at all.
    pub wrap_up_max: Duration,
    /// After so many missed calls in a row the agent is put on a break with the reason
    /// [`MISSED_CALLS`](crate::MISSED_CALLS); zero for never.
    pub missed_max: u32,
}

/// How an agent comes to work and leaves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignIn {
    /// By command alone.
    Command,
    /// With the phone: one that can be reached signs the agent in, and one that is switched off signs him out. A phone
    /// that is lost signs nobody out: it comes back. Commands count as well.
    Registration,
}

/// How far a higher priority goes ahead of callers who came before: a priority is worth a head start of so much time
/// already waited. Nobody is overtaken by a call that comes more than `head_start_max` after him, so that no class of
/// callers can starve another (INB-17).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Precedence {
    /// How much time each step of priority is worth.
    pub head_start: Duration,
    /// How much all of them together are worth at most.
    pub head_start_max: Duration,
}

impl Precedence {
    /// What this priority is worth.
    pub(crate) fn of(&self, priority: u8) -> Duration {
        self.head_start.saturating_mul(u32::from(priority)).min(self.head_start_max)
    }
}

/// How the wait of a caller is estimated from how fast the queue moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EstimatePolicy {
    /// Fewer departures than this give no honest figure.
    pub samples_min: usize,
    /// How many departures are remembered for each queue.
    pub samples_max: usize,
    /// Departures older than this tell nothing any more.
    pub window: Duration,
}

/// How much is kept at most, and what happens then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many calls are known, from their first queue to their end. One more leaves at once as `Full`.
    pub calls_max: usize,
    /// How often one call is offered. Then it leaves as `TimedOut`.
    pub offers_max: u16,
    /// How many agents who let a call pass are remembered for that call. The oldest is forgotten.
    pub exclusions_max: usize,
    /// How often a call moves from queue to queue by their ladders. Then such a step is passed over.
    pub moves_max: u8,
    /// How many departures from a queue are remembered for its service level.
    pub departures_max: usize,
    /// How many phones ring for one call at one time, where all are rung at once. Who is free beyond that is not rung.
    pub ring_all_max: usize,
    /// How many skills, regions and agents of his own a caller may bring, of each. Further ones are passed over.
    pub wants_max: usize,
    /// How many reachable phones are remembered. One more counts as unreachable.
    pub endpoints_max: usize,
    /// How many characters of a break's reason are kept.
    pub reason_len_max: usize,
}
