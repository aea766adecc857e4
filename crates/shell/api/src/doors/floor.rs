//! The door to the floor: what goes on now, and what can be asked of running calls and of agents.
//!
//! What is shown has the shape in which it is sent: it is made once for everybody who looks, and each sees a part.

use std::collections::{BTreeMap, BTreeSet};

use bell_access::LoginId;
use bell_types::{AgentName, CallId, EndpointName, ModeName, Module, QueueName, Wall};
use serde::Serialize;
use tokio::sync::watch;
use utoipa::ToSchema;

use crate::doors::states::{Activity, AlertKind, CallStage, LegState, PartyRole, Presence, Supervising};
use crate::doors::{Direction, Doing};

/// Everything that goes on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Live {
    /// The queues.
    pub queues: BTreeMap<String, QueueView>,
    /// The agents.
    pub agents: BTreeMap<String, AgentView>,
    /// The calls.
    pub calls: BTreeMap<String, CallView>,
    /// The trunks.
    pub trunks: BTreeMap<String, TrunkView>,
    /// The phones.
    pub phones: BTreeMap<String, PhoneView>,
    /// What asks for attention.
    pub alerts: Vec<AlertView>,
    /// How today fares.
    pub figures: FiguresView,
    /// How each agent's day fares, up to what last happened to him.
    pub today: BTreeMap<String, TodayView>,
    /// Why one may take a break.
    pub break_reasons: Vec<ReasonView>,
}

/// A queue, as of now.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
pub struct QueueView {
    /// Its name.
    pub queue: String,
    /// What people call it, if otherwise.
    pub title: Option<String>,
    /// How many callers wait.
    pub waiting: u64,
    /// Since when the one who waits longest waits.
    pub waiting_since: Option<String>,
    /// How many agents are in which state.
    pub agents: QueueAgentsView,
    /// Who takes its calls.
    pub members: Vec<String>,
    /// Calls answered today.
    pub answered: u64,
    /// Callers who gave up today.
    pub abandoned: u64,
    /// Calls answered in time, in thousandths of those that count.
    pub service_level_permille: Option<u64>,
}

/// How many agents of a queue are in which state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct QueueAgentsView {
    /// Signed in.
    pub signed_in: u64,
    /// Free.
    pub available: u64,
    /// A phone of theirs rings.
    pub ringing: u64,
    /// In a call.
    pub talking: u64,
    /// Finishing the last call's work.
    pub wrap_up: u64,
    /// On a break.
    #[serde(rename = "break")]
    pub on_break: u64,
    /// Signed in, and no phone of theirs can be reached.
    pub unreachable: u64,
}

/// An agent, as of now.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
pub struct AgentView {
    /// His name.
    pub agent: String,
    /// What others call him, if that is not his name.
    pub display_name: Option<String>,
    /// What he asked for.
    pub presence: Presence,
    /// Why he takes a break.
    pub reason: Option<String>,
    /// What he does.
    pub activity: Activity,
    /// Since when; none: nothing is known of him since the node began.
    pub since: Option<String>,
    /// The call he is in or is being offered.
    pub call: Option<String>,
    /// The queues he serves.
    pub queues: Vec<String>,
    /// What he is able to do, each with his level.
    pub skills: BTreeMap<String, u8>,
    /// His phones that can be reached.
    pub phones: Vec<String>,
    /// Until when he may finish the last call's work.
    pub wrap_up_until: Option<String>,
    /// That call.
    pub wrap_up_call: Option<String>,
    /// The end of his shift, if he is at work by a calendar.
    pub shift: Option<ShiftView>,
}

/// The end of an agent's shift.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct ShiftView {
    /// When his work is over: from then on he is asked to sign out.
    pub ends: String,
    /// When he is signed out; a call, and the work after it, go on.
    pub signs_out_at: String,
}

