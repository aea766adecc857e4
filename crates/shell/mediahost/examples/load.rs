//! What a bridged call costs: opens calls on one pinned worker, offers RTP from another core, and prints the CPU time
//! of the worker per call, loss, and the delay that was added.
//!
//! ```text
//! cargo run --release -p bell-mediahost --example load -- [CALLS] [SECONDS] [plain|record|transcode]
//! ```
//!
//! The worker has core 0 and the generator core 1. On loopback the sender of a packet pays for its delivery too, so
//! the worker's figure holds one whole passage through the network stack per packet, and the reading of another.

// An example prints, and gives up when something is not as it should be.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use bell_media::codec::Encoder;
use bell_media::control::{CommandId, MediaAction, MediaCommand, MediaEvent, MediaNews, Plan, Remote};
use bell_media::rtp::{HEADER_LEN, Header, Packet};
use bell_media::tone::Generator as Tone;
use bell_mediahost::{Config, Gauges, Host, Workers};
use bell_types::{CallId, Codec, LegId, RecordingId};
use rustix::net::sockopt;
use rustix::process::{Resource, getrlimit, setrlimit};
use rustix::thread::{CpuSet, sched_setaffinity};

/// Parties share a few sockets, so that the generator costs less than what it measures.
const SOCKETS: usize = 16;

/// Packets leave in so many portions every 20 ms.
const PORTIONS: usize = 20;

/// How often the generator looks for what comes back: so much too long may a delay be measured. Blocking instead would
/// let the worker pay for waking the generator.
const LOOK: Duration = Duration::from_micros(100);

/// A packet that has not come back by then is lost.
const LATE: Duration = Duration::from_millis(200);

#[derive(Clone, Copy, PartialEq)]
enum Mode {
    Plain,
    Record,
    Transcode,
}

struct Load {
    host: Host,
    news: Receiver<MediaEvent>,
    commands: u64,
}

/// One end of a call.
struct Party {
    socket: usize,
    target: SocketAddr,
    payload_type: u8,
    seq: u16,
}

#[derive(Default)]
struct Measured {
    sent: u64,
    received: u64,
    delays_us: Vec<u32>,
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let calls: u64 = arguments.next().map_or(300, |text| text.parse().unwrap());
    let seconds: u64 = arguments.next().map_or(10, |text| text.parse().unwrap());
    let mode = match arguments.next().as_deref() {
        None | Some("plain") => Mode::Plain,
        Some("record") => Mode::Record,
        Some("transcode") => Mode::Transcode,
        Some(other) => panic!("{other}: say plain, record or transcode"),
    };
    let mut files = getrlimit(Resource::Nofile);
    files.current = files.maximum;
    setrlimit(Resource::Nofile, files).unwrap();

    let directory = tempfile::tempdir().unwrap();
    let mut config = Config::loopback(directory.path());
    config.ports = 20_000..=59_999;
    config.workers = Workers::Pinned(vec![0]);
    let (events, news) = sync_channel(100_000);
    let host = Host::start(config, move |event| events.try_send(event.clone()).is_ok()).unwrap();
    let mut load = Load { host, news, commands: 0 };
    let sockets: Vec<UdpSocket> = (0..SOCKETS).map(|_| open_socket()).collect();
    let memory_before = resident();
    let mut parties: Vec<Party> = (1..=calls).flat_map(|call| load.bridge(call, mode, &sockets)).collect();

    pin(1);
    let epoch = Instant::now();
    talk(&sockets, &mut parties, epoch, Duration::from_secs(2));
    let (before, began) = (load.host.gauges(), Instant::now());
    let measured = talk(&sockets, &mut parties, epoch, Duration::from_secs(seconds));
    let (after, took) = (load.host.gauges(), began.elapsed());
    let memory = resident() - memory_before;
    print(calls, &before, &after, took, &measured);
    // Elsewhere the payload, and with it the time it bears, is another.
    if mode != Mode::Transcode {
        print_delays(measured.delays_us);
    }
    println!("memory of this process per call: {} KB", memory / calls / 1024);
    load.host.stop();
}

impl Load {
    fn bridge(&mut self, call: u64, mode: Mode, sockets: &[UdpSocket]) -> [Party; 2] {
        let call = CallId::from_u64(call);
        let legs = [LegId { call, number: 1 }, LegId { call, number: 2 }];
        let codecs = match mode {
            Mode::Plain | Mode::Record => [Codec::Pcma, Codec::Pcma],
            Mode::Transcode => [Codec::Pcma, Codec::Pcmu],
        };
        let parties = [0, 1].map(|side| {
            let socket = (call.as_u64() as usize * 2 + side) % SOCKETS;
            self.connect(legs[side], codecs[side], socket, sockets)
        });
        if mode == Mode::Record {
            self.tell(legs[0], MediaAction::Record(RecordingId(call)));
        }
        self.tell(legs[0], MediaAction::SetPlan(Plan::Leg(legs[1])));
        self.tell(legs[1], MediaAction::SetPlan(Plan::Leg(legs[0])));
        parties
    }

    fn connect(&mut self, leg: LegId, codec: Codec, socket: usize, sockets: &[UdpSocket]) -> Party {
        self.tell(leg, MediaAction::Open);
        let target = loop {
            match self.news.recv().unwrap().what {
                MediaNews::Ready { rtp } => break rtp,
                MediaNews::Failed { reason } => panic!("{reason}"),
                _ => {}
            }
        };
        let payload_type = codec.static_payload_type();
        let address = sockets[socket].local_addr().unwrap();
        self.tell(
            leg,
            MediaAction::SetRemote(Remote {
                rtp: address,
                rtcp: address,
                rtcp_mux: false,
                send: (codec, payload_type),
                receive: vec![(codec, payload_type)],
                send_events: Some(101),
                receive_events: Some(101),
                packet_time: Duration::from_millis(20),
                srtp: None,
                sending: true,
                receiving: true,
            }),
        );
        Party { socket, target, payload_type, seq: 0 }
    }

