//! Keys: as telephone-events (RFC 4733), as tones in the audio (ITU-T Q.23, Q.24), sent and received.

mod detect;
mod event;
mod receive;
mod send;

pub use detect::{ToneConfig, ToneDetector};
pub use event::{Event, EventError};
pub use receive::{EventConfig, EventReceiver};
pub use send::{EventSender, Outgoing, SendConfig};

use std::time::Duration;

use bell_types::{Digit, DigitVia};

use crate::tone::Generator;

/// A key that was pressed and let go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Press {
    /// The key.
    pub digit: Digit,
    /// How long it was held, as far as it was heard.
    pub held: Duration,
    /// How it reached us.
    pub via: DigitVia,
}

/// The four low frequencies of Q.23 in Hz, by row of the keypad.
const ROWS_HZ: [f64; 4] = [697.0, 770.0, 852.0, 941.0];

/// The four high frequencies of Q.23 in Hz, by column.
const COLUMNS_HZ: [f64; 4] = [1209.0, 1336.0, 1477.0, 1633.0];

/// The keys by row and column.
const KEYPAD: [[char; 4]; 4] = [['1', '2', '3', 'A'], ['4', '5', '6', 'B'], ['7', '8', '9', 'C'], ['*', '0', '#', 'D']];

/// The tones of a key, without end; each of the two has `level_dbov`, the high one 2 dB more, as lines want it (Q.23).
pub fn tones(digit: Digit, level_dbov: f64, rate_hz: u32) -> Generator {
    let place = (0..16).find(|&place| KEYPAD[place / 4][place % 4] == digit.as_char());
    let place = place.unwrap_or(0);
    Generator::dual((ROWS_HZ[place / 4], level_dbov), (COLUMNS_HZ[place % 4], level_dbov + 2.0), rate_hz)
}

#[cfg(test)]
mod tests;
