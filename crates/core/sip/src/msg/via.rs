//! Via: the way a request came and its responses go back (RFC 3261 §20.42, RFC 3581).

use std::fmt;
use std::net::{IpAddr, SocketAddr};

use crate::msg::host::Host;
use crate::msg::params::Params;
use crate::msg::scan;

/// The cookie that begins every branch made by RFC 3261.
pub const BRANCH_COOKIE: &str = "z9hG4bK";

const PORT: u16 = 5060;
const PORT_TLS: u16 = 5061;

/// One Via value, read in place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Via<'m> {
    /// The transport, as it is written: `UDP`.
    pub transport: &'m str,
    /// The host of sent-by.
    pub host: Host<'m>,
    /// The port of sent-by, if it is written.
    pub port: Option<u16>,
    /// The parameters.
    pub params: Params<'m>,
}

/// Which port a reply over UDP goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplyPort {
    /// The source port if the peer asked for it with `rport`, else the port of its Via (RFC 3581).
    AsAsked,
    /// The source port whatever the peer says: for gateways that ask for nothing and listen nowhere else.
    Source,
}

impl<'m> Via<'m> {
    /// Stands in where we are wrong and there is none; never on the wire.
    pub(crate) const NONE: Self =
        Self { transport: "UDP", host: Host::Name("invalid"), port: None, params: Params::NONE };

    /// Reads one Via value; `None` if it is malformed or not of SIP/2.0.
    pub fn parse(value: &'m [u8]) -> Option<Self> {
        let end = value.iter().position(|byte| *byte == b';').unwrap_or(value.len());
        let (head, params) = value.split_at(end);
        let (protocol, after) = split_at_slash(head)?;
        let (version, after) = split_at_slash(after)?;
        if !protocol.eq_ignore_ascii_case(b"SIP") || version != b"2.0" {
            return None;
        }
        let after = scan::trim(after);
        let space = after.iter().position(|byte| scan::is_space(*byte))?;
        let sent_by = std::str::from_utf8(&after[space..]).ok()?;
        let (host, port) = Host::parse_with_port(sent_by)?;
        Some(Self { transport: scan::token(&after[..space])?, host, port, params: Params::parse(params)? })
    }

    /// The branch, if there is one that is not empty.
    pub fn branch(&self) -> Option<&'m str> {
        self.params.value("branch").filter(|branch| !branch.is_empty())
    }

    /// Whether the branch names the transaction alone (RFC 3261 §8.1.1.7).
    pub fn has_cookie(&self) -> bool {
        let branch = self.branch().unwrap_or_default().as_bytes();
        branch.len() > BRANCH_COOKIE.len()
            && branch[..BRANCH_COOKIE.len()].eq_ignore_ascii_case(BRANCH_COOKIE.as_bytes())
    }

    /// Whether the peer asks for replies to its source port.
    pub fn wants_rport(&self) -> bool {
        self.params.has("rport")
    }

    /// The port the first receiver saw (RFC 3581); in a response, our own port as the peer sees it.
    pub fn rport(&self) -> Option<u16> {
        self.params.number("rport").and_then(|port| u16::try_from(port).ok())
    }

    /// The address the first receiver saw; in a response, our own address as the peer sees it.
    pub fn received(&self) -> Option<IpAddr> {
        let address = self.params.value("received")?;
        address.trim_start_matches('[').trim_end_matches(']').parse().ok()
    }

    /// The port of sent-by, written or implied.
    pub fn port_or_default(&self) -> u16 {
        let tls = self.transport.eq_ignore_ascii_case("TLS") || self.transport.eq_ignore_ascii_case("WSS");
        self.port.unwrap_or(if tls { PORT_TLS } else { PORT })
    }

    /// Where a reply over UDP goes: always to the address the request came from, whatever `received`, `maddr` or
    /// sent-by claim, so that nobody can aim our replies at a third party.
    pub fn reply_to(&self, source: SocketAddr, habit: ReplyPort) -> SocketAddr {
        match habit {
            ReplyPort::AsAsked if !self.wants_rport() => SocketAddr::new(source.ip(), self.port_or_default()),
            ReplyPort::AsAsked | ReplyPort::Source => source,
        }
    }

    /// The value as it goes into a response to a request from `source`: `received` and `rport` are ours, never what
    /// the peer supplied (RFC 3261 §18.2.1, RFC 3581 §4).
    pub const fn stamped(self, source: SocketAddr) -> StampedVia<'m> {
        StampedVia { via: self, source }
    }
}

