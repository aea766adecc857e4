//! Base 32 of RFC 4648 §6 without padding, as authenticator apps want it.

/// The symbols of these bytes.
pub(crate) fn base32(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let symbol = |chunk: &[u8], place: usize| {
        let bits = chunk.iter().chain([0; 5].iter()).take(5).fold(0_u64, |bits, octet| bits << 8 | u64::from(*octet));
        char::from(ALPHABET[(bits >> (35 - 5 * place) & 31) as usize])
    };
    let symbols =
        |chunk: &[u8]| (0..(chunk.len() * 8).div_ceil(5)).map(|place| symbol(chunk, place)).collect::<String>();
    bytes.chunks(5).map(symbols).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_test_vectors_of_rfc_4648() {
        for (bytes, text) in [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(base32(bytes.as_bytes()), text, "RFC 4648 section 10");
        }
    }
}
