//! Port numbers nobody uses.

use std::net::{Ipv4Addr, TcpListener, UdpSocket};
use std::sync::atomic::{AtomicU16, Ordering};

/// Below the range from which the kernel picks ports for outgoing connections, so that nobody is given the port
/// between the moment it is found and the moment it is used.
const FIRST: u16 = 21_000;
const COUNT: u16 = 11_000;

/// A port of 127.0.0.1 that is free for UDP and TCP, and whose successor is too. No two calls in one process return
/// the same one; processes begin at different places.
///
/// # Panics
///
/// If all of several thousand ports are in use.
pub fn free_port() -> u16 {
    static STEPS: AtomicU16 = AtomicU16::new(0);
    let start = (std::process::id().wrapping_mul(62) % u32::from(COUNT)) as u16;
    for _ in 0..COUNT / 2 {
        let step = STEPS.fetch_add(2, Ordering::Relaxed);
        let port = FIRST + (start.wrapping_add(step) % COUNT) / 2 * 2;
        if is_free(port) && is_free(port + 1) {
            return port;
        }
    }
    panic!("no free port between {FIRST} and {}", FIRST + COUNT);
}

fn is_free(port: u16) -> bool {
    let address = (Ipv4Addr::LOCALHOST, port);
    UdpSocket::bind(address).is_ok() && TcpListener::bind(address).is_ok()
}
