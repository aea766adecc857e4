//! Tests over whole messages.

mod reading;
mod streams;
mod torture;
mod writing;

use bytes::Bytes;

use crate::msg::error::ParseError;
use crate::msg::limits::Limits;
use crate::msg::message::{Message, Request, Response};

const LIMITS: Limits = Limits {
    head_bytes_max: 16_384,
    body_bytes_max: 4096,
    field_count_max: 64,
    uri_bytes_max: 512,
    stream_bytes_max: 32_768,
};

fn parse(bytes: &[u8]) -> Result<Message, ParseError> {
    Message::parse(Bytes::copy_from_slice(bytes), &LIMITS)
}

fn request(bytes: &[u8]) -> Request {
    match parse(bytes) {
        Ok(Message::Request(request)) => request,
        other => panic!("no request: {other:?}"),
    }
}

fn response(bytes: &[u8]) -> Response {
    match parse(bytes) {
        Ok(Message::Response(response)) => response,
        other => panic!("no response: {other:?}"),
    }
}

/// An INVITE with these lines added to its head, and this body.
fn invite(lines: &str, body: &str) -> Vec<u8> {
    let lines = lines.replace('\n', "\r\n");
    format!(
        "INVITE sip:4001@192.0.2.1 SIP/2.0\r\n\
         Via: SIP/2.0/UDP 192.0.2.7:5062;branch=z9hG4bK1;rport\r\n\
         From: \"A\" <sip:a@192.0.2.7>;tag=a1\r\n\
         To: <sip:4001@192.0.2.1>\r\n\
         Call-ID: c1@192.0.2.7\r\n\
         CSeq: 7 INVITE\r\n\
         {lines}\r\n\
         {body}"
    )
    .into_bytes()
}
