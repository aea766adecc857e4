//! Phones that register, and phones that may not.

use bell_types::{Caller, Cause, EndpointName, RegistrationRefusal};
use bytes::Bytes;

use super::phone::{Bench, PASSWORD, bench_config, tcp, udp};
use crate::{Command, Hop, Input, Message, Method, Peer, StackEvent, Target};

const PHONE: &str = "203.0.113.7:40001";

fn name(text: &str) -> EndpointName {
    EndpointName::new(text).unwrap()
}

fn contact(port: u16) -> String {
    format!("Contact: <sip:1001@10.0.0.9:{port}>\nUser-Agent: Phone 1.0")
}

fn call_1001(bench: &mut Bench) -> crate::DialogId {
    let dialog = bench.stack.mint_dialog();
    bench.command(Command::Invite {
        dialog,
        to: Target::Endpoint(name("1001")),
        caller: Caller { number: None, name: None },
        offer: Some(Bytes::from_static(b"offer")),
        call: Some(bell_types::CallId::from_u64(7)),
        taking: crate::Taking::ByHand,
    });
    dialog
}

#[test]
fn tel_05_a_phone_registers_with_its_password_and_is_called_on_its_flow() {
    let mut bench = Bench::phones();
    assert_eq!(bench.register(udp(PHONE), "1001", PASSWORD, &contact(5062)), 200);
    let bound = bench.last_response().first(crate::HeaderName::Contact).unwrap();
    assert_eq!(bound, b"<sip:1001@10.0.0.9:5062>;expires=300");
    let up = StackEvent::EndpointUp {
        endpoint: name("1001"),
        source: PHONE.parse().unwrap(),
        user_agent: Some("Phone 1.0".to_owned()),
    };
    assert_eq!(bench.take_events(), [up]);
    call_1001(&mut bench);
    let (hop, invite) = bench.last_request(&Method::Invite);
    assert_eq!(hop, Hop::Flow(udp(PHONE)), "the private address of the contact is not where the phone is");
    assert_eq!(invite.uri().as_str(), "sip:1001@10.0.0.9:5062");
}

#[test]
fn tel_08_a_wrong_password_is_refused_counted_and_locked_out() {
    let mut bench = Bench::phones();
    let refusals: Vec<_> = (0..4)
        .map(|_| {
            let status = bench.register(udp(PHONE), "1001", "wrong", &contact(5062));
            let refusal = bench.take_events().into_iter().find_map(|event| match event {
                StackEvent::RegistrationRefused { refusal, .. } => Some(refusal),
                _ => None,
            });
            (status, refusal)
        })
        .collect();
    assert_eq!(
        refusals,
        [
            (403, Some(RegistrationRefusal::WrongPassword { attempts_left: 2 })),
            (403, Some(RegistrationRefusal::WrongPassword { attempts_left: 1 })),
            (403, Some(RegistrationRefusal::WrongPassword { attempts_left: 0 })),
            (0, Some(RegistrationRefusal::LockedOut)),
        ]
    );
    assert_eq!(bench.register(udp("198.51.100.1:5060"), "1001", PASSWORD, &contact(5062)), 0, "the user is locked too");
    bench.wait_ms(301_000);
    assert_eq!(bench.register(udp(PHONE), "1001", PASSWORD, &contact(5062)), 200);
}

#[test]
fn a_phone_at_home_is_not_locked_out_by_strangers() {
    let mut bench = Bench::phones();
    assert_eq!(bench.register(udp(PHONE), "1001", PASSWORD, &contact(5062)), 200);
    for _ in 0..3 {
        bench.register(udp("198.51.100.1:5060"), "1001", "guess", &contact(5062));
    }
    assert_eq!(bench.register(udp(PHONE), "1001", PASSWORD, &contact(5062)), 200);
}

#[test]
fn an_unknown_phone_gets_nothing_and_the_operator_a_reason() {
    let mut bench = Bench::phones();
    assert_eq!(bench.register(udp(PHONE), "9999", PASSWORD, &contact(5062)), 0);
    let events = bench.take_events();
    assert!(
        matches!(&events[..], [StackEvent::RegistrationRefused {
            endpoint,
            refusal: RegistrationRefusal::UnknownEndpoint,
            ..
        }] if endpoint == "9999"),
        "{events:?}"
    );
}

