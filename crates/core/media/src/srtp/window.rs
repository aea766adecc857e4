//! The index of a packet, and which indices were there before.

/// How many packets behind the newest may still come. RFC 3711 §3.3.2 asks for 64 at least.
const WIDTH: u64 = 128;
/// Half of the numbers there are: what seems further away than that lies on the other side of a wrap.
const HALF: u16 = 0x8000;
/// An index has 48 bits (RFC 3711 §3.3.1); of one key no more packets may be sent.
pub const SENT_MAX: u64 = 1 << 48;

/// What is known of one source under one key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Window {
    newest: Option<u64>,
    /// Bit n: the index n before the newest was there.
    seen: u128,
}

impl Window {
    /// The window of the same source under a new key, if its numbers go on.
    pub const fn renewed(&self) -> Self {
        Self { newest: self.newest, seen: 0 }
    }

    /// How often the numbers have wrapped: the rollover counter.
    pub fn wraps(&self) -> u32 {
        (self.newest.unwrap_or_default() >> 16) as u32
    }

    /// The most probable index of a packet with this number (RFC 3711 §3.3.1, appendix A). Before the first packet no number
    /// has wrapped.
    pub fn guess(&self, seq: u16) -> u64 {
        let Some(newest) = self.newest else { return u64::from(seq) };
        let (wraps, last) = (newest >> 16, newest as u16);
        let wraps = if last < HALF && seq > last && seq - last > HALF {
            // Nothing was before the first.
            wraps.saturating_sub(1)
        } else if last >= HALF && seq < last - HALF {
            wraps + 1
        } else {
            wraps
        };
        wraps << 16 | u64::from(seq)
    }

    /// Whether a packet of this index may be taken: it was not there before, and is not so old that nobody knows.
    pub fn is_fresh(&self, index: u64) -> bool {
        let Some(newest) = self.newest else { return index < SENT_MAX };
        match newest.checked_sub(index) {
            None => index < SENT_MAX,
            Some(age) => age < WIDTH && self.seen & (1 << age) == 0,
        }
    }

    /// A packet of this index was there. Only what was authenticated may be put in.
    pub fn put(&mut self, index: u64) {
        let newest = self.newest.unwrap_or(index);
        if let Some(ahead) = index.checked_sub(newest) {
            self.seen = u32::try_from(ahead).ok().and_then(|ahead| self.seen.checked_shl(ahead)).unwrap_or(0) | 1;
            self.newest = Some(index);
        } else if newest - index < WIDTH {
            self.seen |= 1 << (newest - index);
        }
    }
}
