//! Transactions that we began.

use std::time::Duration;

use bell_types::{Mono, never};
use bytes::Bytes;

use crate::flow::{Flow, Hop};
use crate::msg::build::MessageBuilder;
use crate::msg::message::{Message, Request, Response};
use crate::msg::method::Method;
use crate::msg::name::HeaderName;
use crate::msg::value::CSeq;
use crate::txn::{ClientKey, Owner, Transactions, client_key};
use crate::wire::{Wake, Wire};

/// One of them.
#[derive(Debug)]
pub(super) struct Client {
    owner: Owner,
    hop: Hop,
    state: State,
    /// The pause before the next retransmission: timers A and E.
    pause: Duration,
    /// When it is given up, or forgotten: timers B and F, then D, K and M.
    until: Mono,
}

#[derive(Debug)]
enum State {
    /// An INVITE without any response.
    Calling { invite: Bytes },
    /// An INVITE with a provisional response. There is no end to this but the user's.
    Proceeding { invite: Bytes },
    /// An INVITE that failed; the same response again gets the same ACK. None on a reliable transport.
    Failed { ack: Bytes },
    /// An INVITE that succeeded: every 2xx goes to the user (RFC 6026).
    Accepted,
    /// Another request without a final response.
    Trying { request: Bytes, provisional: bool },
    /// Another request with one.
    Completed,
}

/// A response that its user has to see.
#[derive(Debug)]
pub(crate) struct Heard {
    pub(crate) key: ClientKey,
    pub(crate) owner: Owner,
    /// With the first final response: the request, which may have to be repeated with credentials.
    pub(crate) request: Option<Bytes>,
}

/// Why a transaction has no response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// None came.
    Timeout,
    /// The request could not be sent.
    Transport,
}

impl Transactions {
    /// Sends a request whose topmost Via has this branch.
    pub(crate) fn send(
        &mut self,
        wire: &mut Wire,
        owner: Owner,
        method: &Method,
        branch: &str,
        hop: Hop,
        request: Bytes,
    ) -> ClientKey {
        let key = client_key(&wire.random, branch, method);
        wire.transmit(hop, request.clone(), owner.dialog());
        let state = if *method == Method::Invite {
            State::Calling { invite: request }
        } else {
            State::Trying { request, provisional: false }
        };
        let timing = &wire.config.timing;
        let (pause, until) = (timing.t1, wire.now.mono + timing.t1_64());
        let client = Client { owner, hop, state, pause, until };
        client.schedule(wire, key);
        self.by_hop.insert((hop, key));
        self.clients.insert(key, client);
        key
    }

    /// Whether there is a transaction with this branch.
    pub(crate) fn has_client(&self, wire: &Wire, branch: &str, method: &Method) -> bool {
        self.clients.contains_key(&client_key(&wire.random, branch, method))
    }

    /// Takes an INVITE back on the hop it went. False if that must wait for a provisional response
    /// (RFC 3261 §9.1).
    pub(crate) fn cancel(&mut self, wire: &mut Wire, key: ClientKey, reason: Option<&str>) -> bool {
        let Some(client) = self.clients.get_mut(&key) else { return true };
        let State::Proceeding { invite } = &client.state else { return !client.state.is_waiting() };
        let (owner, hop) = (client.owner.clone(), client.hop);
        let Some(invite) = parse_own(invite, wire) else { return true };
        // Without a final response after 64*T1 the INVITE counts as cancelled.
        client.until = wire.now.mono + wire.config.timing.t1_64();
        wire.wake_at(Wake::Client(key), client.until);
        let mut cancel = echo(&invite, &Method::Cancel).copy(&invite, HeaderName::To);
        if let Some(reason) = reason {
            cancel = cancel.header(HeaderName::Reason, reason);
        }
        let branch = invite.via().branch().unwrap_or_default().to_owned();
        // Its owner learns how it went, and passes it over: what counts is the answer to the INVITE.
        self.send(wire, owner, &Method::Cancel, &branch, hop, cancel.finish());
        true
    }

