//! Keys of audio in messages (`inline:`, RFC 4568 §9.2): found wherever they stand, in whatever body.

use std::ops::Range;

use bytes::Bytes;

/// What begins a key, in any case.
const INLINE: &[u8] = b"inline:";
/// What ends one: lifetime and index of a key follow behind a bar, parameters of the session behind a space.
const ENDS: &[u8] = b" \t|\r\n";

/// Lets `replace` write something as long over each key of a message, so that no length in it changes. A message without
/// keys comes back as it is, without a copy.
pub fn replace_media_keys(message: &Bytes, mut replace: impl FnMut(&mut [u8])) -> Bytes {
    let Some(first) = next_key(message, 0) else { return message.clone() };
    let mut copy = message.to_vec();
    let mut next = Some(first);
    while let Some(place) = next {
        let end = place.end;
        replace(&mut copy[place]);
        next = next_key(message, end);
    }
    copy.into()
}

/// Where the next key behind `from` lies.
fn next_key(message: &[u8], from: usize) -> Option<Range<usize>> {
    let mut at = from;
    loop {
        at += message.get(at..)?.iter().position(|byte| *byte == b':')? + 1;
        let begins = at.checked_sub(INLINE.len()).filter(|start| *start >= from);
        if begins.is_some_and(|start| message[start..at].eq_ignore_ascii_case(INLINE)) {
            let length = message[at..].iter().position(|byte| ENDS.contains(byte));
            let end = length.map_or(message.len(), |length| at + length);
            if end > at {
                return Some(at..end);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blanked(message: &'static str) -> String {
        let with = |key: &mut [u8]| key.fill(b'*');
        String::from_utf8(replace_media_keys(&Bytes::from_static(message.as_bytes()), with).to_vec()).unwrap()
    }

    #[test]
    fn every_key_is_found_and_nothing_else_is_touched() {
        let message =
            "INVITE sip:h SIP/2.0\r\nX: inline:a\r\n\r\na=crypto:1 S inline:abc|2^20|1:4\r\na=crypto:2 S INLINE:de";
        let expected =
            "INVITE sip:h SIP/2.0\r\nX: inline:*\r\n\r\na=crypto:1 S inline:***|2^20|1:4\r\na=crypto:2 S INLINE:**";
        assert_eq!(blanked(message), expected);
        assert_eq!(blanked("inline:"), "inline:");
        assert_eq!(blanked("inline: a|inline:\tb"), "inline: a|inline:\tb");
        assert_eq!(blanked("inline:inline:a b"), "inline:******** b");
        assert_eq!(blanked("a:nline:b"), "a:nline:b");
    }

    #[test]
    fn a_message_without_keys_is_not_copied() {
        let message = Bytes::from_static(b"BYE sip:a:b SIP/2.0\r\n\r\n");
        let same = replace_media_keys(&message, |_| unreachable!("there is none"));
        assert_eq!(same.as_ptr(), message.as_ptr());
    }
}
