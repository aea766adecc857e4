//! Calls that were answered: acknowledgements, keys, hanging up.

use std::time::Duration;

use bell_types::{Cause, Digit, Mono};
use bytes::Bytes;
use smallvec::SmallVec;

use crate::desk::Desk;
use crate::dialog::body::{self, SDP};
use crate::dialog::calling::Branch;
use crate::dialog::deadline::Deadline;
use crate::dialog::leaving::Leaving;
use crate::dialog::negotiation::{Ours, Theirs};
use crate::dialog::refer::Referral;
use crate::dialog::session::Session;
use crate::dialog::{Dialog, End, Phase, Reply, stray_answer};
use crate::msg::build::MessageBuilder;
use crate::msg::message::Request;
use crate::msg::method::Method;
use crate::msg::name::HeaderName;
use crate::msg::status::Status;
use crate::stack::vocabulary::{Description, StackEvent};
use crate::txn::{Arrival, ClientKey, ServerKey};

/// A call that was answered.
#[derive(Debug)]
pub(crate) struct Talk {
    /// The transaction of the last INVITE of ours that was accepted: its 2xx may come again.
    pub(super) invite: Option<ClientKey>,
    /// Branches that lost against the one that answered, and have no final response yet.
    lost: SmallVec<[ClientKey; 1]>,
    pub(super) ack: Ack,
    pub(super) unacked: Option<Unacked>,
    pub(super) theirs: Option<Theirs>,
    pub(super) ours: Option<Ours>,
    /// An offer of ours that waits until another is through.
    pub(super) queued: Option<Bytes>,
    pub(super) session: Option<Session>,
    /// The last description we sent, to refresh a session with.
    pub(super) local_sdp: Option<Bytes>,
    /// Whether the other side takes UPDATE.
    pub(super) updates: bool,
    /// A transfer it asked for.
    pub(super) referral: Option<Referral>,
}

/// The ACK to the last 2xx we got.
#[derive(Debug)]
pub(super) enum Ack {
    /// It was we who answered.
    NotOurs,
    /// It waits for our answer to the offer in the 2xx.
    Due { cseq: u32 },
    /// Sent, and sent again when the 2xx comes again.
    Sent { cseq: u32, sdp: Option<Bytes> },
}

/// A 2xx of ours that waits for its ACK.
#[derive(Debug)]
pub(crate) struct Unacked {
    pub(super) key: ServerKey,
    pub(super) cseq: u32,
    pub(super) bytes: Bytes,
    pub(super) pause: Duration,
    pub(super) until: Mono,
    /// It carries an offer, which the ACK answers.
    pub(super) offers: bool,
    /// It is the answer to the call itself.
    pub(super) first: bool,
}

impl Talk {
    pub(super) fn of_caller(key: ClientKey, cseq: u32, lost: &[Branch], offer: Option<Bytes>) -> Self {
        Self {
            invite: Some(key),
            lost: lost.iter().map(|branch| branch.key).collect(),
            ack: Ack::Due { cseq },
            unacked: None,
            local_sdp: offer,
            ..Self::of_called(None)
        }
    }

    pub(super) fn of_called(local_sdp: Option<Bytes>) -> Self {
        Self {
            invite: None,
            lost: SmallVec::new(),
            ack: Ack::NotOurs,
            unacked: None,
            theirs: None,
            ours: None,
            queued: None,
            session: None,
            local_sdp,
            updates: false,
            referral: None,
        }
    }
}

impl Dialog {
    pub(super) fn heard_talking(&mut self, desk: &mut Desk, mut talk: Box<Talk>, reply: &Reply<'_>) {
        let status = reply.response.status();
        if talk.lost.contains(&reply.key) {
            let reason = body::reason(Cause::AnsweredElsewhere);
            if status.is_provisional() {
                desk.txns.cancel(&mut desk.wire, reply.key, reason);
            } else if status.is_success() {
                stray_answer(desk, reply.response, reply.flow, Some(self.id), reason);
            } else {
                talk.lost.retain(|key| *key != reply.key);
            }
            self.phase = Phase::Talking(talk);
        } else if talk.ours.as_ref().is_some_and(|ours| ours.key == reply.key) {
            self.heard_offer(desk, talk, reply);
        } else {
            if talk.invite == Some(reply.key) && status.is_success() {
                self.heard_answer_again(desk, &mut talk, reply);
            }
            self.phase = Phase::Talking(talk);
        }
    }

    fn heard_answer_again(&mut self, desk: &mut Desk, talk: &mut Talk, reply: &Reply<'_>) {
        let same = reply.response.to_tag().is_some_and(|tag| self.is_with(tag));
        if !same {
            let reason = body::reason(Cause::AnsweredElsewhere);
            return stray_answer(desk, reply.response, reply.flow, Some(self.id), reason);
        }
        if let Ack::Sent { sdp, .. } = &talk.ack {
            let sdp = sdp.clone();
            self.acknowledge(desk, talk, sdp);
        }
    }