    /// Forgets an INVITE that has no response at all: another destination is tried.
    pub(crate) fn abandon(&mut self, wire: &mut Wire, key: ClientKey) {
        if let Some(client) = self.clients.remove(&key) {
            self.by_hop.remove(&(client.hop, key));
            wire.timers.clear(&Wake::Client(key));
        }
    }

    /// Takes a response. None if no user has to see it.
    pub(crate) fn hear(&mut self, wire: &mut Wire, response: &Response) -> Option<Heard> {
        let branch = response.via().branch()?;
        let method = response.cseq().method;
        let key = client_key(&wire.random, branch, &method);
        let client = self.clients.get_mut(&key)?;
        let request = client.state.request().filter(|_| response.status().is_final()).cloned();
        let heard = client.hear(wire, key, response);
        if !client.state.is_waiting() {
            self.by_hop.remove(&(client.hop, key));
        }
        let owner = client.owner.clone();
        if client.until <= wire.now.mono {
            self.abandon(wire, key);
        }
        heard.then_some(Heard { key, owner, request })
    }

    /// A deadline of a transaction. Gives its user if the transaction failed.
    pub(crate) fn client_woken(&mut self, wire: &mut Wire, key: ClientKey) -> Option<(Owner, Failure)> {
        let client = self.clients.get_mut(&key)?;
        if wire.now.mono < client.until {
            client.resend(wire, key);
            return None;
        }
        let waiting = client.state.is_waiting();
        let owner = client.owner.clone();
        self.abandon(wire, key);
        waiting.then_some((owner, Failure::Timeout))
    }

    /// Fails what waits for a response on this hop.
    pub(crate) fn hop_failed(&mut self, wire: &mut Wire, hop: Hop) -> Vec<(ClientKey, Owner)> {
        let first = ClientKey(crate::random::Fingerprint::MIN);
        let on_hop = self.by_hop.range((hop, first)..).take_while(|(other, _)| *other == hop);
        let keys: Vec<_> = on_hop.map(|(_, key)| *key).collect();
        let failed = keys.into_iter().filter_map(|key| {
            let owner = self.clients.get(&key)?.owner.clone();
            Some((key, owner))
        });
        let failed: Vec<_> = failed.collect();
        for (key, _) in &failed {
            self.abandon(wire, *key);
        }
        failed
    }

    /// Fails what waits for a response on this flow, or on the connection that it is.
    pub(crate) fn flow_closed(&mut self, wire: &mut Wire, flow: Flow) -> Vec<(ClientKey, Owner)> {
        let mut failed = self.hop_failed(wire, Hop::Flow(flow));
        let opened = Hop::Connect { transport: flow.transport(), remote: flow.remote() };
        failed.extend(self.hop_failed(wire, opened));
        failed
    }
}

impl Client {
    fn schedule(&self, wire: &mut Wire, key: ClientKey) {
        let resends = !self.hop.transport().is_reliable();
        let at = match self.state {
            State::Calling { .. } | State::Trying { .. } if resends => self.until.min(wire.now.mono + self.pause),
            State::Proceeding { .. } => return wire.timers.clear(&Wake::Client(key)),
            State::Calling { .. }
            | State::Trying { .. }
            | State::Failed { .. }
            | State::Accepted
            | State::Completed => self.until,
        };
        wire.wake_at(Wake::Client(key), at);
    }

    /// Timer A doubles, timer E doubles up to T2 and stays there after a provisional response.
    fn resend(&mut self, wire: &mut Wire, key: ClientKey) {
        let t2 = wire.config.timing.t2;
        match &self.state {
            State::Calling { invite } => {
                wire.transmit(self.hop, invite.clone(), self.owner.dialog());
                self.pause *= 2;
            }
            State::Trying { request, provisional } => {
                wire.transmit(self.hop, request.clone(), self.owner.dialog());
                self.pause = if *provisional { t2 } else { t2.min(self.pause * 2) };
            }
            State::Proceeding { .. } | State::Failed { .. } | State::Accepted | State::Completed => {}
        }
        self.schedule(wire, key);
    }

