//! In which states agents, calls and their legs are, in the words in which they are sent.

use serde::Serialize;
use utoipa::ToSchema;

/// What an agent asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// Not at work.
    #[default]
    SignedOut,
    /// Takes calls.
    Available,
    /// Takes none for a while.
    Break,
}

/// What an agent does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Activity {
    /// Nothing.
    #[default]
    Idle,
    /// A phone of his rings.
    Offered,
    /// In a call.
    Talking,
    /// Finishes the last call's work.
    WrapUp,
    /// No phone of his can be reached.
    Unreachable,
}

impl Activity {
    /// As it is sent.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Offered => "offered",
            Self::Talking => "talking",
            Self::WrapUp => "wrap_up",
            Self::Unreachable => "unreachable",
        }
    }
}

/// Where a call is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CallStage {
    /// It has just come.
    #[default]
    Arriving,
    /// In a flow.
    Ivr,
    /// Waits in a queue.
    Queue,
    /// Waits, and an agent's phone rings.
    Ringing,
    /// The caller and somebody talk.
    Talk,
    /// He is held.
    Hold,
    /// On the way to somebody else.
    Transfer,
    /// Waits while his agent asks somebody.
    Consult,
    /// With two others.
    Conference,
    /// Parked.
    Parked,
    /// Waits for the browser of his agent.
    Missing,
}

/// What a leg of a call is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PartyRole {
    /// The caller's.
    #[default]
    Caller,
    /// An agent's.
    Agent,
    /// Of a number outside.
    External,
    /// A supervisor's.
    Supervisor,
}

/// How far a leg is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LegState {
    /// It is being set up.
    #[default]
    Opened,
    /// It rings.
    Ringing,
    /// Somebody is there.
    Answered,
}

/// What a supervisor does in a call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Supervising {
    /// Hears both.
    #[default]
    Listen,
    /// Is heard by the agent.
    Whisper,
    /// Is heard by both.
    Barge,
    /// Has taken the call.
    Intercept,
}

/// What asks for attention.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AlertKind {
    /// Callers of a queue wait too long.
    #[default]
    QueueWait,
    /// A trunk is down.
    TrunkDown,
    /// An agent asks for help.
    Help,
    /// A number was put on a list.
    Nuisance,
    /// The phone of an agent who is available is gone.
    PhoneLost,
}