    /// ACK to a 2xx: a request of its own that nobody answers (RFC 3261 §13.2.2.4).
    pub(super) fn acknowledge(&mut self, desk: &mut Desk, talk: &mut Talk, sdp: Option<Bytes>) {
        let (Ack::Due { cseq } | Ack::Sent { cseq, .. }) = talk.ack else { return };
        let Some(remote) = &self.remote else { return };
        let (uri, hop) = remote.next_hop(&desk.wire, self.hop, self.reach);
        let branch = desk.wire.branch();
        let builder = MessageBuilder::request(&Method::Ack, &uri)
            .header(HeaderName::Via, desk.wire.via(&hop, &branch))
            .header(HeaderName::MaxForwards, 70);
        let builder = self.fields(remote, builder, &Method::Ack, cseq);
        let bytes = match &sdp {
            Some(sdp) => builder.body(SDP, sdp),
            None => builder.finish(),
        };
        desk.wire.transmit(hop, bytes, Some(self.id));
        talk.ack = Ack::Sent { cseq, sdp };
    }

    /// Keeps sending a 2xx until its ACK comes (RFC 3261 §13.3.1.4).
    pub(super) fn await_ack(&self, desk: &mut Desk, key: ServerKey, cseq: u32, bytes: Bytes, offers: bool) -> Unacked {
        let timing = desk.wire.config.timing;
        let until = desk.wire.now.mono + timing.t1_64();
        self.wake(desk, Deadline::Ack, timing.t1);
        Unacked { key, cseq, bytes, pause: timing.t1, until, offers, first: false }
    }

    /// A 2xx is due again; none if its time is over.
    pub(super) fn repeat_answer(&self, desk: &mut Desk, mut unacked: Unacked) -> Option<Unacked> {
        if desk.wire.now.mono >= unacked.until {
            return None;
        }
        desk.txns.repeat(&mut desk.wire, unacked.key, unacked.bytes.clone());
        unacked.pause = desk.wire.config.timing.t2.min(unacked.pause * 2);
        let at = unacked.until.min(desk.wire.now.mono + unacked.pause);
        desk.wire.wake_at(crate::wire::Wake::Dialog(self.id, Deadline::Ack), at);
        Some(unacked)
    }

    /// Their ACK.
    pub(crate) fn acked(&mut self, desk: &mut Desk, request: &Request) {
        let number = request.cseq().number;
        let fits = |unacked: &mut Unacked| unacked.cseq == number;
        match std::mem::replace(&mut self.phase, Phase::Gone) {
            Phase::Talking(mut talk) => {
                if let Some(unacked) = talk.unacked.take_if(fits) {
                    self.sleep(desk, Deadline::Ack);
                    self.confirmed(desk, &unacked, request);
                    self.next_offer(desk, &mut talk);
                }
                self.phase = Phase::Talking(talk);
            }
            Phase::Leaving(mut leaving) => {
                if leaving.unacked.take_if(fits).is_some() {
                    self.sleep(desk, Deadline::Ack);
                    self.bye(desk, leaving.cause());
                }
                self.phase = Phase::Leaving(leaving);
                self.settle(desk);
            }
            phase @ (Phase::Calling(_) | Phase::Called(_) | Phase::Gone) => self.phase = phase,
        }
    }

    fn confirmed(&self, desk: &mut Desk, unacked: &Unacked, ack: &Request) {
        let answer = body::sdp(ack).filter(|_| unacked.offers);
        let dialog = self.id;
        match (unacked.first, answer) {
            (true, Some(sdp)) => desk.event(StackEvent::Confirmed { dialog, sdp: Description::Answer(sdp) }),
            (true, None) => desk.event(StackEvent::Confirmed { dialog, sdp: Description::None }),
            (false, Some(sdp)) => desk.event(StackEvent::OfferAnswered { dialog, sdp }),
            (false, None) => {}
        }
    }

    pub(super) fn unheard_talking(&mut self, desk: &mut Desk, mut talk: Box<Talk>, key: ClientKey) {
        talk.lost.retain(|lost| *lost != key);
        let ours = talk.ours.take_if(|ours| ours.key == key);
        self.phase = Phase::Talking(talk);
        if ours.is_some() {
            // RFC 3261 §12.2.1.2: a request within a dialog that nobody answers ends it.
            self.leave(desk, End::of(Cause::Timeout), None);
        }
    }

    pub(super) fn woken_talking(&mut self, desk: &mut Desk, mut talk: Box<Talk>, deadline: Deadline) {
        let mut end = None;
        match deadline {
            Deadline::Ack => {
                let Some(unacked) = talk.unacked.take() else { return self.phase = Phase::Talking(talk) };
                talk.unacked = self.repeat_answer(desk, unacked);
                if talk.unacked.is_none() {
                    end = Some(Cause::NotAcknowledged);
                }
            }
            Deadline::OfferWait => end = self.offer_waited(desk, &mut talk),
            Deadline::Glare => self.next_offer(desk, &mut talk),
            Deadline::Session => end = self.session_due(desk, &mut talk),
            Deadline::Flow => end = Some(Cause::TransportLost),
            Deadline::Ring | Deadline::Silence | Deadline::StillRinging | Deadline::Reliable => {}
        }
        self.phase = Phase::Talking(talk);
        if let Some(cause) = end {
            self.leave(desk, End::of(cause), None);
        }
    }

