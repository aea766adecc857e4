//! The addresses and ports the node listens on: free, its own, or somebody else's.

use std::io::{self, ErrorKind};
use std::net::{IpAddr, SocketAddr, TcpListener, UdpSocket};
use std::num::NonZeroUsize;
use std::thread;

use bell_engine::Listen;

use super::Findings;
use super::sockets::{self, Holder, Socket};
use crate::dirs::Dirs;

const CHECK: &str = "ports";

pub(super) fn examine(dirs: &Dirs, listen: &Listen, findings: &mut Findings) {
    let control = dirs.control().canonicalize().unwrap_or_else(|_| dirs.control());
    let node = sockets::unix(&control).and_then(sockets::holder);
    let (udp, tcp) = (sockets::udp(), sockets::listening_tcp());
    for &address in &listen.udp {
        one("SIP over UDP", address, UdpSocket::bind(address).map(drop), &udp, node.as_ref(), findings);
    }
    for &address in &listen.tcp {
        one("SIP over TCP", address, TcpListener::bind(address).map(drop), &tcp, node.as_ref(), findings);
    }
    let kinds =
        [("SIP over WebSocket", &listen.ws), ("SIP over TLS", &listen.tls), ("SIP over secure WebSocket", &listen.wss)];
    for (what, addresses) in kinds {
        for &address in addresses {
            one(what, address, TcpListener::bind(address).map(drop), &tcp, node.as_ref(), findings);
        }
    }
    if let Some(address) = listen.health {
        one("health", address, TcpListener::bind(address).map(drop), &tcp, node.as_ref(), findings);
    }
    media(listen, &udp, node.as_ref(), findings);
    if listen.webrtc_tcp {
        connections(listen, &tcp, node.as_ref(), findings);
    }
}

/// One address: whether it could be opened, and if not, who has it.
fn one(
    what: &str,
    address: SocketAddr,
    opened: io::Result<()>,
    table: &[Socket],
    node: Option<&Holder>,
    findings: &mut Findings,
) {
    let error = match opened {
        Ok(()) => return findings.ok(CHECK, format!("{what} {address} is free")),
        Err(error) => error,
    };
    match error.kind() {
        ErrorKind::AddrInUse => {
            let holder =
                table.iter().find(|socket| takes(socket.local, address)).and_then(|it| sockets::holder(it.inode));
            match holder {
                Some(holder) if node == Some(&holder) => {
                    findings.ok(CHECK, format!("{what} {address} is held by this node (process {})", holder.pid));
                }
                Some(Holder { pid, name }) => {
                    let remedy = format!("stop process {pid}, or choose another port in the configuration");
                    findings.fail(CHECK, format!("{what} {address} is in use by {name} (process {pid})"), remedy);
                }
                None => {
                    let remedy = "run as root to see by whom (ss -lunpt), or choose another port in the configuration";
                    findings.fail(CHECK, format!("{what} {address} is in use by another user's process"), remedy);
                }
            }
        }
        ErrorKind::AddrNotAvailable => {
            let remedy = "name an address that ip address shows; a public one behind NAT belongs into advertise";
            findings.fail(CHECK, format!("{what} {address} is no address of this machine"), remedy);
        }
        ErrorKind::PermissionDenied => {
            let remedy = "choose a port from 1024 on, or give the program cap_net_bind_service";
            findings.fail(CHECK, format!("{what} {address} may not be opened by this user"), remedy);
        }
        _ => findings.fail(CHECK, format!("{what} {address}: {error}"), "see the system's message"),
    }
}

fn takes(taken: SocketAddr, wanted: SocketAddr) -> bool {
    taken.port() == wanted.port()
        && (taken.ip() == wanted.ip() || taken.ip().is_unspecified() || wanted.ip().is_unspecified())
}

/// The range for audio.
fn media(listen: &Listen, udp: &[Socket], node: Option<&Holder>, findings: &mut Findings) {
    let (first, last) = listen.media_ports;
    let address = listen.media;
    if let Err(error) = UdpSocket::bind((address, 0)) {
        let remedy = "name an address that ip address shows under [media]; a public one belongs into advertise";
        return findings.fail(CHECK, format!("audio {address}: {error}"), remedy);
    }
    let taken = udp.iter().filter(|socket| in_range(socket.local, address, (first, last)));
    let foreign = taken.filter(|socket| is_foreign(socket, node)).count();
    let pairs = (u32::from(last) + 1 - u32::from(first)) / 2;
    if foreign == 0 {
        findings.ok(CHECK, format!("audio {address} {first}-{last}: {pairs} legs, no port in use by others"));
    } else {
        let found = format!("audio {address} {first}-{last}: {foreign} ports are in use by others");
        findings.warn(CHECK, found, "belltower passes over them; choose another range under [media] if there are many");
    }
}

/// The ports that browsers connect to by TCP where no UDP gets through: one for each core.
fn connections(listen: &Listen, tcp: &[Socket], node: Option<&Holder>, findings: &mut Findings) {
    let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let (first, last) = listen.webrtc_ports.unwrap_or(listen.media_ports);
    // RTP is on even ports.
    let step = if listen.webrtc_ports.is_some() { 1 } else { 2 };
    let ports: Vec<u16> = (first.next_multiple_of(step)..=last).step_by(usize::from(step)).take(cores).collect();
    let is_taken = |port: &u16| {
        let wanted = SocketAddr::new(listen.media, *port);
        tcp.iter().any(|socket| takes(socket.local, wanted) && is_foreign(socket, node))
    };
    let named = |ports: &[u16]| ports.iter().map(u16::to_string).collect::<Vec<_>>().join(", ");
    let taken: Vec<u16> = ports.iter().copied().filter(is_taken).collect();
    if taken.is_empty() {
        let found = format!("browsers {} TCP {}: no port in use by others", listen.media, named(&ports));
        findings.ok(CHECK, found);
    } else {
        let found = format!("browsers {} TCP {}: in use by others", listen.media, named(&taken));
        let remedy = "free them, or choose other webrtc_ports under [media]: agents without UDP have no sound";
        findings.warn(CHECK, found, remedy);
    }
}

/// Whether it is another program's.
fn is_foreign(socket: &Socket, node: Option<&Holder>) -> bool {
    node.is_none() || sockets::holder(socket.inode).as_ref() != node
}

fn in_range(socket: SocketAddr, address: IpAddr, (first, last): (u16, u16)) -> bool {
    (first..=last).contains(&socket.port()) && takes(socket, SocketAddr::new(address, socket.port()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wildcard_takes_every_address() {
        let at = |text: &str| text.parse::<SocketAddr>().unwrap();
        assert!(takes(at("0.0.0.0:5060"), at("127.0.0.1:5060")));
        assert!(takes(at("127.0.0.1:5060"), at("127.0.0.1:5060")));
        assert!(!takes(at("127.0.0.2:5060"), at("127.0.0.1:5060")));
        assert!(!takes(at("0.0.0.0:5061"), at("127.0.0.1:5060")));
    }
}
