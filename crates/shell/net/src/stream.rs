//! Connections over TCP, plain, under TLS or as WebSockets: which there are, in both directions, and how many there may be.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::future::Future;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bell_sip::{ConnectionId, Flow, Hop, Input, Transport};
use bytes::Bytes;
use socket2::SockRef;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Handle;
use tokio::sync::mpsc::{self, error::TrySendError};
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;

use crate::connection::{Pipe, Stream, carry};
use crate::{Counters, Shared, StartError, TooMany, socket, websocket};

/// How long to wait when the system has no descriptor left for another connection.
const ACCEPT_PAUSE: Duration = Duration::from_millis(250);

/// The open connections.
#[derive(Default)]
pub(crate) struct Streams {
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    last: u64,
    /// Everything whose task runs.
    connections: BTreeMap<ConnectionId, Connection>,
    /// What can be found, in the order of addresses: those of one source stand together.
    by_remote: BTreeSet<(SocketAddr, ConnectionId)>,
}

struct Connection {
    flow: Flow,
    queue: mpsc::Sender<Bytes>,
    /// The task ends when this is dropped, whatever it waits for.
    cut: Option<oneshot::Sender<Infallible>>,
}

/// The right to a connection, and its ends.
struct Place {
    id: ConnectionId,
    flow: Flow,
    pipe: Pipe,
    cut: oneshot::Receiver<Infallible>,
}

impl Streams {
    pub(crate) fn len(&self) -> usize {
        self.open().connections.len()
    }

    /// Queues a message on a connection. One that is full does not take what it is sent, and is cut.
    pub(crate) fn send(&self, shared: &Shared, id: ConnectionId, bytes: Bytes, hop: Hop) {
        let queued = self.open().connections.get(&id).map(|connection| connection.queue.try_send(bytes));
        if let Some(Ok(())) = queued {
            return Counters::count(&shared.counters.sent);
        }
        // First that the message is lost, then that its connection is closed: the other way round it would look as if
        // somebody had gone on using a flow that was known to be gone.
        shared.send_failed(hop);
        if let Some(Err(TrySendError::Full(_))) = queued {
            Counters::count(&shared.counters.connections_cut);
            self.open().cut(id);
        }
    }

    /// Queues a message on the plain connection to this address, opening one if there is none.
    pub(crate) fn connect(self: &Arc<Self>, shared: &Arc<Shared>, runtime: &Handle, remote: SocketAddr, bytes: Bytes) {
        let hop = Hop::Connect { transport: Transport::Tcp, remote };
        let known = self.open().to(remote);
        if let Some(id) = known {
            return self.send(shared, id, bytes, hop);
        }
        let Some(place) = self.admit(shared, Transport::Tcp, remote) else { return shared.send_failed(hop) };
        self.send(shared, place.id, bytes, hop);
        let (shared, streams) = (Arc::clone(shared), Arc::clone(self));
        runtime.spawn(async move {
            let Place { id, flow, pipe, cut } = place;
            tokio::select! {
                () = open_and_carry(flow, pipe, hop, &shared) => {}
                _ = cut => {}
            }
            streams.leave(&shared, id, flow).await;
        });
    }

    /// Carries a WebSocket that somebody else opens.
    pub(crate) fn adopt<S: Stream + Send + 'static>(
        self: &Arc<Self>,
        shared: &Arc<Shared>,
        runtime: &Handle,
        transport: Transport,
        remote: SocketAddr,
        opening: impl Future<Output = io::Result<S>> + Send + 'static,
    ) -> Result<(), TooMany> {
        let Place { id, flow, pipe, cut } = self.admit(shared, transport, remote).ok_or(TooMany)?;
        let (shared, streams) = (Arc::clone(shared), Arc::clone(self));
        runtime.spawn(async move {
            tokio::select! {
                () = take_over(opening, flow, pipe, &shared) => {}
                _ = cut => {}
            }
            streams.leave(&shared, id, flow).await;
        });
        Ok(())
    }

    /// Makes room for a connection, or says that there is none.
    fn admit(&self, shared: &Shared, transport: Transport, remote: SocketAddr) -> Option<Place> {
        let mut open = self.open();
        let config = &shared.config;
        if open.connections.len() >= config.connections_max
            || open.count_from(remote) >= config.connections_per_source_max
        {
            Counters::count(&shared.counters.connections_cut);
            return None;
        }
        open.last += 1;
        let id = ConnectionId(open.last);
        let (queue, outbox) = mpsc::channel(config.queue_max);
        let (cut_by, cut) = oneshot::channel();
        let flow = Flow::Stream { transport, connection: id, remote };
        open.connections.insert(id, Connection { flow, queue: queue.clone(), cut: Some(cut_by) });
        open.by_remote.insert((remote, id));
        Some(Place { id, flow, pipe: Pipe { queue, outbox }, cut })
    }

    /// The connection is over. It counts until the node knows.
    async fn leave(&self, shared: &Shared, id: ConnectionId, flow: Flow) {
        self.open().cut(id);
        shared.deliver(Input::FlowClosed(flow)).await;
        self.open().connections.remove(&id);
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        // Nothing panics while the lock is held; if it did, the maps would still be whole.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    fn to(&self, remote: SocketAddr) -> Option<ConnectionId> {
        let all = (remote, ConnectionId(0))..=(remote, ConnectionId(u64::MAX));
        let plain = |id: &ConnectionId| {
            self.connections.get(id).is_some_and(|connection| connection.flow.transport() == Transport::Tcp)
        };
        self.by_remote.range(all).rev().map(|(_, id)| *id).find(plain)
    }

    fn count_from(&self, remote: SocketAddr) -> usize {
        let first = (SocketAddr::new(remote.ip(), 0), ConnectionId(0));
        self.by_remote.range(first..).take_while(|(other, _)| other.ip() == remote.ip()).count()
    }

    /// Ends the task of a connection. Nobody finds it any more.
    fn cut(&mut self, id: ConnectionId) {
        if let Some(connection) = self.connections.get_mut(&id) {
            connection.cut = None;
            self.by_remote.remove(&(connection.flow.remote(), id));
        }
    }
}

