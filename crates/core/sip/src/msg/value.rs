//! Small header values with a structure of their own.

use std::fmt;

use crate::msg::decode;
use crate::msg::method::Method;
use crate::msg::params::Params;
use crate::msg::scan;

/// The largest sequence number of a request (RFC 3261 §8.1.1.5).
const CSEQ_MAX: u32 = (1 << 31) - 1;

/// The number and method of a request within its call.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CSeq {
    /// The number; grows with every request of a side.
    pub number: u32,
    /// The method.
    pub method: Method,
}

impl CSeq {
    /// Stands in where we are wrong and there is none; never on the wire.
    pub(crate) const NONE: Self = Self { number: 0, method: Method::Options };

    /// Reads `4711 INVITE`.
    pub fn parse(value: &[u8]) -> Option<Self> {
        let (number, method) = split_at_space(value)?;
        Some(Self {
            number: scan::number(number).filter(|number| *number <= CSEQ_MAX)?,
            method: Method::from_bytes(method)?,
        })
    }
}

impl fmt::Display for CSeq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.number, self.method)
    }
}

/// What a PRACK acknowledges (RFC 3262 §7.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RAck {
    /// The RSeq of the response.
    pub rseq: u32,
    /// The CSeq of the response.
    pub cseq: CSeq,
}

impl RAck {
    /// Reads `1 4711 INVITE`.
    pub fn parse(value: &[u8]) -> Option<Self> {
        let (rseq, cseq) = split_at_space(value)?;
        Some(Self { rseq: scan::number(rseq)?, cseq: CSeq::parse(cseq)? })
    }
}

impl fmt::Display for RAck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.rseq, self.cseq)
    }
}

/// The side that refreshes a call (RFC 4028).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refresher {
    /// The side that sent this request.
    Uac,
    /// The side that answers it.
    Uas,
}

/// How long a call lives without a refresh (RFC 4028 §4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionExpires {
    /// Seconds.
    pub seconds: u32,
    /// Who refreshes, if that is settled.
    pub refresher: Option<Refresher>,
}

impl SessionExpires {
    /// Reads `1800;refresher=uac`.
    pub fn parse(value: &[u8]) -> Option<Self> {
        let (seconds, params) = split_params(value)?;
        let refresher = match params.value("refresher") {
            Some(side) if side.eq_ignore_ascii_case("uac") => Some(Refresher::Uac),
            Some(side) if side.eq_ignore_ascii_case("uas") => Some(Refresher::Uas),
            Some(_) => return None,
            None => None,
        };
        Some(Self { seconds: scan::number(seconds)?, refresher })
    }
}

impl fmt::Display for SessionExpires {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = match self.refresher {
            Some(Refresher::Uac) => ";refresher=uac",
            Some(Refresher::Uas) => ";refresher=uas",
            None => "",
        };
        write!(f, "{}{side}", self.seconds)
    }
}

/// The call that a new one takes the place of (RFC 3891). The tags are as its receiver sees them: `to_tag` is its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replaces {
    /// The Call-ID.
    pub call_id: Box<str>,
    /// The tag of the side that receives this.
    pub to_tag: Box<str>,
    /// The tag of the other side.
    pub from_tag: Box<str>,
    /// Only a call that is not answered yet may be replaced.
    pub early_only: bool,
}

impl Replaces {
    /// Reads `call-id;to-tag=a;from-tag=b`.
    pub fn parse(value: &[u8]) -> Option<Self> {
        let (call_id, params) = split_params(value)?;
        Some(Self {
            call_id: scan::word(call_id)?.into(),
            to_tag: params.value("to-tag")?.into(),
            from_tag: params.value("from-tag")?.into(),
            early_only: params.has("early-only"),
        })
    }
}

impl fmt::Display for Replaces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let early = if self.early_only { ";early-only" } else { "" };
        write!(f, "{};to-tag={};from-tag={}{early}", self.call_id, self.to_tag, self.from_tag)
    }
}

/// An event package (RFC 6665 §8.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event<'m> {
    /// The package: `refer`.
    pub package: &'m str,
    /// Which of several subscriptions.
    pub id: Option<&'m str>,
}

impl<'m> Event<'m> {
    /// Reads `refer;id=93809824`.
    pub fn parse(value: &'m [u8]) -> Option<Self> {
        let (package, params) = split_params(value)?;
        Some(Self { package: scan::token(package)?, id: params.value("id") })
    }
}

/// Why a call ended (RFC 3326): `Q.850;cause=16;text="Normal call clearing"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reason<'m> {
    /// `SIP` or `Q.850`.
    pub protocol: &'m str,
    /// The cause in the numbers of that protocol.
    pub cause: Option<u16>,
    text: &'m [u8],
}

