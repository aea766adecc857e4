//! Opening everything or nothing, and closing it.

use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::sync::Arc;

use bell_net::{Config, Net, StartError};
use bell_sip::{SocketId, Transport};

use crate::support::{Room, config, connect, inbox, loopback, ping, wait_for_end};

/// An address that nobody uses.
fn free() -> SocketAddr {
    UdpSocket::bind(loopback()).unwrap().local_addr().unwrap()
}

#[track_caller]
fn refused(config: Config) -> (Transport, SocketAddr, String) {
    match Net::start(config, inbox(1, 1).0).map(|_| ()) {
        Err(error @ StartError::Listen { transport, address, .. }) => (transport, address, error.to_string()),
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn a_port_in_use_is_named_with_its_remedy_and_nothing_stays_open() {
    let taken = TcpListener::bind(loopback()).unwrap();
    let (address, other) = (taken.local_addr().unwrap(), free());
    let (transport, named, told) = refused(Config { udp: vec![(SocketId(1), other)], tcp: vec![address], ..config() });
    assert_eq!((transport, named), (Transport::Tcp, address));
    assert_eq!(told, format!("failed to listen on TCP {address}: another program uses it, see: ss -lnp"));
    UdpSocket::bind(other).expect("the other socket is closed again");
    let taken = UdpSocket::bind(loopback()).unwrap();
    let address = taken.local_addr().unwrap();
    let udp = vec![(SocketId(1), other), (SocketId(2), address)];
    let (transport, named, _) = refused(Config { udp, ..config() });
    assert_eq!((transport, named), (Transport::Udp, address));
    UdpSocket::bind(other).expect("the first socket is closed again");
}

#[test]
fn an_address_of_another_machine_is_named_with_its_remedy() {
    let address = "192.0.2.1:5060".parse().unwrap();
    let (_, _, told) = refused(Config { udp: vec![(SocketId(1), address)], ..config() });
    assert_eq!(told, "failed to listen on UDP 192.0.2.1:5060: this machine has no such address, see: ip address");
}

#[test]
fn what_is_dropped_frees_its_ports_and_ends_its_threads() {
    let (inbox, _inputs) = inbox(10, 10);
    let net = Net::start(config(), Arc::<Room>::clone(&inbox)).unwrap();
    let (udp, tcp) = (net.udp_addresses()[0], net.tcp_addresses()[0]);
    let phone = connect(tcp);
    ping(&phone);
    drop(net);
    assert_eq!(Arc::strong_count(&inbox), 1, "nobody is left who could hand over anything");
    wait_for_end(&phone);
    UdpSocket::bind(udp).expect("the UDP port is free");
    TcpListener::bind(tcp).expect("the TCP port is free");
}
