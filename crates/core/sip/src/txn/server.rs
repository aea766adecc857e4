//! Transactions that a peer began.

use std::net::SocketAddr;
use std::time::Duration;

use bell_types::Mono;
use bytes::Bytes;

use crate::flow::{Flow, Hop};
use crate::msg::build::MessageBuilder;
use crate::msg::message::Request;
use crate::msg::method::Method;
use crate::msg::status::Status;
use crate::msg::via::ReplyPort;
use crate::random::{Fingerprint, Random};
use crate::stack::vocabulary::DialogId;
use crate::txn::{ServerKey, Transactions, server_key};
use crate::wire::{Wake, Wire};

/// A request that waits for our response.
#[derive(Clone, Debug)]
pub(crate) struct Arrival {
    pub(crate) key: ServerKey,
    /// Where it came from.
    pub(crate) flow: Flow,
    pub(crate) request: Request,
}

/// One of them. Finished ones are small, because there are many.
#[derive(Debug)]
pub(super) struct Server {
    invite: bool,
    /// Where responses go.
    reply: Flow,
    owner: Option<DialogId>,
    begun: Option<Fingerprint>,
    state: State,
    until: Mono,
}

#[derive(Debug)]
enum State {
    /// No final response yet; what was sent last, if anything was.
    Waiting(Option<Kept>),
    /// A final response was sent; an INVITE's is sent again until its ACK, with this pause: timer G.
    Completed(Kept, Duration),
    /// An INVITE was accepted, or its failure acknowledged: what still comes is absorbed (RFC 6026).
    Absorbing,
}

/// A response that may have to be sent again.
#[derive(Debug)]
enum Kept {
    /// As it was.
    Bytes(Bytes),
    /// Made anew from the retransmitted request, which says everything but this.
    Bare(Status),
}

impl Arrival {
    /// Begins a response.
    pub(crate) fn response(&self, status: Status, to_tag: Option<&str>) -> MessageBuilder {
        MessageBuilder::response(&self.request, self.source(), status, to_tag)
    }

    pub(crate) fn source(&self) -> SocketAddr {
        self.flow.remote()
    }
}

impl Transactions {
    /// Whether the request belongs to a transaction we have, and is dealt with: a retransmission, or the ACK to a
    /// failure of ours.
    pub(crate) fn absorb(&mut self, wire: &mut Wire, flow: Flow, request: &Request) -> bool {
        let ack = *request.method() == Method::Ack;
        let method = if ack { &Method::Invite } else { request.method() };
        let key = server_key(&wire.random, request, method);
        let Some(server) = self.servers.get_mut(&key) else { return false };
        if ack { server.acknowledged(wire, key) } else { server.again(wire, flow, request) }
    }

    /// Begins a transaction for a request that [`absorb`](Self::absorb) did not know.
    pub(crate) fn open(&mut self, wire: &mut Wire, flow: Flow, request: Request, port: ReplyPort) -> Arrival {
        let key = server_key(&wire.random, &request, request.method());
        let reply = match flow {
            Flow::Datagram { .. } => flow.towards(request.via().reply_to(flow.remote(), port)),
            Flow::Stream { .. } => flow,
        };
        let begun = request.to_tag().is_none().then(|| begun_print(&wire.random, &request));
        if let Some(begun) = begun {
            self.begun.entry(begun).or_insert(key);
        }
        let invite = *request.method() == Method::Invite;
        let until = wire.now.mono;
        let server = Server { invite, reply, owner: None, begun, state: State::Waiting(None), until };
        self.servers.insert(key, server);
        Arrival { key, flow, request }
    }

    /// Whether the same request has reached us on another way and is being dealt with (RFC 3261 §8.2.2.2).
    pub(crate) fn is_merged(&self, wire: &Wire, request: &Request) -> bool {
        let print = begun_print(&wire.random, request);
        let first = self.begun.get(&print).and_then(|key| self.servers.get(key));
        // A refused one may come again with credentials and, from careless phones, with the same CSeq.
        first.is_some_and(|server| matches!(server.state, State::Waiting(_) | State::Absorbing))
    }

    /// Names the dialog that an INVITE made, so that its CANCEL finds it.
    pub(crate) fn set_owner(&mut self, key: ServerKey, dialog: DialogId) {
        if let Some(server) = self.servers.get_mut(&key) {
            server.owner = Some(dialog);
        }
    }

    /// The INVITE that a CANCEL takes back, and the dialog it made.
    pub(crate) fn cancelled(&self, wire: &Wire, cancel: &Request) -> Option<(ServerKey, Option<DialogId>)> {
        let key = server_key(&wire.random, cancel, &Method::Invite);
        self.servers.get(&key).map(|server| (key, server.owner))
    }

    /// Sends a response that has nothing but what every response has.
    pub(crate) fn answer(&mut self, wire: &mut Wire, arrival: &Arrival, status: Status) {
        let tag = arrival.request.to_tag().is_none() && status > Status::TRYING;
        let tag = tag.then(|| self.stateless_tag(wire, &arrival.request));
        let bytes = arrival.response(status, tag.as_deref()).finish();
        self.reply(wire, arrival.key, status, bytes, tag.is_none());
    }

