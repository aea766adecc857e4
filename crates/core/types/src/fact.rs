//! Facts: what happened, in one gap-free order. Call records, agent times, the wallboard and `belltower why` are folds
//! over these and nothing else.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{AgentName, CallId, Cause, EndpointName, Now, Number, Overflow, Seq, TrunkName};

mod about;
mod what;

pub use what::What;

/// One thing that happened, and when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fact {
    /// Its place in the node's sequence, without gaps.
    pub seq: Seq,
    /// When. Durations are differences of `now.mono`; they mean nothing across a [`What::NodeStarted`].
    pub now: Now,
    /// What.
    pub what: What,
}

/// Which way a leg was set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Towards us.
    Inbound,
    /// From us.
    Outbound,
}

/// Who calls, as the trunk presented it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caller {
    /// The number, normalised by the trunk's rules; none if it was withheld or is no number.
    pub number: Option<Number>,
    /// The display name as received, decoded.
    pub name: Option<String>,
}

/// Who did something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    /// The customer.
    Caller,
    /// An agent.
    Agent(AgentName),
    /// Somebody outside that a call was transferred to.
    External,
    /// Belltower itself, by its flow, a limit or a deadline.
    System,
    /// An operator at the command line or a supervisor.
    Operator,
}

/// What a leg is in its call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LegRole {
    /// The customer.
    Caller,
    /// An agent, at one of his endpoints.
    Agent {
        /// The agent.
        agent: AgentName,
        /// The endpoint that rings.
        endpoint: EndpointName,
    },
    /// A number outside, reached by a trunk.
    External {
        /// The number that is dialled.
        number: Number,
        /// The trunk that carries the leg.
        trunk: TrunkName,
    },
    /// A supervisor who listens, whispers, or has come into the call.
    Supervisor {
        /// The supervisor.
        agent: AgentName,
        /// The endpoint that rings.
        endpoint: EndpointName,
    },
}

/// What a supervisor does in a call (REC-18).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SupervisionMode {
    /// He hears everybody, and nobody hears him.
    Listen,
    /// The agents hear him; the customer never does.
    Whisper,
    /// Everybody hears him.
    Barge,
    /// He takes the agent's place.
    Intercept,
}

/// How a consultation came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsultEnd {
    /// The caller was given to whom was asked.
    Completed,
    /// All of them talk together.
    Conference,
    /// The agent took the caller back.
    Cancelled,
    /// Who was asked did not answer, or hung up; the caller is with the agent again.
    Failed(Cause),
    /// The call ended, or a supervisor took it.
    Ended,
}

/// How a caller left the place he was parked in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ParkExit {
    /// An agent fetched him.
    Retrieved(AgentName),
    /// He waited too long, and who parked him took him back.
    Returned,
    /// He waited too long, nobody took him back, and he went to a queue or a flow.
    TimedOut,
    /// The call ended.
    Ended,
}

/// How the wait for an agent whose phone was lost came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AbsenceEnd {
    /// His phone came back, and he talks with the caller again.
    Returned,
    /// It did not come back in time.
    TimedOut,
    /// It came back and did not take the call.
    Declined,
    /// He had hung up; that he had was heard only after his audio was gone.
    HungUp,
    /// The call ended.
    Ended,
}

/// How something ended: the cause, who brought it about, and what the other side said about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ending {
    /// The cause, from our catalogue.
    pub cause: Cause,
    /// Who brought it about.
    pub by: Party,
    /// The SIP status, if a response ended it.
    pub sip_status: Option<u16>,
    /// The Q.850 cause of a Reason header (RFC 3326), if there was one.
    pub q850: Option<u8>,
}

/// How the playing of a prompt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PromptEnd {
    /// Played to its end.
    Completed,
    /// Broken off by a key.
    BargedIn,
    /// Broken off because the call went on, or ended.
    Stopped,
    /// It could not be played.
    Failed,
}

