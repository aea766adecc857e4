//! Datagrams in and out.

use bell_sip::{Flow, Hop, Input, SocketId};
use bytes::Bytes;

use crate::support::{Bench, config, datagram, loopback, phone, request};

#[test]
fn a_datagram_arrives_with_its_source_and_its_answer_leaves_from_the_same_socket() {
    let mut config = config();
    config.udp = vec![(SocketId(3), loopback()), (SocketId(7), loopback())];
    let bench = Bench::start(config);
    let phone = phone();
    for (place, socket) in [(1, SocketId(7)), (0, SocketId(3))] {
        let ours = bench.net.udp_addresses()[place];
        phone.send_to(request("OPTIONS", place).as_bytes(), ours).unwrap();
        let (flow, bytes) = bench.message();
        assert_eq!(flow, Flow::Datagram { socket, remote: phone.local_addr().unwrap() });
        assert_eq!(bytes, request("OPTIONS", place));
        bench.net.transmit(Hop::Flow(flow), &Bytes::from_static(b"SIP/2.0 200 OK\r\n\r\n"));
        assert_eq!(datagram(&phone), (b"SIP/2.0 200 OK\r\n\r\n".to_vec(), ours));
    }
    assert_eq!(bench.count(|counters| &counters.received), 2);
    assert_eq!(bench.count(|counters| &counters.sent), 2);
}

#[test]
fn keep_alives_are_swallowed() {
    let bench = Bench::start(config());
    let phone = phone();
    for keep_alive in [&b"\r\n\r\n"[..], b"\r\n", b"\0\0\0\0", b""] {
        phone.send_to(keep_alive, bench.udp()).unwrap();
    }
    phone.send_to(request("OPTIONS", 1).as_bytes(), bench.udp()).unwrap();
    assert_eq!(bench.message().1, request("OPTIONS", 1));
    assert_eq!(bench.count(|counters| &counters.received), 1);
}

#[test]
fn notes_9_sixty_kilobytes_travel_whole_both_ways() {
    let bench = Bench::start(config());
    let phone = phone();
    let large: Vec<u8> = (0..60_000_u32).map(|place| b'a' + (place % 23) as u8).collect();
    phone.send_to(&large, bench.udp()).unwrap();
    let (flow, bytes) = bench.message();
    assert_eq!(bytes, large);
    bench.net.transmit(Hop::Flow(flow), &bytes);
    assert_eq!(datagram(&phone).0, large);
}

#[test]
fn a_datagram_that_cannot_leave_is_told() {
    let bench = Bench::start(config());
    let remote = "127.0.0.1:9".parse().unwrap();
    let no_socket = Hop::Flow(Flow::Datagram { socket: SocketId(9), remote });
    let other_family = Hop::Flow(Flow::Datagram { socket: SocketId(1), remote: "[::1]:9".parse().unwrap() });
    for hop in [no_socket, other_family] {
        bench.net.transmit(hop, &Bytes::from_static(b"x"));
        let input = bench.next();
        assert!(matches!(input, Input::SendFailed(failed) if failed == hop), "{input:?}");
    }
    assert_eq!(bench.count(|counters| &counters.send_failed), 2);
}
