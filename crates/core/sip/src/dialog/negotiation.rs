//! Offers and answers after the call is up: re-INVITE (RFC 3261 §14) and UPDATE (RFC 3311), ours and theirs.

use std::time::Duration;

use bell_types::Cause;
use bytes::Bytes;

use crate::desk::{ALLOW, Desk, SUPPORTED};
use crate::dialog::body::{self, Body, SDP};
use crate::dialog::deadline::Deadline;
use crate::dialog::session::Session;
use crate::dialog::talking::{Ack, Talk};
use crate::dialog::{Dialog, End, Phase, Reply};
use crate::msg::message::Response;
use crate::msg::method::Method;
use crate::msg::name::HeaderName;
use crate::msg::status::Status;
use crate::stack::vocabulary::StackEvent;
use crate::txn::{Arrival, ClientKey, ServerKey};

/// An offer of theirs that waits for our answer.
#[derive(Debug)]
pub(crate) struct Theirs {
    pub(super) arrival: Arrival,
    /// It asks us to make the offer.
    asks: bool,
}

/// A re-INVITE or UPDATE of ours that waits for its response.
#[derive(Debug)]
pub(crate) struct Ours {
    pub(super) key: ClientKey,
    cseq: u32,
    method: Method,
    /// What it offers; none if it only refreshes the session.
    offer: Option<Bytes>,
    /// Nobody asked for it: it refreshes the session with what is agreed already.
    refresh: bool,
}

impl Ours {
    pub(super) fn is_invite(&self) -> bool {
        self.method == Method::Invite
    }
}

impl Dialog {
    /// We want to change the session.
    pub(crate) fn offer(&mut self, desk: &mut Desk, sdp: Bytes) {
        let Some(mut talk) = self.take_talk() else { return };
        talk.queued = Some(sdp);
        self.next_offer(desk, &mut talk);
        self.phase = Phase::Talking(talk);
    }

    /// Sends the offer that waits, unless another is under way.
    pub(super) fn next_offer(&mut self, desk: &mut Desk, talk: &mut Talk) {
        let busy = talk.ours.is_some() || talk.theirs.is_some() || talk.unacked.is_some();
        let unsettled = matches!(talk.ack, Ack::Due { .. });
        if busy || unsettled {
            return;
        }
        if let Some(sdp) = talk.queued.take() {
            self.send_offer(desk, talk, Some(sdp), false);
        }
    }

    /// A re-INVITE with an offer, or an UPDATE without one.
    pub(super) fn send_offer(&mut self, desk: &mut Desk, talk: &mut Talk, offer: Option<Bytes>, refresh: bool) {
        let method = if offer.is_some() { Method::Invite } else { Method::Update };
        let session = talk.session.as_ref().map(Session::header_of_request);
        let key = self.request(desk, &method, |builder| {
            let mut builder = builder.header(HeaderName::Allow, ALLOW).header(HeaderName::Supported, SUPPORTED);
            if let Some(session) = session {
                builder = builder.header(HeaderName::SessionExpires, session);
            }
            match &offer {
                Some(sdp) => builder.body(SDP, sdp),
                None => builder.finish(),
            }
        });
        let cseq = self.cseq;
        talk.ours = key.map(|key| Ours { key, cseq, method, offer, refresh });
    }

    /// A response to our re-INVITE or UPDATE.
    pub(super) fn heard_offer(&mut self, desk: &mut Desk, mut talk: Box<Talk>, reply: &Reply<'_>) {
        let status = reply.response.status();
        let Some(ours) = talk.ours.take_if(|_| status.is_final()) else {
            self.phase = Phase::Talking(talk);
            return;
        };
        if status.is_success() {
            self.offer_accepted(desk, &mut talk, ours, reply.response);
            self.phase = Phase::Talking(talk);
            return;
        }
        let mut end = None;
        match self.repeat(desk, self.hop, reply) {
            Some(key) => talk.ours = Some(Ours { key, cseq: self.cseq, ..ours }),
            None if status == Status::REQUEST_PENDING => self.glare(desk, &mut talk, ours),
            None => end = self.offer_refused(desk, &mut talk, &ours, status),
        }
        self.phase = Phase::Talking(talk);
        if let Some(cause) = end {
            self.leave(desk, End { status: Some(status), ..End::of(cause) }, None);
        }
    }

