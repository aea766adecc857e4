//! Making an uploaded or synthesised piece of audio fit to be played to a caller (INB-06), and saying what was wrong
//! with it.

use std::time::Duration;

use thiserror::Error;

use crate::resample::RateError;

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

/// Makes a prompt of a piece of audio.
pub fn prepare(audio: Audio<'_>, config: &PromptConfig) -> Result<Prompt, PromptError> {
    let _ = (audio, config);
    todo!()
}
