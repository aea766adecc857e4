//! Why a command about a call is refused before anything moves: one catalogue for commands, screens and logs.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Cause;

/// What a refusal looks like from outside.
struct Entry {
    code: &'static str,
    summary: &'static str,
    remedy: &'static str,
}

// The catalogue: variant, code, summary, remedy. A code is never renamed once released.
macro_rules! refusals {
    ($($(#[$doc:meta])* $variant:ident $code:literal $summary:literal, $remedy:literal;)+) => {
        /// Why a command about a call is refused. Nothing has moved: everybody talks with whom he talked before.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum CallRefusal { $($(#[$doc])* $variant,)+ }

        impl CallRefusal {
            /// Every refusal, for catalogues and tests.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            const fn entry(self) -> Entry {
                match self {
                    $(Self::$variant => Entry { code: $code, summary: $summary, remedy: $remedy },)+
                }
            }
        }
    };
}

refusals! {
    /// No such call, or it is over.
    CallUnknown "call_unknown" "no live call has this id", "see belltower calls --live";
    /// Nobody talks with the caller.
    NotTalking "not_talking" "nobody talks with the caller now", "wait until an agent has answered";
    /// The agent who asks is not in the call.
    NotYours "not_yours" "this agent does not talk with the caller", "let the agent ask who does, or an operator";
    /// The caller is on hold already.
    AlreadyHeld "already_held" "the caller is on hold already", "resume first";
    /// The caller is not on hold by command.
    NotHeld "not_held" "the caller is not on hold by command", "a phone that holds must resume itself";
    /// Somebody is being consulted.
    Consulting "consulting" "somebody is being consulted in this call", "complete, join or cancel the consultation first";
    /// Nobody is being consulted.
    NotConsulting "not_consulting" "nobody is being consulted in this call", "begin a consultation first";
    /// Who is consulted has not answered yet.
    NotAnswered "not_answered" "who is consulted has not answered yet", "wait for the answer, or cancel";
    /// Several talk with the caller.
    InConference "in_conference" "several parties talk with the caller", "let the others leave first";
    /// Only one talks with the caller.
    NotInConference "not_in_conference" "only one party talks with the caller", "hang up, or transfer the caller";
    /// The call has as many legs as it may.
    TooManyLegs "too_many_legs" "the call has as many legs as it may", "let somebody leave first";
    /// As many transfers are on their way as may be at one time.
    TooManyTransfers "too_many_transfers" "as many transfers are on their way as may be at one time",
        "wait for one of them, or raise transfers_max under [policy]";
    /// The agent may not transfer.
    MayNotTransfer "may_not_transfer" "this agent may not transfer calls",
        "set transfer = \"inside\" or \"anywhere\" for the agent";
    /// The agent may transfer inside the centre only.
    MayNotTransferOutside "may_not_transfer_outside" "this agent may not transfer to numbers outside",
        "set transfer = \"anywhere\" for the agent";
    /// The number is not on the list of allowed targets.
    TargetNotAllowed "target_not_allowed" "the number is not on the list of allowed targets",
        "add its beginning to transfer_numbers under [centre]";
    /// No number at all.
    NumberEmpty "number_empty" "no number was given", "name an agent, a queue, a flow or a number";
    /// A character that stands in no number.
    NumberWrong "number_wrong" "this is neither a name of the centre nor a number",
        "see belltower agents for names; a number has digits only";
    /// Digits are missing.
    NumberTooShort "number_too_short" "the number is too short: digits are missing", "dial the whole number";
    /// Too many digits.
    NumberTooLong "number_too_long" "the number is too long: at most 15 digits", "check the number for digits typed twice";
    /// The area code is missing.
    AreaCodeMissing "area_code_missing" "the area code is missing", "dial 0 and the area code before the number";
    /// The country code is missing.
    CountryCodeMissing "country_code_missing" "the country code is missing",
        "dial 00 or + and the country code before the number";
    /// No such agent.
    AgentUnknown "agent_unknown" "no agent of this name is configured", "see belltower agents";
    /// No such queue.
    QueueUnknown "queue_unknown" "no queue of this name is configured", "see [queue] in the configuration";
    /// No such flow.
    FlowUnknown "flow_unknown" "no flow of this name is configured", "see [flow] in the configuration";
    /// The target is not at work.
    TargetSignedOut "target_signed_out" "the target is signed out", "choose somebody who is signed in, or a queue";
    /// The target is on a break.
    TargetOnBreak "target_on_break" "the target is on a break", "choose somebody who is available, or a queue";
    /// The target is on a call.
    TargetBusy "target_busy" "the target is on a call", "choose somebody else, or a queue";
    /// No phone of the target can be reached.
    TargetUnreachable "target_unreachable" "no phone of the target can be reached",
        "check the registration: belltower endpoints";
    /// The target talks with the caller already.
    TargetInCall "target_in_call" "the target is in this call already", "choose somebody else";
    /// The queue takes no more callers.
    QueueFull "queue_full" "the queue is full", "choose another queue, or raise waiting_max";
    /// Nobody serves the queue.
    QueueUnstaffed "queue_unstaffed" "nobody is signed in to the queue", "choose another queue";
    /// A queue or a flow cannot be asked a question.
    TargetHasNoVoice "target_has_no_voice" "a queue or a flow cannot be consulted", "consult an agent or a number, or transfer";
    /// The queue names no other for difficult cases.
    NoEscalation "no_escalation" "the call's queue names no queue for difficult cases",
        "set escalate_to for the queue";
    /// No trunk carries calls to numbers outside.
    NoTrunk "no_trunk" "no trunk leads outside", "configure a trunk with to";
    /// Every trunk is down.
    TrunksDown "trunks_down" "every trunk that leads outside is down", "see belltower trunks";
    /// The parking place is taken.
    SlotTaken "slot_taken" "this parking place is taken", "leave the place out, and a free one is chosen";
    /// Every parking place is taken.
    NoSlot "no_slot" "every parking place is taken", "fetch somebody first, or raise park_slots_max under [policy]";
    /// The caller is not parked.
    NotParked "not_parked" "the caller is not parked, or is being fetched already", "see belltower calls --live";
    /// The supervisor may not supervise this call.
    MayNotSupervise "may_not_supervise" "this agent may not supervise calls of this queue",
        "add the queue to supervises of the agent";
    /// The supervisor is not in the call.
    NotSupervising "not_supervising" "this supervisor is not in the call", "let him listen first";
    /// No supervisor can be asked.
    NoSupervisor "no_supervisor" "no supervisor of the call's queue can be reached",
        "set supervises for an agent, and let his phone register";
    /// The number to be shown is none of ours.
    ShownUnknown "shown_unknown" "the number to be shown is none of ours", "show one that stands under [number]";
    /// The node takes no more calls.
    NoRoom "no_room" "this server takes no more calls at present", "see belltower health for what is full";
    /// The same command is being carried out.
    Busy "busy" "the call is being moved already", "wait for the outcome";
}

impl CallRefusal {
    /// The stable code, which is the name of the rule: `area_code_missing`.
    pub const fn code(self) -> &'static str {
        self.entry().code
    }

    /// One English phrase. Screens translate by [`code`](Self::code).
    pub const fn summary(self) -> &'static str {
        self.entry().summary
    }

    /// The cause that a phone is told when it asked by REFER.
    pub const fn cause(self) -> Cause {
        match self {
            Self::NumberEmpty
            | Self::NumberTooShort
            | Self::NumberTooLong
            | Self::AreaCodeMissing
            | Self::CountryCodeMissing => Cause::NumberIncomplete,
            Self::NumberWrong | Self::AgentUnknown | Self::QueueUnknown | Self::FlowUnknown => Cause::NumberUnknown,
            Self::TargetSignedOut | Self::TargetOnBreak | Self::TargetUnreachable => Cause::Unreachable,
            Self::TargetBusy => Cause::Busy,
            Self::QueueFull => Cause::QueueFull,
            Self::QueueUnstaffed => Cause::NoAgent,
            Self::NoTrunk => Cause::NoRoute,
            Self::NoRoom => Cause::Overloaded,
            Self::TrunksDown => Cause::TrunkDown,
            Self::CallUnknown
            | Self::NotTalking
            | Self::NotYours
            | Self::AlreadyHeld
            | Self::NotHeld
            | Self::Consulting
            | Self::NotConsulting
            | Self::NotAnswered
            | Self::InConference
            | Self::NotInConference
            | Self::TooManyLegs
            | Self::TooManyTransfers
            | Self::MayNotTransfer
            | Self::MayNotTransferOutside
            | Self::TargetNotAllowed
            | Self::TargetInCall
            | Self::TargetHasNoVoice
            | Self::NoEscalation
            | Self::SlotTaken
            | Self::NoSlot
            | Self::NotParked
            | Self::MayNotSupervise
            | Self::NotSupervising
            | Self::NoSupervisor
            | Self::ShownUnknown
            | Self::Busy => Cause::Forbidden,
        }
    }

    /// What to do about it.
    pub const fn remedy(self) -> &'static str {
        self.entry().remedy
    }
}

impl fmt::Display for CallRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} ({})", self.summary(), self.remedy(), self.code())
    }
}

impl std::error::Error for CallRefusal {}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn codes_are_unique_and_every_refusal_has_a_remedy() {
        let codes: BTreeSet<_> = CallRefusal::ALL.iter().map(|refusal| refusal.code()).collect();
        assert_eq!(codes.len(), CallRefusal::ALL.len());
        for refusal in CallRefusal::ALL {
            assert!(!refusal.remedy().is_empty(), "{refusal:?}");
        }
    }
}