#[test]
fn notes_11_a_closed_connection_unregisters_at_once() {
    let mut bench = Bench::phones();
    let flow = tcp(3, PHONE);
    let extra = "Contact: <sip:x@abc.invalid;transport=ws>";
    assert_eq!(bench.register(flow, "1001", PASSWORD, extra), 200);
    let dialog = call_1001(&mut bench);
    let (hop, _) = bench.last_request(&Method::Invite);
    assert_eq!(hop, Hop::Flow(flow), "notes 10: a contact of .invalid is reached over its flow");
    bench.take_events();
    bench.input(Input::FlowClosed(flow));
    let ended = StackEvent::Ended { dialog, cause: Cause::TransportLost, sip_status: None, q850: None };
    let down = StackEvent::EndpointDown { endpoint: name("1001"), cause: Cause::TransportLost };
    assert_eq!(bench.take_events(), [down, ended]);
    let dialog = call_1001(&mut bench);
    let ended = StackEvent::Ended { dialog, cause: Cause::Unreachable, sip_status: None, q850: None };
    assert_eq!(bench.take_events(), [ended]);
}

#[test]
fn notes_11_a_call_outlives_its_connection_if_the_phone_comes_back() {
    let mut bench = Bench::phones();
    bench.register(tcp(3, PHONE), "1001", PASSWORD, &contact(5062));
    let dialog = call_1001(&mut bench);
    bench.answer_on(tcp(3, PHONE), &Method::Invite, "200 OK", "Contact: <sip:1001@10.0.0.9:5062>\n");
    bench.input(Input::FlowClosed(tcp(3, PHONE)));
    bench.wait_ms(20_000);
    let back = tcp(4, "203.0.113.7:40009");
    bench.register(back, "1001", PASSWORD, &contact(5062));
    bench.wait_ms(20_000);
    bench.command(Command::End { dialog, cause: Cause::HungUp });
    assert_eq!(bench.last_request(&Method::Bye).0, Hop::Flow(back));
}

/// TEL-12: a page that lost its connection goes on with its call by the next one; a page that was loaded anew knows nothing
/// of it, and the call need not wait until that is found out by silence.
#[test]
fn tel_12_a_page_that_is_loaded_anew_has_lost_its_call() {
    let page = |name: &str| format!("Contact: <sip:{name}@{name}.invalid;transport=ws>");
    let talking = || {
        let mut bench = Bench::phones();
        bench.register(tcp(3, PHONE), "1001", PASSWORD, &page("first"));
        let dialog = call_1001(&mut bench);
        bench.answer_on(tcp(3, PHONE), &Method::Invite, "200 OK", &format!("{}\n", page("first")));
        (bench, dialog)
    };
    let back = tcp(4, "203.0.113.7:40009");
    let (mut bench, dialog) = talking();
    bench.input(Input::FlowClosed(tcp(3, PHONE)));
    bench.register(back, "1001", PASSWORD, &page("first"));
    bench.wait_ms(40_000);
    bench.command(Command::End { dialog, cause: Cause::HungUp });
    assert_eq!(bench.last_request(&Method::Bye).0, Hop::Flow(back));

    let (mut bench, dialog) = talking();
    let lost = StackEvent::Ended { dialog, cause: Cause::TransportLost, sip_status: None, q850: None };
    bench.input(Input::FlowClosed(tcp(3, PHONE)));
    assert!(!bench.take_events().contains(&lost), "it may come back");
    bench.register(back, "1001", PASSWORD, &page("second"));
    assert!(bench.take_events().contains(&lost));
}

#[test]
fn field_7_a_call_whose_phone_does_not_come_back_ends() {
    let mut bench = Bench::phones();
    bench.register(tcp(3, PHONE), "1001", PASSWORD, &contact(5062));
    let dialog = call_1001(&mut bench);
    bench.answer_on(tcp(3, PHONE), &Method::Invite, "200 OK", "Contact: <sip:1001@10.0.0.9:5062>\n");
    bench.input(Input::FlowClosed(tcp(3, PHONE)));
    bench.take_events();
    bench.wait_ms(30_000);
    let ended = StackEvent::Ended { dialog, cause: Cause::TransportLost, sip_status: None, q850: None };
    assert_eq!(bench.take_events(), [ended]);
}

