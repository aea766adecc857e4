//! Carriers: habits, fail-over, registration, probes, ceilings.

use std::time::Duration;

use bell_types::{Caller, Cause, Number, NumberPlan, TrunkName};
use bytes::Bytes;

use super::pair::{Side, config};
use super::phone::{Bench, udp};
use crate::digest::Secret;
use crate::stack::fuzz::trunk_to;
use crate::{
    Account, CalledIn, Command, Config, Destination, DialogId, HeaderName, Hop, IdentityIn, Input, Method, Output,
    Probe, Registration, ReplyPort, Resolved, Rewrite, StackEvent, Target, Transport, Trunk, Uri,
};

const CARRIER: &str = "192.0.2.1:5060";

fn other() -> TrunkName {
    TrunkName::new("other").unwrap()
}

fn with_trunk(change: impl FnOnce(&mut Trunk)) -> Bench {
    let mut config: Config = config(Side::B, Transport::Udp);
    change(config.trunks.get_mut(&other()).unwrap());
    Bench::new(config)
}

fn number(text: &str) -> Number {
    Number::parse(text, &NumberPlan::china(Some("571"))).unwrap()
}

fn dial(bench: &mut Bench) -> DialogId {
    let dialog = bench.stack.mint_dialog();
    bench.command(Command::Invite {
        dialog,
        to: Target::Trunk { trunk: other(), number: number("13800138000") },
        caller: Caller { number: Some(number("4001234567")), name: Some("钟楼".to_owned()) },
        offer: Some(Bytes::from_static(b"offer")),
        call: Some(bell_types::CallId::from_u64(7)),
        taking: crate::Taking::ByHand,
    });
    dialog
}

fn invite(count: u32, headers: &str) -> String {
    format!(
        "INVITE sip:4001234567@192.0.2.2 SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1:5070;branch=z9hG4bKt{count}\n\
         From: \"x\" <sip:013900139000@192.0.2.1>;tag=f{count}\nTo: <sip:4008888888@192.0.2.2>\nCall-ID: t{count}\n\
         CSeq: 1 INVITE\nContact: <sip:gw@192.0.2.1>\n{headers}Max-Forwards: 70\nContent-Length: 0\n\n"
    )
}

fn ended(bench: &mut Bench) -> Vec<(Cause, Option<u16>)> {
    let events = bench.take_events().into_iter();
    let ended = events.filter_map(|event| match event {
        StackEvent::Ended { cause, sip_status, .. } => Some((cause, sip_status.map(crate::Status::code))),
        _ => None,
    });
    ended.collect()
}

/// Answers the last request of a method with a status and fields.
fn answer(bench: &mut Bench, method: &Method, status: &str, fields: &str) {
    let (hop, _) = bench.last_request(method);
    bench.answer_on(udp(&hop.remote().to_string()), method, status, fields);
}

#[test]
fn tel_01_the_trunks_habits_say_where_the_numbers_stand() {
    let incoming = |change: fn(&mut Trunk), headers: &str| {
        let mut bench = with_trunk(change);
        bench.receive(udp(CARRIER), &invite(1, headers));
        let event = bench.take_events().pop().unwrap();
        let StackEvent::Incoming { called, caller, .. } = event else { panic!("{event:?}") };
        (called.dialled, caller.number.map(|number| number.to_string()).unwrap_or_default())
    };
    let as_is = |_: &mut Trunk| {};
    let shown = |number: &str| ("4001234567".to_owned(), number.to_owned());
    assert_eq!(incoming(as_is, ""), shown("+8613900139000"));
    assert_eq!(incoming(as_is, "P-Asserted-Identity: <tel:+8613700137000>\n"), shown("+8613700137000"));
    assert_eq!(incoming(as_is, "Remote-Party-ID: <sip:057187654321@x>;party=calling\n"), shown("+8657187654321"));
    assert_eq!(incoming(as_is, "Privacy: id\n"), shown(""));
    let in_to = |trunk: &mut Trunk| trunk.numbers.called_in = CalledIn::To;
    assert_eq!(incoming(in_to, "").0, "4008888888");
    let rules = |trunk: &mut Trunk| {
        trunk.numbers.called_rules = vec![Rewrite { prefix: "400123".into(), replacement: "95".into() }];
    };
    assert_eq!(incoming(rules, "").0, "954567");
}

#[test]
fn a_trunk_is_told_who_calls_as_it_likes() {
    let sent = |identity| {
        let mut bench = with_trunk(|trunk| trunk.identity = identity);
        dial(&mut bench);
        let (_, invite) = bench.last_request(&Method::Invite);
        let first = |name| invite.first(name).map(|value| String::from_utf8_lossy(value).into_owned());
        let from = first(HeaderName::From).unwrap();
        assert!(from.starts_with("\"钟楼\" <sip:4001234567@192.0.2.2>;tag="), "{from}");
        assert_eq!(invite.uri().as_str(), "sip:+8613800138000@192.0.2.1:5060");
        (first(HeaderName::PAssertedIdentity), first(HeaderName::RemotePartyId))
    };
    let shown = "\"钟楼\" <sip:4001234567@192.0.2.2>";
    assert_eq!(sent(IdentityIn::From), (None, None));
    assert_eq!(sent(IdentityIn::PAssertedIdentity), (Some(shown.to_owned()), None));
    let party = format!("{shown};party=calling;screen=yes;privacy=off");
    assert_eq!(sent(IdentityIn::RemotePartyId), (None, Some(party)));
}

