//! The tones of the network, encoded once per codec.

use std::collections::BTreeMap;
use std::sync::Arc;

use bell_media::codec::Encoder;
use bell_media::control::Tone;
use bell_media::tone::{Cadence, Generator};
use bell_types::Codec;

/// One round of each tone that was ever played. There are nine at most.
#[derive(Debug, Default)]
pub(crate) struct Tones(BTreeMap<(u32, Codec), Arc<[u8]>>);

impl Tones {
    /// One round of the tone.
    pub(super) fn of(&mut self, tone: Tone, codec: Codec, level_dbov: f64) -> Arc<[u8]> {
        let cadence = Cadence::of(tone);
        let round_ms = cadence.on_ms + cadence.off_ms;
        let encoded = self.0.entry((round_ms, codec)).or_insert_with(|| {
            let rate_hz = codec.sample_rate_hz();
            let samples = (u64::from(round_ms) * u64::from(rate_hz) / 1000) as usize;
            let sound = Generator::network(tone, level_dbov, rate_hz).samples(samples);
            let mut octets = Vec::with_capacity(samples);
            Encoder::new(codec).encode(&sound, &mut octets);
            octets.into()
        });
        Arc::clone(encoded)
    }
}
