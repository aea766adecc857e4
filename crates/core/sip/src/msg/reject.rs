//! Answering a request that cannot be read.

use std::net::SocketAddr;

use bytes::Bytes;

use crate::msg::address::NameAddr;
use crate::msg::build::MessageBuilder;
use crate::msg::envelope::Envelope;
use crate::msg::error::ParseError;
use crate::msg::field::Index;
use crate::msg::limits::Limits;
use crate::msg::name::HeaderName;

/// The reply to a request that [`Message::parse`](crate::Message::parse) refused with `error`, if enough of it can be
/// read to address one. `None` for responses, for ACK, and for what is no SIP at all. Send it to `source` and
/// nowhere else: a Via that cannot be read is returned as it came. Nothing is kept, so the same request again gets the
/// same reply.
pub fn reject(bytes: &Bytes, error: ParseError, source: SocketAddr, to_tag: &str, limits: &Limits) -> Option<Bytes> {
    let index = Index::read(bytes, limits).ok()?;
    let (start, end) = index.start_line;
    let line = &bytes[start..end];
    let is = |prefix: &[u8]| line.get(..prefix.len()).is_some_and(|line| line.eq_ignore_ascii_case(prefix));
    if is(b"SIP/") || is(b"ACK ") {
        return None;
    }
    let envelope = Envelope::new(bytes.clone(), index);
    for name in [HeaderName::Via, HeaderName::From, HeaderName::CallId, HeaderName::CSeq] {
        envelope.first(name)?;
    }
    // A To that cannot be read is copied as it is: a tag after an open quote would be no tag.
    let to = NameAddr::parse(envelope.first(HeaderName::To)?);
    let tag = to.filter(|to| !to.params().has("tag")).map(|_| to_tag);
    Some(MessageBuilder::reply(&envelope, source, error.status(), tag).finish())
}
