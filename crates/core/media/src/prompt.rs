//! Making an uploaded or synthesised piece of audio fit to be played to a caller (INB-06), and saying what was wrong
//! with it.

use std::f64::consts::{SQRT_2, TAU};
use std::ops::Range;
use std::time::Duration;

use thiserror::Error;

use crate::level::SILENCE_DBOV;
use crate::resample::{RateError, convert};

/// What it is prepared for: G.722 and G.711.
const WIDE_HZ: u32 = 16_000;
const NARROW_HZ: u32 = 8000;

/// Loudness is measured in blocks of 10 ms.
const BLOCK: usize = WIDE_HZ as usize / 100;

/// What a prompt must be like, and what it is made like.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PromptConfig {
    /// The loudness it is brought to, in dBov, measured over its speech without the pauses.
    pub loudness_dbov: f64,
    /// The highest peak it may have afterwards, in dBov.
    pub peak_max_dbov: f64,
    /// The most it is amplified, in dB: beyond that one would hear the noise of the room.
    pub gain_max_db: f64,
    /// Below this level a block counts as silence, in dBov.
    pub silence_dbov: f64,
    /// A longer silence inside the prompt is reported.
    pub pause_max: Duration,
    /// Silence longer than this at the beginning or the end is cut to it.
    pub edge_silence_max: Duration,
    /// Samples at full amplitude, in thousandths: more of them and the prompt is refused as clipped.
    pub clipped_permille_max: u16,
    /// The longest prompt.
    pub length_max: Duration,
    /// The frequency of the high-pass in Hz, which takes away hum and rumble.
    pub high_pass_hz: f64,
}

/// Audio as it comes: from a WAV file, a decoder, a synthesiser.
#[derive(Clone, Copy, Debug)]
pub struct Audio<'a> {
    /// The samples, channels interleaved.
    pub samples: &'a [i16],
    /// How many channels.
    pub channels: u16,
    /// Samples per second and channel.
    pub rate_hz: u32,
}

/// A prompt that can be played.
#[derive(Clone, Debug, PartialEq)]
pub struct Prompt {
    /// At 8 kHz, for G.711.
    pub narrow: Vec<i16>,
    /// At 16 kHz, for G.722.
    pub wide: Vec<i16>,
    /// What was found and done.
    pub report: PromptReport,
}

/// What was found in a piece of audio, and what was done with it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PromptReport {
    /// Its length after cutting.
    pub length: Duration,
    /// Its loudness before, in dBov.
    pub loudness_dbov: f64,
    /// Its peak before, in dBov.
    pub peak_dbov: f64,
    /// What was added to its level, in dB.
    pub gain_db: f64,
    /// Samples at full amplitude before, in thousandths.
    pub clipped_permille: u16,
    /// Silence that was cut off at the beginning and the end.
    pub cut: Duration,
    /// The longest silence inside, if it is longer than it should be.
    pub long_pause: Option<Duration>,
}