    fn offer_accepted(&mut self, desk: &mut Desk, talk: &mut Talk, ours: Ours, response: &Response) {
        if let Some(remote) = &mut self.remote {
            remote.refresh(response);
        }
        self.agree_as_caller(desk, talk, response);
        if ours.method == Method::Invite {
            talk.invite = Some(ours.key);
            talk.ack = Ack::Due { cseq: ours.cseq };
            self.acknowledge(desk, talk, None);
        }
        if let Some(offer) = ours.offer {
            talk.local_sdp = Some(offer);
            match body::sdp(response) {
                Some(sdp) if !ours.refresh => desk.event(StackEvent::OfferAnswered { dialog: self.id, sdp }),
                None if !ours.refresh => {
                    let status = Some(response.status());
                    desk.event(StackEvent::OfferFailed { dialog: self.id, status });
                }
                Some(_) | None => {}
            }
        }
        self.next_offer(desk, talk);
    }

    /// Our offer met one of theirs. The side that made the Call-ID waits longer (RFC 3261 §14.1).
    fn glare(&mut self, desk: &mut Desk, talk: &mut Talk, ours: Ours) {
        if ours.refresh {
            return self.refresh_later(desk, talk);
        }
        if talk.queued.is_none() {
            talk.queued = ours.offer;
        }
        let made_call_id = talk.invite.is_some();
        let steps = if made_call_id { 210 + desk.wire.random.below(191) } else { desk.wire.random.below(201) };
        self.wake(desk, Deadline::Glare, Duration::from_millis(10 * steps));
    }

    /// Gives the cause if the call cannot go on.
    fn offer_refused(&mut self, desk: &mut Desk, talk: &mut Talk, ours: &Ours, status: Status) -> Option<Cause> {
        if matches!(status, Status::NO_SUCH_CALL | Status::REQUEST_TIMEOUT) {
            return Some(if ours.refresh { Cause::SessionExpired } else { Cause::from_sip_status(status.code()) });
        }
        if ours.refresh {
            self.refresh_later(desk, talk);
        } else {
            desk.event(StackEvent::OfferFailed { dialog: self.id, status: Some(status) });
        }
        self.next_offer(desk, talk);
        None
    }

    /// Their re-INVITE or UPDATE.
    pub(crate) fn offer_received(&mut self, desk: &mut Desk, arrival: Arrival) {
        let Some(mut talk) = self.take_talk() else {
            return desk.answer(&arrival, Status::NO_SUCH_CALL);
        };
        self.take_offer(desk, &mut talk, arrival);
        self.phase = Phase::Talking(talk);
    }

    fn take_offer(&mut self, desk: &mut Desk, talk: &mut Talk, arrival: Arrival) {
        let invite = *arrival.request.method() == Method::Invite;
        let sdp = match body::body(&arrival.request) {
            Body::Sdp(sdp) => Some(sdp),
            Body::None => None,
            Body::Foreign => {
                return desk.answer_with(&arrival, Status::UNSUPPORTED_MEDIA_TYPE, &[(HeaderName::Accept, SDP)]);
            }
        };
        let negotiates = invite || sdp.is_some();
        if negotiates && (talk.ours.as_ref().is_some_and(|ours| ours.offer.is_some()) || talk.unacked.is_some()) {
            return desk.answer(&arrival, Status::REQUEST_PENDING);
        }
        if negotiates && talk.theirs.is_some() {
            let wait = desk.wire.random.below(10).to_string();
            return desk.answer_with(&arrival, Status::SERVER_ERROR, &[(HeaderName::RetryAfter, &wait)]);
        }
        if Self::refuses_interval(desk, &arrival) {
            return;
        }
        if let Some(remote) = &mut self.remote {
            remote.refresh(&arrival.request);
        }
        if !negotiates {
            // An UPDATE without a description refreshes the session and the target, and nothing else.
            let builder = self.response(desk, &arrival, Status::OK);
            let builder = self.agree_as_called(desk, talk, &arrival.request, builder);
            return desk.respond(arrival.key, Status::OK, builder.finish());
        }
        if invite {
            desk.answer(&arrival, Status::TRYING);
        }
        desk.txns.set_owner(arrival.key, self.id);
        talk.theirs = Some(Theirs { arrival, asks: sdp.is_none() });
        self.wake(desk, Deadline::OfferWait, desk.wire.config.timing.offer_wait_max);
        desk.event(StackEvent::OfferReceived { dialog: self.id, sdp });
    }

