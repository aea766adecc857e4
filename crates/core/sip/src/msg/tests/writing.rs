//! Messages we write.

use std::net::SocketAddr;

use bytes::Bytes;
use proptest::prelude::{any, proptest};
use proptest::sample::{Index, select};
use proptest::{prop_assert, prop_assert_eq};

use crate::msg::address::Address;
use crate::msg::build::{MessageBuilder, OtherName};
use crate::msg::error::{HeaderError, ParseError};
use crate::msg::host::Host;
use crate::msg::method::Method;
use crate::msg::name::HeaderName;
use crate::msg::reject::reject;
use crate::msg::status::Status;
use crate::msg::tests::{LIMITS, invite, parse, request, response};
use crate::msg::uri::Uri;
use crate::msg::value::CSeq;

const MESSAGES: [&[u8]; 5] = [
    include_bytes!("../../../fuzz-corpus/message/wsinv.sip"),
    include_bytes!("../../../fuzz-corpus/message/intmeth.sip"),
    include_bytes!("../../../fuzz-corpus/message/gbk_name.sip"),
    include_bytes!("../../../fuzz-corpus/message/dblreq.sip"),
    include_bytes!("../../../fuzz-corpus/message/unreason.sip"),
];

fn source() -> SocketAddr {
    "203.0.113.9:40123".parse().unwrap()
}

fn text(bytes: &Bytes) -> String {
    String::from_utf8_lossy(bytes).replace("\r\n", "\n")
}

#[test]
fn notes_3_a_response_goes_back_with_the_true_source_in_its_via() {
    let request = request(&invite(
        "Record-Route: <sip:p2;lr>,\n <sip:p1;lr>\nVia: SIP/2.0/TCP p.example.com;branch=z9hG4bK0;received=192.0.2.99\nTimestamp: 5\n",
        "",
    ));
    let reply = MessageBuilder::response(&request, source(), Status::RINGING, Some("t1")).finish();
    assert_eq!(
        text(&reply),
        "SIP/2.0 180 Ringing\n\
         Via: SIP/2.0/UDP 192.0.2.7:5062;branch=z9hG4bK1;received=203.0.113.9;rport=40123\n\
         Via: SIP/2.0/TCP p.example.com;branch=z9hG4bK0;received=192.0.2.99\n\
         From: \"A\" <sip:a@192.0.2.7>;tag=a1\n\
         To: <sip:4001@192.0.2.1>;tag=t1\n\
         Call-ID: c1@192.0.2.7\n\
         CSeq: 7 INVITE\n\
         Record-Route: <sip:p2;lr>,   <sip:p1;lr>\n\
         Content-Length: 0\n\n"
    );
    let trying = text(&MessageBuilder::response(&request, source(), Status::TRYING, None).finish());
    assert!(trying.contains("To: <sip:4001@192.0.2.1>\n") && trying.contains("Timestamp: 5\n"));
    let busy = text(&MessageBuilder::response(&request, source(), Status::BUSY_HERE, Some("t")).finish());
    assert!(!busy.contains("Record-Route"));
}

#[test]
fn a_tag_that_is_there_is_kept() {
    let bytes = invite("", "");
    let bytes = String::from_utf8(bytes).unwrap().replace("<sip:4001@192.0.2.1>\r", "sip:4001@192.0.2.1;tag=old\r");
    let request = request(bytes.as_bytes());
    let reply = MessageBuilder::response(&request, source(), Status::OK, Some("new")).finish();
    assert_eq!(response(&reply).to_tag(), Some("old"));
}