/// A call, as of now.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
pub struct CallView {
    /// The call.
    pub call: String,
    /// Which way.
    pub direction: Direction,
    /// Who called; none: withheld.
    pub caller: Option<String>,
    /// What was called.
    pub called: String,
    /// Where the caller's number is from.
    pub region: Option<String>,
    /// The queue it waits in, or waited in last.
    pub queue: Option<String>,
    /// Who talks with the caller, or is being offered the call.
    pub agent: Option<String>,
    /// Where it is.
    pub stage: CallStage,
    /// Since when it is there.
    pub since: String,
    /// Since when it is.
    pub started: String,
    /// The flow that greeted it.
    pub flow: String,
    /// Its legs.
    pub legs: Vec<LegNowView>,
    /// Whether it is recorded.
    pub recording: bool,
    /// Who listens, whispers or has come in.
    pub supervised_by: Vec<SupervisorView>,
    /// Every agent who has to do with it now.
    pub agents: Vec<String>,
    /// Since when an agent in it asks for help.
    pub help_since: Option<String>,
}

/// A leg of a running call.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
pub struct LegNowView {
    /// Its number in the call.
    pub leg: u16,
    /// What it is.
    pub role: PartyRole,
    /// Who: an agent's name or a number.
    pub party: Option<String>,
    /// How far it is.
    pub state: LegState,
    /// How it sounded in the last 5 s, 1.0 to 4.5 (MOS); none before that is known.
    pub mos: Option<f64>,
    /// Whether its network is weak.
    pub weak: bool,
}

/// A supervisor in a call.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
pub struct SupervisorView {
    /// Who.
    pub agent: String,
    /// What he does in it.
    pub mode: Supervising,
}

/// A trunk, as of now.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
pub struct TrunkView {
    /// Its name.
    pub trunk: String,
    /// Whether it can be used.
    pub up: bool,
    /// The cause if it cannot.
    pub cause: Option<String>,
    /// Since when.
    pub since: String,
}

/// A phone, as of now.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
pub struct PhoneView {
    /// Its name.
    pub phone: String,
    /// Whose it is.
    pub agent: Option<String>,
    /// Whether it can be reached.
    pub registered: bool,
    /// From where.
    pub address: Option<String>,
    /// What it calls itself.
    pub user_agent: Option<String>,
    /// Since when.
    pub since: String,
    /// Why it is gone.
    pub cause: Option<String>,
    /// The last refused registration since: why.
    pub refused: Option<String>,
    /// How many more wrong passwords it may try; 0: it is locked out for a while.
    pub attempts_left: Option<u16>,
}

/// Something that asks for attention.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
pub struct AlertView {
    /// What it is.
    pub kind: AlertKind,
    /// Of what: a queue, a trunk, a call, a number, an agent.
    pub subject: String,
    /// The queue it belongs to.
    pub queue: Option<String>,
    /// The agent it is about.
    pub agent: Option<String>,
    /// Since when.
    pub since: String,
    /// If a phone is lost: which, why, and what to do.
    pub lost: Option<PhoneLostView>,
}

/// Which phone of an agent was lost last, why, and what to do.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct PhoneLostView {
    /// The phone; none if none has registered since the server was started.
    pub phone: Option<String>,
    /// Why: a code.
    pub why: String,
    /// Why, in Chinese.
    pub zh: String,
    /// Why, in English.
    pub en: String,
    /// What to do, in Chinese.
    pub remedy_zh: String,
    /// What to do, in English.
    pub remedy_en: String,
}

/// How today fares, all queues together. A call that went through two of them counts in both.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
pub struct FiguresView {
    /// The day, in the centre's zone.
    pub day: String,
    /// Calls that entered queues.
    pub offered: u64,
    /// Calls that agents took.
    pub answered: u64,
    /// Callers who gave up.
    pub abandoned: u64,
    /// Calls answered in time, in thousandths of those that count (RPT-12).
    pub service_level_permille: Option<u64>,
    /// What counts as in time, and what is aimed at.
    pub service_level_target: TargetView,
    /// The mean wait of answered calls.
    pub answer_mean_ms: Option<u64>,
    /// The longest wait of a call that has left.
    pub longest_wait_ms: u64,
    /// Calls that go on.
    pub calls: u64,
}

/// The target of the service level.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct TargetView {
    /// A call answered within this time counts for it.
    pub within_ms: u64,
    /// Callers who give up within this time do not count at all.
    pub abandoned_within_ms: u64,
    /// The share that is aimed at, in thousandths.
    pub permille: u64,
}

