//! Tones: those of the Chinese network, plain sines for tests, and a meter that proves who hears whom.

use std::f64::consts::TAU;
use std::time::Duration;

use crate::control::Tone;

/// The frequency of the Chinese call progress tones (GB/T 3380).
pub const NETWORK_TONE_HZ: f64 = 450.0;

/// The frequency of the tone that tells an agent of a supervisor: that of recorders' warning tones (47 CFR 64.501).
pub const SUPERVISION_TONE_HZ: f64 = 1400.0;

/// How long it sounds.
const SUPERVISION_TONE_MS: u32 = 400;

/// On and off times, repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cadence {
    /// How long the tone sounds, in milliseconds.
    pub on_ms: u32,
    /// How long it pauses, in milliseconds; 0 for a tone without pause.
    pub off_ms: u32,
}

impl Cadence {
    /// Without pause.
    pub const STEADY: Self = Self { on_ms: 1, off_ms: 0 };

    /// The cadence of a network tone.
    pub const fn of(tone: Tone) -> Self {
        let (on_ms, off_ms) = match tone {
            Tone::Ringback => (1000, 4000),
            Tone::Busy => (350, 350),
            Tone::Congestion => (700, 700),
            // Longer than any message.
            Tone::Beep => (400, 3_600_000),
        };
        Self { on_ms, off_ms }
    }
}

/// Makes one or two sines with a cadence.
#[derive(Clone, Debug)]
pub struct Generator {
    sines: [Sine; 2],
    on: u64,
    period: u64,
    at: u64,
}

/// One sine as a rotation: no sine is computed per sample.
#[derive(Clone, Copy, Debug)]
struct Sine {
    amplitude: f64,
    re: f64,
    im: f64,
    step_re: f64,
    step_im: f64,
}

impl Generator {
    /// A tone of the network.
    pub fn network(tone: Tone, level_dbov: f64, rate_hz: u32) -> Self {
        Self::new([(NETWORK_TONE_HZ, level_dbov), (0.0, f64::NEG_INFINITY)], Cadence::of(tone), rate_hz)
    }

    /// The tone that tells an agent of a supervisor, from its beginning. It pauses at least as long as it sounds.
    pub fn supervision(every: Duration, level_dbov: f64, rate_hz: u32) -> Self {
        let every_ms = u32::try_from(every.as_millis()).unwrap_or(u32::MAX);
        let off_ms = every_ms.saturating_sub(SUPERVISION_TONE_MS).max(SUPERVISION_TONE_MS);
        let cadence = Cadence { on_ms: SUPERVISION_TONE_MS, off_ms };
        Self::new([(SUPERVISION_TONE_HZ, level_dbov), (0.0, f64::NEG_INFINITY)], cadence, rate_hz)
    }

    /// A steady sine of this frequency and level: -3 dBov is full amplitude.
    pub fn sine(frequency_hz: f64, level_dbov: f64, rate_hz: u32) -> Self {
        Self::dual((frequency_hz, level_dbov), (0.0, f64::NEG_INFINITY), rate_hz)
    }

    /// Two steady sines, each with its frequency and level.
    pub fn dual(low: (f64, f64), high: (f64, f64), rate_hz: u32) -> Self {
        Self::new([low, high], Cadence::STEADY, rate_hz)
    }

    fn new(sines: [(f64, f64); 2], cadence: Cadence, rate_hz: u32) -> Self {
        let samples = |ms: u32| u64::from(ms) * u64::from(rate_hz) / 1000;
        Self {
            sines: sines.map(|(frequency_hz, level_dbov)| Sine::new(frequency_hz, level_dbov, rate_hz)),
            on: samples(cadence.on_ms),
            period: samples(cadence.on_ms.saturating_add(cadence.off_ms)),
            at: 0,
        }
    }

    /// Appends the next `samples` of the tone.
    pub fn write(&mut self, samples: usize, out: &mut Vec<i16>) {
        for _ in 0..samples {
            let sum: f64 = self.sines.iter_mut().map(Sine::next).sum();
            let sounding = self.at < self.on;
            self.at = (self.at + 1) % self.period.max(1);
            // The cast saturates.
            out.push(if sounding { sum.round() as i16 } else { 0 });
        }
    }

    /// The first `samples` of the tone.
    pub fn samples(mut self, samples: usize) -> Vec<i16> {
        let mut out = Vec::with_capacity(samples);
        self.write(samples, &mut out);
        out
    }
}

impl Sine {
    fn new(frequency_hz: f64, level_dbov: f64, rate_hz: u32) -> Self {
        let (step_im, step_re) = (TAU * frequency_hz / f64::from(rate_hz)).sin_cos();
        // The power of a sine is half the square of its amplitude.
        let amplitude = 32_768.0 * 2f64.sqrt() * 10f64.powf(level_dbov / 20.0);
        Self { amplitude, re: 1.0, im: 0.0, step_re, step_im }
    }

    fn next(&mut self) -> f64 {
        let sample = self.im * self.amplitude;
        let (re, im) =
            (self.re * self.step_re - self.im * self.step_im, self.re * self.step_im + self.im * self.step_re);
        // Rounding makes the radius drift; one Newton step holds it at 1.
        let hold = 1.5 - 0.5 * (re * re + im * im);
        (self.re, self.im) = (re * hold, im * hold);
        sample
    }
}

/// The level of one frequency in a block, in dBov: what of the block's energy is a sine of that frequency (Goertzel).
/// Another sine must be a few times `rate_hz / samples.len()` away to be told apart; a second of audio tells 10 Hz.
pub fn level_of(samples: &[i16], frequency_hz: f64, rate_hz: u32) -> f64 {
    let (mut re, mut im, mut weights) = (0.0, 0.0, 0.0);
    let (step_im, step_re) = (TAU * frequency_hz / f64::from(rate_hz)).sin_cos();
    let (mut cos, mut sin) = (1.0, 0.0);
    let length = samples.len() as f64;
    for (index, &sample) in samples.iter().enumerate() {
        // A Hann window keeps a loud neighbour from leaking in.
        let weight = 0.5 - 0.5 * (TAU * (index as f64 + 0.5) / length).cos();
        re += weight * f64::from(sample) * cos;
        im += weight * f64::from(sample) * sin;
        weights += weight;
        (cos, sin) = (cos * step_re - sin * step_im, cos * step_im + sin * step_re);
    }
    if weights == 0.0 {
        return f64::NEG_INFINITY;
    }
    let amplitude = 2.0 * (re * re + im * im).sqrt() / weights;
    20.0 * (amplitude / 2f64.sqrt() / 32_768.0).log10()
}

#[cfg(test)]
mod tests;
