//! Calls that we make, until they are answered or fail: one INVITE on several branches at once or one after the other.

use std::collections::VecDeque;

use bell_types::{Cause, Mono};
use bytes::Bytes;
use smallvec::SmallVec;

use crate::config::trunk::Reach;
use crate::desk::{ALLOW, Desk, SUPPORTED};
use crate::dialog::body::{self, SDP};
use crate::dialog::deadline::Deadline;
use crate::dialog::leaving::Leaving;
use crate::dialog::remote::Remote;
use crate::dialog::talking::Talk;
use crate::dialog::{Dialog, End, Phase, Reply};
use crate::flow::Hop;
use crate::msg::message::Response;
use crate::msg::method::Method;
use crate::msg::name::HeaderName;
use crate::msg::status::Status;
use crate::msg::uri::Uri;
use crate::msg::value::CSeq;
use crate::stack::vocabulary::{Description, DialogId, Peer, StackEvent};
use crate::txn::{ClientKey, Failure, Owner};

/// What is needed to call somebody.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) id: DialogId,
    pub(crate) peer: Peer,
    /// The value of From, without a tag.
    pub(crate) from: String,
    /// The value of To.
    pub(crate) to: String,
    /// Further headers that tell who calls, and in which call.
    pub(crate) headers: SmallVec<[(HeaderName, String); 1]>,
    pub(crate) contact_user: Box<str>,
    pub(crate) reach: Reach,
    pub(crate) offer: Option<Bytes>,
    /// Where to; not empty.
    pub(crate) paths: VecDeque<Path>,
    /// All at once, or the next when one fails.
    pub(crate) at_once: bool,
}

/// One way to whom we call.
#[derive(Clone, Debug)]
pub(crate) struct Path {
    pub(crate) uri: Uri,
    pub(crate) hop: Hop,
}

/// A call that we make.
#[derive(Debug)]
pub(crate) struct Calling {
    branches: SmallVec<[Branch; 1]>,
    /// Destinations that are tried if the present one fails.
    later: VecDeque<Path>,
    /// After this no further destination is tried.
    failover_until: Mono,
    to: String,
    headers: SmallVec<[(HeaderName, String); 1]>,
    offer: Option<Bytes>,
    /// Our offer was answered reliably before the call was.
    pub(super) settled: bool,
    /// The failure that tells most, so far.
    best: Option<End>,
}

/// One INVITE of ours that may still be answered.
#[derive(Debug)]
pub(crate) struct Branch {
    pub(super) key: ClientKey,
    path: Path,
    pub(super) cseq: u32,
    /// A provisional response came.
    heard: bool,
    /// How often it was repeated with credentials or another interval.
    repeats: u8,
    /// Tag and RSeq of the last reliable provisional response (RFC 3262).
    pub(super) rseq: Option<(Box<str>, u32)>,
}

impl Dialog {
    /// Calls somebody.
    pub(crate) fn call(desk: &mut Desk, plan: Plan, local_tag: Box<str>, call_id: Box<str>) -> Self {
        let Plan { id, peer, from, to, headers, contact_user, reach, offer, mut paths, at_once } = plan;
        let first = paths.front().map(|path| path.hop);
        let unknown =
            crate::Flow::Datagram { socket: crate::SocketId(0), remote: std::net::SocketAddr::from(([0, 0, 0, 0], 0)) };
        let mut dialog = Self {
            id,
            peer,
            call_id,
            local: format!("{from};tag={local_tag}").into_bytes().into(),
            local_tag,
            remote: None,
            cseq: u32::try_from(desk.wire.random.below(1 << 16)).unwrap_or(1),
            hop: first.unwrap_or(Hop::Flow(unknown)),
            reach,
            contact_user,
            phase: Phase::Gone,
            ended: false,
            asked: SmallVec::new(),
        };
        let timing = desk.wire.config.timing;
        let now_count = if at_once { paths.len().min(desk.wire.config.limits.forks_max) } else { 1 };
        let now: Vec<_> = paths.drain(..now_count.min(paths.len())).collect();
        let mut calling = Calling {
            branches: SmallVec::new(),
            later: if at_once { VecDeque::new() } else { paths },
            failover_until: desk.wire.now.mono + timing.failover_max,
            to,
            headers,
            offer,
            settled: false,
            best: None,
        };
        for path in now {
            dialog.invite(desk, &mut calling, path);
        }
        dialog.wake(desk, Deadline::Ring, timing.ring_max);
        dialog.phase = Phase::Calling(Box::new(calling));
        dialog
    }