/// An agent's own desk.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
pub struct DeskView {
    /// He.
    pub agent: String,
    /// What he asked for.
    pub presence: Presence,
    /// Why he takes a break.
    pub reason: Option<String>,
    /// What he does.
    pub activity: Activity,
    /// Since when.
    pub since: Option<String>,
    /// The call that is being offered to him.
    pub offer: Option<CallView>,
    /// The calls he is in.
    pub calls: Vec<CallView>,
    /// How his day fares.
    pub today: TodayView,
    /// Until when he may finish the last call's work.
    pub wrap_up_until: Option<String>,
    /// That call: its summary is what is asked for (AGT-04).
    pub wrap_up_call: Option<String>,
    /// The end of his shift, if he is at work by a calendar.
    pub shift: Option<ShiftView>,
    /// The queues he serves.
    pub queues: Vec<DeskQueueView>,
    /// His phones.
    pub phones: Vec<PhoneView>,
    /// Why one may take a break.
    pub break_reasons: Vec<ReasonView>,
}

/// A queue, as its agents see it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
pub struct DeskQueueView {
    /// Its name.
    pub queue: String,
    /// What people call it, if otherwise.
    pub title: Option<String>,
    /// How many callers wait.
    pub waiting: u64,
    /// Since when the one who waits longest waits.
    pub waiting_since: Option<String>,
}

/// How an agent's day fares.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct TodayView {
    /// Calls he answered.
    pub answered: u64,
    /// Offers he let pass.
    pub missed: u64,
    /// In calls.
    pub talk_ms: u64,
    /// Finishing calls' work.
    pub wrap_up_ms: u64,
    /// On breaks.
    pub break_ms: u64,
    /// Signed in.
    pub signed_in_ms: u64,
}

/// Why one may take a break.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct ReasonView {
    /// As facts and reports know it.
    pub code: String,
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

/// Why an agent gets no calls.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
pub struct WhyNoCallsView {
    /// For which time.
    pub at: String,
    /// What stands in the way, the most telling first; nothing if calls can come.
    pub reasons: Vec<WhyView>,
    /// The calls that were decided upon around that time.
    pub decisions: Vec<DecisionView>,
    /// The agent's phones as they stood then.
    pub phones: Vec<PhoneThenView>,
    /// The trunks that could not be used then, and why.
    pub trunks_down: Vec<PhoneThenView>,
    /// The queues he served.
    pub queues: Vec<String>,
    /// What he was able to do, each with his level.
    pub skills: BTreeMap<String, u8>,
    /// How many calls he had missed in a row.
    pub missed: u32,
    /// What is older is not known any more; none: nothing is known at all.
    pub known_from: Option<String>,
}

/// How a phone or a trunk stood at some time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct PhoneThenView {
    /// Its name.
    pub name: String,
    /// `registered`, `reached`, `gone`, `unknown`.
    pub state: &'static str,
    /// Since when, if that is known.
    pub since: Option<String>,
    /// Why it was gone: a code.
    pub cause: Option<&'static str>,
}

/// Something that keeps calls from an agent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct WhyView {
    /// As programs know it.
    pub code: &'static str,
    /// In words.
    pub zh: String,
    /// In words.
    pub en: String,
    /// What to do about it.
    pub remedy_zh: &'static str,
    /// What to do about it.
    pub remedy_en: &'static str,
}

/// A decision about one call, as far as it concerns an agent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct DecisionView {
    /// When.
    pub at: String,
    /// The call.
    pub call: String,
    /// The queue.
    pub queue: String,
    /// Who got it; none if nobody.
    pub winner: Option<String>,
    /// What became of the agent, in a sentence.
    pub verdict: String,
}

/// Somebody or something a caller can be transferred to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct TargetSeen {
    /// `agent`, `queue`, `flow`, `number`.
    pub kind: &'static str,
    /// As the action names it.
    pub name: String,
    /// What people see.
    pub label: String,
    /// How it stands: an agent's activity, how many wait.
    pub state: Option<String>,
    /// Whether a transfer would begin now.
    pub can: bool,
    /// The code of the rule that says no.
    pub why: Option<&'static str>,
    /// What to do about it.
    pub remedy: Option<&'static str>,
}