#[test]
fn notes_15_replies_go_where_the_trunk_listens() {
    let reply = |port| {
        let mut bench = with_trunk(|trunk| trunk.reply_port = port);
        bench.receive(udp("192.0.2.1:6000"), &invite(1, ""));
        bench.sent[0].0.remote().port()
    };
    assert_eq!(reply(ReplyPort::AsAsked), 5070, "the port of the Via");
    assert_eq!(reply(ReplyPort::Source), 6000);
}

#[test]
fn notes_3_a_received_parameter_of_the_client_aims_at_nobody() {
    let mut bench = with_trunk(|_| {});
    let message = invite(1, "").replace(";branch", ";received=198.51.100.66;rport=9;branch");
    bench.receive(udp(CARRIER), &message);
    assert!(bench.sent.iter().all(|(hop, _)| hop.remote().to_string() == CARRIER));
    let via = bench.last_response().via();
    assert_eq!((via.received(), via.rport()), ("192.0.2.1".parse().ok(), Some(5060)));
}

#[test]
fn a_full_trunk_refuses_in_both_directions() {
    let mut bench = with_trunk(|trunk| trunk.calls_max = 1);
    assert_eq!(bench.ask(udp(CARRIER), &invite(1, "")), "100");
    assert_eq!(bench.ask(udp(CARRIER), &invite(2, "")), "503");
    bench.take_events();
    dial(&mut bench);
    assert_eq!(ended(&mut bench), [(Cause::TrunkFull, None)]);
    bench.wait_ms(181_000);
    bench.take_events();
    assert_eq!(bench.ask(udp(CARRIER), &invite(3, "")), "100", "the first has ended");
}

#[test]
fn a_silent_destination_gives_its_turn_to_the_next() {
    let mut bench = with_trunk(|trunk| {
        let second = trunk_to("192.0.2.9:5060".parse().unwrap(), Transport::Udp);
        trunk.destinations.extend(second.destinations);
    });
    dial(&mut bench);
    assert_eq!(bench.last_request(&Method::Invite).0.remote().to_string(), CARRIER);
    bench.wait_ms(4_000);
    assert_eq!(bench.last_request(&Method::Invite).0.remote().to_string(), "192.0.2.9:5060");
    answer(&mut bench, &Method::Invite, "503 Service Unavailable", "");
    assert_eq!(ended(&mut bench), [(Cause::Overloaded, Some(503))]);
}

#[test]
fn a_destination_that_refuses_for_its_own_reasons_is_passed_over_at_once() {
    let mut bench = with_trunk(|trunk| {
        let second = trunk_to("192.0.2.9:5060".parse().unwrap(), Transport::Udp);
        trunk.destinations.extend(second.destinations);
    });
    dial(&mut bench);
    answer(&mut bench, &Method::Invite, "503 Service Unavailable", "");
    assert_eq!(bench.said(), "ACK INVITE");
    answer(&mut bench, &Method::Invite, "486 Busy Here", "");
    assert_eq!(ended(&mut bench), [(Cause::Busy, Some(486))], "busy is busy everywhere");
}

#[test]
fn notes_11_a_hop_that_cannot_be_reached_fails_over_now() {
    let mut bench = with_trunk(|trunk| {
        let second = trunk_to("192.0.2.9:5060".parse().unwrap(), Transport::Tcp);
        trunk.destinations.splice(0..0, second.destinations);
    });
    let dialog = dial(&mut bench);
    let (hop, _) = bench.last_request(&Method::Invite);
    let tcp = Hop::Connect { transport: Transport::Tcp, remote: "192.0.2.9:5060".parse().unwrap() };
    assert_eq!(hop, tcp);
    bench.input(Input::SendFailed(hop));
    let (hop, _) = bench.last_request(&Method::Invite);
    assert_eq!(hop, Hop::Flow(udp(CARRIER)));
    bench.input(Input::SendFailed(hop));
    let end = StackEvent::Ended { dialog, cause: Cause::TransportLost, sip_status: None, q850: None };
    assert!(bench.take_events().contains(&end));
}

