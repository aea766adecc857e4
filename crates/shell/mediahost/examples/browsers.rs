//! What a call costs whose agent is in a browser: bridges WebRTC legs to plain ones on one pinned worker, and prints the CPU
//! time of the worker per call, what was lost, and how long after its answer a browser hears something.
//!
//! ```text
//! cargo run --release -p bell-mediahost --example browsers -- [CALLS] [SECONDS]
//! ```
//!
//! The worker has core 0, the browsers and the plain parties core 1. A browser is the same library at the other end, which shakes
//! hands and keeps the way open; what it says is encrypted before it is counted, and what it hears is counted without being
//! decrypted, so that one core can speak for as many browsers as another serves.

// An example prints, and gives up when something is not as it should be.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::collections::VecDeque;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use bell_media::control::{CommandId, MediaAction, MediaCommand, MediaEvent, MediaNews, Negotiation, Plan, Remote};
use bell_media::control::{Voice, WebrtcOpening};
use bell_media::rtp::{HEADER_LEN, Header};
use bell_mediahost::{Config, Host, WebrtcConfig, Workers};
use bell_types::{CallId, Codec, LegId};
use rustix::thread::{CpuSet, sched_setaffinity};
use str0m::change::{SdpAnswer, SdpPendingOffer};
use str0m::media::{Direction, MediaKind, Mid, Pt};
use str0m::net::{Protocol, Receive};
use str0m::rtp::RtpWrite;
use str0m::{Candidate, Input, Output, Rtc, RtcConfig};

/// Packets leave in so many portions every 20 ms.
const PORTIONS: usize = 20;
/// Each pair is looked at once in so many milliseconds: looking costs the generator as much as talking.
const LOOKS: usize = 20;
/// In one look of so many everything is taken that has come, in the others what there should be: asking for more costs a call.
const FULL_LOOKS: usize = 10;
/// Nothing is under way any more when so many looks in a row, 20 ms apart, have found nothing.
const QUIET_LOOKS: u32 = 10;
/// What is said before anything is counted.
const WARM_UP: Duration = Duration::from_secs(2);
const PACKETS_PER_SECOND: u64 = 50;
/// The payload type of PCMA.
const PCMA: u8 = 8;
/// By when a browser must be connected.
const CONNECTED_WITHIN: Duration = Duration::from_secs(5);

struct Load {
    host: Host,
    news: Receiver<MediaEvent>,
    commands: u64,
}

/// A call: a browser, and a plain party.
struct Pair {
    browser: Browser,
    plain: UdpSocket,
    target: SocketAddr,
    seq: u16,
}

struct Browser {
    rtc: Rtc,
    socket: UdpSocket,
    address: SocketAddr,
    /// Where what it says goes to.
    host: SocketAddr,
    line: Option<Mid>,
    pending: Option<SdpPendingOffer>,
    due: Instant,
    number: u64,
    /// What it will say, encrypted.
    said: VecDeque<Vec<u8>>,
    received: u64,
}

#[derive(Default)]
struct Counted {
    sent: u64,
    received: u64,
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let calls: u64 = arguments.next().map_or(100, |text| text.parse().unwrap());
    let seconds: u64 = arguments.next().map_or(8, |text| text.parse().unwrap());
    let directory = tempfile::tempdir().unwrap();
    let mut config = Config::loopback(directory.path());
    config.ports = 20_000..=39_999;
    config.workers = Workers::Pinned(vec![0]);
    config.webrtc = Some(WebrtcConfig::standard(vec![IpAddr::V4(Ipv4Addr::LOCALHOST)]));
    let (events, news) = sync_channel(100_000);
    let host = Host::start(config, move |event| events.try_send(event.clone()).is_ok()).unwrap();
    let mut load = Load { host, news, commands: 0 };
    pin(1);
    let mut waits = Vec::new();
    let mut pairs: Vec<Pair> = Vec::new();
    for call in 1..=calls {
        let (pair, wait) = load.bridge(call);
        waits.push(wait);
        pairs.push(pair);
        // Those who are connected must not be taken for lost meanwhile.
        pairs.iter_mut().for_each(|pair| pair.browser.step(usize::MAX));
    }
    for pair in &mut pairs {
        pair.browser.prepare((WARM_UP.as_secs() + seconds) * PACKETS_PER_SECOND);
        pair.browser.step(usize::MAX);
    }
    talk(&mut pairs, WARM_UP);
    let (before, began) = (load.host.gauges(), Instant::now());
    let counted = talk(&mut pairs, Duration::from_secs(seconds));
    let (after, took) = (load.host.gauges(), began.elapsed());
    let worker = 100.0 * (after.worker_cpu[0] - before.worker_cpu[0]).as_secs_f64() / took.as_secs_f64();
    println!("{calls} calls of a browser and a plain party for {:.1} s", took.as_secs_f64());
    println!("sum      {:.4} % of a core per call", worker / calls as f64);
    println!("offered {}, came back {}", counted.sent, counted.received);
    waits.sort_unstable();
    let at = |permille: usize| waits[(waits.len() - 1) * permille / 1000].as_micros();
    println!("answer to audio in us: p50 {}, p99 {}, max {}", at(500), at(990), at(1000));
    load.host.stop();
}

