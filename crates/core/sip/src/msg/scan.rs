//! Walking over header values byte by byte. A folded value still holds its line breaks, so these count as white space
//! wherever white space may stand (RFC 3261 §25.1, LWS).

pub(crate) const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

pub(crate) const fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'!' | b'%' | b'*' | b'_' | b'+' | b'`' | b'\'' | b'~')
}

pub(crate) fn trim(mut bytes: &[u8]) -> &[u8] {
    while let [first, rest @ ..] = bytes
        && is_space(*first)
    {
        bytes = rest;
    }
    while let [rest @ .., last] = bytes
        && is_space(*last)
    {
        bytes = rest;
    }
    bytes
}

/// The bytes as a token, without white space around it.
pub(crate) fn token(bytes: &[u8]) -> Option<&str> {
    let bytes = trim(bytes);
    if bytes.is_empty() || !bytes.iter().copied().all(is_token) {
        return None;
    }
    std::str::from_utf8(bytes).ok()
}

/// The bytes as text that is one word: not empty, no white space or control character within.
pub(crate) fn word(bytes: &[u8]) -> Option<&str> {
    let bytes = trim(bytes);
    if bytes.is_empty() || bytes.iter().any(|byte| byte.is_ascii_control() || *byte == b' ') {
        return None;
    }
    std::str::from_utf8(bytes).ok()
}

/// A decimal number without a sign; too large a one is the largest there is (RFC 4475 §3.1.2.4).
pub(crate) fn number(bytes: &[u8]) -> Option<u32> {
    let bytes = trim(bytes);
    if bytes.is_empty() || !bytes.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(bytes.iter().fold(0_u32, |number, digit| number.saturating_mul(10).saturating_add(u32::from(digit - b'0'))))
}

/// How many bytes a quoted string takes, both quotes included; `None` if it has no end.
pub(crate) fn quoted_len(bytes: &[u8]) -> Option<usize> {
    debug_assert_eq!(bytes.first(), Some(&b'"'));
    let mut at = 1;
    while at < bytes.len() {
        match bytes[at] {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            0x80.. => at += wide_len(&bytes[at..]),
            _ => at += 1,
        }
    }
    None
}

/// How many bytes a character outside ASCII takes. The second byte of a GBK character may look like a backslash, which
/// must not be taken for an escape.
fn wide_len(bytes: &[u8]) -> usize {
    let utf8 = match bytes[0] {
        0xc0..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf7 => 4,
        _ => 1,
    };
    if utf8 > 1
        && let Some(character) = bytes.get(..utf8)
        && std::str::from_utf8(character).is_ok()
    {
        return utf8;
    }
    match bytes.get(1) {
        Some(0x40..=0xfe) => 2,
        _ => 1,
    }
}

/// Where `wanted` first stands outside quoted strings and, unless that is what is wanted, outside `<...>`.
pub(crate) fn find(bytes: &[u8], wanted: u8) -> Option<usize> {
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            byte if byte == wanted => return Some(at),
            b'"' => at += quoted_len(&bytes[at..])?,
            b'<' => at += bytes[at..].iter().position(|byte| *byte == b'>')? + 1,
            _ => at += 1,
        }
    }
    None
}

/// The pieces between separators that stand outside quoted strings and `<...>`, without white space around them.
pub(crate) fn split(bytes: &[u8], separator: u8) -> Pieces<'_> {
    Pieces { rest: Some(bytes), separator }
}

/// See [`split`].
#[derive(Clone, Debug)]
pub(crate) struct Pieces<'m> {
    rest: Option<&'m [u8]>,
    separator: u8,
}

impl<'m> Iterator for Pieces<'m> {
    type Item = &'m [u8];

    fn next(&mut self) -> Option<&'m [u8]> {
        let rest = self.rest?;
        let (piece, rest) = match find(rest, self.separator) {
            Some(at) => (&rest[..at], Some(&rest[at + 1..])),
            None => (rest, None),
        };
        self.rest = rest;
        Some(trim(piece))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str) -> Vec<&str> {
        split(text.as_bytes(), b',').map(|piece| std::str::from_utf8(piece).unwrap()).collect()
    }

    #[test]
    fn a_list_is_split_outside_quotes_and_brackets() {
        assert_eq!(pieces(r#"a, "b,\"c" ,<d,e>"#), ["a", r#""b,\"c""#, "<d,e>"]);
        assert_eq!(pieces("a,,b"), ["a", "", "b"]);
        assert_eq!(pieces(r#""open, end"#), [r#""open, end"#]);
    }

    #[test]
    fn a_gbk_character_that_ends_in_a_backslash_does_not_escape_the_quote() {
        // U+8AA0 is 0xD5 0x5C in GBK.
        assert_eq!(quoted_len(b"\"\xd5\x5c\" <sip:a@b>"), Some(4));
        assert_eq!(quoted_len("\"王\\\"\" x".as_bytes()), Some(7));
    }

    #[test]
    fn an_overlarge_number_is_the_largest_and_a_signed_one_is_none() {
        assert_eq!(number(b" 0068 "), Some(68));
        assert_eq!(number(b"36893488147419103232"), Some(u32::MAX));
        assert_eq!(number(b"-999"), None);
        assert_eq!(number(b""), None);
    }
}
