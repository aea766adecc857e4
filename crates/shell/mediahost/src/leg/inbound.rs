//! What arrives on a leg's RTP socket.

use std::net::SocketAddr;
use std::ops::Range;

use bell_media::codec::Decoder;
use bell_media::control::{BargeIn, MediaNews};
use bell_media::dtmf::{EventReceiver, Press, ToneDetector};
use bell_media::latch::{Latch, Verdict};
use bell_media::level::Level;
use bell_media::recording::GapCause;
use bell_media::resample::Resampler;
use bell_media::rtp::{self, Arrival, Header, Packet, Receiver};
use bell_media::silence::SilenceWatch;
use bell_media::voice::{VoiceMeter, clipped};
use bell_types::{Codec, Digit, Digits, Direction, Mono, PromptEnd};
use smallvec::SmallVec;

use super::program::Program;
use super::{Leg, reports};
use crate::gauges::count;
use crate::recorder::Sound;
use crate::worker::Studio;

/// The RTP clock of every codec we speak.
const CLOCK_HZ: u32 = 8000;

/// G.722 has to be decoded before its level is known. One packet in so many is: enough to tell sound from silence.
const METERED_EACH: u32 = 10;

/// From this loudness on a packet is looked at for samples at the limit of the scale.
const NEAR_LIMIT_DBOV: i8 = -20;

/// What a leg knows about what it receives.
#[derive(Debug)]
pub(super) struct Inbound {
    /// What we take; kept here because every packet asks.
    pub(super) formats: SmallVec<[(Codec, u8); 4]>,
    pub(super) latch: Latch,
    pub(super) receiver: Receiver,
    pub(super) events: EventReceiver,
    pub(super) in_band: Option<Box<InBand>>,
    pub(super) level: Level,
    pub(super) voice: VoiceMeter,
    pub(super) watch: SilenceWatch,
    pub(super) source: Source,
    /// Packets of the source so far.
    packets: u32,
    wideband: Option<Box<WidebandMeter>>,
    flowing: bool,
    key_down: bool,
}

/// From where packets come, and since when or until when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    Unknown,
    /// It may still change.
    Learnt {
        since: Mono,
    },
    /// The kernel takes packets from nowhere else, and sends ours there.
    Held {
        packets: u32,
        heard: Mono,
    },
}

/// Listens for keys in the audio.
#[derive(Debug)]
pub(super) struct InBand {
    decoder: Decoder,
    resampler: Option<Resampler>,
    detector: ToneDetector,
    decoded: Vec<i16>,
    narrow: Vec<i16>,
}

/// Measures the level of G.722 now and then.
#[derive(Debug)]
struct WidebandMeter {
    decoder: Decoder,
    decoded: Vec<i16>,
    turn: u32,
    last: Option<Loudness>,
}

/// A good packet, for those who hear the leg.
#[derive(Clone, Debug)]
pub(crate) struct Heard {
    pub(crate) header: Header,
    /// Where in the datagram the payload lies.
    pub(crate) place: Range<usize>,
    pub(crate) what: Content,
}

/// What a packet holds.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Content {
    /// Audio with its loudness, if that is known.
    Audio(Codec, Option<Loudness>),
    /// Part of a key that is pressed.
    Event(Passing),
}

/// How a key reaches those who hear the leg.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Passing {
    /// Packet by packet.
    AsItIs,
    /// Made anew once it is let go: browsers send events that others do not understand.
    Anew,
}

/// How loud one packet is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Loudness {
    pub(super) level: Level,
    pub(super) dbov: i8,
}

/// What became of a datagram.
#[derive(Debug)]
pub(crate) enum Received {
    /// A packet of the other side; none if it was a duplicate or of no interest to listeners.
    Taken(Option<Heard>),
    /// Noise, or from elsewhere.
    Refused,
    /// RTCP on the same port.
    Rtcp,
}

