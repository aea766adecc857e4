//! The record a call leaves: a fold over its facts and nothing else.
//!
//! Stages follow each other without a gap, so their lengths add up to the call's length to the microsecond (INB-01).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::Duration;

use bell_types::{
    AbsenceEnd, AgentName, CallId, Caller, Cause, Codec, Digits, Ending, EndpointName, Fact, FlowName, LegId, LegRole,
    ModeName, Now, Number, OfferId, OfferOutcome, Party, PromptEnd, QueueExit, QueueName, RecordingStatus,
    RoutingReport, TrunkName, Wall, What,
};
use serde::{Deserialize, Serialize};

use crate::since::Since;
use crate::votes::Vote;

/// What a call was, from its arrival to its end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CallRecord {
    /// The call.
    pub call: CallId,
    /// The customer: who called, or whom we called.
    pub caller: Caller,
    /// Our number: what was called, or what the customer is shown.
    pub called: Number,
    /// The trunk it came in by; none of a call that we placed.
    pub trunk: Option<TrunkName>,
    /// The flow that greeted it.
    pub flow: FlowName,
    /// The flow's version.
    pub flow_version: u32,
    /// When it arrived.
    pub arrived: Wall,
    /// From arrival to end.
    pub length: Duration,
    /// For a call that was planned and waited before it began (INB-30): in which queue, and how long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub planned_wait: Option<(QueueName, Duration)>,
    /// The mode it was placed by (TEL-14).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<ModeName>,
    /// The first call of the attempt it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attempt: Option<CallId>,
    /// What it went through, without gaps.
    pub stages: Vec<Stage>,
    /// Its legs, in the order they were opened.
    pub legs: Vec<LegRecord>,
    /// Its offers, in order.
    pub offers: Vec<OfferRecord>,
    /// The router's decisions, in order; at most [`DECISIONS_MAX`](Self::DECISIONS_MAX), then the last one is replaced.
    pub decisions: Vec<RoutingReport>,
    /// The keys the caller pressed.
    pub keys: Digits,
    /// When the notice of recording had been played to its end, from arrival (REC-20).
    pub notice_played: Option<Duration>,
    /// Whether it was recorded; none until that is known, or if recording was never begun.
    pub recording: Option<RecordingRecord>,
    /// What the caller was asked about how he was served, in order; at most [`VOTES_MAX`](Self::VOTES_MAX).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub votes: Vec<Vote>,
    /// How it ended.
    pub ending: Ending,
}

/// One stretch of a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stage {
    /// What the caller went through.
    pub kind: StageKind,
    /// When it began, from arrival.
    pub from: Duration,
    /// How long it took.
    pub length: Duration,
}

/// What a caller goes through.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StageKind {
    /// Not answered yet.
    Arriving,
    /// In the flow: greetings and menus.
    Flow,
    /// Waiting in a queue.
    Queue(QueueName),
    /// Talking with an agent, or with somebody outside.
    Talk(Peer),
    /// Held by that party.
    Hold(Peer),
    /// Waiting for the target of a transfer.
    Transfer,
    /// Waiting with music while the one asks the other.
    Consult {
        /// The agent who asks.
        by: Peer,
        /// Whom he asks.
        with: Peer,
    },
    /// Talking with several parties.
    Conference(Vec<Peer>),
    /// Parked in this place.
    Parked(u16),
    /// Waiting for the phone of this agent, which was lost.
    Missing(AgentName),
}

