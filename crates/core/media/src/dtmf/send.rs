//! Telephone-events as they leave (RFC 4733 §2.5.1).

use std::collections::VecDeque;
use std::time::Duration;

use bell_types::{Digit, Digits, Mono};

use crate::dtmf::Event;
use crate::rtp::{Header, Sender};

/// How often the last packet of an event is sent (RFC 4733 §2.5.1.4).
const END_PACKETS: u8 = 3;

/// How keys are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SendConfig {
    /// How long a key is held.
    pub held: Duration,
    /// The pause after a key. At least two packet times, which its end packets take.
    pub pause: Duration,
    /// How loud the tone is said to be, in dB below 0 dBm0.
    pub volume: u8,
    /// The time between packets.
    pub packet_time: Duration,
    /// How many keys may wait; more are refused.
    pub waiting_max: usize,
}

/// A packet to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// Its header.
    pub header: Header,
    /// Its payload.
    pub payload: [u8; 4],
}

/// Sends keys one after the other. Call [`next`](Self::next) once per packet time in place of audio.
#[derive(Clone, Debug)]
pub struct EventSender {
    config: SendConfig,
    waiting: VecDeque<Digit>,
    phase: Phase,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Idle,
    Holding { digit: Digit, timestamp: u32, packets: u32 },
    Ending { digit: Digit, timestamp: u32, left: u8 },
    Pausing { packets: u32 },
}

impl EventSender {
    /// A sender with nothing to send.
    pub const fn new(config: SendConfig) -> Self {
        Self {
            config,
            waiting: VecDeque::new(),
            phase: Phase::Idle,
        }
    }

    /// Appends keys. False if they are too many, and then none is taken.
    pub fn push(&mut self, digits: &Digits) -> bool {
        if self.waiting.len() + digits.len() > self.config.waiting_max {
            return false;
        }
        self.waiting.extend(digits.as_slice());
        true
    }

    /// Whether a key is being sent or waits. Meanwhile no audio is sent (RFC 4733 §2.5.1.1).
    pub fn is_busy(&self) -> bool {
        self.phase != Phase::Idle || !self.waiting.is_empty()
    }

    /// What to send in this packet time; none in a pause, or if there is nothing to send.
    pub fn next(&mut self, now: Mono, sender: &mut Sender, payload_type: u8) -> Option<Outgoing> {
        let _ = (now, sender, payload_type, END_PACKETS);
        todo!()
    }
}
