//! Parameters: `;name=value;name`.

use crate::msg::scan;

/// The parameters of a header value or a URI, read in place. Names compare without case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Params<'m> {
    bytes: &'m [u8],
}

/// One parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Param<'m> {
    /// Its name.
    pub name: &'m str,
    /// All of it, as it was written.
    pub text: &'m [u8],
    /// Its value; a quoted string without its quotes, with its escapes.
    pub value: Option<&'m [u8]>,
}

impl<'m> Params<'m> {
    /// No parameters.
    pub const NONE: Self = Self { bytes: &[] };

    /// Parameters in `;name=value;name` form; empty bytes hold none. `None` if a parameter is malformed.
    pub fn parse(bytes: &'m [u8]) -> Option<Self> {
        let bytes = scan::trim(bytes);
        let Some(list) = bytes.strip_prefix(b";") else {
            return bytes.is_empty().then_some(Self { bytes });
        };
        let whole = scan::split(list, b';').all(|piece| read(piece).is_some());
        whole.then_some(Self { bytes })
    }

    /// Every parameter, in order.
    pub fn iter(self) -> impl Iterator<Item = Param<'m>> {
        let list = self.bytes.strip_prefix(b";");
        list.into_iter().flat_map(|list| scan::split(list, b';')).filter_map(read)
    }

    /// Whether there is a parameter of this name.
    pub fn has(self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// The value of the parameter of this name, if it has one that is UTF-8.
    pub fn value(self, name: &str) -> Option<&'m str> {
        std::str::from_utf8(self.find(name)?.value?).ok()
    }

    /// The value of the parameter of this name as a number.
    pub fn number(self, name: &str) -> Option<u32> {
        scan::number(self.find(name)?.value?)
    }

    /// The parameters as they arrived, from the first semicolon on.
    pub const fn as_bytes(self) -> &'m [u8] {
        self.bytes
    }

    fn find(self, name: &str) -> Option<Param<'m>> {
        self.iter().find(|param| param.name.eq_ignore_ascii_case(name))
    }
}

fn read(piece: &[u8]) -> Option<Param<'_>> {
    let Some(equals) = piece.iter().position(|byte| *byte == b'=') else {
        return Some(Param { name: scan::token(piece)?, text: piece, value: None });
    };
    Some(Param {
        name: scan::token(&piece[..equals])?,
        text: piece,
        value: Some(value(scan::trim(&piece[equals + 1..]))?),
    })
}

fn value(bytes: &[u8]) -> Option<&[u8]> {
    if bytes.first() == Some(&b'"') {
        return (scan::quoted_len(bytes)? == bytes.len()).then(|| &bytes[1..bytes.len() - 1]);
    }
    let plain = !bytes.iter().any(|byte| scan::is_space(*byte) || matches!(byte, b'"' | b',' | b'<' | b'>'));
    plain.then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_found_by_name_without_case() {
        let params = Params::parse(b" ; Tag = a ;lr; q=\"x;\\\"y\";rport=").unwrap();
        assert_eq!(params.value("tag"), Some("a"));
        assert!(params.has("LR"));
        assert_eq!(params.value("lr"), None);
        assert_eq!(params.value("q"), Some("x;\\\"y"));
        assert_eq!(params.value("rport"), Some(""));
        assert_eq!(params.value("none"), None);
        assert_eq!(params.iter().count(), 4);
    }

    #[test]
    fn malformed_parameters_are_refused() {
        for wrong in [&b";;"[..], b";", b"x", b";a=\"b", b";a=b c", b";=b", b";a b"] {
            assert_eq!(Params::parse(wrong), None, "{}", wrong.escape_ascii());
        }
        assert_eq!(Params::parse(b"  ").unwrap().iter().count(), 0);
    }
}
