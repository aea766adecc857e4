//! How inputs stand in the journal, so that a node can be run again and must come to the same facts.
//!
//! A record is one byte of version and the rest in postcard's format. The types here are the file's own: they change
//! only by a new version, whatever happens to the types of the program.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bell_acd::AgentCommand;
use bell_call::Ask;
use bell_callers::{Change, Kept, RecentCall};
use bell_ivr::{LookUpFailure, LookUpNumber};
use bell_media::control::MediaEvent;
use bell_sip::digest::Secret;
use bell_sip::{ConnectionId, Flow, Hop, Key, LookupId, Resolved, SocketId, Transport};
use bell_types::{
    ActorName, AgentName, CallId, Cause, EndpointName, EntryId, LegId, LoginId, ModeName, NodeId, Now, Number, Party,
    RecordingId, RecordingStatus, Seq, Wall,
};
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::attempts::KeptTry;
use crate::config::{Mistake, Snapshot, Source};
use crate::door::Emergency;
use crate::gate::Gate;
use crate::modes::DialBy;
use crate::vocabulary::{Command, CommandId, Input, KeptCallback, KeptEntries, Orphan, Ring, Start};

/// The version this program writes.
const VERSION: u8 = 1;

/// Why a record cannot be read.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum JournalError {
    /// Another version of the program wrote it.
    #[error("the record has version {0}; this program reads version {VERSION}")]
    Version(u8),
    /// It is no record.
    #[error("the record is damaged")]
    Damaged,
    /// Its configuration was valid once and is not any more.
    #[error("the record's configuration cannot be built: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Configuration(Vec<Mistake>),
}

/// The record of a start: what a run of the node begins with.
pub fn encode_start(now: Now, start: &Start) -> Vec<u8> {
    let record = StartRecord {
        node: start.node,
        version: start.version.clone(),
        seed: start.seed,
        first: start.first,
        source: start.snapshot.source.clone(),
    };
    encode(&(now, record))
}

/// Reads the record of a start.
pub fn decode_start(bytes: &[u8]) -> Result<(Now, Start), JournalError> {
    let (now, record): (Now, StartRecord) = decode(bytes)?;
    let StartRecord { node, version, seed, first, source } = record;
    Ok((now, Start { node, version, seed, first, snapshot: snapshot(source)? }))
}

/// The record of an input.
pub fn encode_input(now: Now, input: &Input) -> Vec<u8> {
    encode(&(now, InputRecord::of(input)))
}

/// Reads the record of an input.
pub fn decode_input(bytes: &[u8]) -> Result<(Now, Input), JournalError> {
    let (now, record): (Now, InputRecord) = decode(bytes)?;
    Ok((now, record.into_input()?))
}

fn encode<T: Serialize>(record: &T) -> Vec<u8> {
    // Growing a vector does not fail, and no type of a record refuses to be written.
    postcard::to_extend(record, vec![VERSION]).unwrap_or_default()
}

fn decode<'b, T: Deserialize<'b>>(bytes: &'b [u8]) -> Result<T, JournalError> {
    match bytes.split_first() {
        Some((&VERSION, record)) => postcard::from_bytes(record).map_err(|_| JournalError::Damaged),
        Some((version, _)) => Err(JournalError::Version(*version)),
        None => Err(JournalError::Damaged),
    }
}

fn snapshot(source: Source) -> Result<Arc<Snapshot>, JournalError> {
    Snapshot::build(source).map(Arc::new).map_err(JournalError::Configuration)
}

#[derive(Serialize, Deserialize)]
struct StartRecord {
    node: NodeId,
    version: String,
    seed: [u8; 32],
    first: Seq,
    source: Source,
}

