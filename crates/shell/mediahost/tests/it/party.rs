//! A telephone: it says a tone, and keeps what it hears.

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use bell_media::codec::{Decoder, Encoder};
use bell_media::control::Remote;
use bell_media::dtmf::{Event, EventSender, SendConfig};
use bell_media::rtp::{Header, Packet, Sender, Spurt};
use bell_media::tone::{self, Generator};
use bell_types::{Codec, Digits, Mono};
use rustix::event::{PollFd, PollFlags, Timespec, poll};

/// The payload type of telephone-events at every party.
pub(crate) const EVENTS: u8 = 101;

/// The packet time of every party.
const PACKET: Duration = Duration::from_millis(20);

/// Below this a tone is not heard.
const AUDIBLE_DBOV: f64 = -30.0;

pub(crate) struct Party {
    pub(crate) rtp: UdpSocket,
    pub(crate) rtcp: UdpSocket,
    /// Where the host takes its audio.
    pub(crate) target: SocketAddr,
    pub(crate) codec: Codec,
    /// The headers of what arrived, in the order of arrival.
    pub(crate) headers: Vec<Header>,
    pub(crate) events: Vec<Event>,
    pub(crate) reports: Vec<Vec<u8>>,
    /// What was heard, at the sample rate of the codec.
    pub(crate) heard: Vec<i16>,
    pub(crate) muted: bool,
    /// Every so many-th packet is lost on the way.
    pub(crate) loses_each: Option<u64>,
    encoder: Encoder,
    decoder: Decoder,
    tone: Generator,
    sender: Sender,
    keys: EventSender,
    spurt: Spurt,
    sent: u64,
}

impl Party {
    pub(crate) fn new(codec: Codec, tone_hz: f64) -> Self {
        let socket = || {
            let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
            socket.set_nonblocking(true).unwrap();
            socket
        };
        let rtp = socket();
        Self {
            target: rtp.local_addr().unwrap(),
            rtp,
            rtcp: socket(),
            codec,
            headers: Vec::new(),
            events: Vec::new(),
            reports: Vec::new(),
            heard: Vec::new(),
            muted: false,
            loses_each: None,
            encoder: Encoder::new(codec),
            decoder: Decoder::new(codec),
            tone: Generator::sine(tone_hz, -12.0, codec.sample_rate_hz()),
            sender: Sender::new(tone_hz as u32, 65_500, 4_000_000_000),
            keys: EventSender::new(SendConfig {
                held: Duration::from_millis(100),
                pause: Duration::from_millis(60),
                volume: 10,
                packet_time: PACKET,
                waiting_max: 16,
            }),
            spurt: Spurt::Begins,
            sent: 0,
        }
    }

    /// The party as its offer or answer would show it.
    pub(crate) fn remote(&self) -> Remote {
        let payload_type = self.codec.static_payload_type();
        Remote {
            rtp: self.rtp.local_addr().unwrap(),
            rtcp: self.rtcp.local_addr().unwrap(),
            rtcp_mux: false,
            send: (self.codec, payload_type),
            receive: vec![(self.codec, payload_type)],
            send_events: Some(EVENTS),
            receive_events: Some(EVENTS),
            packet_time: PACKET,
            srtp: None,
            sending: true,
            receiving: true,
        }
    }

    pub(crate) fn press(&mut self, keys: &str) {
        assert!(self.keys.push(&Digits::parse(keys).unwrap()));
    }

    /// Another tone, or another sound, from now on.
    pub(crate) fn say(&mut self, sound: Generator) {
        self.tone = sound;
    }

    pub(crate) fn forget(&mut self) {
        self.heard.clear();
        self.headers.clear();
        self.events.clear();
    }

    /// The level of a tone in the last `millis` of what was heard.
    pub(crate) fn level(&self, tone_hz: f64, millis: usize) -> f64 {
        let rate_hz = self.codec.sample_rate_hz();
        let from = self.heard.len().saturating_sub(rate_hz as usize * millis / 1000);
        tone::level_of(&self.heard[from..], tone_hz, rate_hz)
    }