impl fmt::Display for StageKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Arriving => f.write_str("arriving"),
            Self::Flow => f.write_str("in the flow"),
            Self::Queue(queue) => write!(f, "waiting in queue {queue}"),
            Self::Talk(peer) => write!(f, "talking with {peer}"),
            Self::Hold(peer) => write!(f, "held by {peer}"),
            Self::Transfer => f.write_str("being transferred"),
            Self::Consult { by, with } => write!(f, "waiting while {by} asks {with}"),
            Self::Conference(peers) => {
                f.write_str("talking with")?;
                peers.iter().try_for_each(|peer| write!(f, " {peer}"))
            }
            Self::Parked(slot) => write!(f, "parked in place {slot}"),
            Self::Missing(agent) => write!(f, "waiting for {agent} to come back"),
        }
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Agent(agent) => write!(f, "{agent}"),
            Self::External(number) => write!(f, "{number}"),
        }
    }
}

/// With whom a caller talks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Peer {
    /// An agent.
    Agent(AgentName),
    /// Somebody outside.
    External(Number),
}

/// One leg of a call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LegRecord {
    /// The leg.
    pub leg: LegId,
    /// What it was.
    pub role: LegRole,
    /// When it was opened, from arrival.
    pub opened: Duration,
    /// When the phone rang, from arrival.
    pub rang: Option<Duration>,
    /// When it was answered, from arrival.
    pub answered: Option<Duration>,
    /// When it ended, from arrival, and how.
    pub ended: Option<(Duration, Ending)>,
    /// What it spoke.
    pub codec: Option<Codec>,
    /// The worst MOS of any 5 s, in hundredths.
    pub mos_worst_centi: Option<u16>,
    /// The MOS of the last 5 s in which anything arrived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mos_last_centi: Option<u16>,
    /// Packets that arrived and that were sent, over the whole leg.
    pub packets: (u64, u64),
}

/// One offer to an agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferRecord {
    /// The offer.
    pub offer: OfferId,
    /// The agent.
    pub agent: AgentName,
    /// The endpoint that rang.
    pub endpoint: EndpointName,
    /// When it was made, from arrival.
    pub made: Duration,
    /// When its phone was heard to ring (INB-27).
    #[serde(default)]
    pub rang: Option<Duration>,
    /// When it ended, from arrival, and how.
    pub ended: Option<(Duration, OfferOutcome)>,
}

/// A call's recording.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordingRecord {
    /// Whether everything is there.
    pub status: RecordingStatus,
    /// The length of the audio.
    pub length: Duration,
    /// SHA-256 of the file, in hex.
    pub sha256: String,
}

impl CallRecord {
    /// How many decisions a record keeps. All of them stand in the facts.
    pub const DECISIONS_MAX: usize = 32;

    /// How long the caller was in stages of this kind, all together.
    pub fn total(&self, is: impl Fn(&StageKind) -> bool) -> Duration {
        self.stages.iter().filter(|stage| is(&stage.kind)).map(|stage| stage.length).sum()
    }

    /// How long the caller waited in queues, before a planned call began included.
    pub fn queue_time(&self) -> Duration {
        let planned = self.planned_wait.as_ref().map_or(Duration::ZERO, |(_, waited)| *waited);
        planned + self.total(|kind| matches!(kind, StageKind::Queue(_)))
    }

    /// How long the caller talked with anybody.
    pub fn talk_time(&self) -> Duration {
        self.total(|kind| matches!(kind, StageKind::Talk(_) | StageKind::Conference(_)))
    }

    /// How long the caller was held, by whom he talked with or while that one asked somebody.
    pub fn hold_time(&self) -> Duration {
        self.total(|kind| matches!(kind, StageKind::Hold(_) | StageKind::Consult { .. }))
    }

    /// The last queue the call waited in.
    pub fn queue(&self) -> Option<&QueueName> {
        let in_stages = self.stages.iter().rev().find_map(|stage| match &stage.kind {
            StageKind::Queue(queue) => Some(queue),
            StageKind::Arriving
            | StageKind::Flow
            | StageKind::Talk(_)
            | StageKind::Hold(_)
            | StageKind::Transfer
            | StageKind::Consult { .. }
            | StageKind::Conference(_)
            | StageKind::Parked(_)
            | StageKind::Missing(_) => None,
        });
        in_stages.or_else(|| self.planned_wait.as_ref().map(|(queue, _)| queue))
    }

