//! TCP: connections of both directions, each with a bounded queue and two time-outs.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bell_sip::{ConnectionId, Flow, Frame, Framer, Hop, Input, PONG, Transport};
use bytes::Bytes;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};

use crate::{Counters, Shared, StartError};

/// How long to wait when the system has no descriptor left for another connection.
const ACCEPT_PAUSE: Duration = Duration::from_millis(250);
/// How much is read at a time.
const READ: usize = 16 * 1024;

/// The open connections.
pub(crate) struct Streams {
    open: Mutex<Open>,
    next: AtomicU64,
    addresses: Vec<SocketAddr>,
}

#[derive(Default)]
struct Open {
    connections: BTreeMap<ConnectionId, Connection>,
    by_remote: BTreeMap<SocketAddr, ConnectionId>,
}

struct Connection {
    remote: SocketAddr,
    queue: mpsc::Sender<Bytes>,
}

impl Streams {
    pub(crate) fn listen(shared: &Arc<Shared>, runtime: &Handle) -> Result<Arc<Self>, StartError> {
        let listeners: Result<Vec<TcpListener>, StartError> = shared
            .config
            .tcp
            .iter()
            .map(|&address| {
                let listen = |source| StartError::Listen { transport: Transport::Tcp, address, source };
                runtime.block_on(TcpListener::bind(address)).map_err(listen)
            })
            .collect();
        let listeners = listeners?;
        let addresses = listeners.iter().filter_map(|listener| listener.local_addr().ok()).collect();
        let streams = Arc::new(Self { open: Mutex::default(), next: AtomicU64::new(1), addresses });
        for listener in listeners {
            runtime.spawn(accept(listener, Arc::clone(shared), Arc::clone(&streams)));
        }
        Ok(streams)
    }

    pub(crate) fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    pub(crate) fn len(&self) -> usize {
        self.open().connections.len()
    }

    /// Queues a message on a connection.
    pub(crate) fn send(&self, shared: &Shared, id: ConnectionId, bytes: Bytes, hop: Hop) {
        let queued = self.open().connections.get(&id).map(|connection| connection.queue.try_send(bytes));
        match queued {
            Some(Ok(())) => Counters::count(&shared.counters.sent),
            Some(Err(_)) => self.cut(shared, id),
            None => {
                Counters::count(&shared.counters.send_failed);
                shared.tell(Input::SendFailed(hop));
            }
        }
    }

