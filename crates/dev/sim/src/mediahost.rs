//! A model of the media host: it plays nothing, but takes as long as one that does, and holds the engine to its word.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::time::Duration;

use bell_media::control::{
    BargeIn, CommandId, MediaAction, MediaCommand, MediaEvent, MediaNews, Plan, PlayId, Remote, Repeat,
};
use bell_types::{
    CallId, Digit, DigitVia, Direction, LegId, LegQuality, Mono, PromptEnd, RecordingId, RecordingStatus, SilenceCause,
};

use crate::configuration::CENTRE;
use crate::dice::Dice;

/// After how long without a packet a leg counts as dead.
const SILENCE_MAX: Duration = Duration::from_secs(60);
/// How often each leg is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// The model.
#[derive(Debug)]
pub(crate) struct Host {
    dice: Dice,
    /// How often in a thousand the host is slow to open a leg, or fails to.
    slow: u64,
    failing: u64,
    legs: BTreeMap<LegId, Leg>,
    /// Every leg that was ever opened here.
    opened: BTreeSet<LegId>,
    recordings: BTreeMap<CallId, Mono>,
    last: CommandId,
    port: u16,
    wants: Vec<(Duration, HostWant)>,
    mistakes: Vec<String>,
    /// Calls of which somebody hears something else than before.
    changed: BTreeSet<CallId>,
}

#[derive(Debug)]
struct Leg {
    rtp: SocketAddr,
    remote: Option<Remote>,
    play: Option<(PlayId, BargeIn)>,
    /// Which other legs it hears.
    hears: Vec<LegId>,
    heard_at: Mono,
    silent: bool,
    /// It has told the engine of its failure, and does nothing any more.
    failed: bool,
}

/// What the host wants to happen later.
#[derive(Clone, Debug)]
pub(crate) enum HostWant {
    /// Tell the engine.
    Say(MediaEvent),
    /// Think of this.
    Wake(HostTimer),
}

/// What the host thinks of later.
#[derive(Clone, Copy, Debug)]
pub(crate) enum HostTimer {
    Opened(LegId),
    PlayOver(LegId, PlayId),
    Look(LegId),
    Sealed(LegId, RecordingId),
}

impl Host {
    /// One with troubles of its own.
    pub(crate) fn new(mut dice: Dice) -> Self {
        let slow = [0, 5, 50][usize::try_from(dice.below(3)).unwrap_or(0)];
        let failing = [0, 2, 20][usize::try_from(dice.below(3)).unwrap_or(0)];
        Self { slow, failing, ..Self::steady(dice) }
    }

    /// One that never fails.
    pub(crate) fn steady(dice: Dice) -> Self {
        Self {
            dice,
            slow: 0,
            failing: 0,
            legs: BTreeMap::new(),
            opened: BTreeSet::new(),
            recordings: BTreeMap::new(),
            last: CommandId(0),
            port: 20_000,
            wants: Vec::new(),
            mistakes: Vec::new(),
            changed: BTreeSet::new(),
        }
    }

    /// What it wants since the last time, and how long from now.
    pub(crate) fn wants(&mut self) -> Vec<(Duration, HostWant)> {
        std::mem::take(&mut self.wants)
    }

    /// The first word the engine did not keep.
    pub(crate) fn mistake(&mut self) -> Option<String> {
        self.mistakes.pop()
    }

    /// The calls of which somebody hears something else since the last time.
    pub(crate) fn changed(&mut self) -> BTreeSet<CallId> {
        std::mem::take(&mut self.changed)
    }

    /// The open legs of a call, each with the legs it hears.
    pub(crate) fn hearing(&self, call: CallId) -> impl Iterator<Item = (LegId, Vec<LegId>)> {
        let of_call = LegId { call, number: 0 }..=LegId { call, number: u16::MAX };
        self.legs.range(of_call).map(|(id, leg)| (*id, leg.hears.clone()))
    }

    /// How many legs are open.
    pub(crate) fn legs(&self) -> usize {
        self.legs.values().filter(|leg| !leg.failed).count()
    }

