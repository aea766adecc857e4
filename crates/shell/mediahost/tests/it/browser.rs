//! A browser: the same library as in the host, at the other end, with its own socket and clock.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream, UdpSocket};
use std::time::{Duration, Instant};

use bell_media::codec::{Decoder, Encoder};
use bell_media::tone::{self, Generator};
use bell_types::Codec;
use str0m::change::{SdpAnswer, SdpOffer, SdpPendingOffer};
use str0m::format::{Codec as Format, FormatParams};
use str0m::media::{Direction, Frequency, MediaKind, Mid, Pt};
use str0m::net::{Protocol, Receive, TcpType};
use str0m::rtp::{RtpPacket, RtpWrite};
use str0m::{Candidate, Event, Input, Output, Rtc, RtcConfig};

/// The packet time.
const PACKET: Duration = Duration::from_millis(20);

/// The time between its reports, and its looks at ours.
const REPORTS: Duration = Duration::from_millis(500);

/// The payload type of telephone-events here, unlike that of the host.
const EVENTS: u8 = 126;

pub(crate) struct Browser {
    rtc: Rtc,
    socket: UdpSocket,
    /// What it has instead of the socket where no UDP gets through, with what has come by it and is not whole yet.
    pub(crate) connection: Option<(TcpStream, Vec<u8>)>,
    over: Protocol,
    /// Its first address.
    address: SocketAddr,
    line: Option<Mid>,
    pending: Option<SdpPendingOffer>,
    codec: Codec,
    tone: Generator,
    encoder: Encoder,
    decoder: Decoder,
    pub(crate) heard: Vec<i16>,
    pub(crate) packets: Vec<RtpPacket>,
    pub(crate) closed: bool,
    /// What our reports let it measure.
    pub(crate) round_trip: Option<Duration>,
    number: u64,
    timestamp: u32,
    due: Instant,
    next_packet: Instant,
}

impl Browser {
    pub(crate) fn new(codec: Codec, tone_hz: f64) -> Self {
        Self::begin(codec, tone_hz, Protocol::Udp)
    }

    /// One in a network that lets no UDP through: it connects as soon as it knows where to.
    pub(crate) fn without_udp(codec: Codec, tone_hz: f64) -> Self {
        Self::begin(codec, tone_hz, Protocol::Tcp)
    }

    fn begin(codec: Codec, tone_hz: f64, over: Protocol) -> Self {
        let now = Instant::now();
        let config = RtcConfig::new().set_rtp_mode(true).clear_codecs().set_reordering_size_audio(0);
        let config = config.set_rtcp_report_interval_audio(REPORTS).set_stats_interval(Some(REPORTS));
        let mut config = match codec {
            Codec::Pcmu => config.enable_pcmu(true, false),
            Codec::Pcma => config.enable_pcma(true, false),
            Codec::G722 => config.enable_g722(true, false),
        };
        let events = Pt::new_with_value(EVENTS);
        let as_usual = FormatParams::default();
        config.codec_config().add_config(events, None, Format::Tele, Frequency::EIGHT_KHZ, None, as_usual);
        let mut rtc = config.build(now);
        let socket = Self::socket();
        let address = socket.local_addr().unwrap();
        if over == Protocol::Udp {
            rtc.add_local_candidate(Candidate::host(address, over).unwrap());
        }
        Self {
            rtc,
            socket,
            connection: None,
            over,
            address,
            line: None,
            pending: None,
            codec,
            tone: Generator::sine(tone_hz, -12.0, codec.sample_rate_hz()),
            encoder: Encoder::new(codec),
            decoder: Decoder::new(codec),
            heard: Vec::new(),
            packets: Vec::new(),
            closed: false,
            round_trip: None,
            number: 100,
            timestamp: 0,
            due: now,
            next_packet: now,
        }
    }

    fn socket() -> UdpSocket {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        socket.set_read_timeout(Some(Duration::from_millis(2))).unwrap();
        socket
    }

