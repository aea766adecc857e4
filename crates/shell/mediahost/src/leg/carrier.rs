//! What carries a leg's packets.

use crate::port::Sockets;
use crate::webrtc::Peer;

/// Sockets of its own, or a peer that shares one with others.
#[derive(Debug)]
pub(crate) enum Carrier {
    /// Plain RTP.
    Sockets(Sockets),
    /// WebRTC.
    Peer(Box<Peer>),
}

impl Carrier {
    pub(crate) const fn sockets(&self) -> Option<&Sockets> {
        match self {
            Self::Sockets(sockets) => Some(sockets),
            Self::Peer(_) => None,
        }
    }

    pub(crate) fn peer(&mut self) -> Option<&mut Peer> {
        match self {
            Self::Sockets(_) => None,
            Self::Peer(peer) => Some(peer),
        }
    }

    pub(crate) const fn is_peer(&self) -> bool {
        matches!(self, Self::Peer(_))
    }
}
