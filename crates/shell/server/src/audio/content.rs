//! The name of a prepared prompt: a hash of what it was made of and how.

use std::fmt;
use std::fmt::Write as _;

use bell_media::prompt::PromptConfig;
use sha2::{Digest, Sha256};

use crate::audio::speech::Utterance;

/// Raised when the same material becomes another sound: every prompt is then made anew, under another name.
const PREPARATION: u64 = 1;

/// SHA-256 in lower-case hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ContentId(String);

impl ContentId {
    /// Of an uploaded file.
    pub(crate) fn of_upload(file: &[u8], config: &PromptConfig) -> Self {
        Self::of(&[b"upload", file], config)
    }

    /// Of words and the voice that speaks them.
    pub(crate) fn of_speech(utterance: &Utterance, config: &PromptConfig) -> Self {
        Self::of(&[b"speech", utterance.voice.as_bytes(), utterance.text.as_bytes()], config)
    }

    /// One that was written down. Nothing else may become part of a path.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let hash = text.len() == 64 && text.bytes().all(|octet| octet.is_ascii_hexdigit());
        hash.then(|| Self(text.to_owned()))
    }

    fn of(parts: &[&[u8]], config: &PromptConfig) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(PREPARATION.to_le_bytes());
        for setting in settings(config) {
            hasher.update(setting.to_bits().to_le_bytes());
        }
        for part in parts {
            hasher.update((part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        Self(hasher.finalize().iter().fold(String::with_capacity(64), |mut hex, octet| {
            // Writing to a string does not fail.
            let _ = write!(hex, "{octet:02x}");
            hex
        }))
    }

    /// The digits.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ContentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// All that decides how the same material sounds, or whether it is taken at all. A new setting must be added here to
/// compile.
fn settings(config: &PromptConfig) -> [f64; 9] {
    let PromptConfig {
        loudness_dbov,
        peak_max_dbov,
        gain_max_db,
        silence_dbov,
        pause_max,
        edge_silence_max,
        clipped_permille_max,
        length_max,
        high_pass_hz,
    } = *config;
    [
        loudness_dbov,
        peak_max_dbov,
        gain_max_db,
        silence_dbov,
        pause_max.as_secs_f64(),
        edge_silence_max.as_secs_f64(),
        f64::from(clipped_permille_max),
        length_max.as_secs_f64(),
        high_pass_hz,
    ]
}
