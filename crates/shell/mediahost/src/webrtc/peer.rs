//! One browser, or another client that speaks WebRTC. Plain RTP goes in and comes out; what the two sides agree on, and
//! their keys, stay here.
//!
//! The library finds the way (ICE) and shakes hands (DTLS). Packets of audio pass it by and are encrypted here: to ask it after
//! each of them what else it wants makes a call dearer by a third.
//!
//! The library promises to be whole only while one change at a time is made and all that it wants is taken after each
//! ([`Peer::settle`]). It may panic on what it takes for a defect of its own: that ends this peer and nothing else.

use std::collections::VecDeque;
use std::fmt;
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bell_media::control::{Voice, WebrtcOpening};
use bell_media::rtcp::Compound;
use bell_media::rtp::{Header, Kind, Packet, Receiver, kind};
use bell_media::srtp::ssrc_of_rtcp;
use bell_types::{Codec, Mono};
use smallvec::SmallVec;
use str0m::change::{SdpAnswer, SdpOffer, SdpPendingOffer};
use str0m::format::{Codec as Format, CodecSpec, FormatParams, PayloadParams};
use str0m::media::{Direction, Frequency, MediaKind, Mid, Pt};
use str0m::net::{Protocol, Receive, TcpType, Transmit};
use str0m::rtp::Extension;
use str0m::{Candidate, Event, IceCreds, Input, Output, Rtc, RtcConfig, RtcError};

use super::connection::Wire;
use super::demux::Places;
use super::door::{Door, Identity};
use super::dtls::Secret;
use super::opus::{Listening, Speaking, Types};
use super::paths::{Path, Paths};
use super::sdp::{audio_line, in_order, payload_types, without_candidates};
use super::sound::Sound;
use crate::config::{OpusConfig, WebrtcConfig};

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
    /// Packets of plain RTP that wait to be taken.
    arrived: VecDeque<Vec<u8>>,
    /// If Opus was agreed on.
    opus: Option<Box<Opus>>,
    opus_config: OpusConfig,
    /// The law of G.711 towards the other legs while Opus is spoken.
    law: Codec,
    started: Instant,
    secret: Secret,
    /// Its audio, once both sides have their keys.
    sound: Option<Box<Sound>>,
    /// The source of our stream, as it stands in our description.
    source: Option<u32>,
    /// The way that ICE has agreed on.
    agreed: Option<Path>,
    paths: Paths,
    /// The connections it has opened.
    wires: SmallVec<[Wire; 1]>,
    /// After how long without a word of it it has left.
    lost_after: Duration,
    /// Since when it may be expected to speak; none before it was described, and once it has left.
    expected: Option<Instant>,
    /// Both sides have shaken hands.
    met: bool,
    /// It has left, and nobody has asked yet.
    gone: bool,
}

/// How a peer is there no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Absence {
    /// No way to it was ever found.
    NeverMet,
    /// It was there, and has left, failed or fallen silent.
    Left,
}

/// Opus in both directions.
struct Opus {
    types: Types,
    /// Whether we speak it too; otherwise we only understand it.
    is_spoken: bool,
    listening: Listening,
    speaking: Speaking,
}

/// What a datagram of a peer was.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Taken {
    /// By what else the peer can be known from now on.
    pub(crate) places: Places,
    /// How long the plain packet is that lies where the datagram was; none if there is none.
    pub(crate) len: Option<usize>,
}

/// Whose order of codecs counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    /// Ours: by the policy.
    Ours,
    /// That of the other side: of whoever answers us, or wants a call that is up to go on otherwise.
    Theirs,
}

