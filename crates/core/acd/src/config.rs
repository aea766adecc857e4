//! What the operator configures: queues, agents, limits. Plain data; [`Acd::apply`](crate::Acd::apply) takes the
//! difference to what it had before.

use std::time::Duration;

use bell_types::{AgentName, EndpointName, OfferOutcome, QueueName, Strategy};

/// Everything the distribution of calls goes by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The queues. Of two with one name the first counts.
    pub queues: Vec<QueueConfig>,
    /// The agents. Of two with one name the first counts.
    pub agents: Vec<AgentConfig>,
    /// How waits are estimated.
    pub estimate: EstimatePolicy,
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

/// One agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentConfig {
    /// The agent's name.
    pub name: AgentName,
    /// The phones; the first one that is reachable rings.
    pub endpoints: Vec<EndpointName>,
    /// How the agent comes to work.
    pub sign_in: SignIn,
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
    /// How many reachable phones are remembered. One more counts as unreachable.
    pub endpoints_max: usize,
    /// How many characters of a break's reason are kept.
    pub reason_len_max: usize,
}
