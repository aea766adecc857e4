//! Hosts, as they stand in URIs and Via fields.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// A host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Host<'m> {
    /// An address.
    Ip(IpAddr),
    /// A name, to be resolved.
    Name(&'m str),
}

impl<'m> Host<'m> {
    /// Reads a host: an IPv4 address, an IPv6 address in brackets, or a name.
    pub fn parse(text: &'m str) -> Option<Self> {
        if let Some(inner) = text.strip_prefix('[') {
            let address: Ipv6Addr = inner.strip_suffix(']')?.parse().ok()?;
            return Some(Self::Ip(IpAddr::V6(address)));
        }
        if let Ok(address) = text.parse::<Ipv4Addr>() {
            return Some(Self::Ip(IpAddr::V4(address)));
        }
        let named = !text.is_empty()
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'));
        named.then_some(Self::Name(text))
    }

    /// Reads `host` or `host:port`; white space may stand around the colon.
    pub fn parse_with_port(text: &'m str) -> Option<(Self, Option<u16>)> {
        let after_address = text.rfind(']').map_or(0, |at| at + 1);
        let Some(colon) = text[after_address..].find(':') else {
            return Some((Self::parse(text.trim())?, None));
        };
        let (host, port) = text.split_at(after_address + colon);
        let port = port[1..].trim();
        let digits = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
        let port = if digits { port.parse().ok()? } else { return None };
        Some((Self::parse(host.trim())?, Some(port)))
    }

    /// Whether the two name the same host; names compare without case.
    pub fn same_as(self, other: Host<'_>) -> bool {
        match (self, other) {
            (Self::Ip(one), Host::Ip(two)) => one == two,
            (Self::Name(one), Host::Name(two)) => one.eq_ignore_ascii_case(two),
            (Self::Ip(_), Host::Name(_)) | (Self::Name(_), Host::Ip(_)) => false,
        }
    }

    /// The address with this port, if the host is an address.
    pub fn at(self, port: u16) -> Option<SocketAddr> {
        match self {
            Self::Ip(address) => Some(SocketAddr::new(address, port)),
            Self::Name(_) => None,
        }
    }
}

impl From<IpAddr> for Host<'_> {
    fn from(address: IpAddr) -> Self {
        Self::Ip(address)
    }
}

impl fmt::Display for Host<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ip(IpAddr::V6(address)) => write!(f, "[{address}]"),
            Self::Ip(IpAddr::V4(address)) => write!(f, "{address}"),
            Self::Name(name) => f.write_str(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_addresses_or_names() {
        let cases = [
            ("192.0.2.1", Some(("192.0.2.1", None))),
            ("[2001:db8::10]:5070", Some(("[2001:db8::10]", Some(5070)))),
            ("a_b.Example.com : 5060", Some(("a_b.Example.com", Some(5060)))),
            ("2001:db8::10", None),
            ("[2001:db8::10", None),
            ("host:", None),
            ("host:70000", None),
            ("host:+5", None),
            ("ho st", None),
            ("", None),
        ];
        for (text, expected) in cases {
            let read = Host::parse_with_port(text).map(|(host, port)| (host.to_string(), port));
            assert_eq!(read, expected.map(|(host, port)| (host.to_owned(), port)), "{text}");
        }
    }

    #[test]
    fn names_compare_without_case() {
        assert!(Host::Name("Example.COM").same_as(Host::Name("example.com")));
        assert!(!Host::Name("example.com").same_as(Host::Ip(Ipv4Addr::LOCALHOST.into())));
    }
}
