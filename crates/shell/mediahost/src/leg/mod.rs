//! One leg: what arrives on its sockets, what it hears, what leaves.

mod browser;
mod carrier;
mod inbound;
mod kept;
mod keys;
mod outbound;
mod player;
mod program;
mod protected;
mod reports;
mod tones;
mod voices;

pub(crate) use browser::PEER;
pub(crate) use carrier::Carrier;
pub(crate) use inbound::{Heard, Received};
pub(crate) use tones::Tones;

use std::net::SocketAddr;
use std::time::Duration;

use bell_media::control::{Agreed, Keeping, MediaNews, Plan, Remote};
use bell_media::dtmf::{EventConfig, EventReceiver};
use bell_media::silence::{Expecting, Silence};
use bell_types::{Codec, Digits, Direction, LegId, PromptEnd, RecordingId};
use smallvec::SmallVec;

use crate::library::Loaded;
use crate::recorder::Tap;
use crate::srtp::{KeyGone, Srtp};
use crate::worker::{Key, Studio};
use inbound::Inbound;
use kept::Kept;
use keys::Keys;
use outbound::Outbound;
use program::Program;
use reports::Reports;

/// One leg.
#[derive(Debug)]
pub(crate) struct Leg {
    pub(crate) id: LegId,
    pub(crate) carrier: Carrier,
    /// The legs of this call that hear this one, itself included if it hears its echo.
    pub(crate) listeners: SmallVec<[Key; 2]>,
    /// Whether the worker's wheel brings it round.
    pub(crate) turning: bool,
    remote: Option<Remote>,
    /// What encrypts its packets, while both sides have agreed on that. It stays behind when they have not any more: numbers
    /// that were used under a key must not be used again.
    srtp: Option<Box<Srtp>>,
    /// Our last description, if the leg speaks WebRTC, for a command that is repeated.
    described: Option<(String, Option<Agreed>)>,
    inbound: Inbound,
    outbound: Outbound,
    program: Program,
    keys: Keys,
    tap: Option<Tap>,
    kept: Option<Box<Kept>>,
    reports: Reports,
}

impl Leg {
    pub(crate) fn open(id: LegId, carrier: Carrier, studio: &mut Studio) -> Self {
        Self {
            id,
            carrier,
            listeners: SmallVec::new(),
            turning: false,
            remote: None,
            srtp: None,
            described: None,
            inbound: Inbound::new(studio),
            outbound: Outbound::new(studio),
            program: Program::Silence,
            keys: Keys::new(&studio.config.keys),
            tap: None,
            kept: None,
            reports: Reports::new(studio),
        }
    }

    /// Where we take RTP, as it stands in our SDP, if the leg has a port of its own.
    pub(crate) fn address(&self, studio: &Studio) -> Option<SocketAddr> {
        Some(SocketAddr::new(studio.config.advertised, self.carrier.sockets()?.port))
    }

    /// The other side says where and how it wants to talk. Our source and numbers go on.
    pub(crate) fn set_remote(&mut self, remote: Remote, studio: &mut Studio) {
        if let Err(KeyGone) = self.agree_on_keys(remote.srtp, studio) {
            // Sent or taken in the clear would be worse than not at all.
            self.remote = None;
            let reason = "the key of the other side's audio is not known any more".to_owned();
            return studio.tell(self.id, MediaNews::Failed { reason });
        }
        let clock_hz = remote.send.0.rtp_clock_hz();
        let source = self.inbound.latch.target();
        self.inbound.latch.declare(remote.rtp);
        if self.inbound.latch.target() != source {
            self.release_source();
        }
        if self.remote.as_ref().map(|old| old.receive_events) != Some(remote.receive_events) {
            let config = EventConfig { clock_hz, ..studio.config.keys.events };
            self.inbound.events = EventReceiver::new(config);
        }
        self.inbound.formats = SmallVec::from_slice(&remote.receive);
        self.remote = Some(remote);
        self.outbound.begin_spurt();
        self.settle(studio);
    }

    /// From now on the leg hears this.
    pub(crate) fn set_plan(&mut self, plan: Plan, studio: &mut Studio) {
        self.end_play(PromptEnd::Stopped, studio);
        self.program = Program::of(plan, self.id, &studio.config);
        self.outbound.begin_spurt();
        self.outbound.sender.source_changed();
        self.settle(studio);
    }

    /// Sends keys after those that are being sent.
    pub(crate) fn send_digits(&mut self, digits: &Digits) {
        if !self.keys.push(digits) {
            tracing::warn!(leg = %self.id, "too many keys wait to be sent: they are left out");
        }
    }

    /// Records the leg until it closes.
    pub(crate) fn record(&mut self, recording: RecordingId, studio: &mut Studio) {
        if self.tap.as_ref().is_some_and(|tap| tap.recording == recording) {
            return;
        }
        self.untap(studio);
        self.tap = Some(studio.takes.join(studio.now.mono, recording, self.id.number));
    }

