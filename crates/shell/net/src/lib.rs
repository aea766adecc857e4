//! SIP sockets and name look-ups.
//!
//! This crate carries bytes and decides nothing: what arrives becomes a [`bell_sip::Input`] in the node's inbox, what
//! the stack wants sent goes out by [`Net::transmit`], which never blocks. A connection that does not take what is
//! written to it is cut; a datagram that the system does not take is dropped, as the network might have done.
//!
//! Every socket, connection, queue and look-up has a limit. When the inbox is full, a new INVITE is answered with a
//! stateless 503 and everything else is left to its sender's retransmissions.

mod lookup;
mod stream;
mod udp;

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use bell_sip::{Flow, Hop, Input, Limits, LookupId, SocketId, Transport};
use bytes::Bytes;
use thiserror::Error;
use tokio::runtime::{Builder, Runtime};

use crate::stream::Streams;
use crate::udp::Udp;

/// Where to listen, and how much of everything.
#[derive(Clone, Debug)]
pub struct Config {
    /// UDP sockets, with the numbers the stack knows them by.
    pub udp: Vec<(SocketId, SocketAddr)>,
    /// TCP listeners.
    pub tcp: Vec<SocketAddr>,
    /// What a message may hold.
    pub messages: Limits,
    /// Connections in all.
    pub connections_max: usize,
    /// Connections from one address.
    pub connections_per_source_max: usize,
    /// Messages that may wait on one connection; one more cuts it.
    pub queue_max: usize,
    /// How long a new connection may take to open, or to send its first message.
    pub handshake_timeout: Duration,
    /// How long a connection may be silent. Phones send a keep-alive every two minutes at most (RFC 5626 §4.4.1).
    pub idle_timeout: Duration,
    /// Names that are looked up at the same time.
    pub lookups_max: usize,
    /// How long a look-up may take.
    pub lookup_timeout: Duration,
    /// What the DSCP of SIP packets is: 24 is CS3 (RFC 4594 §4.1).
    pub dscp: u8,
}

/// Why the sockets could not be opened. Each message names the address.
#[derive(Debug, Error)]
pub enum StartError {
    /// An address that is in use, or not ours.
    #[error("failed to listen on {transport} {address}: is another program using it? see: ss -lnp")]
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
}

/// Where inputs go: the node's bounded inbox. It hands the input back when it is full.
pub type Inbox = Arc<dyn Fn(Input) -> Result<(), Input> + Send + Sync>;

/// What was carried, for metrics. All count since the start.
#[derive(Debug, Default)]
pub struct Counters {
    /// Messages that arrived.
    pub received: AtomicU64,
    /// Messages that were sent.
    pub sent: AtomicU64,
    /// Messages that could not be sent.
    pub send_failed: AtomicU64,
    /// Messages that were dropped because the inbox was full.
    pub overflowed: AtomicU64,
    /// Connections that were refused or cut for a limit.
    pub connections_cut: AtomicU64,
}

impl Counters {
    pub(crate) fn count(counter: &AtomicU64) {
        counter.fetch_add(1, Ordering::Relaxed);
    }
}

/// What the parts share.
pub(crate) struct Shared {
    pub(crate) config: Config,
    pub(crate) inbox: Inbox,
    pub(crate) counters: Arc<Counters>,
    pub(crate) stopping: AtomicBool,
}

impl Shared {
    /// Hands over a message. What comes back is to be sent to its sender at once, if anything.
    pub(crate) fn arrived(&self, flow: Flow, bytes: Bytes) -> Option<Bytes> {
        Counters::count(&self.counters.received);
        let Err(input) = (self.inbox)(Input::Received { flow, bytes }) else { return None };
        Counters::count(&self.counters.overflowed);
        let Input::Received { bytes, .. } = input else { return None };
        bell_sip::overload_reply(&bytes, flow.remote(), &self.config.messages)
    }