    /// Queues a message on the connection to this address, opening one if there is none.
    pub(crate) fn connect(
        self: &Arc<Self>,
        shared: &Arc<Shared>,
        runtime: &Handle,
        transport: Transport,
        remote: SocketAddr,
        bytes: Bytes,
    ) {
        let hop = Hop::Connect { transport, remote };
        let known = self.open().by_remote.get(&remote).copied();
        if let Some(id) = known {
            return self.send(shared, id, bytes, hop);
        }
        let Some((id, outbox)) = self.admit(shared, remote) else {
            return shared.tell(Input::SendFailed(hop));
        };
        self.send(shared, id, bytes, hop);
        let (shared, streams) = (Arc::clone(shared), Arc::clone(self));
        runtime.spawn(async move {
            let opened = timeout(shared.config.handshake_timeout, TcpStream::connect(remote)).await;
            match opened.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into())) {
                Ok(stream) => serve(stream, id, remote, outbox, &shared).await,
                Err(error) => {
                    tracing::info!(%remote, %error, "failed to open a connection");
                    shared.tell(Input::SendFailed(hop));
                }
            }
            streams.forget(&shared, id, remote);
        });
    }

    /// Makes room for a connection, or says that there is none.
    fn admit(&self, shared: &Shared, remote: SocketAddr) -> Option<(ConnectionId, mpsc::Receiver<Bytes>)> {
        let mut open = self.open();
        let from_source = open.connections.values().filter(|other| other.remote.ip() == remote.ip()).count();
        let config = &shared.config;
        if open.connections.len() >= config.connections_max || from_source >= config.connections_per_source_max {
            Counters::count(&shared.counters.connections_cut);
            return None;
        }
        let id = ConnectionId(self.next.fetch_add(1, Ordering::Relaxed));
        let (queue, outbox) = mpsc::channel(config.queue_max);
        open.connections.insert(id, Connection { remote, queue });
        open.by_remote.insert(remote, id);
        Some((id, outbox))
    }

    /// A connection that does not take what is written to it: its task ends when its queue is dropped.
    fn cut(&self, shared: &Shared, id: ConnectionId) {
        Counters::count(&shared.counters.connections_cut);
        self.remove(id);
    }

    fn forget(&self, shared: &Shared, id: ConnectionId, remote: SocketAddr) {
        self.remove(id);
        shared.tell(Input::FlowClosed(Flow::Stream { transport: Transport::Tcp, connection: id, remote }));
    }

    fn remove(&self, id: ConnectionId) {
        let mut open = self.open();
        if let Some(connection) = open.connections.remove(&id)
            && open.by_remote.get(&connection.remote) == Some(&id)
        {
            open.by_remote.remove(&connection.remote);
        }
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        // Nothing panics while the lock is held; if it did, the maps would still be whole.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>, streams: Arc<Streams>) {
    loop {
        match listener.accept().await {
            Ok((stream, remote)) => accepted(stream, remote, &shared, &streams),
            Err(error) => {
                // Out of descriptors: the loop must not spin until one is free.
                tracing::warn!(%error, "failed to accept a connection");
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

fn accepted(stream: TcpStream, remote: SocketAddr, shared: &Arc<Shared>, streams: &Arc<Streams>) {
    let Some((id, outbox)) = streams.admit(shared, remote) else { return };
    let (shared, streams) = (Arc::clone(shared), Arc::clone(streams));
    tokio::spawn(async move {
        serve(stream, id, remote, outbox, &shared).await;
        streams.forget(&shared, id, remote);
    });
}

/// Carries messages both ways until either side is done.
async fn serve(
    stream: TcpStream,
    id: ConnectionId,
    remote: SocketAddr,
    outbox: mpsc::Receiver<Bytes>,
    shared: &Arc<Shared>,
) {
    // A call is set up by small messages that somebody waits for.
    let _ = stream.set_nodelay(true);
    let (reader, writer) = stream.into_split();
    let flow = Flow::Stream { transport: Transport::Tcp, connection: id, remote };
    // Replies of our own: pongs, and 503 when the inbox is full.
    let (reply, replies) = mpsc::channel(4);
    tokio::select! {
        () = read(reader, flow, shared, reply) => {}
        () = write(writer, outbox, replies, shared.config.idle_timeout) => {}
    }
}

async fn read(mut reader: OwnedReadHalf, flow: Flow, shared: &Arc<Shared>, reply: mpsc::Sender<Bytes>) {
    let mut framer = Framer::new(shared.config.messages);
    let mut buffer = vec![0; READ];
    let mut patience = shared.config.handshake_timeout;
    loop {
        let length = match timeout(patience, reader.read(&mut buffer)).await {
            Ok(Ok(length)) if length > 0 => length,
            Ok(_) => return,
            Err(_) => return tracing::info!(remote = %flow.remote(), "a silent connection is closed"),
        };
        patience = shared.config.idle_timeout;
        if framer.push(&buffer[..length]).is_err() {
            return;
        }
        loop {
            let answer = match framer.next_frame() {
                Ok(Some(Frame::Message(bytes))) => shared.arrived(flow, bytes),
                Ok(Some(Frame::Ping)) => Some(Bytes::from_static(PONG)),
                Ok(None) => break,
                // The stream has lost its framing: nothing after this can be trusted.
                Err(_) => return,
            };
            // A peer that asks faster than it reads gets no answer.
            if let Some(answer) = answer {
                let _ = reply.try_send(answer);
            }
        }
    }
}

async fn write(
    mut writer: OwnedWriteHalf,
    mut outbox: mpsc::Receiver<Bytes>,
    mut replies: mpsc::Receiver<Bytes>,
    stuck: Duration,
) {
    loop {
        let bytes = tokio::select! {
            bytes = outbox.recv() => bytes,
            bytes = replies.recv() => bytes,
        };
        // None: the connection was cut, or its reader is done.
        let Some(bytes) = bytes else { return };
        if !matches!(timeout(stuck, writer.write_all(&bytes)).await, Ok(Ok(()))) {
            return;
        }
    }
}
