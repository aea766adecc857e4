//! What a peer may send within a call, byte for byte.

use std::time::Duration;

use bell_types::{Cause, Digit};
use bytes::Bytes;

use super::pair::{Side, config};
use super::phone::{Bench, udp};
use crate::{
    Command, Config, Description, DialogId, HeaderName, Method, ReferReplaces, Reliable, StackEvent, Status, Timing,
    Transport,
};

const CARRIER: &str = "192.0.2.1:5060";

fn bench() -> Bench {
    with(|_| {})
}

fn with(change: impl FnOnce(&mut Config)) -> Bench {
    let mut config = config(Side::B, Transport::Udp);
    change(&mut config);
    let mut bench = Bench::new(config);
    bench.events.clear();
    bench
}

/// An INVITE with these further headers; the Call-ID and tag are fixed, so there is one call per bench.
fn invite(extra: &str, body: &str) -> String {
    let kind = if body.is_empty() { "" } else { "Content-Type: application/sdp\n" };
    format!(
        "INVITE sip:4001234567@192.0.2.2 SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKi1;rport\n\
         From: <sip:13800138000@192.0.2.1>;tag=peer\nTo: <sip:4001234567@192.0.2.2>\nCall-ID: c1\nCSeq: 10 INVITE\n\
         Contact: <sip:gw@192.0.2.1:5060>\nMax-Forwards: 70\n{extra}{kind}Content-Length: {}\n\n{body}",
        body.len()
    )
}

/// A request within the call, in a transaction of its own.
fn within(bench: &Bench, method: &str, number: u32, extra: &str, body: &str) -> String {
    let tag = our_tag(bench);
    format!(
        "{method} sip:4001234567@192.0.2.2:5060 SIP/2.0\n\
         Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK{method}{number};rport\n\
         From: <sip:13800138000@192.0.2.1>;tag=peer\nTo: <sip:4001234567@192.0.2.2>;tag={tag}\nCall-ID: c1\n\
         CSeq: {number} {method}\nMax-Forwards: 70\n{extra}Content-Length: {}\n\n{body}",
        body.len()
    )
}

thread_local! {
    static TAG: std::cell::RefCell<String> = const { std::cell::RefCell::new(String::new()) };
}

/// Our tag in the call, from the last response that had it.
fn our_tag(bench: &Bench) -> String {
    let found = bench.sent.iter().rev().find_map(|(_, message)| match message {
        crate::Message::Response(response) if response.cseq().method == Method::Invite => response.to_tag(),
        _ => None,
    });
    TAG.with_borrow_mut(|tag| {
        if let Some(found) = found {
            found.clone_into(tag);
        }
        tag.clone()
    })
}

fn ask(bench: &mut Bench, method: &str, number: u32, extra: &str, body: &str) -> String {
    let message = within(bench, method, number, extra, body);
    bench.ask(udp(CARRIER), &message)
}

fn ring(bench: &mut Bench, extra: &str) -> DialogId {
    bench.receive(udp(CARRIER), &invite(extra, "offer"));
    let Some(StackEvent::Incoming { dialog, .. }) = bench.take_events().pop() else { panic!("no call") };
    bench.command(Command::Progress { dialog, status: Status::RINGING, sdp: None });
    our_tag(bench);
    dialog
}

fn talk(bench: &mut Bench, extra: &str) -> DialogId {
    let dialog = ring(bench, extra);
    bench.command(Command::Answer { dialog, sdp: Bytes::from_static(b"answer") });
    our_tag(bench);
    ask(bench, "ACK", 10, "", "");
    assert_eq!(bench.take_events(), [StackEvent::Confirmed { dialog, sdp: Description::None }]);
    dialog
}

