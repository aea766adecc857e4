//! Digest challenges and credentials as they stand in headers (RFC 8760, RFC 7616 §3). What they prove is computed in
//! [`digest`](crate::digest).

use std::borrow::Cow;

use crate::msg::decode;
use crate::msg::scan;

/// A challenge: `Digest realm="x", nonce="y", ...`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Challenge<'m> {
    params: AuthParams<'m>,
}

/// The answer to a challenge: `Digest username="a", realm="x", ...`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Credentials<'m> {
    params: AuthParams<'m>,
}

/// `name=value` pairs with commas between, read in place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct AuthParams<'m> {
    bytes: &'m [u8],
}

impl<'m> Challenge<'m> {
    /// Reads a digest challenge; `None` for another scheme, or without realm or nonce.
    pub fn parse(value: &'m [u8]) -> Option<Self> {
        let params = AuthParams::parse(value)?;
        (params.get("realm").is_some() && params.get("nonce").is_some()).then_some(Self { params })
    }

    /// The realm.
    pub fn realm(&self) -> Cow<'m, str> {
        self.params.text("realm")
    }

    /// The nonce.
    pub fn nonce(&self) -> Cow<'m, str> {
        self.params.text("nonce")
    }

    /// The value to return unchanged, if there is one.
    pub fn opaque(&self) -> Option<Cow<'m, str>> {
        self.params.get("opaque").map(decode::quoted)
    }

    /// The algorithm, if it is named.
    pub fn algorithm(&self) -> Option<Cow<'m, str>> {
        self.params.get("algorithm").map(decode::quoted)
    }

    /// The qualities of protection that are offered; none in a challenge of RFC 2069.
    pub fn qop(&self) -> impl Iterator<Item = &'m str> {
        let list = self.params.get("qop").unwrap_or_default();
        scan::split(list, b',').filter_map(scan::token)
    }

    /// Whether the last credentials were right but for the age of their nonce.
    pub fn is_stale(&self) -> bool {
        self.params.text("stale").eq_ignore_ascii_case("true")
    }
}

impl<'m> Credentials<'m> {
    /// Reads digest credentials; `None` for another scheme, or if a part is missing that every digest has.
    pub fn parse(value: &'m [u8]) -> Option<Self> {
        let params = AuthParams::parse(value)?;
        let needed = ["username", "realm", "nonce", "uri", "response"];
        let whole = needed.into_iter().all(|name| params.get(name).is_some());
        whole.then_some(Self { params })
    }

    /// The user name.
    pub fn username(&self) -> Cow<'m, str> {
        self.params.text("username")
    }

    /// The realm.
    pub fn realm(&self) -> Cow<'m, str> {
        self.params.text("realm")
    }

    /// The nonce.
    pub fn nonce(&self) -> Cow<'m, str> {
        self.params.text("nonce")
    }

    /// The digest URI.
    pub fn uri(&self) -> Cow<'m, str> {
        self.params.text("uri")
    }

    /// The response, in hex.
    pub fn response(&self) -> Cow<'m, str> {
        self.params.text("response")
    }

    /// The algorithm, if it is named.
    pub fn algorithm(&self) -> Option<Cow<'m, str>> {
        self.params.get("algorithm").map(decode::quoted)
    }

    /// The client's nonce.
    pub fn cnonce(&self) -> Option<Cow<'m, str>> {
        self.params.get("cnonce").map(decode::quoted)
    }

    /// The quality of protection that was chosen.
    pub fn qop(&self) -> Option<Cow<'m, str>> {
        self.params.get("qop").map(decode::quoted)
    }

    /// The nonce count exactly as it stands there, because it goes into the digest as text.
    pub fn nc(&self) -> Option<&'m str> {
        std::str::from_utf8(self.params.get("nc")?).ok()
    }
}

impl<'m> AuthParams<'m> {
    fn parse(value: &'m [u8]) -> Option<Self> {
        let value = scan::trim(value);
        let space = value.iter().position(|byte| scan::is_space(*byte))?;
        let (scheme, bytes) = value.split_at(space);
        if !scheme.eq_ignore_ascii_case(b"Digest") {
            return None;
        }
        let whole = scan::split(bytes, b',').all(|piece| piece.is_empty() || read(piece).is_some());
        whole.then_some(Self { bytes })
    }

    /// The value without its quotes, with its escapes.
    fn get(&self, name: &str) -> Option<&'m [u8]> {
        let mut params = scan::split(self.bytes, b',').filter_map(read);
        let (_, value) = params.find(|(written, _)| written.eq_ignore_ascii_case(name))?;
        Some(value)
    }

    fn text(&self, name: &str) -> Cow<'m, str> {
        self.get(name).map(decode::quoted).unwrap_or_default()
    }
}

fn read(piece: &[u8]) -> Option<(&str, &[u8])> {
    let equals = piece.iter().position(|byte| *byte == b'=')?;
    let name = scan::token(&piece[..equals])?;
    let value = scan::trim(&piece[equals + 1..]);
    if value.first() == Some(&b'"') {
        let inner = (scan::quoted_len(value)? == value.len()).then(|| &value[1..value.len() - 1]);
        return Some((name, inner?));
    }
    Some((name, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_challenge_is_read_whatever_the_order_and_the_quotes() {
        let challenge = Challenge::parse(
            b"Digest  algorithm=SHA-256,\r\n qop=\"auth,auth-int\", nonce=\"a,b\", Realm=\"x \\\"y\\\"\", STALE=TRUE",
        )
        .unwrap();
        assert_eq!(challenge.realm(), "x \"y\"");
        assert_eq!(challenge.nonce(), "a,b");
        assert_eq!(challenge.algorithm().as_deref(), Some("SHA-256"));
        assert_eq!(challenge.qop().collect::<Vec<_>>(), ["auth", "auth-int"]);
        assert!(challenge.is_stale() && challenge.opaque().is_none());
    }

    #[test]
    fn another_scheme_or_half_a_digest_is_none() {
        assert_eq!(Challenge::parse(b"Basic realm=\"x\", nonce=\"y\""), None);
        assert_eq!(Challenge::parse(b"Digest realm=\"x\""), None);
        assert_eq!(Challenge::parse(b"Digest realm=\"x\", nonce=\"y"), None);
        assert_eq!(Credentials::parse(b"Digest username=\"a\", realm=\"r\", nonce=\"n\", uri=\"u\""), None);
    }

    #[test]
    fn a_nonce_count_stays_text() {
        let value =
            b"Digest username=\"a\",realm=\"r\",nonce=\"n\",uri=\"u\",response=\"0\",nc=0000000A,qop=auth,cnonce=\"c\"";
        let credentials = Credentials::parse(value).unwrap();
        assert_eq!(credentials.nc(), Some("0000000A"));
        assert_eq!(credentials.qop().as_deref(), Some("auth"));
    }
}
