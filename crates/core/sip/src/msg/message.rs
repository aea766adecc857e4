//! A request or a response.

use std::borrow::Cow;
use std::ops::Deref;

use bytes::Bytes;

use crate::msg::address::NameAddr;
use crate::msg::decode;
use crate::msg::envelope::Envelope;
use crate::msg::error::{HeaderError, ParseError};
use crate::msg::field::Index;
use crate::msg::limits::Limits;
use crate::msg::method::Method;
use crate::msg::name::HeaderName;
use crate::msg::scan;
use crate::msg::status::Status;
use crate::msg::uri::Uri;
use crate::msg::value::CSeq;

const VERSION: &[u8] = b"SIP/2.0";

/// A SIP message.
#[derive(Clone, Debug)]
pub enum Message {
    /// A request.
    Request(Request),
    /// A response.
    Response(Response),
}

/// A request. It derefs to its header fields and body.
#[derive(Clone, Debug)]
pub struct Request {
    method: Method,
    uri: Uri,
    envelope: Envelope,
}

/// A response. It derefs to its header fields and body.
#[derive(Clone, Debug)]
pub struct Response {
    status: Status,
    /// Where the reason phrase stands in the bytes.
    reason: (usize, usize),
    envelope: Envelope,
}

/// The two kinds of first line.
enum StartLine {
    Request(Method, Uri),
    Response(Status, (usize, usize)),
}

impl Message {
    /// Reads one message: a datagram, or what [`Framer`](crate::Framer) cut out of a stream. What follows the body is
    /// cut off; without Content-Length the body goes to the end.
    pub fn parse(mut bytes: Bytes, limits: &Limits) -> Result<Self, ParseError> {
        let index = Index::read(&bytes, limits)?;
        let start = read_start_line(&bytes, index.start_line, limits)?;
        let length = content_length(&bytes, &index)?;
        let arrived = bytes.len() - index.body;
        let length = length.unwrap_or(arrived);
        if length > arrived {
            return Err(ParseError::BodyShort);
        }
        if length > limits.body_bytes_max {
            return Err(ParseError::BodyTooLarge);
        }
        bytes.truncate(index.body + length);
        let envelope = Envelope::new(bytes, index);
        let cseq = check(&envelope)?;
        match start {
            StartLine::Request(method, _) if method != cseq.method => Err(ParseError::MethodMismatch),
            StartLine::Request(method, uri) => Ok(Self::Request(Request { method, uri, envelope })),
            StartLine::Response(status, reason) => Ok(Self::Response(Response { status, reason, envelope })),
        }
    }

    /// The header fields and the body.
    pub const fn envelope(&self) -> &Envelope {
        match self {
            Self::Request(request) => &request.envelope,
            Self::Response(response) => &response.envelope,
        }
    }
}

impl Request {
    /// The method.
    pub const fn method(&self) -> &Method {
        &self.method
    }

    /// The Request-URI.
    pub const fn uri(&self) -> &Uri {
        &self.uri
    }
}

impl Response {
    /// The status.
    pub const fn status(&self) -> Status {
        self.status
    }

    /// The reason phrase, decoded.
    pub fn reason_phrase(&self) -> Cow<'_, str> {
        let (start, end) = self.reason;
        decode::text(&self.envelope.bytes()[start..end])
    }
}

// A request is its envelope with a first line on it; callers should not have to say so at every header they read.
impl Deref for Request {
    type Target = Envelope;

    fn deref(&self) -> &Envelope {
        &self.envelope
    }
}

impl Deref for Response {
    type Target = Envelope;

    fn deref(&self) -> &Envelope {
        &self.envelope
    }
}

