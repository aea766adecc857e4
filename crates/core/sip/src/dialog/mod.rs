//! Dialogs (RFC 3261 §12 to §15): one call leg from its INVITE to the end of its last transaction.
//!
//! A dialog says `Ended` once, at the moment the call is over for its user; what SIP still has to clear away (a CANCEL on
//! its way, an answer that crossed it, a BYE) it does silently, and is gone when nothing is left.

pub(crate) mod deadline;

mod body;
mod called;
mod calling;
mod leaving;
mod negotiation;
mod refer;
mod remote;
mod repeat;
mod session;
mod stray;
mod talking;

use bell_types::Cause;
use bytes::Bytes;
use smallvec::SmallVec;

use crate::config::trunk::Reach;
use crate::desk::Desk;
use crate::dialog::called::Called;
use crate::dialog::calling::Calling;
use crate::dialog::deadline::Deadline;
use crate::dialog::leaving::Leaving;
use crate::dialog::remote::Remote;
use crate::dialog::talking::Talk;
use crate::flow::{Flow, Hop};
use crate::msg::build::MessageBuilder;
use crate::msg::message::{Request, Response};
use crate::msg::method::Method;
use crate::msg::name::HeaderName;
use crate::msg::status::Status;
use crate::msg::uri::Uri;
use crate::msg::value::CSeq;
use crate::stack::vocabulary::{DialogId, Peer, StackEvent};
use crate::txn::{Arrival, ClientKey, Failure, Owner};
use crate::wire::Wake;

pub(crate) use body::{Body, body};
pub(crate) use calling::{Path, Plan};
pub(crate) use repeat::credentials;
pub(crate) use stray::stray_answer;

/// See the module.
#[derive(Debug)]
pub(crate) struct Dialog {
    pub(crate) id: DialogId,
    pub(crate) peer: Peer,
    pub(crate) call_id: Box<str>,
    pub(crate) local_tag: Box<str>,
    /// Our From or To, with the tag.
    local: Box<[u8]>,
    pub(crate) remote: Option<Remote>,
    /// The number of the last request we sent.
    cseq: u32,
    /// Where the other side was last heard of.
    hop: Hop,
    reach: Reach,
    contact_user: Box<str>,
    phase: Phase,
    ended: bool,
    /// Requests of ours other than INVITE that wait for their response.
    asked: SmallVec<[(ClientKey, Ask); 2]>,
}

#[derive(Debug)]
enum Phase {
    /// Our INVITE has no final response.
    Calling(Box<Calling>),
    /// Their INVITE has no final response.
    Called(Box<Called>),
    /// There was a 2xx.
    Talking(Box<Talk>),
    /// The call is over, SIP is not.
    Leaving(Leaving),
    Gone,
}

/// What a request of ours was for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ask {
    Bye,
    /// Whatever comes back changes nothing.
    Notice,
}

/// How a dialog ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct End {
    pub(crate) cause: Cause,
    pub(crate) status: Option<Status>,
    pub(crate) q850: Option<u8>,
}

/// A response with all that belongs to it.
#[derive(Debug)]
pub(crate) struct Reply<'a> {
    pub(crate) key: ClientKey,
    pub(crate) flow: Flow,
    pub(crate) response: &'a Response,
    /// With the first final response.
    pub(crate) request: Option<Bytes>,
}

impl End {
    pub(crate) const fn of(cause: Cause) -> Self {
        Self { cause, status: None, q850: None }
    }

    /// What a final response tells.
    pub(crate) fn by_response(response: &Response) -> Self {
        let cause = Cause::from_sip_status(response.status().code());
        Self { cause, status: Some(response.status()), q850: body::q850(response) }
    }
}

impl Dialog {
    /// Whether nothing is left to do.
    pub(crate) const fn is_gone(&self) -> bool {
        matches!(self.phase, Phase::Gone)
    }

    /// Whether `Ended` was said.
    pub(crate) const fn has_ended(&self) -> bool {
        self.ended
    }

    /// Whether the remote side of this dialog has this tag; before the call is answered any branch may speak.
    pub(crate) fn is_with(&self, remote_tag: &str) -> bool {
        match (&self.phase, &self.remote) {
            (Phase::Calling(_), _) | (_, None) => true,
            (_, Some(remote)) => *remote.tag == *remote_tag,
        }
    }

    /// Whether it is signalled on this flow.
    pub(crate) fn is_on(&self, flow: Flow) -> bool {
        self.hop == Hop::Flow(flow)
    }

    /// The other side spoke on this flow: from now on it is reached there.
    pub(crate) fn heard_on(&mut self, desk: &mut Desk, flow: Flow) {
        if !self.is_on(flow) {
            self.hop = Hop::Flow(flow);
            self.sleep(desk, Deadline::Flow);
        }
    }