fn split_at_slash(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let slash = bytes.iter().position(|byte| *byte == b'/')?;
    Some((scan::trim(&bytes[..slash]), &bytes[slash + 1..]))
}

/// A Via with the source of its request written in. See [`Via::stamped`].
#[derive(Clone, Copy, Debug)]
pub struct StampedVia<'m> {
    via: Via<'m>,
    source: SocketAddr,
}

impl fmt::Display for StampedVia<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { via, source } = self;
        write!(f, "SIP/2.0/{} {}", via.transport, via.host)?;
        if let Some(port) = via.port {
            write!(f, ":{port}")?;
        }
        for param in via.params.iter() {
            if is_ours(param.name) {
                continue;
            }
            // A value that is no text is of no use to anybody on the way back.
            write!(f, ";{}", std::str::from_utf8(param.text).unwrap_or(param.name))?;
        }
        if via.wants_rport() {
            write!(f, ";received={};rport={}", source.ip(), source.port())
        } else if via.host != Host::Ip(source.ip()) || via.params.has("received") {
            write!(f, ";received={}", source.ip())
        } else {
            Ok(())
        }
    }
}

fn is_ours(name: &str) -> bool {
    name.eq_ignore_ascii_case("received") || name.eq_ignore_ascii_case("rport")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source() -> SocketAddr {
        "203.0.113.9:40123".parse().unwrap()
    }

    fn stamp(value: &str) -> String {
        Via::parse(value.as_bytes()).unwrap().stamped(source()).to_string()
    }

    #[test]
    fn a_via_is_read_with_white_space_wherever_the_grammar_allows_it() {
        let via = Via::parse(b"SIP  / 2.0\r\n /UDP\r\n    192.0.2.2 : 5070;branch=390skdjuw ; RPORT").unwrap();
        assert_eq!(via.transport, "UDP");
        assert_eq!(via.host.to_string(), "192.0.2.2");
        assert_eq!(via.port, Some(5070));
        assert_eq!(via.branch(), Some("390skdjuw"));
        assert!(via.wants_rport() && !via.has_cookie() && via.rport().is_none());
    }

    #[test]
    fn malformed_vias_are_refused() {
        for wrong in [
            "SIP/2.0/UDP 192.0.2.15;;,;,,",
            "SIP/3.0/UDP a",
            "HTTP/2.0/UDP a",
            "SIP/2.0/UDP",
            "SIP/2.0 a",
            "SIP/2.0/UDP a b",
            "",
        ] {
            assert_eq!(Via::parse(wrong.as_bytes()), None, "{wrong}");
        }
    }

    #[test]
    fn notes_3_what_the_client_says_it_was_received_from_is_overwritten() {
        assert_eq!(
            stamp("SIP/2.0/UDP 198.51.100.1:5060;received=198.51.100.66;rport=9;branch=z9hG4bK1"),
            "SIP/2.0/UDP 198.51.100.1:5060;branch=z9hG4bK1;received=203.0.113.9;rport=40123"
        );
        assert_eq!(
            stamp("SIP/2.0/UDP 203.0.113.9;branch=z9hG4bK1;Received=198.51.100.66"),
            "SIP/2.0/UDP 203.0.113.9;branch=z9hG4bK1;received=203.0.113.9"
        );
        let via = Via::parse(b"SIP/2.0/UDP 198.51.100.1;received=198.51.100.66;maddr=198.51.100.67;rport").unwrap();
        assert_eq!(via.reply_to(source(), ReplyPort::AsAsked), source());
    }

    #[test]
    fn notes_15_without_rport_the_reply_goes_to_the_port_of_the_via() {
        let via = Via::parse(b"SIP/2.0/UDP 10.0.0.1:5080;branch=z9hG4bK1").unwrap();
        assert_eq!(via.reply_to(source(), ReplyPort::AsAsked).to_string(), "203.0.113.9:5080");
        assert_eq!(via.reply_to(source(), ReplyPort::Source), source());
        let via = Via::parse(b"SIP/2.0/TLS 10.0.0.1;branch=z9hG4bK1").unwrap();
        assert_eq!(via.reply_to(source(), ReplyPort::AsAsked).port(), 5061);
    }

    #[test]
    fn a_via_that_tells_the_truth_is_returned_as_it_came() {
        let plain = "SIP/2.0/UDP 203.0.113.9:5060;branch=z9hG4bK1;x=\"a b\";y=a\\;z=\"\\\"\"";
        assert_eq!(stamp(plain), plain);
    }
}
