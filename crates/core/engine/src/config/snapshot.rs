//! What a configuration is once it has been read: right by construction, shared, immutable.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bell_ivr::{Calendars, CallHours, Capacity, Door, Flow, Language, Warning};
use bell_metrics::ServiceLevel;
use bell_types::{
    Date, EndpointName, FlowName, ModeName, Number, NumberPlan, PromptName, QueueName, Srtp, TrunkName, Wall, Zone,
};
use serde::{Deserialize, Serialize};

use super::dispositions::Summaries;
use super::lines::Line;
use super::lists::ListFlows;
use super::outside::Outside;
use super::policies::{DeskPolicy, Policies};
use super::services::Trust;
use super::staff::BreakReason;
use crate::gate::DiskPolicy;
use crate::modes::Mode;
use crate::shift::Shift;
use crate::weak::WeakRules;

/// Everything a snapshot is built from: plain texts and hashes, so that it can stand in the journal and be built again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The number of this configuration, counting from 1.
    pub version: u64,
    /// SHA-256 of everything else, in hex.
    pub hash: String,
    /// The configuration file.
    pub main: Text,
    /// The files of text it names, flows and certificates, by their name. The journal and older versions call them flows.
    #[serde(rename = "flows")]
    pub files: BTreeMap<String, String>,
    /// What became of the audio it wants.
    pub audio: BTreeMap<PromptName, Audio>,
    /// The centre's time zone, as far ahead as anybody cares.
    pub zone: ZoneTable,
    /// The day, by that zone, whose policies hold.
    pub day: Date,
}

impl Source {
    /// The same configuration as it holds on the day of this instant.
    #[must_use]
    pub fn as_of(mut self, wall: Wall) -> Self {
        self.day = self.zone.local_day(wall);
        self
    }
}

/// A file's name and its text.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// The name, for messages.
    pub file: String,
    /// The text.
    pub text: String,
}

/// The text holds passwords, so only its name is shown.
impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Text").field("file", &self.file).finish_non_exhaustive()
    }
}

/// Whether a prompt can be played.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Audio {
    /// It can: the content hash in the media host's library.
    Playable(String),
    /// It cannot: why, for the author.
    Broken(String),
}

/// A time zone as plain numbers: how far local time is ahead of UTC, and when that changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ZoneTable {
    /// Seconds ahead of UTC before the first change.
    pub first: i32,
    /// From each instant on, so many seconds ahead.
    pub changes: Vec<(Wall, i32)>,
}

impl ZoneTable {
    /// The local day at an instant.
    pub fn local_day(&self, wall: Wall) -> Date {
        self.zone().local(wall).date
    }

    /// The first instant of a local day.
    pub fn begin_of(&self, day: Date) -> Wall {
        self.zone().begin_of(day)
    }

    pub(crate) fn zone(&self) -> Zone {
        Zone::changing(self.first, self.changes.clone())
    }
}

/// A prompt that must be made ready before the configuration can be built.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AudioWanted {
    /// Its name.
    pub prompt: PromptName,
    /// Where it comes from.
    pub from: AudioFrom,
}

/// Where a prompt's audio comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AudioFrom {
    /// A file, from the directory of the configuration.
    File(String),
    /// Text to be spoken.
    Speech {
        /// The words as their author wrote them.
        text: String,
        /// The language they are in.
        language: Language,
    },
}