impl Inbound {
    pub(super) fn new(studio: &Studio) -> Self {
        let config = &studio.config;
        Self {
            formats: SmallVec::new(),
            latch: Latch::new(config.latch),
            receiver: Receiver::new(CLOCK_HZ),
            events: EventReceiver::new(config.keys.events),
            in_band: None,
            level: Level::new(),
            voice: VoiceMeter::new(),
            watch: SilenceWatch::new(config.silence.inbound, studio.now.mono),
            source: Source::Unknown,
            packets: 0,
            wideband: None,
            flowing: false,
            key_down: false,
        }
    }

    /// The codec that was agreed on for a payload type.
    fn codec(&self, payload_type: u8) -> Option<Codec> {
        self.formats.iter().find(|format| format.1 == payload_type).map(|format| format.0)
    }

    pub(super) fn listen_for_tones(&mut self, studio: &Studio) {
        self.in_band.get_or_insert_with(|| {
            Box::new(InBand {
                decoder: Decoder::new(Codec::Pcma),
                resampler: None,
                detector: ToneDetector::new(studio.config.keys.tones),
                decoded: Vec::new(),
                narrow: Vec::new(),
            })
        });
    }

    /// The loudness of an audio packet. Of G.722 every tenth packet is measured, and what it gave stands for the others.
    fn measure(&mut self, now: Mono, codec: Codec, payload: &[u8]) -> Option<Loudness> {
        let loudness = match codec {
            Codec::Pcma | Codec::Pcmu => Loudness::of(codec, payload),
            Codec::G722 => self.wideband.get_or_insert_with(|| Box::new(WidebandMeter::new())).measure(payload),
        };
        if let Some(loudness) = loudness {
            self.level.add_level(loudness.level);
            // What is far below the limit has nothing at it.
            let clipped = if loudness.dbov < NEAR_LIMIT_DBOV { 0 } else { clipped(codec, payload) };
            self.voice.heard(now, loudness.dbov, clipped, payload.len());
        }
        loudness
    }
}

impl Loudness {
    /// None if it would take a decoder to know, or there is no audio.
    pub(super) fn of(codec: Codec, payload: &[u8]) -> Option<Self> {
        let mut level = Level::new();
        level.add_payload(codec, payload);
        let dbov = level.dbov()?;
        Some(Self { level, dbov })
    }
}

impl WidebandMeter {
    fn new() -> Self {
        Self { decoder: Decoder::new(Codec::G722), decoded: Vec::new(), turn: 0, last: None }
    }

    fn measure(&mut self, payload: &[u8]) -> Option<Loudness> {
        if self.turn == 0 {
            self.decoded.clear();
            self.decoder.decode(payload, &mut self.decoded);
            let mut level = Level::new();
            level.add(&self.decoded);
            self.last = level.dbov().map(|dbov| Loudness { level, dbov });
        }
        self.turn = (self.turn + 1) % METERED_EACH;
        self.last
    }
}

impl Leg {
    /// Judges one datagram on the RTP socket, counts and records it.
    pub(crate) fn receive(&mut self, studio: &mut Studio, from: SocketAddr, datagram: &mut [u8]) -> Received {
        let now = studio.now.mono;
        let Some(remote) = &self.remote else {
            // Nothing was agreed on yet: we could not tell what it is.
            return Received::Refused;
        };
        if remote.rtcp_mux && rtp::kind(datagram) == rtp::Kind::Rtcp {
            return Received::Rtcp;
        }
        let Some(datagram) = self.unseal(studio, datagram) else { return Received::Refused };
        let Some(remote) = &self.remote else { return Received::Refused };
        let Ok(packet) = Packet::parse(datagram) else {
            count(&studio.counters.malformed, 1);
            return Received::Refused;
        };
        let payload_type = packet.header.payload_type;
        let codec = self.inbound.codec(payload_type);
        if codec.is_none() && remote.receive_events != Some(payload_type) {
            count(&studio.counters.malformed, 1);
            self.inbound.watch.wrong_format(now);
            return Received::Refused;
        }
        match self.inbound.latch.receive(now, from) {
            Verdict::Accepted if self.inbound.source == Source::Unknown => {
                self.inbound.source = Source::Learnt { since: now };
            }
            Verdict::Accepted => {}
            Verdict::Learnt => {
                if from != remote.rtp {
                    tracing::info!(leg = %self.id, %from, declared = %remote.rtp, "audio comes from elsewhere");
                }
                self.inbound.source = Source::Learnt { since: now };
            }
            Verdict::Refused => {
                count(&studio.counters.refused, 1);
                self.inbound.watch.wrong_source(now);
                return Received::Refused;
            }
        }
        Received::Taken(self.take(studio, &packet, codec))
    }

