//! What the distribution of calls wants done.

use std::time::Duration;

use bell_types::{AgentName, CallId, EndpointName, OfferId, OfferOutcome, QueueExit, QueueName, What};

/// Everything that is wanted.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// Ring an agent's phone. Answer with `OfferRinging` and `OfferEnded`.
    Offer {
        /// The offer; it names the call.
        offer: OfferId,
        /// The agent.
        agent: AgentName,
        /// The phone that rings.
        endpoint: EndpointName,
        /// How long it may ring. The deadline is watched here: the offer is withdrawn when it is over.
        ring_timeout: Duration,
    },
    /// Stop ringing: the offer is over.
    WithdrawOffer {
        /// The offer.
        offer: OfferId,
        /// How it ended.
        outcome: OfferOutcome,
    },
    /// The agent answered an offer that was over already: hang up.
    OfferRefused(OfferId),
    /// Tell a caller how many are before him and how long it may take.
    Announce {
        /// The caller.
        call: CallId,
        /// 1 is next; none if a number would have to grow, because somebody of higher priority entered.
        position: Option<u32>,
        /// The expected wait; none if no honest figure is known.
        expected_wait: Option<Duration>,
    },
    /// A call is no longer in the queue. `Answered` means: connect the two. A move into another queue is not told, nor is
    /// what becomes of a planned call before an agent took it.
    LeftQueue {
        /// The call.
        call: CallId,
        /// The queue.
        queue: QueueName,
        /// How.
        how: QueueExit,
    },
    /// The caller cannot be called back: he waited nowhere, has asked already, or too many have.
    CallbackRefused(CallId),
    /// A command names an agent who is not configured. Nothing changed.
    AgentUnknown(AgentName),
    /// Something happened.
    Fact(What),
}
