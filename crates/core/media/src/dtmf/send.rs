//! Telephone-events as they leave (RFC 4733 §2.5.1).

use std::collections::VecDeque;
use std::time::Duration;

use bell_types::{Digit, Digits, Mono};

use crate::dtmf::Event;
use crate::rtp::{Header, Sender};

/// How often the last packet of an event is sent (RFC 4733 §2.5.1.4).
const END_PACKETS: u8 = 3;

/// The clock of telephone-events beside the codecs we speak.
const CLOCK_HZ: u128 = 8000;

/// How keys are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SendConfig {
    /// How long a key is held: at most 8 s, which is what a duration can say.
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
    Holding {
        digit: Digit,
        /// The timestamp of its beginning, once its first packet has left.
        begun: Option<u32>,
        packets: u32,
    },
    Ending {
        digit: Digit,
        timestamp: u32,
        left: u8,
    },
    Pausing {
        packets: u32,
    },
}

impl EventSender {
    /// A sender with nothing to send.
    pub const fn new(config: SendConfig) -> Self {
        Self { config, waiting: VecDeque::new(), phase: Phase::Idle }
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
        if let Phase::Pausing { packets: 0 } | Phase::Idle = self.phase {
            self.phase = self.begin();
        }
        match self.phase {
            Phase::Idle => None,
            Phase::Pausing { packets } => {
                self.phase = Phase::Pausing { packets: packets - 1 };
                None
            }
            Phase::Holding { digit, begun, packets } => {
                let header = sender.make_event(now, payload_type, begun);
                let packets = packets + 1;
                self.phase = if packets + 1 < self.held_packets() {
                    let begun = Some(header.timestamp);
                    Phase::Holding { digit, begun, packets }
                } else {
                    let timestamp = header.timestamp;
                    let left = END_PACKETS;
                    Phase::Ending { digit, timestamp, left }
                };
                Some(self.outgoing(header, digit, packets, false))
            }
            Phase::Ending { digit, timestamp, left } => {
                let header = sender.make_event(now, payload_type, Some(timestamp));
                self.phase = match left {
                    0 | 1 => self.pause(),
                    _ => Phase::Ending { digit, timestamp, left: left - 1 },
                };
                Some(self.outgoing(header, digit, self.held_packets(), true))
            }
        }
    }

    fn begin(&mut self) -> Phase {
        self.waiting.pop_front().map_or(Phase::Idle, |digit| Phase::Holding { digit, begun: None, packets: 0 })
    }

    /// The last two end packets have taken part of the pause already.
    fn pause(&self) -> Phase {
        let packets = packets(self.config.pause, self.config.packet_time);
        Phase::Pausing { packets: packets.saturating_sub(u32::from(END_PACKETS) - 1) }
    }

    /// At least one packet that begins the event and one that ends it.
    fn held_packets(&self) -> u32 {
        packets(self.config.held, self.config.packet_time).max(2)
    }

    fn outgoing(&self, header: Header, digit: Digit, packets: u32, end: bool) -> Outgoing {
        let lasted = self.config.packet_time.as_micros() * u128::from(packets);
        let ticks = lasted * CLOCK_HZ / 1_000_000;
        let event = Event {
            code: digit.event(),
            end,
            volume: self.config.volume,
            duration: u16::try_from(ticks).unwrap_or(u16::MAX),
        };
        Outgoing { header, payload: event.to_bytes() }
    }
}

fn packets(time: Duration, packet_time: Duration) -> u32 {
    let packets = time.as_micros().div_ceil(packet_time.as_micros().max(1));
    u32::try_from(packets).unwrap_or(u32::MAX)
}
