//! Whether one direction of a leg is silent, and why (DIA-04). One watch per direction.

use std::time::Duration;

use bell_types::{Mono, SilenceCause};

/// What a watch obeys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SilenceConfig {
    /// After so long without a packet the direction is silent.
    pub no_packets_after: Duration,
    /// After so long with nothing but silence in the packets the direction is silent.
    pub silent_packets_after: Duration,
    /// Below this level a packet carries silence, in dBov.
    pub silence_dbov: i8,
    /// At or above this level a packet carries sound, and silence is over, in dBov.
    pub sound_dbov: i8,
    /// So many refused packets since the last good one are a cause of their own, rather than noise on the port.
    pub refused_min: u32,
    /// After so long without a packet the other side must be gone.
    pub gone_after: Duration,
}

/// What a watch saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Silence {
    /// The direction fell silent.
    Began(SilenceCause),
    /// It is no longer silent.
    Ended,
    /// No packet for so long that the other side must be gone. Said once.
    Gone,
}

/// Whether packets should come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expecting {
    /// They should.
    Packets,
    /// They need not: the leg is on hold, or its plan is silence.
    Nothing,
}

/// The watch over one direction of a leg.
#[derive(Clone, Debug)]
pub struct SilenceWatch {
    config: SilenceConfig,
}

impl SilenceWatch {
    /// A watch that expects packets from `now` on.
    pub fn new(config: SilenceConfig, now: Mono) -> Self {
        let _ = now;
        Self { config }
    }

    /// Says whether packets should come from now on. While none are expected nothing is silent and nobody is gone.
    pub fn expect(&mut self, now: Mono, expecting: Expecting) {
        let _ = (now, expecting, self.config);
        todo!()
    }

    /// A good packet, with its level in dBov if it was measured. A packet without a level counts as sound.
    pub fn packet(&mut self, now: Mono, dbov: Option<i8>) {
        let _ = (now, dbov);
        todo!()
    }

    /// A packet from an address that is refused.
    pub fn wrong_source(&mut self, now: Mono) {
        let _ = now;
        todo!()
    }

    /// A packet of a payload type that was not negotiated, or that cannot be read.
    pub fn wrong_format(&mut self, now: Mono) {
        let _ = now;
        todo!()
    }

    /// Lets time pass.
    pub fn tick(&mut self, now: Mono) {
        let _ = now;
        todo!()
    }

    /// What was seen. Drain it after each call of the others.
    pub fn poll_output(&mut self) -> Option<Silence> {
        todo!()
    }

    /// When to call [`tick`](Self::tick).
    pub fn poll_timeout(&self) -> Option<Mono> {
        todo!()
    }
}
