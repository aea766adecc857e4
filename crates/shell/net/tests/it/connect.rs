//! Connections that we open.

use std::io::Write;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use bell_net::Config;
use bell_sip::{Flow, Hop, Input, Transport};
use bytes::Bytes;
use socket2::{Domain, Socket, Type};

use crate::support::{Bench, SOON, bytes, config, connect, loopback, ready, request, wait_until};

fn hop(remote: SocketAddr) -> Hop {
    Hop::Connect { transport: Transport::Tcp, remote }
}

#[track_caller]
fn assert_failed(input: &Input, expected: Hop) {
    assert!(matches!(input, Input::SendFailed(failed) if *failed == expected), "{input:?}");
}

#[test]
fn one_connection_is_opened_and_carries_messages_both_ways() {
    let bench = Bench::start(config());
    let carrier = TcpListener::bind(loopback()).unwrap();
    let remote = carrier.local_addr().unwrap();
    let texts = [request("OPTIONS", 1), request("OPTIONS", 2), request("OPTIONS", 3)];
    for text in &texts[..2] {
        bench.net.transmit(hop(remote), &Bytes::from(text.clone()));
    }
    let mut carried = ready(carrier.accept().unwrap().0);
    assert_eq!(bytes(&carried, texts[0].len() + texts[1].len()), texts[..2].concat().as_bytes());
    bench.net.transmit(hop(remote), &Bytes::from(texts[2].clone()));
    assert_eq!(bytes(&carried, texts[2].len()), texts[2].as_bytes(), "the same connection");
    carried.write_all(request("BYE", 4).as_bytes()).unwrap();
    let (flow, bytes_of) = bench.message();
    assert_eq!(bytes_of, request("BYE", 4));
    assert!(matches!(flow, Flow::Stream { transport: Transport::Tcp, remote: from, .. } if from == remote), "{flow:?}");
    bench.net.transmit(Hop::Flow(flow), &Bytes::from_static(b"SIP/2.0 200 OK\r\n\r\n"));
    assert_eq!(bytes(&carried, 18), b"SIP/2.0 200 OK\r\n\r\n");
    assert_eq!(bench.net.connections(), 1);
    drop(carried);
    assert_eq!(bench.closed(), flow);
    bench.net.transmit(hop(remote), &Bytes::from_static(b"again"));
    assert_eq!(bytes(&ready(carrier.accept().unwrap().0), 5), b"again", "a new connection after the old one");
}

#[test]
fn a_connection_from_outside_is_used_for_its_address() {
    let bench = Bench::start(config());
    let mut phone = connect(bench.tcp());
    phone.write_all(request("OPTIONS", 1).as_bytes()).unwrap();
    bench.message();
    bench.net.transmit(hop(phone.local_addr().unwrap()), &Bytes::from_static(b"hello"));
    assert_eq!(bytes(&phone, 5), b"hello");
    assert_eq!(bench.net.connections(), 1);
}

#[test]
fn notes_11_a_refused_connection_is_told_at_once() {
    let bench = Bench::start(config());
    let remote = TcpListener::bind(loopback()).unwrap().local_addr().unwrap();
    bench.net.transmit(hop(remote), &Bytes::from_static(b"x"));
    assert_failed(&bench.next(), hop(remote));
    assert_eq!(bench.closed().remote(), remote);
}

#[test]
fn a_connection_that_does_not_open_in_time_is_told() {
    let bench = Bench::start(Config { handshake_timeout: SOON, ..config() });
    let full = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    full.bind(&loopback().into()).unwrap();
    full.listen(0).unwrap();
    let remote = full.local_addr().unwrap().as_socket().unwrap();
    // Nobody accepts: when the system keeps no more of them, it leaves connections unanswered.
    let waiting: Vec<_> =
        (0..1000).map_while(|_| TcpStream::connect_timeout(&remote, Duration::from_millis(300)).ok()).collect();
    assert!(waiting.len() < 1000, "the system keeps any number of connections");
    bench.net.transmit(hop(remote), &Bytes::from_static(b"x"));
    assert_failed(&bench.next(), hop(remote));
    assert_eq!(bench.closed().remote(), remote);
    wait_until(|| bench.net.connections() == 0);
}

#[test]
fn what_is_to_be_encrypted_never_leaves_in_the_clear() {
    let bench = Bench::start(config());
    let carrier = TcpListener::bind(loopback()).unwrap();
    let remote = carrier.local_addr().unwrap();
    for transport in [Transport::Tls, Transport::Wss, Transport::Ws, Transport::Udp] {
        let hop = Hop::Connect { transport, remote };
        bench.net.transmit(hop, &Bytes::from_static(b"secret"));
        assert_failed(&bench.next(), hop);
    }
    assert_eq!(bench.net.connections(), 0);
}

#[test]
fn a_connection_beyond_the_limit_is_not_opened() {
    let bench = Bench::start(Config { connections_max: 1, ..config() });
    let carriers = [loopback(), loopback()].map(|address| TcpListener::bind(address).unwrap());
    let hops = carriers.each_ref().map(|carrier| hop(carrier.local_addr().unwrap()));
    bench.net.transmit(hops[0], &Bytes::from_static(b"x"));
    bench.net.transmit(hops[1], &Bytes::from_static(b"x"));
    assert_failed(&bench.next(), hops[1]);
    assert_eq!(bench.net.connections(), 1);
}
