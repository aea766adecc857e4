//! Session descriptions and reasons in messages.

use bell_types::Cause;
use bytes::Bytes;

use crate::msg::envelope::Envelope;

pub(crate) const SDP: &str = "application/sdp";

/// A body that should be a session description.
#[derive(Debug)]
pub(crate) enum Body {
    None,
    Sdp(Bytes),
    /// Something else.
    Foreign,
}

/// The session description of a message. Without a Content-Type it is taken for one.
pub(crate) fn body(message: &Envelope) -> Body {
    if message.body().is_empty() {
        return Body::None;
    }
    match message.content_type() {
        Ok(Some(kind)) if kind.is("application", "sdp") => Body::Sdp(message.body_bytes()),
        Ok(None) => Body::Sdp(message.body_bytes()),
        Ok(Some(_)) | Err(_) => Body::Foreign,
    }
}

/// The session description of a message, if its body is one.
pub(crate) fn sdp(message: &Envelope) -> Option<Bytes> {
    match body(message) {
        Body::Sdp(sdp) => Some(sdp),
        Body::None | Body::Foreign => None,
    }
}

/// The Q.850 cause of the Reason header (RFC 3326). A phone that times out may say so as a status of SIP, which is 102 there
/// (RFC 3398 §8.2.6.1).
pub(crate) fn q850(message: &Envelope) -> Option<u8> {
    let given = message.reasons().find_map(|reason| u8::try_from(reason.q850()?).ok());
    given.or_else(|| {
        message
            .reasons()
            .any(|reason| reason.protocol.eq_ignore_ascii_case("SIP") && reason.cause == Some(408))
            .then_some(102)
    })
}

/// The Reason we give when we end a call. A phone that rang for a call somebody else took shall not list it as missed.
pub(crate) fn reason(cause: Cause) -> Option<&'static str> {
    match cause {
        Cause::AnsweredElsewhere => Some("SIP;cause=200;text=\"Call completed elsewhere\""),
        Cause::HungUp | Cause::FlowEnded | Cause::Moved | Cause::Released | Cause::NotConfirmed => {
            Some("Q.850;cause=16;text=\"Normal call clearing\"")
        }
        Cause::MediaTimeout | Cause::SessionExpired => Some("Q.850;cause=102;text=\"Recovery on timer expiry\""),
        Cause::NotAcknowledged => Some("Q.850;cause=102;text=\"No ACK\""),
        Cause::NoCommonCodec | Cause::NotEncrypted | Cause::MediaFailed => {
            Some("Q.850;cause=47;text=\"Resource unavailable\"")
        }
        Cause::NoAnswer => Some("Q.850;cause=19;text=\"No answer\""),
        Cause::ProtocolError => Some("Q.850;cause=111;text=\"Protocol error\""),
        Cause::NodeFailed | Cause::Internal | Cause::ShuttingDown | Cause::Overloaded => {
            Some("Q.850;cause=41;text=\"Temporary failure\"")
        }
        Cause::Cancelled
        | Cause::Busy
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
        | Cause::TransportLost
        | Cause::Timeout
        | Cause::PeerFailed
        | Cause::NoRoute
        | Cause::TrunkDown
        | Cause::PromptBroken
        | Cause::FlowFailed
        | Cause::DiskFull => None,
    }
}