    fn invite(&mut self, desk: &mut Desk, calling: &mut Calling, path: Path) {
        let cseq = self.next_cseq();
        let contact = desk.wire.contact(&path.hop, &self.contact_user);
        let extensions = extensions(calling.offer.is_some());
        let session = desk.wire.config.timing.session_interval;
        let key = desk.send(Owner::Dialog(self.id), &Method::Invite, &path.uri, path.hop, |wire, builder| {
            let mut builder = builder
                .raw(HeaderName::From, &self.local)
                .header(HeaderName::To, &calling.to)
                .header(HeaderName::CallId, &self.call_id)
                .header(HeaderName::CSeq, CSeq { number: cseq, method: Method::Invite })
                .header(HeaderName::Contact, contact)
                .header(HeaderName::Allow, ALLOW)
                .header(HeaderName::Supported, extensions)
                .header(HeaderName::UserAgent, &wire.config.product);
            if let Some(interval) = session {
                builder = builder.header(HeaderName::SessionExpires, interval.as_secs());
            }
            for (name, value) in &calling.headers {
                builder = builder.header(*name, value);
            }
            match &calling.offer {
                Some(offer) => builder.body(SDP, offer),
                None => builder.finish(),
            }
        });
        calling.branches.push(Branch { key, path, cseq, heard: false, repeats: 0, rseq: None });
        if !calling.later.is_empty() {
            self.wake(desk, Deadline::Silence, desk.wire.config.timing.silence_max);
        }
    }

    pub(super) fn heard_calling(&mut self, desk: &mut Desk, mut calling: Box<Calling>, reply: &Reply<'_>) {
        let Some(at) = calling.branches.iter().position(|branch| branch.key == reply.key) else {
            self.phase = Phase::Calling(calling);
            return;
        };
        let status = reply.response.status();
        if status.is_provisional() {
            calling.branches[at].heard = true;
            self.sleep(desk, Deadline::Silence);
            self.heard_provisional(desk, &mut calling, at, reply.response);
            self.phase = Phase::Calling(calling);
        } else if status.is_success() {
            self.heard_answer(desk, *calling, at, reply.response);
        } else {
            self.heard_failure(desk, calling, at, reply);
        }
    }

    fn heard_provisional(&mut self, desk: &mut Desk, calling: &mut Calling, at: usize, response: &Response) {
        let status = response.status();
        if status == Status::TRYING || response.to_tag().is_none() {
            return;
        }
        let remote = Remote::of_response(&desk.wire, response, &calling.branches[at].path.uri);
        self.remote = Some(remote);
        let Some(reliable) = self.acknowledge_provisional(desk, &mut calling.branches[at], response) else {
            return;
        };
        let sdp = match body::sdp(response) {
            Some(sdp) if calling.offer.is_some() && !calling.settled => {
                calling.settled = reliable;
                Description::Answer(sdp)
            }
            Some(_) | None => Description::None,
        };
        desk.event(StackEvent::Progress { dialog: self.id, status, sdp });
    }

    /// The first 2xx wins; every other branch is taken back (RFC 3261 §13.2.2.4).
    fn heard_answer(&mut self, desk: &mut Desk, calling: Calling, at: usize, response: &Response) {
        let Calling { mut branches, offer, settled, .. } = calling;
        let won = branches.remove(at);
        self.sleep(desk, Deadline::Ring);
        self.sleep(desk, Deadline::Silence);
        self.remote = Some(Remote::of_response(&desk.wire, response, &won.path.uri));
        for branch in &branches {
            desk.txns.cancel(&mut desk.wire, branch.key, body::reason(Cause::AnsweredElsewhere));
        }
        let sdp = match (body::sdp(response), offer.is_some()) {
            (Some(sdp), true) if !settled => Description::Answer(sdp),
            (Some(sdp), false) => Description::Offer(sdp),
            (Some(_) | None, true) | (None, false) => Description::None,
        };
        let mut talk = Box::new(Talk::of_caller(won.key, won.cseq, &branches, offer));
        self.agree_as_caller(desk, &mut talk, response);
        match &sdp {
            Description::Offer(_) => self.wake(desk, Deadline::OfferWait, desk.wire.config.timing.offer_wait_max),
            Description::Answer(_) | Description::None => self.acknowledge(desk, &mut talk, None),
        }
        self.phase = Phase::Talking(talk);
        desk.event(StackEvent::Answered { dialog: self.id, sdp });
    }