    /// Our answer to their offer.
    pub(crate) fn answer_offer(&mut self, desk: &mut Desk, sdp: Bytes) {
        let Some(mut talk) = self.take_talk() else { return };
        if matches!(talk.ack, Ack::Due { .. }) {
            self.sleep(desk, Deadline::OfferWait);
            talk.local_sdp = Some(sdp.clone());
            self.acknowledge(desk, &mut talk, Some(sdp));
            self.next_offer(desk, &mut talk);
        } else if let Some(theirs) = talk.theirs.take() {
            self.sleep(desk, Deadline::OfferWait);
            self.accept_offer(desk, &mut talk, &theirs, sdp);
        }
        self.phase = Phase::Talking(talk);
    }

    fn accept_offer(&mut self, desk: &mut Desk, talk: &mut Talk, theirs: &Theirs, sdp: Bytes) {
        let Theirs { arrival, asks } = theirs;
        let builder = self.response(desk, arrival, Status::OK);
        let builder = builder.header(HeaderName::Allow, ALLOW).header(HeaderName::Supported, SUPPORTED);
        let builder = self.agree_as_called(desk, talk, &arrival.request, builder);
        let bytes = builder.body(SDP, &sdp);
        talk.local_sdp = Some(sdp);
        desk.respond(arrival.key, Status::OK, bytes.clone());
        if *arrival.request.method() == Method::Invite {
            let cseq = arrival.request.cseq().number;
            talk.unacked = Some(self.await_ack(desk, arrival.key, cseq, bytes, *asks));
        } else {
            self.next_offer(desk, talk);
        }
    }

    /// We refuse their offer; the session stays as it is.
    pub(crate) fn reject_offer(&mut self, desk: &mut Desk, status: Status) {
        let Some(mut talk) = self.take_talk() else { return };
        if let Some(theirs) = talk.theirs.take() {
            self.sleep(desk, Deadline::OfferWait);
            self.refuse(desk, &theirs.arrival, status);
            self.next_offer(desk, &mut talk);
        }
        self.phase = Phase::Talking(talk);
    }

    fn refuse(&self, desk: &mut Desk, arrival: &Arrival, status: Status) {
        let bytes = self.response(desk, arrival, status).finish();
        desk.respond(arrival.key, status, bytes);
    }

    /// Nobody on our side answered an offer in time. Gives the cause if the call cannot go on.
    pub(super) fn offer_waited(&mut self, desk: &mut Desk, talk: &mut Talk) -> Option<Cause> {
        if matches!(talk.ack, Ack::Due { .. }) {
            return Some(Cause::MediaFailed);
        }
        if let Some(theirs) = talk.theirs.take() {
            self.refuse(desk, &theirs.arrival, Status::SERVER_ERROR);
            desk.event(StackEvent::OfferWithdrawn { dialog: self.id });
        }
        None
    }

    /// Their CANCEL of a re-INVITE that waits for us.
    pub(super) fn offer_cancelled(&mut self, desk: &mut Desk, talk: &mut Talk, key: ServerKey) {
        if let Some(theirs) = talk.theirs.take_if(|theirs| theirs.arrival.key == key) {
            self.sleep(desk, Deadline::OfferWait);
            self.refuse(desk, &theirs.arrival, Status::REQUEST_TERMINATED);
            desk.event(StackEvent::OfferWithdrawn { dialog: self.id });
            self.next_offer(desk, talk);
        }
    }

    /// The call ends while an offer of theirs waits.
    pub(super) fn drop_theirs(&mut self, desk: &mut Desk, talk: &mut Talk) {
        if let Some(theirs) = talk.theirs.take() {
            self.refuse(desk, &theirs.arrival, Status::REQUEST_TERMINATED);
        }
    }
}
