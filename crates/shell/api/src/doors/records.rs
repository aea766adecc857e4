//! The door to what was: calls with all that is known of them, and their recordings.

use std::collections::BTreeSet;
use std::io;
use std::time::Duration;

use axum::body::Bytes;
use bell_types::{AgentName, CallId, ModeName, QueueName, Wall};
use serde::Serialize;
use serde_json::Value;
use tokio::sync::mpsc::Receiver;
use utoipa::ToSchema;

use crate::doors::{CallStage, Doing, Parties, PartyRole, Refused, SummaryIs};

/// Which calls, agents and queues somebody sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Visible {
    /// All.
    All,
    /// Those of these agents, and what waits or was lost in these queues.
    Some {
        /// The agents.
        agents: BTreeSet<AgentName>,
        /// The queues.
        queues: BTreeSet<QueueName>,
    },
}

impl Visible {
    /// Whether a call is seen: one of these agents had it, or nobody had it and it was in one of these queues.
    pub fn lets(&self, parties: &Parties) -> bool {
        match self {
            Self::All => true,
            Self::Some { agents, .. } => {
                let known = |agent: &String| agents.iter().any(|known| known.as_str() == agent);
                let queue = || parties.queue.as_ref().is_some_and(|queue| self.has_queue(queue));
                let mut had = parties.agents.iter().chain(&parties.talked);
                had.any(known) || (parties.agents.is_empty() && queue())
            }
        }
    }

    /// Whether an agent is seen.
    pub fn has_agent(&self, agent: &str) -> bool {
        match self {
            Self::All => true,
            Self::Some { agents, .. } => agents.iter().any(|known| known.as_str() == agent),
        }
    }

    /// Whether a queue is seen.
    pub fn has_queue(&self, queue: &str) -> bool {
        match self {
            Self::All => true,
            Self::Some { queues, .. } => queues.iter().any(|known| known.as_str() == queue),
        }
    }
}

/// Which calls of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallsWanted {
    /// Those that may be seen.
    pub visible: Visible,
    /// Arrived then or later.
    pub from: Option<Wall>,
    /// Arrived before.
    pub to: Option<Wall>,
    /// From or to this number: the beginning or the end of it, as it is known.
    pub number: Option<String>,
    /// That this agent had.
    pub agent: Option<AgentName>,
    /// Last in this queue.
    pub queue: Option<QueueName>,
    /// Which way.
    pub direction: Option<Direction>,
    /// Talked at least so long.
    pub talk_min: Option<Duration>,
    /// Talked at most so long.
    pub talk_max: Option<Duration>,
    /// That came to this.
    pub outcome: Option<Outcome>,
    /// Placed by this mode.
    pub mode: Option<ModeName>,
    /// Only those with a recording.
    pub recorded: bool,
    /// Whose summaries stand so.
    pub summary: Option<SummaryIs>,
    /// Whose result, or a heading over it, has this code.
    pub disposition: Option<String>,
    /// Whose summaries the rows tell of; none: those of every agent.
    pub own: Option<AgentName>,
    /// Where the page before ended.
    pub after: Option<String>,
    /// At most so many.
    pub limit: usize,
}

/// Which way a call went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, serde::Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Somebody called us.
    #[default]
    Inbound,
    /// We called somebody.
    Outbound,
}

/// What became of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, serde::Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// An agent talked with the caller.
    Answered,
    /// The caller gave up in a queue.
    Abandoned,
    /// It went on from a queue otherwise: to voicemail, a callback, an announcement.
    PassedOn,
    /// It came to no queue.
    Left,
}

/// Some calls, the newest first.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct CallsPage {
    /// They.
    pub items: Vec<CallRowView>,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// A call that has ended, in a row.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct CallRowView {
    /// The call.
    pub call: String,
    /// When it arrived.
    pub started: String,
    /// When its last leg ended.
    pub ended: String,
    /// Which way.
    pub direction: Direction,
    /// Who called; none: withheld.
    pub caller: Option<String>,
    /// What was called.
    pub called: String,
    /// The last queue it was in.
    pub queue: Option<String>,
    /// The last agent who talked with the caller.
    pub agent: Option<String>,
    /// Every agent who had it.
    pub agents: Vec<String>,
    /// Where the caller's number is from.
    pub region: Option<String>,
    /// The flow that greeted it.
    pub flow: String,
    /// What became of it.
    pub outcome: Outcome,
    /// Why it ended: the code of the catalogue.
    pub cause: String,
    /// Who ended it.
    pub ended_by: String,
    /// The mode it was placed by; none: it was not placed, or by no mode.
    pub mode: Option<String>,
    /// The first call of the attempt to reach this contact that it belongs to.
    pub attempt: Option<String>,
    /// From arrival to end.
    pub length_ms: u64,
    /// In the flow.
    pub ivr_ms: u64,
    /// Waiting in queues.
    pub wait_ms: u64,
    /// While agents' phones rang.
    pub ring_ms: u64,
    /// Talking.
    pub talk_ms: u64,
    /// On hold.
    pub hold_ms: u64,
    /// The recording's state: `recorded`, `partial`, `failed`; none if there was to be none.
    pub recording: Option<String>,
    /// Its recordings.
    pub recordings: Vec<String>,
    /// How its summaries stand, the one that asks for most: `open`, `filled`, `not_filled`; none if none is asked for.
    pub summary: Option<&'static str>,
    /// Whether one was not written in time, though it was later.
    pub summary_late: bool,
    /// The result that was written last: the codes from the root of the tree.
    pub disposition: Option<Vec<String>>,
    /// What these were called, in Chinese.
    pub disposition_zh: Option<String>,
    /// In English.
    pub disposition_en: Option<String>,
}