    /// The last agent the caller talked with.
    pub fn agent(&self) -> Option<&AgentName> {
        self.stages.iter().rev().find_map(|stage| match &stage.kind {
            StageKind::Talk(Peer::Agent(agent)) => Some(agent),
            StageKind::Arriving
            | StageKind::Flow
            | StageKind::Queue(_)
            | StageKind::Talk(Peer::External(_))
            | StageKind::Hold(_)
            | StageKind::Transfer
            | StageKind::Consult { .. }
            | StageKind::Conference(_)
            | StageKind::Parked(_)
            | StageKind::Missing(_) => None,
        })
    }
}

/// Folds facts into call records.
#[derive(Debug, Default)]
pub struct Folder {
    calls: BTreeMap<CallId, Growing>,
    planned: BTreeMap<CallId, Planned>,
}

/// A call that waits in a queue before it begins: somebody is to be called back, and an agent comes first.
#[derive(Debug)]
struct Planned {
    queue: QueueName,
    since: Now,
    /// The last decision, and the offer that the call begins with.
    decided: Vec<What>,
}

/// A record that is not finished.
#[derive(Debug)]
struct Growing {
    record: CallRecord,
    since: Since,
    ended: bool,
    /// What is being played is the notice of recording.
    notice_plays: bool,
    /// What a transfer interrupted: where the caller is again if it fails. What happens to him then follows at once.
    before_transfer: Option<StageKind>,
    /// Those who talk with the caller, and whether each holds him.
    talking: Vec<LegId>,
    held: BTreeSet<LegId>,
    /// Who asks whom, and on which line; whether he has turned away from the caller.
    consult: Option<Asking>,
    /// A recording was begun and its fate is not known yet.
    awaits_recording: bool,
}

/// A consultation.
#[derive(Debug)]
struct Asking {
    by: LegId,
    target: LegId,
    line: Option<LegId>,
    away: bool,
}

impl Folder {
    /// Nothing folded yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next fact. A record comes out when the call ends, and again when its recording is complete.
    pub fn apply(&mut self, fact: &Fact) -> Option<CallRecord> {
        if let What::CallArrived { call, .. } = &fact.what {
            let mut growing = Growing::begin(fact)?;
            if let Some(planned) = self.planned.remove(call) {
                growing.was_planned(fact.now, planned);
            }
            self.calls.insert(*call, growing);
            return None;
        }
        let Some(call) = fact.what.call() else {
            self.forget_planned(&fact.what);
            return None;
        };
        let Some(growing) = self.calls.get_mut(&call) else {
            self.plan(call, fact);
            return None;
        };
        let at = growing.since.at(fact.now);
        growing.apply(at, &fact.what);
        if !growing.ended {
            return None;
        }
        let record = growing.record.clone();
        if !growing.awaits_recording {
            self.calls.remove(&call);
        }
        Some(record)
    }

    /// Something happens to a call that has not begun, or is over.
    fn plan(&mut self, call: CallId, fact: &Fact) {
        match &fact.what {
            What::Enqueued { queue, .. } => {
                let planned = Planned { queue: queue.clone(), since: fact.now, decided: Vec::new() };
                self.planned.insert(call, planned);
            }
            What::LeftQueue { .. } => drop(self.planned.remove(&call)),
            What::Routed { .. } | What::Offered { .. } => {
                if let Some(planned) = self.planned.get_mut(&call) {
                    let routed = matches!(fact.what, What::Routed { .. });
                    planned.decided.retain(|_| !routed);
                    planned.decided.push(fact.what.clone());
                }
            }
            _ => {}
        }
    }

    /// A node that starts gives planned calls new ids.
    fn forget_planned(&mut self, what: &What) {
        if let What::NodeStarted { .. } = what {
            self.planned.clear();
        }
    }

