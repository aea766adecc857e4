//! Calls that reach us, until we answer or refuse them, with reliable provisional responses (RFC 3262).

use std::time::Duration;

use bell_types::{Cause, Mono};
use bytes::Bytes;
use smallvec::SmallVec;

use crate::config::endpoint::Reliable;
use crate::config::trunk::Reach;
use crate::desk::{ALLOW, Desk, SUPPORTED};
use crate::dialog::body::{self, SDP};
use crate::dialog::calling::Branch;
use crate::dialog::deadline::Deadline;
use crate::dialog::leaving::Leaving;
use crate::dialog::remote::Remote;
use crate::dialog::talking::{Talk, Unacked};
use crate::dialog::{Ask, Dialog, End, Phase};
use crate::flow::Hop;
use crate::msg::message::Response;
use crate::msg::method::Method;
use crate::msg::name::HeaderName;
use crate::msg::status::Status;
use crate::msg::value::RAck;
use crate::stack::vocabulary::{DialogId, Peer, StackEvent};
use crate::txn::{Arrival, ServerKey};

/// Proxies forget a call whose last provisional response is three minutes old (RFC 3261 §13.3.1.1).
const STILL_RINGING: Duration = Duration::from_secs(60);

/// A call that reaches us.
#[derive(Debug)]
pub(crate) struct Called {
    arrival: Arrival,
    /// Whether its INVITE made the offer.
    offered: bool,
    reliably: Reliably,
    /// The number of the last reliable provisional response.
    rseq: u32,
    /// A reliable provisional response without its PRACK.
    pending: Option<Pending>,
    /// What is to follow when it is there.
    next: Option<Next>,
    /// The last provisional response, to be repeated once a minute.
    last: Option<(Status, Bytes)>,
    /// Our answer to their offer was sent reliably.
    settled: bool,
}

/// Whether provisional responses are sent reliably.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reliably {
    /// The other side cannot.
    Never,
    /// Those with a session description.
    WithMedia,
    /// All: the other side insists.
    Always,
}

#[derive(Debug)]
struct Pending {
    bytes: Bytes,
    pause: Duration,
    until: Mono,
}

#[derive(Debug)]
enum Next {
    Progress(Status, Option<Bytes>),
    Answer(Bytes),
}

impl Dialog {
    /// Takes a call.
    pub(crate) fn receive(
        desk: &mut Desk,
        arrival: Arrival,
        peer: Peer,
        (id, local_tag): (DialogId, Box<str>),
        (reach, reliable): (Reach, Reliable),
        contact_user: Box<str>,
    ) -> Self {
        let request = &arrival.request;
        let mut local = request.first(HeaderName::To).unwrap_or_default().to_vec();
        local.extend_from_slice(b";tag=");
        local.extend_from_slice(local_tag.as_bytes());
        let reliably = match reliable {
            _ if request.has_token(HeaderName::Require, "100rel") => Reliably::Always,
            Reliable::WithMedia if request.has_token(HeaderName::Supported, "100rel") => Reliably::WithMedia,
            Reliable::WithMedia | Reliable::IfRequired => Reliably::Never,
        };
        desk.txns.set_owner(arrival.key, id);
        let dialog = Self {
            id,
            peer,
            call_id: request.call_id().into(),
            local_tag,
            local: local.into(),
            remote: Some(Remote::of_request(&desk.wire, request)),
            cseq: u32::try_from(desk.wire.random.below(1 << 16)).unwrap_or(1),
            hop: Hop::Flow(arrival.flow),
            reach,
            contact_user,
            phase: Phase::Called(Box::new(Called {
                offered: body::sdp(request).is_some(),
                reliably,
                rseq: u32::try_from(1 + desk.wire.random.below(1 << 16)).unwrap_or(1),
                pending: None,
                next: None,
                last: None,
                settled: false,
                arrival,
            })),
            ended: false,
            asked: SmallVec::new(),
        };
        dialog.wake(desk, Deadline::Ring, desk.wire.config.timing.ring_max);
        dialog
    }

    /// We answer provisionally.
    pub(crate) fn progress(&mut self, desk: &mut Desk, status: Status, sdp: Option<Bytes>) {
        let Some(mut called) = self.take_called() else { return };
        if called.pending.is_some() {
            // One reliable response at a time; of those that wait only the last counts.
            if !matches!(called.next, Some(Next::Answer(_))) {
                called.next = Some(Next::Progress(status, sdp));
            }
        } else {
            self.send_progress(desk, &mut called, status, sdp);
        }
        self.phase = Phase::Called(called);
    }

