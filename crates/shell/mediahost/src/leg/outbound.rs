//! What leaves on a leg's RTP socket.

use bell_media::level::Level;
use bell_media::recording::GapCause;
use bell_media::rtp::{Header, Sender, Spurt};
use bell_media::silence::SilenceWatch;
use bell_types::{Codec, Direction, LegId, Mono};

use super::Leg;
use super::carrier::Carrier;
use super::inbound::{Content, Heard, Loudness, Passing, Source};
use super::program::Program;
use crate::gauges::count;
use crate::recorder::Sound;
use crate::worker::Studio;

/// What a leg knows about what it sends.
#[derive(Debug)]
pub(super) struct Outbound {
    pub(super) sender: Sender,
    pub(super) level: Level,
    pub(super) watch: SilenceWatch,
    /// Packets since the last report.
    pub(super) packets: u32,
    pub(super) spurt: Spurt,
}

impl Outbound {
    pub(super) fn new(studio: &mut Studio) -> Self {
        // RFC 3711 §3.3.1: the first number is not near its wrap, or who misses the first packet may count it wrongly.
        let seq = studio.random.next_u32() as u16 & 0x7FFF;
        let (ssrc, timestamp) = (studio.random.next_u32(), studio.random.next_u32());
        Self {
            sender: Sender::new(ssrc, seq, timestamp),
            level: Level::new(),
            watch: SilenceWatch::new(studio.config.silence.outbound, studio.now.mono),
            packets: 0,
            spurt: Spurt::Begins,
        }
    }

    pub(super) const fn begin_spurt(&mut self) {
        self.spurt = Spurt::Begins;
    }

    fn heard(&mut self, now: Mono, loudness: Option<Loudness>) {
        if let Some(loudness) = loudness {
            self.level.add_level(loudness.level);
        }
        self.watch.packet(now, loudness.map(|loudness| loudness.dbov));
    }
}

impl Leg {
    /// What was sent was so loud.
    fn sounded(&mut self, now: Mono, loudness: Option<Loudness>) {
        self.outbound.heard(now, loudness);
        if let Some(loudness) = loudness {
            self.inbound.voice.sent(now, loudness.dbov);
        }
    }

    /// A packet of a leg that this one hears. `datagram` may be overwritten before its payload.
    pub(crate) fn hear(&mut self, studio: &mut Studio, heard: &Heard, speaker: LegId, datagram: &mut [u8]) {
        let Some(remote) = &self.remote else { return };
        let (codec, payload_type) = remote.send;
        match (&mut self.program, heard.what) {
            (Program::Hear(hearing), Content::Audio(spoken, loudness)) if spoken == codec => {
                hearing.decoded = None;
                self.relay(studio, heard, payload_type, Some((codec, loudness)), datagram);
            }
            (Program::Hear(hearing), Content::Audio(spoken, _)) => {
                let payload = datagram.get(heard.place.clone()).unwrap_or_default();
                hearing.voice(codec).put(studio, speaker, spoken, &heard.header, payload);
            }
            (Program::Mix(voices), Content::Audio(spoken, _)) => {
                let payload = datagram.get(heard.place.clone()).unwrap_or_default();
                voices.put(studio, speaker, spoken, &heard.header, payload);
            }
            (Program::Hear(hearing), Content::Event(passing)) => {
                if let Some(voice) = &mut hearing.decoded {
                    voice.pass(studio, speaker, &heard.header);
                }
                // Nobody needs to hear his own keys.
                let passes = speaker != self.id && passing == Passing::AsItIs;
                if let Some(events) = remote.send_events.filter(|_| passes) {
                    self.relay(studio, heard, events, None, datagram);
                }
            }
            (Program::Mix(voices), Content::Event(_)) => voices.pass(studio, speaker, &heard.header),
            (Program::Silence | Program::Play(_) | Program::Tone(_), _) => {}
        }
    }

    /// The fast path: the payload stays where it lies, and only the header before it is new.
    fn relay(
        &mut self,
        studio: &mut Studio,
        heard: &Heard,
        payload_type: u8,
        audio: Option<(Codec, Option<Loudness>)>,
        datagram: &mut [u8],
    ) {
        let sending = self.remote.as_ref().is_some_and(|remote| remote.sending);
        if !sending || self.keys.are_busy() {
            return;
        }
        let ticks = heard.place.len() as u32;
        let now = studio.now.mono;
        let Some(header) = self.outbound.sender.relay(now, &heard.header, payload_type, ticks) else {
            return;
        };
        let packet = header.write_before(datagram, heard.place.clone());
        self.transmit(studio, packet);
        self.sounded(now, audio.and_then(|(_, loudness)| loudness));
        if let Some((codec, _)) = audio {
            let payload = datagram.get(heard.place.clone()).unwrap_or_default();
            self.record_outbound(studio, header.timestamp, codec, payload);
        }
    }

    /// Sends a packet that we made. `payload` holds one octet per tick.
    pub(super) fn send_made(&mut self, studio: &mut Studio, payload: &[u8]) {
        let Some(remote) = &self.remote else { return };
        let (codec, payload_type) = remote.send;
        if !remote.sending {
            self.outbound.begin_spurt();
            return;
        }
        let spurt = std::mem::replace(&mut self.outbound.spurt, Spurt::Goes);
        let now = studio.now.mono;
        let header = self.outbound.sender.make(now, payload_type, payload.len() as u32, spurt);
        self.send_packet(studio, &header, payload);
        self.sounded(now, Loudness::of(codec, payload));
        self.record_outbound(studio, header.timestamp, codec, payload);
    }

    /// Puts a header before a payload and sends both.
    pub(super) fn send_packet(&mut self, studio: &mut Studio, header: &Header, payload: &[u8]) {
        let mut packet = std::mem::take(&mut studio.packet);
        packet.clear();
        header.write(payload, &mut packet);
        self.transmit(studio, &packet);
        studio.packet = packet;
    }

    fn transmit(&mut self, studio: &mut Studio, packet: &[u8]) {
        match self.protection() {
            None => self.send_off(studio, packet),
            Some(srtp) => {
                let mut sealed = std::mem::take(&mut studio.sealed);
                if srtp.protect(packet, &mut sealed) {
                    self.send_off(studio, &sealed);
                }
                studio.sealed = sealed;
            }
        }
    }

    fn send_off(&mut self, studio: &Studio, packet: &[u8]) {
        let Some(target) = self.inbound.latch.target() else { return };
        let sent = match &mut self.carrier {
            Carrier::Peer(peer) => peer.send(studio.instant(), packet),
            Carrier::Sockets(sockets) => match self.inbound.source {
                Source::Held { .. } => sockets.rtp.send(packet).is_ok(),
                Source::Unknown | Source::Learnt { .. } => sockets.rtp.send_to(packet, target).is_ok(),
            },
        };
        self.outbound.packets += 1;
        // A full queue or an unreachable network costs this packet and nothing else.
        if sent {
            count(&studio.counters.packets_out, 1);
            count(&studio.counters.bytes_out, packet.len() as u64);
        } else {
            count(&studio.counters.unsent, 1);
        }
    }

    fn record_outbound(&mut self, studio: &mut Studio, timestamp: u32, codec: Codec, payload: &[u8]) {
        let Some(tap) = &mut self.tap else { return };
        let sound = Sound { direction: Direction::Outbound, codec, timestamp, payload, gap: GapCause::NotSent };
        studio.takes.append(studio.now.mono, tap, &sound);
    }
}