/// What both sides agreed on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Formats {
    /// The codec we send, with its payload type.
    pub(crate) send: (Codec, u8),
    pub(crate) receive: Vec<(Codec, u8)>,
    /// The payload type of telephone-event.
    pub(crate) events: Option<u8>,
    /// Whether we send them; otherwise we only understand them.
    pub(crate) sends_events: bool,
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
    /// A peer that nothing is known of. What is wished comes first of the codecs that it is offered or answered with;
    /// `secret` must be random, for whoever knows it can pretend to be elsewhere.
    pub(crate) fn new(
        now: Instant,
        config: &WebrtcConfig,
        identity: &Identity,
        door: Arc<Door>,
        opening: &WebrtcOpening,
        secret: &[u8; 24],
    ) -> Self {
        let law = opening.wished.filter(|codec| *codec == Codec::Pcmu).unwrap_or(Codec::Pcma);
        let mut rtc = rtc_config(config, identity, law, opening.voice, secret).build(now);
        let secret = Secret::last();
        for candidate in candidates(&door) {
            rtc.add_local_candidate(candidate);
        }
        Self {
            rtc: Some(Box::new(rtc)),
            door,
            line: None,
            offer: None,
            due: now,
            arrived: VecDeque::new(),
            opus: None,
            opus_config: config.opus,
            law,
            started: now,
            secret,
            sound: None,
            source: None,
            agreed: None,
            paths: Paths::new(config.path_silent_after),
            wires: SmallVec::new(),
            lost_after: config.lost_after,
            expected: None,
            met: false,
            gone: false,
        }
    }

    /// The name by which its checks are known; another one after each step of offer and answer, perhaps.
    pub(crate) fn name(&mut self) -> Option<String> {
        Some(self.rtc.as_mut()?.direct_api().local_ice_credentials().ufrag)
    }

    /// When [`tick`](Self::tick) is due.
    pub(crate) fn due(&self) -> Instant {
        let sound = self.opus.as_ref().and_then(|opus| opus.listening.due());
        sound.map_or(self.due, |at| self.due.min(self.started + (at - Mono::ZERO)))
    }

    /// Whether the other side has been given up since it was asked last.
    pub(crate) fn has_just_left(&mut self, now: Instant) -> Option<Absence> {
        let since = self.expected.map(|expected| self.paths.last_heard().map_or(expected, |heard| heard.max(expected)));
        let is_lost = since.is_some_and(|since| now.saturating_duration_since(since) > self.lost_after);
        if is_lost {
            self.expected = None;
        }
        let has_left = std::mem::take(&mut self.gone) || is_lost;
        has_left.then_some(if self.met { Absence::Left } else { Absence::NeverMet })
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
        self.expected = Some(now);
        let theirs = payload_types(sdp);
        if self.line.is_some() {
            self.announce();
            // A browser whose network has become weak asks for Opus by putting it first.
            return Ok((in_order(&answer, &theirs), self.formats(Order::Theirs, &theirs)?));
        }
        self.line = audio_line(&answer).map(Mid::from);
        self.announce();
        let formats = self.formats(Order::Ours, &theirs)?;
        Ok((answer, formats))
    }

    /// The answer to our offer.
    pub(crate) fn take_answer(&mut self, now: Instant, sdp: &str) -> Result<Formats, String> {
        let answer = SdpAnswer::from_sdp_string(&without_candidates(sdp)).map_err(|err| err.to_string())?;
        let pending = self.offer.take().ok_or("there is no offer of ours to answer")?;
        self.attempt(now, |rtc| rtc.sdp_api().accept_answer(pending, answer))?;
        self.expected = Some(now);
        self.announce();
        self.formats(Order::Theirs, &payload_types(sdp))
    }

    /// What was agreed on. An answer that leaves telephone-events alone is one without audio.
    fn formats(&mut self, order: Order, theirs: &[u8]) -> Result<Formats, String> {
        const NO_CODEC: &str = "no codec in common";
        let rtc = self.rtc.as_ref().ok_or("the peer has failed")?;
        let media = self.line.and_then(|line| rtc.media(line)).filter(|media| !media.disabled()).ok_or(NO_CODEC)?;
        let understood = media.remote_pts();
        let mut agreed: Vec<_> =
            rtc.codec_config().iter().filter(|format| understood.contains(&format.pt())).copied().collect();
        if order == Order::Theirs {
            agreed.sort_by_key(|format| theirs.iter().position(|known| *known == *format.pt()));
        }
        let spoken = agreed.iter().find(|format| voice(format).is_some()).ok_or(NO_CODEC)?;
        let opus = agreed.iter().find(|format| format.spec().codec == Format::Opus);
        let opus = opus.map(|format| Types { opus: *format.pt(), redundant: format.red().map(|redundant| *redundant) });
        let mut receive: Vec<_> = agreed.iter().filter_map(|format| Some((codec(format)?, *format.pt()))).collect();
        let is_opus = spoken.spec().codec == Format::Opus;
        let send = match receive.iter().find(|(known, _)| !is_opus || *known == self.law) {
            Some(format) => *format,
            None => (self.law, self.law.static_payload_type()),
        };
        if opus.is_some() && !receive.contains(&(self.law, self.law.static_payload_type())) {
            receive.push((self.law, self.law.static_payload_type()));
        }
        let events = agreed.iter().find(|format| {
            let CodecSpec { codec, clock_rate, .. } = format.spec();
            codec.is_tele() && clock_rate == Frequency::EIGHT_KHZ
        });
        let formats = Formats {
            send,
            receive,
            events: events.map(|format| *format.pt()),
            // Beside Opus, events would count time by another clock than the speech around them: keys go as tones.
            sends_events: !is_opus,
            sending: media.direction().is_sending(),
            receiving: media.direction().is_receiving(),
            spoken: if is_opus { "opus/48000".to_owned() } else { format!("{}/{}", send.0, send.0.rtp_clock_hz()) },
        };
        self.agree_on_opus(opus, is_opus)?;
        Ok(formats)
    }

    /// Takes from the library how our stream is announced.
    fn announce(&mut self) {
        let (Some(rtc), Some(line)) = (self.rtc.as_mut(), self.line) else { return };
        self.source = rtc.direct_api().stream_tx_by_mid(line, None).map(|stream| *stream.ssrc());
    }

    fn agree_on_opus(&mut self, types: Option<Types>, is_spoken: bool) -> Result<(), String> {
        let Some(types) = types else {
            self.opus = None;
            return Ok(());
        };
        match &mut self.opus {
            Some(opus) => (opus.types, opus.is_spoken) = (types, is_spoken),
            None => {
                let failed = |err: opusic_c::ErrorCode| err.message().to_owned();
                let listening = Listening::new(&self.opus_config, self.law).map_err(failed)?;
                let speaking = Speaking::new(&self.opus_config, self.law).map_err(failed)?;
                self.opus = Some(Box::new(Opus { types, is_spoken, listening, speaking }));
            }
        }
        Ok(())
    }

    // Packets.

    /// It has opened a connection, by which it can be reached as well.
    pub(crate) fn connected(&mut self, wire: Wire) {
        self.wires.push(wire);
    }

    /// A connection of it is over.
    pub(crate) fn disconnected(&mut self, from: SocketAddr) {
        self.wires.retain(|wire| wire.to() != from);
    }

    /// Takes a datagram of its own. None if it proves nothing. A packet is left in its place for the leg, without its
    /// encryption; one of Opus waits for [`next`](Self::next).
    pub(crate) fn receive(&mut self, now: Instant, by: Path, datagram: &mut [u8]) -> Option<Taken> {
        if kind(datagram) != Kind::Other {
            return self.open(now, by, datagram);
        }
        let (protocol, from) = by.parts();
        let reached_at = self.door.reached_at(from.ip())?;
        let received = Receive::new(protocol, from, reached_at, datagram).ok()?;
        let is_check = datagram.first().is_some_and(|first| *first < 4);
        let input = Input::Receive(now, received);
        if is_check && !self.rtc.as_ref()?.accepts(&input) {
            return None;
        }
        self.attempt(now, |rtc| rtc.handle_input(input)).ok()?;
        is_check.then(|| Taken { places: Places { path: self.paths.heard(now, by), source: None }, len: None })
    }

    /// Takes a packet of RTP or RTCP.
    fn open(&mut self, now: Instant, by: Path, datagram: &mut [u8]) -> Option<Taken> {
        let sound = self.sound.as_mut()?;
        let (len, source) = match kind(datagram) {
            Kind::Rtcp => (sound.srtp.open_rtcp(datagram).ok()?, ssrc_of_rtcp(datagram)),
            Kind::Rtp | Kind::Other => {
                let len = sound.srtp.open(datagram).ok()?;
                let packet = Packet::parse(&datagram[..len]).ok();
                let source = packet.map(|packet| packet.header.ssrc);
                if packet.is_some_and(|packet| self.listen(now, &packet)) {
                    let places = Places { path: self.paths.heard(now, by), source };
                    return Some(Taken { places, len: None });
                }
                (len, source)
            }
        };
        Some(Taken { places: Places { path: self.paths.heard(now, by), source }, len: Some(len) })
    }

    /// Where Opus may be spoken, what is Opus waits to be decoded, and what else there is waits in line with it. False if the
    /// packet goes on as it is.
    fn listen(&mut self, now: Instant, packet: &Packet<'_>) -> bool {
        let at = self.mono(now);
        let Some(opus) = &mut self.opus else { return false };
        let mut header = packet.header;
        if opus.types.opus == header.payload_type || opus.types.redundant == Some(header.payload_type) {
            opus.listening.put(at, opus.types, &header, packet.payload);
        } else {
            opus.listening.enter(&mut header);
            arrive(&mut self.arrived, &header, packet.payload);
        }
        true
    }

    /// The next packet of those that wait, as plain RTP. Returns its length.
    pub(crate) fn next(&mut self, datagram: &mut [u8]) -> Option<usize> {
        let packet = self.arrived.pop_front()?;
        datagram.get_mut(..packet.len())?.copy_from_slice(&packet);
        Some(packet.len())
    }

    /// Sends a packet of plain RTP. False if there is nobody to send it to yet, or the network does not take it.
    pub(crate) fn send(&mut self, now: Instant, packet: &[u8]) -> bool {
        let (Ok(packet), Some(ssrc)) = (Packet::parse(packet), self.source) else { return false };
        let Some(mut sound) = self.sound.take() else { return false };
        let header = Header { ssrc, ..packet.header };
        let is_audio = header.payload_type == self.law.static_payload_type();
        let mut sent = true;
        match self.opus.take_if(|opus| opus.is_spoken && is_audio) {
            None => {
                sent = sound.seal(header, packet.payload, false).is_some_and(|sealed| self.send_off(now, sealed));
            }
            Some(mut opus) => {
                let types = opus.types;
                opus.speaking.take(types, &header, packet.payload, |header, payload| {
                    sent &= sound.seal(header, payload, true).is_some_and(|sealed| self.send_off(now, sealed));
                });
                self.opus = Some(opus);
            }
        }
        self.sound = Some(sound);
        sent
    }

    /// Sends a compound packet of RTCP, as it is without encryption. False as with [`send`](Self::send).
    pub(crate) fn send_report(&mut self, now: Instant, packet: &[u8]) -> bool {
        let Some(mut sound) = self.sound.take() else { return false };
        let sent = sound.seal_report(packet).is_some_and(|sealed| self.send_off(now, sealed));
        self.sound = Some(sound);
        sent
    }

    /// What is said about the streams of plain RTP, as it is true of those between the two sides.
    pub(crate) fn translate(&mut self, compound: &mut Compound<'_>) {
        compound.ssrc = self.source.unwrap_or(compound.ssrc);
        let Some(opus) = &mut self.opus else { return };
        if let Some(received) = &mut compound.received {
            opus.listening.translate(received);
        }
        if let Some(sent) = compound.sent.as_mut().filter(|_| opus.is_spoken) {
            opus.speaking.translate(sent);
        }
    }

    /// The source of our stream, as the other side knows it.
    pub(crate) const fn source(&self) -> Option<u32> {
        self.source
    }

    /// Time has passed.
    pub(crate) fn tick(&mut self, now: Instant) {
        let at = self.mono(now);
        if let Some(opus) = &mut self.opus {
            opus.listening.pull(at, |header, payload| arrive(&mut self.arrived, &header, payload));
        }
        if self.due <= now {
            // What fails has been reported, and ends the peer.
            let _ = self.attempt(now, |rtc| rtc.handle_input(Input::Timeout(now)));
        }
    }

    fn mono(&self, now: Instant) -> Mono {
        Mono::ZERO + now.saturating_duration_since(self.started)
    }

    /// The other side has said how many of 1000 packets of ours did not arrive.
    pub(crate) fn is_heard_with_loss(&mut self, permille: u16) {
        if let Some(opus) = &mut self.opus {
            opus.speaking.is_heard_with_loss(permille);
        }
    }

    /// So many of 1000 packet times that nothing was known of, however they were made up, if that is known here.
    pub(crate) fn take_concealed_permille(&mut self) -> Option<u16> {
        self.opus.as_mut()?.listening.take_concealed_permille()
    }

    /// What is known of the stream as it came, if what is taken from here is another one.
    pub(crate) fn receiver(&mut self) -> Option<&mut Receiver> {
        self.opus.as_mut()?.listening.receiver()
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
                self.fail();
                Err(err.to_string())
            }
            Err(_) => {
                tracing::error!("the WebRTC library has panicked: a leg is lost");
                self.fail();
                Err("the WebRTC library has panicked".to_owned())
            }
        }
    }

    fn fail(&mut self) {
        self.gone = true;
        self.sound = None;
    }

    fn settle(&mut self, now: Instant, rtc: &mut Rtc) -> Result<(), RtcError> {
        for _ in 0..TURNS_MAX {
            self.due = self.drain(now, rtc)?;
            if self.due > now {
                return Ok(());
            }
            // Some of what a change led to leaves with the next step in time.
            rtc.handle_input(Input::Timeout(now))?;
        }
        self.due = self.drain(now, rtc)?;
        Ok(())
    }

    fn drain(&mut self, now: Instant, rtc: &mut Rtc) -> Result<Instant, RtcError> {
        loop {
            match rtc.poll_output()? {
                Output::Timeout(at) => return Ok(at),
                Output::Transmit(transmit) => self.transmit(now, &transmit),
                Output::Event(event) => self.event(event),
            }
        }
    }

    fn transmit(&mut self, now: Instant, Transmit { proto, destination, contents, .. }: &Transmit) {
        let path = Path::new(*proto, *destination);
        // Checks are about the very path they go by.
        if contents.first().is_some_and(|first| *first < 4) {
            self.send_by(path, contents);
            return;
        }
        self.agreed = Some(path);
        // Reports on audio that it knows nothing of are of no use.
        if kind(contents) == Kind::Other {
            self.send_off(now, contents);
        }
    }

    /// Sends by the way that was agreed on, or by the one that the other side is on.
    fn send_off(&mut self, now: Instant, datagram: &[u8]) -> bool {
        // Whoever has let its consent run out must not be sent anything (RFC 7675 §5.1).
        let is_reachable = self.rtc.as_ref().is_none_or(|rtc| rtc.is_connected());
        let Some(agreed) = self.agreed.filter(|_| is_reachable) else { return false };
        self.send_by(self.paths.towards(now, agreed), datagram)
    }

    /// A full queue or an unreachable network costs this datagram and nothing else.
    fn send_by(&mut self, path: Path, datagram: &[u8]) -> bool {
        match path {
            Path::Udp(to) => self.door.socket.send_to(datagram, to).is_ok(),
            Path::Tcp(to) => self.wires.iter_mut().find(|wire| wire.to() == to).is_some_and(|wire| wire.send(datagram)),
        }
    }

    fn event(&mut self, event: Event) {
        match event {
            // From now on it is known that the handshake was with whom our description was given to.
            Event::Connected => {
                self.met = true;
                self.sound = self.secret.take().map(|srtp| Box::new(Sound::new(srtp)));
            }
            Event::PeerStats(stats) => {
                if let Some(pair) = stats.selected_candidate_pair {
                    self.agreed = Some(Path::new(pair.protocol, pair.remote.addr));
                }
            }
            Event::Closed => self.gone = true,
            Event::IceConnectionStateChange(state) => tracing::debug!(?state, "a browser's connection changed"),
            // Video, data channels, and what we measure ourselves.
            _ => {}
        }
    }
}