    fn take(&mut self, studio: &mut Studio, packet: &Packet<'_>, codec: Option<Codec>) -> Option<Heard> {
        let now = studio.now.mono;
        let arrival = self.inbound.receiver.receive(now, &packet.header);
        self.inbound.packets = self.inbound.packets.wrapping_add(1);
        count(&studio.counters.packets_in, 1);
        count(&studio.counters.bytes_in, packet.payload.len() as u64);
        if !self.inbound.flowing {
            self.inbound.flowing = true;
            studio.tell(self.id, MediaNews::Flowing);
        }
        let what = match codec {
            // Late and repeated packets of an event count: an end may have been overtaken.
            None => {
                self.inbound.watch.packet(now, None);
                self.inbound.events.handle(now, &packet.header, packet.payload);
                self.report_keys(studio);
                Content::Event(self.passing())
            }
            Some(codec) => {
                let loudness = self.inbound.measure(now, codec, packet.payload);
                self.inbound.watch.packet(now, loudness.map(|loudness| loudness.dbov));
                Content::Audio(codec, loudness)
            }
        };
        let gap = match arrival {
            Arrival::Duplicate | Arrival::Suspect => return None,
            Arrival::AfterGap(_) => GapCause::Lost,
            Arrival::First | Arrival::InOrder | Arrival::Late | Arrival::Restarted => GapCause::NotSent,
        };
        if let Some(codec) = codec {
            self.record_inbound(studio, packet, codec, gap);
            if let Some(kept) = &mut self.kept {
                kept.add(codec, packet.header.timestamp, packet.payload);
            }
            self.detect_tones(studio, packet, codec, arrival);
        }
        Some(Heard { header: packet.header, place: packet.place(), what })
    }

    fn record_inbound(&mut self, studio: &mut Studio, packet: &Packet<'_>, codec: Codec, gap: GapCause) {
        let Some(tap) = &mut self.tap else { return };
        let sound = Sound {
            direction: Direction::Inbound,
            codec,
            timestamp: packet.header.timestamp,
            payload: packet.payload,
            gap,
        };
        studio.takes.append(studio.now.mono, tap, &sound);
    }

    fn detect_tones(&mut self, studio: &mut Studio, packet: &Packet<'_>, codec: Codec, arrival: Arrival) {
        let Some(in_band) = &mut self.inbound.in_band else { return };
        if arrival == Arrival::Late {
            return;
        }
        in_band.listen(codec, packet.payload);
        while let Some(press) = self.inbound.in_band.as_mut().and_then(|in_band| in_band.detector.poll_output()) {
            self.barge_in(studio);
            self.report_key(studio, press);
        }
    }

    /// Reports keys that were let go. A play that a key ends is ended when the key goes down: when it is let go the next
    /// play may have begun, and that is not for this key to end.
    pub(super) fn report_keys(&mut self, studio: &mut Studio) {
        let was_down = std::mem::replace(&mut self.inbound.key_down, self.inbound.events.poll_timeout().is_some());
        let mut let_go = self.inbound.events.poll_output();
        let went_down = match let_go {
            None => self.inbound.key_down && !was_down,
            // Either another key is down already, or all we got of this one was its end.
            Some(_) => self.inbound.key_down || !was_down,
        };
        if went_down {
            self.barge_in(studio);
        }
        while let Some(press) = let_go {
            self.report_key(studio, press);
            let_go = self.inbound.events.poll_output();
        }
    }

