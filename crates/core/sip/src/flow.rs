//! Where messages come from and go to: flows, and hops that become flows.

use std::fmt;
use std::net::SocketAddr;

/// How messages travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Transport {
    /// Datagrams.
    Udp,
    /// Streams.
    Tcp,
    /// Streams under TLS.
    Tls,
    /// WebSocket (RFC 7118).
    Ws,
    /// WebSocket under TLS.
    Wss,
}

impl Transport {
    /// Whether it delivers what it accepts, so that requests need no retransmission (RFC 3261 §17).
    pub const fn is_reliable(self) -> bool {
        !matches!(self, Self::Udp)
    }

    /// Whether what it carries is encrypted.
    pub const fn is_secure(self) -> bool {
        matches!(self, Self::Tls | Self::Wss)
    }

    /// As it stands in Via: `UDP`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Udp => "UDP",
            Self::Tcp => "TCP",
            Self::Tls => "TLS",
            Self::Ws => "WS",
            Self::Wss => "WSS",
        }
    }

    /// As it stands in the `transport` parameter of a URI; none for UDP, which is meant without one.
    pub const fn uri_param(self) -> Option<&'static str> {
        match self {
            Self::Udp => None,
            Self::Tcp => Some("tcp"),
            Self::Tls => Some("tls"),
            Self::Ws => Some("ws"),
            Self::Wss => Some("wss"),
        }
    }

    /// The transport with this name, in any case.
    pub fn parse(name: &str) -> Option<Self> {
        let all = [Self::Udp, Self::Tcp, Self::Tls, Self::Ws, Self::Wss];
        all.into_iter().find(|transport| transport.as_str().eq_ignore_ascii_case(name))
    }

    /// The port that is meant where none is written (RFC 3261 §19.1.2, RFC 7118 §5).
    pub const fn default_port(self) -> u16 {
        match self {
            Self::Udp | Self::Tcp => 5060,
            Self::Tls => 5061,
            Self::Ws => 80,
            Self::Wss => 443,
        }
    }
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A socket of ours, as the configuration numbers them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SocketId(pub u16);

/// A connection of a stream transport. The shell numbers them and never uses a number twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(pub u64);

/// A path on which messages go to and fro: what NAT and firewalls keep open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Flow {
    /// Datagrams between a socket of ours and an address.
    Datagram {
        /// Our socket.
        socket: SocketId,
        /// The other side.
        remote: SocketAddr,
    },
    /// A connection.
    Stream {
        /// What runs on it.
        transport: Transport,
        /// Which.
        connection: ConnectionId,
        /// The other side.
        remote: SocketAddr,
    },
}

impl Flow {
    /// How messages travel on it.
    pub const fn transport(&self) -> Transport {
        match self {
            Self::Datagram { .. } => Transport::Udp,
            Self::Stream { transport, .. } => *transport,
        }
    }

    /// The other side.
    pub const fn remote(&self) -> SocketAddr {
        match self {
            Self::Datagram { remote, .. } | Self::Stream { remote, .. } => *remote,
        }
    }

    /// The same path to another address, where the transport allows one: replies over UDP may go to another port than
    /// the request came from.
    #[must_use]
    pub const fn towards(self, to: SocketAddr) -> Self {
        match self {
            Self::Datagram { socket, .. } => Self::Datagram { socket, remote: to },
            Self::Stream { .. } => self,
        }
    }
}

/// Where to send a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Hop {
    /// On this flow.
    Flow(Flow),
    /// On a connection to this address: the open one, or a new one. Messages wait for it in order.
    Connect {
        /// What runs on it; never UDP.
        transport: Transport,
        /// Where to.
        remote: SocketAddr,
    },
}

impl Hop {
    /// How messages travel on it.
    pub const fn transport(&self) -> Transport {
        match self {
            Self::Flow(flow) => flow.transport(),
            Self::Connect { transport, .. } => *transport,
        }
    }

    /// The other side.
    pub const fn remote(&self) -> SocketAddr {
        match self {
            Self::Flow(flow) => flow.remote(),
            Self::Connect { remote, .. } => *remote,
        }
    }
}
