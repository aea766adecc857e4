//! How many connections there may be, and how long they may be silent.

use std::io::Write;
use std::net::{SocketAddr, TcpStream};

use socket2::{Domain, Socket, Type};

use crate::support::{Bench, SOON, bytes, config, connect, ping, ready, request, wait_for_end, wait_until};

#[test]
fn connections_are_limited_in_all() {
    let bench = Bench::start(bell_net::Config { connections_max: 2, ..config() });
    let mut connections = vec![connect(bench.tcp()), connect(bench.tcp())];
    connections.iter().for_each(ping);
    wait_for_end(&connect(bench.tcp()));
    assert_eq!(bench.net.connections(), 2);
    assert_eq!(bench.count(|counters| &counters.connections_cut), 1);
    drop(connections.pop());
    bench.closed();
    ping(&connect(bench.tcp()));
}

#[test]
fn connections_are_limited_per_source() {
    let bench = Bench::start(bell_net::Config { connections_per_source_max: 1, ..config() });
    let first = connect(bench.tcp());
    ping(&first);
    wait_for_end(&connect(bench.tcp()));
    let neighbour = connect_from("127.0.0.2:0", bench.tcp());
    ping(&neighbour);
    ping(&first);
}

fn connect_from(source: &str, to: SocketAddr) -> TcpStream {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.bind(&source.parse::<SocketAddr>().unwrap().into()).unwrap();
    socket.connect(&to.into()).unwrap();
    ready(socket.into())
}

#[test]
fn a_connection_that_brings_no_message_in_time_is_closed() {
    let bench = Bench::start(bell_net::Config { handshake_timeout: SOON, ..config() });
    let silent = connect(bench.tcp());
    assert_eq!(bench.closed().remote(), silent.local_addr().unwrap());
    wait_for_end(&silent);
    let mut slow = connect(bench.tcp());
    slow.write_all(b"\r\n\r\nOPTIONS").unwrap();
    assert_eq!(bytes(&slow, 2), b"\r\n");
    assert_eq!(bench.closed().remote(), slow.local_addr().unwrap());
    wait_for_end(&slow);
}

#[test]
fn a_connection_that_falls_silent_is_closed() {
    let bench = Bench::start(bell_net::Config { idle_timeout: SOON, ..config() });
    let mut phone = connect(bench.tcp());
    phone.write_all(request("OPTIONS", 1).as_bytes()).unwrap();
    let (flow, _) = bench.message();
    assert_eq!(bench.closed(), flow);
    wait_for_end(&phone);
    wait_until(|| bench.net.connections() == 0);
}
