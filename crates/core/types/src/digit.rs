//! Keys a caller presses.

use std::fmt;

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;
use thiserror::Error;

/// One key of a telephone: `0`-`9`, `*`, `#`, `A`-`D`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "char", try_from = "char")]
pub struct Digit(u8);

/// The order of the telephone-event codes 0-15 (RFC 4733 §3.2).
const KEYS: &[u8; 16] = b"0123456789*#ABCD";

impl Digit {
    /// The key with this character; letters in either case.
    pub fn from_char(c: char) -> Option<Self> {
        let upper = c.to_ascii_uppercase();
        KEYS.iter().find(|&&key| char::from(key) == upper).map(|&key| Self(key))
    }

    /// The key with this telephone-event code, 0-15 (RFC 4733 §3.2).
    pub fn from_event(code: u8) -> Option<Self> {
        KEYS.get(usize::from(code)).map(|&key| Self(key))
    }

    /// The telephone-event code, 0-15 (RFC 4733 §3.2).
    pub fn event(self) -> u8 {
        (0u8..16).find(|&code| KEYS[usize::from(code)] == self.0).unwrap_or(0)
    }

    /// The character on the key.
    pub const fn as_char(self) -> char {
        self.0 as char
    }
}

impl fmt::Display for Digit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.as_char())
    }
}

impl From<Digit> for char {
    fn from(digit: Digit) -> Self {
        digit.as_char()
    }
}

impl TryFrom<char> for Digit {
    type Error = DigitsError;

    fn try_from(c: char) -> Result<Self, DigitsError> {
        Self::from_char(c).ok_or(DigitsError::NotAKey(c))
    }
}

/// A run of keys, in the order they were pressed.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Digits(SmallVec<[Digit; 16]>);

impl Digits {
    /// How many keys a run can hold; [`push`](Self::push) refuses more.
    pub const LEN_MAX: usize = 64;

    /// No key yet.
    pub fn new() -> Self {
        Self(SmallVec::new())
    }

    /// Parses `"13800#"`; at most [`LEN_MAX`](Self::LEN_MAX) keys.
    pub fn parse(text: &str) -> Result<Self, DigitsError> {
        let mut digits = Self::new();
        for c in text.chars() {
            digits.push(Digit::try_from(c)?)?;
        }
        Ok(digits)
    }

    /// Appends a key, or says that the run is full.
    pub fn push(&mut self, digit: Digit) -> Result<(), DigitsError> {
        if self.0.len() == Self::LEN_MAX {
            return Err(DigitsError::TooLong);
        }
        self.0.push(digit);
        Ok(())
    }

    /// The keys.
    pub fn as_slice(&self) -> &[Digit] {
        &self.0
    }

    /// How many keys.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether no key was pressed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Digits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|digit| write!(f, "{digit}"))
    }
}

/// How a key reached us. All three become the same event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DigitVia {
    /// RTP telephone-event (RFC 4733).
    TelephoneEvent,
    /// SIP INFO with `application/dtmf-relay` or `application/dtmf`.
    SipInfo,
    /// Tones in the audio.
    InBand,
}

/// Why a text is not a run of keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum DigitsError {
    /// A character that is on no key.
    #[error("{0:?} is not a telephone key")]
    NotAKey(char),
    /// More keys than a run can hold.
    #[error("more than {} keys", Digits::LEN_MAX)]
    TooLong,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_and_characters_agree() {
        for code in 0..16 {
            let digit = Digit::from_event(code).unwrap();
            assert_eq!(digit.event(), code);
            assert_eq!(Digit::from_char(digit.as_char()), Some(digit));
        }
        assert_eq!(Digit::from_event(16), None, "16 is the hook flash");
        assert_eq!(Digit::from_char('a'), Digit::from_event(12));
    }

    #[test]
    fn a_run_has_a_limit() {
        let full = "1".repeat(Digits::LEN_MAX);
        assert_eq!(Digits::parse(&full).unwrap().to_string(), full);
        assert_eq!(Digits::parse(&format!("{full}1")), Err(DigitsError::TooLong));
        assert_eq!(Digits::parse("12x"), Err(DigitsError::NotAKey('x')));
    }
}
