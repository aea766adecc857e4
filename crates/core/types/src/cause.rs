//! Why a call, a leg or a request ended: one catalogue for SIP, records, screens and logs.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How loudly an ending asks for attention.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// A call that ended as calls end.
    Normal,
    /// The caller was not served; somebody should look at the figures.
    Notice,
    /// Something is broken or wrongly set up; somebody should act.
    Fault,
}

/// What a cause looks like from outside.
struct Entry {
    code: &'static str,
    sip_status: u16,
    severity: Severity,
    summary: &'static str,
    remedy: &'static str,
}

// The catalogue: variant, code, SIP status when we answer a request with it, severity, summary, remedy. A code is
// never renamed once released: records and integrations keep it.
macro_rules! causes {
    ($($(#[$doc:meta])* $variant:ident $code:literal $status:literal $severity:ident $summary:literal, $remedy:literal;)+) => {
        /// Why something ended or was refused. A value, not an error: a full queue is the business saying no.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Cause { $($(#[$doc])* $variant,)+ }

        impl Cause {
            /// Every cause, for catalogues and tests.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            const fn entry(self) -> Entry {
                match self {
                    $(Self::$variant => Entry {
                        code: $code,
                        sip_status: $status,
                        severity: Severity::$severity,
                        summary: $summary,
                        remedy: $remedy,
                    },)+
                }
            }
        }
    };
}

causes! {
    /// One of the parties ended a call that had been answered.
    HungUp "hung_up" 200 Normal "a party hung up", "";
    /// The flow came to its end and ended the call.
    FlowEnded "flow_ended" 200 Normal "the flow ended the call", "";
    /// The leg left because its call was moved elsewhere.
    Moved "moved" 200 Normal "the call was moved to another party", "";
    /// The caller hung up before the call was answered, or we took back an offer.
    Cancelled "cancelled" 487 Normal "cancelled before the answer", "";
    /// Another party's phone answered first.
    AnsweredElsewhere "answered_elsewhere" 487 Normal "answered by another phone", "";
    /// Somebody with the right to do so ended the call.
    Released "released" 480 Normal "released by a supervisor", "";
    /// The called party is busy.
    Busy "busy" 486 Notice "the called party is busy", "try again later or call another number";
    /// The called party did not answer in time.
    NoAnswer "no_answer" 480 Notice "nobody answered in time", "check that the phone rings where its user sits";
    /// The called party declined.
    Declined "declined" 603 Notice "the called party declined", "";
    /// The called party has no phone that can be reached.
    Unreachable "unreachable" 480 Notice "no phone of the called party is reachable",
        "check the registration: belltower endpoints";
    /// No such number.
    NumberUnknown "number_unknown" 404 Notice "the number is not in service", "check the number and its routing";
    /// The number is incomplete.
    NumberIncomplete "number_incomplete" 484 Notice "the number is incomplete",
        "dial the area code or the country code too";
    /// The other side does not allow the call.
    Forbidden "forbidden" 403 Notice "the other side does not allow this call",
        "ask the carrier whether the number or the destination is blocked";
    /// The caller stands on a deny list.
    Blocked "blocked" 486 Notice "the caller is on a deny list", "see belltower lists show LIST for the entry";
    /// The queue holds as many callers as it may.
    QueueFull "queue_full" 480 Notice "the queue is full", "raise the queue's limit or add agents";
    /// The caller waited longer than the queue allows.
    QueueTimeout "queue_timeout" 480 Notice "the longest wait of the queue is over", "add agents or an overflow";
    /// Nobody is signed in to the queue.
    NoAgent "no_agent" 480 Notice "no agent is signed in to the queue", "sign agents in, or set an overflow";
    /// The trunk carries as many calls as it may.
    TrunkFull "trunk_full" 503 Notice "the trunk carries as many calls as it may",
        "raise the trunk's ceiling, if the carrier's contract allows it";
    /// No codec in common.
    NoCommonCodec "no_common_codec" 488 Fault "no codec in common", "enable PCMA or PCMU on the other side";
    /// No audio arrived for so long that the call must be dead.
    MediaTimeout "media_timeout" 480 Fault "no audio arrived any more",
        "check firewall and NAT between the phone and this server";
    /// The media host could not serve the leg.
    MediaFailed "media_failed" 500 Fault "the audio could not be set up", "check ports and the media address";
    /// Our 200 was never acknowledged.
    NotAcknowledged "not_acknowledged" 408 Fault "the answer was never acknowledged",
        "check that the address in our Contact is reachable from the other side";
    /// The session timer ran out: the other side is gone (RFC 4028).
    SessionExpired "session_expired" 408 Fault "the other side no longer refreshes the call",
        "check the network to that phone or carrier";
    /// A connection that carried the leg closed.
    TransportLost "transport_lost" 480 Fault "the connection to the phone closed", "check the network of the phone";
    /// The other side did not answer at all.
    Timeout "timeout" 408 Fault "the other side did not answer", "check address, port and firewall of the other side";
    /// The other side failed with a 5xx, or another answer that names no better cause.
    PeerFailed "peer_failed" 500 Fault "the other side failed", "see the SIP trace of the call";
    /// The other side broke the protocol.
    ProtocolError "protocol_error" 400 Fault "the other side broke the protocol", "see the SIP trace of the call";
    /// No route leads to the number.
    NoRoute "no_route" 404 Fault "no trunk leads to this number", "configure a trunk for it";
    /// Every trunk that could carry the call is down.
    TrunkDown "trunk_down" 503 Fault "the trunk is down", "see belltower trunks";
    /// A prompt could not be played and the flow could not go on.
    PromptBroken "prompt_broken" 500 Fault "a prompt could not be played", "check the prompt: belltower flow check";
    /// A flow went wrong although it was proved: a defect of ours.
    FlowFailed "flow_failed" 500 Fault "the flow could not go on", "please report it with the call's id";
    /// The node takes no more calls at present.
    Overloaded "overloaded" 503 Fault "this server is overloaded", "see belltower health for what is full";
    /// The disk is too full to take on another call that must be recorded.
    DiskFull "disk_full" 503 Fault "the disk is full", "free space or enlarge the disk; calls are taken again at once";
    /// The node is being shut down.
    ShuttingDown "shutting_down" 503 Notice "this server is being shut down", "";
    /// The node died during the call.
    NodeFailed "node_failed" 500 Fault "this server failed during the call", "see the log of the time before";
    /// An invariant of ours broke.
    Internal "internal" 500 Fault "an internal error ended the call", "please report it with the call's id";
    /// A line of an agent answered, and nobody took the call by the key: a voicemail, perhaps.
    NotConfirmed "not_confirmed" 480 Notice "the line answered and nobody took the call by the key",
        "tell the agent to press 1, and switch off the voicemail of his line";
    /// The audio would have been in the clear where it must not be, or the other side's keys were of no use.
    NotEncrypted "not_encrypted" 488 Fault "the audio could not be encrypted",
        "switch on SRTP with SDES on the phone and let it register over TLS, or change srtp of its endpoint";
}

impl Cause {
    /// The stable code: `queue_full`.
    pub const fn code(self) -> &'static str {
        self.entry().code
    }

    /// The SIP status we answer a request with when this is why it is refused.
    pub const fn sip_status(self) -> u16 {
        self.entry().sip_status
    }

    /// How loudly it asks for attention.
    pub const fn severity(self) -> Severity {
        self.entry().severity
    }

    /// One English phrase. Screens translate by [`code`](Self::code).
    pub const fn summary(self) -> &'static str {
        self.entry().summary
    }

    /// What to do about it; empty if there is nothing to do.
    pub const fn remedy(self) -> &'static str {
        self.entry().remedy
    }

    /// What the final status of a request we sent tells.
    pub const fn from_sip_status(status: u16) -> Self {
        match status {
            401 | 403 | 407 => Self::Forbidden,
            404 | 410 | 604 => Self::NumberUnknown,
            408 => Self::Timeout,
            480 => Self::Unreachable,
            484 => Self::NumberIncomplete,
            486 | 600 => Self::Busy,
            487 => Self::Cancelled,
            488 | 606 => Self::NoCommonCodec,
            503 => Self::Overloaded,
            603 | 607 | 608 => Self::Declined,
            _ => Self::PeerFailed,
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.summary())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn codes_are_unique_and_faults_have_a_remedy() {
        let codes: BTreeSet<_> = Cause::ALL.iter().map(|cause| cause.code()).collect();
        assert_eq!(codes.len(), Cause::ALL.len());
        for cause in Cause::ALL {
            assert!(cause.severity() != Severity::Fault || !cause.remedy().is_empty(), "{cause:?}");
        }
    }
}
