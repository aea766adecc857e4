//! Everything that can happen to a node, and everything it can want.

use std::net::SocketAddr;
use std::sync::Arc;

use bell_acd::AgentCommand;
use bell_call::Ask;
use bell_callers::{Change, Kept, RecentCall};
use bell_ivr::LookUpNumber;
use bell_media::control::{MediaCommand, MediaEvent};
use bell_sip::{Hop, Key, LookupId, Transport, Way};
use bell_types::{
    ActorName, AgentName, CallId, CallRefusal, EntryId, Fact, LegId, LoginId, NodeId, Number, Party, QueueName,
    RecordingId, RecordingStatus, Seq, Wall, Wants,
};
use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::attempts::KeptTry;
use crate::config::Snapshot;
use crate::door::{Answered, Asked, Emergency};
use crate::gate::Gate;
use crate::modes::{DialBy, NotDialled};

/// What a node begins with.
#[derive(Clone, Debug)]
pub struct Start {
    /// Which node.
    pub node: NodeId,
    /// The program's version, for the facts.
    pub version: String,
    /// Where all tags, branches and random choices come from.
    pub seed: [u8; 32],
    /// The place of its first fact.
    pub first: Seq,
    /// The configuration it begins with.
    pub snapshot: Arc<Snapshot>,
}

/// Everything that can happen to a node. One at a time, in one order, written to the journal before it is handled.
#[derive(Clone, Debug)]
pub enum Input {
    /// Something arrived from the network: never one of the stack's commands, which are the node's own.
    Sip(bell_sip::Input),
    /// The media host has something to say.
    Media(MediaEvent),
    /// Somebody wants something.
    Command(CommandId, Command),
    /// A configuration takes effect.
    Config(Arc<Snapshot>),
    /// Which new calls are taken from now on.
    Gate(Gate),
    /// A call that the node before this one left open.
    Orphan(Orphan),
    /// Entries of lists that were kept while no node ran.
    Lists(KeptEntries),
    /// A service answered a call's flow, or did not.
    Answered(CallId, LookUpNumber, Answered),
    /// A number whose emergency switch was on when the node before this one ended.
    EmergencyKept(Number),
    /// Callers whom the node before this one was to call back.
    Callbacks(Arc<Vec<KeptCallback>>),
    /// Calls before the node began that still count for the nuisance rule, oldest first (INB-22).
    RecentCalls(Arc<Vec<RecentCall>>),
    /// Calls before the node began to contacts who may be called another way, each contact's in their order (TEL-14).
    Attempts(Arc<Vec<KeptTry>>),
    /// A deadline may have passed.
    Tick,
}

/// Entries of lists, given back to a node that starts: some at a time, so that each fits into the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptEntries {
    /// The entries.
    pub kept: Arc<Vec<Kept>>,
    /// With the last of them, the first id that was never given. From then on the lists count.
    pub next: Option<EntryId>,
}

/// A caller who is still to be called back, given to a node that starts (INB-30).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptCallback {
    /// The call in which he asked.
    pub call: CallId,
    /// His number.
    pub number: Number,
    /// The number of ours that he called, and will see.
    pub shown: Number,
    /// Whose agents call him.
    pub queue: QueueName,
    /// Higher goes ahead.
    pub priority: u8,
    /// Since when he waits.
    pub since: Wall,
    /// What he wants of an agent.
    pub wants: Wants,
    /// How often he was called.
    pub attempts: u32,
    /// When the last attempt failed, if there was one.
    pub failed: Option<Wall>,
}

/// A call that was open when the node died. It is closed as `node_failed`, with what there is of its recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Orphan {
    /// The call.
    pub call: CallId,
    /// Its legs that had not ended.
    pub legs: Vec<LegId>,
    /// What became of its recording, if one had begun and was not complete.
    pub recording: Option<(RecordingId, RecordingStatus, std::time::Duration, String)>,
    /// Whether the call itself is still open; otherwise only its recording is.
    pub open: bool,
}

/// The id of a command, by which its outcome is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CommandId(pub u64);

/// What can be asked of a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Change an agent's state.
    Agent(AgentName, AgentCommand),
    /// End a call.
    Release(CallId),
    /// Change a list for somebody.
    Lists(ActorName, Arc<Change>),
    /// Move a call, or supervise it.
    Call {
        /// The call.
        call: CallId,
        /// Who asks: an agent for himself, or an operator.
        by: Party,
        /// What.
        ask: Ask,
    },
    /// Place a call: somebody's phone rings first, then the customer's (TEL-09).
    Dial {
        /// The customer's number, as it was typed.
        customer: String,
        /// The number of ours that is shown to him, as it was typed.
        shown: String,
        /// Whose phone rings first.
        first: Ring,
    },
    /// An agent calls a customer by one of his modes (TEL-14).
    DialBy(DialBy),
    /// Switch a number's calls to its numbers for emergencies, or back.
    Emergency(Emergency),
    /// End every call; the node is about to stop.
    Stop,
    /// Let a login register as one of our browsers for a while (TEL-12).
    GiveKey(Key),
    /// A login is over: so is the registration it brought (SEC-06).
    EndLogin(LoginId),
    /// Let the phones of an agent register no more, or again (SEC-06).
    Bar {
        /// The agent.
        agent: AgentName,
        /// Whether they may not.
        barred: bool,
    },
}

/// Whose phone rings first in a call that we place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ring {
    /// This agent's.
    Agent(AgentName),
    /// That of whom this queue finds.
    Queue(QueueName),
}

/// Why a command was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// No such agent.
    #[error("no agent of this name is configured: see belltower agents")]
    AgentUnknown,
    /// The lists say no.
    #[error(transparent)]
    Lists(#[from] bell_callers::Refused),
    /// A command about a call broke a rule; nothing has moved.
    #[error(transparent)]
    Call(CallRefusal),
    /// The call is not dialled by this mode.
    #[error(transparent)]
    NotDialled(NotDialled),
    /// No such number.
    #[error("this number is none of ours: see [number] in the configuration")]
    NumberUnknown,
    /// No endpoint of this name is a browser.
    #[error("no browser of this name is configured: set browser = true under its [endpoint]")]
    NoBrowser,
    /// Another login talks by this browser.
    #[error("the other device is in a call: take the voice over when it has ended, or end it there")]
    VoiceInCall,
    /// The key would be over already.
    #[error("the key would be over already: look at the clock of whoever asked")]
    KeyOver,
    /// The number has nowhere to forward to.
    #[error("this number has no numbers for emergencies: list them as emergency = [\"...\"] under its [number]")]
    NoEmergencyNumbers,
}

/// Everything a node can want.
#[derive(Clone, Debug)]
pub enum Output {
    /// Send a message.
    Transmit(Hop, Bytes),
    /// Ask the name service.
    LookUp {
        /// Comes back in the answer.
        lookup: LookupId,
        /// The name.
        host: Box<str>,
        /// The port, if it is known.
        port: Option<u16>,
        /// For which transport.
        transport: Transport,
    },
    /// Ask a service for a call's flow; answered by [`Input::Answered`].
    Ask(CallId, Asked),
    /// Tell the media host.
    Media(MediaCommand),
    /// Something happened.
    Fact(Fact),
    /// A command was carried out, or not.
    Done(CommandId, Result<(), Refused>),
    /// A SIP message of a call, for its trace.
    Trace {
        /// The leg.
        leg: LegId,
        /// Which way it went.
        way: Way,
        /// Where from or to.
        peer: SocketAddr,
        /// The message.
        bytes: Bytes,
    },
}
