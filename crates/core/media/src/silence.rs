//! Whether one direction of a leg is silent, and why (DIA-04). One watch per direction.

use std::time::Duration;

use bell_types::{Mono, SilenceCause};
use smallvec::SmallVec;

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
    expecting: Expecting,
    /// When the last good packet came, or since when one is due.
    packet: Mono,
    /// When there was last sound in a packet, or since when it is due.
    sound: Mono,
    wrong_source: u32,
    wrong_format: u32,
    silent: Option<SilenceCause>,
    gone: bool,
    seen: SmallVec<[Silence; 4]>,
}

impl SilenceWatch {
    /// A watch that expects packets from `now` on.
    pub fn new(config: SilenceConfig, now: Mono) -> Self {
        Self {
            config,
            expecting: Expecting::Packets,
            packet: now,
            sound: now,
            wrong_source: 0,
            wrong_format: 0,
            silent: None,
            gone: false,
            seen: SmallVec::new(),
        }
    }

    /// Says whether packets should come from now on. While none are expected nothing is silent and nobody is gone.
    pub fn expect(&mut self, now: Mono, expecting: Expecting) {
        if self.expecting == expecting {
            return;
        }
        self.expecting = expecting;
        self.packet = now;
        self.sound = now;
        self.gone = false;
        self.forget_refused();
        self.silent_because(None);
    }

    /// A good packet, with its level in dBov if it was measured. A packet without a level counts as sound.
    pub fn packet(&mut self, now: Mono, dbov: Option<i8>) {
        self.packet = now;
        self.gone = false;
        self.forget_refused();
        if dbov.is_none_or(|dbov| dbov >= self.config.sound_dbov) {
            self.sound = now;
            self.silent_because(None);
        } else if dbov.is_some_and(|dbov| dbov >= self.config.silence_dbov) {
            // Between the two levels nothing changes: what sounded goes on, what was silent stays silent.
            if self.silent != Some(SilenceCause::SilentPackets) {
                self.sound = now;
            }
        }
        self.tick(now);
    }

    /// A packet from an address that is refused.
    pub fn wrong_source(&mut self, now: Mono) {
        self.wrong_source = self.wrong_source.saturating_add(1);
        self.tick(now);
    }

    /// A packet of a payload type that was not negotiated, or that cannot be read.
    pub fn wrong_format(&mut self, now: Mono) {
        self.wrong_format = self.wrong_format.saturating_add(1);
        self.tick(now);
    }

    /// Lets time pass.
    pub fn tick(&mut self, now: Mono) {
        if self.expecting == Expecting::Nothing {
            return;
        }
        if now - self.packet >= self.config.no_packets_after {
            self.silent_because(Some(self.cause_without_packets()));
        } else if now - self.sound >= self.config.silent_packets_after {
            self.silent_because(Some(SilenceCause::SilentPackets));
        } else if self.silent.is_some_and(|cause| cause != SilenceCause::SilentPackets) {
            self.silent_because(None);
        }
        if !self.gone && now - self.packet >= self.config.gone_after {
            self.gone = true;
            self.seen.push(Silence::Gone);
        }
    }

    /// What was seen. Drain it after each call of the others.
    pub fn poll_output(&mut self) -> Option<Silence> {
        (!self.seen.is_empty()).then(|| self.seen.remove(0))
    }

    /// When to call [`tick`](Self::tick).
    pub fn poll_timeout(&self) -> Option<Mono> {
        if self.expecting == Expecting::Nothing {
            return None;
        }
        let falls_silent = match self.silent {
            None => {
                let no_packets = self.packet + self.config.no_packets_after;
                Some(no_packets.min(self.sound + self.config.silent_packets_after))
            }
            Some(SilenceCause::SilentPackets) => Some(self.packet + self.config.no_packets_after),
            Some(SilenceCause::NoPackets | SilenceCause::WrongSource | SilenceCause::WrongFormat) => None,
        };
        let gone = (!self.gone).then(|| self.packet + self.config.gone_after);
        falls_silent.into_iter().chain(gone).min()
    }

    /// Packets that come and are refused say more than that none come.
    fn cause_without_packets(&self) -> SilenceCause {
        if self.wrong_source.max(self.wrong_format) < self.config.refused_min {
            SilenceCause::NoPackets
        } else if self.wrong_format > self.wrong_source {
            SilenceCause::WrongFormat
        } else {
            SilenceCause::WrongSource
        }
    }

    const fn forget_refused(&mut self) {
        self.wrong_source = 0;
        self.wrong_format = 0;
    }

    /// Another cause is another silence: the one before it ends.
    fn silent_because(&mut self, cause: Option<SilenceCause>) {
        if self.silent == cause {
            return;
        }
        if self.silent.is_some() {
            self.seen.push(Silence::Ended);
        }
        self.silent = cause;
        self.seen.extend(cause.map(Silence::Began));
    }
}

#[cfg(test)]
mod tests;
