//! RTCP towards the other side, quality reports towards the engine.

use std::net::SocketAddr;
use std::time::Duration;

use bell_media::control::MediaNews;
use bell_media::quality::Heard;
use bell_media::rtcp::{self, Blocks, Compound, Message, Ntp};
use bell_media::rtp::Receiver;
use bell_types::Mono;

use super::Leg;
use super::carrier::Carrier;
use super::program::Program;
use crate::gauges::count;
use crate::webrtc::Peer;
use crate::worker::Studio;

/// RFC 3550 §6.3.1: e - 3/2, which makes up for the reconsideration that the mean would else be shortened by.
const COMPENSATION: f64 = 1.218_28;

/// One report of the microphone for so many of the quality: an echo takes longer to be told from speech than a loss.
const VOICE_EACH: u8 = 6;

/// When a leg reports, and what the other side reported.
#[derive(Debug)]
pub(super) struct Reports {
    rtcp_at: Mono,
    quality_at: Mono,
    /// Reports of quality since the last one of the microphone.
    turn: u8,
    /// From where RTCP came last, if not by the RTP port.
    rtcp_source: Option<SocketAddr>,
    cname: Box<str>,
    round_trip: Option<Duration>,
    loss_out_permille: Option<u16>,
}

impl Reports {
    pub(super) fn new(studio: &mut Studio) -> Self {
        let cname = format!("{:016x}", studio.random.next()).into();
        let interval = rtcp_interval(studio);
        Self {
            // RFC 3550 §6.2: the first report comes after half the time.
            rtcp_at: studio.now.mono + interval / 2,
            quality_at: studio.now.mono + studio.config.quality_interval,
            turn: 0,
            rtcp_source: None,
            cname,
            round_trip: None,
            loss_out_permille: None,
        }
    }
}

/// RFC 3550 §6.3.1: between half and one and a half of the interval, so that reports do not come in step.
fn rtcp_interval(studio: &mut Studio) -> Duration {
    let part = 0.5 + studio.random.below(1_000_000) as f64 / 1e6;
    studio.config.rtcp_interval.mul_f64(part / COMPENSATION)
}

impl Leg {
    pub(super) fn report_when_due(&mut self, studio: &mut Studio) {
        if self.reports.quality_at <= studio.now.mono {
            self.reports.quality_at = studio.now.mono + studio.config.quality_interval;
            if self.remote.is_some() {
                self.report_quality(studio);
                self.reports.turn += 1;
                if self.reports.turn == VOICE_EACH {
                    self.report_voice(studio);
                }
            }
        }
        if self.reports.rtcp_at <= studio.now.mono {
            self.reports.rtcp_at = studio.now.mono + rtcp_interval(studio);
            self.send_report(studio, false);
        }
    }

    /// How the leg sounded since the last report.
    pub(super) fn report_quality(&mut self, studio: &mut Studio) {
        let decoding = match &self.program {
            Program::Hear(hearing) => hearing.decoded.as_ref().map_or(Duration::ZERO, |voice| voice.delay()),
            Program::Mix(voices) => voices.delay(),
            Program::Silence | Program::Play(_) | Program::Tone(_) => Duration::ZERO,
        };
        let buffered = self.packet_time(studio) + decoding;
        let unmended_permille = self.carrier.peer().and_then(Peer::take_concealed_permille);
        let receiver = self.receiver();
        let (interval, jitter_us) = (receiver.take_interval(), receiver.jitter_us());
        let heard = Heard {
            interval,
            packets_out: std::mem::take(&mut self.outbound.packets),
            level_in: std::mem::take(&mut self.inbound.level),
            level_out: std::mem::take(&mut self.outbound.level),
            loss_out_permille: self.reports.loss_out_permille.take(),
            jitter_us,
            round_trip: self.reports.round_trip,
            buffered,
            unmended_permille,
        };
        studio.tell(self.id, MediaNews::Quality(heard.report()));
    }

    /// What the microphone delivered since the last report.
    pub(super) fn report_voice(&mut self, studio: &mut Studio) {
        self.reports.turn = 0;
        if let Some(voice) = self.inbound.voice.take() {
            studio.tell(self.id, MediaNews::Voice(voice));
        }
    }

    /// RFC 3550 §6.3.7: we say that we leave, if we ever said anything.
    pub(super) fn send_farewell(&mut self, studio: &mut Studio) {
        if self.outbound.sender.packets() > 0 {
            self.send_report(studio, true);
        }
    }

