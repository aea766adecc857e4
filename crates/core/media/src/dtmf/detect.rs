//! Keys as tones in the audio (ITU-T Q.24), told from speech and music.

use std::time::Duration;

use crate::dtmf::Press;

/// What a tone detector obeys. Levels are powers in dB.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ToneConfig {
    /// The weakest of the two tones that counts, in dBov.
    pub level_min_dbov: f64,
    /// How much stronger the low tone may be than the high one (reverse twist), in dB.
    pub reverse_twist_max_db: f64,
    /// How much stronger the high tone may be than the low one (normal twist), in dB.
    pub twist_max_db: f64,
    /// How far the two tones must stand above all other energy, in dB.
    pub purity_min_db: f64,
    /// How far each tone must stand above its second harmonic, in dB: voices have harmonics, keypads have none.
    pub harmonic_min_db: f64,
    /// Shorter tones are no key.
    pub held_min: Duration,
    /// A shorter interruption does not end a key.
    pub pause_min: Duration,
}

/// Finds keys in audio at 8 kHz.
#[derive(Clone, Debug)]
pub struct ToneDetector {
    config: ToneConfig,
}

impl ToneDetector {
    /// A detector that has heard nothing.
    pub fn new(config: ToneConfig) -> Self {
        Self { config }
    }

    /// Listens to the next samples, at 8 kHz. Presses come out of [`poll_output`](Self::poll_output).
    pub fn listen(&mut self, samples: &[i16]) {
        let _ = (samples, self.config);
        todo!()
    }

    /// The next press: a key is reported when it is let go.
    pub fn poll_output(&mut self) -> Option<Press> {
        todo!()
    }
}