    pub(crate) fn command(&mut self, now: Mono, command: MediaCommand) {
        let MediaCommand { id, leg, what } = command;
        let last = self.last;
        self.require(id > last, || format!("command {id:?} follows {last:?}"));
        self.last = id;
        match what {
            MediaAction::Open => self.open(now, leg),
            // Nobody here speaks WebRTC.
            MediaAction::OpenWebrtc(_) | MediaAction::Negotiate(_) => {
                self.require(false, || format!("{leg} is a browser's"));
            }
            MediaAction::SetRemote(remote) => self.with(now, leg, "SetRemote", |leg| leg.remote = Some(remote)),
            MediaAction::SetPlan(plan) => self.set_plan(now, leg, &plan),
            MediaAction::SendDigits(_) => self.with(now, leg, "SendDigits", |_| {}),
            MediaAction::Record(recording) => {
                self.with(now, leg, "Record", |_| {});
                let twice = self.recordings.insert(recording.0, now).is_some();
                self.require(!twice, || format!("{recording} is begun twice"));
            }
            MediaAction::Keep(_) => self.with(now, leg, "Keep", |_| {}),
            MediaAction::Close => self.close(leg),
            MediaAction::Seal(recording) => self.seal(leg, recording),
        }
    }

    fn require(&mut self, kept: bool, what: impl FnOnce() -> String) {
        if !kept {
            self.mistakes.push(format!("the media host was told wrongly: {}", what()));
        }
    }

    fn with(&mut self, now: Mono, id: LegId, what: &str, act: impl FnOnce(&mut Leg)) {
        match self.legs.get_mut(&id) {
            Some(leg) => {
                leg.heard_at = now;
                act(leg);
            }
            None => self.mistakes.push(format!("the media host was told wrongly: {what} for {id}, which is not open")),
        }
    }

    fn open(&mut self, now: Mono, id: LegId) {
        let first = self.opened.insert(id);
        self.require(first, || format!("{id} is opened twice"));
        self.port = self.port.checked_add(2).unwrap_or(20_000);
        let rtp = SocketAddr::new(CENTRE.ip(), self.port);
        let leg = Leg { rtp, remote: None, play: None, hears: Vec::new(), heard_at: now, silent: false, failed: false };
        self.legs.insert(id, leg);
        let slow = self.dice.chance(self.slow);
        let after = if slow { self.dice.millis(500, 4000) } else { self.dice.millis(0, 20) };
        self.wants.push((after, HostWant::Wake(HostTimer::Opened(id))));
    }

    fn close(&mut self, id: LegId) {
        self.changed.insert(id.call);
        let Some(leg) = self.legs.remove(&id) else {
            return self.require(false, || format!("{id} is closed and not open"));
        };
        if leg.failed {
            return;
        }
        // What was playing ends too; nobody needs to hear of it, but the real host says so.
        if let Some((play, _)) = leg.play {
            self.say(id, MediaNews::PlayEnded { play, how: PromptEnd::Stopped });
        }
        self.say(id, MediaNews::Quality(LegQuality::default()));
    }

    fn seal(&mut self, leg: LegId, recording: RecordingId) {
        let open = self.legs.iter().any(|(id, leg)| id.call == recording.0 && !leg.failed);
        self.require(!open, || format!("{recording} is sealed with a leg open"));
        let begun = self.recordings.contains_key(&recording.0);
        self.require(begun, || format!("{recording} is sealed and was never begun"));
        let after = self.dice.millis(5, 2000);
        self.wants.push((after, HostWant::Wake(HostTimer::Sealed(leg, recording))));
    }

    fn set_plan(&mut self, now: Mono, id: LegId, plan: &Plan) {
        let length = self.dice.millis(200, 4000);
        let broken = self.dice.chance(self.failing);
        let mut cut = None;
        let mut begun = None;
        self.changed.insert(id.call);
        self.with(now, id, "SetPlan", |leg| {
            leg.hears = heard(plan);
            cut = leg.play.take().map(|(play, _)| play);
            if let Plan::Play(play) = plan
                && play.repeat == Repeat::Once
            {
                leg.play = Some((play.id, play.barge_in));
                begun = Some(play.id);
            }
        });
        if let Some(play) = cut {
            self.say(id, MediaNews::PlayEnded { play, how: PromptEnd::Stopped });
        }
        if let Some(play) = begun {
            if broken {
                self.end_play(id, play, PromptEnd::Failed);
            } else {
                self.wants.push((length, HostWant::Wake(HostTimer::PlayOver(id, play))));
            }
        }
    }

    /// The other side at this address presses a key.
    pub(crate) fn pressed(&mut self, rtp: SocketAddr, digit: Digit) {
        let of = |leg: &Leg| !leg.failed && leg.remote.as_ref().is_some_and(|remote| remote.rtp == rtp);
        let Some((&id, leg)) = self.legs.iter().find(|(_, leg)| of(leg)) else { return };
        if let Some((play, BargeIn::Yes)) = leg.play {
            self.end_play(id, play, PromptEnd::BargedIn);
        }
        let held = self.dice.millis(40, 300);
        self.say(id, MediaNews::Digit { digit, held, via: DigitVia::TelephoneEvent });
    }

