//! SIP sockets and name look-ups.
//!
//! This crate carries bytes and decides nothing: what arrives becomes a [`bell_sip::Input`] in the node's inbox, what
//! the stack wants sent goes out by [`Net::transmit`], which never blocks. A connection that does not take what is
//! written to it is cut; a datagram that the system does not take is dropped, as the network might have done.
//!
//! Every socket, connection, queue and look-up has a limit. When the inbox is crowded, a new INVITE is answered with a
//! stateless 503: the room that is left is for the calls that are up, which would fail with what they have cost already.
//! When it is full, other datagrams are left to their senders' retransmissions; other messages of a connection, which
//! nobody repeats, wait for room, and their connection with them.

mod connection;
mod lookup;
mod socket;
mod stream;
mod udp;
mod websocket;

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use bell_sip::{Flow, Hop, Input, Limits, LookupId, SocketId, Transport};
use bytes::Bytes;
use rustls::ServerConfig;
use thiserror::Error;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;
use tokio::time::sleep;

use crate::lookup::{Names, Question};
use crate::stream::Streams;
use crate::udp::Udp;
pub use crate::websocket::upgrade;

/// How soon a message that found the inbox full tries again.
const ROOM_PAUSE: Duration = Duration::from_millis(5);

/// Where to listen, and how much of everything.
#[derive(Clone, Debug)]
pub struct Config {
    /// UDP sockets, with the numbers the stack knows them by.
    pub udp: Vec<(SocketId, SocketAddr)>,
    /// TCP listeners.
    pub tcp: Vec<SocketAddr>,
    /// Listeners for SIP over WebSocket (RFC 7118).
    pub ws: Vec<SocketAddr>,
    /// Listeners under TLS; none if we have no certificate to show.
    pub secure: Option<Secure>,
    /// What a message may hold.
    pub messages: Limits,
    /// Connections in all.
    pub connections_max: usize,
    /// Connections from one address.
    pub connections_per_source_max: usize,
    /// Messages that may wait on one connection; one more cuts it.
    pub queue_max: usize,
    /// How long a connection may take to open, and one from outside to send its first message.
    pub handshake_timeout: Duration,
    /// How long a connection may be silent, and how long it may take to take a message. Phones send a keep-alive every
    /// two minutes at most (RFC 5626 §4.4.1).
    pub idle_timeout: Duration,
    /// How often the other end of a WebSocket is pinged; it is gone when it has said nothing for three times as long.
    /// Browsers answer by themselves, and proxies close what is silent for a minute.
    pub ping_interval: Duration,
    /// Whom to ask for names; empty for what the system asks. The system's choice and its list of hosts are read once.
    pub name_servers: Vec<SocketAddr>,
    /// Names that are looked up at the same time; one more gets an empty answer at once.
    pub lookups_max: usize,
    /// How long a look-up may take.
    pub lookup_timeout: Duration,
    /// What the DSCP of SIP packets is: 24 is CS3 (RFC 4594 §4.1).
    pub dscp: u8,
}

/// Where TLS is spoken, and how.
#[derive(Clone, Debug)]
pub struct Secure {
    /// Listeners for SIP over TLS.
    pub tls: Vec<SocketAddr>,
    /// Listeners for SIP over WebSocket under TLS.
    pub wss: Vec<SocketAddr>,
    /// The certificate that is shown, and the versions that are spoken.
    pub server: Arc<ServerConfig>,
}

/// What runs below a WebSocket that another listener has accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Below {
    /// A plain connection.
    Tcp,
    /// TLS.
    Tls,
}

/// There are as many connections as there may be, in all or from one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("there are as many connections as there may be")]
pub struct TooMany;

