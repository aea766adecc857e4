//! Telephone-events as they arrive (RFC 4733 §2.5.2): many packets, some of them lost, become one press.

use std::time::Duration;

use bell_types::{Digit, DigitVia, Mono};
use smallvec::SmallVec;

use crate::dtmf::{Event, Press};
use crate::rtp::Header;

/// What a receiver of events obeys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventConfig {
    /// The clock of the events in Hz.
    pub clock_hz: u32,
    /// An event whose packets cease without an end has ended after so long (RFC 4733 §2.5.2.2).
    pub ended_after: Duration,
    /// A key that is held longer counts as let go; what follows of it is ignored.
    pub held_max: Duration,
}

/// Turns the telephone-event packets of one stream into presses.
#[derive(Clone, Debug)]
pub struct EventReceiver {
    config: EventConfig,
    current: Option<Current>,
    /// The event that was last reported, by its timestamp: its late and repeated packets are no new press.
    reported: Option<(u32, Digit)>,
    presses: SmallVec<[Press; 2]>,
}

/// A key that is being held.
#[derive(Clone, Copy, Debug)]
struct Current {
    digit: Digit,
    timestamp: u32,
    duration: u16,
    heard: Mono,
}

impl EventReceiver {
    /// A stream without events so far.
    pub fn new(config: EventConfig) -> Self {
        Self { config, current: None, reported: None, presses: SmallVec::new() }
    }

    /// Takes one packet of the telephone-event payload type, duplicates and late ones too: an end that was overtaken
    /// counts. What is no key (hook flash, modem tones) and what cannot be read is ignored.
    pub fn handle(&mut self, now: Mono, header: &Header, payload: &[u8]) {
        let Ok(event) = Event::parse(payload) else { return };
        let Some(digit) = Digit::from_event(event.code) else {
            return;
        };
        if self.goes_on(header.timestamp, digit) {
            self.reported = Some((header.timestamp, digit));
            return;
        }
        if !self.is_news(header.timestamp) {
            return;
        }
        let known = self.current.filter(|current| current.timestamp == header.timestamp && current.digit == digit);
        if known.is_none() {
            // Another event: the end of the one before it was lost.
            self.release();
        }
        let duration = event.duration.max(known.map_or(0, |current| current.duration));
        self.current = Some(Current { digit, timestamp: header.timestamp, duration, heard: now });
        if event.end || duration == u16::MAX || self.time(duration) >= self.config.held_max {
            self.release();
        }
    }

    /// Lets time pass: an event whose packets ceased has ended.
    pub fn tick(&mut self, now: Mono) {
        if self.poll_timeout().is_some_and(|deadline| deadline <= now) {
            self.release();
        }
    }

    /// The next press. Drain it after each call of the others.
    pub fn poll_output(&mut self) -> Option<Press> {
        (!self.presses.is_empty()).then(|| self.presses.remove(0))
    }

    /// When to call [`tick`](Self::tick).
    pub fn poll_timeout(&self) -> Option<Mono> {
        self.current.map(|current| current.heard + self.config.ended_after)
    }

    /// A timestamp at or before the last reported event's is an old story, unless it is so old that the stream began
    /// anew.
    fn is_news(&self, timestamp: u32) -> bool {
        self.reported.is_none_or(|(reported, _)| {
            let ago = reported.wrapping_sub(timestamp);
            ago > self.config.clock_hz.saturating_mul(10)
        })
    }

    /// RFC 4733 §2.5.1.3: what lasts longer than a duration can say goes on as another event, which begins where the
    /// largest duration ends. It was reported already.
    fn goes_on(&self, timestamp: u32, digit: Digit) -> bool {
        self.reported
            .is_some_and(|(reported, held)| held == digit && timestamp.wrapping_sub(reported) == u32::from(u16::MAX))
    }

    fn release(&mut self) {
        if let Some(current) = self.current.take() {
            self.reported = Some((current.timestamp, current.digit));
            self.presses.push(Press {
                digit: current.digit,
                held: self.time(current.duration),
                via: DigitVia::TelephoneEvent,
            });
        }
    }

    fn time(&self, ticks: u16) -> Duration {
        Duration::from_micros(u64::from(ticks) * 1_000_000 / u64::from(self.config.clock_hz.max(1)))
    }
}