#[derive(Serialize, Deserialize)]
enum InputRecord {
    Received { flow: FlowRecord, bytes: Vec<u8> },
    FlowClosed(FlowRecord),
    SendFailed(HopRecord),
    LookedUp { lookup: u64, addresses: Vec<(SocketAddr, u16, u16)> },
    Media(MediaEvent),
    Agent { id: u64, agent: AgentName, command: AgentRecord },
    Release { id: u64, call: CallId },
    Stop { id: u64 },
    Config(Box<Source>),
    Gate(GateRecord),
    Orphan(OrphanRecord),
    Tick,
    Call { id: u64, call: CallId, by: Party, ask: Ask },
    Dial { id: u64, customer: String, shown: String, first: Ring },
    ChangeLists { id: u64, by: ActorName, change: Change },
    Lists { kept: Vec<Kept>, next: Option<EntryId> },
    Answered { call: CallId, number: u32, answer: AnswerRecord },
    Emergency { id: u64, number: Number, on: bool, drill: bool, by: String },
    EmergencyKept(Number),
    Callbacks(Vec<KeptCallback>),
    RecentCalls(Vec<RecentCall>),
    GiveKey { id: u64, key: KeyRecord },
    EndLogin { id: u64, login: LoginId },
    Bar { id: u64, agent: AgentName, barred: bool },
    DialBy { id: u64, agent: AgentName, customer: String, shown: String, mode: Option<ModeName>, again: Option<CallId> },
    Attempts(Vec<KeptTry>),
}

/// A key as it stands in the journal: never itself, only what proves it.
#[derive(Serialize, Deserialize)]
struct KeyRecord {
    endpoint: EndpointName,
    login: LoginId,
    user: Box<str>,
    md5: Option<Box<str>>,
    sha256: Option<Box<str>>,
    until: Wall,
}

type AnswerRecord = Result<Vec<Option<Box<str>>>, FailureRecord>;

#[derive(Clone, Copy, Serialize, Deserialize)]
enum FailureRecord {
    TimedOut,
    Unreachable,
    Forbidden,
    Status(u16),
    TooLarge,
    NoJson,
    Busy,
    CertificateUntrusted,
    CertificateExpired,
    CertificateOfOther,
    Tls,
}

#[derive(Serialize, Deserialize)]
enum GateRecord {
    Open,
    Unrecorded(Cause),
    Shut(Cause),
}

#[derive(Serialize, Deserialize)]
enum FlowRecord {
    Datagram { socket: u16, remote: SocketAddr },
    Stream { transport: TransportRecord, connection: u64, remote: SocketAddr },
}

#[derive(Serialize, Deserialize)]
enum HopRecord {
    Flow(FlowRecord),
    Connect { transport: TransportRecord, remote: SocketAddr },
}

#[derive(Clone, Copy, Serialize, Deserialize)]
enum TransportRecord {
    Udp,
    Tcp,
    Tls,
    Ws,
    Wss,
}

#[derive(Serialize, Deserialize)]
enum AgentRecord {
    SignIn,
    SignOut,
    Available,
    Break(String),
    EndWrapUp,
    Release,
}

#[derive(Serialize, Deserialize)]
struct OrphanRecord {
    call: CallId,
    legs: Vec<LegId>,
    recording: Option<(RecordingId, RecordingStatus, Duration, String)>,
    open: bool,
}