#[test]
fn notes_8_requests_before_the_answer_are_answered() {
    let mut bench = bench();
    let dialog = ring(&mut bench, "");
    let relay = "Content-Type: application/dtmf-relay\n";
    assert_eq!(ask(&mut bench, "INFO", 11, relay, "Signal=5\r\nDuration=200\r\n"), "200");
    let held = Duration::from_millis(200);
    let digit = Digit::from_char('5').unwrap();
    assert_eq!(bench.take_events(), [StackEvent::InfoDigit { dialog, digit, held }]);
    assert_eq!(ask(&mut bench, "OPTIONS", 12, "", ""), "200");
    assert_eq!(ask(&mut bench, "UPDATE", 13, "", ""), "200");
    assert_eq!(ask(&mut bench, "PRACK", 14, "RAck: 1 10 INVITE\n", ""), "481", "nothing was sent reliably");
    assert_eq!(ask(&mut bench, "INVITE", 15, "", "offer"), "500", "RFC 3261 §14.2");
}

#[test]
fn notes_8_the_487_has_the_tag_of_the_180_and_is_sent_until_its_ack() {
    let mut bench = bench();
    ring(&mut bench, "");
    let ringing = bench.last_response().to_tag().unwrap().to_owned();
    let cancel = invite("", "").replace("INVITE", "CANCEL");
    assert_eq!(bench.ask(udp(CARRIER), &cancel), "200 487");
    assert_eq!(bench.last_response().to_tag(), Some(&*ringing));
    bench.sent.clear();
    bench.wait_ms(1_500);
    assert_eq!(bench.said(), "487 487");
    bench.sent.clear();
    let ack = invite("", "").replace("INVITE sip", "ACK sip").replace("10 INVITE", "10 ACK");
    bench.receive(udp(CARRIER), &ack);
    bench.wait_ms(40_000);
    assert_eq!((bench.said(), bench.stack.load()), (String::new(), crate::Load::default()));
}

#[test]
fn notes_12_an_old_number_gets_500_and_a_repeated_request_its_old_answer() {
    let mut bench = bench();
    talk(&mut bench, "");
    assert_eq!(ask(&mut bench, "OPTIONS", 20, "", ""), "200");
    assert_eq!(ask(&mut bench, "INFO", 19, "", ""), "500");
    assert_eq!(ask(&mut bench, "OPTIONS", 20, "", ""), "200", "absorbed as a retransmission");
}

#[test]
fn notes_12_a_waiting_reinvite_serves_its_cancel_and_its_retransmissions() {
    let mut bench = bench();
    let dialog = talk(&mut bench, "");
    let kind = "Contact: <sip:moved@192.0.2.1:5088>\nContent-Type: application/sdp\n";
    assert_eq!(ask(&mut bench, "INVITE", 11, kind, "hold"), "100");
    let offered = StackEvent::OfferReceived { dialog, sdp: Some(Bytes::from_static(b"hold")) };
    assert_eq!(bench.take_events(), [offered]);
    assert_eq!(ask(&mut bench, "INVITE", 11, kind, "hold"), "100");
    let cancel =
        within(&bench, "INVITE", 11, "", "").replace("INVITE sip", "CANCEL sip").replace("11 INVITE", "11 CANCEL");
    assert_eq!(bench.ask(udp(CARRIER), &cancel), "200 487");
    assert_eq!(bench.take_events(), [StackEvent::OfferWithdrawn { dialog }]);
    ask(&mut bench, "ACK", 11, "", "");
    bench.command(Command::AnswerOffer { dialog, sdp: Bytes::from_static(b"late") });
    bench.sent.clear();
    bench.command(Command::End { dialog, cause: Cause::HungUp });
    let (hop, bye) = bench.last_request(&Method::Bye);
    assert_eq!((hop.remote().port(), bye.uri().as_str()), (5088, "sip:moved@192.0.2.1:5088"), "the target moved");
}

#[test]
fn an_offer_that_nobody_answers_is_refused_in_time() {
    let mut bench = bench();
    let dialog = talk(&mut bench, "");
    ask(&mut bench, "UPDATE", 11, "Content-Type: application/sdp\n", "hold");
    bench.take_events();
    bench.sent.clear();
    bench.wait_ms(10_000);
    assert_eq!(bench.said(), "500");
    assert_eq!(bench.take_events(), [StackEvent::OfferWithdrawn { dialog }]);
}