    fn send_progress(&mut self, desk: &mut Desk, called: &mut Called, status: Status, sdp: Option<Bytes>) {
        // To an INVITE without an offer a provisional response could only carry ours; that waits for the 2xx.
        let sdp = sdp.filter(|_| called.offered && !called.settled);
        let reliable = match called.reliably {
            Reliably::Never => false,
            Reliably::WithMedia => sdp.is_some(),
            Reliably::Always => true,
        };
        let mut builder = self.response(desk, &called.arrival, status).header(HeaderName::Allow, ALLOW);
        if reliable {
            called.rseq += 1;
            builder = builder.header(HeaderName::Require, "100rel").header(HeaderName::RSeq, called.rseq);
        }
        let bytes = match &sdp {
            Some(sdp) => builder.body(SDP, sdp),
            None => builder.finish(),
        };
        desk.respond(called.arrival.key, status, bytes.clone());
        if reliable {
            called.settled |= sdp.is_some();
            let timing = desk.wire.config.timing;
            let until = desk.wire.now.mono + timing.t1_64();
            called.pending = Some(Pending { bytes: bytes.clone(), pause: timing.t1, until });
            self.wake(desk, Deadline::Reliable, timing.t1);
        }
        called.last = Some((status, bytes));
        self.wake(desk, Deadline::StillRinging, STILL_RINGING);
    }

    /// We answer.
    pub(crate) fn accept(&mut self, desk: &mut Desk, sdp: Bytes) {
        let Some(mut called) = self.take_called() else { return };
        if called.pending.is_some() && called.settled {
            // The answer in a reliable response has to arrive before the 2xx may go (RFC 3262 §5).
            called.next = Some(Next::Answer(sdp));
            self.phase = Phase::Called(called);
            return;
        }
        self.send_answer(desk, *called, &sdp);
    }

    fn send_answer(&mut self, desk: &mut Desk, called: Called, sdp: &Bytes) {
        for deadline in [Deadline::Ring, Deadline::StillRinging, Deadline::Reliable] {
            self.sleep(desk, deadline);
        }
        let Called { arrival, offered, settled, .. } = called;
        let mut talk = Box::new(Talk::of_called(Some(sdp.clone())));
        let builder = self
            .response(desk, &arrival, Status::OK)
            .header(HeaderName::Allow, ALLOW)
            .header(HeaderName::Supported, SUPPORTED);
        let builder = self.agree_as_called(desk, &mut talk, &arrival.request, builder);
        let bytes = if settled { builder.finish() } else { builder.body(SDP, sdp) };
        desk.respond(arrival.key, Status::OK, bytes.clone());
        let cseq = arrival.request.cseq().number;
        let unacked = self.await_ack(desk, arrival.key, cseq, bytes, !offered);
        talk.unacked = Some(Unacked { first: true, ..unacked });
        self.phase = Phase::Talking(talk);
    }

    /// We refuse, or the caller gave up.
    pub(super) fn leave_called(&mut self, desk: &mut Desk, called: &Called, end: End, status: Option<Status>) {
        let status = status.filter(|status| status.is_final() && !status.is_success());
        let by_cause = Status::from(end.cause);
        let by_cause = if by_cause.is_success() { Status::TEMPORARILY_UNAVAILABLE } else { by_cause };
        let status = status.unwrap_or(by_cause);
        let mut builder = self.response(desk, &called.arrival, status);
        if status == Status::SERVICE_UNAVAILABLE {
            builder = builder.header(HeaderName::RetryAfter, desk.wire.config.limits.retry_after.as_secs());
        }
        if let Some(reason) = body::reason(end.cause) {
            builder = builder.header(HeaderName::Reason, reason);
        }
        desk.respond(called.arrival.key, status, builder.finish());
        self.phase = Phase::Leaving(Leaving::with_keys(SmallVec::new(), None, end.cause));
    }

    /// Their CANCEL of this INVITE; the CANCEL itself is answered already.
    pub(crate) fn cancel_received(&mut self, desk: &mut Desk, key: ServerKey, cancel: &crate::Request) {
        match std::mem::replace(&mut self.phase, Phase::Gone) {
            Phase::Called(called) => {
                self.phase = Phase::Called(called);
                let end = End { cause: Cause::Cancelled, status: None, q850: body::q850(cancel) };
                self.leave(desk, end, Some(Status::REQUEST_TERMINATED));
            }
            Phase::Talking(mut talk) => {
                // Of the INVITE that made the call it comes too late; a re-INVITE may still wait for us.
                self.offer_cancelled(desk, &mut talk, key);
                self.phase = Phase::Talking(talk);
            }
            phase @ (Phase::Calling(_) | Phase::Leaving(_) | Phase::Gone) => self.phase = phase,
        }
    }

