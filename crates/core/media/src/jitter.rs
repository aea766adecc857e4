//! The jitter buffer: packets go in as they come, and come out in order and in time. Used only where we decode; what
//! is relayed passes as it comes.
//!
//! The delay follows the measured jitter between the limits of the configuration. It changes at the beginning of a
//! talkspurt, where nobody hears it, or where a packet is missing anyway; a sender whose clock drifts is followed the
//! same way.

use std::time::Duration;

use bell_types::Mono;

use crate::rtp::Header;

/// What a jitter buffer obeys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JitterConfig {
    /// The shortest delay between a packet's arrival and its playing.
    pub delay_min: Duration,
    /// The longest delay; packets that come later are lost.
    pub delay_max: Duration,
    /// How many packets may wait; more push the oldest out.
    pub packets_max: usize,
    /// How large a payload may be, in octets; larger ones are refused.
    pub payload_max: usize,
    /// After so many concealed packets in a row the stream is silent until the next packet.
    pub conceal_max: u32,
}

/// What became of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Put {
    /// It waits for its turn.
    Stored,
    /// Its turn is over.
    Late,
    /// It is there already.
    Duplicate,
    /// Its payload is larger than allowed, or empty.
    Refused,
}

/// What to play next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Got<'a> {
    /// This payload.
    Frame(&'a [u8]),
    /// Something in place of a packet that is missing, as long as so many ticks.
    Conceal(u32),
    /// Nothing is due: before the first packet, or in a pause.
    Silence,
}

/// The jitter buffer of one stream.
#[derive(Clone, Debug)]
pub struct JitterBuffer {
    config: JitterConfig,
}

impl JitterBuffer {
    /// An empty buffer.
    pub fn new(config: JitterConfig) -> Self {
        Self { config }
    }

    /// Takes a packet that arrived at `now`.
    pub fn put(&mut self, now: Mono, header: &Header, payload: &[u8]) -> Put {
        let _ = (now, header, payload, self.config);
        todo!()
    }

    /// What to play at `now`, to be called once per packet time.
    pub fn get(&mut self, now: Mono) -> Got<'_> {
        let _ = now;
        todo!()
    }

    /// The delay that is aimed at.
    pub fn delay(&self) -> Duration {
        todo!()
    }

    /// How many packets wait.
    pub fn waiting(&self) -> usize {
        todo!()
    }
}
