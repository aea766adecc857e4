//! A [`Net`] whose inbox is a channel, and peers that wait with a deadline.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use bell_net::{Config, Inbox, Net};
use bell_sip::{Flow, Input, Limits, SocketId};
use bytes::Bytes;

/// How long anything may take that is to happen.
pub(crate) const DEADLINE: Duration = Duration::from_secs(20);
/// A time-out that is not to pass in a test.
pub(crate) const NEVER: Duration = Duration::from_secs(600);
/// A time-out that is to pass.
pub(crate) const SOON: Duration = Duration::from_millis(200);

pub(crate) fn loopback() -> SocketAddr {
    "127.0.0.1:0".parse().unwrap()
}

/// One UDP socket and one TCP listener, and room for whatever a test does not limit.
pub(crate) fn config() -> Config {
    Config {
        udp: vec![(SocketId(1), loopback())],
        tcp: vec![loopback()],
        ws: vec![loopback()],
        secure: None,
        messages: Limits {
            head_bytes_max: 8192,
            body_bytes_max: 65_536,
            field_count_max: 100,
            uri_bytes_max: 512,
            stream_bytes_max: 131_072,
        },
        connections_max: 100,
        connections_per_source_max: 100,
        queue_max: 16,
        handshake_timeout: NEVER,
        idle_timeout: NEVER,
        ping_interval: NEVER,
        name_servers: Vec::new(),
        lookups_max: 10,
        lookup_timeout: Duration::from_secs(4),
        dscp: 24,
    }
}

pub(crate) struct Bench {
    pub(crate) net: Arc<Net>,
    inputs: Receiver<Input>,
    inbox: Arc<Room>,
}

impl Bench {
    pub(crate) fn start(config: Config) -> Self {
        Self::with_room(config, 1000)
    }

    /// With room for so many inputs. It is crowded when that is full.
    pub(crate) fn with_room(config: Config, room: usize) -> Self {
        Self::crowded_at(config, room, room)
    }

    /// With room for so many inputs, and crowded from so many on.
    pub(crate) fn crowded_at(config: Config, crowded_at: usize, room: usize) -> Self {
        let (inbox, inputs) = inbox(crowded_at, room);
        Self { net: Arc::new(Net::start(config, Arc::<Room>::clone(&inbox)).unwrap()), inputs, inbox }
    }

    /// For somebody who hands sockets over.
    pub(crate) fn net(&self) -> Arc<Net> {
        Arc::clone(&self.net)
    }

    pub(crate) fn udp(&self) -> SocketAddr {
        self.net.udp_addresses()[0]
    }

    pub(crate) fn tcp(&self) -> SocketAddr {
        self.net.tcp_addresses()[0]
    }

    pub(crate) fn ws(&self) -> SocketAddr {
        self.net.ws_addresses()[0]
    }

    #[track_caller]
    pub(crate) fn next(&self) -> Input {
        let input = self.inputs.recv_timeout(DEADLINE).expect("an input in time");
        self.inbox.waiting.fetch_sub(1, Ordering::Relaxed);
        input
    }

    /// What is there already.
    pub(crate) fn try_next(&self) -> Option<Input> {
        let input = self.inputs.try_recv().ok()?;
        self.inbox.waiting.fetch_sub(1, Ordering::Relaxed);
        Some(input)
    }

    #[track_caller]
    pub(crate) fn message(&self) -> (Flow, Bytes) {
        match self.next() {
            Input::Received { flow, bytes } => (flow, bytes),
            other => panic!("not a message: {other:?}"),
        }
    }

    #[track_caller]
    pub(crate) fn closed(&self) -> Flow {
        match self.next() {
            Input::FlowClosed(flow) => flow,
            other => panic!("not a closed flow: {other:?}"),
        }
    }

    pub(crate) fn count(&self, counter: fn(&bell_net::Counters) -> &AtomicU64) -> u64 {
        counter(&self.net.counters()).load(Ordering::Relaxed)
    }
}

/// An inbox for a number of inputs, and crowded from some number on.
pub(crate) struct Room {
    inputs: SyncSender<Input>,
    waiting: AtomicUsize,
    crowded_at: usize,
}

impl Inbox for Room {
    fn put(&self, input: Input) -> Result<(), Input> {
        // Before it can be taken out.
        self.waiting.fetch_add(1, Ordering::Relaxed);
        self.inputs.try_send(input).map_err(|error| {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            match error {
                TrySendError::Full(input) | TrySendError::Disconnected(input) => input,
            }
        })
    }

    fn is_crowded(&self) -> bool {
        self.waiting.load(Ordering::Relaxed) >= self.crowded_at
    }
}

pub(crate) fn inbox(crowded_at: usize, room: usize) -> (Arc<Room>, Receiver<Input>) {
    let (inputs, received) = sync_channel(room);
    (Arc::new(Room { inputs, waiting: AtomicUsize::new(0), crowded_at }), received)
}

pub(crate) fn phone() -> UdpSocket {
    let phone = UdpSocket::bind(loopback()).unwrap();
    phone.set_read_timeout(Some(DEADLINE)).unwrap();
    phone
}

#[track_caller]
pub(crate) fn datagram(phone: &UdpSocket) -> (Vec<u8>, SocketAddr) {
    let mut buffer = vec![0; 65_535];
    let (length, source) = phone.recv_from(&mut buffer).expect("a datagram in time");
    buffer.truncate(length);
    (buffer, source)
}

#[track_caller]
pub(crate) fn connect(to: SocketAddr) -> TcpStream {
    ready(TcpStream::connect(to).unwrap())
}

pub(crate) fn ready(stream: TcpStream) -> TcpStream {
    stream.set_read_timeout(Some(DEADLINE)).unwrap();
    stream.set_write_timeout(Some(DEADLINE)).unwrap();
    stream.set_nodelay(true).unwrap();
    stream
}

/// Sends a keep-alive and waits for its answer: the connection is being served.
#[track_caller]
pub(crate) fn ping(mut stream: &TcpStream) {
    stream.write_all(b"\r\n\r\n").unwrap();
    assert_eq!(bytes(stream, 2), b"\r\n");
}

#[track_caller]
pub(crate) fn bytes(mut stream: &TcpStream, count: usize) -> Vec<u8> {
    let mut buffer = vec![0; count];
    stream.read_exact(&mut buffer).expect("bytes in time");
    buffer
}

/// Waits for the end of the stream, orderly or not, whatever comes before it.
#[track_caller]
pub(crate) fn wait_for_end(mut stream: &TcpStream) {
    let mut rest = Vec::new();
    match stream.read_to_end(&mut rest) {
        Ok(_) => {}
        Err(error) => assert_eq!(error.kind(), ErrorKind::ConnectionReset, "{error}"),
    }
}

/// Waits for a state that nobody tells.
#[track_caller]
pub(crate) fn wait_until(is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < DEADLINE, "not in time");
        thread::yield_now();
    }
}

/// A request that begins something, of this method and with this number.
pub(crate) fn request(method: &str, number: usize) -> String {
    request_with(method, number, "")
}

pub(crate) fn request_with(method: &str, number: usize, body: &str) -> String {
    format!(
        "{method} sip:bell@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.7;rport;branch=z9hG4bK{number}\r\n\
         From: <sip:a@b>;tag=1\r\nTo: <sip:bell@192.0.2.1>\r\nCall-ID: call-{number}\r\nCSeq: 1 {method}\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
}