/// Why a piece of audio cannot be a prompt.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
pub enum PromptError {
    /// No channel, or a number of samples that does not fit the channels.
    #[error("{samples} samples do not fit {channels} channels")]
    Channels {
        /// How many samples there are.
        samples: usize,
        /// How many channels.
        channels: u16,
    },
    /// A sample rate that cannot be converted.
    #[error(transparent)]
    Rate(#[from] RateError),
    /// It holds no sample.
    #[error("the prompt holds no audio")]
    Empty,
    /// Nothing in it is loud enough to be heard.
    #[error("the prompt holds only silence: its peak is {peak_dbov:.1} dBov")]
    OnlySilence {
        /// Its peak.
        peak_dbov: f64,
    },
    /// It was recorded too loud.
    #[error("the prompt is clipped: {permille} of 1000 samples are at full amplitude, record it with less gain")]
    Clipped {
        /// Samples at full amplitude, in thousandths.
        permille: u16,
    },
    /// Longer than allowed.
    #[error("the prompt lasts {} s, more than the {} s allowed", .length.as_secs(), .max.as_secs())]
    TooLong {
        /// Its length.
        length: Duration,
        /// The longest allowed.
        max: Duration,
    },
}

/// Makes a prompt of a piece of audio: to mono, checked, cut at the edges, without rumble, at the loudness wanted.
pub fn prepare(audio: Audio<'_>, config: &PromptConfig) -> Result<Prompt, PromptError> {
    let mono = to_mono(&audio)?;
    let length = time(mono.len(), audio.rate_hz);
    if length > config.length_max {
        let max = config.length_max;
        return Err(PromptError::TooLong { length, max });
    }
    let clipped_permille = clipped_permille(audio.samples);
    if clipped_permille > config.clipped_permille_max {
        return Err(PromptError::Clipped { permille: clipped_permille });
    }
    let mut wide: Vec<f32> = convert(&mono, audio.rate_hz, WIDE_HZ)?.into_iter().map(f32::from).collect();
    high_pass(&mut wide, config.high_pass_hz);
    let blocks = block_levels(&wide);
    let sounding = sounding_blocks(&blocks, config.silence_dbov);
    let peak_dbov = peak_dbov(&mono);
    let Some(sounding) = sounding else {
        return Err(PromptError::OnlySilence { peak_dbov });
    };
    let loudness_dbov = loudness(&blocks[sounding.clone()], config.silence_dbov);
    let kept = cut_edges(&sounding, wide.len(), config.edge_silence_max);
    let cut = time(wide.len() - kept.len(), WIDE_HZ);
    let wide = &wide[kept];
    let gain_db = gain(loudness_dbov, wide, config);
    let wide: Vec<i16> = amplify(wide, gain_db);
    Ok(Prompt {
        narrow: convert(&wide, WIDE_HZ, NARROW_HZ)?,
        report: PromptReport {
            length: time(wide.len(), WIDE_HZ),
            loudness_dbov,
            peak_dbov,
            gain_db,
            clipped_permille,
            cut,
            long_pause: longest_pause(&blocks[sounding], config).filter(|&pause| pause > config.pause_max),
        },
        wide,
    })
}

fn to_mono(audio: &Audio<'_>) -> Result<Vec<i16>, PromptError> {
    let channels = usize::from(audio.channels);
    if channels == 0 || !audio.samples.len().is_multiple_of(channels) {
        return Err(PromptError::Channels { samples: audio.samples.len(), channels: audio.channels });
    }
    if audio.samples.is_empty() {
        return Err(PromptError::Empty);
    }
    // The mean of 16-bit samples fits 16 bits.
    let mean = |frame: &[i16]| (frame.iter().map(|&sample| i32::from(sample)).sum::<i32>() / channels as i32) as i16;
    Ok(audio.samples.chunks_exact(channels).map(mean).collect())
}

/// A run of samples at full amplitude is a clipped peak; a single one may be a peak that just fits.
fn clipped_permille(samples: &[i16]) -> u16 {
    let full = |sample: i16| sample == i16::MAX || sample <= -i16::MAX;
    let clipped = samples.windows(2).filter(|pair| full(pair[0]) && full(pair[1])).count();
    // At most 1000.
    (clipped * 1000 / samples.len().max(1)) as u16
}

/// A Butterworth high-pass of second order (R. Bristow-Johnson's cookbook formulae).
fn high_pass(samples: &mut [f32], corner_hz: f64) {
    let (sin, cos) = (TAU * corner_hz / f64::from(WIDE_HZ)).sin_cos();
    let alpha = sin / SQRT_2;
    let scale = 1.0 / (1.0 + alpha);
    let (b0, b1) = ((1.0 + cos) / 2.0 * scale, -(1.0 + cos) * scale);
    let (a1, a2) = (-2.0 * cos * scale, (1.0 - alpha) * scale);
    let (mut x1, mut x2, mut y1, mut y2) = (0.0, 0.0, 0.0, 0.0);
    for sample in samples {
        let x = f64::from(*sample);
        let y = b0 * x + b1 * x1 + b0 * x2 - a1 * y1 - a2 * y2;
        (x2, x1, y2, y1) = (x1, x, y1, y);
        *sample = y as f32;
    }
}

/// The level of each block of 10 ms, in dBov.
fn block_levels(samples: &[f32]) -> Vec<f64> {
    samples.chunks(BLOCK).map(|block| dbov(mean_square(block))).collect()
}

/// The blocks from the first to the last that sounds.
fn sounding_blocks(blocks: &[f64], silence_dbov: f64) -> Option<Range<usize>> {
    let sounds = |&level: &f64| level >= silence_dbov;
    let first = blocks.iter().position(sounds)?;
    let last = blocks.iter().rposition(sounds)?;
    Some(first..last + 1)
}

/// The loudness of what sounds, gated as in ITU-R BS.1770: quiet parts 10 dB below the rest do not count.
fn loudness(blocks: &[f64], silence_dbov: f64) -> f64 {
    let mean_above = |gate: f64| {
        let (mut sum, mut count) = (0.0, 0u32);
        for level in blocks.iter().filter(|&&level| level >= gate) {
            sum += 10f64.powf(level / 10.0);
            count += 1;
        }
        10.0 * (sum / f64::from(count.max(1))).log10()
    };
    mean_above(mean_above(silence_dbov) - 10.0)
}

fn cut_edges(sounding: &Range<usize>, samples: usize, edge_max: Duration) -> Range<usize> {
    let edge = (edge_max.as_micros() * u128::from(WIDE_HZ) / 1_000_000) as usize;
    let start = (sounding.start * BLOCK).saturating_sub(edge);
    let end = (sounding.end * BLOCK).saturating_add(edge).min(samples);
    start..end
}

/// What brings it to the loudness wanted, as far as its peaks and its noise allow.
fn gain(loudness_dbov: f64, samples: &[f32], config: &PromptConfig) -> f64 {
    let peak = samples.iter().fold(0f32, |peak, sample| peak.max(sample.abs()));
    let headroom = config.peak_max_dbov - dbov(f64::from(peak).powi(2));
    (config.loudness_dbov - loudness_dbov).min(headroom).min(config.gain_max_db)
}

fn amplify(samples: &[f32], gain_db: f64) -> Vec<i16> {
    let factor = 10f64.powf(gain_db / 20.0) as f32;
    // The cast saturates.
    samples.iter().map(|sample| (sample * factor).round() as i16).collect()
}

fn longest_pause(blocks: &[f64], config: &PromptConfig) -> Option<Duration> {
    blocks.split(|&level| level >= config.silence_dbov).map(|pause| time(pause.len() * BLOCK, WIDE_HZ)).max()
}

fn peak_dbov(samples: &[i16]) -> f64 {
    let peak = samples.iter().map(|sample| sample.unsigned_abs()).max().unwrap_or(0);
    dbov(f64::from(peak).powi(2))
}

fn mean_square(samples: &[f32]) -> f64 {
    let sum: f64 = samples.iter().map(|&sample| f64::from(sample).powi(2)).sum();
    sum / samples.len().max(1) as f64
}

/// A power in dBov, not below digital silence.
fn dbov(power: f64) -> f64 {
    (10.0 * (power / 32_768f64.powi(2)).log10()).max(f64::from(SILENCE_DBOV))
}

fn time(samples: usize, rate_hz: u32) -> Duration {
    Duration::from_micros(samples as u64 * 1_000_000 / u64::from(rate_hz.max(1)))
}

#[cfg(test)]
mod tests;