    fn tell(&mut self, leg: LegId, what: MediaAction) {
        self.commands += 1;
        let id = CommandId(self.commands);
        let mut command = MediaCommand { id, leg, what };
        while let Err(bell_mediahost::Busy) = self.host.command(command.clone()) {
            command.id = id;
            thread::yield_now();
        }
    }
}

/// Lets every party send a packet each 20 ms, a portion of them every millisecond, and takes what comes back.
fn talk(sockets: &[UdpSocket], parties: &mut [Party], epoch: Instant, time: Duration) -> Measured {
    let mut measured = Measured::default();
    let mut tone = Vec::new();
    Encoder::new(Codec::Pcma).encode(&Tone::sine(1000.0, -12.0, 8000).samples(160), &mut tone);
    let start = Instant::now();
    let slots = time.as_millis() as usize;
    for slot in 0..slots {
        let portion = slot % PORTIONS;
        for party in parties.iter_mut().skip(portion).step_by(PORTIONS) {
            party.send(sockets, &tone, epoch);
            measured.sent += 1;
        }
        let until = start + Duration::from_millis(slot as u64 + 1);
        loop {
            sockets.iter().for_each(|socket| measured.drain(socket, epoch));
            if Instant::now() >= until {
                break;
            }
            thread::sleep(LOOK);
        }
    }
    // What is still under way was not lost.
    let late = Instant::now() + LATE;
    while measured.received < measured.sent && Instant::now() < late {
        sockets.iter().for_each(|socket| measured.drain(socket, epoch));
        thread::sleep(LOOK);
    }
    measured
}

impl Party {
    /// The payload begins with the time it was sent, which a relay leaves alone.
    fn send(&mut self, sockets: &[UdpSocket], tone: &[u8], epoch: Instant) {
        let header = Header {
            marker: false,
            payload_type: self.payload_type,
            seq: self.seq,
            timestamp: u32::from(self.seq) * 160,
            ssrc: u32::from(self.target.port()),
        };
        self.seq = self.seq.wrapping_add(1);
        let mut packet = [0; HEADER_LEN + 160];
        packet[..HEADER_LEN].copy_from_slice(&header.to_bytes());
        packet[HEADER_LEN..].copy_from_slice(tone);
        let sent_us = epoch.elapsed().as_micros() as u32;
        packet[HEADER_LEN..HEADER_LEN + 4].copy_from_slice(&sent_us.to_be_bytes());
        sockets[self.socket].send_to(&packet, self.target).unwrap();
    }
}

impl Measured {
    fn drain(&mut self, socket: &UdpSocket, epoch: Instant) {
        let mut datagram = [0; 2048];
        while let Ok(len) = socket.recv(&mut datagram) {
            let Ok(packet) = Packet::parse(&datagram[..len]) else { continue };
            // Reports come to the same sockets.
            let Some(sent) = packet.payload.first_chunk::<4>().filter(|_| packet.payload.len() == 160) else {
                continue;
            };
            self.received += 1;
            let delay = (epoch.elapsed().as_micros() as u32).wrapping_sub(u32::from_be_bytes(*sent));
            self.delays_us.push(delay);
        }
    }
}

fn print(calls: u64, before: &Gauges, after: &Gauges, took: Duration, measured: &Measured) {
    let share = |used: Duration| 100.0 * used.as_secs_f64() / took.as_secs_f64();
    let worker = share(after.worker_cpu[0] - before.worker_cpu[0]);
    let recorder = share(after.recorder_cpu - before.recorder_cpu);
    let packets = after.packets_out - before.packets_out;
    println!("{calls} bridged calls for {:.1} s, {packets} packets out", took.as_secs_f64());
    println!("worker   {worker:6.2} % of its core, {:.4} % per call", worker / calls as f64);
    println!("recorder {recorder:6.2} % of a core, {:.4} % per call", recorder / calls as f64);
    println!("sum      {:.4} % of a core per call", (worker + recorder) / calls as f64);
    println!("per packet: {:.2} us", worker / 100.0 * took.as_secs_f64() * 1e6 / packets as f64);
    println!(
        "offered {}, accepted {}, came back {}, unsent {}, late turns {}, recorder lost {} octets",
        measured.sent,
        after.packets_in - before.packets_in,
        measured.received,
        after.unsent - before.unsent,
        after.late_ticks - before.late_ticks,
        after.recorder_lost - before.recorder_lost,
    );
}

fn print_delays(mut delays_us: Vec<u32>) {
    delays_us.sort_unstable();
    let last = delays_us.len().saturating_sub(1);
    let at = |permille: usize| delays_us.get(last * permille / 1000).copied().unwrap_or(0);
    println!(
        "added delay in us: p50 {}, p90 {}, p99 {}, p99.9 {}, max {}",
        at(500),
        at(900),
        at(990),
        at(999),
        at(1000)
    );
}

fn open_socket() -> UdpSocket {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    socket.set_nonblocking(true).unwrap();
    sockopt::set_socket_recv_buffer_size_force(&socket, 8 << 20)
        .or_else(|_| sockopt::set_socket_recv_buffer_size(&socket, 8 << 20))
        .unwrap();
    socket
}

fn pin(core: usize) {
    let mut cores = CpuSet::new();
    cores.set(core);
    sched_setaffinity(None, &cores).unwrap();
}

/// The memory of this process in octets.
fn resident() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
    let pages: u64 = statm.split(' ').nth(1).unwrap().parse().unwrap();
    pages * rustix::param::page_size() as u64
}
