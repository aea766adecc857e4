//! Display names and other text for people.

use std::borrow::Cow;

use encoding_rs::GB18030;

/// Text as a peer meant it: UTF-8 if it is, else GB18030 (which holds GBK) as Chinese carriers write it, else what
/// can be read of it.
pub fn text(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let (decoded, malformed) = GB18030.decode_without_bom_handling(bytes);
    if malformed {
        return String::from_utf8_lossy(bytes);
    }
    decoded
}

/// A quoted string's inside with its escapes and folds undone.
pub(crate) fn quoted(bytes: &[u8]) -> Cow<'_, str> {
    let text = text(bytes);
    if !text.contains(['\\', '\r', '\n']) {
        return text;
    }
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => plain.extend(characters.next()),
            // A fold is a line break before white space; the white space remains.
            '\r' | '\n' => {}
            other => plain.push(other),
        }
    }
    Cow::Owned(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_6_names_are_utf8_else_gb18030_else_lossy() {
        assert_eq!(text("王小明".as_bytes()), "王小明");
        assert_eq!(text(b"\xcd\xf5\xd0\xa1\xc3\xf7"), "王小明");
        assert_eq!(text(b"a\xff\xffb"), "a\u{fffd}\u{fffd}b");
    }

    #[test]
    fn escapes_and_folds_are_undone() {
        assert_eq!(quoted(br#"J \"R\" \\ x"#), r#"J "R" \ x"#);
        assert_eq!(quoted(b"a\r\n b"), "a b");
        // The second byte of the character is a backslash in GBK.
        assert_eq!(quoted(b"\xd5\x5c"), "誠");
    }
}