    pub(crate) fn offer(&mut self) -> String {
        let mut changes = self.rtc.sdp_api();
        self.line = Some(changes.add_media(MediaKind::Audio, Direction::SendRecv, None, None, None));
        let (offer, pending) = changes.apply().unwrap();
        self.pending = Some(pending);
        offer.to_sdp_string()
    }

    /// Another offer, with this direction: hold, and back.
    pub(crate) fn offer_again(&mut self, direction: Direction) -> String {
        let mut changes = self.rtc.sdp_api();
        changes.set_direction(self.line.unwrap(), direction);
        let (offer, pending) = changes.apply().unwrap();
        self.pending = Some(pending);
        offer.to_sdp_string()
    }

    pub(crate) fn take_answer(&mut self, sdp: &str) {
        let answer = SdpAnswer::from_sdp_string(sdp).unwrap();
        let pending = self.pending.take().unwrap();
        self.rtc.sdp_api().accept_answer(pending, answer).unwrap();
        self.connect(sdp);
        self.drain();
    }

    /// Connects to the address that a description names for that.
    fn connect(&mut self, sdp: &str) {
        if self.over == Protocol::Udp || self.connection.is_some() {
            return;
        }
        let stream = TcpStream::connect(tcp_address(sdp).expect("an address for TCP")).unwrap();
        stream.set_read_timeout(Some(Duration::from_millis(2))).unwrap();
        stream.set_nodelay(true).unwrap();
        self.address = stream.local_addr().unwrap();
        let candidate = Candidate::builder().tcp().host(self.address).tcptype(TcpType::Active).build().unwrap();
        self.rtc.add_local_candidate(candidate);
        self.connection = Some((stream, Vec::new()));
    }

    pub(crate) fn answer(&mut self, sdp: &str) -> String {
        let offer = SdpOffer::from_sdp_string(sdp).unwrap();
        let answer = self.rtc.sdp_api().accept_offer(offer).unwrap();
        self.connect(sdp);
        self.drain();
        answer.to_sdp_string()
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.rtc.is_connected()
    }

    /// The network gives it another address; nobody is told.
    pub(crate) fn move_elsewhere(&mut self) -> SocketAddr {
        self.socket = Self::socket();
        self.socket.local_addr().unwrap()
    }

    pub(crate) fn forget(&mut self) {
        self.heard.clear();
        self.packets.clear();
    }

    /// The level of a tone in the last `millis` of what was heard.
    pub(crate) fn level(&self, tone_hz: f64, millis: usize) -> f64 {
        let rate_hz = self.codec.sample_rate_hz();
        let from = self.heard.len().saturating_sub(rate_hz as usize * millis / 1000);
        tone::level_of(&self.heard[from..], tone_hz, rate_hz)
    }

    /// Says and hears whatever is due now.
    pub(crate) fn step(&mut self) {
        let now = Instant::now();
        if self.next_packet <= now {
            self.next_packet = (self.next_packet + PACKET).max(now);
            self.speak();
        }
        if self.due <= now {
            self.rtc.handle_input(Input::Timeout(now)).unwrap();
            self.drain();
        }
        while let Some((from, datagram)) = self.receive() {
            // The library knows itself by its first address: a network that moves it does so behind its back.
            let received = Receive::new(self.over, from, self.address, &datagram).unwrap();
            self.rtc.handle_input(Input::Receive(Instant::now(), received)).unwrap();
            self.drain();
        }
    }

    fn receive(&mut self) -> Option<(SocketAddr, Vec<u8>)> {
        let mut memory = [0; 2048];
        let Some((stream, arrived)) = &mut self.connection else {
            let (len, from) = self.socket.recv_from(&mut memory).ok()?;
            return Some((from, memory[..len].to_vec()));
        };
        loop {
            if let Some((head, rest)) = arrived.split_first_chunk::<2>()
                && let Some(datagram) = rest.get(..usize::from(u16::from_be_bytes(*head)))
            {
                let datagram = datagram.to_vec();
                arrived.drain(..2 + datagram.len());
                return Some((stream.peer_addr().ok()?, datagram));
            }
            let len = stream.read(&mut memory).ok().filter(|len| *len > 0)?;
            arrived.extend_from_slice(&memory[..len]);
        }
    }

