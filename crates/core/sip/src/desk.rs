//! Transactions and the wire together: what dialogs, registrations and trunks send and answer with.

use bytes::Bytes;

use crate::flow::Hop;
use crate::msg::build::MessageBuilder;
use crate::msg::message::{Message, Request};
use crate::msg::method::Method;
use crate::msg::name::HeaderName;
use crate::msg::status::Status;
use crate::msg::value::CSeq;
use crate::stack::vocabulary::StackEvent;
use crate::txn::{Arrival, ClientKey, Owner, ServerKey, Transactions};
use crate::wire::Wire;

/// The methods we take.
pub(crate) const ALLOW: &str = "INVITE, ACK, CANCEL, BYE, OPTIONS, PRACK, UPDATE, INFO, REFER, NOTIFY, REGISTER";
/// The extensions we speak.
pub(crate) const SUPPORTED: &str = "100rel, timer, replaces, norefersub";

/// See the module.
#[derive(Debug)]
pub(crate) struct Desk {
    pub(crate) wire: Wire,
    pub(crate) txns: Transactions,
}

impl Desk {
    pub(crate) fn event(&mut self, event: StackEvent) {
        self.wire.event(event);
    }

    /// Answers with nothing but a status.
    pub(crate) fn answer(&mut self, arrival: &Arrival, status: Status) {
        self.txns.answer(&mut self.wire, arrival, status);
    }

    /// Answers.
    pub(crate) fn respond(&mut self, key: ServerKey, status: Status, bytes: Bytes) {
        self.txns.respond(&mut self.wire, key, status, bytes);
    }

    /// Answers outside a dialog with a field more than a status.
    pub(crate) fn answer_with(&mut self, arrival: &Arrival, status: Status, fields: &[(HeaderName, &str)]) {
        let tag = self.txns.stateless_tag(&self.wire, &arrival.request);
        let mut builder = arrival.response(status, Some(&tag));
        for (name, value) in fields {
            builder = builder.header(*name, value);
        }
        self.respond(arrival.key, status, builder.finish());
    }

    /// Sends a request in a transaction of its own. `write` gets the request line's builder with our Via on it.
    pub(crate) fn send(
        &mut self,
        owner: Owner,
        method: &Method,
        uri: &crate::Uri,
        hop: Hop,
        write: impl FnOnce(&Wire, MessageBuilder) -> Bytes,
    ) -> ClientKey {
        let branch = self.wire.branch();
        let builder = MessageBuilder::request(method, uri)
            .header(HeaderName::Via, self.wire.via(&hop, &branch))
            .header(HeaderName::MaxForwards, 70);
        let bytes = write(&self.wire, builder);
        self.txns.send(&mut self.wire, owner, method, &branch, hop, bytes)
    }

    /// Sends a request once more with the next sequence number and the fields changed that are given. None if it
    /// cannot be read, which would be our fault.
    pub(crate) fn send_again(
        &mut self,
        owner: Owner,
        request: &Bytes,
        hop: Hop,
        cseq: u32,
        changed: &[(HeaderName, String)],
    ) -> Option<ClientKey> {
        let request = self.read_own(request)?;
        let branch = self.wire.branch();
        let method = request.method().clone();
        let builder =
            MessageBuilder::request(&method, request.uri()).header(HeaderName::Via, self.wire.via(&hop, &branch));
        let mut builder = rewrite(builder, &request, cseq, changed);
        for (name, value) in changed {
            builder = builder.header(*name, value);
        }
        let bytes = match request.body() {
            [] => builder.finish(),
            body => {
                let kind = request.first(HeaderName::ContentType).unwrap_or_default();
                builder.body(&String::from_utf8_lossy(kind), body)
            }
        };
        Some(self.txns.send(&mut self.wire, owner, &method, &branch, hop, bytes))
    }

    /// Reads a request that we wrote.
    pub(crate) fn read_own(&self, bytes: &Bytes) -> Option<Request> {
        let limits = crate::Limits { uri_bytes_max: usize::from(u16::MAX), ..self.wire.config.messages };
        match Message::parse(bytes.clone(), &limits) {
            Ok(Message::Request(request)) => Some(request),
            Ok(Message::Response(_)) | Err(_) => None,
        }
    }
}

/// Copies every field but those that change with each try.
fn rewrite(
    mut builder: MessageBuilder,
    request: &Request,
    cseq: u32,
    changed: &[(HeaderName, String)],
) -> MessageBuilder {
    let anew = [HeaderName::Via, HeaderName::ContentLength, HeaderName::ContentType];
    for (name, value) in request.fields() {
        let known = HeaderName::from_bytes(name);
        if anew.contains(&known) || changed.iter().any(|(name, _)| *name == known) {
            continue;
        }
        builder = if known == HeaderName::CSeq {
            builder.header(HeaderName::CSeq, CSeq { number: cseq, method: request.method().clone() })
        } else if let Some(name) = crate::OtherName::new(&String::from_utf8_lossy(name)) {
            builder.other(&name, String::from_utf8_lossy(value))
        } else {
            builder.raw(known, value)
        };
    }
    builder
}