    /// Hands over news that must not be lost; the engine notices by its own deadlines if they are.
    pub(crate) fn tell(&self, input: Input) {
        if (self.inbox)(input).is_err() {
            Counters::count(&self.counters.overflowed);
        }
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }
}

/// The open sockets. Dropping it closes them.
pub struct Net {
    shared: Arc<Shared>,
    udp: Vec<Udp>,
    streams: Arc<Streams>,
    runtime: Option<Runtime>,
    threads: Vec<JoinHandle<()>>,
}

impl Net {
    /// Opens every socket, or none.
    pub fn start(config: Config, inbox: Inbox) -> Result<Self, StartError> {
        let runtime = Builder::new_multi_thread().worker_threads(1).thread_name("bell-net").enable_all().build();
        let runtime = runtime.map_err(StartError::Thread)?;
        let counters = Arc::new(Counters::default());
        let shared = Arc::new(Shared { config, inbox, counters, stopping: AtomicBool::new(false) });
        let udp: Result<Vec<Udp>, StartError> =
            shared.config.udp.iter().map(|(id, address)| Udp::open(*id, *address, shared.config.dscp)).collect();
        let udp = udp?;
        let streams = Streams::listen(&shared, runtime.handle())?;
        let threads: Result<Vec<_>, StartError> = udp.iter().map(|socket| socket.read_into(&shared)).collect();
        Ok(Self { threads: threads?, shared, udp, streams, runtime: Some(runtime) })
    }

    /// Sends a message. Never blocks; what cannot be sent comes back as [`Input::SendFailed`].
    pub fn transmit(&self, to: Hop, bytes: &Bytes) {
        match to {
            Hop::Flow(Flow::Datagram { socket, remote }) => {
                let sent = self.udp.iter().find(|udp| udp.id() == socket).map(|udp| udp.send(remote, bytes));
                if !matches!(sent, Some(Ok(()))) {
                    Counters::count(&self.shared.counters.send_failed);
                    self.shared.tell(Input::SendFailed(to));
                    return;
                }
                Counters::count(&self.shared.counters.sent);
            }
            Hop::Flow(Flow::Stream { connection, .. }) => {
                self.streams.send(&self.shared, connection, bytes.clone(), to);
            }
            Hop::Connect { transport, remote } => {
                if let Some(runtime) = &self.runtime {
                    self.streams.connect(&self.shared, runtime.handle(), transport, remote, bytes.clone());
                }
            }
        }
    }

    /// Asks the name service; the answer arrives as [`Input::LookedUp`], empty if there is none in time.
    pub fn look_up(&self, lookup: LookupId, host: &str, port: Option<u16>, transport: Transport) {
        if let Some(runtime) = &self.runtime {
            lookup::start(&self.shared, runtime.handle(), lookup, host, port, transport);
        }
    }

    /// Where the UDP sockets listen, in the order of the configuration: the ports are real even where 0 was asked for.
    pub fn udp_addresses(&self) -> Vec<SocketAddr> {
        self.udp.iter().map(Udp::address).collect()
    }

    /// Where the TCP listeners listen.
    pub fn tcp_addresses(&self) -> &[SocketAddr] {
        self.streams.addresses()
    }

    /// What was carried.
    pub fn counters(&self) -> Arc<Counters> {
        Arc::clone(&self.shared.counters)
    }

    /// How many connections are open.
    pub fn connections(&self) -> usize {
        self.streams.len()
    }

    /// Whether a packet to this address would leave by an address of this kind; for the advice that a private address
    /// must not be advertised to a public peer.
    pub fn is_private(address: IpAddr) -> bool {
        match address {
            IpAddr::V4(v4) => v4.is_private() || v4.is_loopback() || v4.is_link_local(),
            IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
        }
    }
}

impl Drop for Net {
    fn drop(&mut self) {
        self.shared.stopping.store(true, Ordering::Relaxed);
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
        for thread in self.threads.drain(..) {
            // A reader that panicked has said so already.
            let _ = thread.join();
        }
    }
}