impl InputRecord {
    fn of(input: &Input) -> Self {
        match input {
            Input::Sip(input) => Self::of_sip(input),
            Input::Media(event) => Self::Media(event.clone()),
            Input::Command(id, Command::Agent(agent, command)) => {
                Self::Agent { id: id.0, agent: agent.clone(), command: command.into() }
            }
            Input::Command(id, Command::Release(call)) => Self::Release { id: id.0, call: *call },
            Input::Command(id, Command::Call { call, by, ask }) => {
                Self::Call { id: id.0, call: *call, by: by.clone(), ask: ask.clone() }
            }
            Input::Command(id, Command::DialBy(dial)) => {
                let DialBy { agent, customer, shown, mode, again } = dial.clone();
                Self::DialBy { id: id.0, agent, customer, shown, mode, again }
            }
            Input::Command(id, Command::Dial { customer, shown, first }) => {
                Self::Dial { id: id.0, customer: customer.clone(), shown: shown.clone(), first: first.clone() }
            }
            Input::Command(id, Command::Stop) => Self::Stop { id: id.0 },
            Input::Command(id, Command::GiveKey(key)) => Self::GiveKey { id: id.0, key: key.into() },
            Input::Command(id, Command::EndLogin(login)) => Self::EndLogin { id: id.0, login: *login },
            Input::Command(id, Command::Bar { agent, barred }) => {
                Self::Bar { id: id.0, agent: agent.clone(), barred: *barred }
            }
            Input::Command(id, Command::Lists(by, change)) => {
                Self::ChangeLists { id: id.0, by: by.clone(), change: Change::clone(change) }
            }
            Input::Lists(KeptEntries { kept, next }) => Self::Lists { kept: kept.to_vec(), next: *next },
            Input::Config(snapshot) => Self::Config(Box::new(snapshot.source.clone())),
            Input::Gate(gate) => Self::Gate((*gate).into()),
            Input::Command(id, Command::Emergency(switch)) => {
                let Emergency { number, on, drill, by } = switch.clone();
                Self::Emergency { id: id.0, number, on, drill, by }
            }
            Input::Answered(call, number, answer) => {
                let answer = answer.clone().map_err(FailureRecord::from);
                Self::Answered { call: *call, number: number.0, answer }
            }
            Input::EmergencyKept(number) => Self::EmergencyKept(number.clone()),
            Input::Callbacks(kept) => Self::Callbacks(kept.to_vec()),
            Input::RecentCalls(calls) => Self::RecentCalls(calls.to_vec()),
            Input::Attempts(kept) => Self::Attempts(kept.to_vec()),
            Input::Orphan(orphan) => {
                let Orphan { call, legs, recording, open } = orphan.clone();
                Self::Orphan(OrphanRecord { call, legs, recording, open })
            }
            Input::Tick => Self::Tick,
        }
    }

    fn of_sip(input: &bell_sip::Input) -> Self {
        match input {
            bell_sip::Input::Received { flow, bytes } => Self::Received { flow: flow.into(), bytes: bytes.to_vec() },
            bell_sip::Input::FlowClosed(flow) => Self::FlowClosed(flow.into()),
            bell_sip::Input::SendFailed(hop) => Self::SendFailed(hop.into()),
            bell_sip::Input::LookedUp { lookup, addresses } => {
                let plain = |found: &Resolved| (found.address, found.priority, found.weight);
                Self::LookedUp { lookup: lookup.0, addresses: addresses.iter().map(plain).collect() }
            }
            // The node's own: they follow from what is written, and are never written themselves.
            bell_sip::Input::Command(_) | bell_sip::Input::Configured(_) | bell_sip::Input::Tick => Self::Tick,
        }
    }

