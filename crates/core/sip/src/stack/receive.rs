//! What arrives: to whom it belongs.

use bytes::Bytes;

use crate::desk::{ALLOW, SUPPORTED};
use crate::dialog::stray_answer;
use crate::flow::{Flow, Hop};
use crate::msg::build::MessageBuilder;
use crate::msg::error::ParseError;
use crate::msg::message::{Message, Request, Response};
use crate::msg::method::Method;
use crate::msg::name::HeaderName;
use crate::msg::status::Status;
use crate::msg::uri::Uri;
use crate::msg::value::Replaces;
use crate::msg::via::ReplyPort;
use crate::stack::Stack;
use crate::stack::vocabulary::{DialogId, ReferReplaces};
use crate::trunk::Trunks;
use crate::txn::{Arrival, Heard, Owner};

/// The extensions we do when a request demands them.
const EXTENSIONS: [&str; 4] = ["100rel", "timer", "replaces", "norefersub"];

impl Stack {
    pub(super) fn received(&mut self, flow: Flow, bytes: &Bytes) {
        match Message::parse(bytes.clone(), &self.desk.wire.config.messages) {
            Ok(Message::Request(request)) => self.request(flow, request),
            Ok(Message::Response(response)) => self.response(flow, &response),
            Err(error) => self.unreadable(flow, bytes, error),
        }
    }

    /// A peer we know is told what is wrong; others are not.
    fn unreadable(&mut self, flow: Flow, bytes: &Bytes, error: ParseError) {
        if !self.is_known(&flow) {
            return;
        }
        let tag = self.desk.wire.random.token();
        let limits = self.desk.wire.config.messages;
        if let Some(reply) = crate::msg::reject::reject(bytes, error, flow.remote(), &tag, &limits) {
            self.desk.wire.transmit(Hop::Flow(flow), reply, None);
        }
    }

    pub(super) fn trace(&mut self, dialog: DialogId, flow: &Flow, bytes: &Bytes) {
        self.desk.wire.trace(dialog, flow, bytes);
    }

    fn response(&mut self, flow: Flow, response: &Response) {
        let Some(Heard { key, owner, request }) = self.desk.txns.hear(&mut self.desk.wire, response) else { return };
        match owner {
            Owner::Dialog(id) if self.calls.contains_key(&id) => {
                self.trace(id, &flow, response.bytes());
                let reply = crate::dialog::Reply { key, flow, response, request };
                self.with(id, |desk, dialog| dialog.heard(desk, &reply));
            }
            Owner::Dialog(_) | Owner::Nobody => {
                let answer = response.status().is_success() && response.cseq().method == Method::Invite;
                if answer {
                    stray_answer(&mut self.desk, response, flow, None, None);
                }
            }
            Owner::Trunk(name) => self.trunks.heard(&mut self.desk, &name, key, response, request.as_ref()),
        }
    }

    fn request(&mut self, flow: Flow, request: Request) {
        if self.desk.txns.absorb(&mut self.desk.wire, flow, &request) {
            return;
        }
        match request.method() {
            Method::Ack => self.ack(flow, &request),
            Method::Cancel => self.cancel(flow, request),
            _ if request.to_tag().is_some() => self.within(flow, request),
            _ => self.outside(flow, request),
        }
    }

    /// The dialog that a request of the other side belongs to.
    fn dialog_of(&self, request: &Request) -> Option<DialogId> {
        self.find(request.call_id(), request.to_tag()?, request.from_tag().unwrap_or_default())
    }

    fn ack(&mut self, flow: Flow, request: &Request) {
        if let Some(id) = self.dialog_of(request) {
            self.trace(id, &flow, request.bytes());
            self.with(id, |desk, dialog| {
                dialog.heard_on(desk, flow);
                dialog.acked(desk, request);
            });
        }
    }

    fn cancel(&mut self, flow: Flow, request: Request) {
        let Some((invite, owner)) = self.desk.txns.cancelled(&self.desk.wire, &request) else {
            return self.unknown(flow, request);
        };
        let arrival = self.open(flow, request);
        if let Some(id) = owner {
            self.desk.txns.set_owner(arrival.key, id);
            self.trace(id, &flow, arrival.request.bytes());
        }
        self.desk.answer(&arrival, Status::OK);
        if let Some(id) = owner {
            self.with(id, |desk, dialog| dialog.cancel_received(desk, invite, &arrival.request));
        }
    }

    /// A request that names a dialog or transaction we do not have.
    fn unknown(&mut self, flow: Flow, request: Request) {
        if self.is_known(&flow) {
            let arrival = self.open(flow, request);
            self.desk.answer(&arrival, Status::NO_SUCH_CALL);
        }
    }

    pub(super) fn open(&mut self, flow: Flow, request: Request) -> Arrival {
        let trunk = Trunks::of_source(&self.desk.wire.config, flow.remote().ip());
        let port = trunk.map_or(ReplyPort::AsAsked, |(_, trunk)| trunk.reply_port);
        self.desk.txns.open(&mut self.desk.wire, flow, request, port)
    }

