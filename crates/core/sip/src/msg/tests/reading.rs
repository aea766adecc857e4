//! What a message tells that was read.

use std::net::SocketAddr;

use bell_types::Cause;
use bytes::Bytes;

use crate::msg::envelope::Contacts;
use crate::msg::error::{HeaderError, ParseError};
use crate::msg::message::Message;
use crate::msg::method::Method;
use crate::msg::name::HeaderName;
use crate::msg::status::Status;
use crate::msg::tests::{LIMITS, invite, parse, request, response};
use crate::msg::value::Refresher;

fn fault(bytes: &[u8]) -> ParseError {
    parse(bytes).expect_err("it is wrong")
}

#[test]
fn notes_6_a_gbk_name_spoils_no_later_header_and_no_body() {
    let request = request(include_bytes!("../../../fuzz-corpus/message/gbk_name.sip"));
    assert_eq!(request.from().display(), "王小明誠");
    assert_eq!(request.from_tag(), Some("c1"));
    assert_eq!(request.call_id(), "gbk_name.1@203.0.113.5");
    assert_eq!(request.first_other("x-area"), Some(&b"\xb9\xe3\xd6\xdd"[..]));
    assert_eq!(request.reasons().next().unwrap().text(), "正常");
    assert!(request.body().starts_with(b"v=0\r\n"));
    assert!(request.body().ends_with(b"LPC\r\n"));
}

#[test]
fn notes_7_carrier_numbers_are_found_wherever_they_stand() {
    let request = request(include_bytes!("../../../fuzz-corpus/message/gbk_name.sip"));
    let from = request.from().uri().unwrap();
    assert_eq!(from.number().as_deref(), Some("013800138000"));
    assert_eq!(from.phone_context(), Some("+86"));
    assert_eq!(request.to().uri().unwrap().number().as_deref(), Some("4008001234"));
    let asserted: Vec<_> = request
        .addresses(HeaderName::PAssertedIdentity)
        .map(|address| address.unwrap().uri().unwrap().number().unwrap().into_owned())
        .collect();
    assert_eq!(asserted, ["+8613800138000", "+8613800138000"]);
    let diversion = request.address(HeaderName::Diversion).unwrap().unwrap();
    assert_eq!(diversion.params().value("reason"), Some("unconditional"));
}

#[test]
fn notes_9_a_body_shorter_than_its_content_length_is_refused_and_a_longer_one_is_cut() {
    assert_eq!(fault(&invite("Content-Length: 5\n", "1234")), ParseError::BodyShort);
    assert_eq!(request(&invite("Content-Length: 4\n", "123456")).body(), b"1234");
    assert_eq!(request(&invite("", "123456")).body(), b"123456");
}

#[test]
fn notes_9_white_space_before_the_colon_of_content_length_is_understood() {
    assert_eq!(request(&invite("Content-Length : 4\n", "123456")).body(), b"1234");
    assert_eq!(request(&invite("l\t:\n 4\n", "123456")).body(), b"1234");
}

#[test]
fn notes_9_a_message_over_eight_kilobytes_is_read_whole() {
    let mut limits = LIMITS;
    limits.body_bytes_max = 60_000;
    let body = "x".repeat(50_000);
    let message = Message::parse(Bytes::from(invite("Content-Length: 50000\n", &body)), &limits).unwrap();
    assert_eq!(message.envelope().body().len(), 50_000);
}

#[test]
fn notes_9_an_unknown_method_is_read_and_can_be_answered() {
    let text = String::from_utf8(invite("", "")).unwrap().replace("INVITE", "NEWMETHOD");
    assert_eq!(request(text.as_bytes()).method(), &Method::Other("NEWMETHOD".into()));
}

#[test]
fn every_limit_has_its_error() {
    let long = "x".repeat(LIMITS.head_bytes_max);
    assert_eq!(fault(&invite(&format!("Subject: {long}\n"), "")), ParseError::HeadTooLarge);
    assert_eq!(fault(&invite(&"Subject: x\n".repeat(LIMITS.field_count_max), "")), ParseError::HeadTooLarge);
    assert_eq!(fault(&invite("", &"x".repeat(LIMITS.body_bytes_max + 1))), ParseError::BodyTooLarge);
    let uri = format!("sip:{}@h", "x".repeat(LIMITS.uri_bytes_max));
    let text = String::from_utf8(invite("", "")).unwrap().replace("sip:4001@192.0.2.1 ", &format!("{uri} "));
    assert_eq!(fault(text.as_bytes()), ParseError::UriTooLong);
    assert_eq!(ParseError::HeadTooLarge.status(), Status::MESSAGE_TOO_LARGE);
    assert_eq!(ParseError::UriTooLong.status(), Status::URI_TOO_LONG);
}