/// How an agent changes his state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StateWanted {
    /// Comes to work.
    SignIn,
    /// Goes home.
    SignOut,
    /// Takes calls.
    Available,
    /// Takes none for a while.
    Break(String),
    /// Has finished the last call's work.
    EndWrapUp,
}

impl StateWanted {
    /// Whether it ends the work after a call.
    pub const fn ends_wrap_up(&self) -> bool {
        match self {
            Self::SignOut | Self::Available | Self::EndWrapUp => true,
            Self::SignIn | Self::Break(_) => false,
        }
    }
}

/// On whose behalf something is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    /// An agent's, who must be in the call or supervise it.
    Agent(AgentName),
    /// The centre's: somebody with the permission for calls that are not his own.
    Centre(String),
}

/// What is asked of a running call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallAct {
    /// Put the caller on hold.
    Hold,
    /// Take him off hold.
    Resume,
    /// Hand him on.
    Transfer(To),
    /// Hand him to the queue for difficult cases.
    Escalate,
    /// Ask somebody while he waits.
    Consult(To),
    /// Turn to the other one.
    Switch,
    /// Give the caller to who was asked.
    Complete,
    /// Talk all together.
    Conference,
    /// Take the caller back.
    Cancel,
    /// Leave a conference.
    Leave,
    /// Park him.
    Park,
    /// Fetch a parked caller.
    Retrieve,
    /// End the call.
    Release,
    /// Hear both sides.
    Listen,
    /// Speak to the agent alone.
    Whisper,
    /// Come in.
    Barge,
    /// Take the agent's place.
    Intercept,
    /// Leave the call again.
    StopSupervision,
    /// Ask the supervisors for help.
    Help,
}

/// Where a caller is taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum To {
    /// To an agent.
    Agent(AgentName),
    /// To a queue.
    Queue(QueueName),
    /// To a flow.
    Flow(String),
    /// To a number outside, as it was typed.
    Number(String),
}

/// A call that an agent wants to place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DialWanted {
    /// The number, as he typed it.
    pub to: String,
    /// The number of ours the customer sees.
    pub shown: Option<String>,
    /// By which mode.
    pub mode: Option<ModeName>,
    /// The failed call that this is another way of.
    pub again: Option<CallId>,
}

/// The ways in which an agent calls.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct CallingModesView {
    /// Those he may choose, the usual one first; then those that are retired, whose calls stay.
    pub items: Vec<CallingModeView>,
    /// The usual one.
    pub preferred: Option<String>,
}

/// A way in which calls are placed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct CallingModeView {
    /// Its name, as call records keep it.
    pub mode: String,
    /// What people read, in Chinese.
    pub zh: String,
    /// And in English.
    pub en: String,
    /// What it is good for, in Chinese.
    pub hint_zh: Option<String>,
    /// And in English.
    pub hint_en: Option<String>,
    /// Since when it cannot be chosen any more.
    pub retired_at: Option<String>,
    /// Where it is explained.
    pub help: Option<String>,
}

/// The floor.
pub trait Floor: Send + Sync {
    /// The parts that are switched on.
    fn modules(&self) -> BTreeSet<Module>;
    /// Everything that goes on. It is made under the lock of the node's window: not for every viewer anew.
    fn live(&self) -> Live;
    /// Wakes whenever something may have changed.
    fn changes(&self) -> watch::Receiver<u64>;
    /// The queues that any of these agents serves.
    fn queues_of(&self, agents: &BTreeSet<AgentName>) -> BTreeSet<QueueName>;
    /// Which agents and which queue a running call concerns; none: it does not run.
    fn parties(&self, call: CallId) -> Option<Parties>;

    /// Changes an agent's state.
    fn set_state<'a>(&'a self, agent: &'a AgentName, wanted: StateWanted) -> Doing<'a, ()>;
    /// Why an agent gets no calls.
    fn why_no_calls<'a>(&'a self, agent: &'a AgentName, at: Wall) -> Doing<'a, WhyNoCallsView>;
    /// The ways in which an agent calls.
    fn calling_modes(&self, agent: &AgentName) -> CallingModesView;
    /// Places a call: the agent's phone rings first.
    fn dial<'a>(&'a self, agent: &'a AgentName, wanted: DialWanted) -> Doing<'a, Option<CallId>>;
    /// Asks something of a call.
    fn act<'a>(&'a self, by: By, call: CallId, act: CallAct) -> Doing<'a, ()>;
    /// Who can be transferred to, by a part of the name or by a number.
    fn targets<'a>(&'a self, agent: &'a AgentName, text: &'a str) -> Doing<'a, Vec<TargetSeen>>;
}

