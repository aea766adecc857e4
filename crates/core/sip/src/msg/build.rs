//! Writing messages, once, from the first byte to the last.

use std::fmt::{self, Write};
use std::net::SocketAddr;

use bell_types::never;
use bytes::Bytes;

use crate::msg::envelope::Envelope;
use crate::msg::message::Request;
use crate::msg::method::Method;
use crate::msg::name::HeaderName;
use crate::msg::scan;
use crate::msg::status::Status;
use crate::msg::uri::Uri;
use crate::msg::via::Via;

/// What most messages fit into; a larger one grows.
const TYPICAL_BYTES: usize = 1024;

/// Writes a message. Whatever is passed as a value, no line break of it reaches the wire: each becomes a space,
/// which also undoes the folds of a copied value.
///
/// ```
/// use bell_sip::{HeaderName, MessageBuilder, Method, Uri};
///
/// let uri = Uri::parse("sip:1001@192.0.2.7").expect("a good URI");
/// let bytes = MessageBuilder::request(&Method::Options, &uri)
///     .header(HeaderName::Via, "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1;rport")
///     .header(HeaderName::MaxForwards, 70)
///     .header(HeaderName::Subject, "hello\r\nInjected: yes")
///     .finish();
/// assert!(bytes.starts_with(b"OPTIONS sip:1001@192.0.2.7 SIP/2.0\r\nVia: "));
/// assert!(bytes.ends_with(b"Subject: hello  Injected: yes\r\nContent-Length: 0\r\n\r\n"));
/// ```
#[derive(Clone, Debug)]
pub struct MessageBuilder {
    out: Line,
}

/// The name of a field that is not in [`HeaderName`]: a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherName(Box<str>);

/// Bytes under construction. Writing through [`fmt::Write`] keeps line breaks out.
#[derive(Clone, Debug)]
struct Line(Vec<u8>);

impl MessageBuilder {
    /// Begins a request.
    pub fn request(method: &Method, uri: &Uri) -> Self {
        let mut out = Line(Vec::with_capacity(TYPICAL_BYTES));
        out.line(format_args!("{method} {uri} SIP/2.0"));
        Self { out }
    }

    /// Begins a response to a request that came from `source`: Via with `received` and `rport` overwritten, From, To,
    /// Call-ID and CSeq are copied; Record-Route too where the response may make a dialog, Timestamp in a 100. If the
    /// request's To has no tag it gets `to_tag`, which is `None` only in a 100 (RFC 3261 §8.2.6).
    pub fn response(request: &Request, source: SocketAddr, status: Status, to_tag: Option<&str>) -> Self {
        let to_tag = to_tag.filter(|_| request.to_tag().is_none());
        let mut builder = Self::reply(request, source, status, to_tag);
        let makes_dialog = status > Status::TRYING && (status.is_provisional() || status.is_success());
        if makes_dialog && matches!(request.method(), Method::Invite | Method::Subscribe | Method::Refer) {
            builder = builder.copy(request, HeaderName::RecordRoute);
        }
        if status == Status::TRYING {
            builder = builder.copy(request, HeaderName::Timestamp);
        }
        builder
    }

    /// The part of a response that needs no more of a request than its fields. A tag is added whether or not To has one.
    pub(crate) fn reply(request: &Envelope, source: SocketAddr, status: Status, to_tag: Option<&str>) -> Self {
        let mut out = Line(Vec::with_capacity(TYPICAL_BYTES));
        out.line(format_args!("SIP/2.0 {status}"));
        let mut builder = Self { out }.vias(request, source);
        builder = builder.copy(request, HeaderName::From);
        let to = request.first(HeaderName::To).unwrap_or_default();
        builder.out.name(HeaderName::To.as_str());
        builder.out.value(to);
        if let Some(tag) = to_tag {
            builder.out.push(b";tag=");
            builder.out.value(tag.as_bytes());
        }
        builder.out.end(b"");
        builder.copy(request, HeaderName::CallId).copy(request, HeaderName::CSeq)
    }