    fn heard_failure(&mut self, desk: &mut Desk, mut calling: Box<Calling>, at: usize, reply: &Reply<'_>) {
        let mut branch = calling.branches.remove(at);
        if branch.repeats < desk.wire.config.limits.challenges_max
            && let Some(key) = self.repeat(desk, branch.path.hop, reply)
        {
            branch.cseq = self.cseq;
            branch.key = key;
            branch.repeats += 1;
            calling.branches.push(branch);
            self.phase = Phase::Calling(calling);
            return;
        }
        let end = End::by_response(reply.response);
        self.branch_failed(desk, calling, end);
    }

    pub(super) fn unheard_calling(
        &mut self,
        desk: &mut Desk,
        mut calling: Box<Calling>,
        key: ClientKey,
        failure: Failure,
    ) {
        let before = calling.branches.len();
        calling.branches.retain(|branch| branch.key != key);
        if calling.branches.len() == before {
            self.phase = Phase::Calling(calling);
            return;
        }
        let cause = match failure {
            Failure::Timeout => Cause::Timeout,
            Failure::Transport => Cause::TransportLost,
        };
        self.branch_failed(desk, calling, End::of(cause));
    }

    /// One branch less: another destination, or the end.
    fn branch_failed(&mut self, desk: &mut Desk, mut calling: Box<Calling>, end: End) {
        if calling.best.is_none_or(|best| tells_more(&end, &best)) {
            calling.best = Some(end);
        }
        let declined = end.status.is_some_and(|status| status.code() >= 600);
        let elsewhere = may_work_elsewhere(&end) && desk.wire.now.mono < calling.failover_until;
        if calling.branches.is_empty()
            && elsewhere
            && let Some(path) = calling.later.pop_front()
        {
            self.invite(desk, &mut calling, path);
        }
        let over = declined || calling.branches.is_empty();
        let best = calling.best.unwrap_or(end);
        self.phase = Phase::Calling(calling);
        if over {
            self.leave(desk, if declined { end } else { best }, None);
        }
    }

    pub(super) fn woken_calling(&mut self, desk: &mut Desk, mut calling: Box<Calling>, deadline: Deadline) {
        match deadline {
            Deadline::Silence => {
                // Nothing came, not even a 100: the destination is down, and the next gets its turn.
                for branch in calling.branches.drain(..) {
                    desk.txns.abandon(&mut desk.wire, branch.key);
                }
                self.branch_failed(desk, calling, End::of(Cause::Timeout));
            }
            Deadline::Ring => {
                self.phase = Phase::Calling(calling);
                self.leave(desk, End::of(Cause::NoAnswer), None);
            }
            Deadline::StillRinging
            | Deadline::Reliable
            | Deadline::Ack
            | Deadline::OfferWait
            | Deadline::Glare
            | Deadline::Session
            | Deadline::Flow => self.phase = Phase::Calling(calling),
        }
    }

    /// CANCEL on every branch, at once or when a provisional response allows it.
    pub(super) fn leave_calling(&mut self, desk: &mut Desk, calling: &Calling, end: End) {
        for branch in &calling.branches {
            desk.txns.cancel(&mut desk.wire, branch.key, body::reason(end.cause));
        }
        self.phase = Phase::Leaving(Leaving::with_branches(&calling.branches, end.cause));
    }
}

/// Whether a failure leaves hope for another destination of the trunk.
fn may_work_elsewhere(end: &End) -> bool {
    match end.status {
        None => matches!(end.cause, Cause::Timeout | Cause::TransportLost),
        Some(status) => matches!(status.code(), 408 | 430 | 500 | 502..=504),
    }
}

/// Which of two failures is the one to report: what a person decided, before what a person could not, before what the
/// network could not.
fn tells_more(one: &End, other: &End) -> bool {
    rank(one) > rank(other)
}

fn rank(end: &End) -> u8 {
    match end.status.map_or(0, Status::code) {
        600..=699 => 5,
        486 | 487 => 4,
        401..=407 | 409..=479 | 481..=485 | 488..=499 => 3,
        480 => 2,
        300..=599 => 1,
        _ => 0,
    }
}

/// Without an offer of ours a reliable provisional response would carry one of theirs, before anybody can answer it.
const fn extensions(offers: bool) -> &'static str {
    if offers { SUPPORTED } else { "timer, replaces, norefersub" }
}