    fn send_report(&mut self, studio: &mut Studio, leaving: bool) {
        let Some(target) = self.rtcp_target() else { return };
        let received = self.receiver().report(studio.now.mono);
        let sent = self.outbound.sender.packets() > 0;
        if !sent && received.is_none() {
            return;
        }
        let mut compound = Compound {
            ssrc: self.outbound.sender.ssrc(),
            sent: sent.then(|| self.outbound.sender.report(studio.now)),
            received,
            cname: &self.reports.cname,
            leaving,
        };
        if let Some(peer) = self.carrier.peer() {
            peer.translate(&mut compound);
        }
        let mut packet = std::mem::take(&mut studio.packet);
        packet.clear();
        compound.write(&mut packet);
        let mut sealed = std::mem::take(&mut studio.sealed);
        let ready = match self.protection() {
            None => Some(&packet),
            Some(srtp) => srtp.protect_rtcp(&packet, &mut sealed).then_some(&sealed),
        };
        if let Some(packet) = ready {
            self.send_rtcp(studio, target, packet);
        }
        (studio.packet, studio.sealed) = (packet, sealed);
    }

    fn send_rtcp(&mut self, studio: &Studio, target: SocketAddr, packet: &[u8]) {
        let muxed = self.remote.as_ref().is_some_and(|remote| remote.rtcp_mux);
        let sent = match &mut self.carrier {
            Carrier::Peer(peer) => peer.send_report(studio.instant(), packet),
            Carrier::Sockets(sockets) if muxed => sockets.rtp.send_to(packet, target).is_ok(),
            Carrier::Sockets(sockets) => sockets.rtcp.send_to(packet, target).is_ok(),
        };
        if !sent {
            count(&studio.counters.unsent, 1);
        }
    }

    /// What is known of the stream as it came.
    fn receiver(&mut self) -> &mut Receiver {
        self.carrier.peer().and_then(Peer::receiver).unwrap_or(&mut self.inbound.receiver)
    }

    /// Where reports go: to where the other side's come from; until one has come, to the port after the audio's if the
    /// audio comes from elsewhere than was said, and else where it was said.
    fn rtcp_target(&self) -> Option<SocketAddr> {
        let remote = self.remote.as_ref()?;
        let audio = self.inbound.latch.target()?;
        if remote.rtcp_mux {
            return Some(audio);
        }
        Some(match self.reports.rtcp_source {
            Some(source) => source,
            None if audio != remote.rtp => SocketAddr::new(audio.ip(), audio.port().saturating_add(1)),
            None => remote.rtcp,
        })
    }
}

/// Takes one RTCP datagram. Only the host the audio comes from is believed, and the declared one.
pub(super) fn receive(leg: &mut Leg, studio: &mut Studio, from: SocketAddr, datagram: &[u8]) {
    let Some(remote) = &leg.remote else { return };
    let audio = leg.inbound.latch.target().map(|audio| audio.ip());
    if audio != Some(from.ip()) && remote.rtcp.ip() != from.ip() {
        count(&studio.counters.refused, 1);
        return;
    }
    let muxed = remote.rtcp_mux;
    for message in rtcp::parse(datagram) {
        match message {
            Ok(Message::SenderReport { ssrc, info, blocks }) => {
                let receiver = leg.receiver();
                if receiver.ssrc() == Some(ssrc) {
                    receiver.sender_report(studio.now.mono, info.ntp);
                }
                leg.learn(studio, blocks);
            }
            Ok(Message::ReceiverReport { blocks, .. }) => leg.learn(studio, blocks),
            Ok(Message::Description { .. } | Message::Bye { .. } | Message::Other { .. }) => {}
            Err(_) => {
                count(&studio.counters.malformed, 1);
                return;
            }
        }
    }
    if !muxed {
        leg.reports.rtcp_source = Some(from);
    }
}

impl Leg {
    /// What the other side says about our stream.
    fn learn(&mut self, studio: &Studio, blocks: Blocks<'_>) {
        let announced = self.carrier.peer().and_then(|peer| peer.source());
        let ours = announced.unwrap_or(self.outbound.sender.ssrc());
        for block in blocks.filter(|block| block.ssrc == ours) {
            self.reports.loss_out_permille = Some(block.loss_permille());
            if let Some(peer) = self.carrier.peer() {
                peer.is_heard_with_loss(block.loss_permille());
            }
            let now = Ntp::from_wall(studio.now.wall);
            self.reports.round_trip = block.round_trip(now).or(self.reports.round_trip);
        }
    }
}
