//! Addresses with a display name: From, To, Contact, Route, P-Asserted-Identity and their like.

use std::borrow::Cow;
use std::fmt;

use crate::msg::build::Quoted;
use crate::msg::decode;
use crate::msg::params::Params;
use crate::msg::scan;
use crate::msg::uri::{Uri, UriError};

/// `"Display" <uri>;params` or `uri;params`, read in place (RFC 3261 §20.10).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NameAddr<'m> {
    display: &'m [u8],
    uri: &'m [u8],
    params: Params<'m>,
}

impl<'m> NameAddr<'m> {
    /// Reads one address. `None` if it is malformed; whether the URI is one shows when it is asked for.
    pub fn parse(value: &'m [u8]) -> Option<Self> {
        let value = scan::trim(value);
        match scan::find(value, b'<') {
            Some(bracket) => Self::parse_bracketed(value, bracket),
            None => Self::parse_bare(value),
        }
    }

    fn parse_bracketed(value: &'m [u8], bracket: usize) -> Option<Self> {
        let display = display_of(&value[..bracket])?;
        let after = &value[bracket + 1..];
        let end = after.iter().position(|byte| *byte == b'>')?;
        Some(Self { display, uri: uri_of(&after[..end])?, params: Params::parse(&after[end + 1..])? })
    }

    /// Without brackets all parameters belong to the header, and a comma or question mark may not stand in the URI
    /// (RFC 3261 §20).
    fn parse_bare(value: &'m [u8]) -> Option<Self> {
        let end = value.iter().position(|byte| *byte == b';').unwrap_or(value.len());
        let uri = uri_of(scan::trim(&value[..end]))?;
        if uri.contains(&b'?') || uri.contains(&b',') {
            return None;
        }
        Some(Self { display: &[], uri, params: Params::parse(&value[end..])? })
    }

    /// The display name, decoded (UTF-8, else GB18030, else lossy); empty if there is none.
    pub fn display(&self) -> Cow<'m, str> {
        decode::quoted(self.display)
    }

    /// The URI.
    pub fn uri(&self) -> Result<Uri, UriError> {
        Uri::from_bytes(self.uri)
    }

    /// The URI as it was received.
    pub const fn uri_bytes(&self) -> &'m [u8] {
        self.uri
    }

    /// The parameters of the header, not of the URI.
    pub const fn params(&self) -> Params<'m> {
        self.params
    }

    /// The `tag` parameter, if it is there and not empty.
    pub fn tag(&self) -> Option<&'m str> {
        self.params.value("tag").filter(|tag| !tag.is_empty())
    }

    /// The `expires` parameter of a contact.
    pub fn expires(&self) -> Option<u32> {
        self.params.number("expires")
    }
}

/// The display name without its quotes: a quoted string, or words. A word may hold any byte that could not be mistaken
/// for structure, because phones put brackets, dots and GBK there.
fn display_of(bytes: &[u8]) -> Option<&[u8]> {
    let bytes = scan::trim(bytes);
    if bytes.first() == Some(&b'"') {
        return (scan::quoted_len(bytes)? == bytes.len()).then(|| &bytes[1..bytes.len() - 1]);
    }
    let plain = !bytes.iter().any(|byte| matches!(byte, b'"' | b',' | b';' | b'>'));
    plain.then_some(bytes)
}

/// A URI holds no white space, not even at its ends (RFC 4475 §3.1.2.16), and begins with a scheme.
fn uri_of(bytes: &[u8]) -> Option<&[u8]> {
    let wrong = bytes.is_empty() || bytes.iter().any(|byte| scan::is_space(*byte)) || !bytes.contains(&b':');
    (!wrong).then_some(bytes)
}

/// An address to write.
#[derive(Clone, Copy, Debug)]
pub struct Address<'a> {
    /// The display name; empty for none.
    pub display: &'a str,
    /// The URI.
    pub uri: &'a Uri,
    /// The tag of a From or To.
    pub tag: Option<&'a str>,
}

impl fmt::Display for Address<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.display.is_empty() {
            write!(f, "{} ", Quoted(self.display))?;
        }
        write!(f, "<{}>", self.uri)?;
        match self.tag {
            Some(tag) => write!(f, ";tag={tag}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: &[u8], expected: Option<(&str, &str, Option<&str>)>) {
        let address = NameAddr::parse(value);
        let display = address.map(|address| address.display());
        let uri = address.map(|address| String::from_utf8_lossy(address.uri_bytes()).into_owned());
        let read = address.map(|address| (display.as_deref().unwrap(), uri.as_deref().unwrap(), address.tag()));
        assert_eq!(read, expected, "{}", value.escape_ascii());
    }

    #[test]
    fn notes_7_brackets_within_a_display_name_are_no_uri() {
        check(br#""Foo <bar>" <sip:a@b>"#, Some(("Foo <bar>", "sip:a@b", None)));
        check(br#""x\" <sip:evil@e>" <sip:a@b>;tag=1"#, Some((r#"x" <sip:evil@e>"#, "sip:a@b", Some("1"))));
    }

    #[test]
    fn notes_6_a_gbk_name_is_read_quoted_or_bare() {
        check(b"\"\xcd\xf5\xd0\xa1\xc3\xf7\" <sip:1@h>;tag=9", Some(("王小明", "sip:1@h", Some("9"))));
        check(b"\xcd\xf5\xd0\xa1\xc3\xf7<sip:1@h>", Some(("王小明", "sip:1@h", None)));
        check(b"\"\xd5\x5c\" <sip:1@h>", Some(("誠", "sip:1@h", None)));
    }

    #[test]
    fn parameters_of_a_bare_uri_belong_to_the_header() {
        check(b"sip:a@b ;  tag  = 19", Some(("", "sip:a@b", Some("19"))));
        check(b"<sip:a@b;tag=no>", Some(("", "sip:a@b;tag=no", None)));
        check(b"tel:+8613800138000;tag=x", Some(("", "tel:+8613800138000", Some("x"))));
    }

    #[test]
    fn malformed_addresses_are_refused() {
        for wrong in [
            &br#""Mr. J. User <sip:j.user@example.com>"#[..],
            b"Bell, Alexander <sip:a.g.bell@example.com>;tag=43",
            b"\"Watson, Thomas\" < t.watson@example.org >",
            b"\"Watson\" < sip:t.watson@example.org >",
            b"sip:user@example.com?Route=%3Csip:sip.example.com%3E",
            b"\"Joe\" <sip:joe@example.org>;;;;",
            b"<sip:a@b",
            b"sip:a@b c",
            b"",
        ] {
            check(wrong, None);
        }
    }

    #[test]
    fn an_address_is_written_with_its_name_quoted() {
        let uri = Uri::parse("sip:1001@h").unwrap();
        let address = Address { display: r#"a "b" \ 王"#, uri: &uri, tag: Some("t") };
        let text = address.to_string();
        assert_eq!(text, r#""a \"b\" \\ 王" <sip:1001@h>;tag=t"#);
        check(text.as_bytes(), Some((r#"a "b" \ 王"#, "sip:1001@h", Some("t"))));
        assert_eq!(Address { display: "", uri: &uri, tag: None }.to_string(), "<sip:1001@h>");
    }
}