    /// The calls that have arrived and not ended.
    pub fn live(&self) -> impl Iterator<Item = &CallRecord> {
        self.calls.values().filter(|growing| !growing.ended).map(|growing| &growing.record)
    }

    /// A call that has not ended.
    pub fn running(&self, call: CallId) -> Option<&CallRecord> {
        self.calls.get(&call).filter(|growing| !growing.ended).map(|growing| &growing.record)
    }

    /// The calls whose recording has begun and is not complete, whether they have ended or not.
    pub fn recording(&self) -> impl Iterator<Item = CallId> {
        self.calls.iter().filter(|(_, growing)| growing.awaits_recording).map(|(call, _)| *call)
    }
}

impl Growing {
    fn begin(fact: &Fact) -> Option<Self> {
        let What::CallArrived { call, caller, called, trunk, flow, flow_version } = &fact.what else {
            return None;
        };
        let record = CallRecord {
            call: *call,
            caller: caller.clone(),
            called: called.clone(),
            trunk: trunk.clone(),
            flow: flow.clone(),
            flow_version: *flow_version,
            arrived: fact.now.wall,
            length: Duration::ZERO,
            planned_wait: None,
            mode: None,
            attempt: None,
            stages: vec![Stage { kind: StageKind::Arriving, from: Duration::ZERO, length: Duration::ZERO }],
            legs: Vec::new(),
            offers: Vec::new(),
            decisions: Vec::new(),
            keys: Digits::new(),
            notice_played: None,
            recording: None,
            votes: Vec::new(),
            // Stands until the call has ended: what a call is that nobody ended.
            ending: Ending { cause: Cause::NodeFailed, by: Party::System, sip_status: None, q850: None },
        };
        Some(Self {
            record,
            since: Since::new(fact.now),
            ended: false,
            notice_plays: false,
            before_transfer: None,
            talking: Vec::new(),
            held: BTreeSet::new(),
            consult: None,
            awaits_recording: false,
        })
    }

    fn was_planned(&mut self, now: Now, planned: Planned) {
        let Planned { queue, since, decided } = planned;
        self.record.planned_wait = Some((queue, now.mono.since(since.mono)));
        decided.iter().for_each(|what| self.apply_queue(Duration::ZERO, what));
    }