impl Load {
    /// Sets a call up; how long after its answer the browser heard the other one.
    fn bridge(&mut self, call: u64) -> (Pair, Duration) {
        let call = CallId::from_u64(call);
        let [browser_leg, plain_leg] = [1, 2].map(|number| LegId { call, number });
        let plain = open_socket();
        self.tell(plain_leg, MediaAction::Open);
        let target = self.wait(|news| match news {
            MediaNews::Ready { rtp } => Some(*rtp),
            _ => None,
        });
        self.tell(plain_leg, MediaAction::SetRemote(plainly(plain.local_addr().unwrap())));
        let mut browser = Browser::new();
        let first = Negotiation::TakeOffer(browser.offer());
        let opening = WebrtcOpening { wished: Some(Codec::Pcma), voice: Voice::G711, first };
        self.tell(browser_leg, MediaAction::OpenWebrtc(opening));
        let answer = self.wait(|news| match news {
            MediaNews::Described { sdp, .. } => Some(sdp.clone()),
            _ => None,
        });
        self.tell(browser_leg, MediaAction::SetPlan(Plan::Leg(plain_leg)));
        self.tell(plain_leg, MediaAction::SetPlan(Plan::Leg(browser_leg)));
        let answered = Instant::now();
        browser.take_answer(&answer);
        let mut pair = Pair { browser, plain, target, seq: 0 };
        while pair.browser.received == 0 {
            assert!(answered.elapsed() < CONNECTED_WITHIN, "a browser was not connected");
            if answered.elapsed() >= Duration::from_millis(20) * u32::from(pair.seq) {
                pair.say();
            }
            pair.browser.step(usize::MAX);
            thread::sleep(Duration::from_micros(200));
        }
        (pair, answered.elapsed())
    }

    fn wait<T>(&self, find: impl Fn(&MediaNews) -> Option<T>) -> T {
        loop {
            let event = self.news.recv().unwrap();
            if let Some(found) = find(&event.what) {
                return found;
            }
        }
    }

    fn tell(&mut self, leg: LegId, what: MediaAction) {
        self.commands += 1;
        let command = MediaCommand { id: CommandId(self.commands), leg, what };
        while let Err(bell_mediahost::Busy) = self.host.command(command.clone()) {
            thread::yield_now();
        }
    }
}

/// Lets everybody send a packet each 20 ms, a portion of them every millisecond, and takes what comes.
fn talk(pairs: &mut [Pair], time: Duration) -> Counted {
    let heard = |pairs: &[Pair]| pairs.iter().map(|pair| pair.browser.received).sum::<u64>();
    let (before, mut counted) = (heard(pairs), Counted::default());
    let start = Instant::now();
    for slot in 0..time.as_millis() as usize {
        for pair in pairs.iter_mut().skip(slot % PORTIONS).step_by(PORTIONS) {
            pair.say();
            counted.sent += 1 + u64::from(pair.browser.speak());
        }
        let at_most = if (slot / LOOKS).is_multiple_of(FULL_LOOKS) { usize::MAX } else { 1 };
        for pair in pairs.iter_mut().skip(slot % LOOKS).step_by(LOOKS) {
            pair.browser.step(at_most);
            counted.received += pair.drain(at_most);
        }
        let until = start + Duration::from_millis(slot as u64 + 1);
        thread::sleep(until.saturating_duration_since(Instant::now()));
    }
    // What is still under way was not lost, and belongs to nothing that is counted after.
    let mut quiet = 0;
    while quiet < QUIET_LOOKS {
        thread::sleep(Duration::from_millis(20));
        let heard_before = heard(pairs);
        pairs.iter_mut().for_each(|pair| pair.browser.step(usize::MAX));
        let came: u64 = pairs.iter_mut().map(|pair| pair.drain(usize::MAX)).sum();
        counted.received += came;
        quiet = if came == 0 && heard(pairs) == heard_before { quiet + 1 } else { 0 };
    }
    counted.received += heard(pairs) - before;
    counted
}

impl Pair {
    fn say(&mut self) {
        let (seq, timestamp) = (self.seq, u32::from(self.seq) * 160);
        self.seq = self.seq.wrapping_add(1);
        let header = Header { marker: false, payload_type: PCMA, seq, timestamp, ssrc: 7 };
        let mut packet = [0x55; HEADER_LEN + 160];
        packet[..HEADER_LEN].copy_from_slice(&header.to_bytes());
        self.plain.send_to(&packet, self.target).unwrap();
    }

