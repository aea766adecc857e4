//! UDP: a thread that reads, and a socket that anybody may send from.

use std::io::{self, ErrorKind};
use std::net::{SocketAddr, UdpSocket};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use bell_sip::{Flow, SocketId, Transport};
use bytes::{Bytes, BytesMut};
use socket2::{Domain, Protocol, Socket, Type};

use crate::{Shared, StartError};

/// The largest datagram there is.
const DATAGRAM_MAX: usize = 65_535;
/// How much is read ahead into one buffer, of which each message is a slice.
const BUFFER: usize = 256 * 1024;
/// What the system keeps for us while we are busy: some thousand messages.
const SYSTEM_BUFFER: usize = 4 * 1024 * 1024;
/// How often a reader that hears nothing looks whether it should stop.
const STOP_CHECK: Duration = Duration::from_millis(200);
/// How long a full send buffer of the system may hold up a send.
const SEND_TIMEOUT: Duration = Duration::from_millis(1);

/// One UDP socket.
pub(crate) struct Udp {
    id: SocketId,
    socket: Arc<UdpSocket>,
    address: SocketAddr,
}

impl Udp {
    pub(crate) fn open(id: SocketId, address: SocketAddr, dscp: u8) -> Result<Self, StartError> {
        let socket = bind(address, dscp);
        let listen = |source| StartError::Listen { transport: Transport::Udp, address, source };
        let socket = socket.map_err(listen)?;
        let address = socket.local_addr().map_err(listen)?;
        Ok(Self { id, socket: Arc::new(socket), address })
    }

    pub(crate) fn id(&self) -> SocketId {
        self.id
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn send(&self, to: SocketAddr, bytes: &Bytes) -> io::Result<()> {
        self.socket.send_to(bytes, to).map(|_| ())
    }

    /// Starts the thread that reads.
    pub(crate) fn read_into(&self, shared: &Arc<Shared>) -> Result<JoinHandle<()>, StartError> {
        let reader = Reader { id: self.id, socket: Arc::clone(&self.socket), shared: Arc::clone(shared) };
        let name = format!("bell-udp-{}", self.id.0);
        thread::Builder::new().name(name).spawn(move || reader.run()).map_err(StartError::Thread)
    }
}

fn bind(address: SocketAddr, dscp: u8) -> io::Result<UdpSocket> {
    let socket = Socket::new(Domain::for_address(address), Type::DGRAM, Some(Protocol::UDP))?;
    // The system may give less than asked for; that is not worth failing.
    let _ = socket.set_recv_buffer_size(SYSTEM_BUFFER);
    let _ = socket.set_send_buffer_size(SYSTEM_BUFFER);
    if address.is_ipv4() {
        socket.set_tos_v4(u32::from(dscp) << 2)?;
    } else {
        socket.set_only_v6(true)?;
        socket.set_tclass_v6(u32::from(dscp) << 2)?;
    }
    socket.bind(&address.into())?;
    socket.set_read_timeout(Some(STOP_CHECK))?;
    socket.set_write_timeout(Some(SEND_TIMEOUT))?;
    Ok(socket.into())
}

struct Reader {
    id: SocketId,
    socket: Arc<UdpSocket>,
    shared: Arc<Shared>,
}

impl Reader {
    fn run(self) {
        let mut buffer = BytesMut::zeroed(BUFFER);
        while !self.shared.is_stopping() {
            if buffer.len() < DATAGRAM_MAX {
                buffer = BytesMut::zeroed(BUFFER);
            }
            match self.socket.recv_from(&mut buffer) {
                Ok((length, remote)) => {
                    // A datagram keeps its part of the buffer alive as long as somebody holds it.
                    let bytes = buffer.split_to(length).freeze();
                    self.arrived(remote, bytes);
                }
                Err(error) if is_passing(&error) => {}
                Err(error) => {
                    tracing::error!(%error, socket = self.id.0, "failed to read a datagram");
                    thread::sleep(STOP_CHECK);
                }
            }
        }
    }

    fn arrived(&self, remote: SocketAddr, bytes: Bytes) {
        // Keep-alives of NAT: two or four bytes of line ends (RFC 5626 §4.4.1), or nothing at all.
        if bytes.iter().all(|byte| matches!(byte, b'\r' | b'\n' | 0)) {
            return;
        }
        let flow = Flow::Datagram { socket: self.id, remote };
        if let Some(reply) = self.shared.arrived(flow, bytes) {
            // The reply says that we are overloaded; if it is lost, the retransmission is answered.
            let _ = self.socket.send_to(&reply, remote);
        }
    }
}

/// No datagram in time, or the echo of an ICMP error for one we sent: the next read may well succeed.
fn is_passing(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted | ErrorKind::ConnectionRefused
    )
}