    fn apply(&mut self, at: Duration, what: &What) {
        match what {
            What::LegOpened { .. }
            | What::LegRinging { .. }
            | What::LegAnswered { .. }
            | What::LegHeld { .. }
            | What::LegResumed { .. }
            | What::LegEnded { .. }
            | What::QualityMeasured { .. } => self.apply_leg(at, what),
            What::Bridged { .. }
            | What::Unbridged { .. }
            | What::ConsultBegan { .. }
            | What::ConsultSwitched { .. }
            | What::ConsultEnded { .. } => self.apply_talk(at, what),
            What::Parked { slot, .. } => self.enter(at, Some(StageKind::Parked(*slot))),
            What::AgentMissing { agent, .. } => self.enter(at, Some(StageKind::Missing(agent.clone()))),
            What::AgentMissingEnded { how: AbsenceEnd::HungUp, .. } => self.enter(at, Some(StageKind::Flow)),
            What::FlowEntered { .. } => self.goes_on(at),
            What::Enqueued { .. }
            | What::LeftQueue { .. }
            | What::Routed { .. }
            | What::Offered { .. }
            | What::OfferRang { .. }
            | What::OfferEnded { .. } => self.apply_queue(at, what),
            What::TransferAsked { .. } | What::TransferEnded { .. } => self.apply_transfer(at, what),
            What::PromptStarted { .. } | What::PromptEnded { .. } | What::DigitPressed { .. } => self.heard(at, what),
            What::RecordingStarted { .. } | What::RecordingSealed { .. } => self.apply_recording(what),
            What::CallEnded { ending, .. } => self.end(at, ending),
            What::SurveyBegan { .. } | What::Scored { .. } => self.record.vote(what),
            What::DialledBy { mode, attempt, .. } => self.dialled(mode, *attempt),
            What::LineCalled { .. } | What::ConfirmAsked { .. } | What::Confirmed { .. } => {}
            What::QueueAlertBegan { .. } | What::QueueAlertEnded { .. } | What::TransfersWatched { .. } => {}
            What::LineReached { .. } | What::TrunkUp { .. } | What::TrunkDown { .. } => {}
            What::KeyGiven { .. } | What::KeysEnded { .. } | What::AgentBarred { .. } | What::VoiceMeasured { .. } => {}
            What::SilenceBegan { .. } | What::SilenceEnded { .. } => {}
            What::CallArrived { .. } | What::CallReceived { .. } => {}
            What::Unparked { .. } | What::AgentMissingEnded { .. } | What::HelpAsked { .. } => {}
            What::CallCommanded { .. }
            | What::CallPlaced { .. }
            | What::RouteChanged { .. }
            | What::Supervised { .. }
            | What::PositionAnnounced { .. }
            | What::Overflowed { .. }
            | What::CallbackAsked { .. }
            | What::CallbackKept { .. }
            | What::CallbackHeld { .. }
            | What::CallbackAttempted { .. }
            | What::CallbackPutOff { .. }
            | What::CallbackEnded { .. }
            | What::NodeStarted { .. }
            | What::NodeStopped { .. }
            | What::ConfigApplied { .. }
            | What::AgentChanged { .. }
            | What::EndpointRegistered { .. }
            | What::ContactReplaced { .. }
            | What::EndpointGone { .. }
            | What::RegistrationRefused { .. }
            | What::CallRefused { .. }
            | What::ListEntriesAdded { .. }
            | What::ListEntriesApproved { .. }
            | What::ListEntriesEnded { .. }
            | What::FlowDecided { .. }
            | What::FlowRedirected { .. }
            | What::CallbackWished { .. }
            | What::MessageBegan { .. }
            | What::MessageEnded { .. }
            | What::EmergencySwitched { .. } => {}
        }
    }

    /// After those who talked with him have gone the caller is with his flow again.
    fn goes_on(&mut self, at: Duration) {
        if self.talking.is_empty() && self.was_with_somebody() {
            self.enter(at, Some(StageKind::Flow));
        }
    }

    /// What the caller hears of a flow, and says to it.
    fn heard(&mut self, at: Duration, what: &What) {
        match what {
            What::PromptStarted { notice, .. } => self.notice_plays = *notice,
            What::PromptEnded { how: PromptEnd::Completed, .. } if self.notice_plays => {
                self.record.notice_played = Some(at);
            }
            What::DigitPressed { leg, digit, .. } if leg.number == 1 => {
                // A run that is full keeps its first keys: they explain the way.
                let _ = self.record.keys.push(*digit);
            }
            _ => {}
        }
    }

    fn dialled(&mut self, mode: &ModeName, attempt: CallId) {
        (self.record.mode, self.record.attempt) = (Some(mode.clone()), Some(attempt));
    }

    fn apply_recording(&mut self, what: &What) {
        match what {
            What::RecordingStarted { .. } => self.awaits_recording = true,
            What::RecordingSealed { status, length, sha256, .. } => {
                self.awaits_recording = false;
                self.record.recording =
                    Some(RecordingRecord { status: status.clone(), length: *length, sha256: sha256.clone() });
            }
            _ => {}
        }
    }

    fn apply_transfer(&mut self, at: Duration, what: &What) {
        match what {
            What::TransferAsked { .. } => {
                self.before_transfer = self.record.stages.last().map(|stage| stage.kind.clone());
                self.enter(at, Some(StageKind::Transfer));
            }
            What::TransferEnded { failed, .. } => {
                let before = self.before_transfer.take();
                self.enter(at, before.filter(|_| failed.is_some()));
            }
            _ => {}
        }
    }