/// How a call left a queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QueueExit {
    /// An agent took it.
    Answered(AgentName),
    /// The caller hung up.
    Abandoned,
    /// It waited longer than the queue allows.
    TimedOut,
    /// The queue held as many callers as it may.
    Full,
    /// No agent is signed in.
    NoAgent,
    /// The call was ended or moved from outside the queue.
    Withdrawn,
    /// The queue's ladder sent it elsewhere.
    Overflowed(Overflow),
    /// The caller will be called back; this planned call keeps his place.
    Callback(CallId),
}

/// What became of an offer. A closed list: missed, declined and failed are different things.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfferOutcome {
    /// The agent answered.
    Accepted,
    /// The agent's phone rang and nobody answered.
    Missed,
    /// The agent declined.
    Declined,
    /// The phone was busy.
    Busy,
    /// The phone could not be reached or failed.
    Failed,
    /// The caller left first, or the call went elsewhere.
    Withdrawn,
    /// It rang at several agents, and another was first.
    AnsweredElsewhere,
    /// The agent's line was answered, and nobody took the call by the key: a voicemail, perhaps.
    Unconfirmed,
}

/// What an agent asks to be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgentPresence {
    /// Not at work.
    #[default]
    SignedOut,
    /// Ready for calls.
    Available,
    /// At work, but not for calls now.
    Break {
        /// Why: `lunch`, `training`, `missed_calls`.
        reason: String,
    },
}

/// What an agent is doing, as calls show it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgentActivity {
    /// Nothing.
    #[default]
    Idle,
    /// A call is being offered.
    Offered,
    /// On a call.
    Talking,
    /// Finishing the last call's work.
    WrapUp,
    /// No phone can be reached.
    Unreachable,
}

/// Whether a call was recorded (REC-24).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordingStatus {
    /// From answer to hang-up.
    Recorded,
    /// With something missing.
    Partial {
        /// How much is missing.
        missing: Duration,
    },
    /// Not at all.
    Failed {
        /// Why, for the operator.
        reason: String,
    },
}

/// Why one direction of a leg is silent (DIA-04).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SilenceCause {
    /// No packet arrives at all: network, NAT or firewall.
    NoPackets,
    /// Packets arrive but carry silence: a muted or broken microphone.
    SilentPackets,
    /// Packets arrive from an address that is not the leg's and are refused.
    WrongSource,
    /// Packets arrive in a format that was not negotiated.
    WrongFormat,
}

/// Why a registration was refused (TEL-08). The reason is shown to the operator, never to the sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RegistrationRefusal {
    /// The password is wrong; so many attempts are left before the lock-out.
    WrongPassword {
        /// Attempts left.
        attempts_left: u16,
    },
    /// Too many wrong passwords: locked out for a while.
    LockedOut,
    /// No endpoint of that name.
    UnknownEndpoint,
    /// As many contacts as the endpoint may have.
    TooManyContacts,
    /// The key of a browser does not count any more, or never did: its login is over.
    KeyOver,
    /// The phone's agent may not work (SEC-06).
    Barred,
    /// Its audio is to be encrypted by keys of the signalling, which is in the clear.
    InTheClear,
}

/// Why the keys of a login let nobody in any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyEnd {
    /// The login is over: signed out, frozen, disabled.
    LoginOver,
    /// Nobody asked for a new one in time.
    Expired,
    /// The phone is another login's now (SEC-11).
    Replaced,
    /// The configuration has no such browser any more.
    Removed,
}

/// Why another flow greets a call than its number's usual one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Detour {
    /// The number's calendar says closed.
    AfterHours {
        /// What the calendar says.
        because: String,
    },
    /// As many callers are in flows as may be (INB-11).
    Overflow {
        /// How many are.
        in_flows: usize,
        /// How many may be.
        max: usize,
    },
    /// The number's emergency switch is on (DIA-25).
    Emergency,
}