/// Why the sockets could not be opened. Each message names the address.
#[derive(Debug, Error)]
pub enum StartError {
    /// An address that is in use, or not ours.
    #[error("failed to listen on {transport} {address}: {}", socket::remedy(source))]
    Listen {
        /// What was to be spoken there.
        transport: Transport,
        /// Where.
        address: SocketAddr,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// A thread or its runtime could not be started.
    #[error("failed to start the network thread")]
    Thread(#[source] io::Error),
    /// Nobody can be asked for names.
    #[error("failed to prepare the look-up of names")]
    Names(#[source] io::Error),
}

/// Where inputs go: the node's bounded inbox.
pub trait Inbox: Send + Sync {
    /// Takes an input, or hands it back when it is full.
    #[allow(clippy::result_large_err, reason = "the input that comes back is the one that was moved in")]
    fn put(&self, input: Input) -> Result<(), Input>;

    /// Whether so much waits in it that new calls are refused. Never false when it is full.
    fn is_crowded(&self) -> bool;
}

/// What was carried, for metrics. All count since the start.
#[derive(Debug, Default)]
pub struct Counters {
    /// Messages that arrived.
    pub received: AtomicU64,
    /// Messages that were sent.
    pub sent: AtomicU64,
    /// Messages that could not be sent.
    pub send_failed: AtomicU64,
    /// Messages and news that found the inbox full.
    pub overflowed: AtomicU64,
    /// New calls that found it crowded, and were refused.
    pub refused: AtomicU64,
    /// Connections that were refused or cut for a limit.
    pub connections_cut: AtomicU64,
    /// Connections on which TLS was not agreed on.
    pub handshakes_failed: AtomicU64,
}

impl Counters {
    pub(crate) fn count(counter: &AtomicU64) {
        counter.fetch_add(1, Ordering::Relaxed);
    }
}

/// What the parts share.
pub(crate) struct Shared {
    pub(crate) config: Config,
    pub(crate) inbox: Arc<dyn Inbox>,
    pub(crate) counters: Arc<Counters>,
    pub(crate) stopping: AtomicBool,
}

/// What became of a message.
pub(crate) enum Arrival {
    /// The node has it.
    Taken,
    /// It would begin a call, and there is no room: this goes back to its sender.
    Refused(Bytes),
    /// There is no room for it.
    Held(Input),
}

impl Shared {
    /// Hands over a message.
    pub(crate) fn arrived(&self, flow: Flow, bytes: &Bytes) -> Arrival {
        Counters::count(&self.counters.received);
        if self.inbox.is_crowded()
            && let Some(reply) = bell_sip::overload_reply(bytes, flow.remote(), &self.config.messages)
        {
            Counters::count(&self.counters.refused);
            return Arrival::Refused(reply);
        }
        let Err(input) = self.inbox.put(Input::Received { flow, bytes: bytes.clone() }) else { return Arrival::Taken };
        Counters::count(&self.counters.overflowed);
        Arrival::Held(input)
    }

    /// Hands over what must not be lost, as soon as there is room.
    pub(crate) async fn deliver(&self, input: Input) {
        if let Err(held) = self.inbox.put(input) {
            Counters::count(&self.counters.overflowed);
            self.hold(held).await;
        }
    }

    /// Waits for room for what was refused.
    pub(crate) async fn hold(&self, mut held: Input) {
        loop {
            sleep(ROOM_PAUSE).await;
            match self.inbox.put(held) {
                Ok(()) => return,
                Err(again) => held = again,
            }
        }
    }

    /// Hands over news from where nobody can wait. If they are lost, the stack notices by its own deadlines.
    pub(crate) fn tell(&self, input: Input) {
        if self.inbox.put(input).is_err() {
            Counters::count(&self.counters.overflowed);
        }
    }

    /// Says that a message was not sent.
    pub(crate) fn send_failed(&self, hop: Hop) {
        Counters::count(&self.counters.send_failed);
        self.tell(Input::SendFailed(hop));
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }
}

/// The open sockets. Dropping it closes them and waits for their threads, a quarter of a second at most.
pub struct Net {
    shared: Arc<Shared>,
    udp: Vec<Udp>,
    streams: Arc<Streams>,
    names: Arc<Names>,
    runtime: Handle,
    /// The runtime's thread ends when this is dropped.
    stop: Option<oneshot::Sender<Infallible>>,
    threads: Vec<JoinHandle<()>>,
    tcp_addresses: Vec<SocketAddr>,
    ws_addresses: Vec<SocketAddr>,
    tls_addresses: Vec<SocketAddr>,
    wss_addresses: Vec<SocketAddr>,
}

impl Net {
    /// Opens every socket, or none.
    pub fn start(config: Config, inbox: Arc<dyn Inbox>) -> Result<Self, StartError> {
        let udp: Result<Vec<_>, _> =
            config.udp.iter().map(|(id, address)| Udp::open(*id, *address, config.dscp)).collect();
        let udp = udp?;
        let (tcp, tcp_addresses) = listen_on(&config.tcp, config.dscp)?;
        let (ws, ws_addresses) = listen_on(&config.ws, config.dscp)?;
        let secure = config.secure.as_ref();
        let (tls, tls_addresses) = listen_on(secure.map_or(&[], |secure| &secure.tls), config.dscp)?;
        let (wss, wss_addresses) = listen_on(secure.map_or(&[], |secure| &secure.wss), config.dscp)?;
        let names = Arc::new(Names::new(&config)?);
        let counters = Arc::new(Counters::default());
        let shared = Arc::new(Shared { config, inbox, counters, stopping: AtomicBool::new(false) });
        let (runtime, stop, thread) = start_runtime().map_err(StartError::Thread)?;
        let streams = Arc::new(Streams::default());
        let (stop, threads) = (Some(stop), vec![thread]);
        // From here on, dropping it on an error closes and joins whatever runs.
        let mut net = Self {
            shared,
            udp,
            streams,
            names,
            runtime,
            stop,
            threads,
            tcp_addresses,
            ws_addresses,
            tls_addresses,
            wss_addresses,
        };
        for socket in &net.udp {
            net.threads.push(socket.read_into(&net.shared)?);
        }
        let all = [(tcp, Transport::Tcp), (ws, Transport::Ws), (tls, Transport::Tls), (wss, Transport::Wss)];
        for (listeners, transport) in all {
            for listener in listeners {
                stream::accept_from(listener, transport, &net.shared, &net.streams, &net.runtime)?;
            }
        }
        Ok(net)
    }

    /// Takes over a WebSocket that another listener opens, once [`upgrade`] has told it to: `opening` gives the stream
    /// behind the answer 101, as `hyper::upgrade::on` does. It is treated like those of our own listeners: the same
    /// limits, pings and deadlines, of which the first is for `opening`.
    ///
    /// # Errors
    /// There are too many: answer 503 in place of 101.
    pub fn adopt<S>(
        &self,
        below: Below,
        remote: SocketAddr,
        opening: impl Future<Output = io::Result<S>> + Send + 'static,
    ) -> Result<(), TooMany>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let transport = match below {
            Below::Tcp => Transport::Ws,
            Below::Tls => Transport::Wss,
        };
        self.streams.adopt(&self.shared, &self.runtime, transport, remote, opening)
    }

    /// Sends a message. Never blocks; what cannot be sent comes back as [`Input::SendFailed`].
    pub fn transmit(&self, to: Hop, bytes: &Bytes) {
        match to {
            Hop::Flow(Flow::Datagram { socket, remote }) => match self.udp.iter().find(|udp| udp.id() == socket) {
                Some(udp) => udp.send(&self.shared, remote, bytes),
                None => self.shared.send_failed(to),
            },
            Hop::Flow(Flow::Stream { connection, .. }) => {
                self.streams.send(&self.shared, connection, bytes.clone(), to);
            }
            Hop::Connect { transport: Transport::Tcp, remote } => {
                self.streams.connect(&self.shared, &self.runtime, remote, bytes.clone());
            }
            Hop::Connect { transport: Transport::Udp | Transport::Tls | Transport::Ws | Transport::Wss, .. } => {
                tracing::warn!(transport = %to.transport(), remote = %to.remote(), "no connection of this kind is made");
                self.shared.send_failed(to);
            }
        }
    }

    /// Asks the name service; the answer arrives as [`Input::LookedUp`], empty if there is none in time.
    pub fn look_up(&self, lookup: LookupId, host: &str, port: Option<u16>, transport: Transport) {
        let question = Question { lookup, host: host.to_owned(), port, transport };
        Names::ask(&self.names, &self.shared, &self.runtime, question);
    }

    /// The addresses that a name leads to, as a call to it would find them; none if there is no answer in time.
    pub async fn find(&self, host: &str, port: Option<u16>, transport: Transport) -> Vec<SocketAddr> {
        let found = self.names.answer(host, port, transport).await;
        found.into_iter().map(|found| found.address).collect()
    }

    /// Where the UDP sockets listen, in the order of the configuration: the ports are real even where 0 was asked for.
    pub fn udp_addresses(&self) -> Vec<SocketAddr> {
        self.udp.iter().map(Udp::address).collect()
    }

    /// Where the TCP listeners listen.
    pub fn tcp_addresses(&self) -> &[SocketAddr] {
        &self.tcp_addresses
    }

    /// Where the listeners for WebSockets listen.
    pub fn ws_addresses(&self) -> &[SocketAddr] {
        &self.ws_addresses
    }

    /// Where the listeners for TLS listen.
    pub fn tls_addresses(&self) -> &[SocketAddr] {
        &self.tls_addresses
    }

    /// Where the listeners for WebSockets under TLS listen.
    pub fn wss_addresses(&self) -> &[SocketAddr] {
        &self.wss_addresses
    }

    /// What was carried.
    pub fn counters(&self) -> Arc<Counters> {
        Arc::clone(&self.shared.counters)
    }

    /// How many connections are open.
    pub fn connections(&self) -> usize {
        self.streams.len()
    }
}

impl Drop for Net {
    fn drop(&mut self) {
        self.shared.stopping.store(true, Ordering::Relaxed);
        self.stop = None;
        for thread in self.threads.drain(..) {
            // One that panicked has said so already.
            let _ = thread.join();
        }
    }
}

fn listen_on(addresses: &[SocketAddr], dscp: u8) -> Result<(Vec<TcpListener>, Vec<SocketAddr>), StartError> {
    let listeners: Result<Vec<_>, _> = addresses.iter().map(|address| socket::listen(*address, dscp)).collect();
    Ok(listeners?.into_iter().unzip())
}

/// Starts the thread on which connections and look-ups live. When it ends, it drops them all.
fn start_runtime() -> io::Result<(Handle, oneshot::Sender<Infallible>, JoinHandle<()>)> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let handle = runtime.handle().clone();
    let (stop, stopped) = oneshot::channel();
    let thread = thread::Builder::new().name("bell-net".to_owned()).spawn(move || {
        // Nothing is ever sent: the sender's end is the sign.
        let _: Result<Infallible, _> = runtime.block_on(stopped);
    })?;
    Ok((handle, stop, thread))
}