    pub(super) fn leave_talking(&mut self, desk: &mut Desk, mut talk: Talk, end: End) {
        self.drop_theirs(desk, &mut talk);
        if matches!(talk.ack, Ack::Due { .. }) {
            self.acknowledge(desk, &mut talk, None);
        }
        let unacked = talk.unacked.take();
        match &unacked {
            // `Ended` has put every deadline of this dialog to sleep.
            Some(unacked) => self.wake(desk, Deadline::Ack, unacked.pause),
            None => self.bye(desk, end.cause),
        }
        let open = Self::open_invites(desk, talk);
        self.phase = Phase::Leaving(Leaving::with_keys(open, unacked, end.cause));
    }

    /// The INVITEs of ours that have no final response yet; all have been taken back.
    fn open_invites(desk: &mut Desk, talk: Talk) -> SmallVec<[ClientKey; 1]> {
        let mut open = talk.lost;
        if let Some(ours) = talk.ours.filter(Ours::is_invite) {
            desk.txns.cancel(&mut desk.wire, ours.key, None);
            open.push(ours.key);
        }
        open
    }

    /// Their BYE.
    pub(crate) fn bye_received(&mut self, desk: &mut Desk, arrival: &Arrival) {
        desk.answer(arrival, Status::OK);
        let q850 = body::q850(&arrival.request);
        match std::mem::replace(&mut self.phase, Phase::Gone) {
            Phase::Talking(mut talk) => {
                self.say_ended(desk, End { cause: Cause::HungUp, status: None, q850 });
                self.drop_theirs(desk, &mut talk);
                let open = Self::open_invites(desk, *talk);
                self.phase = Phase::Leaving(Leaving::with_keys(open, None, Cause::HungUp));
                self.settle(desk);
            }
            Phase::Called(called) => {
                self.phase = Phase::Called(called);
                let end = End { cause: Cause::Cancelled, status: None, q850 };
                self.leave(desk, end, Some(Status::REQUEST_TERMINATED));
            }
            Phase::Leaving(mut leaving) => {
                // Their BYE crossed ours, or came instead of an ACK: nobody waits for ours now.
                leaving.unacked = None;
                self.phase = Phase::Leaving(leaving);
                desk.event(StackEvent::HungUpToo { dialog: self.id, q850 });
                self.settle(desk);
            }
            phase @ (Phase::Calling(_) | Phase::Gone) => self.phase = phase,
        }
    }

    /// Their INFO: keys, in one of the two forms that phones send.
    pub(crate) fn info_received(&mut self, desk: &mut Desk, arrival: &Arrival) {
        let request = &arrival.request;
        let kind = request.content_type().ok().flatten();
        let is_relay = kind.is_some_and(|kind| kind.is("application", "dtmf-relay"));
        let is_plain = kind.is_some_and(|kind| kind.is("application", "dtmf"));
        if request.body().is_empty() {
            return desk.answer(arrival, Status::OK);
        }
        if !is_relay && !is_plain {
            return desk.answer_with(
                arrival,
                Status::UNSUPPORTED_MEDIA_TYPE,
                &[(HeaderName::Accept, "application/sdp, application/dtmf-relay, application/dtmf")],
            );
        }
        match read_key(&String::from_utf8_lossy(request.body()), is_relay) {
            Some((digit, held)) => {
                desk.answer(arrival, Status::OK);
                if !self.ended {
                    desk.event(StackEvent::InfoDigit { dialog: self.id, digit, held });
                }
            }
            None => desk.answer(arrival, Status::BAD_REQUEST),
        }
    }
}

/// What a phone means that names no duration.
const KEY_HELD: Duration = Duration::from_millis(160);

/// `Signal=5` and `Duration=160`, or `5` alone.
fn read_key(body: &str, is_relay: bool) -> Option<(Digit, Duration)> {
    let value = |name: &str| {
        let mut lines = body.lines().filter_map(|line| line.split_once('='));
        lines.find(|(key, _)| key.trim().eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    };
    let signal = if is_relay { value("Signal")? } else { body.trim() };
    let digit = match signal {
        // Some phones send the event code instead of the key.
        "10" => Digit::from_char('*')?,
        "11" => Digit::from_char('#')?,
        signal => {
            let mut characters = signal.chars();
            Digit::from_char(characters.next()?).filter(|_| characters.next().is_none())?
        }
    };
    let held = value("Duration").and_then(|millis| millis.parse().ok()).map_or(KEY_HELD, Duration::from_millis);
    Some((digit, held.min(Duration::from_secs(60))))
}
