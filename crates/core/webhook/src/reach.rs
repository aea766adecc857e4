//! Where messages may go. An address that somebody types must not make us ask what only this machine can reach.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use bell_types::Cidr;
use thiserror::Error;

/// How a receiver is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// In the clear.
    Http,
    /// By TLS.
    Https,
}

/// Why an address is not asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ReachRefusal {
    /// Only this machine itself is spoken to in the clear.
    #[error("it is not https")]
    InTheClear,
    /// It belongs to a network inside, and the configuration does not name it.
    #[error("{0} is an address inside; name its network under [outgoing] in the configuration")]
    Inside(IpAddr),
}

/// Whether a message may go to this address, to which the receiver's name was resolved. `inside`: the networks inside that
/// the configuration allows.
///
/// # Errors
/// Why it may not.
pub fn may_reach(scheme: Scheme, address: IpAddr, inside: &[Cidr]) -> Result<(), ReachRefusal> {
    let address = address.to_canonical();
    if scheme == Scheme::Http && !address.is_loopback() {
        return Err(ReachRefusal::InTheClear);
    }
    if is_public(address) || inside.iter().any(|network| network.contains(address)) {
        Ok(())
    } else {
        Err(ReachRefusal::Inside(address))
    }
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

/// By the IANA registry of special-purpose addresses.
fn is_public_v4(v4: Ipv4Addr) -> bool {
    let [one, two, three, _] = v4.octets();
    let is_special = match (one, two, three) {
        // This network, loopback, multicast and what is reserved behind it.
        (0 | 127 | 224..=255, _, _) => true,
        // Private, shared by carriers (RFC 6598), link-local.
        (10, _, _) | (172, 16..=31, _) | (192, 168, _) | (100, 64..=127, _) | (169, 254, _) => true,
        // Protocols, documentation, 6to4 relays, benchmarks.
        (192, 0, 0 | 2) | (192, 88, 99) | (198, 18 | 19, _) | (198, 51, 100) | (203, 0, 113) => true,
        _ => false,
    };
    !is_special
}

/// Global unicast, without what carries an IPv4 address inside it or is documentation.
fn is_public_v6(v6: Ipv6Addr) -> bool {
    let [one, two, ..] = v6.segments();
    let is_special = match (one, two) {
        // Teredo and other protocols (2001::/23), documentation, 6to4.
        (0x2001, 0..=0x01ff | 0x0db8) | (0x2002, _) | (0x3fff, 0..=0x0fff) => true,
        _ => false,
    };
    (0x2000..=0x3fff).contains(&one) && !is_special
}