/// The running configuration.
#[derive(Debug)]
pub struct Snapshot {
    /// What it was built from.
    pub source: Source,
    /// What the centre is called.
    pub name: String,
    /// The thresholds that hold, and when that changes.
    pub policies: Policies,
    /// What the author should acknowledge: flow and warning.
    pub warnings: Vec<(FlowName, Warning)>,
    /// How national numbers are read.
    pub plan: NumberPlan,
    /// The centre's time zone.
    pub zone: Arc<Zone>,
    /// Which flow greets whom.
    pub numbers: BTreeMap<Number, Door>,
    /// What callers of a number hear while a phone rings for them; ring-back tone if nothing is named.
    pub ringbacks: BTreeMap<Number, PromptName>,
    /// The calendars.
    pub calendars: Arc<Calendars>,
    /// How many callers may be in flows, if that is limited.
    pub capacity: Option<Capacity>,
    /// The hours at which the customers of each queue are called back.
    pub call_hours: BTreeMap<QueueName, CallHours>,
    /// The services flows may ask: scheme, host and port, and who must have signed their certificate.
    pub services: Arc<BTreeMap<Box<str>, Trust>>,
    /// The flows.
    pub flows: BTreeMap<FlowName, Arc<Flow>>,
    /// What callers of a queue hear.
    pub sounds: BTreeMap<QueueName, QueueSound>,
    /// The content hash of each prompt.
    pub audio: BTreeMap<PromptName, String>,
    /// For how long a call is kept for the caller's own agent.
    pub own_agent_for: Duration,
    /// Whose phone an endpoint is, for transfers to it.
    pub owners: BTreeMap<EndpointName, bell_types::AgentName>,
    /// The endpoints that are called by WebRTC.
    pub browsers: BTreeSet<EndpointName>,
    /// Below which MOS, in hundredths, a network is called weak.
    pub weak_mos_centi: u16,
    /// For how long the phone of an available agent may be gone before the floor is told (DIA-08).
    pub phone_lost_grace: Duration,
    /// The phones whose audio is encrypted, and whether it must be.
    pub srtp: BTreeMap<EndpointName, Srtp>,
    /// When a browser's network is so weak that its next calls begin in Opus.
    pub weak_network: WeakRules,
    /// What is spoken with browsers.
    pub browser_voice: bell_media::control::Voice,
    /// The mobile and fixed lines among the endpoints.
    pub lines: BTreeMap<EndpointName, Line>,
    /// How agents work.
    pub agent_rules: AgentRules,
    /// How far each agent may transfer.
    pub may_transfer: BTreeMap<bell_types::AgentName, bell_call::MayTransfer>,
    /// The queues that each supervisor supervises.
    pub supervises: BTreeMap<bell_types::AgentName, Vec<QueueName>>,
    /// Why one may take a break, in the order screens show it.
    pub breaks: Vec<BreakReason>,
    /// What others call the agents who have another name than their own.
    pub display_names: BTreeMap<bell_types::AgentName, String>,
    /// What people call the queues that have another name than their own.
    pub queue_titles: BTreeMap<QueueName, String>,
    /// The parts that are switched on (TEL-23).
    pub modules: BTreeSet<bell_types::Module>,
    /// The queue that each queue gives its difficult cases to.
    pub escalates: BTreeMap<QueueName, QueueName>,
    /// What agents are asked after calls.
    pub summaries: Summaries,
    /// The beginnings of the numbers that agents may transfer to; empty: all.
    pub transfer_numbers: Vec<String>,
    /// The trunks that calls to numbers outside go by, in order.
    pub outbound: Vec<TrunkName>,
    /// What the call core goes by.
    pub call: bell_call::Config,
    /// What the lists go by.
    pub callers: bell_callers::Config,
    /// The flows that lists bring with them.
    pub(crate) list_flows: ListFlows,
    /// What the router goes by.
    pub acd: Arc<bell_acd::Config>,
    /// What the SIP stack goes by.
    pub sip: Arc<bell_sip::Config>,
    /// How the service level is computed.
    pub service_level: ServiceLevel,
    /// What it should be, in percent.
    pub service_level_target: u64,
    /// How much of the disk is kept for what.
    pub disk: DiskPolicy,
    /// What the desk goes by.
    pub desk: DeskPolicy,
    /// How much is exported at one time.
    pub export: ExportPolicy,
    /// What is told and asked outside.
    pub outside: Outside,
    /// Where the shell listens.
    pub listen: Listen,
}

impl Snapshot {
    /// The same configuration as it holds on the day of this instant, if that is another one.
    pub fn renewal(&self, wall: Wall) -> Option<Source> {
        let changes_on = self.policies.changes_on?;
        (changes_on <= self.source.zone.local_day(wall)).then(|| self.source.clone().as_of(wall))
    }
}

