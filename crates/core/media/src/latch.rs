//! Symmetric RTP with source validation: from which address a leg's packets are taken, and where ours go.
//!
//! A phone behind NAT declares a private address and sends from a public one, so we send to where its packets come
//! from (RFC 4961, RFC 7362 §4). Whoever can guess our port could then steal the audio. Hence: the first valid packet
//! decides, for a short while the declared address may still take over, after that every other address is refused.
//! The door opens again when the other side declares another address, or after a long silence of the accepted one:
//! a phone that changed its network.

use std::net::SocketAddr;
use std::time::Duration;

use bell_types::Mono;

/// From whom a leg learns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Learning {
    /// Only the declared address counts: a carrier that says where it sends from.
    DeclaredOnly,
    /// The declared host with any port: a carrier whose ports are not symmetric.
    DeclaredHost,
    /// Any address: a phone behind NAT.
    Anyone,
}

/// What a latch obeys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LatchConfig {
    /// From whom it learns.
    pub learning: Learning,
    /// How long after the first packet the declared address may still take over from a learnt one.
    pub settle: Duration,
    /// After so long a silence of the accepted address another may be learnt.
    pub relearn_after: Duration,
}

/// What to do with a valid packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It comes from the accepted address.
    Accepted,
    /// It comes from an address that is accepted from now on, and to which our packets go. Worth a log line.
    Learnt,
    /// Throw it away; it is counted.
    Refused,
}

/// The addresses of one leg.
#[derive(Clone, Debug)]
pub struct Latch {
    config: LatchConfig,
    declared: Option<SocketAddr>,
    source: Option<Source>,
    refused: u64,
}

/// The address that is accepted.
#[derive(Clone, Copy, Debug)]
struct Source {
    address: SocketAddr,
    since: Mono,
    heard: Mono,
}

impl Latch {
    /// A leg of which nothing is known. Packets before the first [`declare`](Self::declare) are judged by
    /// [`Learning::Anyone`] alone.
    pub const fn new(config: LatchConfig) -> Self {
        Self { config, declared: None, source: None, refused: 0 }
    }

    /// The other side has declared its address, in an offer or answer. The same address again changes nothing: a
    /// re-offer that only refreshes the call must not open the door.
    pub fn declare(&mut self, address: SocketAddr) {
        if self.declared != Some(address) {
            self.declared = Some(address);
            self.source = None;
        }
    }

    /// Judges a packet that arrived from `from`. Call it only with valid packets: RTP of a negotiated payload type, or
    /// whatever else the leg understands; noise must not be learnt from.
    pub fn receive(&mut self, now: Mono, from: SocketAddr) -> Verdict {
        if let Some(source) = &mut self.source
            && source.address == from
        {
            source.heard = now;
            return Verdict::Accepted;
        }
        if !self.may_learn(now, from) {
            self.refused += 1;
            return Verdict::Refused;
        }
        self.source = Some(Source { address: from, since: now, heard: now });
        Verdict::Learnt
    }

    /// Where our packets go: to the accepted address, before that to the declared one.
    pub fn target(&self) -> Option<SocketAddr> {
        self.source.map(|source| source.address).or(self.declared)
    }

    /// How many packets were refused so far.
    pub const fn refused(&self) -> u64 {
        self.refused
    }

    fn may_learn(&self, now: Mono, from: SocketAddr) -> bool {
        let declared = self.declared == Some(from);
        match self.source {
            // The declared address may take over from a learnt one while things settle.
            Some(source) if now - source.heard < self.config.relearn_after => {
                declared && now - source.since < self.config.settle
            }
            Some(_) | None => declared || self.allows(from),
        }
    }

    fn allows(&self, from: SocketAddr) -> bool {
        match self.config.learning {
            Learning::DeclaredOnly => false,
            Learning::DeclaredHost => self.declared.is_some_and(|declared| declared.ip() == from.ip()),
            Learning::Anyone => true,
        }
    }
}

#[cfg(test)]
mod tests;
