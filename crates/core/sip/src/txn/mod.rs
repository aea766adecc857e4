//! Transactions (RFC 3261 §17, RFC 6026): what makes one request and its responses out of messages that may be lost,
//! doubled and late. Retransmissions end here; users of transactions see each request and each final response once.

mod client;
mod server;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use bell_types::TrunkName;

use crate::flow::Hop;
use crate::msg::message::Request;
use crate::msg::method::Method;
use crate::random::{Fingerprint, Random};
use crate::stack::vocabulary::DialogId;

pub(crate) use client::{Failure, Heard};
pub(crate) use server::Arrival;

/// A transaction that we began: the fingerprint of its branch and method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ClientKey(Fingerprint);

/// A transaction that a peer began: the fingerprint of what RFC 3261 §17.2.3 matches by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ServerKey(Fingerprint);

/// Who wants to know how a transaction of ours goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    Dialog(DialogId),
    Trunk(TrunkName),
    Nobody,
}

/// All transactions.
#[derive(Debug, Default)]
pub(crate) struct Transactions {
    clients: BTreeMap<ClientKey, client::Client>,
    /// Clients that wait for a response, by their hop, so that a dead hop fails them at once.
    by_hop: BTreeSet<(Hop, ClientKey)>,
    servers: BTreeMap<ServerKey, server::Server>,
    /// Requests that begin something, by what stays the same when they reach us on two ways (RFC 3261 §8.2.2.2).
    begun: BTreeMap<Fingerprint, ServerKey>,
}

impl Transactions {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.clients.len() + self.servers.len()
    }
}

impl Owner {
    pub(crate) const fn dialog(&self) -> Option<DialogId> {
        match self {
            Self::Dialog(dialog) => Some(*dialog),
            Self::Trunk(_) | Self::Nobody => None,
        }
    }
}

pub(crate) fn client_key(random: &Random, branch: &str, method: &Method) -> ClientKey {
    ClientKey(random.print(&[branch.as_bytes(), method.as_str().as_bytes()]))
}

/// The key of the transaction that a request belongs to. An ACK belongs to its INVITE; `method` is that of the
/// transaction.
fn server_key(random: &Random, request: &Request, method: &Method) -> ServerKey {
    let via = request.via();
    let method = method.as_str().as_bytes();
    if via.has_cookie() {
        let branch = via.branch().unwrap_or_default();
        let (host, port) = (via.host.to_string(), via.port_or_default().to_be_bytes());
        return ServerKey(random.print(&[branch.as_bytes(), host.as_bytes(), &port, method]));
    }
    // A peer of RFC 2543: its branch, if it has one, means nothing.
    let host = via.host.to_string();
    ServerKey(random.print(&[
        request.call_id().as_bytes(),
        request.from_tag().unwrap_or_default().as_bytes(),
        &request.cseq().number.to_be_bytes(),
        request.uri().as_str().as_bytes(),
        host.as_bytes(),
        method,
    ]))
}
