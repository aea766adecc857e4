//! What the distribution of calls wants done.

use std::fmt;
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
    /// A ladder moved a call: it waits in this queue now.
    Moved {
        /// The call.
        call: CallId,
        /// The queue.
        queue: QueueName,
    },
    /// A call is no longer in the queue. `Answered` means: connect the two. A move into another queue is not told so, nor
    /// what the call's side has asked for itself, nor what becomes of a planned call before an agent took it.
    LeftQueue {
        /// The call.
        call: CallId,
        /// The queue.
        queue: QueueName,
        /// How.
        how: QueueExit,
    },
    /// The caller cannot be called back.
    CallbackRefused {
        /// The call in which he asked.
        call: CallId,
        /// Why.
        why: CallbackRefusal,
    },
    /// A command names an agent who is not configured. Nothing changed.
    AgentUnknown(AgentName),
    /// Something happened.
    Fact(What),
}

/// Why a caller cannot be called back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallbackRefusal {
    /// He waits in no queue and never has, and nobody says whose agents are to call him; or that queue is gone.
    NoQueue,
    /// He will be called back already.
    AskedAlready,
    /// As many are to be called back as may be.
    TooMany(usize),
}

/// In words, with the policy that sets the limit.
impl fmt::Display for CallbackRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoQueue => f.write_str("there is no queue whose agents could call him"),
            Self::AskedAlready => f.write_str("he will be called back already"),
            Self::TooMany(max) => write!(f, "{max} callers are to be called back, as many as callbacks_max allows"),
        }
    }
}
