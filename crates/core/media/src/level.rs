//! Loudness in dBov: decibels below the overload point, 0 the loudest, -127 digital silence (RFC 6464 §3). A square
//! wave of full amplitude is at 0, a sine at -3.

use bell_types::Codec;

use crate::codec::g711;

/// Digital silence.
pub const SILENCE_DBOV: i8 = -127;

/// Measures loudness over as much audio as it is given. Two additions and a table look-up per octet of G.711.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Level {
    energy: u64,
    samples: u64,
}

impl Level {
    /// Nothing measured yet.
    pub const fn new() -> Self {
        Self { energy: 0, samples: 0 }
    }

    /// Adds samples.
    pub fn add(&mut self, samples: &[i16]) {
        self.energy += samples.iter().map(|&sample| square(sample)).sum::<u64>();
        self.samples += samples.len() as u64;
    }

    /// Adds a payload without decoding it, and says whether it could: G.722 has to be decoded first.
    pub fn add_payload(&mut self, codec: Codec, payload: &[u8]) -> bool {
        let energies = match codec {
            Codec::Pcma => &ALAW_ENERGY,
            Codec::Pcmu => &ULAW_ENERGY,
            Codec::G722 => return false,
        };
        self.energy += payload.iter().map(|&octet| u64::from(energies[usize::from(octet)])).sum::<u64>();
        self.samples += payload.len() as u64;
        true
    }

    /// Adds what another meter has measured.
    pub const fn add_level(&mut self, other: Self) {
        self.energy += other.energy;
        self.samples += other.samples;
    }

    /// The loudness; none if there was no audio.
    pub fn dbov(&self) -> Option<i8> {
        if self.samples == 0 {
            return None;
        }
        // Within -127 and 0 after the clamp.
        Some(self.dbov_exact().round().clamp(f64::from(SILENCE_DBOV), 0.0) as i8)
    }

    /// The loudness, and begins anew.
    pub fn take(&mut self) -> Option<i8> {
        std::mem::take(self).dbov()
    }

    /// The loudness with fractions; minus infinity for digital silence or no audio.
    pub fn dbov_exact(&self) -> f64 {
        const FULL: f64 = 32_768.0 * 32_768.0;
        10.0 * (self.energy as f64 / self.samples.max(1) as f64 / FULL).log10()
    }
}

/// The loudness of one block of samples.
pub fn of(samples: &[i16]) -> i8 {
    let mut level = Level::new();
    level.add(samples);
    level.dbov().unwrap_or(SILENCE_DBOV)
}

/// What tells silence from sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActivityConfig {
    /// At or above this level there is sound, in dBov.
    pub sound_dbov: i8,
    /// Below this level there may be silence, in dBov; a few dB under `sound_dbov`, so that a level between the two
    /// changes nothing.
    pub silence_dbov: i8,
    /// So many quiet blocks in a row are silence; fewer are a pause in speech.
    pub quiet_blocks: u32,
}

/// Whether a stream carries sound, with hysteresis.
#[derive(Clone, Debug)]
pub struct Activity {
    config: ActivityConfig,
    quiet: u32,
    sound: bool,
}

impl Activity {
    /// A stream that is silent so far.
    pub const fn new(config: ActivityConfig) -> Self {
        Self { config, quiet: 0, sound: false }
    }

    /// Takes the level of the next block, and says whether the stream carries sound.
    pub fn block(&mut self, dbov: i8) -> bool {
        if dbov >= self.config.sound_dbov {
            self.quiet = 0;
            self.sound = true;
        } else if dbov < self.config.silence_dbov {
            self.quiet = self.quiet.saturating_add(1);
            self.sound &= self.quiet < self.config.quiet_blocks;
        } else {
            self.quiet = 0;
        }
        self.sound
    }

    /// Whether the stream carries sound.
    pub const fn has_sound(&self) -> bool {
        self.sound
    }
}

static ALAW_ENERGY: [u32; 256] = energies(&g711::ALAW_TO_LINEAR);
static ULAW_ENERGY: [u32; 256] = energies(&g711::ULAW_TO_LINEAR);

const fn energies(linear: &[i16; 256]) -> [u32; 256] {
    let mut table = [0; 256];
    let mut octet = 0;
    while octet < 256 {
        table[octet] = square(linear[octet]) as u32;
        octet += 1;
    }
    table
}

const fn square(sample: i16) -> u64 {
    (sample as i64 * sample as i64) as u64
}

#[cfg(test)]
mod tests;