#[test]
fn a_name_is_looked_up_ahead_and_its_addresses_tried_by_priority() {
    let mut bench = with_trunk(|trunk| {
        trunk.destinations =
            vec![Destination { host: "sip.carrier.example".into(), port: None, transport: Transport::Udp }];
    });
    let Some(Output::Lookup { lookup, host, .. }) = bench.lookups.pop() else { panic!("no lookup") };
    assert_eq!(&*host, "sip.carrier.example");
    dial(&mut bench);
    assert_eq!(ended(&mut bench), [(Cause::TrunkDown, None)], "not found yet");
    let address = |text: &str, priority| Resolved { address: text.parse().unwrap(), priority, weight: 1 };
    bench.input(Input::LookedUp {
        lookup,
        addresses: vec![address("192.0.2.8:5080", 20), address("192.0.2.7:5070", 10)],
    });
    dial(&mut bench);
    let (hop, invite) = bench.last_request(&Method::Invite);
    assert_eq!(hop.remote().to_string(), "192.0.2.7:5070");
    assert_eq!(invite.uri().as_str(), "sip:+8613800138000@sip.carrier.example");
    bench.wait_ms(4_000);
    assert_eq!(bench.last_request(&Method::Invite).0.remote().to_string(), "192.0.2.8:5080");
}

#[test]
fn tel_03_probes_tell_when_a_trunk_is_down_and_up_again() {
    let probe = Probe { interval: Duration::from_secs(10), failures_max: 2, successes_min: 2 };
    let mut bench = with_trunk(|trunk| trunk.probe = Some(probe));
    assert_eq!(bench.take_events(), [StackEvent::TrunkUp { trunk: other() }]);
    answer(&mut bench, &Method::Options, "404 Not Found", "");
    bench.wait_ms(29_000);
    assert_eq!(bench.take_events(), [], "one failure is none");
    bench.wait_ms(2_000);
    let down = StackEvent::TrunkDown { trunk: other(), cause: Cause::Timeout };
    assert_eq!(bench.take_events(), [down]);
    dial(&mut bench);
    assert_eq!(ended(&mut bench), [(Cause::TrunkDown, None)]);
    for _ in 0..2 {
        bench.wait_ms(10_000);
        answer(&mut bench, &Method::Options, "200 OK", "");
    }
    assert_eq!(bench.take_events(), [StackEvent::TrunkUp { trunk: other() }]);
}

fn registering() -> Bench {
    with_trunk(|trunk| {
        trunk.outbound = Some(Account { user: "057112345678".into(), secret: Secret::Password("pw".into()) });
        trunk.registration = Some(Registration {
            address: Uri::parse("sip:057112345678@carrier.example").unwrap(),
            registrar: Uri::parse("sip:carrier.example").unwrap(),
            expires: Duration::from_secs(600),
            retry_min: Duration::from_secs(2),
            retry_max: Duration::from_secs(60),
        });
    })
}

const CHALLENGE: &str = "WWW-Authenticate: Digest realm=\"carrier\", nonce=\"n1\", algorithm=MD5, qop=\"auth\"\n";

#[test]
fn tel_02_we_register_with_a_carrier_and_refresh_in_time() {
    let mut bench = registering();
    assert_eq!(bench.take_events(), [], "nothing is known yet");
    answer(&mut bench, &Method::Register, "401 Unauthorized", CHALLENGE);
    let (_, again) = bench.last_request(&Method::Register);
    assert_eq!(again.cseq().number, 2);
    assert!(again.credentials(HeaderName::Authorization).next().is_some());
    answer(&mut bench, &Method::Register, "200 OK", "Contact: <sip:x@192.0.2.2>;expires=300\n");
    assert_eq!(bench.take_events(), [StackEvent::TrunkUp { trunk: other() }]);
    bench.sent.clear();
    bench.wait_ms(269_000);
    assert_eq!(bench.said(), "");
    bench.wait_ms(1_000);
    assert_eq!(bench.said(), "REGISTER");
}

#[test]
fn a_carrier_that_refuses_us_is_asked_more_and_more_rarely() {
    let mut bench = registering();
    answer(&mut bench, &Method::Register, "401 Unauthorized", CHALLENGE);
    answer(&mut bench, &Method::Register, "401 Unauthorized", CHALLENGE);
    let down = StackEvent::TrunkDown { trunk: other(), cause: Cause::Forbidden };
    assert_eq!(bench.take_events(), [down]);
    for pause in [2, 4, 8, 16, 32, 60, 60] {
        bench.sent.clear();
        bench.wait_ms(pause * 1000 - 1);
        assert_eq!(bench.said(), "");
        bench.wait_ms(1);
        assert_eq!(bench.said(), "REGISTER");
        answer(&mut bench, &Method::Register, "403 Forbidden", "");
    }
}

#[test]
fn a_challenged_call_is_repeated_with_credentials_once() {
    let mut bench = with_trunk(|trunk| {
        trunk.outbound = Some(Account { user: "u".into(), secret: Secret::Password("pw".into()) });
    });
    dial(&mut bench);
    let challenge = "Proxy-Authenticate: Digest realm=\"c\", nonce=\"n\"\n";
    answer(&mut bench, &Method::Invite, "407 Proxy Authentication Required", challenge);
    assert_eq!(bench.said(), "ACK INVITE");
    let (_, again) = bench.last_request(&Method::Invite);
    assert!(again.credentials(HeaderName::ProxyAuthorization).next().is_some());
    assert_eq!(again.body(), b"offer");
    answer(&mut bench, &Method::Invite, "407 Proxy Authentication Required", challenge);
    assert_eq!(ended(&mut bench), [(Cause::Forbidden, Some(407))]);
}
