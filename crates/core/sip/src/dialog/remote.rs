//! The other side of a dialog: its tag, its address, the way to it.

use smallvec::SmallVec;

use crate::config::trunk::Reach;
use crate::flow::{Hop, Transport};
use crate::msg::address::NameAddr;
use crate::msg::envelope::Envelope;
use crate::msg::message::{Request, Response};
use crate::msg::name::HeaderName;
use crate::msg::uri::{Scheme, Uri};
use crate::wire::Wire;

/// See the module.
#[derive(Clone, Debug)]
pub(crate) struct Remote {
    pub(crate) tag: Box<str>,
    /// Its From or To, with the tag.
    pub(crate) value: Box<[u8]>,
    /// Where requests are meant to arrive (RFC 3261 §12.1.1).
    pub(crate) target: Uri,
    /// The route set, nearest first, as it stood in Record-Route.
    routes: SmallVec<[Box<[u8]>; 1]>,
    /// The number of its last request.
    pub(crate) cseq: Option<u32>,
}

impl Remote {
    /// The other side as a response to our INVITE shows it. `asked` is where the INVITE went, for responses without
    /// a Contact.
    pub(crate) fn of_response(wire: &Wire, response: &Response, asked: &Uri) -> Self {
        let mut routes = record_route(wire, response);
        routes.reverse();
        Self {
            tag: response.to_tag().unwrap_or_default().into(),
            value: response.first(HeaderName::To).unwrap_or_default().into(),
            target: contact_of(response).unwrap_or_else(|| asked.clone()),
            routes,
            cseq: None,
        }
    }

    /// The other side as its INVITE shows it.
    pub(crate) fn of_request(wire: &Wire, request: &Request) -> Self {
        Self {
            tag: request.from_tag().unwrap_or_default().into(),
            value: request.first(HeaderName::From).unwrap_or_default().into(),
            target: contact_of(request).unwrap_or_else(|| from_uri(request)),
            routes: record_route(wire, request),
            cseq: Some(request.cseq().number),
        }
    }

    /// A target refresh (RFC 3261 §12.2.1.2, §12.2.2).
    pub(crate) fn refresh(&mut self, message: &Envelope) {
        if let Some(target) = contact_of(message) {
            self.target = target;
        }
    }

    /// The Route fields of a request, in order. Every router is taken for a loose one (RFC 3261 §16.12).
    pub(crate) fn routes(&self) -> impl Iterator<Item = &[u8]> {
        self.routes.iter().map(|route| &**route)
    }

    /// The request-URI, and where to send.
    pub(crate) fn next_hop(&self, wire: &Wire, last: Hop, reach: Reach) -> (Uri, Hop) {
        let route = self.routes.first().and_then(|route| NameAddr::parse(route)?.uri().ok());
        let next = route.as_ref().unwrap_or(&self.target);
        let hop = match reach {
            Reach::Source if self.routes.is_empty() => last,
            Reach::Source | Reach::Contact => hop_to(wire, next, last).unwrap_or(last),
        };
        (self.target.clone(), hop)
    }
}

/// The hop to a URI that names an address; a flow that already leads there is kept. None if only the name service could
/// tell, or nobody: such a side is reached where it was heard of last.
pub(crate) fn hop_to(wire: &Wire, uri: &Uri, last: Hop) -> Option<Hop> {
    let transport = transport_of(uri);
    if matches!(transport, Transport::Ws | Transport::Wss) {
        return None;
    }
    let address = uri.host()?.at(uri.port().unwrap_or(transport.default_port()))?;
    let same_stream = last.transport() == transport && transport.is_reliable() && last.remote().ip() == address.ip();
    if same_stream || (last.transport() == transport && last.remote() == address) {
        return Some(last);
    }
    wire.config.hop(transport, address)
}

pub(crate) fn transport_of(uri: &Uri) -> Transport {
    let named = uri.transport().and_then(Transport::parse);
    let implied = if uri.scheme() == Scheme::Sips { Transport::Tls } else { Transport::Udp };
    named.unwrap_or(implied)
}

fn contact_of(message: &Envelope) -> Option<Uri> {
    message.contact().ok().flatten()?.uri().ok()
}

fn from_uri(request: &Request) -> Uri {
    request.from().uri().unwrap_or_else(|_| request.uri().clone())
}

fn record_route(wire: &Wire, message: &Envelope) -> SmallVec<[Box<[u8]>; 1]> {
    let routes = message.list(HeaderName::RecordRoute);
    routes.take(wire.config.limits.routes_max).map(Box::from).collect()
}
