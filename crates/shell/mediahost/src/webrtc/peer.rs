//! One browser, or another client that speaks WebRTC. Plain RTP goes in and comes out; what the two sides agree on, and
//! their keys, stay here.
//!
//! The library promises to be whole only while one change at a time is made and all that it wants is taken after each
//! ([`Peer::settle`]). It may panic on what it takes for a defect of its own: that ends this peer and nothing else.

use std::collections::VecDeque;
use std::fmt;
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bell_media::rtp::{Header, Packet};
use bell_types::Codec;
use str0m::change::{SdpAnswer, SdpOffer, SdpPendingOffer};
use str0m::format::{Codec as Format, CodecSpec, FormatParams};
use str0m::media::{Direction, Frequency, MediaKind, Mid, Pt};
use str0m::net::{DatagramSend, Protocol, Receive};
use str0m::rtp::{Extension, RtpPacket, RtpWrite};
use str0m::{Candidate, Event, IceCreds, Input, Output, Rtc, RtcConfig, RtcError};

use super::demux::Places;
use super::door::{Door, Identity};
use super::paths::Paths;
use super::sdp::{audio_line, without_candidates};
use crate::config::WebrtcConfig;

/// What most of the world takes for telephone-event.
const EVENTS: u8 = 101;

/// How often the library is asked for more before it is left to its next deadline: a bound for its mistakes.
const TURNS_MAX: usize = 8;

/// How many packets of one peer wait to be taken. One datagram holds one packet, and it is taken at once.
const ARRIVED_MAX: usize = 16;

/// One peer.
pub(crate) struct Peer {
    /// None once it has failed.
    rtc: Option<Box<Rtc>>,
    door: Arc<Door>,
    /// The audio line.
    line: Option<Mid>,
    offer: Option<SdpPendingOffer>,
    /// When it wants to be brought round.
    due: Instant,
    arrived: VecDeque<RtpPacket>,
    /// The number of the last packet that left, without its wrap at 65,536.
    last_out: Option<u64>,
    paths: Paths,
    figures: Figures,
    /// After how long without a word of it it has left.
    lost_after: Duration,
    /// Since when it may be expected to speak; none before it was described, and once it has left.
    expected: Option<Instant>,
    /// It has left, and nobody has asked yet.
    gone: bool,
}

/// What the other side says about our stream.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Figures {
    /// Of 1000 packets of ours so many did not arrive.
    pub(crate) loss_permille: Option<u16>,
    pub(crate) round_trip: Option<Duration>,
}

/// What both sides agreed on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Formats {
    /// The codec we send, with its payload type.
    pub(crate) send: (Codec, u8),
    pub(crate) receive: Vec<(Codec, u8)>,
    /// The payload type of telephone-event.
    pub(crate) events: Option<u8>,
    pub(crate) sending: bool,
    pub(crate) receiving: bool,
    /// The codec as SDP names it.
    pub(crate) spoken: String,
}

impl fmt::Debug for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Peer").field("line", &self.line).field("paths", &self.paths).finish_non_exhaustive()
    }
}

impl Peer {
    /// A peer that nothing is known of. `wished` comes first of the codecs that it is offered or answered with; `secret`
    /// must be random, for whoever knows it can pretend to be elsewhere.
    pub(crate) fn new(
        now: Instant,
        config: &WebrtcConfig,
        identity: &Identity,
        door: Arc<Door>,
        wished: Option<Codec>,
        secret: &[u8; 24],
    ) -> Self {
        let mut rtc = rtc_config(config, identity, wished, secret).build(now);
        for candidate in &door.candidates {
            match Candidate::host(*candidate, Protocol::Udp) {
                Ok(candidate) => drop(rtc.add_local_candidate(candidate)),
                Err(err) => tracing::error!(%candidate, %err, "browsers cannot be told of this address"),
            }
        }
        Self {
            rtc: Some(Box::new(rtc)),
            door,
            line: None,
            offer: None,
            due: now,
            arrived: VecDeque::new(),
            last_out: None,
            paths: Paths::new(config.path_silent_after),
            figures: Figures::default(),
            lost_after: config.lost_after,
            expected: None,
            gone: false,
        }
    }

