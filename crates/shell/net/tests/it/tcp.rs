//! Messages on connections.

use std::io::Write;
use std::time::Instant;

use bell_sip::{Hop, Input, Transport};
use bytes::Bytes;

use crate::support::{Bench, bytes, config, connect, datagram, phone, ping, request, request_with, wait_for_end};

#[test]
fn a_message_is_put_together_from_what_is_read_apart() {
    let bench = Bench::start(config());
    let mut phone = connect(bench.tcp());
    let text = request_with("MESSAGE", 1, "您好");
    for (number, end) in [20, 60, text.len() - 2, text.len()].into_iter().enumerate() {
        let begin = [0, 20, 60, text.len() - 2][number];
        if begin == 0 {
            // The answer to the keep-alive says that the beginning of the message has been read.
            phone.write_all(b"\r\n\r\n").unwrap();
        }
        phone.write_all(&text.as_bytes()[begin..end]).unwrap();
        if begin == 0 {
            assert_eq!(bytes(&phone, 2), b"\r\n");
        }
    }
    let (flow, message) = bench.message();
    assert_eq!(message, text);
    assert_eq!(flow.remote(), phone.local_addr().unwrap());
    assert_eq!(flow.transport(), Transport::Tcp);
}

#[test]
fn messages_in_one_segment_arrive_in_order() {
    let bench = Bench::start(config());
    let mut phone = connect(bench.tcp());
    let texts = [request("OPTIONS", 1), request_with("MESSAGE", 2, "a\r\n\r\nb"), request("OPTIONS", 3)];
    phone.write_all(texts.concat().as_bytes()).unwrap();
    let arrived: Vec<_> = texts.iter().map(|_| bench.message()).collect();
    assert!(arrived.iter().all(|(flow, _)| *flow == arrived[0].0), "one connection");
    for ((_, message), text) in arrived.iter().zip(&texts) {
        assert_eq!(message, text);
    }
    bench.net.transmit(Hop::Flow(arrived[0].0), &Bytes::from_static(b"SIP/2.0 200 OK\r\n\r\n"));
    assert_eq!(bytes(&phone, 18), b"SIP/2.0 200 OK\r\n\r\n");
}

#[test]
fn a_ping_gets_a_pong() {
    let bench = Bench::start(config());
    let phone = connect(bench.tcp());
    ping(&phone);
    ping(&phone);
    assert_eq!(bench.count(|counters| &counters.received), 0);
}

#[test]
fn a_stream_that_loses_its_framing_is_closed() {
    let endless = "x".repeat(20_000);
    for garbage in [endless.as_str(), "OPTIONS sip:a SIP/2.0\r\nContent-Length: many\r\n\r\n"] {
        let bench = Bench::start(config());
        let mut phone = connect(bench.tcp());
        phone.write_all(request("OPTIONS", 1).as_bytes()).unwrap();
        let (flow, _) = bench.message();
        phone.write_all(garbage.as_bytes()).unwrap();
        assert_eq!(bench.closed(), flow);
        wait_for_end(&phone);
    }
}

#[test]
fn a_connection_that_its_peer_closes_is_told_and_nothing_can_be_sent_on_it() {
    let bench = Bench::start(config());
    let mut phone = connect(bench.tcp());
    phone.write_all(request("OPTIONS", 1).as_bytes()).unwrap();
    let (flow, _) = bench.message();
    drop(phone);
    assert_eq!(bench.closed(), flow);
    bench.net.transmit(Hop::Flow(flow), &Bytes::from_static(b"x"));
    let input = bench.next();
    assert!(matches!(input, Input::SendFailed(Hop::Flow(failed)) if failed == flow), "{input:?}");
}

#[test]
fn notes_1_a_client_that_never_reads_is_cut_and_nobody_waits_for_it() {
    let bench = Bench::start(config());
    let (mut stuck, mut other, phone) = (connect(bench.tcp()), connect(bench.tcp()), phone());
    let flow_of = |bench: &Bench| bench.message().0;
    stuck.write_all(request("OPTIONS", 1).as_bytes()).unwrap();
    let stuck_flow = flow_of(&bench);
    other.write_all(request("OPTIONS", 2).as_bytes()).unwrap();
    let other_flow = flow_of(&bench);
    phone.send_to(request("OPTIONS", 3).as_bytes(), bench.udp()).unwrap();
    let phone_flow = flow_of(&bench);
    let (large, small) = (Bytes::from(vec![b'x'; 60_000]), Bytes::from_static(b"SIP/2.0 200 OK\r\n\r\n"));
    let goes_on = || {
        bench.net.transmit(Hop::Flow(other_flow), &small);
        assert_eq!(bytes(&other, small.len()), small);
        bench.net.transmit(Hop::Flow(phone_flow), &small);
        assert_eq!(datagram(&phone).0, small);
    };
    let failed = (0..10_000).find_map(|_| {
        let begun = Instant::now();
        bench.net.transmit(Hop::Flow(stuck_flow), &large);
        let taken = begun.elapsed();
        assert!(taken.as_millis() < 100, "sending took {taken:?}");
        goes_on();
        bench.try_next()
    });
    let is_stuck = |hop: &Hop| *hop == Hop::Flow(stuck_flow);
    assert!(matches!(&failed, Some(Input::SendFailed(hop)) if is_stuck(hop)), "{failed:?}");
    assert_eq!(bench.closed(), stuck_flow, "cut at once, not when a time-out has passed");
    assert_eq!(bench.count(|counters| &counters.connections_cut), 1);
    goes_on();
    wait_for_end(&stuck);
}