    /// How many packets have come to the plain party.
    fn drain(&mut self, at_most: usize) -> u64 {
        let mut datagram = [0; 2048];
        let came = std::iter::from_fn(|| self.plain.recv(&mut datagram).ok()).take(at_most);
        came.filter(|len| *len == HEADER_LEN + 160).count() as u64
    }
}

impl Browser {
    fn new() -> Self {
        let now = Instant::now();
        let config =
            RtcConfig::new().set_rtp_mode(true).clear_codecs().set_reordering_size_audio(0).enable_pcma(true, false);
        let mut rtc = config.build(now);
        let socket = open_socket();
        let address = socket.local_addr().unwrap();
        rtc.add_local_candidate(Candidate::host(address, Protocol::Udp).unwrap());
        let (host, said) = (address, VecDeque::new());
        Self { rtc, socket, address, host, line: None, pending: None, due: now, number: 0, said, received: 0 }
    }

    fn offer(&mut self) -> String {
        let mut changes = self.rtc.sdp_api();
        self.line = Some(changes.add_media(MediaKind::Audio, Direction::SendRecv, None, None, None));
        let (offer, pending) = changes.apply().unwrap();
        self.pending = Some(pending);
        offer.to_sdp_string()
    }

    fn take_answer(&mut self, sdp: &str) {
        let answer = SdpAnswer::from_sdp_string(sdp).unwrap();
        self.rtc.sdp_api().accept_answer(self.pending.take().unwrap(), answer).unwrap();
        self.settle();
    }

    /// Encrypts what will be said.
    fn prepare(&mut self, packets: u64) {
        let line = self.line.filter(|_| self.rtc.is_connected()).unwrap();
        for _ in 0..packets {
            self.number += 1;
            let (now, timestamp) = (Instant::now(), self.number as u32 * 160);
            let mut api = self.rtc.direct_api();
            let stream = api.stream_tx_by_mid(line, None).unwrap();
            let (kind, payload) = (Pt::new_with_value(PCMA), [0x55; 160]);
            stream.write_rtp(RtpWrite::new(kind, self.number.into(), timestamp, now, payload.as_slice()));
            self.settle();
            self.rtc.handle_input(Input::Timeout(now)).unwrap();
            self.settle();
        }
    }

    /// Says a packet. False if there is none.
    fn speak(&mut self) -> bool {
        let Some(packet) = self.said.pop_front() else { return false };
        self.socket.send_to(&packet, self.host).unwrap();
        true
    }

    /// Takes so many packets at most.
    fn step(&mut self, at_most: usize) {
        let now = Instant::now();
        if self.due <= now {
            self.rtc.handle_input(Input::Timeout(now)).unwrap();
            self.settle();
        }
        let mut datagram = [0; 2048];
        for _ in 0..at_most {
            let Ok((len, from)) = self.socket.recv_from(&mut datagram) else { return };
            if is_audio(&datagram[..len]) {
                self.received += 1;
                continue;
            }
            let received = Receive::new(Protocol::Udp, from, self.address, &datagram[..len]).unwrap();
            self.rtc.handle_input(Input::Receive(Instant::now(), received)).unwrap();
            self.settle();
        }
    }

    fn settle(&mut self) {
        loop {
            match self.rtc.poll_output().unwrap() {
                Output::Timeout(at) => {
                    self.due = at;
                    return;
                }
                Output::Transmit(transmit) if is_audio(&transmit.contents) => {
                    self.host = transmit.destination;
                    self.said.push_back(transmit.contents.into());
                }
                Output::Transmit(transmit) => {
                    let _ = self.socket.send_to(&transmit.contents, transmit.destination);
                }
                Output::Event(_) => {}
            }
        }
    }
}

/// Whether a datagram is RTP of ours: neither a check (RFC 7983) nor RTCP (RFC 5761).
fn is_audio(datagram: &[u8]) -> bool {
    datagram.get(1).is_some_and(|second| second & 0x7f == PCMA) && datagram[0] & 0xc0 == 0x80
}

fn plainly(address: SocketAddr) -> Remote {
    Remote {
        rtp: address,
        rtcp: address,
        rtcp_mux: true,
        send: (Codec::Pcma, PCMA),
        receive: vec![(Codec::Pcma, PCMA)],
        send_events: None,
        receive_events: None,
        packet_time: Duration::from_millis(20),
        srtp: None,
        sending: true,
        receiving: true,
    }
}

fn open_socket() -> UdpSocket {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    socket.set_nonblocking(true).unwrap();
    socket
}

fn pin(core: usize) {
    let mut cores = CpuSet::new();
    cores.set(core);
    sched_setaffinity(None, &cores).unwrap();
}