    fn apply_leg(&mut self, at: Duration, what: &What) {
        match what {
            What::LegOpened { leg, role, .. } => self.record.legs.push(LegRecord {
                leg: *leg,
                role: role.clone(),
                opened: at,
                rang: None,
                answered: None,
                ended: None,
                codec: None,
                mos_worst_centi: None,
                mos_last_centi: None,
                packets: (0, 0),
            }),
            What::LegRinging { leg, .. } => self.on_leg(*leg, |record| record.rang = record.rang.or(Some(at))),
            What::LegAnswered { leg, codec } => self.answered(at, *leg, *codec),
            What::LegEnded { leg, ending } => self.on_leg(*leg, |record| record.ended = Some((at, ending.clone()))),
            What::LegHeld { leg } => self.on_hold(at, *leg, true),
            What::LegResumed { leg } => self.on_hold(at, *leg, false),
            What::QualityMeasured { leg, quality } => self.on_leg(*leg, |record| {
                record.packets.0 += u64::from(quality.packets_in);
                record.packets.1 += u64::from(quality.packets_out);
                if quality.packets_in > 0 {
                    let worst = record.mos_worst_centi.unwrap_or(u16::MAX);
                    record.mos_worst_centi = Some(worst.min(quality.mos_centi));
                    record.mos_last_centi = Some(quality.mos_centi);
                }
            }),
            _ => {}
        }
    }

    fn apply_queue(&mut self, at: Duration, what: &What) {
        match what {
            What::Enqueued { queue, .. } => self.enter(at, Some(StageKind::Queue(queue.clone()))),
            // An agent who answers is bridged in the same instant.
            What::LeftQueue { how: QueueExit::Answered(_), .. } => {}
            What::LeftQueue { .. } => self.enter(at, Some(StageKind::Flow)),
            What::Routed { report, .. } => self.decided(report),
            What::Offered { offer, agent, endpoint, .. } => self.record.offers.push(OfferRecord {
                offer: *offer,
                agent: agent.clone(),
                endpoint: endpoint.clone(),
                made: at,
                rang: None,
                ended: None,
            }),
            What::OfferRang { offer, .. } => {
                if let Some(made) = self.record.offers.iter_mut().find(|made| made.offer == *offer) {
                    made.rang = Some(at);
                }
            }
            What::OfferEnded { offer, outcome, .. } => {
                if let Some(made) = self.record.offers.iter_mut().find(|made| made.offer == *offer) {
                    made.ended = Some((at, *outcome));
                }
            }
            _ => {}
        }
    }

    fn on_leg(&mut self, leg: LegId, change: impl FnOnce(&mut LegRecord)) {
        if let Some(record) = self.record.legs.iter_mut().find(|record| record.leg == leg) {
            change(record);
        }
    }

    fn answered(&mut self, at: Duration, leg: LegId, codec: Codec) {
        self.on_leg(leg, |record| {
            record.answered = Some(at);
            record.codec = Some(codec);
        });
        // A caller who is answered because somebody took his call talks already.
        let arriving = matches!(self.record.stages.last(), Some(Stage { kind: StageKind::Arriving, .. }));
        if leg.number == 1 && arriving {
            self.enter(at, Some(StageKind::Flow));
        }
    }

    fn apply_talk(&mut self, at: Duration, what: &What) {
        match what {
            What::Bridged { a, b } if a.number == 1 => {
                self.talking.push(*b);
                self.enter(at, self.talk());
            }
            What::Unbridged { a, b } if a.number == 1 => {
                self.talking.retain(|leg| leg != b);
                self.enter(at, self.talk());
            }
            What::ConsultBegan { by, target, line } => {
                self.consult = Some(Asking { by: *by, target: *target, line: *line, away: true });
                self.enter(at, self.talk());
            }
            What::ConsultSwitched { to_caller, .. } => {
                if let Some(consult) = &mut self.consult {
                    consult.away = !to_caller;
                }
                self.enter(at, self.talk());
            }
            What::ConsultEnded { .. } => {
                self.consult = None;
                self.enter(at, self.talk());
            }
            _ => {}
        }
    }

