//! What the shell answers by itself when the node's inbox is full.

use std::net::SocketAddr;

use bytes::Bytes;

use crate::msg::build::MessageBuilder;
use crate::msg::limits::Limits;
use crate::msg::message::Message;
use crate::msg::method::Method;
use crate::msg::name::HeaderName;
use crate::msg::status::Status;

/// Seconds until the caller's side may try again.
const RETRY_AFTER: u32 = 5;

/// A stateless 503 to an INVITE that would begin a call (RFC 3261 §21.5.4, RFC 5390); none to anything else, which its
/// sender repeats. The tag needs no chance: nothing is kept that somebody could guess.
pub fn overload_reply(bytes: &Bytes, source: SocketAddr, limits: &Limits) -> Option<Bytes> {
    let Ok(Message::Request(request)) = Message::parse(bytes.clone(), limits) else { return None };
    if *request.method() != Method::Invite || request.to_tag().is_some() {
        return None;
    }
    let reply = MessageBuilder::response(&request, source, Status::SERVICE_UNAVAILABLE, Some("overload"));
    Some(reply.header(HeaderName::RetryAfter, RETRY_AFTER).finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits {
        head_bytes_max: 8192,
        body_bytes_max: 8192,
        field_count_max: 99,
        uri_bytes_max: 512,
        stream_bytes_max: 20_000,
    };

    fn reply(start: &str, to: &str, cseq: &str) -> Option<String> {
        let text = format!(
            "{start}\r\nVia: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bK7\r\nFrom: <sip:a@b>;tag=1\r\nTo: {to}\r\n\
             Call-ID: x\r\nCSeq: {cseq}\r\n\r\n"
        );
        let source = "192.0.2.7:5060".parse().unwrap();
        let reply = overload_reply(&Bytes::from(text), source, &LIMITS)?;
        Some(String::from_utf8(reply.to_vec()).unwrap())
    }

    #[test]
    fn only_a_new_call_is_told_to_come_back_later() {
        let busy = reply("INVITE sip:a@b SIP/2.0", "<sip:a@b>", "1 INVITE").unwrap();
        assert!(busy.starts_with("SIP/2.0 503 "), "{busy}");
        assert!(busy.contains("Retry-After: 5\r\n"), "{busy}");
        assert_eq!(reply("INVITE sip:a@b SIP/2.0", "<sip:a@b>;tag=2", "2 INVITE"), None, "a call that goes on");
        assert_eq!(reply("BYE sip:a@b SIP/2.0", "<sip:a@b>;tag=2", "2 BYE"), None);
        assert_eq!(reply("ACK sip:a@b SIP/2.0", "<sip:a@b>", "1 ACK"), None);
        assert_eq!(reply("nonsense", "<sip:a@b>", "1 INVITE"), None);
    }
}