/// How agents work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentRules {
    /// By which hours, for those who are signed out at their end (AGT-12).
    pub shifts: BTreeMap<bell_types::AgentName, Shift>,
    /// How long after it.
    pub shift_grace: Duration,
    /// The ways in which they call (TEL-13, TEL-14).
    pub modes: BTreeMap<ModeName, Mode>,
    /// How far one attempt to reach a contact goes.
    pub attempts: bell_customer::AttemptLimits,
}

/// How many recordings are exported at one time, and how large they may be (REC-13).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExportPolicy {
    /// How many.
    pub recordings_max: usize,
    /// How large they may be together, in octets as they are on disk.
    pub bytes_max: u64,
}

/// Where the shell listens, and what it tells others to send to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listen {
    /// SIP over UDP.
    pub udp: Vec<SocketAddr>,
    /// SIP over TCP.
    pub tcp: Vec<SocketAddr>,
    /// SIP over WebSocket.
    pub ws: Vec<SocketAddr>,
    /// SIP over TLS.
    pub tls: Vec<SocketAddr>,
    /// SIP over WebSocket under TLS.
    pub wss: Vec<SocketAddr>,
    /// The certificate that is shown; none: one that the node makes for itself.
    pub certificate: Option<CertificateFiles>,
    /// More names for one that the node makes.
    pub certificate_names: Vec<String>,
    /// Whether phones may speak TLS 1.2.
    pub sip_tls_1_2: bool,
    /// How long before its end the certificate asks for attention.
    pub certificate_warn: Duration,
    /// Where audio is taken.
    pub media: IpAddr,
    /// What stands in SDP.
    pub media_advertised: IpAddr,
    /// The first and the last port for audio.
    pub media_ports: (u16, u16),
    /// Where browsers are told to reach us.
    pub webrtc_advertised: Vec<IpAddr>,
    /// The first and the last port for browsers; none: the first of those for audio.
    pub webrtc_ports: Option<(u16, u16)>,
    /// Whether browsers may connect to those ports by TCP.
    pub webrtc_tcp: bool,
    /// The least and the most that audio waits to be in order, where it is decoded.
    pub jitter_delay: (Duration, Duration),
    /// How hard the encoder of Opus tries, of 10.
    pub opus_complexity: u8,
    /// Where health and metrics are shown; none: nowhere.
    pub health: Option<SocketAddr>,
    /// Where people work in the browser.
    pub desk: Desk,
    /// After how long without a packet a leg is dead.
    pub media_timeout: Duration,
    /// After how long without anything at all a browser is lost.
    pub browser_timeout: Duration,
}

impl Listen {
    /// Where somebody is shown the certificate.
    pub fn secure(&self) -> Vec<SocketAddr> {
        let desk = self.desk.addresses().filter(|_| self.desk.tls);
        self.tls.iter().chain(&self.wss).copied().chain(desk).collect()
    }
}

/// Where a certificate and its key are. Relative to the node's directory; what is in them is no part of a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateFiles {
    /// The certificate and those it is signed by, as PEM.
    pub certificate: PathBuf,
    /// The key, as PEM.
    pub key: PathBuf,
}

/// Where people work in the browser.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Desk {
    /// Agents and supervisors; nowhere, if empty.
    pub console: Vec<SocketAddr>,
    /// Administrators; an address that is in both is theirs.
    pub admin: Vec<SocketAddr>,
    /// The proxies that speak TLS for us.
    pub proxies: Vec<IpAddr>,
    /// Whether all of these addresses speak HTTPS.
    pub tls: bool,
}

impl Desk {
    /// Where browsers come, agents' or administrators'.
    pub fn addresses(&self) -> impl Iterator<Item = SocketAddr> + '_ {
        self.console.iter().chain(&self.admin).copied()
    }
}

/// What callers of a queue hear.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueueSound {
    /// While they wait; what rings for their number if nothing is named.
    pub music: Option<PromptName>,
}
