//! Messages as people may see them: in the trace of a call, without what would let anybody log in.

use std::fmt;

use crate::msg::decode;

mod anonymous;

pub use anonymous::anonymous;

/// A message to print, whether or not it could be read. Digest responses, SRTP keys and passwords of ICE are masked.
#[derive(Clone, Copy, Debug)]
pub struct Masked<'m>(pub &'m [u8]);

/// What begins a secret, and what ends it.
const SECRETS: [(&[u8], &[u8]); 3] =
    [(b"response", b"\", \t\r\n"), (b"inline:", b" \t|\r\n"), (b"a=ice-pwd:", b" \t\r\n")];

impl fmt::Display for Masked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        while let Some((start, end)) = next_secret(rest) {
            write!(f, "{}***", decode::text(&rest[..start]))?;
            rest = &rest[end..];
        }
        f.write_str(&decode::text(rest))
    }
}

/// Where the next secret begins and ends.
fn next_secret(bytes: &[u8]) -> Option<(usize, usize)> {
    (0..bytes.len()).find_map(|at| {
        let (name, ends) = SECRETS.into_iter().find(|(name, _)| starts_with(&bytes[at..], name))?;
        let start = at + name.len();
        let start = if name.ends_with(b":") { start } else { start + equals_len(&bytes[start..])? };
        let length = bytes[start..].iter().position(|byte| ends.contains(byte));
        let end = length.map_or(bytes.len(), |length| start + length);
        (end > start).then_some((start, end))
    })
}

fn starts_with(bytes: &[u8], name: &[u8]) -> bool {
    bytes.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
}

/// How many bytes an equals sign takes with the white space and the quote around it.
fn equals_len(bytes: &[u8]) -> Option<usize> {
    let mut seen = false;
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' => {}
            b'=' if !seen => seen = true,
            b'"' if seen => return Some(at + 1),
            _ => return seen.then_some(at),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_17_digest_responses_are_masked() {
        let message = b"REGISTER sip:h SIP/2.0\r\n\
            Authorization: Digest username=\"a\", RESPONSE = \"6629fae4\", uri=\"sip:h\"\r\n\
            Proxy-Authorization: Digest response=abc,nc=1\r\n\
            Authorization: Digest response=\r\n \"6629fae4\",nc=1\r\n\r\n";
        assert_eq!(
            Masked(message).to_string(),
            "REGISTER sip:h SIP/2.0\r\n\
             Authorization: Digest username=\"a\", RESPONSE = \"***\", uri=\"sip:h\"\r\n\
             Proxy-Authorization: Digest response=***,nc=1\r\n\
             Authorization: Digest response=\r\n \"***\",nc=1\r\n\r\n"
        );
    }

    #[test]
    fn notes_17_media_keys_are_masked() {
        let line = b"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkg|2^20\r\n";
        assert_eq!(Masked(line).to_string(), "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:***|2^20\r\n");
    }

    #[test]
    fn a_message_without_secrets_is_printed_as_it_is() {
        assert_eq!(Masked(b"the response is no pair").to_string(), "the response is no pair");
        assert_eq!(Masked(b"\xcd\xf5").to_string(), "王");
        assert_eq!(Masked(b"response=").to_string(), "response=");
    }
}