#[test]
fn nothing_written_breaks_its_line() {
    let uri = Uri::parse("sip:a@h").unwrap();
    let evil = "x\r\nEvil: 1\n\rEvil: 2";
    let bytes = MessageBuilder::request(&Method::Info, &uri)
        .header(HeaderName::Via, "SIP/2.0/UDP h;branch=z9hG4bK1")
        .header(HeaderName::From, Address { display: evil, uri: &uri, tag: Some("a") })
        .raw(HeaderName::To, b"<sip:b@h>")
        .raw(HeaderName::CallId, b"1")
        .header(HeaderName::CSeq, CSeq { number: 1, method: Method::Info })
        .raw(HeaderName::Subject, evil.as_bytes())
        .other(&OtherName::new("X-Note").unwrap(), evil)
        .body("text/plain\r\nEvil: 4", b"body\r\n");
    let request = match parse(&bytes) {
        Err(error) => panic!("{error}: {}", text(&bytes)),
        Ok(message) => message,
    };
    let names: Vec<_> =
        request.envelope().fields().map(|(name, _)| String::from_utf8_lossy(name).into_owned()).collect();
    let expected = "Via From To Call-ID CSeq Subject X-Note Content-Type Content-Length";
    assert_eq!(names.join(" "), expected);
    assert_eq!(request.envelope().body(), b"body\r\n");
    let evil = Method::Other("X\r\nEvil: 5\r\n".into());
    let bytes = MessageBuilder::request(&evil, &uri).finish();
    assert_eq!(text(&bytes), "X  Evil: 5   sip:a@h SIP/2.0\nContent-Length: 0\n\n");
    assert_eq!(OtherName::new("X-Note:"), None);
    assert_eq!(OtherName::new("via"), None);
}

#[test]
fn what_cannot_be_read_is_answered_if_it_says_by_whom() {
    let wrong = Bytes::from(invite("Content-Length: 99\n", ""));
    let reply = reject(&wrong, ParseError::BodyShort, source(), "t", &LIMITS).unwrap();
    let reply = response(&reply);
    assert_eq!(reply.status(), Status::BAD_REQUEST);
    assert_eq!(reply.to_tag(), Some("t"));
    assert_eq!(reply.via().received(), Some(source().ip()));
    let fault = ParseError::Header(HeaderError::Missing(HeaderName::CSeq));
    for silent in ["ACK sip:a SIP/2.0", "SIP/2.0 200 OK", "GET / HTTP/1.1"] {
        let head = format!("{silent}\r\nVia: SIP/2.0/UDP h\r\nFrom: sip:a\r\nTo: sip:b\r\n\r\n");
        assert_eq!(reject(&Bytes::from(head), fault, source(), "t", &LIMITS), None);
    }
}

proptest! {
    #[test]
    fn an_address_reads_as_it_was_written(display in "\\PC{0,20}", user in "\\PC{1,20}", tag in "[a-z0-9.-]{1,10}") {
        let uri = Uri::sip(Some(&user), Host::Name("example.com"), Some(5070)).unwrap();
        let written = Address { display: &display, uri: &uri, tag: Some(&tag) }.to_string();
        let read = crate::NameAddr::parse(written.as_bytes()).unwrap();
        prop_assert_eq!(read.display(), display);
        prop_assert_eq!(read.tag(), Some(&*tag));
        let read = read.uri().unwrap();
        prop_assert_eq!(read.user_decoded().unwrap(), user);
        prop_assert_eq!(&read, &uri);
    }

    #[test]
    fn a_uri_prints_as_it_was_read(text in "(sips?|tel|x):[!-~]{0,30}") {
        if let Ok(uri) = Uri::parse(&text) {
            prop_assert_eq!(uri.as_str(), text);
            prop_assert!(uri.same_as(&uri));
        }
    }

    #[test]
    fn fields_read_as_they_were_written(values in proptest::collection::vec("[ -~\\r\\n]{0,40}", 0..10)) {
        let mut builder = MessageBuilder::response(&request(&invite("", "")), source(), Status::OK, Some("t"));
        for value in &values {
            builder = builder.header(HeaderName::Subject, value);
        }
        let read = response(&builder.finish());
        let read: Vec<_> = read.all(HeaderName::Subject).map(|value| String::from_utf8_lossy(value).into_owned()).collect();
        let written: Vec<_> = values.iter().map(|value| value.replace(['\r', '\n'], " ").trim_matches(' ').to_owned()).collect();
        prop_assert_eq!(read, written);
    }

    #[test]
    fn a_damaged_message_is_read_or_refused(
        message in select(MESSAGES.to_vec()),
        damage in proptest::collection::vec((any::<Index>(), select(b" \t\r\n:;,\"\\<>@=%/0\x00\x80\xd5".to_vec())), 1..8),
        end in any::<Index>(),
    ) {
        let mut bytes = message.to_vec();
        for (place, byte) in damage {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        crate::fuzz::fuzz_message(&bytes);
        bytes.truncate(end.index(bytes.len()));
        crate::fuzz::fuzz_message(&bytes);
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300)) {
        crate::fuzz::fuzz_message(&bytes);
        crate::fuzz::fuzz_message(&invite(&String::from_utf8_lossy(&bytes), ""));
    }
}