/// One call with all that is known of it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct CallWhole {
    /// The row; none while the call goes on.
    pub record: Option<CallRowView>,
    /// Its legs.
    pub legs: Vec<LegView>,
    /// Its facts, in order.
    pub facts: Vec<FactView>,
    /// Its routing decisions, with who was considered and who was held back and why.
    #[schema(value_type = Vec<Object>)]
    pub decisions: Vec<Value>,
    /// The quality of its legs over time.
    pub quality: Vec<QualityView>,
    /// The keys that were pressed.
    pub digits: Vec<DigitView>,
    /// What agents and supervisors did.
    pub agent_actions: Vec<ActionView>,
    /// When each leg sounded worst, and why it likely did.
    pub worst: Vec<WorstView>,
    /// What each leg's microphone delivered, every 30 s.
    pub voice: Vec<MicrophoneView>,
}

/// What somebody of the house did in a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ActionView {
    /// When.
    pub at: String,
    /// Who: an agent, `operator`, `caller`, `external`; none: the system itself.
    pub by: Option<String>,
    /// What: `hold`, `resume`, `transfer`, `consult`, `listen`, `help`, `release`.
    pub action: String,
    /// To whom: `agent:bob`, `queue:sales`, `number:95588`.
    pub target: Option<String>,
    /// For what was asked for: `accepted`, or the code of the refusal.
    pub outcome: Option<String>,
}

/// What a leg's microphone delivered in the 30 s before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MicrophoneView {
    /// The leg.
    pub leg: u16,
    /// The end of these 30 s.
    pub at: String,
    /// How loud was spoken, in dBov.
    pub level_dbov: Option<i8>,
    /// How loud it was while nobody spoke.
    pub noise_dbov: i8,
    /// How much was at the limit of the scale.
    pub clipped_permille: u16,
    /// `fine`, `silent`, `quiet`, `clipping`, `noisy`, and what to do about it.
    pub microphone: AdviceView,
    /// After how long what was sent came back, in milliseconds; none: nothing did.
    pub echo_delay_ms: Option<u16>,
    /// How much quieter, in dB.
    pub echo_loss_db: Option<u8>,
    /// What makes the echo: `loudspeaker`, `headset`, `line`, `long_way`, and what to do about it.
    pub echo: Option<AdviceView>,
}

/// What is the matter, and what to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AdviceView {
    /// As programs know it.
    pub code: &'static str,
    /// In words.
    pub zh: &'static str,
    /// In words.
    pub en: &'static str,
    /// What to do about it; empty: nothing.
    pub remedy_zh: &'static str,
    /// What to do about it.
    pub remedy_en: &'static str,
}

/// When a leg sounded worst.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct WorstView {
    /// The leg.
    pub leg: u16,
    /// The end of these 5 s.
    pub at: String,
    /// How it sounded, 1.0 to 4.5.
    pub mos: f32,
    /// Why it likely did: `loss_in`, `loss_out`, `jitter`, `delay`, `silence`, `none`.
    pub cause: &'static str,
    /// The same in words.
    pub zh: &'static str,
    /// The same in words.
    pub en: &'static str,
    /// What to do about it.
    pub remedy_zh: &'static str,
    /// What to do about it.
    pub remedy_en: &'static str,
}

/// A leg of a call that was.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct LegView {
    /// Its number.
    pub leg: u16,
    /// `caller`, `agent`, `external`, `supervisor`.
    pub role: PartyRole,
    /// Who: an agent's name or a number.
    pub party: Option<String>,
    /// The phone or trunk.
    pub by: Option<String>,
    /// When it was opened, from the call's arrival.
    pub opened_ms: u64,
    /// When it rang.
    pub rang_ms: Option<u64>,
    /// When it was answered.
    pub answered_ms: Option<u64>,
    /// When it ended.
    pub ended_ms: Option<u64>,
    /// Why.
    pub cause: Option<String>,
    /// Who ended it.
    pub ended_by: Option<String>,
    /// What it spoke.
    pub codec: Option<String>,
    /// The worst MOS of any 5 s.
    pub mos_worst: Option<f32>,
    /// Packets that arrived.
    pub packets_in: u64,
    /// Packets that were sent.
    pub packets_out: u64,
}

/// A fact of a call.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct FactView {
    /// Its place in the journal.
    pub seq: u64,
    /// When.
    pub at: String,
    /// What it is about: `leg`, `queue`, `offer`.
    pub about: &'static str,
    /// Its name: `leg_answered`.
    pub code: String,
    /// All of it.
    #[schema(value_type = Object)]
    pub data: Value,
}