    fn into_input(self) -> Result<Input, JournalError> {
        let command = |id, command| Input::Command(CommandId(id), command);
        Ok(match self {
            Self::Received { flow, bytes } => {
                Input::Sip(bell_sip::Input::Received { flow: flow.into(), bytes: Bytes::from(bytes) })
            }
            Self::FlowClosed(flow) => Input::Sip(bell_sip::Input::FlowClosed(flow.into())),
            Self::SendFailed(hop) => Input::Sip(bell_sip::Input::SendFailed(hop.into())),
            Self::LookedUp { lookup, addresses } => {
                let found = |(address, priority, weight)| Resolved { address, priority, weight };
                let addresses = addresses.into_iter().map(found).collect();
                Input::Sip(bell_sip::Input::LookedUp { lookup: LookupId(lookup), addresses })
            }
            Self::Media(event) => Input::Media(event),
            Self::Agent { id, agent, command: asked } => command(id, Command::Agent(agent, asked.into())),
            Self::Release { id, call } => command(id, Command::Release(call)),
            Self::Call { id, call, by, ask } => command(id, Command::Call { call, by, ask }),
            Self::DialBy { id, agent, customer, shown, mode, again } => {
                command(id, Command::DialBy(DialBy { agent, customer, shown, mode, again }))
            }
            Self::Dial { id, customer, shown, first } => command(id, Command::Dial { customer, shown, first }),
            Self::Stop { id } => command(id, Command::Stop),
            Self::GiveKey { id, key } => command(id, Command::GiveKey(key.into())),
            Self::EndLogin { id, login } => command(id, Command::EndLogin(login)),
            Self::Bar { id, agent, barred } => command(id, Command::Bar { agent, barred }),
            Self::ChangeLists { id, by, change } => command(id, Command::Lists(by, Arc::new(change))),
            Self::Lists { kept, next } => Input::Lists(KeptEntries { kept: Arc::new(kept), next }),
            Self::Config(source) => Input::Config(snapshot(*source)?),
            Self::Gate(gate) => Input::Gate(gate.into()),
            Self::Emergency { id, number, on, drill, by } => {
                command(id, Command::Emergency(Emergency { number, on, drill, by }))
            }
            Self::Answered { call, number, answer } => {
                Input::Answered(call, LookUpNumber(number), answer.map_err(LookUpFailure::from))
            }
            Self::EmergencyKept(number) => Input::EmergencyKept(number),
            Self::Callbacks(kept) => Input::Callbacks(Arc::new(kept)),
            Self::RecentCalls(calls) => Input::RecentCalls(Arc::new(calls)),
            Self::Attempts(kept) => Input::Attempts(Arc::new(kept)),
            Self::Orphan(OrphanRecord { call, legs, recording, open }) => {
                Input::Orphan(Orphan { call, legs, recording, open })
            }
            Self::Tick => Input::Tick,
        })
    }
}

impl From<&Key> for KeyRecord {
    fn from(key: &Key) -> Self {
        let Key { endpoint, login, user, secret, until } = key.clone();
        let (md5, sha256) = match secret {
            Secret::Hashed { md5, sha256 } => (md5, sha256),
            // Whoever makes keys hashes them; one that is not hashed proves nothing when the node is run again.
            Secret::Password(_) | Secret::Nobody => (None, None),
        };
        Self { endpoint, login, user, md5, sha256, until }
    }
}

impl From<KeyRecord> for Key {
    fn from(record: KeyRecord) -> Self {
        let KeyRecord { endpoint, login, user, md5, sha256, until } = record;
        Self { endpoint, login, user, secret: Secret::Hashed { md5, sha256 }, until }
    }
}

impl From<&Flow> for FlowRecord {
    fn from(flow: &Flow) -> Self {
        match *flow {
            Flow::Datagram { socket, remote } => Self::Datagram { socket: socket.0, remote },
            Flow::Stream { transport, connection, remote } => {
                Self::Stream { transport: transport.into(), connection: connection.0, remote }
            }
        }
    }
}

impl From<FlowRecord> for Flow {
    fn from(record: FlowRecord) -> Self {
        match record {
            FlowRecord::Datagram { socket, remote } => Self::Datagram { socket: SocketId(socket), remote },
            FlowRecord::Stream { transport, connection, remote } => {
                Self::Stream { transport: transport.into(), connection: ConnectionId(connection), remote }
            }
        }
    }
}

impl From<&Hop> for HopRecord {
    fn from(hop: &Hop) -> Self {
        match hop {
            Hop::Flow(flow) => Self::Flow(flow.into()),
            Hop::Connect { transport, remote } => Self::Connect { transport: (*transport).into(), remote: *remote },
        }
    }
}

impl From<HopRecord> for Hop {
    fn from(record: HopRecord) -> Self {
        match record {
            HopRecord::Flow(flow) => Self::Flow(flow.into()),
            HopRecord::Connect { transport, remote } => Self::Connect { transport: transport.into(), remote },
        }
    }
}

