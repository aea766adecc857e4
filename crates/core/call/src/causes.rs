//! What causes mean for a call: closed tables, so that a new cause has to be decided.

use bell_types::{Cause, OfferOutcome, QueueExit};

/// Why a call that we place could not begin.
pub(crate) const fn no_agent_found(how: &QueueExit) -> Cause {
    match how {
        QueueExit::TimedOut => Cause::QueueTimeout,
        QueueExit::Full => Cause::QueueFull,
        QueueExit::NoAgent => Cause::NoAgent,
        QueueExit::Answered(_)
        | QueueExit::Abandoned
        | QueueExit::Withdrawn
        | QueueExit::Overflowed(_)
        | QueueExit::Callback(_) => Cause::Cancelled,
    }
}

/// Why a phone of ours has ended its leg. It says in the Reason of its BYE (RFC 3326) that nobody has hung up: that it finds no
/// way for its audio is "resource unavailable" (Q.850 47), that it has lost it, "recovery on timer expiry" (102).
pub(crate) const fn of_phone(cause: Cause, q850: Option<u8>) -> Cause {
    match (cause, q850) {
        (Cause::HungUp, Some(47)) => Cause::MediaFailed,
        (Cause::HungUp, Some(102)) => Cause::MediaTimeout,
        (cause, _) => cause,
    }
}

/// Whether a leg ended without anybody wanting it.
pub(crate) const fn is_lost(cause: Cause) -> bool {
    match cause {
        Cause::MediaTimeout
        | Cause::MediaFailed
        | Cause::NotAcknowledged
        | Cause::SessionExpired
        | Cause::TransportLost
        | Cause::Timeout
        | Cause::PeerFailed
        | Cause::ProtocolError
        | Cause::NoCommonCodec
        | Cause::NotEncrypted
        | Cause::Internal => true,
        Cause::HungUp
        | Cause::FlowEnded
        | Cause::Moved
        | Cause::Cancelled
        | Cause::AnsweredElsewhere
        | Cause::Released
        | Cause::Busy
        | Cause::NoAnswer
        | Cause::Declined
        | Cause::Unreachable
        | Cause::NumberUnknown
        | Cause::NumberIncomplete
        | Cause::Forbidden
        | Cause::Blocked
        | Cause::QueueFull
        | Cause::QueueTimeout
        | Cause::NoAgent
        | Cause::TrunkFull
        | Cause::NoRoute
        | Cause::TrunkDown
        | Cause::PromptBroken
        | Cause::FlowFailed
        | Cause::Overloaded
        | Cause::DiskFull
        | Cause::ShuttingDown
        | Cause::NodeFailed
        | Cause::NotConfirmed => false,
    }
}

/// What the end of a ringing agent's leg means for the offer.
pub(crate) fn outcome(cause: Cause) -> OfferOutcome {
    match cause {
        Cause::Busy => OfferOutcome::Busy,
        Cause::Declined => OfferOutcome::Declined,
        Cause::NoAnswer => OfferOutcome::Missed,
        Cause::NotConfirmed => OfferOutcome::Unconfirmed,
        Cause::Cancelled | Cause::AnsweredElsewhere | Cause::Moved | Cause::Released | Cause::HungUp => {
            OfferOutcome::Withdrawn
        }
        Cause::FlowEnded
        | Cause::Unreachable
        | Cause::NumberUnknown
        | Cause::NumberIncomplete
        | Cause::Forbidden
        | Cause::Blocked
        | Cause::QueueFull
        | Cause::QueueTimeout
        | Cause::NoAgent
        | Cause::TrunkFull
        | Cause::NoCommonCodec
        | Cause::NotEncrypted
        | Cause::MediaTimeout
        | Cause::MediaFailed
        | Cause::NotAcknowledged
        | Cause::SessionExpired
        | Cause::TransportLost
        | Cause::Timeout
        | Cause::PeerFailed
        | Cause::ProtocolError
        | Cause::NoRoute
        | Cause::TrunkDown
        | Cause::PromptBroken
        | Cause::FlowFailed
        | Cause::Overloaded
        | Cause::DiskFull
        | Cause::ShuttingDown
        | Cause::NodeFailed
        | Cause::Internal => OfferOutcome::Failed,
    }
}