    /// Whether messages on this flow come from a trunk or phone of ours.
    pub(super) fn is_known(&self, flow: &Flow) -> bool {
        self.registrar.knows(flow) || Trunks::of_source(&self.desk.wire.config, flow.remote().ip()).is_some()
    }

    fn within(&mut self, flow: Flow, request: Request) {
        let Some(id) = self.dialog_of(&request) else { return self.unknown(flow, request) };
        self.trace(id, &flow, request.bytes());
        let arrival = self.open(flow, request);
        self.desk.txns.set_owner(arrival.key, id);
        if self.demands_too_much(&arrival) {
            return;
        }
        let referral = self.read_refer(&arrival.request);
        self.with(id, |desk, dialog| {
            dialog.heard_on(desk, flow);
            if !dialog.in_order(&arrival.request) {
                return desk.answer(&arrival, Status::SERVER_ERROR);
            }
            match arrival.request.method() {
                Method::Bye => dialog.bye_received(desk, &arrival),
                Method::Invite | Method::Update if dialog.is_talking() => dialog.offer_received(desk, arrival),
                Method::Invite => dialog.second_invite_received(desk, &arrival),
                Method::Update => dialog.early_update_received(desk, &arrival),
                Method::Prack => dialog.prack_received(desk, &arrival),
                Method::Info => dialog.info_received(desk, &arrival),
                Method::Options => answer_options(desk, &arrival),
                Method::Refer => match referral {
                    Some((target, replaces)) => dialog.refer_received(desk, &arrival, target, replaces),
                    None => desk.answer(&arrival, Status::BAD_REQUEST),
                },
                Method::Notify => desk.answer(&arrival, Status::NO_SUCH_CALL),
                method => refuse_method(desk, &arrival, method),
            }
        });
    }

    /// Where a REFER leads, and whose place the target takes. A phone that transfers its second call names that call in
    /// Replaces, and we are its other end.
    fn read_refer(&self, request: &Request) -> Option<(Uri, ReferReplaces)> {
        if *request.method() != Method::Refer {
            return None;
        }
        let target = request.address(HeaderName::ReferTo).ok()??.uri().ok()?;
        let Some(value) = target.header("Replaces") else {
            return Some((target.without_headers(), ReferReplaces::Nobody));
        };
        let replaces = Replaces::parse(value.as_bytes())?;
        let Replaces { call_id, to_tag, from_tag, .. } = &replaces;
        let ours = self.find(call_id, to_tag, from_tag).or_else(|| self.find(call_id, from_tag, to_tag));
        let whose = ours.map_or(ReferReplaces::Elsewhere(replaces), ReferReplaces::Dialog);
        Some((target.without_headers(), whose))
    }

    /// 420 for extensions that are demanded and that we do not have (RFC 3261 §8.2.2.3). Whether it was sent.
    pub(super) fn demands_too_much(&mut self, arrival: &Arrival) -> bool {
        let known = |token: &&str| EXTENSIONS.iter().any(|known| known.eq_ignore_ascii_case(token));
        let unknown: Vec<_> = arrival.request.tokens(HeaderName::Require).filter(|token| !known(token)).collect();
        if unknown.is_empty() {
            return false;
        }
        let unknown = unknown.join(", ");
        self.desk.answer_with(arrival, Status::BAD_EXTENSION, &[(HeaderName::Unsupported, &unknown)]);
        true
    }

    /// Answers without a transaction, so that a flood leaves nothing behind.
    pub(super) fn answer_statelessly(&mut self, flow: Flow, request: &Request, status: Status) {
        let tag = self.desk.txns.stateless_tag(&self.desk.wire, request);
        let mut builder = MessageBuilder::response(request, flow.remote(), status, Some(&tag));
        if status == Status::SERVICE_UNAVAILABLE {
            builder = builder.header(HeaderName::RetryAfter, self.desk.wire.config.limits.retry_after.as_secs());
        }
        let reply = flow.towards(request.via().reply_to(flow.remote(), ReplyPort::AsAsked));
        let bytes = builder.finish();
        // A stranger never gets more than he sent: nobody can use us to flood a third party.
        if self.is_known(&flow) || bytes.len() <= request.bytes().len() {
            self.desk.wire.transmit(Hop::Flow(reply), bytes, None);
        }
    }
}

/// What we can do (RFC 3261 §11.2).
pub(super) fn answer_options(desk: &mut crate::desk::Desk, arrival: &Arrival) {
    desk.answer_with(
        arrival,
        Status::OK,
        &[
            (HeaderName::Accept, "application/sdp, application/dtmf-relay, application/dtmf"),
            (HeaderName::Allow, ALLOW),
            (HeaderName::Supported, SUPPORTED),
        ],
    );
}

/// 405 for a method we know and do not take here, 501 for one we do not know.
pub(super) fn refuse_method(desk: &mut crate::desk::Desk, arrival: &Arrival, method: &Method) {
    let known = !matches!(method, Method::Other(_));
    let status = if known { Status::METHOD_NOT_ALLOWED } else { Status::NOT_IMPLEMENTED };
    desk.answer_with(arrival, status, &[(HeaderName::Allow, ALLOW)]);
}