impl From<Transport> for TransportRecord {
    fn from(transport: Transport) -> Self {
        match transport {
            Transport::Udp => Self::Udp,
            Transport::Tcp => Self::Tcp,
            Transport::Tls => Self::Tls,
            Transport::Ws => Self::Ws,
            Transport::Wss => Self::Wss,
        }
    }
}

impl From<TransportRecord> for Transport {
    fn from(record: TransportRecord) -> Self {
        match record {
            TransportRecord::Udp => Self::Udp,
            TransportRecord::Tcp => Self::Tcp,
            TransportRecord::Tls => Self::Tls,
            TransportRecord::Ws => Self::Ws,
            TransportRecord::Wss => Self::Wss,
        }
    }
}

impl From<&AgentCommand> for AgentRecord {
    fn from(command: &AgentCommand) -> Self {
        match command {
            AgentCommand::SignIn => Self::SignIn,
            AgentCommand::SignOut => Self::SignOut,
            AgentCommand::Available => Self::Available,
            AgentCommand::Break { reason } => Self::Break(reason.clone()),
            AgentCommand::EndWrapUp => Self::EndWrapUp,
            AgentCommand::Release => Self::Release,
        }
    }
}

impl From<AgentRecord> for AgentCommand {
    fn from(record: AgentRecord) -> Self {
        match record {
            AgentRecord::SignIn => Self::SignIn,
            AgentRecord::SignOut => Self::SignOut,
            AgentRecord::Available => Self::Available,
            AgentRecord::Break(reason) => Self::Break { reason },
            AgentRecord::EndWrapUp => Self::EndWrapUp,
            AgentRecord::Release => Self::Release,
        }
    }
}

impl From<Gate> for GateRecord {
    fn from(gate: Gate) -> Self {
        match gate {
            Gate::Open => Self::Open,
            Gate::Unrecorded(cause) => Self::Unrecorded(cause),
            Gate::Shut(cause) => Self::Shut(cause),
        }
    }
}

impl From<LookUpFailure> for FailureRecord {
    fn from(failure: LookUpFailure) -> Self {
        match failure {
            LookUpFailure::TimedOut => Self::TimedOut,
            LookUpFailure::Unreachable => Self::Unreachable,
            LookUpFailure::Forbidden => Self::Forbidden,
            LookUpFailure::Status(status) => Self::Status(status),
            LookUpFailure::TooLarge => Self::TooLarge,
            LookUpFailure::NoJson => Self::NoJson,
            LookUpFailure::Busy => Self::Busy,
            LookUpFailure::CertificateUntrusted => Self::CertificateUntrusted,
            LookUpFailure::CertificateExpired => Self::CertificateExpired,
            LookUpFailure::CertificateOfOther => Self::CertificateOfOther,
            LookUpFailure::Tls => Self::Tls,
        }
    }
}

impl From<GateRecord> for Gate {
    fn from(record: GateRecord) -> Self {
        match record {
            GateRecord::Open => Self::Open,
            GateRecord::Unrecorded(cause) => Self::Unrecorded(cause),
            GateRecord::Shut(cause) => Self::Shut(cause),
        }
    }
}

impl From<FailureRecord> for LookUpFailure {
    fn from(record: FailureRecord) -> Self {
        match record {
            FailureRecord::TimedOut => Self::TimedOut,
            FailureRecord::Unreachable => Self::Unreachable,
            FailureRecord::Forbidden => Self::Forbidden,
            FailureRecord::Status(status) => Self::Status(status),
            FailureRecord::TooLarge => Self::TooLarge,
            FailureRecord::NoJson => Self::NoJson,
            FailureRecord::Busy => Self::Busy,
            FailureRecord::CertificateUntrusted => Self::CertificateUntrusted,
            FailureRecord::CertificateExpired => Self::CertificateExpired,
            FailureRecord::CertificateOfOther => Self::CertificateOfOther,
            FailureRecord::Tls => Self::Tls,
        }
    }
}