    /// Keeps what the leg says, within the host's limit.
    pub(crate) fn keep(&mut self, keeping: Keeping, studio: &Studio) {
        match keeping {
            Keeping::Begin(at_most) => {
                let at_most = at_most.min(studio.config.legs.kept_time_max);
                self.kept = Some(Box::new(Kept::new(at_most)));
            }
            Keeping::End => {
                if let Some(kept) = &mut self.kept {
                    kept.complete();
                }
            }
            Keeping::Forget => self.kept = None,
        }
    }

    /// Says what is left to say. The leg's sockets go back to the ports.
    pub(crate) fn close(mut self: Box<Self>, studio: &mut Studio) -> Carrier {
        self.end_play(PromptEnd::Stopped, studio);
        self.untap(studio);
        self.report_quality(studio);
        self.report_voice(studio);
        self.send_farewell(studio);
        self.carrier
    }

    /// A piece of audio has come from the library.
    pub(crate) fn loaded(&mut self, loaded: Loaded) {
        if let Program::Play(player) = &mut self.program {
            player.loaded(loaded);
        }
    }

    /// The legs that this one hears.
    pub(crate) fn speakers(&self) -> SmallVec<[LegId; 4]> {
        self.program.speakers()
    }

    /// Whether the leg sends packets of its own making, so that the wheel has to bring it round.
    pub(crate) fn wants_turn(&self) -> bool {
        self.remote.is_some() && (self.keys.are_busy() || self.program.makes_packets())
    }

    /// How much audio a packet of ours holds: whole multiples of 10 ms.
    pub(crate) fn packet_time(&self, studio: &Studio) -> Duration {
        let asked = self.remote.as_ref().map_or(Duration::ZERO, |remote| remote.packet_time);
        let longest = studio.config.legs.packet_time_max.as_millis() / 10;
        let tens = (asked.as_millis() / 10).clamp(1, longest.max(1));
        Duration::from_millis(tens as u64 * 10)
    }

    /// What time brings, several times a second: keys that were let go, silence, reports.
    pub(crate) fn chores(&mut self, studio: &mut Studio) {
        self.inbound.events.tick(studio.now.mono);
        self.report_keys(studio);
        self.inbound.watch.tick(studio.now.mono);
        self.outbound.watch.tick(studio.now.mono);
        self.report_silence(studio);
        self.hold_source(studio);
        self.ask_peer(studio);
        self.report_when_due(studio);
    }

    /// Brings everything in line with a new remote side or plan.
    fn settle(&mut self, studio: &mut Studio) {
        let Some(remote) = &self.remote else { return };
        let (codec, receiving, sending) = (remote.send.0, remote.receiving, remote.sending);
        let expect = |expected| if expected { Expecting::Packets } else { Expecting::Nothing };
        self.inbound.watch.expect(studio.now.mono, expect(receiving));
        let hears = sending && !matches!(self.program, Program::Silence);
        self.outbound.watch.expect(studio.now.mono, expect(hears));
        if self.detects_tones() {
            self.inbound.listen_for_tones(studio);
        } else {
            self.inbound.in_band = None;
        }
        self.prepare(codec, studio);
    }

    /// Keys in the audio count only where there is no better way, and where a voice at the other end of a bridge cannot
    /// be mistaken for a key.
    fn detects_tones(&self) -> bool {
        let no_events = self.remote.as_ref().is_some_and(|remote| remote.receive_events.is_none());
        no_events && !self.program.is_conversation()
    }

    fn prepare(&mut self, codec: Codec, studio: &mut Studio) {
        match &mut self.program {
            Program::Play(player) => player.request(self.id, codec, self.kept.as_deref(), studio),
            Program::Mix(voices) => voices.set_codec(codec),
            Program::Hear(hearing) => {
                if let Some(voice) = &mut hearing.decoded {
                    voice.set_codec(codec);
                }
            }
            Program::Silence | Program::Tone(_) => {}
        }
    }

    fn end_play(&mut self, how: PromptEnd, studio: &mut Studio) {
        if let Program::Play(player) = &self.program {
            let play = player.id();
            self.program = Program::Silence;
            studio.tell(self.id, MediaNews::PlayEnded { play, how });
        }
    }

    fn untap(&mut self, studio: &mut Studio) {
        if let Some(mut tap) = self.tap.take() {
            studio.takes.leave(studio.now.mono, &mut tap);
        }
    }

    fn report_silence(&mut self, studio: &mut Studio) {
        for direction in [Direction::Inbound, Direction::Outbound] {
            let watch = match direction {
                Direction::Inbound => &mut self.inbound.watch,
                Direction::Outbound => &mut self.outbound.watch,
            };
            while let Some(seen) = watch.poll_output() {
                match (seen, direction) {
                    (Silence::Began(cause), _) => {
                        studio.tell(self.id, MediaNews::SilenceBegan { direction, cause });
                    }
                    (Silence::Ended, _) => studio.tell(self.id, MediaNews::SilenceEnded { direction }),
                    (Silence::Gone, Direction::Inbound) => studio.tell(self.id, MediaNews::TimedOut),
                    // That we send nothing says nothing about the other side.
                    (Silence::Gone, Direction::Outbound) => {}
                }
            }
        }
    }
}