/// Whom a call concerns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parties {
    /// The agents: who is in it now, or who had it if it has ended.
    pub agents: Vec<String>,
    /// Those who talked with the caller, who did so last at the end.
    pub talked: Vec<String>,
    /// The queue.
    pub queue: Option<String>,
}

impl Parties {
    /// Whose summary is meant: that of the agent who is named, else one's own, else that of who talked last. None: nobody
    /// like that talked with the caller.
    pub fn whose_summary<'a>(&'a self, own: Option<&str>, named: Option<&str>) -> Option<&'a str> {
        let talked = |name: &str| self.talked.iter().find(|agent| *agent == name);
        let found = match (named, own.and_then(talked)) {
            (Some(named), _) => talked(named),
            (None, Some(own)) => Some(own),
            (None, None) => self.talked.last(),
        };
        found.map(String::as_str)
    }
}

/// What a browser registers by.
#[derive(Clone, PartialEq, Eq)]
pub struct VoiceKey {
    /// The phone that the browser is.
    pub endpoint: String,
    /// The user name of the digest.
    pub user: String,
    /// Its password, shown this once.
    pub password: String,
    /// Its realm.
    pub realm: String,
    /// Until when it counts.
    pub until: Wall,
}

/// What a phone is set up with.
#[derive(Clone, PartialEq, Serialize, ToSchema)]
pub struct ProvisioningView {
    /// The phone.
    pub endpoint: String,
    /// Whose it is.
    pub agent: Option<String>,
    /// The user name it registers by. Case matters.
    pub user: String,
    /// The SIP domain, and the realm of its password.
    pub domain: String,
    /// Where it finds us, for phones that want an outbound proxy: `192.0.2.10:5061`.
    pub proxy: String,
    /// The port of that.
    pub port: u16,
    /// `tls`, `tcp` or `udp`: the safest that is listened on.
    pub transport: &'static str,
    /// Whether that is safe. If not, names, numbers and keys can be read on the way.
    pub secure: bool,
    /// SHA-256 of the certificate that it is shown, if nobody vouches for that: people compare it.
    pub fingerprint: Option<String>,
    /// The password, only in the answer that has just drawn it.
    pub password: Option<String>,
    /// The sheet, line by line.
    pub sheet: Vec<SheetLine>,
    /// What the code holds: the same, to be scanned and pasted.
    pub text: String,
    /// The code, as an image.
    pub qr_svg: String,
    /// A file that Linphone reads ("remote configuration").
    pub linphone: String,
}

/// A line of a sheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SheetLine {
    /// What it is, for programs.
    pub field: &'static str,
    /// As phones call it, in Chinese.
    pub zh: &'static str,
    /// And in English.
    pub en: &'static str,
    /// What to fill in.
    pub value: String,
}

/// A stream that a WebSocket is spoken on.
pub trait Socket: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send {}

impl<S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send> Socket for S {}

/// The opening of a socket: it gives the stream once the answer 101 has left.
pub type Opening = std::pin::Pin<Box<dyn Future<Output = std::io::Result<Box<dyn Socket>>> + Send>>;

/// Voice in the browser.
pub trait Voice: Send + Sync {
    /// A key for a login, by which the agent's browser registers as long as the login lives.
    fn key<'a>(&'a self, agent: &'a AgentName, login: LoginId, until: Wall) -> Doing<'a, VoiceKey>;
    /// What a phone is set up with.
    fn provisioning<'a>(&'a self, endpoint: &'a EndpointName) -> Doing<'a, ProvisioningView>;
    /// The same with another password, which counts from now on.
    fn reset_password<'a>(&'a self, endpoint: &'a EndpointName) -> Doing<'a, ProvisioningView>;
    /// Takes over a WebSocket on which SIP is spoken, and says what to answer.
    fn socket(
        &self,
        peer: crate::Peer,
        request: axum::http::Request<()>,
        opening: Opening,
    ) -> axum::http::Response<String>;
}