/// Feeds any bytes to the readers: they may refuse, never panic.
#[doc(hidden)]
pub fn fuzz(bytes: &[u8]) {
    let _ = decode_input(bytes);
    let _ = decode_start(bytes);
}

#[cfg(test)]
mod tests {
    use bell_call::Target;
    use bell_callers::Group;
    use bell_media::control::{MediaNews, PlayId};
    use bell_types::{
        EntrySource, EntryState, ListEntry, ListName, Pattern, PromptEnd, QueueName, Service, SupervisionMode, Term,
        Terms, Wall, Wants,
    };

    use super::*;

    #[track_caller]
    fn survives(input: &Input) {
        let now = Now { mono: bell_types::Mono::from_micros(7), wall: Wall::from_micros(8) };
        let bytes = encode_input(now, input);
        let (read_now, read) = decode_input(&bytes).expect("what was written can be read");
        assert_eq!(read_now, now);
        assert_eq!(format!("{read:?}"), format!("{input:?}"));
        for cut in 0..bytes.len() {
            assert!(decode_input(&bytes[..cut]).is_err(), "a torn record is no record");
        }
    }

    fn terms() -> Terms {
        let by = ActorName::new("wang").unwrap();
        let source = EntrySource::Auto(vec![CallId::from_u64(7)]);
        Terms { owner: by.clone(), by: Some(by), reason: "骚扰".to_owned(), source, service: Service::default() }
    }

    fn change() -> Change {
        let pattern = |text: &str| Pattern::try_from(text.to_owned()).unwrap();
        let entries = vec![(pattern("+8613800138000"), Term::Days(7)), (pattern("+86170*"), Term::Permanent)];
        Change::Add { list: ListName::new("blocked").unwrap(), groups: vec![Group { terms: terms(), entries }] }
    }

    fn kept() -> Vec<Kept> {
        let pattern = Pattern::try_from("95588".to_owned()).unwrap();
        let until = Some(Wall::from_micros(5));
        let entry = ListEntry { entry: EntryId(3), pattern, until, state: EntryState::Active };
        vec![Kept { list: ListName::new("blocked").unwrap(), terms: terms(), entries: vec![entry] }]
    }

    fn key() -> Key {
        let (endpoint, user) = (EndpointName::new("sue-web").unwrap(), "k1");
        let secret = Secret::hash(user, "belltower", "secret");
        Key { endpoint, login: LoginId(7), user: user.into(), secret, until: Wall::from_micros(9) }
    }

    fn callback(call: CallId) -> KeptCallback {
        KeptCallback {
            call,
            number: "+8613800138000".to_owned().try_into().unwrap(),
            shown: "4001234567".to_owned().try_into().unwrap(),
            queue: QueueName::new("sales").unwrap(),
            priority: 2,
            since: Wall::from_micros(5),
            wants: Wants {
                preferred: vec![(AgentName::new("sue").unwrap(), Duration::from_secs(3))],
                ..Wants::default()
            },
            attempts: 1,
            failed: Some(Wall::from_micros(6)),
        }
    }