    /// What the caller goes through now if he is with somebody.
    fn talk(&self) -> Option<StageKind> {
        let peers: Vec<Peer> = self.talking.iter().filter_map(|leg| self.peer(*leg)).collect();
        if let Some(consult) = self.consult.as_ref().filter(|consult| consult.away) {
            return Some(StageKind::Consult { by: self.peer(consult.by)?, with: self.peer(consult.target)? });
        }
        match (self.talking.as_slice(), peers.as_slice()) {
            ([leg], [peer]) if self.held.contains(leg) => Some(StageKind::Hold(peer.clone())),
            (_, [peer]) => Some(StageKind::Talk(peer.clone())),
            (_, []) => None,
            (_, peers) => Some(StageKind::Conference(peers.to_vec())),
        }
    }

    fn was_with_somebody(&self) -> bool {
        match self.record.stages.last().map(|stage| &stage.kind) {
            Some(
                StageKind::Talk(_)
                | StageKind::Hold(_)
                | StageKind::Transfer
                | StageKind::Consult { .. }
                | StageKind::Conference(_)
                | StageKind::Parked(_)
                | StageKind::Missing(_),
            ) => true,
            Some(StageKind::Arriving | StageKind::Flow | StageKind::Queue(_)) | None => false,
        }
    }

    /// A hold counts only while the caller talks with the leg that holds.
    fn on_hold(&mut self, at: Duration, leg: LegId, holds: bool) {
        if holds {
            self.held.insert(leg);
        } else {
            self.held.remove(&leg);
        }
        if let Some(consult) = self.consult.as_mut().filter(|consult| consult.by == leg && consult.line.is_some()) {
            consult.away = holds;
        }
        if self.talking.contains(&leg) {
            self.enter(at, self.talk());
        }
    }

    fn peer(&self, leg: LegId) -> Option<Peer> {
        let record = self.record.legs.iter().find(|record| record.leg == leg)?;
        match &record.role {
            LegRole::Caller => None,
            LegRole::Agent { agent, .. } | LegRole::Supervisor { agent, .. } => Some(Peer::Agent(agent.clone())),
            LegRole::External { number, .. } => Some(Peer::External(number.clone())),
        }
    }

    fn decided(&mut self, report: &RoutingReport) {
        if self.record.decisions.len() == CallRecord::DECISIONS_MAX {
            self.record.decisions.pop();
        }
        self.record.decisions.push(report.clone());
    }

    /// The caller goes from one stage into the next. A stage that took no time at all is none.
    fn enter(&mut self, at: Duration, kind: Option<StageKind>) {
        let Some(kind) = kind else { return };
        self.close_stage(at);
        let stages = &mut self.record.stages;
        stages.pop_if(|last| last.length.is_zero());
        if stages.last().is_none_or(|last| last.kind != kind) {
            stages.push(Stage { kind, from: at, length: Duration::ZERO });
        }
    }

    fn close_stage(&mut self, at: Duration) {
        if let Some(last) = self.record.stages.last_mut() {
            last.length = at.saturating_sub(last.from);
        }
    }

    fn end(&mut self, at: Duration, ending: &Ending) {
        self.close_stage(at);
        let stages = &mut self.record.stages;
        if stages.len() > 1 {
            stages.retain(|stage| !stage.length.is_zero());
            // What stood between two equal stages took no time: they are one.
            stages.dedup_by(|later, earlier| {
                let same = later.kind == earlier.kind;
                if same {
                    earlier.length += later.length;
                }
                same
            });
        }
        self.record.length = at;
        self.record.ending = ending.clone();
        self.ended = true;
    }
}