#[test]
fn rfc3311_an_update_is_answered_and_moves_the_target() {
    let mut bench = bench();
    let dialog = talk(&mut bench, "");
    ask(&mut bench, "UPDATE", 11, "Content-Type: application/sdp\n", "hold");
    bench.sent.clear();
    bench.command(Command::AnswerOffer { dialog, sdp: Bytes::from_static(b"held") });
    assert_eq!(bench.said(), "200");
    assert_eq!(bench.last_response().body(), b"held");
    bench.sent.clear();
    bench.wait_ms(5_000);
    assert_eq!(bench.said(), "", "an UPDATE has no ACK to wait for");
}

#[test]
fn notes_16_a_reliable_response_is_sent_until_its_prack() {
    let mut bench = with(|config| config.trunks.values_mut().for_each(|trunk| trunk.reliable = Reliable::WithMedia));
    let sdp = Bytes::from_static(b"answer");
    bench.receive(udp(CARRIER), &invite("Supported: 100rel\n", "offer"));
    let Some(StackEvent::Incoming { dialog, .. }) = bench.take_events().pop() else { panic!("no call") };
    bench.sent.clear();
    bench.command(Command::Progress { dialog, status: Status::PROGRESS, sdp: Some(sdp.clone()) });
    let rseq = bench.last_response().rseq().unwrap().unwrap();
    our_tag(&bench);
    bench.wait_ms(1_500);
    assert_eq!(bench.said(), "183 183 183");
    bench.sent.clear();
    bench.command(Command::Answer { dialog, sdp });
    assert_eq!(bench.said(), "", "RFC 3262 §5: the 200 waits for the PRACK");
    assert_eq!(ask(&mut bench, "PRACK", 11, &format!("RAck: {rseq} 10 INVITE\n"), ""), "200 200");
    assert_eq!(bench.last_response().body(), b"", "the answer is settled");
    ask(&mut bench, "ACK", 10, "", "");
    bench.sent.clear();
    bench.wait_ms(3_000);
    assert_eq!(bench.said(), "");
}

#[test]
fn notes_16_a_reliable_response_without_prack_fails_the_call() {
    let mut bench = bench();
    bench.receive(udp(CARRIER), &invite("Require: 100rel\n", "offer"));
    let Some(StackEvent::Incoming { dialog, .. }) = bench.take_events().pop() else { panic!("no call") };
    bench.command(Command::Progress { dialog, status: Status::RINGING, sdp: None });
    bench.sent.clear();
    bench.wait_ms(33_000);
    assert!(bench.said().contains("504"), "{}", bench.said());
    assert!(matches!(bench.take_events()[..], [StackEvent::Ended { cause: Cause::Timeout, .. }]));
}

#[test]
fn a_bye_that_crosses_ours_is_told_after_the_end() {
    let mut bench = bench();
    let dialog = talk(&mut bench, "");
    bench.command(Command::End { dialog, cause: Cause::MediaTimeout });
    let end = StackEvent::Ended { dialog, cause: Cause::MediaTimeout, sip_status: None, q850: None };
    assert_eq!(bench.take_events(), [end]);
    let bye = within(&bench, "BYE", 11, "Reason: SIP;cause=408;text=\"RTP Timeout\"\n", "");
    assert_eq!(bench.ask(udp(CARRIER), &bye), "200");
    assert_eq!(bench.take_events(), [StackEvent::HungUpToo { dialog, q850: Some(102) }]);
    assert_eq!(bench.ask(udp(CARRIER), &bye), "200", "a repeated one");
    assert_eq!(bench.take_events(), []);
}

#[test]
fn notes_16_unknown_demands_get_420_and_name_them() {
    let mut bench = bench();
    assert_eq!(bench.ask(udp(CARRIER), &invite("Require: 100rel, teleport\n", "offer")), "420");
    assert_eq!(bench.last_response().first(HeaderName::Unsupported), Some(&b"teleport"[..]));
    assert_eq!(bench.take_events(), []);
}

