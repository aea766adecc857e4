//! What a leg says, kept in memory to be played to it: a message that its caller wants to hear before he leaves it.

use std::sync::Arc;
use std::time::Duration;

use bell_media::codec::{self, Decoder, Encoder};
use bell_media::resample;
use bell_types::Codec;

/// One octet of every codec we speak is a tick of this clock.
const TICKS_PER_MS: u128 = 8;

/// A longer gap in the other side's clock is none: it began to count anew.
const GAP_MAX: usize = 5 * 8000;

/// What a leg has said.
#[derive(Debug)]
pub(super) struct Kept {
    /// The codec of its first packet, and the timestamp of its first octet. Packets of other codecs are left out.
    began: Option<(Codec, u32)>,
    octets: Vec<u8>,
    octets_max: usize,
    complete: bool,
}

impl Kept {
    pub(super) fn new(at_most: Duration) -> Self {
        let octets_max = usize::try_from(at_most.as_millis() * TICKS_PER_MS).unwrap_or(usize::MAX);
        Self { began: None, octets: Vec::new(), octets_max, complete: false }
    }

    /// Nothing is added any more.
    pub(super) const fn complete(&mut self) {
        self.complete = true;
    }

    /// Adds a packet at its place; where packets are missing there is silence.
    pub(super) fn add(&mut self, codec: Codec, timestamp: u32, payload: &[u8]) {
        let (own, first) = *self.began.get_or_insert((codec, timestamp));
        if self.complete || own != codec {
            return;
        }
        let mut at = timestamp.wrapping_sub(first) as usize;
        if at > self.octets.len() + GAP_MAX {
            at = self.octets.len();
            self.began = Some((codec, timestamp.wrapping_sub(u32::try_from(at).unwrap_or(u32::MAX))));
        }
        let end = at + payload.len();
        if end > self.octets_max {
            self.complete = true;
            return;
        }
        if self.octets.len() < end {
            self.octets.resize(end, codec::silence(codec));
        }
        self.octets[at..end].copy_from_slice(payload);
    }

    /// It in this codec; none if nothing was said, or it cannot be brought into it.
    pub(super) fn speech(&self, codec: Codec) -> Option<Arc<[u8]>> {
        let (own, _) = self.began?;
        if own == codec {
            return Some(self.octets.as_slice().into());
        }
        let mut samples = Vec::new();
        Decoder::new(own).decode(&self.octets, &mut samples);
        let fitting = resample::convert(&samples, own.sample_rate_hz(), codec.sample_rate_hz()).ok()?;
        let mut octets = Vec::with_capacity(self.octets.len());
        Encoder::new(codec).encode(&fitting, &mut octets);
        Some(octets.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(packets: &[(u32, &[u8])]) -> Vec<u8> {
        let mut kept = Kept::new(Duration::from_millis(2));
        packets.iter().for_each(|(timestamp, payload)| kept.add(Codec::Pcma, *timestamp, payload));
        kept.speech(Codec::Pcma).map(|speech| speech.to_vec()).unwrap_or_default()
    }

    #[test]
    fn packets_have_their_places_and_gaps_are_silent() {
        let silence = codec::silence(Codec::Pcma);
        assert_eq!(kept(&[(u32::MAX, &[1, 2]), (3, &[5]), (1, &[3, 4])]), [1, 2, 3, 4, 5]);
        assert_eq!(kept(&[(7, &[1]), (10, &[4])]), [1, silence, silence, 4]);
        assert_eq!(kept(&[(7, &[1]), (900_000, &[2]), (900_001, &[3])]), [1, 2, 3], "the clock began anew");
    }

    #[test]
    fn what_is_kept_has_a_limit_and_an_end() {
        assert_eq!(kept(&[(0, &[1; 10]), (10, &[2; 10])]), [1; 10]);
        let mut kept = Kept::new(Duration::from_secs(1));
        assert!(kept.speech(Codec::Pcma).is_none(), "nothing was said");
        kept.add(Codec::Pcma, 0, &[1]);
        kept.complete();
        kept.add(Codec::Pcma, 1, &[2]);
        assert_eq!(kept.speech(Codec::Pcma).as_deref(), Some(&[1][..]));
        assert_eq!(kept.speech(Codec::G722).map(|speech| speech.len()), Some(1), "one octet per tick in every codec");
    }
}