    /// The name by which its checks are known; another one after each step of offer and answer, perhaps.
    pub(crate) fn name(&mut self) -> Option<String> {
        Some(self.rtc.as_mut()?.direct_api().local_ice_credentials().ufrag)
    }

    /// When [`tick`](Self::tick) is due.
    pub(crate) fn due(&self) -> Instant {
        self.due
    }

    /// Whether the other side has left, failed or fallen silent since it was asked last.
    pub(crate) fn has_just_left(&mut self, now: Instant) -> bool {
        let since = self.expected.map(|expected| self.paths.last_heard().map_or(expected, |heard| heard.max(expected)));
        let is_lost = since.is_some_and(|since| now.saturating_duration_since(since) > self.lost_after);
        if is_lost {
            self.expected = None;
        }
        std::mem::take(&mut self.gone) || is_lost
    }

    // Offer and answer.

    /// Our offer, the first one or another.
    pub(crate) fn offer(&mut self, now: Instant) -> Result<String, String> {
        let line = self.line;
        let made = self.attempt(now, |rtc| {
            let mut changes = rtc.sdp_api();
            match line {
                None => {
                    let line = changes.add_media(MediaKind::Audio, Direction::SendRecv, None, None, None);
                    Ok((line, changes.apply()))
                }
                // The same again asks for nothing, and so makes no offer; new credentials are asked for instead.
                Some(line) => {
                    changes.set_direction(line, Direction::SendRecv);
                    changes.ice_restart(true);
                    Ok((line, changes.apply()))
                }
            }
        })?;
        let (line, Some((offer, pending))) = made else { return Err("no offer could be made".to_owned()) };
        self.line = Some(line);
        self.offer = Some(pending);
        Ok(offer.to_sdp_string())
    }

    /// Our answer to an offer.
    pub(crate) fn take_offer(&mut self, now: Instant, sdp: &str) -> Result<(String, Formats), String> {
        let offer = SdpOffer::from_sdp_string(&without_candidates(sdp)).map_err(|err| err.to_string())?;
        self.offer = None;
        let answer = self.attempt(now, |rtc| rtc.sdp_api().accept_offer(offer))?.to_sdp_string();
        if self.line.is_none() {
            self.line = audio_line(&answer).map(Mid::from);
        }
        let formats = self.formats()?;
        self.expected = Some(now);
        Ok((answer, formats))
    }

    /// The answer to our offer.
    pub(crate) fn take_answer(&mut self, now: Instant, sdp: &str) -> Result<Formats, String> {
        let answer = SdpAnswer::from_sdp_string(&without_candidates(sdp)).map_err(|err| err.to_string())?;
        let pending = self.offer.take().ok_or("there is no offer of ours to answer")?;
        self.attempt(now, |rtc| rtc.sdp_api().accept_answer(pending, answer))?;
        self.expected = Some(now);
        self.formats()
    }

    /// What was agreed on. An answer that leaves telephone-events alone is one without audio.
    fn formats(&self) -> Result<Formats, String> {
        const NO_CODEC: &str = "no codec in common";
        let rtc = self.rtc.as_ref().ok_or("the peer has failed")?;
        let media = self.line.and_then(|line| rtc.media(line)).filter(|media| !media.disabled()).ok_or(NO_CODEC)?;
        let agreed = || rtc.codec_config().iter().filter(|format| media.remote_pts().contains(&format.pt()));
        let receive: Vec<_> = agreed().filter_map(|format| Some((codec(format.spec().codec)?, *format.pt()))).collect();
        let send = *receive.first().ok_or(NO_CODEC)?;
        let events = agreed().find(|format| {
            let CodecSpec { codec, clock_rate, .. } = format.spec();
            codec.is_tele() && clock_rate == Frequency::EIGHT_KHZ
        });
        Ok(Formats {
            send,
            events: events.map(|format| *format.pt()),
            sending: media.direction().is_sending(),
            receiving: media.direction().is_receiving(),
            spoken: format!("{}/{}", send.0, send.0.rtp_clock_hz()),
            receive,
        })
    }

    // Packets.