/// How browsers are told to reach a door. The priority of what goes over TCP is below that of UDP.
fn candidates(door: &Door) -> impl Iterator<Item = Candidate> {
    let over_udp = door.candidates.iter().map(|address| Candidate::host(*address, Protocol::Udp));
    let listening = door.listener.iter().flat_map(|_| &door.candidates);
    let over_tcp = listening.map(|address| Candidate::builder().tcp().host(*address).tcptype(TcpType::Passive).build());
    over_udp.chain(over_tcp).filter_map(|candidate| {
        candidate.inspect_err(|err| tracing::error!(%err, "browsers cannot be told of an address")).ok()
    })
}

/// Puts a packet where it waits to be taken.
fn arrive(arrived: &mut VecDeque<Vec<u8>>, header: &Header, payload: &[u8]) {
    if arrived.len() < ARRIVED_MAX {
        let mut packet = Vec::with_capacity(header.to_bytes().len() + payload.len());
        header.write(payload, &mut packet);
        arrived.push_back(packet);
    }
}

fn rtc_config(config: &WebrtcConfig, identity: &Identity, law: Codec, voice: Voice, secret: &[u8; 24]) -> RtcConfig {
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let (name, password) = secret.split_at(8);
    let mut rtc = RtcConfig::new()
        .set_crypto_provider(Arc::clone(&identity.provider))
        .set_dtls_cert(identity.certificate.clone())
        .set_local_ice_credentials(IceCreds { ufrag: hex(name), pass: hex(password) })
        // With ICE-lite nothing is sent before the browser has chosen a way, and it takes a second longer for that.
        .set_ice_lite(false)
        .set_rtp_mode(true)
        .set_stats_interval(Some(config.path_asked_each))
        .clear_codecs()
        .clear_extension_map()
        .set_extension(1, Extension::AudioLevel)
        .set_extension(4, Extension::RtpMid);
    // Of what stands there, the first is what we would rather have.
    rtc = rtc.enable_opus(voice == Voice::Opus, true);
    rtc = match law {
        Codec::Pcmu => rtc.enable_pcmu(true, false).enable_pcma(true, false),
        Codec::Pcma | Codec::G722 => rtc.enable_pcma(true, false).enable_pcmu(true, false),
    };
    if voice == Voice::G711 {
        rtc = rtc.enable_opus(true, true);
    }
    let events = Pt::new_with_value(EVENTS);
    let as_usual = FormatParams::default();
    rtc.codec_config().add_config(events, None, Format::Tele, Frequency::EIGHT_KHZ, None, as_usual);
    rtc
}

/// Our codec of a format of the library.
fn codec(format: &PayloadParams) -> Option<Codec> {
    match format.spec().codec {
        Format::PCMA => Some(Codec::Pcma),
        Format::PCMU => Some(Codec::Pcmu),
        _ => None,
    }
}

/// Whether speech can be had in this format.
fn voice(format: &PayloadParams) -> Option<Voice> {
    match format.spec().codec {
        Format::Opus => Some(Voice::Opus),
        Format::PCMA | Format::PCMU => Some(Voice::G711),
        _ => None,
    }
}