#[test]
fn notes_9_methods_we_do_not_take_are_refused_with_what_we_take() {
    let mut bench = bench();
    for (method, status) in [("SUBSCRIBE", "405"), ("FROBNICATE", "501"), ("OPTIONS", "200")] {
        let message = invite("", "").replace("INVITE", method).replace("z9hG4bKi1", &format!("z9hG4bK{method}"));
        assert_eq!(bench.ask(udp(CARRIER), &message), status, "{method}");
        assert!(bench.last_response().has_token(HeaderName::Allow, "INVITE"));
    }
}

#[test]
fn requests_that_go_in_circles_are_stopped() {
    let refused = |from: &str, to: &str| bench().ask(udp(CARRIER), &invite("", "offer").replace(from, to));
    assert_eq!(refused("Max-Forwards: 70", "Max-Forwards: 0"), "483");
    let via = "Via: SIP/2.0/UDP 192.0.2.2:5060;branch=z9hG4bKours\nFrom:";
    assert_eq!(refused("From:", via), "482");
    let mut bench = bench();
    assert_eq!(bench.ask(udp(CARRIER), &invite("", "offer")), "100");
    let merged = invite("", "offer").replace("z9hG4bKi1", "z9hG4bKi2");
    assert_eq!(bench.ask(udp(CARRIER), &merged), "482", "the same request on another way");
}

#[test]
fn a_body_that_is_no_session_description_is_refused() {
    let message = invite("", "offer").replace("application/sdp", "text/html");
    assert_eq!(bench().ask(udp(CARRIER), &message), "415");
}

#[test]
fn rfc4028_a_side_that_does_not_refresh_is_hung_up() {
    let mut bench = bench();
    let asks = "Supported: timer\nSession-Expires: 120;refresher=uac\n";
    assert_eq!(bench.ask(udp(CARRIER), &invite("Supported: timer\nSession-Expires: 30\n", "offer")), "422");
    assert_eq!(bench.last_response().seconds(HeaderName::MinSe), Ok(Some(90)));
    let mut bench = with(|_| {});
    let dialog = talk(&mut bench, asks);
    bench.wait_ms(60_000);
    assert_eq!(ask(&mut bench, "UPDATE", 11, asks, ""), "200");
    assert_eq!(bench.last_response().session_expires().unwrap().unwrap().seconds, 120);
    bench.sent.clear();
    bench.wait_ms(87_000);
    assert_eq!(bench.said(), "");
    bench.wait_ms(1_000);
    assert_eq!(bench.said(), "BYE");
    let end = StackEvent::Ended { dialog, cause: Cause::SessionExpired, sip_status: None, q850: None };
    assert_eq!(bench.take_events(), [end]);
}

#[test]
fn rfc4028_we_refresh_when_it_is_our_turn() {
    let interval = Some(Duration::from_secs(600));
    let mut bench = with(|config| config.timing = Timing { session_interval: interval, ..Timing::rfc() });
    talk(&mut bench, "Supported: timer\nAllow: UPDATE\nSession-Expires: 1800;refresher=uas\n");
    bench.sent.clear();
    bench.wait_ms(299_000);
    assert_eq!(bench.said(), "");
    bench.wait_ms(1_000);
    let (_, update) = bench.last_request(&Method::Update);
    let session = update.session_expires().unwrap().unwrap();
    assert_eq!((session.seconds, session.refresher), (600, Some(crate::Refresher::Uac)));
}

#[test]
fn notes_14_a_blind_transfer_is_reported_to_the_phone() {
    let mut bench = bench();
    let dialog = talk(&mut bench, "");
    assert_eq!(ask(&mut bench, "REFER", 11, "Refer-To: <sip:1002@192.0.2.2>\n", ""), "202 NOTIFY");
    let target = "sip:1002@192.0.2.2".parse().unwrap();
    assert_eq!(bench.take_events(), [StackEvent::Refer { dialog, target, replaces: ReferReplaces::Nobody }]);
    let report = |bench: &Bench| {
        let (_, notify) = bench.last_request(&Method::Notify);
        let state = String::from_utf8_lossy(notify.first(HeaderName::SubscriptionState).unwrap()).into_owned();
        (String::from_utf8_lossy(notify.body()).trim().to_owned(), state)
    };
    assert_eq!(report(&bench), ("SIP/2.0 100 Trying".to_owned(), "active;expires=180".to_owned()));
    bench.command(Command::ReferProgress { dialog, status: Status::RINGING });
    assert_eq!(report(&bench).0, "SIP/2.0 180 Ringing");
    bench.command(Command::ReferProgress { dialog, status: Status::OK });
    assert_eq!(report(&bench), ("SIP/2.0 200 OK".to_owned(), "terminated;reason=noresource".to_owned()));
    bench.sent.clear();
    bench.command(Command::ReferProgress { dialog, status: Status::OK });
    assert_eq!(bench.said(), "", "there is no subscription any more");
}