    /// Whether the other side has closed the connection.
    pub(crate) fn is_cut(&mut self) -> bool {
        let Some((stream, _)) = &mut self.connection else { return false };
        is_cut(stream)
    }

    /// A key as Chromium sends it beside Opus: three ends, and nothing before them.
    pub(crate) fn press(&mut self, key: u8) {
        let payload = [key, 0x8A, 0x03, 0xC0];
        self.timestamp += 960;
        for _ in 0..3 {
            self.write(EVENTS, &payload, true);
        }
    }

    fn speak(&mut self) {
        let mut samples = Vec::new();
        let mut payload = Vec::new();
        self.tone.write(self.codec.sample_rate_hz() as usize / 50, &mut samples);
        self.encoder.encode(&samples, &mut payload);
        self.timestamp = self.timestamp.wrapping_add(160);
        self.write(self.codec.static_payload_type(), &payload, false);
    }

    fn write(&mut self, payload_type: u8, payload: &[u8], marker: bool) {
        let now = Instant::now();
        let Some(line) = self.line.filter(|_| self.rtc.is_connected()) else { return };
        if !self.rtc.media(line).unwrap().direction().is_sending() {
            return;
        }
        self.number += 1;
        let mut api = self.rtc.direct_api();
        let stream = api.stream_tx_by_mid(line, None).unwrap();
        let pt = Pt::new_with_value(payload_type);
        stream.write_rtp(RtpWrite::new(pt, self.number.into(), self.timestamp, now, payload).marker(marker));
        self.drain();
        self.rtc.handle_input(Input::Timeout(now)).unwrap();
        self.drain();
    }

    fn drain(&mut self) {
        loop {
            match self.rtc.poll_output().unwrap() {
                Output::Timeout(at) => {
                    self.due = at;
                    return;
                }
                Output::Transmit(transmit) => {
                    if let Some((stream, _)) = &mut self.connection {
                        let len = u16::try_from(transmit.contents.len()).unwrap();
                        let _ = stream.write_all(&[&len.to_be_bytes(), &*transmit.contents].concat());
                    } else {
                        let _ = self.socket.send_to(&transmit.contents, transmit.destination);
                    }
                }
                Output::Event(Event::MediaAdded(added)) => self.line = Some(added.mid),
                Output::Event(Event::RtpPacket(packet)) => {
                    if *packet.header.payload_type == self.codec.static_payload_type() {
                        self.decoder.decode(&packet.payload, &mut self.heard);
                    }
                    self.packets.push(packet);
                }
                Output::Event(Event::Closed) => self.closed = true,
                Output::Event(Event::MediaEgressStats(stats)) => self.round_trip = stats.rtt.or(self.round_trip),
                Output::Event(_) => {}
            }
        }
    }
}

/// The address that a description names for TCP.
pub(crate) fn tcp_address(sdp: &str) -> Option<SocketAddr> {
    let line = sdp.lines().find(|line| line.starts_with("a=candidate:") && line.contains(" tcptype passive"))?;
    let fields: Vec<_> = line.split(' ').collect();
    Some(SocketAddr::new(fields[4].parse().ok()?, fields[5].parse().ok()?))
}

/// Whether the other side has closed a connection; what has come before is read and forgotten.
pub(crate) fn is_cut(stream: &mut TcpStream) -> bool {
    let mut memory = [0; 2048];
    loop {
        match stream.read(&mut memory) {
            Ok(0) => return true,
            Ok(_) => {}
            Err(err) => return !matches!(err.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut),
        }
    }
}
