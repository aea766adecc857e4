//! URIs: `sip:`, `sips:`, `tel:` (RFC 3261 §19.1, RFC 3966), and others that we only carry.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use crate::msg::host::Host;
use crate::msg::params::Params;
use crate::msg::scan;

/// A URI, kept exactly as it was received: what was escaped stays escaped.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uri {
    text: Box<str>,
    scheme: Scheme,
    user: Option<Span>,
    host: Option<Span>,
    port: Option<u16>,
    params: Span,
    headers: Option<Span>,
}

/// What a URI is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scheme {
    /// `sip:`.
    Sip,
    /// `sips:`.
    Sips,
    /// `tel:`.
    Tel,
    /// Any other: everything after the colon is opaque to us.
    Other,
}

/// Why a text is no URI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UriError {
    /// It is longer than 65,535 bytes.
    #[error("uri too long")]
    TooLong,
    /// It has no scheme.
    #[error("uri without a scheme")]
    Scheme,
    /// A space, a control character, a quote or an angle bracket stands in it, or it is not UTF-8.
    #[error("uri with a character that may not stand in it")]
    Character,
    /// The part before the `@` is empty or there is more than one `@`.
    #[error("malformed user part")]
    User,
    /// The host or the port is malformed.
    #[error("malformed host or port")]
    Host,
    /// The parameters are malformed.
    #[error("malformed uri parameters")]
    Params,
}

/// A range of bytes within the text of a URI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Span {
    start: u16,
    end: u16,
}

impl Uri {
    /// Reads a URI, without angle brackets or white space around it.
    pub fn parse(text: &str) -> Result<Self, UriError> {
        if text.len() > usize::from(u16::MAX) {
            return Err(UriError::TooLong);
        }
        if text.bytes().any(never_in_uri) {
            return Err(UriError::Character);
        }
        let (scheme, rest) = text.split_once(':').ok_or(UriError::Scheme)?;
        let start = text.len() - rest.len();
        match scheme_of(scheme)? {
            scheme @ (Scheme::Sip | Scheme::Sips) => Self::parse_sip(text, scheme, start),
            Scheme::Tel => Self::parse_tel(text, start),
            Scheme::Other => Ok(Self {
                text: text.into(),
                scheme: Scheme::Other,
                user: None,
                host: None,
                port: None,
                params: Span::of(text.len()..text.len()),
                headers: None,
            }),
        }
    }