    fn vias(mut self, request: &Envelope, source: SocketAddr) -> Self {
        let mut top = true;
        for field in request.all(HeaderName::Via) {
            for value in scan::split(field, b',') {
                match Via::parse(value).filter(|_| top) {
                    Some(via) => self = self.header(HeaderName::Via, via.stamped(source)),
                    None => self = self.raw(HeaderName::Via, value),
                }
                top = false;
            }
        }
        self
    }

    /// Adds a field. [`HeaderName::Other`] names none; see [`other`](Self::other).
    pub fn header(mut self, name: HeaderName, value: impl fmt::Display) -> Self {
        if never!(name == HeaderName::Other, "a field without a name") {
            return self;
        }
        self.out.name(name.as_str());
        self.out.line(format_args!("{value}"));
        self
    }

    /// Adds a field whose value is bytes, such as one copied from another message.
    pub fn raw(mut self, name: HeaderName, value: &[u8]) -> Self {
        if never!(name == HeaderName::Other, "a field without a name") {
            return self;
        }
        self.out.name(name.as_str());
        self.out.value(value);
        self.out.end(b"");
        self
    }

    /// Adds a field with a name we do not know.
    pub fn other(mut self, name: &OtherName, value: impl fmt::Display) -> Self {
        self.out.name(&name.0);
        self.out.line(format_args!("{value}"));
        self
    }

    /// Copies every field of this name.
    pub fn copy(mut self, from: &Envelope, name: HeaderName) -> Self {
        for value in from.all(name) {
            self = self.raw(name, value);
        }
        self
    }

    /// Ends the message without a body.
    pub fn finish(self) -> Bytes {
        self.end(&[])
    }

    /// Ends the message with a body of this type: `application/sdp`.
    pub fn body(self, content_type: &str, body: &[u8]) -> Bytes {
        self.header(HeaderName::ContentType, content_type).end(body)
    }

    fn end(self, body: &[u8]) -> Bytes {
        let mut out = self.header(HeaderName::ContentLength, body.len()).out;
        out.end(b"");
        out.push(body);
        Bytes::from(out.0)
    }
}

impl OtherName {
    /// The name, if it is a token and none that [`HeaderName`] has.
    pub fn new(name: &str) -> Option<Self> {
        let unknown = HeaderName::from_bytes(name.as_bytes()) == HeaderName::Other;
        let token = scan::token(name.as_bytes()).filter(|token| unknown && *token == name)?;
        Some(Self(token.into()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Line {
    fn push(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    fn name(&mut self, name: &str) {
        self.push(name.as_bytes());
        self.push(b": ");
    }

    fn value(&mut self, bytes: &[u8]) {
        if !bytes.iter().any(|byte| breaks(*byte)) {
            return self.push(bytes);
        }
        self.0.extend(bytes.iter().map(|byte| if breaks(*byte) { b' ' } else { *byte }));
    }

    fn line(&mut self, value: fmt::Arguments<'_>) {
        // Writing into memory cannot fail; a value whose own `Display` fails is cut where it failed.
        let _ = self.write_fmt(value);
        self.end(b"");
    }

    fn end(&mut self, bytes: &[u8]) {
        self.push(bytes);
        self.push(b"\r\n");
    }
}

impl Write for Line {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.value(text.as_bytes());
        Ok(())
    }
}

const fn breaks(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}

/// A quoted string to write.
pub(crate) struct Quoted<'a>(pub(crate) &'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"")?;
        for part in self.0.split_inclusive(['"', '\\']) {
            match part.strip_suffix(['"', '\\']) {
                Some(plain) => write!(f, "{plain}\\{}", &part[plain.len()..])?,
                None => f.write_str(part)?,
            }
        }
        f.write_str("\"")
    }
}
