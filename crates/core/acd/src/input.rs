//! What can happen to the distribution of calls.

use std::time::Duration;

use bell_types::{
    AgentName, CallId, EndpointName, Mono, OfferId, OfferOutcome, Party, QueueName, RegionName, SkillName,
};

/// Everything that can happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A phone can be reached.
    EndpointUp(EndpointName),
    /// A phone can no longer be reached. An offer that rings there ends as `Failed`.
    EndpointDown(EndpointName),
    /// Somebody asks for a change of an agent's state.
    Agent {
        /// Whose state.
        agent: AgentName,
        /// What is asked for.
        command: AgentCommand,
        /// Who asks: the agent, or an operator.
        by: Party,
    },
    /// The agent is on one more call that no queue brought: dialled by hand, or called directly.
    AgentBusy(AgentName),
    /// One of those calls ended.
    AgentFree(AgentName),
    /// A call enters a queue. If it waits in one already, it leaves that one as `Withdrawn`.
    Enqueue {
        /// The call.
        call: CallId,
        /// The queue.
        queue: QueueName,
        /// Higher goes ahead, as far as [`Precedence`](crate::Precedence) says.
        priority: u8,
        /// Since when it waits: normally the time of this input; earlier for a call that comes back and keeps its
        /// place.
        since: Mono,
        /// What the caller brings with him.
        wants: Wants,
    },
    /// A call leaves its queue from outside.
    Withdraw {
        /// The call.
        call: CallId,
        /// Why.
        why: Withdrawal,
    },
    /// The phone of an offer rings.
    OfferRinging(OfferId),
    /// An offer ended on the call's side. An `Accepted` that comes too late is answered by
    /// [`OfferRefused`](crate::Output::OfferRefused); any other outcome of an offer that is over is passed over.
    OfferEnded {
        /// The offer.
        offer: OfferId,
        /// How.
        outcome: OfferOutcome,
    },
    /// The agent's part in a call that he took from a queue is over. Wrap-up begins.
    Released {
        /// The agent.
        agent: AgentName,
        /// The call.
        call: CallId,
    },
    /// The call is over. It is forgotten, with whatever it still held: a place in a queue, an offer, an agent.
    CallEnded(CallId),
    /// Nothing but time has passed.
    Tick,
}

/// What a caller brings with him that bears on who shall take his call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wants {
    /// What an agent must be able to do, beside what the queue asks for, each with the lowest level. A language is a
    /// skill like any other.
    pub skills: Vec<(SkillName, u8)>,
    /// Where he is from, the narrowest region first. Agents of his region go before others.
    pub regions: Vec<RegionName>,
    /// His own agents, in order: the call is kept for each for so long, if he is on duty, before others may have it
    /// (INB-17, INB-18). They need not serve the queue, nor have the skills.
    pub preferred: Vec<(AgentName, Duration)>,
}

/// What can be asked of an agent's state. The later request wins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AgentCommand {
    /// Come to work: available, unless signed in already.
    SignIn,
    /// Leave work. An offer goes to somebody else, wrap-up ends; a call goes on, without wrap-up after it.
    SignOut,
    /// Take calls. Ends wrap-up and forgets missed calls.
    Available,
    /// Take no calls. An offer goes to somebody else; a call, and the wrap-up after it, go on.
    Break {
        /// Why: `lunch`, `training`.
        reason: String,
    },
    /// The work after the last call is done. What was asked for holds again.
    EndWrapUp,
    /// The agent is in no call, whatever we believe: frees an agent whose calls were lost track of.
    Release,
}

/// Why a call leaves its queue from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Withdrawal {
    /// The caller hung up.
    Abandoned,
    /// The call was ended or moved.
    Withdrawn,
}