    /// Reads a URI from bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, UriError> {
        Self::parse(std::str::from_utf8(bytes).map_err(|_| UriError::Character)?)
    }

    /// A SIP URI of a user (escaped as needed) at a host.
    pub fn sip(user: Option<&str>, host: Host<'_>, port: Option<u16>) -> Result<Self, UriError> {
        let at = if user.is_some() { "@" } else { "" };
        let port = port.map(|port| format!(":{port}")).unwrap_or_default();
        Self::parse(&format!("sip:{}{at}{host}{port}", escape(user.unwrap_or_default())))
    }

    /// The same URI with one more parameter.
    pub fn with_param(&self, name: &str, value: Option<&str>) -> Result<Self, UriError> {
        let (head, tail) = self.text.split_at(usize::from(self.params.end));
        match value {
            Some(value) => Self::parse(&format!("{head};{name}={}{tail}", escape(value))),
            None => Self::parse(&format!("{head};{name}{tail}")),
        }
    }

    fn parse_sip(text: &str, scheme: Scheme, start: usize) -> Result<Self, UriError> {
        // An `@` stands unescaped only between user and host, while `;` and `?` may stand in the user too.
        let (user, host) = match text[start..].find('@') {
            None => (None, start),
            Some(0) => return Err(UriError::User),
            Some(at) => (Some(start..start + at), start + at + 1),
        };
        if text[host..].contains('@') {
            return Err(UriError::User);
        }
        let headers = text[host..].find('?').map(|at| host + at);
        let params_end = headers.unwrap_or(text.len());
        let params = text[host..params_end].find(';').map_or(params_end, |at| host + at);
        let (_, port) = Host::parse_with_port(&text[host..params]).ok_or(UriError::Host)?;
        let host_end = match port {
            Some(_) => text[host..params].rfind(':').map_or(params, |at| host + at),
            None => params,
        };
        Params::parse(&text.as_bytes()[params..params_end]).ok_or(UriError::Params)?;
        Ok(Self {
            text: text.into(),
            scheme,
            user: user.map(Span::of),
            host: Some(Span::of(host..host_end)),
            port,
            params: Span::of(params..params_end),
            headers: headers.map(|at| Span::of(at + 1..text.len())),
        })
    }

    fn parse_tel(text: &str, start: usize) -> Result<Self, UriError> {
        let params = text[start..].find(';').map_or(text.len(), |at| start + at);
        if params == start {
            return Err(UriError::User);
        }
        Params::parse(&text.as_bytes()[params..]).ok_or(UriError::Params)?;
        Ok(Self {
            text: text.into(),
            scheme: Scheme::Tel,
            user: Some(Span::of(start..params)),
            host: None,
            port: None,
            params: Span::of(params..text.len()),
            headers: None,
        })
    }

    /// The text, as it was received.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The scheme.
    pub const fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The part before the `@`, without a password, still escaped; of a `tel:` URI its number.
    pub fn user(&self) -> Option<&str> {
        let user = self.text.get(self.user?.range())?;
        Some(user.split_once(':').map_or(user, |(user, _)| user))
    }

    /// The user with its escapes decoded.
    pub fn user_decoded(&self) -> Option<Cow<'_, str>> {
        self.user().map(unescape)
    }

    /// The user as a telephone number with its escapes decoded, without parameters that stand in the user part:
    /// `+8613800138000` of `sip:+8613800138000;phone-context=x@ims`. Whether it is a number is for the reader to say.
    pub fn number(&self) -> Option<Cow<'_, str>> {
        let user = self.user()?;
        Some(unescape(user.split_once(';').map_or(user, |(number, _)| number)))
    }

    /// The context of a local number (RFC 3966 §5.1.5), wherever the peer puts it.
    pub fn phone_context(&self) -> Option<&str> {
        let in_user = self.user().and_then(|user| user.find(';').map(|at| &user[at..]));
        let in_user = in_user.and_then(|params| Params::parse(params.as_bytes()));
        let in_user = in_user.and_then(|params| params.value("phone-context"));
        in_user.or_else(|| self.params().value("phone-context"))
    }

    /// The host; `None` of a URI that has none.
    pub fn host(&self) -> Option<Host<'_>> {
        Host::parse(self.text.get(self.host?.range())?)
    }

    /// The port, if it is written.
    pub const fn port(&self) -> Option<u16> {
        self.port
    }

    /// The parameters.
    pub fn params(&self) -> Params<'_> {
        let params = self.text.get(self.params.range()).unwrap_or_default();
        Params::parse(params.as_bytes()).unwrap_or_default()
    }

    /// What stands after the question mark, still escaped.
    pub fn headers(&self) -> Option<&str> {
        self.text.get(self.headers?.range())
    }

    /// The value of one header of the URI with its escapes decoded: `Replaces` in a Refer-To.
    pub fn header(&self, name: &str) -> Option<Cow<'_, str>> {
        let mut headers = self.headers()?.split('&').filter_map(|header| header.split_once('='));
        let (_, value) = headers.find(|(header, _)| header.eq_ignore_ascii_case(name))?;
        Some(unescape(value))
    }

    /// The same URI without what stands after the question mark, as it goes into a request line (RFC 3261 §19.1.5).
    pub fn without_headers(&self) -> Self {
        let end = usize::from(self.params.end);
        Self { text: self.text[..end].into(), headers: None, ..self.clone() }
    }

    /// Whether the peer wants this transport (`transport=tcp`).
    pub fn transport(&self) -> Option<&str> {
        self.params().value("transport")
    }

    /// Whether it is the contact of a page, which has no address of its own (RFC 7118 §5).
    pub fn is_of_page(&self) -> bool {
        matches!(self.host(), Some(Host::Name(name)) if name.ends_with(".invalid"))
    }

    /// Whether the two name the same thing (RFC 3261 §19.1.4, without the rules for headers): same scheme, user, host
    /// and port, and no parameter that stands in both and differs, nor a decisive one that stands in one only.
    pub fn same_as(&self, other: &Self) -> bool {
        if self.scheme == Scheme::Other || other.scheme == Scheme::Other {
            return self.text == other.text;
        }
        self.scheme == other.scheme
            && self.user_decoded() == other.user_decoded()
            && self.port == other.port
            && self.same_host_as(other)
            && self.agrees_with(other)
            && other.agrees_with(self)
    }

    fn same_host_as(&self, other: &Self) -> bool {
        match (self.host(), other.host()) {
            (Some(one), Some(two)) => one.same_as(two),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        }
    }

    fn agrees_with(&self, other: &Self) -> bool {
        let decisive = ["user", "ttl", "method", "maddr", "transport"];
        self.params().iter().all(|param| {
            if !other.params().has(param.name) {
                return !decisive.iter().any(|name| name.eq_ignore_ascii_case(param.name));
            }
            let mine = param.value.unwrap_or_default();
            let theirs = other.params().value(param.name).unwrap_or_default();
            mine.eq_ignore_ascii_case(theirs.as_bytes())
        })
    }
}

