//! The messages of RFC 4475, each under its name there: what is valid is read, what is not gets the right answer.

use bytes::Bytes;

use crate::msg::envelope::Contacts;
use crate::msg::message::Message;
use crate::msg::name::HeaderName;
use crate::msg::reject::reject;
use crate::msg::tests::LIMITS;

fn check(bytes: &'static [u8], expected: &str) {
    assert_eq!(describe(&Bytes::from_static(bytes)), expected);
}

/// What was read, or the fault and what it is answered.
fn describe(bytes: &Bytes) -> String {
    let message = match Message::parse(bytes.clone(), &LIMITS) {
        Ok(message) => message,
        Err(error) => {
            let source = "192.0.2.200:5060".parse().unwrap();
            let reply = reject(bytes, error, source, "our-tag", &LIMITS);
            let status = reply.map(|reply| String::from_utf8_lossy(&reply[8..11]).into_owned());
            return format!("{error} -> {}", status.as_deref().unwrap_or("no reply"));
        }
    };
    let start = match &message {
        Message::Request(request) => format!("{} {}", request.method(), request.uri()),
        Message::Response(response) => format!("{} {}", response.status().code(), response.reason_phrase()),
    };
    let envelope = message.envelope();
    let contacts = match envelope.contacts() {
        Ok(Contacts::Every) => "*".to_owned(),
        Ok(Contacts::These(contacts)) => contacts.len().to_string(),
        Err(error) => error.to_string(),
    };
    format!(
        "{start} | {} | tags {} {} | {} vias, {} | contacts {contacts} | body {}",
        envelope.cseq(),
        envelope.from_tag().unwrap_or("-"),
        envelope.to_tag().unwrap_or("-"),
        envelope.vias().count(),
        envelope.via().branch().unwrap_or("-"),
        envelope.body().len(),
    )
}

macro_rules! torture {
    ($($name:ident: $expected:expr;)+) => {
        $(
            #[test]
            fn $name() {
                check(include_bytes!(concat!("../../../fuzz-corpus/message/", stringify!($name), ".sip")), $expected);
            }
        )+
    };
}

