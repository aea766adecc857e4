//! The sockets that a worker's peers share, and what all peers share.

use std::collections::VecDeque;
use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::sync::Arc;

use rustix::net::sockopt;
use str0m::config::{CryptoProvider, DtlsCert};

use super::connection::Listener;
use super::dtls;
use crate::config::{Config, WebrtcConfig};
use crate::port::mark;

/// How many octets may wait in the system, either way. All browsers of a worker share this one socket: with the usual 208 KiB
/// a worker that is held up for 60 ms loses packets of a hundred calls.
const BUFFER: usize = 4 << 20;

/// The socket, and by which addresses browsers reach it.
#[derive(Debug)]
pub(crate) struct Door {
    pub(crate) socket: UdpSocket,
    /// For who cannot use UDP, on the same port.
    pub(crate) listener: Option<Listener>,
    /// What stands in our descriptions.
    pub(crate) candidates: Vec<SocketAddr>,
}

/// What all peers of a process share.
#[derive(Clone)]
pub(crate) struct Identity {
    pub(super) provider: Arc<CryptoProvider>,
    pub(super) certificate: DtlsCert,
}

impl Identity {
    /// A new one. None if the system has no randomness for a key.
    pub(crate) fn make() -> Option<Self> {
        Some(Self { provider: Arc::new(dtls::provider()), certificate: dtls::certificate()? })
    }
}

impl Door {
    /// Opens the door of one worker on the first of these ports that is free, and takes it out.
    pub(crate) fn open(config: &Config, webrtc: &WebrtcConfig, ports: &mut VecDeque<u16>) -> io::Result<Self> {
        let mut last = io::Error::from(io::ErrorKind::AddrInUse);
        while let Some(port) = ports.pop_front() {
            match UdpSocket::bind(SocketAddr::new(config.bind, port)) {
                Ok(socket) => {
                    socket.set_nonblocking(true)?;
                    mark(&socket, config);
                    // The system gives as much as its administrator allows.
                    let _ = sockopt::set_socket_recv_buffer_size(&socket, BUFFER);
                    let _ = sockopt::set_socket_send_buffer_size(&socket, BUFFER);
                    let listener = webrtc.tcp.and_then(|limits| Listener::open(config.bind, port, limits));
                    let candidates = webrtc.advertised.iter().map(|address| SocketAddr::new(*address, port));
                    return Ok(Self { socket, listener, candidates: candidates.collect() });
                }
                Err(err) if err.kind() == io::ErrorKind::AddrInUse => last = err,
                Err(err) => return Err(err),
            }
        }
        Err(last)
    }

    /// By which of our addresses somebody has reached us: ICE knows us by no other, whatever the socket is bound to.
    pub(crate) fn reached_at(&self, from: IpAddr) -> Option<SocketAddr> {
        self.candidates.iter().copied().find(|candidate| candidate.is_ipv4() == from.is_ipv4())
    }
}