impl FromStr for Uri {
    type Err = UriError;

    fn from_str(text: &str) -> Result<Self, UriError> {
        Self::parse(text)
    }
}

impl fmt::Display for Uri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Span {
    /// The range must lie within a text that is no longer than `u16::MAX`, which [`Uri::parse`] has made sure of.
    fn of(range: Range<usize>) -> Self {
        let narrow = |at: usize| u16::try_from(at).unwrap_or(u16::MAX);
        Self { start: narrow(range.start), end: narrow(range.end) }
    }

    fn range(self) -> Range<usize> {
        usize::from(self.start)..usize::from(self.end)
    }
}

fn scheme_of(name: &str) -> Result<Scheme, UriError> {
    let letter_first = name.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic());
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    if !letter_first || !plain {
        return Err(UriError::Scheme);
    }
    let known = [("sip", Scheme::Sip), ("sips", Scheme::Sips), ("tel", Scheme::Tel)];
    let known = known.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    Ok(known.map_or(Scheme::Other, |(_, scheme)| scheme))
}

const fn never_in_uri(byte: u8) -> bool {
    scan::is_space(byte) || byte.is_ascii_control() || matches!(byte, b'"' | b'<' | b'>')
}

/// Escapes what may not stand in the user part of a URI (RFC 3261 §25.1: unreserved and user-unreserved stay), save
/// that `;`, `?` and `/` are escaped too, because a user of ours is a name and not a list of parameters.
fn escape(user: &str) -> Cow<'_, str> {
    let stays = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.!~*'()&=+$,".contains(&byte);
    if user.bytes().all(stays) {
        return Cow::Borrowed(user);
    }
    let mut escaped = String::with_capacity(user.len() * 3);
    for byte in user.bytes() {
        if stays(byte) {
            escaped.push(char::from(byte));
        } else {
            escaped.push_str(&format!("%{byte:02X}"));
        }
    }
    Cow::Owned(escaped)
}

/// Decodes `%23`; what is no escape, or would not be UTF-8, stays as it is.
fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        match escaped_byte(rest) {
            Some(byte) => {
                decoded.push(byte);
                rest = &rest[3..];
            }
            None => {
                decoded.push(byte);
                rest = after;
            }
        }
    }
    String::from_utf8(decoded).map_or(Cow::Borrowed(text), Cow::Owned)
}