    /// Whether the user has to see it.
    fn hear(&mut self, wire: &mut Wire, key: ClientKey, response: &Response) -> bool {
        let status = response.status();
        match &mut self.state {
            State::Calling { invite } if status.is_provisional() => {
                self.state = State::Proceeding { invite: std::mem::take(invite) };
                self.until = Mono::from_micros(u64::MAX);
                self.schedule(wire, key);
                true
            }
            State::Proceeding { .. } if status.is_provisional() => true,
            State::Calling { invite } | State::Proceeding { invite } => {
                let invite = std::mem::take(invite);
                self.finish_invite(wire, key, &invite, response);
                true
            }
            State::Failed { ack } => {
                if status.is_final() && !status.is_success() {
                    wire.transmit(self.hop, ack.clone(), self.owner.dialog());
                }
                status.is_success()
            }
            State::Accepted => status.is_success(),
            State::Trying { provisional, .. } if status.is_provisional() => {
                *provisional = true;
                true
            }
            State::Trying { .. } => {
                let linger = if self.hop.transport().is_reliable() { Duration::ZERO } else { wire.config.timing.t4 };
                self.state = State::Completed;
                self.linger(wire, key, linger);
                true
            }
            State::Completed => false,
        }
    }

    fn finish_invite(&mut self, wire: &mut Wire, key: ClientKey, invite: &Bytes, response: &Response) {
        let t1_64 = wire.config.timing.t1_64();
        if response.status().is_success() {
            self.state = State::Accepted;
            return self.linger(wire, key, t1_64);
        }
        let Some(invite) = parse_own(invite, wire) else {
            return self.linger(wire, key, Duration::ZERO);
        };
        // RFC 3261 §17.1.1.3: the ACK to a failure is of the INVITE's transaction and has the response's To.
        let ack = echo(&invite, &Method::Ack).copy(response, HeaderName::To).finish();
        wire.transmit(self.hop, ack.clone(), self.owner.dialog());
        self.state = State::Failed { ack };
        let linger = if self.hop.transport().is_reliable() { Duration::ZERO } else { t1_64 };
        self.linger(wire, key, linger);
    }

    fn linger(&mut self, wire: &mut Wire, key: ClientKey, time: Duration) {
        self.until = wire.now.mono + time;
        self.schedule(wire, key);
    }
}

impl State {
    const fn request(&self) -> Option<&Bytes> {
        match self {
            Self::Calling { invite: request } | Self::Proceeding { invite: request } | Self::Trying { request, .. } => {
                Some(request)
            }
            Self::Failed { .. } | Self::Accepted | Self::Completed => None,
        }
    }

    const fn is_waiting(&self) -> bool {
        match self {
            Self::Calling { .. } | Self::Proceeding { .. } | Self::Trying { .. } => true,
            Self::Failed { .. } | Self::Accepted | Self::Completed => false,
        }
    }
}

/// What ACK and CANCEL share with their INVITE.
fn echo(invite: &Request, method: &Method) -> MessageBuilder {
    let cseq = CSeq { number: invite.cseq().number, method: method.clone() };
    MessageBuilder::request(method, invite.uri())
        .raw(HeaderName::Via, invite.first(HeaderName::Via).unwrap_or_default())
        .header(HeaderName::MaxForwards, 70)
        .copy(invite, HeaderName::Route)
        .copy(invite, HeaderName::From)
        .header(HeaderName::CallId, invite.call_id())
        .header(HeaderName::CSeq, cseq)
}

fn parse_own(bytes: &Bytes, wire: &Wire) -> Option<Request> {
    let own = crate::Limits { uri_bytes_max: usize::from(u16::MAX), ..wire.config.messages };
    match Message::parse(bytes.clone(), &own) {
        Ok(Message::Request(request)) => Some(request),
        Ok(Message::Response(_)) | Err(_) => {
            never!(true, "a request of ours could not be read");
            None
        }
    }
}