#[test]
fn notes_14_an_attended_transfer_names_a_dialog_of_ours() {
    let mut bench = bench();
    let dialog = talk(&mut bench, "");
    let replaces =
        format!("Refer-To: <sip:x@192.0.2.2?Replaces=c1%3Bto-tag%3D{}%3Bfrom-tag%3Dpeer>\n", our_tag(&bench));
    let quiet = format!("{replaces}Refer-Sub: false\n");
    assert_eq!(ask(&mut bench, "REFER", 11, &quiet, ""), "202", "RFC 4488: no reports are wanted");
    assert_eq!(bench.last_response().first_other("Refer-Sub"), Some(&b"false"[..]));
    let target = "sip:x@192.0.2.2".parse().unwrap();
    let replaces = ReferReplaces::Dialog(dialog);
    assert_eq!(bench.take_events(), [StackEvent::Refer { dialog, target, replaces }]);
    assert_eq!(ask(&mut bench, "REFER", 12, "", ""), "400");
}

#[test]
fn routes_are_followed_and_kept_in_order() {
    let mut bench = bench();
    let routes = "Record-Route: <sip:192.0.2.50;lr>\nRecord-Route: <sip:192.0.2.51;lr>\n";
    let dialog = talk(&mut bench, routes);
    bench.command(Command::End { dialog, cause: Cause::HungUp });
    let (hop, bye) = bench.last_request(&Method::Bye);
    assert_eq!((hop.remote().to_string(), bye.uri().as_str()), ("192.0.2.50:5060".to_owned(), "sip:gw@192.0.2.1:5060"));
    let routes: Vec<_> = bye.all(HeaderName::Route).collect();
    assert_eq!(routes, [&b"<sip:192.0.2.50;lr>"[..], b"<sip:192.0.2.51;lr>"]);
}

#[test]
fn strangers_get_nothing_and_the_operator_is_told_now_and_then() {
    let mut bench = bench();
    for _ in 0..100 {
        assert_eq!(bench.ask(udp("198.51.100.9:5060"), &invite("", "offer")), "");
    }
    assert_eq!(bench.ask(udp("198.51.100.9:5060"), "GET / HTTP/1.1\n\n"), "");
    let reports = bench.take_events().len();
    assert!((1..=10).contains(&reports), "{reports} reports");
    assert_eq!(bench.stack.load(), crate::Load::default());
}

#[test]
fn overload_refuses_new_calls_statelessly_while_calls_go_on() {
    let mut bench = with(|config| config.limits.dialogs_max = 1);
    let dialog = talk(&mut bench, "");
    let bye = within(&bench, "BYE", 11, "Reason: Q.850;cause=16\n", "");
    let second = invite("", "offer").replace("c1", "c2").replace("z9hG4bKi1", "z9hG4bKi2");
    let before = bench.stack.load();
    assert_eq!(bench.ask(udp(CARRIER), &second), "503");
    assert_eq!(bench.last_response().seconds(HeaderName::RetryAfter), Ok(Some(5)));
    assert_eq!(bench.stack.load(), before);
    bench.take_events();
    assert_eq!(bench.ask(udp(CARRIER), &bye), "200");
    let end = StackEvent::Ended { dialog, cause: Cause::HungUp, sip_status: None, q850: Some(16) };
    assert_eq!(bench.take_events(), [end]);
}
