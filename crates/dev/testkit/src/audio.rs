//! Tones: making them and finding them again. All audio of the kit is 8 kHz, 16 bit, one channel.

use std::f64::consts::TAU;

/// Samples per second of all audio in the kit.
pub(crate) const RATE: u32 = 8000;

/// A tone at or above this level (dBFS) counts as heard. The kit's phones send at -10 dBFS, so there is room for a
/// mixer that turns parties down and for two codecs in a row.
pub const HEARD_DBFS: f64 = -30.0;

/// Sound at or below this level (dBFS) counts as silence. The quantisation of G.711 is far below.
pub const SILENT_DBFS: f64 = -50.0;

/// A sine tone without end.
#[derive(Clone, Debug)]
pub struct Tone {
    frequency: f64,
    amplitude: f64,
    phase: f64,
}

impl Tone {
    /// A tone of `frequency` Hz at `level` dBFS.
    pub fn new(frequency: f64, level: f64) -> Self {
        Self { frequency, amplitude: f64::from(i16::MAX) * 10f64.powf(level / 20.0), phase: 0.0 }
    }
}

impl Iterator for Tone {
    type Item = i16;

    fn next(&mut self) -> Option<i16> {
        let sample = self.amplitude * self.phase.sin();
        self.phase = (self.phase + TAU * self.frequency / f64::from(RATE)) % TAU;
        Some(sample as i16)
    }
}

/// A stretch of sound that was heard or recorded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sound {
    /// The samples, 8 kHz.
    pub samples: Vec<i16>,
}

impl Sound {
    /// How long it lasts, in seconds.
    pub fn seconds(&self) -> f64 {
        self.samples.len() as f64 / f64::from(RATE)
    }

    /// The level of one frequency (Hz) in dBFS, averaged over the whole stretch: Goertzel's algorithm.
    pub fn level(&self, frequency: f64) -> f64 {
        let step = 2.0 * (TAU * frequency / f64::from(RATE)).cos();
        let (mut last, mut before) = (0.0, 0.0);
        for sample in &self.samples {
            (last, before) = (f64::from(*sample) + step * last - before, last);
        }
        let power = (last * last + before * before - step * last * before).max(0.0);
        decibels(2.0 * power.sqrt() / self.samples.len().max(1) as f64)
    }

    /// The level of everything in dBFS; a full-scale sine is 0.
    pub fn loudness(&self) -> f64 {
        let energy: f64 = self.samples.iter().map(|sample| f64::from(*sample).powi(2)).sum();
        decibels((2.0 * energy / self.samples.len().max(1) as f64).sqrt())
    }

    /// True if a tone of `frequency` Hz is in it.
    pub fn has(&self, frequency: f64) -> bool {
        self.level(frequency) >= HEARD_DBFS
    }

    /// True if nothing can be heard in it.
    pub fn is_silent(&self) -> bool {
        self.loudness() <= SILENT_DBFS
    }

    /// The part from `from` seconds on, `seconds` long, cut where the sound ends.
    pub fn part(&self, from: f64, seconds: f64) -> Self {
        let at = |seconds: f64| ((seconds * f64::from(RATE)) as usize).min(self.samples.len());
        Self { samples: self.samples[at(from)..at(from + seconds)].to_vec() }
    }
}

/// An amplitude as dBFS, at least -120.
fn decibels(amplitude: f64) -> f64 {
    (20.0 * (amplitude / f64::from(i16::MAX)).log10()).max(-120.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn second_of(tones: &[(f64, f64)]) -> Sound {
        let mut sound = Sound { samples: vec![0; RATE as usize] };
        for (frequency, level) in tones {
            for (sample, more) in sound.samples.iter_mut().zip(Tone::new(*frequency, *level)) {
                *sample += more;
            }
        }
        sound
    }

    #[test]
    fn each_tone_of_a_mixture_is_measured_at_its_own_level() {
        let sound = second_of(&[(700.0, -10.0), (1000.0, -20.0)]);
        assert!((sound.level(700.0) + 10.0).abs() < 0.5, "{}", sound.level(700.0));
        assert!((sound.level(1000.0) + 20.0).abs() < 0.5, "{}", sound.level(1000.0));
        assert!(sound.has(700.0) && !sound.has(850.0) && !sound.is_silent());
    }

    #[test]
    fn nothing_is_silent() {
        assert!(Sound::default().is_silent());
        assert!(second_of(&[]).is_silent());
        assert!(!second_of(&[(440.0, -40.0)]).is_silent());
    }
}