#[test]
fn field_4_the_first_phone_to_answer_wins_and_the_others_stop_ringing() {
    let mut bench = Bench::phones();
    let flows = [udp("203.0.113.7:40001"), udp("203.0.113.7:40002")];
    for (flow, port) in flows.into_iter().zip(1..) {
        bench.register(flow, "1001", PASSWORD, &contact(port));
    }
    bench.take_events();
    bench.sent.clear();
    let dialog = call_1001(&mut bench);
    let invites = bench.sent.clone();
    for (flow, tag) in flows.into_iter().zip(["one", "two"]) {
        let invite = invites.iter().find(|(hop, _)| *hop == Hop::Flow(flow)).unwrap();
        bench.answer_message(flow, &invite.1, "180 Ringing", tag, "");
    }
    bench.take_events();
    bench.sent.clear();
    let invite = |flow| invites.iter().find(|(hop, _)| *hop == Hop::Flow(flow)).unwrap().1.clone();
    bench.answer_message(flows[1], &invite(flows[1]), "200 OK", "two", "");
    assert_eq!(bench.said(), "CANCEL ACK");
    let (hop, cancel) = bench.last_request(&Method::Cancel);
    assert_eq!(hop, Hop::Flow(flows[0]), "notes 4: the CANCEL takes the way of its INVITE");
    let reason = cancel.first(crate::HeaderName::Reason).unwrap();
    assert_eq!(reason, b"SIP;cause=200;text=\"Call completed elsewhere\"", "so that it is not listed as missed");
    bench.sent.clear();
    bench.answer_message(flows[0], &invite(flows[0]), "200 OK", "one", "");
    assert_eq!(bench.said(), "ACK BYE", "it was answered too, a moment too late");
    assert!(matches!(bench.take_events()[..], [StackEvent::Answered { dialog: answered, .. }] if answered == dialog));
}

#[test]
fn a_registration_expires_and_a_star_removes_it() {
    let mut bench = Bench::phones();
    bench.register(udp(PHONE), "1001", PASSWORD, &contact(5062));
    bench.take_events();
    bench.wait_ms(299_000);
    assert_eq!(bench.take_events(), []);
    bench.wait_ms(1_000);
    let down = |cause| StackEvent::EndpointDown { endpoint: name("1001"), cause };
    assert_eq!(bench.take_events(), [down(Cause::Timeout)]);

    bench.register(udp(PHONE), "1001", PASSWORD, &contact(5062));
    bench.take_events();
    assert_eq!(bench.register(udp(PHONE), "1001", PASSWORD, "Contact: *"), 400, "without Expires: 0");
    assert_eq!(bench.register(udp(PHONE), "1001", PASSWORD, "Contact: *\nExpires: 0"), 200);
    assert_eq!(bench.take_events(), [down(Cause::Moved)]);
}

#[test]
fn contacts_are_bounded_and_intervals_too() {
    let mut bench = Bench::phones();
    assert_eq!(bench.register(udp(PHONE), "1001", PASSWORD, "Contact: <sip:1001@10.0.0.9>;expires=5"), 423);
    assert_eq!(bench.last_response().first(crate::HeaderName::MinExpires), Some(&b"60"[..]));
    for port in 1..=3 {
        let flow = udp(&format!("203.0.113.7:4000{port}"));
        assert_eq!(bench.register(flow, "1001", PASSWORD, &contact(port)), 200);
    }
    call_1001(&mut bench);
    let invites = bench.sent.iter().filter(|(_, message)| matches!(message, Message::Request(_))).count();
    assert_eq!(invites, 2, "every contact rings");
}

#[test]
fn a_phone_that_may_have_no_contact_is_refused() {
    let mut config = bench_config();
    config.endpoints.values_mut().for_each(|endpoint| endpoint.contacts_max = 0);
    let mut bench = Bench::new(config);
    bench.events.clear();
    assert_eq!(bench.register(udp(PHONE), "1001", PASSWORD, &contact(5062)), 403);
    let refused = bench.take_events();
    assert!(
        matches!(&refused[..], [StackEvent::RegistrationRefused { refusal: RegistrationRefusal::TooManyContacts, .. }]),
        "{refused:?}"
    );
}

