//! What we tell others to send to, and whether they can reach it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use bell_engine::Snapshot;
use bell_sip::Trunk;

use super::Findings;

const CHECK: &str = "NAT";

pub(super) fn examine(snapshot: &Snapshot, findings: &mut Findings) {
    let mut advertised: Vec<IpAddr> = snapshot.sip.sockets.iter().map(|socket| socket.advertised.ip()).collect();
    advertised.push(snapshot.listen.media_advertised);
    advertised.sort_unstable();
    advertised.dedup();
    let inner: Vec<String> = advertised.iter().filter(|ip| !is_public(**ip)).map(ToString::to_string).collect();
    let outside: Vec<&str> =
        snapshot.sip.trunks.iter().filter(|(_, trunk)| is_outside(trunk)).map(|(name, _)| name.as_str()).collect();
    if inner.is_empty() || outside.is_empty() {
        let all: Vec<String> = advertised.iter().map(ToString::to_string).collect();
        return findings.ok(CHECK, format!("others are told to send to {}", all.join(", ")));
    }
    let (inner, trunks) = (inner.join(", "), outside.join(", "));
    let found = format!("{inner} is advertised to the public trunk {trunks}, which cannot send there: one-way audio");
    let remedy = "set advertise under [sip] (and [media]) to the public address, unless a VPN leads to the carrier";
    findings.warn(CHECK, found, remedy);
}

/// Whether calls come from, or go to, the public Internet.
fn is_outside(trunk: &Trunk) -> bool {
    let from = trunk.sources.iter().any(|range| is_public(first_of(&range.to_string())));
    // A name without a public address is the exception.
    let host = |host: &str| host.parse().map_or(!host.eq_ignore_ascii_case("localhost"), is_public);
    from || trunk.destinations.iter().any(|destination| host(&destination.host))
}

/// The first address of a range such as `203.0.113.0/28`.
fn first_of(range: &str) -> IpAddr {
    let address = range.split('/').next().unwrap_or_default();
    address.parse().unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED))
}

/// Whether the address is routed on the Internet (RFC 6890); the addresses of examples count as if they were.
fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => {
            !(v4.is_private() || v4.is_loopback() || v4.is_link_local() || v4.is_unspecified() || shared(v4))
        }
        IpAddr::V6(v6) => !(v6.is_loopback() || v6.is_unspecified() || unique_local(v6) || v6.is_unicast_link_local()),
    }
}

/// 100.64.0.0/10, between a carrier and its customers (RFC 6598).
const fn shared(address: Ipv4Addr) -> bool {
    let [first, second, ..] = address.octets();
    first == 100 && second & 0xC0 == 64
}

/// fc00::/7 (RFC 4193).
const fn unique_local(address: Ipv6Addr) -> bool {
    address.octets()[0] & 0xFE == 0xFC
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_are_told_from_public_ones() {
        for private in
            ["10.1.2.3", "172.16.0.1", "192.168.1.1", "127.0.0.1", "100.64.0.1", "169.254.1.1", "fd00::1", "::1"]
        {
            assert!(!is_public(private.parse().unwrap()), "{private}");
        }
        for public in ["203.0.113.7", "8.8.8.8", "100.128.0.1", "2001:db8::1"] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
    }
}