fn escaped_byte(bytes: &[u8]) -> Option<u8> {
    let [b'%', high, low, ..] = bytes else { return None };
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    Some(digit(*high)? << 4 | digit(*low)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> String {
        let uri = match Uri::parse(text) {
            Ok(uri) => uri,
            Err(error) => return format!("{error:?}"),
        };
        let mut parts = format!("{:?}", uri.scheme());
        let params: Vec<_> = uri.params().iter().map(|param| param.name).collect();
        for (name, part) in [
            ("user", uri.user().map(str::to_owned)),
            ("host", uri.host().map(|host| host.to_string())),
            ("port", uri.port().map(|port| port.to_string())),
            ("params", (!params.is_empty()).then(|| params.join(","))),
            ("headers", uri.headers().map(str::to_owned)),
        ] {
            if let Some(part) = part {
                parts.push_str(&format!(" {name}={part}"));
            }
        }
        parts
    }

    #[test]
    fn uris_are_taken_apart() {
        let cases = [
            (
                "sip:1001@pbx.example.com:5070;transport=tcp;lr?Subject=x&Priority=urgent",
                "Sip user=1001 host=pbx.example.com port=5070 params=transport,lr headers=Subject=x&Priority=urgent",
            ),
            ("sip:192.0.2.7", "Sip host=192.0.2.7"),
            ("SIPS:a@[2001:db8::1]:5061", "Sips user=a host=[2001:db8::1] port=5061"),
            ("sip:bob:secret@example.com", "Sip user=bob host=example.com"),
            ("sip:user;par=u%40example.net@example.com", "Sip user=user;par=u%40example.net host=example.com"),
            (
                "sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@example.com",
                "Sip user=1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;* host=example.com",
            ),
            ("tel:+86-571-1234;ext=8", "Tel user=+86-571-1234 params=ext"),
            ("nobodyKnowsThisScheme:totallyopaquecontent", "Other"),
            ("soap.beep://192.0.2.103:3002", "Other"),
            ("user@example.com", "Scheme"),
            ("example.com", "Scheme"),
            ("sip:", "Host"),
            ("sip:@example.com", "User"),
            ("sip:a@b@c", "User"),
            ("sip:a@b:99999", "Host"),
            ("sip:a@b;;", "Params"),
            ("sip:user@example.com; lr", "Character"),
            ("<sip:user@example.com>", "Character"),
            ("tel:", "User"),
        ];
        for (text, expected) in cases {
            assert_eq!(parts(text), expected, "{text}");
        }
    }

    #[test]
    fn notes_7_a_phone_context_in_the_user_part_is_no_part_of_the_number() {
        let uri = Uri::parse("sip:+8613800138000;phone-context=x@ims").unwrap();
        assert_eq!(uri.number().as_deref(), Some("+8613800138000"));
        assert_eq!(uri.phone_context(), Some("x"));
        assert_eq!(uri.host(), Some(Host::Name("ims")));

        let uri = Uri::parse("tel:4008001234;phone-context=+86").unwrap();
        assert_eq!(uri.number().as_deref(), Some("4008001234"));
        assert_eq!(uri.phone_context(), Some("+86"));
    }

    #[test]
    fn notes_7_an_escape_stays_as_it_was_received_and_decodes_once() {
        let uri = Uri::parse("sip:*55%23@example.com").unwrap();
        assert_eq!(uri.to_string(), "sip:*55%23@example.com");
        assert_eq!(uri.number().as_deref(), Some("*55#"));
        assert_eq!(Uri::parse("sip:%2523@h").unwrap().number().as_deref(), Some("%23"));
        assert_eq!(Uri::parse("sip:%zz%f@h").unwrap().number().as_deref(), Some("%zz%f"));
    }

    #[test]
    fn a_uri_we_make_is_escaped() {
        let uri = Uri::sip(Some("*55# @x;y"), Host::Name("example.com"), Some(5080)).unwrap();
        assert_eq!(uri.as_str(), "sip:*55%23%20%40x%3By@example.com:5080");
        assert_eq!(uri.user_decoded().as_deref(), Some("*55# @x;y"));
        let uri = uri.with_param("transport", Some("tcp")).unwrap().with_param("ob", None).unwrap();
        assert_eq!(uri.as_str(), "sip:*55%23%20%40x%3By@example.com:5080;transport=tcp;ob");
        assert_eq!(uri.with_param("a\r\nb", None), Err(UriError::Character));
    }

    #[test]
    fn headers_of_a_uri_are_read_and_taken_off() {
        let uri = Uri::parse("sip:a@b;x?Replaces=c%40d%3Bto-tag%3D1%3Bfrom-tag%3D2&Require=replaces").unwrap();
        assert_eq!(uri.header("replaces").as_deref(), Some("c@d;to-tag=1;from-tag=2"));
        assert_eq!(uri.without_headers(), Uri::parse("sip:a@b;x").unwrap());
    }

    #[test]
    fn uris_compare_as_the_rfc_says() {
        let cases = [
            ("sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtlanTa.CoM;Transport=tcp", true),
            ("sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5", true),
            ("sip:carol@chicago.com;newparam=5", "sip:carol@chicago.com;security=on", true),
            ("SIP:ALICE@AtLanTa.CoM;Transport=udp", "sip:alice@AtlanTa.CoM;Transport=UDP", false),
            ("sip:bob@biloxi.com", "sip:bob@biloxi.com:5060", false),
            ("sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp", false),
            ("sip:carol@chicago.com;newparam=5", "sip:carol@chicago.com;newparam=6", false),
        ];
        for (one, two, same) in cases {
            let (one, two) = (Uri::parse(one).unwrap(), Uri::parse(two).unwrap());
            assert_eq!(one.same_as(&two), same, "{one} {two}");
            assert_eq!(two.same_as(&one), same, "{two} {one}");
        }
    }
}