/// Starts to accept connections.
pub(crate) fn accept_from(
    listener: std::net::TcpListener,
    transport: Transport,
    shared: &Arc<Shared>,
    streams: &Arc<Streams>,
    runtime: &Handle,
) -> Result<(), StartError> {
    let _inside = runtime.enter();
    let listener = TcpListener::from_std(listener).map_err(StartError::Thread)?;
    runtime.spawn(accept(listener, transport, Arc::clone(shared), Arc::clone(streams)));
    Ok(())
}

async fn accept(listener: TcpListener, transport: Transport, shared: Arc<Shared>, streams: Arc<Streams>) {
    let mut failing = false;
    loop {
        match listener.accept().await {
            Ok((stream, remote)) => {
                failing = false;
                accepted(stream, transport, remote, &shared, &streams);
            }
            Err(error) if has_left(&error) => {}
            Err(error) => {
                // Out of descriptors: until one is free, the loop must neither spin nor fill the log.
                if !failing {
                    tracing::error!(%error, "failed to accept connections");
                }
                failing = true;
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

/// The peer has gone before we took its connection: nothing is wrong with us.
fn has_left(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset | ErrorKind::Interrupted)
}

fn accepted(stream: TcpStream, transport: Transport, remote: SocketAddr, shared: &Arc<Shared>, streams: &Arc<Streams>) {
    let Some(Place { id, flow, pipe, cut }) = streams.admit(shared, transport, remote) else { return };
    let (shared, streams) = (Arc::clone(shared), Arc::clone(streams));
    tokio::spawn(async move {
        tokio::select! {
            () = carry_accepted(stream, flow, pipe, &shared) => {}
            _ = cut => {}
        }
        streams.leave(&shared, id, flow).await;
    });
}

async fn carry_accepted(stream: TcpStream, flow: Flow, pipe: Pipe, shared: &Shared) {
    prepare(&stream, flow, shared);
    let patience = shared.config.handshake_timeout;
    match flow.transport() {
        Transport::Udp | Transport::Tcp => carry(stream, flow, pipe, patience, shared).await,
        Transport::Ws => websocket::accept(stream, flow, pipe, shared).await,
        Transport::Tls => {
            if let Some(stream) = secured(stream, flow, shared).await {
                carry(stream, flow, pipe, patience, shared).await;
            }
        }
        Transport::Wss => {
            if let Some(stream) = secured(stream, flow, shared).await {
                websocket::accept(stream, flow, pipe, shared).await;
            }
        }
    }
}

/// The connection under TLS. Whoever does not trust us, or speaks something else, leaves a line in the log.
async fn secured(stream: TcpStream, flow: Flow, shared: &Shared) -> Option<impl Stream + Send> {
    let secure = shared.config.secure.as_ref()?;
    let accepted = TlsAcceptor::from(Arc::clone(&secure.server)).accept(stream);
    match timeout(shared.config.handshake_timeout, accepted).await {
        Ok(Ok(stream)) => return Some(stream),
        Ok(Err(error)) => tracing::info!(remote = %flow.remote(), %error, "TLS was not agreed on"),
        Err(_) => tracing::info!(remote = %flow.remote(), "a silent connection is closed"),
    }
    Counters::count(&shared.counters.handshakes_failed);
    None
}

async fn take_over<S: Stream>(opening: impl Future<Output = io::Result<S>>, flow: Flow, pipe: Pipe, shared: &Shared) {
    match timeout(shared.config.handshake_timeout, opening).await {
        Ok(Ok(stream)) => websocket::take_over(stream, flow, pipe, shared).await,
        Ok(Err(error)) => tracing::info!(remote = %flow.remote(), %error, "no WebSocket was opened"),
        Err(_) => tracing::info!(remote = %flow.remote(), "a silent connection is closed"),
    }
}

async fn open_and_carry(flow: Flow, pipe: Pipe, hop: Hop, shared: &Shared) {
    let opened = timeout(shared.config.handshake_timeout, TcpStream::connect(flow.remote())).await;
    match opened.unwrap_or_else(|_| Err(ErrorKind::TimedOut.into())) {
        // The first word is ours: the other side need not say anything soon.
        Ok(stream) => {
            prepare(&stream, flow, shared);
            carry(stream, flow, pipe, shared.config.idle_timeout, shared).await;
        }
        Err(error) => {
            tracing::info!(remote = %flow.remote(), %error, "failed to open a connection");
            Counters::count(&shared.counters.send_failed);
            shared.deliver(Input::SendFailed(hop)).await;
        }
    }
}

/// A call is set up by small messages that somebody waits for; without the marks they may just be slower.
fn prepare(stream: &TcpStream, flow: Flow, shared: &Shared) {
    let _ = stream.set_nodelay(true);
    let _ = socket::mark(&SockRef::from(stream), flow.remote(), shared.config.dscp);
}
