//! Names to addresses.

use std::time::{Duration, Instant};

use bell_net::Config;
use bell_sip::{Input, LookupId, Resolved, Transport};

use crate::name_server::{NameServer, Record};
use crate::support::{Bench, config, wait_until};

#[track_caller]
fn answer(bench: &Bench) -> (LookupId, Vec<Resolved>) {
    match bench.next() {
        Input::LookedUp { lookup, addresses } => (lookup, addresses),
        other => panic!("not an answer: {other:?}"),
    }
}

/// What a name is found to be: `address priority weight`.
#[track_caller]
fn found(bench: &Bench, host: &str, port: Option<u16>, transport: Transport) -> Vec<String> {
    bench.net.look_up(LookupId(7), host, port, transport);
    let (lookup, addresses) = answer(bench);
    assert_eq!(lookup, LookupId(7));
    let line = |one: Resolved| format!("{} {} {}", one.address, one.priority, one.weight);
    addresses.into_iter().map(line).collect()
}

fn asking(records: Vec<Record>, config: Config) -> (Bench, NameServer) {
    let server = NameServer::start(records);
    (Bench::start(Config { name_servers: vec![server.address], ..config }), server)
}

#[test]
fn an_address_is_its_own_answer() {
    let bench = Bench::start(config());
    assert_eq!(found(&bench, "127.0.0.9", Some(5070), Transport::Udp), ["127.0.0.9:5070 0 0"]);
    assert_eq!(found(&bench, "127.0.0.9", None, Transport::Tls), ["127.0.0.9:5061 0 0"]);
    assert_eq!(found(&bench, "[::1]", None, Transport::Tcp), ["[::1]:5060 0 0"]);
}

#[test]
fn the_list_of_hosts_is_known() {
    let bench = Bench::start(config());
    assert_eq!(found(&bench, "localhost", Some(5070), Transport::Udp), ["127.0.0.1:5070 0 0"]);
    assert_eq!(found(&bench, "localhost", None, Transport::Udp), ["127.0.0.1:5060 0 0"]);
}

#[test]
fn notes_11_a_name_service_that_does_not_answer_is_an_empty_answer_in_time() {
    let records = vec![Record::Lost("carrier.example"), Record::Lost("_sip._udp.carrier.example")];
    let (bench, _server) = asking(records, Config { lookup_timeout: Duration::from_millis(400), ..config() });
    let begun = Instant::now();
    assert!(found(&bench, "carrier.example", None, Transport::Udp).is_empty());
    let taken = begun.elapsed();
    assert!(taken < Duration::from_secs(2), "{taken:?}");
}

#[test]
fn an_unknown_name_is_an_empty_answer() {
    let (bench, _server) = asking(Vec::new(), config());
    assert!(found(&bench, "nobody.example", None, Transport::Udp).is_empty());
    assert!(found(&bench, "not a name", Some(5060), Transport::Udp).is_empty());
    assert!(found(&Bench::start(config()), "nobody.invalid", None, Transport::Udp).is_empty());
}

#[test]
fn services_bring_their_priorities_weights_and_ports() {
    let records = vec![
        Record::Service("_sip._udp.carrier.example", 20, 0, 5064, "b.carrier.example"),
        Record::Service("_sip._udp.carrier.example", 10, 60, 5062, "a.carrier.example"),
        Record::Address("a.carrier.example", "127.0.0.2"),
        Record::Address("b.carrier.example", "127.0.0.3"),
        Record::Address("carrier.example", "127.0.0.4"),
    ];
    let (bench, _server) = asking(records, config());
    let services = ["127.0.0.2:5062 10 60", "127.0.0.3:5064 20 0"];
    assert_eq!(found(&bench, "carrier.example", None, Transport::Udp), services);
    assert_eq!(found(&bench, "carrier.example.", None, Transport::Udp), services);
    assert_eq!(found(&bench, "carrier.example", Some(5070), Transport::Udp), ["127.0.0.4:5070 0 0"]);
    assert_eq!(found(&bench, "carrier.example", None, Transport::Tcp), ["127.0.0.4:5060 0 0"], "no service for TCP");
}

#[test]
fn a_service_that_is_not_offered_has_no_address() {
    let records = vec![
        Record::Service("_sip._udp.carrier.example", 0, 0, 0, "."),
        Record::Address("carrier.example", "127.0.0.4"),
    ];
    let (bench, _server) = asking(records, config());
    assert!(found(&bench, "carrier.example", None, Transport::Udp).is_empty());
}

#[test]
fn lost_questions_for_services_leave_time_for_the_address() {
    let records = vec![Record::Lost("_sip._udp.carrier.example"), Record::Address("carrier.example", "127.0.0.4")];
    let (bench, _server) = asking(records, config());
    assert_eq!(found(&bench, "carrier.example", None, Transport::Udp), ["127.0.0.4:5060 0 0"]);
}

#[test]
fn what_was_found_is_told_when_the_rest_is_not_found_in_time() {
    let records = vec![
        Record::Service("_sip._udp.carrier.example", 1, 0, 5062, "a.carrier.example"),
        Record::Service("_sip._udp.carrier.example", 2, 0, 5062, "b.carrier.example"),
        Record::Address("a.carrier.example", "127.0.0.2"),
        Record::Lost("b.carrier.example"),
    ];
    let (bench, _server) = asking(records, Config { lookup_timeout: Duration::from_secs(1), ..config() });
    assert_eq!(found(&bench, "carrier.example", None, Transport::Udp), ["127.0.0.2:5062 1 0"]);
}

#[test]
fn addresses_that_no_socket_reaches_are_left_out() {
    let records = vec![Record::Address("carrier.example", "127.0.0.4"), Record::Address("carrier.example", "::1")];
    let (bench, _server) = asking(records, config());
    let udp = found(&bench, "carrier.example", Some(5060), Transport::Udp);
    assert_eq!(udp, ["127.0.0.4:5060 0 0"], "there is no UDP socket for IPv6");
    let tcp = found(&bench, "carrier.example", Some(5060), Transport::Tcp);
    assert_eq!(tcp, ["127.0.0.4:5060 0 0", "[::1]:5060 0 0"]);
}

#[test]
fn one_look_up_more_than_there_may_be_gets_an_empty_answer_at_once() {
    let records = vec![Record::Lost("slow.example")];
    let limits = Config { lookups_max: 1, lookup_timeout: Duration::from_secs(1), ..config() };
    let (bench, _server) = asking(records, limits);
    bench.net.look_up(LookupId(1), "slow.example", Some(5060), Transport::Udp);
    bench.net.look_up(LookupId(2), "127.0.0.1", Some(5060), Transport::Udp);
    assert_eq!(answer(&bench), (LookupId(2), Vec::new()));
    assert_eq!(answer(&bench), (LookupId(1), Vec::new()));
    // The turn is given back just after the answer.
    let again = || !found(&bench, "127.0.0.1", Some(5060), Transport::Udp).is_empty();
    wait_until(again);
}
