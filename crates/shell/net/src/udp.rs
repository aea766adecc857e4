//! UDP: a thread that reads, and a socket that anybody may send from.

use std::io::{self, ErrorKind};
use std::net::{SocketAddr, UdpSocket};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use bell_sip::{Flow, Hop, SocketId, Transport};
use bytes::Bytes;
use rustix::net::{SendFlags, sendto};

use crate::{Arrival, Counters, Shared, StartError, socket};

/// The largest datagram there is.
const DATAGRAM_MAX: usize = 65_535;
/// How often a reader that hears nothing looks whether it should stop.
const STOP_CHECK: Duration = Duration::from_millis(200);

/// One UDP socket.
pub(crate) struct Udp {
    id: SocketId,
    socket: Arc<UdpSocket>,
    address: SocketAddr,
}

impl Udp {
    pub(crate) fn open(id: SocketId, address: SocketAddr, dscp: u8) -> Result<Self, StartError> {
        let (socket, bound) = socket::bind(address, dscp)?;
        let listen = |source| StartError::Listen { transport: Transport::Udp, address, source };
        socket.set_read_timeout(Some(STOP_CHECK)).map_err(listen)?;
        Ok(Self { id, socket: Arc::new(socket), address: bound })
    }

    pub(crate) const fn id(&self) -> SocketId {
        self.id
    }

    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn send(&self, shared: &Shared, remote: SocketAddr, bytes: &Bytes) {
        match send(&self.socket, remote, bytes) {
            Ok(()) => Counters::count(&shared.counters.sent),
            // The system's buffer is full: a datagram lost, as on any other way.
            Err(error) if error.kind() == ErrorKind::WouldBlock => Counters::count(&shared.counters.send_failed),
            Err(error) => {
                tracing::info!(%remote, %error, "failed to send a datagram");
                shared.send_failed(Hop::Flow(Flow::Datagram { socket: self.id, remote }));
            }
        }
    }

    /// Starts the thread that reads.
    pub(crate) fn read_into(&self, shared: &Arc<Shared>) -> Result<JoinHandle<()>, StartError> {
        let reader = Reader { id: self.id, socket: Arc::clone(&self.socket), shared: Arc::clone(shared) };
        let name = format!("bell-udp-{}", self.id.0);
        thread::Builder::new().name(name).spawn(move || reader.run()).map_err(StartError::Thread)
    }
}

/// Never waits, although reads from the same socket do.
fn send(socket: &UdpSocket, remote: SocketAddr, bytes: &[u8]) -> io::Result<()> {
    sendto(socket, bytes, SendFlags::DONTWAIT, &remote)?;
    Ok(())
}

struct Reader {
    id: SocketId,
    socket: Arc<UdpSocket>,
    shared: Arc<Shared>,
}

impl Reader {
    fn run(self) {
        let mut buffer = vec![0; DATAGRAM_MAX];
        while !self.shared.is_stopping() {
            match self.socket.recv_from(&mut buffer) {
                Ok((length, remote)) => self.arrived(remote, &buffer[..length]),
                Err(error) if is_passing(&error) => {}
                Err(error) => {
                    tracing::error!(%error, socket = self.id.0, "failed to read a datagram");
                    thread::sleep(STOP_CHECK);
                }
            }
        }
    }

    fn arrived(&self, remote: SocketAddr, datagram: &[u8]) {
        // Keep-alives of NAT: two or four bytes of line ends (RFC 5626 §4.4.1), or nothing at all.
        if datagram.iter().all(|byte| matches!(byte, b'\r' | b'\n' | 0)) {
            return;
        }
        let flow = Flow::Datagram { socket: self.id, remote };
        // A copy of its own size: a dialog keeps the message that began it, and should not keep a whole buffer.
        match self.shared.arrived(flow, &Bytes::copy_from_slice(datagram)) {
            // If the reply is lost, the retransmission is answered.
            Arrival::Refused(reply) => drop(send(&self.socket, remote, &reply)),
            Arrival::Taken | Arrival::Held(_) => {}
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
