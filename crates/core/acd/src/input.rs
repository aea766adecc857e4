//! What can happen to the distribution of calls.

use std::time::Duration;

use bell_types::{AgentName, CallId, Cause, EndpointName, Mono, OfferId, OfferOutcome, Party, QueueName, Wants};

/// Everything that can happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A phone can be reached. Signs in an agent who comes to work by [`Registration`](crate::SignIn::Registration).
    EndpointUp(EndpointName),
    /// A mobile or fixed line can be reached by a trunk. It signs nobody in: that a trunk is up says nothing of whoever
    /// answers.
    LineUp(EndpointName),
    /// A phone or a line can no longer be reached. An offer that rings there ends as `Failed`.
    EndpointDown {
        /// The phone.
        endpoint: EndpointName,
        /// Why. [`Moved`](Cause::Moved), by its own doing, is a phone that is switched off: it signs out an agent who
        /// comes to work by [`Registration`](crate::SignIn::Registration). Every other phone is lost.
        cause: Cause,
    },
    /// Somebody asks for a change of an agent's state.
    Agent {
        /// Whose state.
        agent: AgentName,
        /// What is asked for.
        command: AgentCommand,
        /// Who asks: the agent, or an operator.
        by: Party,
    },
    /// The agent's shift is over, and so is the time he had to finish. He is offered nothing more, and signed out as soon as
    /// he is in no call and has finished the work after the last one (AGT-12).
    ShiftOver(AgentName),
    /// The agent is on one more call that no queue brought: dialled by hand, or called directly.
    AgentBusy(AgentName),
    /// One of those calls ended.
    AgentFree(AgentName),
    /// One of those calls ended in which he talked with a caller whom somebody had handed to him. Wrap-up begins.
    AgentServed(AgentName),
    /// A phone of the agent rings for a call that no queue brought. He is offered nothing while it does.
    AgentRung(AgentName),
    /// It rings no more.
    AgentRungNoMore(AgentName),
    /// The leg on which the agent had this call broke. He is not offered it again for a while.
    CallLost {
        /// The agent.
        agent: AgentName,
        /// The call.
        call: CallId,
    },
    /// The agent handed this call on. He is not offered it again for a while.
    HandedOn {
        /// The agent.
        agent: AgentName,
        /// The call.
        call: CallId,
    },
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
    /// The line of an offer was answered, and whoever did so has so long to take the call by a key. The lease lasts
    /// until then and a moment longer, however long the line has rung.
    OfferConfirming {
        /// The offer.
        offer: OfferId,
        /// How long.
        within: Duration,
    },
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
    /// A caller would rather be called back than wait (INB-30). His place goes over to a planned call; he may hang up. If
    /// he waits in no queue at the moment, the last one he waited in counts, with what he wanted there; a queue that
    /// turned him away gave him no place. Otherwise the answer is [`CallbackRefused`](crate::Output::CallbackRefused).
    AskCallback {
        /// The call in which he asks. It names the plan from now on.
        call: CallId,
        /// The id of the call that will be made.
        planned: CallId,
        /// Whose agents call him, and with what wishes he comes if he has waited nowhere; none: those of the queue he
        /// waited in.
        queue: Option<(QueueName, Wants)>,
    },
    /// The customer of a planned call that an agent took was not reached.
    CallbackFailed {
        /// The call that was made.
        planned: CallId,
        /// The id of the next one, if there will be one.
        next: CallId,
    },
    /// The customer of a planned call answered.
    CallbackReached(CallId),
    /// A plan to call somebody back is called off; it is named by the call in which he asked.
    WithdrawCallback(CallId),
    /// The planned call that is offered cannot begin now. Its place is kept.
    HoldCallback {
        /// The call in which he asked.
        call: CallId,
        /// Why, for whoever asks.
        because: String,
    },
    /// Whether people are called back by this queue from now on. At first they are, by every queue.
    CallbackHours {
        /// The queue.
        queue: QueueName,
        /// Whether they are.
        hours: Hours,
    },
    /// A plan that was open when the node before this one ended: see [`OpenCallbacks`](crate::OpenCallbacks). It was
    /// promised, so no limit refuses it.
    RestoreCallback {
        /// The call in which he asked.
        call: CallId,
        /// The id of the call that will be made: none that was given before.
        planned: CallId,
        /// The queue.
        queue: QueueName,
        /// Its priority.
        priority: u8,
        /// How long he has waited by now.
        waited: Duration,
        /// What he wants there.
        wants: Wants,
        /// How often he was called.
        attempts: u32,
        /// How long ago the last attempt failed, if there was one. The next comes after the usual gap.
        failed_ago: Option<Duration>,
    },
    /// The node is about to stop. Who is to be called back is for the next one: his plan is given up here, without an end
    /// in the facts.
    Stop,
    /// Nothing but time has passed.
    Tick,
}

/// Whether people are called back at this hour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hours {
    /// They are.
    Open,
    /// They are not, for this reason.
    Shut(String),
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