    /// Takes a datagram of its own. What is told back is by what else it can be known from now on; none if the datagram
    /// proves nothing. Packets of audio wait for [`next`](Self::next).
    pub(crate) fn receive(&mut self, now: Instant, from: SocketAddr, datagram: &[u8]) -> Option<Places> {
        let reached_at = self.door.reached_at(from.ip())?;
        let received = Receive::new(Protocol::Udp, from, reached_at, datagram).ok()?;
        let is_check = datagram.first().is_some_and(|first| *first < 4);
        let input = Input::Receive(now, received);
        if is_check && !self.rtc.as_ref()?.accepts(&input) {
            return None;
        }
        let before = self.arrived.len();
        self.attempt(now, |rtc| rtc.handle_input(input)).ok()?;
        let source = self.arrived.get(before).map(|packet| *packet.header.ssrc);
        let is_proof = is_check || source.is_some();
        is_proof.then(|| Places { address: self.paths.heard(now, from), source })
    }

    /// The next packet that arrived, as plain RTP. Returns its length.
    pub(crate) fn next(&mut self, datagram: &mut [u8]) -> Option<usize> {
        let packet = self.arrived.pop_front()?;
        let header = Header {
            marker: packet.header.marker,
            payload_type: *packet.header.payload_type,
            seq: packet.header.sequence_number,
            timestamp: packet.header.timestamp,
            ssrc: *packet.header.ssrc,
        };
        let bytes = header.to_bytes();
        let len = bytes.len() + packet.payload.len();
        let (head, payload) = datagram.get_mut(..len)?.split_at_mut(bytes.len());
        head.copy_from_slice(&bytes);
        payload.copy_from_slice(&packet.payload);
        Some(len)
    }

    /// Sends a packet of plain RTP. False if there is nobody to send it to yet.
    pub(crate) fn send(&mut self, now: Instant, packet: &[u8]) -> bool {
        let (Some(line), Ok(packet)) = (self.line, Packet::parse(packet)) else { return false };
        let Header { marker, payload_type, seq, timestamp, .. } = packet.header;
        let Some(number) = extend(self.last_out, seq) else { return false };
        let written = self.attempt(now, |rtc| {
            if !rtc.is_connected() {
                return Ok(false);
            }
            let mut api = rtc.direct_api();
            let Some(stream) = api.stream_tx_by_mid(line, None) else { return Ok(false) };
            let pt = Pt::new_with_value(payload_type);
            stream.write_rtp(RtpWrite::new(pt, number.into(), timestamp, now, packet.payload).marker(marker));
            Ok(true)
        });
        let written = written == Ok(true);
        if written {
            self.last_out = self.last_out.max(Some(number));
        }
        written
    }

    /// Time has passed.
    pub(crate) fn tick(&mut self, now: Instant) {
        // What fails has been reported, and ends the peer.
        let _ = self.attempt(now, |rtc| rtc.handle_input(Input::Timeout(now)));
    }

    /// What the other side has said about our stream since the last time.
    pub(crate) fn take_figures(&mut self) -> Figures {
        std::mem::take(&mut self.figures)
    }

    /// Says good-bye.
    pub(crate) fn close(&mut self, now: Instant) {
        let _ = self.attempt(now, Rtc::close);
    }

    // The library.

