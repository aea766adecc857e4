//! Sockets as SIP wants them.

use std::io::{self, ErrorKind};
use std::net::{SocketAddr, TcpListener, UdpSocket};

use bell_sip::Transport;
use socket2::{Domain, Protocol, SockRef, Socket, Type};

use crate::StartError;

/// What the system keeps for us while we are busy: some thousand messages.
const SYSTEM_BUFFER: usize = 4 * 1024 * 1024;
/// Connections the system keeps for us until we accept them.
const BACKLOG: i32 = 1024;

/// A UDP socket, and where it listens.
pub(crate) fn bind(address: SocketAddr, dscp: u8) -> Result<(UdpSocket, SocketAddr), StartError> {
    let bind = || {
        let socket = Socket::new(Domain::for_address(address), Type::DGRAM, Some(Protocol::UDP))?;
        // The system may give less than asked for; that is not worth failing.
        let _ = socket.set_recv_buffer_size(SYSTEM_BUFFER);
        let _ = socket.set_send_buffer_size(SYSTEM_BUFFER);
        prepare(&socket, address, dscp)?;
        socket.bind(&address.into())?;
        let socket = UdpSocket::from(socket);
        let address = socket.local_addr()?;
        Ok((socket, address))
    };
    bind().map_err(|source| StartError::Listen { transport: Transport::Udp, address, source })
}

/// A TCP listener, and where it listens.
pub(crate) fn listen(address: SocketAddr, dscp: u8) -> Result<(TcpListener, SocketAddr), StartError> {
    let listen = || {
        let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
        // Connections of the process before us may linger on the port.
        socket.set_reuse_address(true)?;
        prepare(&socket, address, dscp)?;
        socket.bind(&address.into())?;
        socket.listen(BACKLOG)?;
        socket.set_nonblocking(true)?;
        let listener = TcpListener::from(socket);
        let address = listener.local_addr()?;
        Ok((listener, address))
    };
    listen().map_err(|source| StartError::Listen { transport: Transport::Tcp, address, source })
}

fn prepare(socket: &Socket, address: SocketAddr, dscp: u8) -> io::Result<()> {
    if address.is_ipv6() {
        // IPv4 has sockets of its own, so that an address means the same everywhere.
        socket.set_only_v6(true)?;
    }
    mark(&SockRef::from(socket), address, dscp)
}

/// Marks what leaves this socket for the routers on its way (RFC 2474 §3).
pub(crate) fn mark(socket: &SockRef<'_>, address: SocketAddr, dscp: u8) -> io::Result<()> {
    let class = u32::from(dscp) << 2;
    if address.is_ipv4() { socket.set_tos_v4(class) } else { socket.set_tclass_v6(class) }
}

/// What to do when the system refuses an address.
pub(crate) fn remedy(source: &io::Error) -> &'static str {
    match source.kind() {
        ErrorKind::AddrInUse => "another program uses it, see: ss -lnp",
        ErrorKind::AddrNotAvailable => "this machine has no such address, see: ip address",
        ErrorKind::PermissionDenied => "it may not be used; ports below 1024 need CAP_NET_BIND_SERVICE",
        _ => "the system refuses it",
    }
}