    pub(super) fn woken_called(&mut self, desk: &mut Desk, mut called: Box<Called>, deadline: Deadline) {
        let mut end = None;
        match deadline {
            Deadline::Ring => end = Some(Cause::NoAnswer),
            Deadline::StillRinging => {
                if let Some((status, bytes)) = &called.last
                    && called.reliably == Reliably::Never
                {
                    desk.respond(called.arrival.key, *status, bytes.clone());
                    self.wake(desk, Deadline::StillRinging, STILL_RINGING);
                }
            }
            Deadline::Reliable => {
                if let Some(mut pending) = called.pending.take() {
                    if desk.wire.now.mono >= pending.until {
                        end = Some(Cause::Timeout);
                    } else {
                        desk.txns.repeat(&mut desk.wire, called.arrival.key, pending.bytes.clone());
                        pending.pause *= 2;
                        let at = pending.until.min(desk.wire.now.mono + pending.pause);
                        desk.wire.wake_at(crate::wire::Wake::Dialog(self.id, Deadline::Reliable), at);
                        called.pending = Some(pending);
                    }
                }
            }
            Deadline::Silence
            | Deadline::Ack
            | Deadline::OfferWait
            | Deadline::Glare
            | Deadline::Session
            | Deadline::Flow => {}
        }
        self.phase = Phase::Called(called);
        if let Some(cause) = end {
            // RFC 3262 §3: a reliable response that nobody acknowledges fails the call.
            let status = (cause == Cause::Timeout).then_some(Status::SERVER_TIMEOUT);
            self.leave(desk, End::of(cause), status);
        }
    }

    /// Their PRACK.
    pub(crate) fn prack_received(&mut self, desk: &mut Desk, arrival: &Arrival) {
        let Some(mut called) = self.take_called() else {
            return desk.answer(arrival, Status::NO_SUCH_CALL);
        };
        let invite = called.arrival.request.cseq();
        let fits = |rack: RAck| rack.rseq == called.rseq && rack.cseq == invite;
        let matches = arrival.request.rack().ok().flatten().is_some_and(fits);
        if !matches || called.pending.take().is_none() {
            desk.answer(arrival, Status::NO_SUCH_CALL);
            self.phase = Phase::Called(called);
            return;
        }
        desk.answer(arrival, Status::OK);
        self.sleep(desk, Deadline::Reliable);
        match called.next.take() {
            Some(Next::Answer(sdp)) => return self.send_answer(desk, *called, &sdp),
            Some(Next::Progress(status, sdp)) => self.send_progress(desk, &mut called, status, sdp),
            None => {}
        }
        self.phase = Phase::Called(called);
    }

    /// An UPDATE before the answer: we have nothing to change yet (RFC 3311 §5.2).
    pub(crate) fn early_update_received(&mut self, desk: &mut Desk, arrival: &Arrival) {
        let offers = body::sdp(&arrival.request).is_some();
        if offers {
            let wait = desk.wire.random.below(10).to_string();
            return desk.answer_with(arrival, Status::SERVER_ERROR, &[(HeaderName::RetryAfter, &wait)]);
        }
        if let Some(remote) = &mut self.remote {
            remote.refresh(&arrival.request);
        }
        let bytes = self.response(desk, arrival, Status::OK).finish();
        desk.respond(arrival.key, Status::OK, bytes);
    }

    /// PRACK for a provisional response to our INVITE that asks for one. None if it was seen before, or comes before its
    /// turn; else whether it was reliable.
    pub(super) fn acknowledge_provisional(
        &mut self,
        desk: &mut Desk,
        branch: &mut Branch,
        response: &Response,
    ) -> Option<bool> {
        let rseq = response.rseq().ok().flatten();
        let Some(rseq) = rseq.filter(|_| response.has_token(HeaderName::Require, "100rel")) else {
            return Some(false);
        };
        // Each phone that a proxy forks to counts for itself.
        let tag = response.to_tag().unwrap_or_default();
        let last = branch.rseq.as_ref().filter(|(counted, _)| **counted == *tag).map(|(_, last)| *last);
        if last.is_some_and(|last| rseq != last.wrapping_add(1)) {
            return None;
        }
        branch.rseq = Some((tag.into(), rseq));
        let rack = RAck { rseq, cseq: response.cseq() };
        let key = self.request(desk, &Method::Prack, |builder| builder.header(HeaderName::RAck, rack).finish());
        self.asked.extend(key.map(|key| (key, Ask::Notice)));
        Some(true)
    }

    /// Tells of the call itself.
    pub(crate) fn announce(&self, desk: &mut Desk, event: impl FnOnce(DialogId, Option<Bytes>) -> StackEvent) {
        if let Phase::Called(called) = &self.phase {
            let arrival = &called.arrival;
            desk.event(event(self.id, body::sdp(&arrival.request)));
            // After the event: before it, nobody knows whose trace they belong to.
            desk.wire.trace(self.id, &arrival.flow, arrival.request.bytes());
            desk.answer(arrival, Status::TRYING);
        }
    }
}
