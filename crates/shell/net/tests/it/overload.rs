//! What happens when the inbox is crowded, and when it is full.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;

use crate::support::{Bench, config, connect, datagram, phone, request, wait_until};

#[test]
fn over_udp_a_new_call_gets_503_and_the_rest_is_left_to_its_senders() {
    let bench = Bench::with_room(config(), 1);
    let phone = phone();
    let send = |method, number| phone.send_to(request(method, number).as_bytes(), bench.udp()).unwrap();
    let reply = || String::from_utf8(datagram(&phone).0).unwrap();
    send("OPTIONS", 1);
    send("INVITE", 2);
    assert_is_overload(&reply(), 2);
    send("OPTIONS", 3);
    send("INVITE", 4);
    // Datagrams are read in order: the other request has got nothing.
    assert_is_overload(&reply(), 4);
    assert_eq!(bench.count(|counters| &counters.refused), 2);
    assert_eq!(bench.count(|counters| &counters.overflowed), 1);
    assert_eq!(bench.message().1, request("OPTIONS", 1));
    send("INVITE", 5);
    assert_eq!(bench.message().1, request("INVITE", 5));
}

#[test]
fn what_belongs_to_a_call_still_finds_room_where_new_calls_do_not() {
    let bench = Bench::crowded_at(config(), 2, 4);
    let phone = phone();
    let send = |method, number| phone.send_to(request(method, number).as_bytes(), bench.udp()).unwrap();
    send("INVITE", 1);
    send("INVITE", 2);
    send("INVITE", 3);
    assert_is_overload(&String::from_utf8(datagram(&phone).0).unwrap(), 3);
    send("BYE", 4);
    let taken = [("INVITE", 1), ("INVITE", 2), ("BYE", 4)];
    for (method, number) in taken {
        assert_eq!(bench.message().1, request(method, number));
    }
    send("INVITE", 5);
    assert_eq!(bench.message().1, request("INVITE", 5));
    assert_eq!(bench.count(|counters| &counters.overflowed), 0);
}

#[test]
fn over_tcp_a_new_call_gets_503_and_the_rest_waits_because_nobody_repeats_it() {
    let bench = Bench::with_room(config(), 1);
    let mut phone = connect(bench.tcp());
    let mut reader = BufReader::new(phone.try_clone().unwrap());
    phone.write_all([request("OPTIONS", 1), request("INVITE", 2), request("INVITE", 3)].concat().as_bytes()).unwrap();
    assert_is_overload(&response(&mut reader), 2);
    assert_is_overload(&response(&mut reader), 3);
    phone.write_all(request("BYE", 4).as_bytes()).unwrap();
    wait_until(|| bench.count(|counters| &counters.overflowed) == 1);
    assert_eq!(bench.message().1, request("OPTIONS", 1));
    assert_eq!(bench.message().1, request("BYE", 4));
    phone.write_all(request("INVITE", 5).as_bytes()).unwrap();
    assert_eq!(bench.message().1, request("INVITE", 5));
}

#[test]
fn a_closed_connection_is_told_as_soon_as_there_is_room() {
    let bench = Bench::with_room(config(), 1);
    let mut phone = connect(bench.tcp());
    phone.write_all(request("OPTIONS", 1).as_bytes()).unwrap();
    drop(phone);
    wait_until(|| bench.count(|counters| &counters.overflowed) == 1);
    let (flow, _) = bench.message();
    assert_eq!(bench.closed(), flow);
}

#[track_caller]
fn assert_is_overload(reply: &str, number: usize) {
    assert!(reply.starts_with("SIP/2.0 503 "), "{reply}");
    assert!(reply.contains("\r\nRetry-After: "), "{reply}");
    assert!(reply.contains(&format!("\r\nCall-ID: call-{number}\r\n")), "{reply}");
}

/// A message without a body.
fn response(reader: &mut BufReader<TcpStream>) -> String {
    let mut text = String::new();
    while !text.ends_with("\r\n\r\n") {
        assert_ne!(reader.read_line(&mut text).expect("a line in time"), 0, "{text}");
    }
    text
}
