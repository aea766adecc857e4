//! Changes of sample rate by a polyphase FIR filter with a Kaiser window.
//!
//! Between two rates in the ratio L to M the filter runs at L times the old rate, of which only the taps that meet a
//! sample are computed. It passes up to 0.425 of the lower rate (3.4 kHz at 8 kHz) and stops from 0.575 of it.

use std::f64::consts::PI;

use thiserror::Error;

/// Half the length of the filter for streams, in samples of the lower rate: 60 dB over the transition above.
const HALF_STREAM: f64 = 12.0;

/// The same for whole pieces: there is time for a steeper filter.
const HALF_PIECE: f64 = 32.0;

/// The shape of the Kaiser window for 60 dB (A. Oppenheim, R. Schafer, Discrete-Time Signal Processing, §7.5.3).
const KAISER_BETA: f64 = 5.65;

/// The largest filter, in taps over all phases.
const TAPS_MAX: usize = 1 << 21;

/// The rates that can be converted.
const RATES_HZ: std::ops::RangeInclusive<u32> = 4000..=192_000;

/// Why there is no filter between two rates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum RateError {
    /// A rate outside 4 to 192 kHz.
    #[error("sample rate of {0} Hz: only 4000 to 192000 Hz can be converted")]
    Rate(u32),
    /// The two rates have so little in common that the filter would be too large.
    #[error("no filter of bearable size from {from} Hz to {to} Hz")]
    Ratio {
        /// The one rate in Hz.
        from: u32,
        /// The other rate in Hz.
        to: u32,
    },
}

/// Converts one stream of samples from one rate to another.
#[derive(Clone, Debug)]
pub struct Resampler {
    /// The ratio of the rates in lowest terms: new to old.
    up: usize,
    down: usize,
    /// The coefficients of each phase, one phase after the other; none if the rates are equal.
    taps: Vec<f32>,
    taps_per_phase: usize,
    /// The samples the next output may need, oldest first.
    past: Vec<f32>,
    /// Where in `past` the window of the next output ends, and in which phase.
    at: usize,
    phase: usize,
}

impl Resampler {
    /// A converter at the beginning of a stream. Equal rates pass samples through.
    pub fn new(from_hz: u32, to_hz: u32) -> Result<Self, RateError> {
        Self::with_half(from_hz, to_hz, HALF_STREAM)
    }

    fn with_half(from_hz: u32, to_hz: u32, half: f64) -> Result<Self, RateError> {
        for rate in [from_hz, to_hz] {
            if !RATES_HZ.contains(&rate) {
                return Err(RateError::Rate(rate));
            }
        }
        let common = greatest_common_divisor(from_hz, to_hz);
        let (up, down) = ((to_hz / common) as usize, (from_hz / common) as usize);
        // The cut-off as a part of the old rate: half the lower rate.
        let lower = f64::min(1.0, f64::from(to_hz) / f64::from(from_hz));
        let half_taps = (half / lower).ceil();
        let taps_per_phase = 2 * half_taps as usize;
        if up * taps_per_phase > TAPS_MAX {
            return Err(RateError::Ratio { from: from_hz, to: to_hz });
        }
        let taps = if up == down { Vec::new() } else { coefficients(up, taps_per_phase, lower) };
        Ok(Self { up, down, taps, taps_per_phase, past: vec![0.0; taps_per_phase], at: taps_per_phase, phase: 0 })
    }

    /// Appends what `samples` become. The filter delays the sound by half its length: 1.5 ms if the lower rate is
    /// 8 kHz.
    pub fn process(&mut self, samples: &[i16], out: &mut Vec<i16>) {
        if self.up == self.down {
            out.extend_from_slice(samples);
            return;
        }
        self.past.extend(samples.iter().map(|&sample| f32::from(sample)));
        out.reserve(samples.len() * self.up / self.down + 1);
        while self.at < self.past.len() {
            let window = &self.past[self.at + 1 - self.taps_per_phase..=self.at];
            let taps = &self.taps[self.phase * self.taps_per_phase..][..self.taps_per_phase];
            let sum: f32 = window.iter().zip(taps).map(|(sample, tap)| sample * tap).sum();
            // The cast saturates.
            out.push(sum.round() as i16);
            self.phase += self.down;
            self.at += self.phase / self.up;
            self.phase %= self.up;
        }
        let spent = (self.at + 1 - self.taps_per_phase).min(self.past.len());
        self.past.drain(..spent);
        self.at -= spent;
    }
}

/// Converts a whole piece of audio, without delay: the result begins and ends where the piece does.
pub fn convert(samples: &[i16], from_hz: u32, to_hz: u32) -> Result<Vec<i16>, RateError> {
    let mut resampler = Resampler::with_half(from_hz, to_hz, HALF_PIECE)?;
    let length = (samples.len() * resampler.up).div_ceil(resampler.down);
    let mut out = Vec::with_capacity(length);
    // The first output waits until its sample is in the middle of the filter.
    let half = resampler.taps_per_phase / 2;
    resampler.at += half;
    resampler.process(samples, &mut out);
    resampler.process(&vec![0; 2 * half], &mut out);
    out.truncate(length);
    Ok(out)
}

/// The coefficients of each phase, in the order in which samples lie in time. `lower` is the cut-off as a part of half
/// the old rate.
fn coefficients(up: usize, taps_per_phase: usize, lower: f64) -> Vec<f32> {
    let half = taps_per_phase as f64 / 2.0;
    let mut taps = Vec::with_capacity(up * taps_per_phase);
    for phase in 0..up {
        let fraction = phase as f64 / up as f64;
        let from = taps.len();
        // The newest sample comes last; its distance to the output is the fraction less half the filter.
        taps.extend((0..taps_per_phase).rev().map(|age| {
            let distance = age as f64 + fraction - half;
            (sinc(distance * lower) * kaiser(distance / half)) as f32
        }));
        // Each phase passes a constant unchanged, so that no phase is louder than the others.
        let gain: f32 = taps[from..].iter().sum();
        taps[from..].iter_mut().for_each(|tap| *tap /= gain);
    }
    taps
}

fn sinc(x: f64) -> f64 {
    if x.abs() < 1e-9 { 1.0 } else { (PI * x).sin() / (PI * x) }
}

/// The Kaiser window over -1 to 1.
fn kaiser(x: f64) -> f64 {
    if x.abs() > 1.0 {
        return 0.0;
    }
    bessel_i0(KAISER_BETA * (1.0 - x * x).sqrt()) / bessel_i0(KAISER_BETA)
}

/// The modified Bessel function of order zero, by its power series.
fn bessel_i0(x: f64) -> f64 {
    let mut sum = 1.0;
    let mut term = 1.0;
    for k in 1..40 {
        term *= (x / 2.0 / f64::from(k)).powi(2);
        sum += term;
    }
    sum
}

fn greatest_common_divisor(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

#[cfg(test)]
mod tests;