    /// Makes one change, and takes all that the library wants then. What it panics on or refuses ends the peer, unless it
    /// is a description that it refuses.
    fn attempt<R>(&mut self, now: Instant, change: impl FnOnce(&mut Rtc) -> Result<R, RtcError>) -> Result<R, String> {
        let Some(mut rtc) = self.rtc.take() else { return Err("the peer has failed".to_owned()) };
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            let changed = change(&mut rtc);
            self.settle(now, &mut rtc).map(|()| changed)
        }));
        match outcome {
            Ok(Ok(changed)) => {
                self.rtc = Some(rtc);
                changed.map_err(|err| err.to_string())
            }
            Ok(Err(err)) => {
                tracing::warn!(%err, "a WebRTC leg has failed");
                self.gone = true;
                Err(err.to_string())
            }
            Err(_) => {
                tracing::error!("the WebRTC library has panicked: a leg is lost");
                self.gone = true;
                Err("the WebRTC library has panicked".to_owned())
            }
        }
    }

    fn settle(&mut self, now: Instant, rtc: &mut Rtc) -> Result<(), RtcError> {
        for _ in 0..TURNS_MAX {
            self.due = self.drain(now, rtc)?;
            if self.due > now {
                return Ok(());
            }
            // What was written leaves with the next step in time.
            rtc.handle_input(Input::Timeout(now))?;
        }
        self.due = self.drain(now, rtc)?;
        Ok(())
    }

    fn drain(&mut self, now: Instant, rtc: &mut Rtc) -> Result<Instant, RtcError> {
        loop {
            match rtc.poll_output()? {
                Output::Timeout(at) => return Ok(at),
                Output::Transmit(transmit) => self.transmit(now, transmit.destination, &transmit.contents),
                Output::Event(event) => self.event(event),
            }
        }
    }

    fn transmit(&self, now: Instant, agreed: SocketAddr, contents: &DatagramSend) {
        // Checks are about the very address they go to.
        let is_check = contents.first().is_some_and(|first| *first < 4);
        let to = if is_check { agreed } else { self.paths.towards(now, agreed) };
        // A full queue or an unreachable network costs this packet and nothing else.
        let _ = self.door.socket.send_to(contents, to);
    }

    fn event(&mut self, event: Event) {
        match event {
            Event::RtpPacket(packet) if self.arrived.len() < ARRIVED_MAX => self.arrived.push_back(packet),
            Event::MediaEgressStats(stats) => {
                let permille = |loss: f32| (loss.clamp(0.0, 1.0) * 1000.0).round() as u16;
                self.figures.loss_permille = stats.loss.map(permille).or(self.figures.loss_permille);
                self.figures.round_trip = stats.rtt.or(self.figures.round_trip);
            }
            Event::Closed => self.gone = true,
            Event::IceConnectionStateChange(state) => tracing::debug!(?state, "a browser's connection changed"),
            // Video, data channels, and what we measure ourselves.
            _ => {}
        }
    }
}

fn rtc_config(config: &WebrtcConfig, identity: &Identity, wished: Option<Codec>, secret: &[u8; 24]) -> RtcConfig {
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let (name, password) = secret.split_at(8);
    let mut rtc = RtcConfig::new()
        .set_crypto_provider(Arc::clone(&identity.provider))
        .set_dtls_cert(identity.certificate.clone())
        .set_local_ice_credentials(IceCreds { ufrag: hex(name), pass: hex(password) })
        // With ICE-lite nothing is sent before the browser has chosen a way, and it takes a second longer for that.
        .set_ice_lite(false)
        .set_rtp_mode(true)
        .set_reordering_size_audio(0)
        .set_stats_interval(Some(config.figures_interval))
        .set_rtcp_report_interval_audio(config.figures_interval)
        .clear_codecs()
        .clear_extension_map()
        .set_extension(1, Extension::AudioLevel)
        .set_extension(4, Extension::RtpMid);
    rtc = match wished {
        Some(Codec::Pcmu) => rtc.enable_pcmu(true, false).enable_pcma(true, false),
        Some(Codec::Pcma | Codec::G722) | None => rtc.enable_pcma(true, false).enable_pcmu(true, false),
    };
    let events = Pt::new_with_value(EVENTS);
    let as_usual = FormatParams::default();
    rtc.codec_config().add_config(events, None, Format::Tele, Frequency::EIGHT_KHZ, None, as_usual);
    rtc
}

/// What the library calls a codec of ours.
fn codec(format: Format) -> Option<Codec> {
    [(Format::PCMA, Codec::Pcma), (Format::PCMU, Codec::Pcmu)]
        .iter()
        .find(|(known, _)| *known == format)
        .map(|(_, codec)| *codec)
}

/// The whole number of a packet. The first one begins below 65,536; one from before the first has none.
fn extend(last: Option<u64>, seq: u16) -> Option<u64> {
    let Some(last) = last else { return Some(u64::from(seq)) };
    let ahead = seq.wrapping_sub(last as u16) as i16;
    last.checked_add_signed(i64::from(ahead))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_go_on_beyond_their_wrap() {
        assert_eq!(extend(None, 65_534), Some(65_534));
        assert_eq!(extend(Some(65_534), 65_535), Some(65_535));
        assert_eq!(extend(Some(65_535), 1), Some(65_537));
        assert_eq!(extend(Some(65_537), 65_535), Some(65_535), "a late one");
        assert_eq!(extend(Some(2), 65_535), None, "from before the first");
    }
}