    /// Whether the page that made this call is gone, now that its phone is at this contact: the connection closed, and pages
    /// draw another name each time they are loaded (RFC 7118 §5).
    pub(crate) fn was_of_another_page(&self, desk: &Desk, contact: &Uri) -> bool {
        let is_cut = desk.wire.timers.is_set(&Wake::Dialog(self.id, Deadline::Flow));
        let target = self.remote.as_ref().map(|remote| &remote.target);
        is_cut && target.is_some_and(|target| target.is_of_page() && contact.is_of_page() && !target.same_as(contact))
    }

    /// Whether a request comes after the last one, by its number (RFC 3261 §12.2.2).
    pub(crate) fn in_order(&mut self, request: &Request) -> bool {
        let Some(remote) = &mut self.remote else { return true };
        let number = request.cseq().number;
        let in_order = remote.cseq.is_none_or(|last| number >= last);
        if in_order {
            remote.cseq = Some(number);
        }
        in_order
    }

    /// An INVITE on a dialog whose first INVITE has no final response (RFC 3261 §14.2).
    pub(crate) fn second_invite_received(&self, desk: &mut Desk, arrival: &Arrival) {
        match &self.phase {
            Phase::Called(_) => {
                let wait = desk.wire.random.below(10).to_string();
                desk.answer_with(arrival, Status::SERVER_ERROR, &[(HeaderName::RetryAfter, &wait)]);
            }
            Phase::Calling(_) => desk.answer(arrival, Status::REQUEST_PENDING),
            Phase::Talking(_) | Phase::Leaving(_) | Phase::Gone => desk.answer(arrival, Status::NO_SUCH_CALL),
        }
    }

    /// Whether the call is up.
    pub(crate) const fn is_talking(&self) -> bool {
        matches!(self.phase, Phase::Talking(_))
    }

    /// A response to a request of ours.
    pub(crate) fn heard(&mut self, desk: &mut Desk, reply: &Reply<'_>) {
        if reply.response.cseq().method == Method::Cancel {
            return;
        }
        self.heard_on(desk, reply.flow);
        if let Some(at) = self.asked.iter().position(|(key, _)| *key == reply.key) {
            return self.heard_ask(desk, at, reply);
        }
        match std::mem::replace(&mut self.phase, Phase::Gone) {
            Phase::Calling(calling) => self.heard_calling(desk, calling, reply),
            Phase::Talking(talk) => self.heard_talking(desk, talk, reply),
            Phase::Leaving(leaving) => self.heard_leaving(desk, leaving, reply),
            phase @ (Phase::Called(_) | Phase::Gone) => self.phase = phase,
        }
    }

    /// A request of ours got no response.
    pub(crate) fn unheard(&mut self, desk: &mut Desk, key: ClientKey, failure: Failure) {
        if let Some(at) = self.asked.iter().position(|(asked, _)| *asked == key) {
            return self.unheard_ask(desk, at);
        }
        match std::mem::replace(&mut self.phase, Phase::Gone) {
            Phase::Calling(calling) => self.unheard_calling(desk, calling, key, failure),
            Phase::Talking(talk) => self.unheard_talking(desk, talk, key),
            Phase::Leaving(leaving) => self.unheard_leaving(leaving, key),
            phase @ (Phase::Called(_) | Phase::Gone) => self.phase = phase,
        }
    }

    /// A deadline of this dialog.
    pub(crate) fn woken(&mut self, desk: &mut Desk, deadline: Deadline) {
        match std::mem::replace(&mut self.phase, Phase::Gone) {
            Phase::Calling(calling) => self.woken_calling(desk, calling, deadline),
            Phase::Called(called) => self.woken_called(desk, called, deadline),
            Phase::Talking(talk) => self.woken_talking(desk, talk, deadline),
            Phase::Leaving(leaving) => self.woken_leaving(desk, leaving, deadline),
            Phase::Gone => {}
        }
    }

    /// We end the call, whatever state it is in.
    pub(crate) fn end(&mut self, desk: &mut Desk, cause: Cause) {
        self.leave(desk, End::of(cause), None);
    }

    /// Ends the call: says so once, and does what SIP wants in this state. `status` is what an unanswered caller gets,
    /// if not the status of the cause.
    pub(crate) fn leave(&mut self, desk: &mut Desk, end: End, status: Option<Status>) {
        self.say_ended(desk, end);
        match std::mem::replace(&mut self.phase, Phase::Gone) {
            Phase::Calling(calling) => self.leave_calling(desk, &calling, end),
            Phase::Called(called) => self.leave_called(desk, &called, end, status),
            Phase::Talking(talk) => self.leave_talking(desk, *talk, end),
            Phase::Leaving(leaving) => self.phase = Phase::Leaving(leaving),
            Phase::Gone => {}
        }
        self.settle(desk);
    }

