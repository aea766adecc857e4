//! Encrypted audio on legs with sockets of their own: SRTP and SRTCP (RFC 3711) under keys of the signalling (RFC 4568).
//!
//! Nothing of a packet is believed, and nothing remembered, before it was authenticated. No packet takes memory; only a
//! source that was not heard before does.

mod incoming;
mod keys;
mod layer;
mod outgoing;

#[cfg(test)]
mod tests;

pub(crate) use incoming::Unfit;
pub use keys::KeyRing;

use bell_types::SrtpKeys;

use incoming::Incoming;
use outgoing::Outgoing;

/// RTCP is authenticated by 80 bits in either suite (RFC 4568 §6.2.2).
const RTCP_TAG_LEN: usize = 10;

/// Both directions of a leg.
#[derive(Debug)]
pub(crate) struct Srtp {
    keys: SrtpKeys,
    outgoing: Outgoing,
    incoming: Incoming,
}

/// The key of the other side is not known, or no longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct KeyGone;

impl Srtp {
    /// Begins with what both sides agreed on.
    pub(crate) fn new(keys: SrtpKeys, ring: &KeyRing) -> Result<Self, KeyGone> {
        let theirs = ring.take(keys.theirs).ok_or(KeyGone)?;
        let outgoing = Outgoing::new(ring.own(keys.ours), keys.suite);
        Ok(Self { keys, outgoing, incoming: Incoming::new(theirs, keys.suite) })
    }

    /// Goes on with what another offer and answer led to. A direction whose key is the same goes on counting.
    pub(crate) fn renew(&mut self, keys: SrtpKeys, ring: &KeyRing) -> Result<(), KeyGone> {
        if keys == self.keys {
            return Ok(());
        }
        let theirs = ring.take(keys.theirs).ok_or(KeyGone)?;
        self.outgoing.renew(ring.own(keys.ours), keys.suite);
        self.incoming.renew(theirs, keys.suite);
        self.keys = keys;
        Ok(())
    }

    /// Writes a packet of RTP, encrypted, over `out`. False if it must not be sent: it is none, or its number was used.
    pub(crate) fn protect(&mut self, packet: &[u8], out: &mut Vec<u8>) -> bool {
        self.outgoing.protect(packet, out)
    }

    /// The same for a compound packet of RTCP.
    pub(crate) fn protect_rtcp(&mut self, packet: &[u8], out: &mut Vec<u8>) -> bool {
        self.outgoing.protect_rtcp(packet, out)
    }

    /// Decrypts a packet of RTP where it lies, and says how long it is now.
    pub(crate) fn open(&mut self, datagram: &mut [u8]) -> Result<usize, Unfit> {
        self.incoming.open(datagram)
    }

    /// The same for a compound packet of RTCP.
    pub(crate) fn open_rtcp(&mut self, datagram: &mut [u8]) -> Result<usize, Unfit> {
        self.incoming.open_rtcp(datagram)
    }
}
