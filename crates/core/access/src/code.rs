//! Codes that people type or scan: drawn from random bytes, kept as a hash, used once.

use std::fmt;

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Random bytes of one code: 120 bits, so that its hash needs no salt and nobody guesses it (ASVS 2.6.2).
pub const CODE_LEN: usize = 15;

/// Crockford's base 32: no I, L, O, U, so that a code survives handwriting.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// What is kept of a code.
#[derive(Clone, PartialEq, Eq)]
pub struct CodeHash([u8; 32]);

/// A new code as its owner sees it, once: `7KQ2-M9XA-0D3F-TT8W-5B1C-EZ40`.
pub fn write_code(random: [u8; CODE_LEN]) -> String {
    let bits = random.iter().fold(0_u128, |bits, octet| bits << 8 | u128::from(*octet));
    let mut code = String::new();
    for place in 0..24 {
        if place > 0 && place % 4 == 0 {
            code.push('-');
        }
        code.push(char::from(ALPHABET[(bits >> (115 - 5 * place) & 31) as usize]));
    }
    code
}

impl CodeHash {
    /// What to keep of a code. Blanks, hyphens and small letters make no difference, nor O for 0, I or L for 1.
    pub fn of(code: &str) -> Self {
        let mut hash = Sha256::new();
        for symbol in code.chars().filter(|c| !c.is_whitespace() && *c != '-') {
            let symbol = match symbol.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            };
            hash.update(symbol.encode_utf8(&mut [0; 4]));
        }
        Self(hash.finalize().into())
    }

    /// What a store kept.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// For a store.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Whether this is the code, in a time that says nothing about it.
    pub fn is(&self, code: &str) -> bool {
        self.0.ct_eq(&Self::of(code).0).into()
    }
}

impl fmt::Debug for CodeHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CodeHash")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_survives_being_written_by_hand() {
        let code =
            write_code([0x00, 0x44, 0x32, 0x14, 0xC7, 0x42, 0x54, 0xB6, 0x35, 0xCF, 0x84, 0x65, 0x3A, 0x56, 0xD7]);
        assert_eq!(code, "0123-4567-89AB-CDEF-GHJK-MNPQ");
        let kept = CodeHash::of(&code);
        for typed in ["0123456789abcdefghjkmnpq", " 0123 4567 89AB cdef ghjk mnpq ", "oi2345678 9ab-cdef-ghjk-mnpq"] {
            assert!(kept.is(typed), "{typed}");
        }
        for wrong in ["0123-4567-89AB-CDEF-GHJK-MNPR", "", "0123-4567-89AB-CDEF-GHJK-MNP"] {
            assert!(!kept.is(wrong), "{wrong}");
        }
        assert_eq!(format!("{kept:?}"), "CodeHash");
        assert!(CodeHash::from_bytes(*kept.as_bytes()).is(&code));
    }
}