    #[test]
    fn every_input_survives_the_journal() {
        let call = CallId::from_u64(0x0123_4567_89AB_CDEF);
        let leg = LegId { call, number: 2 };
        let remote = "[2001:db8::7]:5060".parse().unwrap();
        let flow = Flow::Datagram { socket: SocketId(1), remote };
        let stream = Flow::Stream { transport: Transport::Wss, connection: ConnectionId(9), remote };
        let bytes = Bytes::from_static(b"INVITE sip:a SIP/2.0\r\n\r\n\xff\x00");
        let agent = AgentName::new("王芳").unwrap();
        let recording = (RecordingId(call), RecordingStatus::Recorded, Duration::from_secs(3), "ab".to_owned());
        let asked = |ask| Input::Command(CommandId(8), Command::Call { call, by: Party::Operator, ask });
        for input in [
            Input::Sip(bell_sip::Input::Received { flow, bytes }),
            Input::Sip(bell_sip::Input::FlowClosed(stream)),
            Input::Sip(bell_sip::Input::SendFailed(Hop::Flow(stream))),
            Input::Sip(bell_sip::Input::SendFailed(Hop::Connect { transport: Transport::Tcp, remote })),
            Input::Sip(bell_sip::Input::LookedUp {
                lookup: LookupId(4),
                addresses: vec![Resolved { address: remote, priority: 1, weight: 2 }],
            }),
            Input::Media(MediaEvent { leg, what: MediaNews::PlayEnded { play: PlayId(1), how: PromptEnd::BargedIn } }),
            Input::Command(CommandId(5), Command::Agent(agent, AgentCommand::Break { reason: "lunch".to_owned() })),
            Input::Command(CommandId(6), Command::Release(call)),
            Input::Command(CommandId(7), Command::Stop),
            asked(Ask::Transfer(Target::Number("057187654321".to_owned()))),
            asked(Ask::Supervise(AgentName::new("sue").unwrap(), SupervisionMode::Whisper)),
            asked(Ask::Park(Some(7))),
            Input::Command(CommandId(11), Command::GiveKey(key())),
            Input::Command(CommandId(12), Command::EndLogin(LoginId(7))),
            Input::Command(CommandId(13), Command::Bar { agent: AgentName::new("sue").unwrap(), barred: true }),
            Input::Command(
                CommandId(9),
                Command::Dial {
                    customer: "13800138000".to_owned(),
                    shown: "4001234567".to_owned(),
                    first: Ring::Agent(AgentName::new("sue").unwrap()),
                },
            ),
            Input::Command(
                CommandId(14),
                Command::DialBy(DialBy {
                    agent: AgentName::new("sue").unwrap(),
                    customer: "13800138000".to_owned(),
                    shown: "4001234567".to_owned(),
                    mode: Some(ModeName::new("mobile").unwrap()),
                    again: Some(call),
                }),
            ),
            Input::Command(CommandId(10), Command::Lists(ActorName::new("wang").unwrap(), Arc::new(change()))),
            Input::Lists(KeptEntries { kept: Arc::new(kept()), next: Some(EntryId(9)) }),
            Input::Gate(Gate::Open),
            Input::Gate(Gate::Unrecorded(Cause::DiskFull)),
            Input::Gate(Gate::Shut(Cause::DiskFull)),
            Input::Command(
                CommandId(8),
                Command::Emergency(Emergency {
                    number: "4001234567".to_owned().try_into().unwrap(),
                    on: true,
                    drill: true,
                    by: "王芳".to_owned(),
                }),
            ),
            Input::EmergencyKept("4001234567".to_owned().try_into().unwrap()),
            Input::Callbacks(Arc::new(vec![callback(call)])),
            Input::Answered(call, LookUpNumber(3), Ok(vec![None, Some("gold".into())])),
            Input::Answered(call, LookUpNumber(4), Err(LookUpFailure::Status(503))),
            Input::Answered(call, LookUpNumber(5), Err(LookUpFailure::CertificateExpired)),
            Input::RecentCalls(Arc::new(vec![RecentCall {
                call,
                at: Wall::from_micros(3),
                caller: "+8613800138000".to_owned().try_into().unwrap(),
            }])),
            Input::Attempts(Arc::new(vec![KeptTry {
                call,
                attempt: call,
                agent: AgentName::new("sue").unwrap(),
                number: "+8613800138000".to_owned().try_into().unwrap(),
                mode: ModeName::new("mobile").unwrap(),
                at: Wall::from_micros(3),
                reached: true,
            }])),
            Input::Orphan(Orphan { call, legs: vec![leg], recording: Some(recording), open: true }),
            Input::Tick,
        ] {
            survives(&input);
        }
    }

    #[test]
    fn a_record_of_another_version_says_so() {
        assert_eq!(decode_input(&[9, 0]).err(), Some(JournalError::Version(9)));
        assert_eq!(decode_input(&[]).err(), Some(JournalError::Damaged));
    }
}