torture! {
    // §3.1.1: valid.
    wsinv: "INVITE sip:vivekg@chair-dnrc.example.com;unknownparam | 9 INVITE | tags 98asjd8 1918181833n | 3 vias, 390skdjuw | contacts 1 | body 150";
    intmeth: "!interesting-Method0123456789_*+`.%indeed'~ sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@example.com | 139122385 !interesting-Method0123456789_*+`.%indeed'~ | tags _token~1'+`*%!-. - | 1 vias, z9hG4bK-.!%66*_+`'~ | contacts 0 | body 0";
    esc01: "INVITE sip:sips%3Auser%40example.com@example.net | 234234 INVITE | tags 938 - | 1 vias, z9hG4bKkdjuw | contacts 1 | body 150";
    escnull: "REGISTER sip:example.com | 14398234 REGISTER | tags 839923423 - | 1 vias, z9hG4bKkdjuw | contacts 2 | body 0";
    esc02: "RE%47IST%45R sip:registrar.example.com | 29344 RE%47IST%45R | tags f232jadfj23 - | 1 vias, z9hG4bK209%fzsnel234 | contacts 2 | body 0";
    lwsdisp: "OPTIONS sip:user@example.com | 60 OPTIONS | tags 323 - | 1 vias, z9hG4bKkdjuw | contacts 0 | body 0";
    longreq: "INVITE sip:user@example.com | 3882340 INVITE | tags 12982982982982982982982982982982982982982982982982982982982982982982982982982982982982982982982982982982982982982982982982982982982982982982982982982982424 - | 34 vias, - | contacts 1 | body 150";
    dblreq: "REGISTER sip:example.com | 8 REGISTER | tags 43251j3j324 - | 1 vias, z9hG4bKkdjuw23492 | contacts 1 | body 0";
    semiuri: "OPTIONS sip:user;par=u%40example.net@example.com | 8 OPTIONS | tags 33242 - | 1 vias, z9hG4bKkdjuw | contacts 0 | body 0";
    transports: "OPTIONS sip:user@example.com | 60 OPTIONS | tags 323 - | 5 vias, z9hG4bKkdjuw | contacts 0 | body 0";
    mpart01: "MESSAGE sip:kumiko@example.org | 1 MESSAGE | tags 2fb0dcc9 - | 1 vias, z9hG4bK-d87543-4dade06d0bdb11ee-1--d87543- | contacts 1 | body 229";
    unreason: "200 = 2**3 * 5**2 но сто девяносто девять - простое | 35 INVITE | tags 11141343 2229 | 1 vias, z9hG4bK1324923 | contacts 1 | body 154";
    noreason: "100  | 35 INVITE | tags 39ansfi3 902jndnke3 | 1 vias, z9hG4bK2398ndaoe | contacts 1 | body 0";
    // §3.1.2: invalid.
    badinv01: "Via is malformed -> 400";
    clerr: "body shorter than Content-Length -> 400";
    ncl: "Content-Length is malformed -> 400";
    scalar02: "CSeq is malformed -> 400";
    scalarlg: "CSeq is malformed -> no reply";
    quotbal: "To is malformed -> 400";
    ltgtruri: "malformed request-uri -> 400";
    lwsruri: "malformed request-uri -> 400";
    lwsstart: "malformed request-uri -> 400";
    trws: "malformed start line -> 400";
    escruri: "INVITE sip:user@example.com?Route=%3Csip:example.com%3E | 1 INVITE | tags 39291 - | 1 vias, z9hG4bKkdjuw3923 | contacts 1 | body 159";
    baddate: "INVITE sip:user@example.com | 1 INVITE | tags 39291 - | 1 vias, z9hG4bKkdjuw3923 | contacts 1 | body 159";
    regbadct: "REGISTER sip:example.com | 1 REGISTER | tags 998332 - | 1 vias, z9hG4bKkdjuw | contacts Contact is malformed | body 0";
    badaspec: "To is malformed -> 400";
    baddn: "From is malformed -> 400";
    badvers: "unsupported SIP version -> 505";
    mismatch01: "CSeq is of another method than the request -> 400";
    mismatch02: "CSeq is of another method than the request -> 400";
    bigcode: "status code outside 100 to 699 -> no reply";
    // §3.2 and §3.3: faults that show above the grammar.
    badbranch: "OPTIONS sip:user@example.com | 8 OPTIONS | tags 33242 - | 1 vias, z9hG4bK | contacts 0 | body 0";
    insuf: "From is missing -> no reply";
    unkscm: "OPTIONS nobodyKnowsThisScheme:totallyopaquecontent | 3923423 OPTIONS | tags 34525 - | 1 vias, z9hG4bKkdjuw | contacts 0 | body 0";
    novelsc: "OPTIONS soap.beep://192.0.2.103:3002 | 3923423 OPTIONS | tags 34525 - | 1 vias, z9hG4bKkdjuw | contacts 0 | body 0";
    unksm2: "REGISTER sip:example.com | 234902 REGISTER | tags 3234233 - | 1 vias, z9hG4bKkdjuw | contacts 1 | body 0";
    bext01: "OPTIONS sip:user@example.com | 8 OPTIONS | tags 34525 - | 1 vias, z9hG4bKkdjuw | contacts 0 | body 0";
    invut: "INVITE sip:user@example.com | 235448 INVITE | tags 34525 - | 1 vias, z9hG4bKkdjuw | contacts 0 | body 40";
    regaut01: "REGISTER sip:example.com | 9338 REGISTER | tags 34525 - | 1 vias, z9hG4bKkdjuw | contacts 0 | body 0";
    multi01: "From is repeated -> 400";
    mcl01: "Content-Length is repeated -> 400";
    bcast: "200 OK | 35 INVITE | tags 11141343 2229 | 2 vias, z9hG4bK1324923 | contacts 1 | body 154";
    zeromf: "OPTIONS sip:user@example.com | 39234321 OPTIONS | tags 3ghsd41 - | 1 vias, z9hG4bKkdjuw2349i | contacts 0 | body 0";
    cparam01: "REGISTER sip:example.com | 3 REGISTER | tags 34525 - | 1 vias, z9hG4bKkdjuw | contacts 1 | body 0";
    cparam02: "REGISTER sip:example.com | 3 REGISTER | tags 34525 - | 1 vias, z9hG4bKkdjuw | contacts 1 | body 0";
    regescrt: "REGISTER sip:example.com | 3 REGISTER | tags 34525 - | 1 vias, z9hG4bKkdjuw | contacts 1 | body 0";
    sdp01: "INVITE sip:user@example.com | 1 INVITE | tags 39291 - | 1 vias, z9hG4bKkdjuw3923 | contacts 1 | body 159";
    // §3.4: from before RFC 3261.
    inv2543: "INVITE sip:UserB@example.com | 56 INVITE | tags - - | 1 vias, - | contacts 0 | body 105";
}

#[test]
fn the_tortuous_invite_is_understood_field_by_field() {
    let bytes = Bytes::from_static(include_bytes!("../../../fuzz-corpus/message/wsinv.sip"));
    let message = Message::parse(bytes, &LIMITS).unwrap();
    let envelope = message.envelope();
    assert_eq!(envelope.from().display(), "J Rosenberg \\\"");
    assert_eq!(envelope.max_forwards(), Ok(Some(68)));
    assert_eq!(envelope.first(HeaderName::Subject), Some(&b""[..]));
    let vias: Vec<_> = envelope.vias().map(|via| via.unwrap().host.to_string()).collect();
    assert_eq!(vias, ["192.0.2.2", "spindle.example.com", "192.168.255.111"]);
    let route = envelope.address(HeaderName::Route).unwrap().unwrap().uri().unwrap();
    assert!(route.params().has("lr"));
    let contact = envelope.contact().unwrap().unwrap();
    assert_eq!(contact.display(), "Quoted string \"\"");
    assert_eq!(contact.params().value("newparam"), Some("newvalue"));
    assert_eq!(contact.params().value("q"), Some("0.33"));
}

#[test]
fn overlarge_scalars_are_clamped_or_malformed_but_never_wrapped() {
    let text = "OPTIONS sip:a SIP/2.0\r\nVia: SIP/2.0/UDP h\r\nFrom: sip:a\r\nTo: sip:a\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\n\
        Max-Forwards: 300\r\nExpires: 10000000000000000000000\r\nContact: <sip:a>;expires=280297596632815\r\n\r\n";
    let message = Message::parse(Bytes::from_static(text.as_bytes()), &LIMITS).unwrap();
    assert_eq!(message.envelope().seconds(HeaderName::Expires), Ok(Some(u32::MAX)));
    assert_eq!(message.envelope().contact().unwrap().unwrap().expires(), Some(u32::MAX));
    assert!(message.envelope().max_forwards().is_err());
}