/// TEL-05: a phone comes back on another port while its old registration lives: the oldest binding gives way.
#[test]
fn tel_05_a_phone_that_comes_back_elsewhere_replaces_its_oldest_binding() {
    let mut bench = Bench::phones();
    let flow = |port: u16| tcp(u64::from(port), &format!("203.0.113.7:4000{port}"));
    for port in 1..=2 {
        bench.register(flow(port), "1001", PASSWORD, &contact(port));
    }
    bench.register(flow(1), "1001", PASSWORD, &contact(1));
    bench.take_events();
    assert_eq!(bench.register(flow(3), "1001", PASSWORD, &contact(3)), 200);
    let source = |port| flow(port).remote();
    let replaced = StackEvent::ContactReplaced { endpoint: name("1001"), source: source(2), cause: Cause::Moved };
    let user_agent = Some("Phone 1.0".to_owned());
    let up = StackEvent::EndpointUp { endpoint: name("1001"), source: source(3), user_agent };
    assert_eq!(bench.take_events(), [replaced, up], "the one that was not refreshed for longest is gone");
    bench.input(Input::FlowClosed(flow(2)));
    bench.input(Input::FlowClosed(flow(1)));
    assert_eq!(bench.take_events(), [], "a connection that closes later takes nothing of another with it");
    bench.sent.clear();
    call_1001(&mut bench);
    assert_eq!(bench.said(), "INVITE");
    assert_eq!(bench.last_request(&Method::Invite).0, Hop::Flow(flow(3)));
}

#[test]
fn tel_05_a_call_that_rings_at_a_replaced_binding_can_still_be_answered_there() {
    let mut bench = Bench::phones();
    bench.register(udp("203.0.113.7:40001"), "1001", PASSWORD, &contact(1));
    let dialog = call_1001(&mut bench);
    let invite = Message::Request(bench.last_request(&Method::Invite).1.clone());
    bench.answer_message(udp("203.0.113.7:40001"), &invite, "180 Ringing", "peer", "");
    for port in 2..=3 {
        bench.register(udp(&format!("203.0.113.7:4000{port}")), "1001", PASSWORD, &contact(port));
    }
    let events = bench.take_events();
    assert!(events.iter().any(|event| matches!(event, StackEvent::ContactReplaced { .. })), "{events:?}");
    assert!(!events.iter().any(|event| matches!(event, StackEvent::Ended { .. })), "{events:?}");
    let fields = "Contact: <sip:1001@10.0.0.9:1>\n";
    bench.answer_message(udp("203.0.113.7:40001"), &invite, "200 OK", "peer", fields);
    let events = bench.take_events();
    assert!(matches!(events[..], [StackEvent::Answered { dialog: answered, .. }] if answered == dialog), "{events:?}");
}

#[test]
fn a_phone_proves_itself_before_it_calls() {
    let mut bench = Bench::phones();
    bench.register(udp(PHONE), "1001", PASSWORD, &contact(5062));
    bench.take_events();
    let invite = |step: u32, authorization: &str| {
        format!(
            "INVITE sip:13800138000@belltower SIP/2.0\nVia: SIP/2.0/UDP 10.0.0.9:5062;rport;branch=z9hG4bKi{step}\n\
             From: \"Agent\" <sip:1001@belltower>;tag=f\nTo: <sip:13800138000@belltower>\nCall-ID: c1\n\
             CSeq: {step} INVITE\nContact: <sip:1001@10.0.0.9:5062>\n{authorization}Max-Forwards: 70\n\
             Content-Type: application/sdp\nContent-Length: 5\n\noffer"
        )
    };
    assert_eq!(bench.ask(udp(PHONE), &invite(1, "")), "401");
    let wrong = bench.authorization("1002", PASSWORD, &Method::Invite, "sip:13800138000@belltower");
    let right = bench.authorization("1001", PASSWORD, &Method::Invite, "sip:13800138000@belltower");
    assert_eq!(bench.ask(udp(PHONE), &invite(2, &format!("Authorization: {wrong}\n"))), "100", "it is 1002 that calls");
    assert_eq!(bench.ask(udp(PHONE), &invite(3, &format!("Authorization: {right}\n"))), "401", "the nonce was used");
    let right = bench.authorization("1001", PASSWORD, &Method::Invite, "sip:13800138000@belltower");
    assert_eq!(bench.ask(udp(PHONE), &invite(4, &format!("Authorization: {right}\n"))), "100");
    let event = bench.take_events().pop().unwrap();
    let StackEvent::Incoming { peer, called, .. } = event else { panic!("{event:?}") };
    assert_eq!(peer, Peer::Endpoint(name("1001")));
    assert_eq!(called.number.unwrap().to_string(), "+8613800138000");
}
