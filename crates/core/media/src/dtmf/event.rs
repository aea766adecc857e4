//! The payload of a telephone-event packet (RFC 4733 §2.3).

use thiserror::Error;

/// One telephone-event payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// The event code: 0-15 are keys.
    pub code: u8,
    /// Whether the event has ended.
    pub end: bool,
    /// How loud the tone is, in dB below 0 dBm0: 0-63.
    pub volume: u8,
    /// How long it has lasted, in ticks.
    pub duration: u16,
}

/// Why a payload is no telephone-event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum EventError {
    /// Shorter than four octets.
    #[error("telephone-event of {0} octets instead of 4")]
    TooShort(usize),
}

impl Event {
    /// Reads a payload. A few old phones append octets: they are left out.
    pub fn parse(payload: &[u8]) -> Result<Self, EventError> {
        let [code, flags, high, low, ..] = *payload else {
            return Err(EventError::TooShort(payload.len()));
        };
        Ok(Self { code, end: flags & 0x80 != 0, volume: flags & 0x3F, duration: u16::from_be_bytes([high, low]) })
    }

    /// The payload.
    pub const fn to_bytes(self) -> [u8; 4] {
        let [high, low] = self.duration.to_be_bytes();
        [self.code, (self.end as u8) << 7 | self.volume & 0x3F, high, low]
    }
}