    /// Sends a response.
    pub(crate) fn respond(&mut self, wire: &mut Wire, key: ServerKey, status: Status, bytes: Bytes) {
        self.reply(wire, key, status, bytes, false);
    }

    /// A To tag for a response that makes no dialog: the same for the same request.
    pub(crate) fn stateless_tag(&self, wire: &Wire, request: &Request) -> Box<str> {
        begun_print(&wire.random, request).token()
    }

    /// Sends the response to an INVITE once more: what RFC 3261 §13.3.1.4 asks of the user for a 2xx, and RFC 3262 for
    /// a provisional one.
    pub(crate) fn repeat(&mut self, wire: &mut Wire, key: ServerKey, bytes: Bytes) -> bool {
        let Some(server) = self.servers.get(&key) else { return false };
        wire.transmit(Hop::Flow(server.reply), bytes, server.owner);
        true
    }

    fn reply(&mut self, wire: &mut Wire, key: ServerKey, status: Status, bytes: Bytes, bare: bool) {
        let Some(server) = self.servers.get_mut(&key) else { return };
        let State::Waiting(_) = server.state else { return };
        wire.transmit(Hop::Flow(server.reply), bytes.clone(), server.owner);
        // The failure of an INVITE is sent again by timer G, when there is no request at hand to make it from.
        let bare = bare && !(server.invite && status.is_final());
        let kept = if bare { Kept::Bare(status) } else { Kept::Bytes(bytes) };
        if status.is_provisional() {
            server.state = State::Waiting(Some(kept));
            return;
        }
        let timing = wire.config.timing;
        let reliable = server.reply.transport().is_reliable();
        // Timers H, L and J: 64*T1, but J is none on a reliable transport.
        let linger = if reliable && !server.invite { Duration::ZERO } else { timing.t1_64() };
        server.until = wire.now.mono + linger;
        server.state = match server.invite && status.is_success() {
            true => State::Absorbing,
            false => State::Completed(kept, timing.t1),
        };
        if linger.is_zero() {
            return self.close(wire, key);
        }
        server.schedule(wire, key);
    }

    /// A deadline of a transaction.
    pub(crate) fn server_woken(&mut self, wire: &mut Wire, key: ServerKey) {
        let Some(server) = self.servers.get_mut(&key) else { return };
        if wire.now.mono >= server.until {
            return self.close(wire, key);
        }
        let t2 = wire.config.timing.t2;
        if let State::Completed(Kept::Bytes(bytes), pause) = &mut server.state {
            wire.transmit(Hop::Flow(server.reply), bytes.clone(), server.owner);
            *pause = t2.min(*pause * 2);
        }
        server.schedule(wire, key);
    }

    fn close(&mut self, wire: &mut Wire, key: ServerKey) {
        wire.timers.clear(&Wake::Server(key));
        if let Some(server) = self.servers.remove(&key)
            && let Some(begun) = server.begun
            && self.begun.get(&begun) == Some(&key)
        {
            self.begun.remove(&begun);
        }
    }
}

impl Server {
    fn schedule(&self, wire: &mut Wire, key: ServerKey) {
        let at = match &self.state {
            State::Completed(Kept::Bytes(_), pause) if self.invite && !self.reply.transport().is_reliable() => {
                self.until.min(wire.now.mono + *pause)
            }
            State::Completed(..) | State::Absorbing | State::Waiting(_) => self.until,
        };
        wire.wake_at(Wake::Server(key), at);
    }

    /// An ACK. Whether it was for a failure; the ACK to a 2xx is for the dialog.
    fn acknowledged(&mut self, wire: &mut Wire, key: ServerKey) -> bool {
        match self.state {
            State::Waiting(_) => true,
            State::Completed(..) => {
                // Timer I.
                let reliable = self.reply.transport().is_reliable();
                let linger = if reliable { Duration::ZERO } else { wire.config.timing.t4 };
                self.until = wire.now.mono + linger;
                self.state = State::Absorbing;
                self.schedule(wire, key);
                true
            }
            State::Absorbing => false,
        }
    }

    /// The request once more.
    fn again(&mut self, wire: &mut Wire, flow: Flow, request: &Request) -> bool {
        let kept = match &self.state {
            State::Waiting(Some(kept)) | State::Completed(kept, _) => kept,
            State::Waiting(None) | State::Absorbing => return true,
        };
        let bytes = match kept {
            Kept::Bytes(bytes) => bytes.clone(),
            Kept::Bare(status) => MessageBuilder::response(request, flow.remote(), *status, None).finish(),
        };
        wire.transmit(Hop::Flow(self.reply), bytes, self.owner);
        true
    }
}

fn begun_print(random: &Random, request: &Request) -> Fingerprint {
    let parts: [&[u8]; 4] = [
        request.call_id().as_bytes(),
        request.from_tag().unwrap_or_default().as_bytes(),
        &request.cseq().number.to_be_bytes(),
        request.method().as_str().as_bytes(),
    ];
    random.print(&parts)
}
