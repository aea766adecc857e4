//! Encrypted audio: SRTP and SRTCP (RFC 3711), under keys of the signalling (RFC 4568) or of a handshake (RFC 5764).
//!
//! Nothing of a packet is believed, and nothing remembered, before it was authenticated. No packet takes memory; only a
//! source that was not heard before does.

mod incoming;
mod keys;
mod layer;
mod outgoing;

#[cfg(test)]
mod tests;

pub use keys::KeyRing;

use bell_types::{SrtpKeys, SrtpSuite};

use incoming::Incoming;
use keys::MasterKey;
use outgoing::Outgoing;

/// Both directions of a leg.
#[derive(Debug)]
pub(crate) struct Srtp {
    /// None if they came by a handshake.
    keys: Option<SrtpKeys>,
    outgoing: Outgoing,
    incoming: Incoming,
}

/// How packets are encrypted and authenticated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Suite {
    /// AES in counter mode, and HMAC-SHA-1 cut to so many octets on RTP (RFC 3711).
    Sha1 {
        /// How many.
        tag_len: usize,
    },
    /// AES-GCM (RFC 7714), with keys of 128 or 256 bits.
    Gcm,
}

/// The key of the other side is not known, or no longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct KeyGone;

/// Why a packet is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unfit {
    /// It is no packet.
    Malformed,
    /// It was there before, or nobody knows.
    Replayed,
    /// It is not from the other side.
    Forged,
    /// The other side has changed its source too often.
    TooManySources,
}

impl From<SrtpSuite> for Suite {
    fn from(suite: SrtpSuite) -> Self {
        Self::Sha1 { tag_len: suite.tag_len() }
    }
}

impl Srtp {
    /// Begins with what both sides agreed on.
    pub(crate) fn new(keys: SrtpKeys, ring: &KeyRing) -> Result<Self, KeyGone> {
        let theirs = ring.take(keys.theirs).ok_or(KeyGone)?;
        let suite = keys.suite.into();
        let outgoing = Outgoing::new(ring.own(keys.ours), suite);
        Ok(Self { keys: Some(keys), outgoing, incoming: Incoming::new(theirs, suite) })
    }

    /// Begins with what a handshake led to: for each side, ours first, its key and its salt.
    pub(crate) fn of_handshake(suite: Suite, ours: (&[u8], &[u8]), theirs: (&[u8], &[u8])) -> Self {
        let key = |(key, salt): (&[u8], &[u8])| MasterKey::of(key, salt);
        let (outgoing, incoming) = (Outgoing::new(key(ours), suite), Incoming::new(key(theirs), suite));
        Self { keys: None, outgoing, incoming }
    }

    /// Goes on with what another offer and answer led to. A direction whose key is the same goes on counting.
    pub(crate) fn renew(&mut self, keys: SrtpKeys, ring: &KeyRing) -> Result<(), KeyGone> {
        if self.keys == Some(keys) {
            return Ok(());
        }
        let theirs = ring.take(keys.theirs).ok_or(KeyGone)?;
        self.outgoing.renew(ring.own(keys.ours), keys.suite.into());
        self.incoming.renew(theirs, keys.suite.into());
        self.keys = Some(keys);
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