    /// Asserts which of these tones were heard lately.
    #[track_caller]
    pub(crate) fn hears(&self, heard: &[f64], unheard: &[f64]) {
        for &tone_hz in heard {
            let level = self.level(tone_hz, 300);
            assert!(level > AUDIBLE_DBOV, "{tone_hz} Hz should be heard, and is at {level:.1} dBov");
        }
        for &tone_hz in unheard {
            let level = self.level(tone_hz, 300);
            assert!(level < AUDIBLE_DBOV, "{tone_hz} Hz should not be heard, and is at {level:.1} dBov");
        }
    }

    /// Asserts that everything came from one source without a jump in its numbers.
    #[track_caller]
    pub(crate) fn heard_one_stream(&self) {
        for pair in self.headers.windows(2) {
            assert_eq!(pair[0].ssrc, pair[1].ssrc);
            assert_eq!(pair[0].seq.wrapping_add(1), pair[1].seq, "{pair:?}");
            let step = pair[1].timestamp.wrapping_sub(pair[0].timestamp);
            assert!(step < 80_000, "{pair:?}");
        }
    }

    /// Says the packet that is due.
    fn speak(&mut self) {
        let now = Mono::from_micros(self.sent * PACKET.as_micros() as u64);
        self.sent += 1;
        if self.keys.is_busy() {
            if let Some(outgoing) = self.keys.next(now, &mut self.sender, EVENTS) {
                self.send(&outgoing.header, &outgoing.payload);
            }
            self.spurt = Spurt::Begins;
            return;
        }
        let mut samples = Vec::new();
        let mut payload = Vec::new();
        self.tone.write(self.codec.sample_rate_hz() as usize / 50, &mut samples);
        self.encoder.encode(&samples, &mut payload);
        if self.muted {
            self.spurt = Spurt::Begins;
            return;
        }
        let spurt = std::mem::replace(&mut self.spurt, Spurt::Goes);
        let header = self.sender.make(now, self.codec.static_payload_type(), payload.len() as u32, spurt);
        if self.loses_each.is_none_or(|each| !self.sent.is_multiple_of(each)) {
            self.send(&header, &payload);
        }
    }

    fn send(&self, header: &Header, payload: &[u8]) {
        let mut packet = Vec::new();
        header.write(payload, &mut packet);
        // A refusal of an earlier packet may be told here; the network promises nothing anyway.
        let _ = self.rtp.send_to(&packet, self.target);
    }

    /// Takes what has arrived.
    fn listen(&mut self) {
        let mut datagram = [0; 2048];
        while let Ok((len, _)) = self.rtp.recv_from(&mut datagram) {
            let packet = Packet::parse(&datagram[..len]).unwrap();
            self.headers.push(packet.header);
            if packet.header.payload_type == EVENTS {
                self.events.push(Event::parse(packet.payload).unwrap());
            } else {
                assert_eq!(packet.header.payload_type, self.codec.static_payload_type());
                self.decoder.decode(packet.payload, &mut self.heard);
            }
        }
        while let Ok((len, _)) = self.rtcp.recv_from(&mut datagram) {
            self.reports.push(datagram[..len].to_vec());
        }
    }
}

/// Lets parties talk for so long, each with a packet every 20 ms.
pub(crate) fn talk(parties: &mut [&mut Party], millis: u64) {
    talk_until(parties, millis, |_| false);
}

/// Lets parties talk until something has happened, at most for so long. Says whether it has.
pub(crate) fn talk_until(
    parties: &mut [&mut Party],
    millis_max: u64,
    mut done: impl FnMut(&[&mut Party]) -> bool,
) -> bool {
    let start = Instant::now();
    for packet in 1..=millis_max as u32 / PACKET.as_millis() as u32 {
        parties.iter_mut().for_each(|party| party.speak());
        listen_until(parties, start + PACKET * packet);
        if done(parties) {
            return true;
        }
    }
    false
}

/// Waits for packets until then.
fn listen_until(parties: &mut [&mut Party], deadline: Instant) {
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return;
        }
        let timeout = Timespec { tv_sec: 0, tv_nsec: left.as_nanos() as i64 };
        let mut sockets: Vec<_> = parties
            .iter()
            .flat_map(|party| [&party.rtp, &party.rtcp])
            .map(|socket| PollFd::new(socket, PollFlags::IN))
            .collect();
        // Interrupted or timed out: both are looked into above.
        let _ = poll(&mut sockets, Some(&timeout));
        drop(sockets);
        parties.iter_mut().for_each(|party| party.listen());
    }
}