impl<'m> Reason<'m> {
    /// Reads one reason.
    pub fn parse(value: &'m [u8]) -> Option<Self> {
        let (protocol, params) = split_params(value)?;
        let text = params.iter().find(|param| param.name.eq_ignore_ascii_case("text"));
        Some(Self {
            protocol: scan::token(protocol)?,
            cause: params.number("cause").and_then(|cause| u16::try_from(cause).ok()),
            text: text.and_then(|text| text.value).unwrap_or_default(),
        })
    }

    /// The text for people, decoded; empty if there is none.
    pub fn text(&self) -> std::borrow::Cow<'m, str> {
        decode::quoted(self.text)
    }

    /// The cause, if it is one of Q.850.
    pub fn q850(&self) -> Option<u16> {
        self.cause.filter(|_| self.protocol.eq_ignore_ascii_case("Q.850"))
    }
}

/// The type of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MediaType<'m> {
    /// `application`.
    pub kind: &'m str,
    /// `sdp`.
    pub subtype: &'m str,
    /// The parameters, such as the boundary of a multipart body.
    pub params: Params<'m>,
}

impl<'m> MediaType<'m> {
    /// Reads `application/sdp;charset=utf-8`.
    pub fn parse(value: &'m [u8]) -> Option<Self> {
        let (name, params) = split_params(value)?;
        let slash = name.iter().position(|byte| *byte == b'/')?;
        Some(Self { kind: scan::token(&name[..slash])?, subtype: scan::token(&name[slash + 1..])?, params })
    }

    /// Whether it is this type: `application`, `sdp`.
    pub fn is(&self, kind: &str, subtype: &str) -> bool {
        self.kind.eq_ignore_ascii_case(kind) && self.subtype.eq_ignore_ascii_case(subtype)
    }
}

fn split_at_space(value: &[u8]) -> Option<(&[u8], &[u8])> {
    let value = scan::trim(value);
    let space = value.iter().position(|byte| scan::is_space(*byte))?;
    Some((&value[..space], scan::trim(&value[space..])))
}

fn split_params(value: &[u8]) -> Option<(&[u8], Params<'_>)> {
    let end = value.iter().position(|byte| *byte == b';').unwrap_or(value.len());
    let (head, params) = value.split_at(end);
    Some((scan::trim(head), Params::parse(params)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequence_numbers_are_below_two_to_the_31() {
        assert_eq!(CSeq::parse(b"0009\r\n  INVITE").unwrap().to_string(), "9 INVITE");
        assert!(CSeq::parse(b"2147483647 BYE").is_some());
        assert!(CSeq::parse(b"2147483648 BYE").is_none());
        assert!(CSeq::parse(b"36893488147419103232 REGISTER").is_none());
        assert!(CSeq::parse(b"8").is_none());
        assert!(CSeq::parse(b"-1 BYE").is_none());
        assert_eq!(RAck::parse(b"776656 1 INVITE").unwrap().to_string(), "776656 1 INVITE");
    }

    #[test]
    fn session_expires_names_its_refresher() {
        for text in ["1800", "90;refresher=uas", "4000;refresher=uac"] {
            assert_eq!(SessionExpires::parse(text.as_bytes()).unwrap().to_string(), text);
        }
        assert_eq!(SessionExpires::parse(b"90;refresher=both"), None);
        assert_eq!(SessionExpires::parse(b"soon"), None);
    }

    #[test]
    fn replaces_needs_both_tags() {
        let text = "98732@sip.example.com;to-tag=t%61;from-tag=r33;early-only";
        assert_eq!(Replaces::parse(text.as_bytes()).unwrap().to_string(), text);
        assert_eq!(Replaces::parse(b"98732@sip.example.com;to-tag=r33"), None);
    }

    #[test]
    fn a_reason_gives_its_q850_cause_and_text() {
        let reason = Reason::parse(b"q.850 ;cause=16 ;text=\"Normal \\\"call\\\" clearing\"").unwrap();
        assert_eq!(reason.q850(), Some(16));
        assert_eq!(reason.text(), "Normal \"call\" clearing");
        assert_eq!(Reason::parse(b"SIP;cause=200;text=x").unwrap().q850(), None);
        // A carrier's text in GBK is read too.
        assert_eq!(Reason::parse(b"Q.850;cause=1;text=\"\xbf\xd5\xba\xc5\"").unwrap().text(), "空号");
    }

    #[test]
    fn a_body_type_compares_without_case() {
        assert!(MediaType::parse(b"Application/SDP ;x=y").unwrap().is("application", "sdp"));
        assert_eq!(MediaType::parse(b"text"), None);
        assert_eq!(Event::parse(b"refer;id=7"), Some(Event { package: "refer", id: Some("7") }));
    }
}