#[test]
fn faults_are_told_apart() {
    let cases: [(&[u8], ParseError); 9] = [
        (b"", ParseError::Unfinished),
        (b"\r\n\r\n", ParseError::Unfinished),
        (b"INVITE sip:a SIP/2.0\r\nVia: x", ParseError::Unfinished),
        (b"GET / HTTP/1.1\r\n\r\n", ParseError::StartLine),
        (b"INVITE\r\n\r\n", ParseError::StartLine),
        (b"INVITE sip:a SIP/3.0\r\n\r\n", ParseError::Version),
        (b"SIP/2.0 99 x\r\n\r\n", ParseError::StatusCode),
        (b"INVITE sip:a SIP/2.0\r\nVia x\r\n\r\n", ParseError::Line(1)),
        (b"INVITE sip:a SIP/2.0\r\n\r\n", ParseError::Header(HeaderError::Missing(HeaderName::Via))),
    ];
    for (bytes, expected) in cases {
        assert_eq!(fault(bytes), expected, "{}", bytes.escape_ascii());
    }
}

#[test]
fn a_stray_line_break_in_a_value_is_refused() {
    assert_eq!(fault(&invite("Subject: a\rb\n", "")), ParseError::Line(6));
    let bare = String::from_utf8(invite("", "")).unwrap().replace("c1@", "c1\n@");
    assert_eq!(fault(bare.as_bytes()), ParseError::Line(4));
}

#[test]
fn an_empty_or_unreadable_tag_is_refused() {
    for tag in [&b"tag=\r"[..], b"tag\r", b"tag=\xff\r"] {
        let bytes = invite("", "");
        let at = bytes.windows(4).position(|four| four == b"tag=").unwrap();
        let damaged = [&bytes[..at], tag, &bytes[at + 7..]].concat();
        assert_eq!(fault(&damaged), HeaderError::Malformed(HeaderName::From).into());
    }
}

#[test]
fn values_of_lists_are_gathered_over_lines_and_compact_names() {
    let request = request(&invite("k: 100rel ,timer\nSupported: replaces\nSupported:\nRequire: Path\n", ""));
    let supported: Vec<_> = request.tokens(HeaderName::Supported).collect();
    assert_eq!(supported, ["100rel", "timer", "replaces"]);
    assert!(request.has_token(HeaderName::Require, "path"));
    assert!(!request.has_token(HeaderName::Supported, "rel"));
}

#[test]
fn contacts_are_a_list_or_a_star() {
    let text = "Contact: <sip:a@h>;expires=60, <sip:b@h>\nm: sip:c@h;q=0.5\n";
    let with_list = request(&invite(text, ""));
    let Ok(Contacts::These(contacts)) = with_list.contacts() else {
        panic!("a list");
    };
    assert_eq!(contacts.len(), 3);
    assert_eq!(contacts[0].expires(), Some(60));
    assert_eq!(request(&invite("Contact: *\n", "")).contacts(), Ok(Contacts::Every));
    assert_eq!(request(&invite("", "")).contact(), Ok(None));
    let malformed = HeaderError::Malformed(HeaderName::Contact);
    assert_eq!(request(&invite("Contact: *, <sip:a@h>\n", "")).contacts(), Err(malformed));
}

#[test]
fn notes_16_session_timers_and_reliable_responses_are_read() {
    let request = request(&invite(
        "Session-Expires: 1800;refresher=uas\nMin-SE: 90\nRAck: 3 7 INVITE\nRSeq: 3\nExpires: 60\nRetry-After: 18 (busy);duration=3\n",
        "",
    ));
    let timer = request.session_expires().unwrap().unwrap();
    assert_eq!((timer.seconds, timer.refresher), (1800, Some(Refresher::Uas)));
    assert_eq!(request.seconds(HeaderName::MinSe), Ok(Some(90)));
    assert_eq!(request.seconds(HeaderName::RetryAfter), Ok(Some(18)));
    let rack = request.rack().unwrap().unwrap();
    assert_eq!((rack.rseq, rack.cseq), (3, request.cseq()));
    assert_eq!(request.rseq(), Ok(Some(3)));
    assert_eq!(request.max_forwards(), Ok(None));
}

#[test]
fn a_response_without_a_phrase_or_with_a_gbk_phrase_is_read() {
    let rest = "\r\nVia: SIP/2.0/UDP h\r\nFrom: sip:a\r\nTo: sip:b\r\ni: 1\r\nCSeq: 1 BYE\r\n\r\n";
    let plain = response(format!("SIP/2.0 486{rest}").as_bytes());
    assert_eq!((plain.status(), plain.reason_phrase().as_ref()), (Status::BUSY_HERE, ""));
    let gbk = response(&[b"SIP/2.0 404 \xbf\xd5\xba\xc5", rest.as_bytes()].concat());
    assert_eq!(gbk.reason_phrase(), "空号");
    assert_eq!(Cause::from_sip_status(gbk.status().code()), Cause::NumberUnknown);
}

#[test]
fn notes_15_a_source_decides_where_replies_go() {
    let source: SocketAddr = "203.0.113.9:4000".parse().unwrap();
    let request = request(&invite("", ""));
    assert_eq!(request.via().reply_to(source, crate::ReplyPort::AsAsked), source);
    assert_eq!(request.via().branch(), Some("z9hG4bK1"));
}
