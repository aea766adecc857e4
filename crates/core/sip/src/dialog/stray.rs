//! Answers that nobody waits for any more: of a second phone, or to an INVITE that was taken back.

use crate::desk::Desk;
use crate::dialog::remote::Remote;
use crate::flow::{Flow, Hop};
use crate::msg::build::MessageBuilder;
use crate::msg::message::Response;
use crate::msg::method::Method;
use crate::msg::name::HeaderName;
use crate::msg::uri::Uri;
use crate::msg::value::CSeq;
use crate::msg::via::BRANCH_COOKIE;
use crate::stack::vocabulary::DialogId;
use crate::txn::Owner;

/// Acknowledges a 2xx and hangs up (RFC 3261 §13.2.2.4). A retransmission of it is acknowledged again, while the BYE has
/// its own transaction and is sent once.
pub(crate) fn stray_answer(
    desk: &mut Desk,
    response: &Response,
    flow: Flow,
    dialog: Option<DialogId>,
    reason: Option<&str>,
) {
    let Some(asked) = response.to().uri().ok() else { return };
    let remote = Remote::of_response(&desk.wire, response, &asked);
    let last = Hop::Flow(flow);
    let (uri, hop) = remote.next_hop(&desk.wire, last, crate::Reach::Source);
    let number = response.cseq().number;
    let branch = desk.wire.branch();
    let ack = head(desk, response, &remote, (&uri, &hop), &branch, (number, Method::Ack)).finish();
    desk.wire.transmit(hop, ack, dialog);

    let parts = [response.call_id().as_bytes(), remote.tag.as_bytes(), b"bye"];
    let branch = format!("{BRANCH_COOKIE}{}", desk.wire.random.print(&parts).token());
    if desk.txns.has_client(&desk.wire, &branch, &Method::Bye) {
        return;
    }
    let mut bye = head(desk, response, &remote, (&uri, &hop), &branch, (number + 1, Method::Bye));
    if let Some(reason) = reason {
        bye = bye.header(HeaderName::Reason, reason);
    }
    desk.txns.send(&mut desk.wire, Owner::Nobody, &Method::Bye, &branch, hop, bye.finish());
}

fn head(
    desk: &Desk,
    response: &Response,
    remote: &Remote,
    (uri, hop): (&Uri, &Hop),
    branch: &str,
    (number, method): (u32, Method),
) -> MessageBuilder {
    let mut builder = MessageBuilder::request(&method, uri)
        .header(HeaderName::Via, desk.wire.via(hop, branch))
        .header(HeaderName::MaxForwards, 70);
    for route in remote.routes() {
        builder = builder.raw(HeaderName::Route, route);
    }
    builder
        .copy(response, HeaderName::From)
        .copy(response, HeaderName::To)
        .header(HeaderName::CallId, response.call_id())
        .header(HeaderName::CSeq, CSeq { number, method })
}