fn read_start_line(bytes: &[u8], (start, end): (usize, usize), limits: &Limits) -> Result<StartLine, ParseError> {
    let line = &bytes[start..end];
    let (first, rest) = split_at_space(line).ok_or(ParseError::StartLine)?;
    if first.get(..4).is_some_and(|name| name.eq_ignore_ascii_case(b"SIP/")) {
        return read_status_line(first, rest, end);
    }
    let method = Method::from_bytes(first).filter(|_| !scan::is_space(first[0]));
    let method = method.ok_or(ParseError::StartLine)?;
    // The version is the last word, so that a space within the URI is a fault of the URI (RFC 4475 §3.1.2.9).
    let space = rest.iter().rposition(|byte| *byte == b' ').ok_or(ParseError::StartLine)?;
    let (uri, version) = (&rest[..space], &rest[space + 1..]);
    if !version.eq_ignore_ascii_case(VERSION) {
        let other_version = version.get(..4).is_some_and(|name| name.eq_ignore_ascii_case(b"SIP/"));
        return Err(if other_version { ParseError::Version } else { ParseError::StartLine });
    }
    if uri.len() > limits.uri_bytes_max {
        return Err(ParseError::UriTooLong);
    }
    let uri = Uri::from_bytes(uri).map_err(ParseError::RequestUri)?;
    Ok(StartLine::Request(method, uri))
}

fn read_status_line(version: &[u8], rest: &[u8], end: usize) -> Result<StartLine, ParseError> {
    if !version.eq_ignore_ascii_case(VERSION) {
        return Err(ParseError::Version);
    }
    // Some peers leave out the space before an empty phrase.
    let (code, phrase) = split_at_space(rest).unwrap_or((rest, b""));
    let digits = code.len() == 3 && code.iter().all(u8::is_ascii_digit);
    let code = scan::number(code).filter(|_| digits).and_then(|code| u16::try_from(code).ok());
    let status = code.and_then(Status::new).ok_or(ParseError::StatusCode)?;
    Ok(StartLine::Response(status, (end - phrase.len(), end)))
}

fn split_at_space(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let space = line.iter().position(|byte| *byte == b' ')?;
    Some((&line[..space], &line[space + 1..])).filter(|(first, _)| !first.is_empty())
}

fn content_length(bytes: &[u8], index: &Index) -> Result<Option<usize>, HeaderError> {
    let mut lengths = index.fields.iter().filter(|field| field.name == HeaderName::ContentLength);
    let Some(length) = lengths.next() else {
        return Ok(None);
    };
    if lengths.next().is_some() {
        return Err(HeaderError::Repeated(HeaderName::ContentLength));
    }
    let length = scan::number(length.value_in(bytes)).ok_or(HeaderError::Malformed(HeaderName::ContentLength))?;
    Ok(Some(length as usize))
}

/// Makes sure of what every message must have (RFC 3261 §8.1.1), so that nobody has to ask again.
fn check(envelope: &Envelope) -> Result<CSeq, HeaderError> {
    let via = envelope.vias().next().ok_or(HeaderError::Missing(HeaderName::Via))?;
    via?;
    for name in [HeaderName::From, HeaderName::To] {
        let address = NameAddr::parse(only(envelope, name)?);
        // An empty tag, or one that is no text, could be matched with nothing, and a second one would be ambiguous.
        let tagged = |address: &NameAddr<'_>| address.tag().is_some() || !address.params().has("tag");
        address.filter(tagged).ok_or(HeaderError::Malformed(name))?;
    }
    scan::word(only(envelope, HeaderName::CallId)?).ok_or(HeaderError::Malformed(HeaderName::CallId))?;
    CSeq::parse(only(envelope, HeaderName::CSeq)?).ok_or(HeaderError::Malformed(HeaderName::CSeq))
}

fn only(envelope: &Envelope, name: HeaderName) -> Result<&[u8], HeaderError> {
    let mut values = envelope.all(name);
    let value = values.next().ok_or(HeaderError::Missing(name))?;
    match values.next() {
        Some(_) => Err(HeaderError::Repeated(name)),
        None => Ok(value),
    }
}