/// The quality of a leg over some seconds.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct QualityView {
    /// The leg.
    pub leg: u16,
    /// When.
    pub at: String,
    /// What was measured.
    #[schema(value_type = Object)]
    pub measured: Value,
}

/// A key that was pressed.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct DigitView {
    /// On which leg.
    pub leg: u16,
    /// When.
    pub at: String,
    /// Which.
    pub digit: String,
}

/// A call as a story.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct StoryView {
    /// What the caller went through; the lengths add up to the call's.
    pub stages: Vec<StageView>,
    /// What happened and why, a sentence each.
    pub lines: Vec<String>,
}

/// One stretch of a call.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct StageView {
    /// `arriving`, `flow`, `queue`, `talk`, `hold`, `transfer`, `consult`, `conference`, `parked`, `missing`.
    pub stage: CallStage,
    /// With whom or where.
    pub with: Option<String>,
    /// When it began, from arrival.
    pub from_ms: u64,
    /// How long it took.
    pub ms: u64,
}

/// The SIP messages of a call, credentials masked.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct TraceView {
    /// They, in order.
    pub messages: Vec<MessageView>,
}

/// A SIP message.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct MessageView {
    /// When.
    pub at: String,
    /// On which leg.
    pub leg: u16,
    /// `in` to us, or `out`.
    pub way: String,
    /// The other end.
    pub peer: String,
    /// Its first line.
    pub first_line: String,
    /// All of it.
    pub text: String,
}

/// The loudness of a recording, for a waveform.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct PeaksView {
    /// The length of the audio.
    pub length_ms: u64,
    /// What the customer says: the highest of each stretch, 0 to 1.
    pub left: Vec<f32>,
    /// What the customer hears.
    pub right: Vec<f32>,
    /// What is wrong with the file, and what to do about it; none if nothing is.
    pub hint: Option<HintView>,
}

/// Something to know about a recording.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct HintView {
    /// As programs know it: `recording_torn`.
    pub code: &'static str,
    /// In words.
    pub zh: String,
    /// In words.
    pub en: String,
}

/// A form of audio.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AudioForm {
    /// WAV with A-law, which every browser plays.
    Wav,
    /// Opus in Ogg.
    Ogg,
}

/// Audio as it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audio {
    /// Its bytes.
    pub bytes: Bytes,
    /// What its browser may know it by: the hash of what was recorded, and the form.
    pub tag: String,
}

/// What is put into the bundle of a call for whoever helps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BundleWanted {
    /// The call.
    pub call: CallId,
    /// Who takes it, as the log names him.
    pub by: String,
    /// Whether he may see SIP messages.
    pub trace: bool,
}

/// Which recordings are exported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportWanted {
    /// They, in order, each once.
    pub recordings: Vec<CallId>,
    /// Who takes them, as the log names him.
    pub by: String,
    /// Who approved it, where a second person had to.
    pub approved_by: Option<String>,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Wall,
}

/// An export that is being written.
#[derive(Debug)]
pub struct Exported {
    /// The `.zip`, piece by piece; an error breaks it off.
    pub pieces: Receiver<io::Result<Bytes>>,
}

/// What was.
pub trait Records: Send + Sync {
    /// Some calls.
    fn calls<'a>(&'a self, wanted: CallsWanted) -> Doing<'a, CallsPage>;
    /// Whom a call concerned; none: it is not known.
    fn parties<'a>(&'a self, call: CallId) -> Doing<'a, Option<Parties>>;
    /// All that is known of one.
    fn call<'a>(&'a self, call: CallId) -> Doing<'a, CallWhole>;
    /// Its story.
    fn story<'a>(&'a self, call: CallId) -> Doing<'a, StoryView>;
    /// Its SIP messages, as long as they are kept.
    fn trace<'a>(&'a self, call: CallId) -> Doing<'a, TraceView>;
    /// Everything about it in one `.zip`, numbers, names, keys and credentials hidden (DIA-19).
    fn bundle<'a>(&'a self, wanted: BundleWanted) -> Doing<'a, Bytes>;
    /// Whether so many recordings may be exported at one time.
    ///
    /// # Errors
    /// They are too many.
    fn may_export(&self, count: usize) -> Result<(), Refused>;
    /// Whether all of these are there, and small enough together.
    ///
    /// # Errors
    /// One is missing, or they are too large.
    fn export_fits(&self, recordings: &[CallId]) -> Result<(), Refused>;
    /// Recordings as a `.zip` (REC-13); refused if one is missing, or if they are too many or too large.
    fn export<'a>(&'a self, wanted: ExportWanted) -> Doing<'a, Exported>;
    /// Its recording, as a whole.
    fn audio<'a>(&'a self, call: CallId, form: AudioForm) -> Doing<'a, Audio>;
    /// The loudness of its recording.
    fn peaks<'a>(&'a self, call: CallId, points: usize) -> Doing<'a, PeaksView>;
}