    fn barge_in(&mut self, studio: &mut Studio) {
        if let Program::Play(player) = &self.program
            && player.barge_in() == BargeIn::Yes
        {
            self.end_play(PromptEnd::BargedIn, studio);
            self.settle(studio);
        }
    }

    fn report_key(&mut self, studio: &mut Studio, press: Press) {
        let Press { digit, held, via } = press;
        studio.tell(self.id, MediaNews::Digit { digit, held, via });
        studio.pressed.push(digit);
    }

    /// How this leg's keys reach those who hear it.
    pub(crate) const fn passing(&self) -> Passing {
        if self.carrier.is_peer() { Passing::Anew } else { Passing::AsItIs }
    }

    /// A key another leg pressed. One that takes no telephone-events gets the tone; one that does has got the packets,
    /// unless they are made anew.
    pub(crate) fn hear_key(&mut self, digit: Digit, passing: Passing) {
        let takes_none = self.remote.as_ref().is_some_and(|remote| remote.send_events.is_none());
        let is_due = (takes_none || passing == Passing::Anew) && matches!(self.program, Program::Hear(_));
        let mut one = Digits::new();
        if is_due && one.push(digit).is_ok() {
            self.send_digits(&one);
        }
    }

    /// Tells the kernel to hold on to a source that has settled, and to let go of one that is silent.
    pub(super) fn hold_source(&mut self, studio: &Studio) {
        let now = studio.now.mono;
        let packets = self.inbound.packets;
        match self.inbound.source {
            Source::Unknown => {}
            Source::Learnt { since } if now - since < studio.config.latch.settle => {}
            Source::Learnt { .. } => {
                let (Some(source), Some(sockets)) = (self.inbound.latch.target(), self.carrier.sockets()) else {
                    return;
                };
                if sockets.rtp.connect(source).is_ok() {
                    self.inbound.source = Source::Held { packets, heard: now };
                }
            }
            Source::Held { packets: before, heard } if before == packets => {
                if now - heard >= studio.config.legs.source_held {
                    self.release_source();
                }
            }
            Source::Held { .. } => self.inbound.source = Source::Held { packets, heard: now },
        }
    }

    /// Takes packets from everywhere again, for the latch to judge.
    pub(super) fn release_source(&mut self) {
        if let Source::Held { .. } = self.inbound.source {
            let Some(sockets) = self.carrier.sockets() else { return };
            if let Err(err) = rustix::net::connect_unspec(&sockets.rtp) {
                tracing::warn!(leg = %self.id, %err, "the source of a leg cannot be let go");
            }
            self.inbound.source = Source::Unknown;
        }
    }

    /// One datagram of RTCP.
    pub(crate) fn receive_rtcp(&mut self, studio: &mut Studio, from: SocketAddr, datagram: &mut [u8]) {
        if let Some(datagram) = self.unseal_rtcp(studio, datagram) {
            reports::receive(self, studio, from, datagram);
        }
    }
}

impl InBand {
    fn listen(&mut self, codec: Codec, payload: &[u8]) {
        if self.decoder.codec() != codec {
            self.decoder = Decoder::new(codec);
            self.resampler = Resampler::new(codec.sample_rate_hz(), 8000).ok();
        }
        self.decoded.clear();
        self.decoder.decode(payload, &mut self.decoded);
        match &mut self.resampler {
            Some(resampler) if codec.sample_rate_hz() != 8000 => {
                self.narrow.clear();
                resampler.process(&self.decoded, &mut self.narrow);
                self.detector.listen(&self.narrow);
            }
            Some(_) | None => self.detector.listen(&self.decoded),
        }
    }
}
