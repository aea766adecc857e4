//! What the stack is told by its operator. Plain values, replaced as a whole; live calls keep what they began with.

pub(crate) mod endpoint;
pub(crate) mod limits;
pub(crate) mod number;
pub(crate) mod trunk;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use bell_types::{EndpointName, TrunkName};

use crate::config::endpoint::Endpoint;
use crate::config::limits::{GuardPolicy, RegistrarPolicy, StackLimits};
use crate::config::trunk::Trunk;
use crate::flow::{Hop, SocketId, Transport};

/// Everything the stack is configured with.
#[derive(Clone, Debug)]
pub struct Config {
    /// What we call ourselves in User-Agent and Server.
    pub product: Box<str>,
    /// The realm of our digest challenges.
    pub realm: Box<str>,
    /// Our sockets. The first of a transport is the one we send from.
    pub sockets: Vec<LocalSocket>,
    /// Timers.
    pub timing: Timing,
    /// What a message may hold.
    pub messages: crate::Limits,
    /// How much of everything there may be.
    pub limits: StackLimits,
    /// How sources are treated that we do not know, or that misbehave.
    pub guard: GuardPolicy,
    /// How phones register.
    pub registrar: RegistrarPolicy,
    /// Our phones.
    pub endpoints: BTreeMap<EndpointName, Endpoint>,
    /// Our carriers.
    pub trunks: BTreeMap<TrunkName, Trunk>,
}

/// A socket of ours as others see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalSocket {
    /// Its number.
    pub id: SocketId,
    /// What it speaks.
    pub transport: Transport,
    /// The address we write into Via and Contact: the public one, if we are behind NAT.
    pub advertised: SocketAddr,
}

/// Timers. The names are those of RFC 3261 §17 where it has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// T1: an estimate of the round trip. Timers B, F, H, J, L and M are 64 of it.
    pub t1: Duration,
    /// T2: the longest pause between retransmissions of requests other than INVITE, and of responses to INVITE.
    pub t2: Duration,
    /// T4: how long a message may stay in the network.
    pub t4: Duration,
    /// Timer C: how long a phone or carrier may leave an INVITE of ours without a final response; then we send CANCEL.
    pub ring_max: Duration,
    /// How long one destination of a trunk may stay silent before the next is tried.
    pub silence_max: Duration,
    /// How long all destinations of a trunk together may fail before the call does.
    pub failover_max: Duration,
    /// How long an offer of the other side may wait for our answer.
    pub offer_wait_max: Duration,
    /// How long an answered call outlives the connection it was signalled on.
    pub flow_grace: Duration,
    /// The session interval we ask for (RFC 4028); none: we do not ask, but we agree.
    pub session_interval: Option<Duration>,
    /// The shortest session interval we take (RFC 4028 §4: 90 s or more).
    pub session_interval_min: Duration,
}

impl Timing {
    /// The values of RFC 3261 and RFC 4028, and for what they leave open, values that suit a call centre.
    pub const fn rfc() -> Self {
        Self {
            t1: Duration::from_millis(500),
            t2: Duration::from_secs(4),
            t4: Duration::from_secs(5),
            ring_max: Duration::from_secs(180),
            silence_max: Duration::from_secs(4),
            failover_max: Duration::from_secs(12),
            offer_wait_max: Duration::from_secs(10),
            flow_grace: Duration::from_secs(30),
            session_interval: Some(Duration::from_secs(1800)),
            session_interval_min: Duration::from_secs(90),
        }
    }

    /// 64 * T1: after this long a transaction is given up or forgotten.
    pub const fn t1_64(&self) -> Duration {
        self.t1.saturating_mul(64)
    }
}

impl Config {
    /// The socket whose address stands in what we send on this hop.
    pub(crate) fn local(&self, hop: &Hop) -> Option<&LocalSocket> {
        let sockets = &self.sockets;
        let by_id = match hop {
            Hop::Flow(crate::Flow::Datagram { socket, .. }) => sockets.iter().find(|local| local.id == *socket),
            Hop::Flow(crate::Flow::Stream { .. }) | Hop::Connect { .. } => None,
        };
        let of_transport = || sockets.iter().find(|local| local.transport == hop.transport());
        by_id.or_else(of_transport).or_else(|| sockets.first())
    }

    /// The hop that leads to an address: from the first UDP socket, or on a connection. None if we have no socket of
    /// that transport to send from.
    pub(crate) fn hop(&self, transport: Transport, remote: SocketAddr) -> Option<Hop> {
        if transport.is_reliable() {
            return Some(Hop::Connect { transport, remote });
        }
        let mut udp = self.sockets.iter().filter(|local| local.transport == Transport::Udp);
        let family = |local: &&LocalSocket| local.advertised.is_ipv4() == remote.is_ipv4();
        let socket = udp.clone().find(family).or_else(|| udp.next())?;
        Some(Hop::Flow(crate::Flow::Datagram { socket: socket.id, remote }))
    }
}