    /// The connection that the call was signalled on closed. An answered call may go on on another.
    pub(crate) fn flow_closed(&mut self, desk: &mut Desk, flow: Flow) {
        if self.hop != Hop::Flow(flow) {
            return;
        }
        match &self.phase {
            Phase::Called(_) => self.leave(desk, End::of(Cause::TransportLost), None),
            Phase::Talking(_) => {
                let grace = desk.wire.config.timing.flow_grace;
                desk.wire.wake_in(Wake::Dialog(self.id, Deadline::Flow), grace);
            }
            // What was asked on it has failed by itself.
            Phase::Calling(_) | Phase::Leaving(_) | Phase::Gone => {}
        }
    }

    fn say_ended(&mut self, desk: &mut Desk, end: End) {
        if self.ended {
            return;
        }
        self.ended = true;
        for deadline in Deadline::ALL {
            desk.wire.timers.clear(&Wake::Dialog(self.id, deadline));
        }
        let End { cause, status, q850 } = end;
        desk.event(StackEvent::Ended { dialog: self.id, cause, sip_status: status, q850 });
    }

    fn next_cseq(&mut self) -> u32 {
        self.cseq += 1;
        self.cseq
    }

    fn wake(&self, desk: &mut Desk, deadline: Deadline, delay: std::time::Duration) {
        desk.wire.wake_in(Wake::Dialog(self.id, deadline), delay);
    }

    fn sleep(&self, desk: &mut Desk, deadline: Deadline) {
        desk.wire.timers.clear(&Wake::Dialog(self.id, deadline));
    }

    /// Sends a request within the dialog.
    fn request(
        &mut self,
        desk: &mut Desk,
        method: &Method,
        write: impl FnOnce(MessageBuilder) -> Bytes,
    ) -> Option<ClientKey> {
        let cseq = self.next_cseq();
        let remote = self.remote.as_ref()?;
        let (uri, hop) = remote.next_hop(&desk.wire, self.hop, self.reach);
        let contact = desk.wire.contact(&hop, &self.contact_user);
        let wants_contact = matches!(method, Method::Invite | Method::Update | Method::Refer | Method::Notify);
        Some(desk.send(Owner::Dialog(self.id), method, &uri, hop, |_, builder| {
            let mut builder = self.fields(remote, builder, method, cseq);
            if wants_contact {
                builder = builder.header(HeaderName::Contact, contact);
            }
            write(builder)
        }))
    }

    /// Route, From, To, Call-ID, CSeq.
    fn fields(&self, remote: &Remote, mut builder: MessageBuilder, method: &Method, cseq: u32) -> MessageBuilder {
        for route in remote.routes() {
            builder = builder.raw(HeaderName::Route, route);
        }
        builder
            .raw(HeaderName::From, &self.local)
            .raw(HeaderName::To, &remote.value)
            .header(HeaderName::CallId, &self.call_id)
            .header(HeaderName::CSeq, CSeq { number: cseq, method: method.clone() })
    }

    /// A response of ours within the dialog, with our Contact.
    fn response(&self, desk: &Desk, arrival: &Arrival, status: Status) -> MessageBuilder {
        let contact = desk.wire.contact(&Hop::Flow(arrival.flow), &self.contact_user);
        arrival
            .response(status, Some(&self.local_tag))
            .header(HeaderName::Contact, contact)
            .header(HeaderName::Server, &desk.wire.config.product)
    }

    /// The call, if it was answered; to be put back.
    fn take_talk(&mut self) -> Option<Box<Talk>> {
        match std::mem::replace(&mut self.phase, Phase::Gone) {
            Phase::Talking(talk) => Some(talk),
            phase @ (Phase::Calling(_) | Phase::Called(_) | Phase::Leaving(_) | Phase::Gone) => {
                self.phase = phase;
                None
            }
        }
    }

    /// The call, if it reached us and waits for our answer; to be put back.
    fn take_called(&mut self) -> Option<Box<Called>> {
        match std::mem::replace(&mut self.phase, Phase::Gone) {
            Phase::Called(called) => Some(called),
            phase @ (Phase::Calling(_) | Phase::Talking(_) | Phase::Leaving(_) | Phase::Gone) => {
                self.phase = phase;
                None
            }
        }
    }

    /// Gone when nothing is left.
    fn settle(&mut self, desk: &mut Desk) {
        let done = match &self.phase {
            Phase::Leaving(leaving) => leaving.is_done() && self.asked.is_empty(),
            Phase::Gone => true,
            Phase::Calling(_) | Phase::Called(_) | Phase::Talking(_) => false,
        };
        if done {
            self.phase = Phase::Gone;
            for deadline in Deadline::ALL {
                desk.wire.timers.clear(&Wake::Dialog(self.id, deadline));
            }
        }
    }
}