    /// It thinks of something. `is_heard` says whether anybody sends from an address.
    pub(crate) fn woken(&mut self, now: Mono, timer: HostTimer, is_heard: impl Fn(SocketAddr) -> bool) {
        match timer {
            HostTimer::Opened(id) => self.opened(id),
            HostTimer::PlayOver(id, play) => self.end_play(id, play, PromptEnd::Completed),
            HostTimer::Look(id) => self.look(now, id, is_heard),
            HostTimer::Sealed(leg, recording) => self.sealed(now, leg, recording),
        }
    }

    fn opened(&mut self, id: LegId) {
        let fails = self.dice.chance(self.failing);
        let Some(leg) = self.legs.get_mut(&id) else { return };
        if fails {
            leg.failed = true;
            return self.say(id, MediaNews::Failed { reason: "no port is free".to_owned() });
        }
        let rtp = leg.rtp;
        self.say(id, MediaNews::Ready { rtp });
        self.wants.push((LOOK_EVERY, HostWant::Wake(HostTimer::Look(id))));
    }

    fn end_play(&mut self, id: LegId, play: PlayId, how: PromptEnd) {
        let ended = self.legs.get_mut(&id).and_then(|leg| leg.play.take_if(|(playing, _)| *playing == play));
        if ended.is_some() {
            self.say(id, MediaNews::PlayEnded { play, how });
        }
    }

    fn look(&mut self, now: Mono, id: LegId, is_heard: impl Fn(SocketAddr) -> bool) {
        let breaks = self.dice.chance(self.failing / 2);
        let Some(leg) = self.legs.get_mut(&id).filter(|leg| !leg.failed) else { return };
        // Without an answer to our offer nobody is to be heard yet.
        let expected = leg.remote.as_ref().is_some_and(|remote| remote.receiving);
        let heard = leg.remote.as_ref().is_some_and(|remote| is_heard(remote.rtp));
        if heard || !expected {
            leg.heard_at = now;
        }
        let silent = now - leg.heard_at > LOOK_EVERY;
        let changed = silent != leg.silent;
        leg.silent = silent;
        let gone = now - leg.heard_at >= SILENCE_MAX;
        if changed {
            let direction = Direction::Inbound;
            self.say(
                id,
                match silent {
                    true => MediaNews::SilenceBegan { direction, cause: SilenceCause::NoPackets },
                    false => MediaNews::SilenceEnded { direction },
                },
            );
        }
        if breaks && let Some(leg) = self.legs.get_mut(&id) {
            leg.failed = true;
            return self.say(id, MediaNews::Failed { reason: "the socket broke".to_owned() });
        }
        let packets = if silent { 0 } else { 250 };
        self.say(id, MediaNews::Quality(LegQuality { packets_in: packets, packets_out: 250, ..LegQuality::default() }));
        if gone {
            self.say(id, MediaNews::TimedOut);
        }
        self.wants.push((LOOK_EVERY, HostWant::Wake(HostTimer::Look(id))));
    }

    fn sealed(&mut self, now: Mono, leg: LegId, recording: RecordingId) {
        let Some(began) = self.recordings.remove(&recording.0) else { return };
        let status = match self.dice.below(20) {
            0 => RecordingStatus::Partial { missing: self.dice.millis(20, 2000) },
            1 => RecordingStatus::Failed { reason: "the disk is full".to_owned() },
            _ => RecordingStatus::Recorded,
        };
        let news = MediaNews::RecordingSealed {
            recording,
            status,
            length: now - began,
            sha256: format!("{recording}-sealed"),
        };
        self.say(leg, news);
    }

    /// What a host that starts anew finds of a recording its process left behind.
    pub(crate) fn recovered(&self, now: Mono, call: CallId) -> Option<(RecordingStatus, Duration, String)> {
        let began = self.recordings.get(&call)?;
        let status = RecordingStatus::Partial { missing: Duration::from_millis(20) };
        Some((status, now - *began, format!("{call}-recovered")))
    }

    fn say(&mut self, leg: LegId, what: MediaNews) {
        self.wants.push((Duration::from_micros(200), HostWant::Say(MediaEvent { leg, what })));
    }
}

/// The legs that are heard by a plan.
fn heard(plan: &Plan) -> Vec<LegId> {
    match plan {
        Plan::Leg(leg) => vec![*leg],
        Plan::Mix(legs) | Plan::Supervised { voices: legs, .. } => legs.iter().map(|(leg, _)| *leg).collect(),
        Plan::Silence | Plan::Play(_) | Plan::Tone(_) | Plan::Echo => Vec::new(),
    }
}
