//! Why something cannot become a prompt, and what its author can do about it.

use std::error::Error as _;
use std::io;
use std::time::Duration;

use bell_media::prompt::PromptError;
use bell_media::wav::WavError;
use thiserror::Error;

use crate::audio::SpeechError;

/// Why something cannot become a prompt.
#[derive(Debug, Error)]
pub enum Unfit {
    /// A path that leads elsewhere.
    #[error("{0:?} leads out of the directory of the configuration")]
    Outside(String),
    /// No such file.
    #[error("{0:?} is not there")]
    Missing(String),
    /// A directory, a pipe, a device.
    #[error("{0:?} is not a file")]
    NotFile(String),
    /// The system does not let us read it.
    #[error("{0:?} cannot be read")]
    Unreadable(String, #[source] io::Error),
    /// More octets than allowed.
    #[error("the file has {length} octets, more than the {length_max} allowed")]
    TooLarge {
        /// How many it has.
        length: u64,
        /// How many it may have.
        length_max: u64,
    },
    /// No audio that we know.
    #[error("this is no WAV, MP3, Ogg Vorbis or FLAC file")]
    NotAudio,
    /// A WAV file of a kind that we do not read.
    #[error(transparent)]
    Wav(#[from] WavError),
    /// A known container with audio in it that we do not decode, as Opus in Ogg.
    #[error("the audio in the file is of a kind that is not supported: {0}")]
    Encoding(String),
    /// More channels than two.
    #[error("the file has {0} channels")]
    Channels(usize),
    /// Part of it does not decode.
    #[error("the file is damaged: {0}")]
    Damaged(String),
    /// It lasts longer than allowed.
    #[error("it lasts longer than the {} s allowed", .0.as_secs())]
    TooLong(Duration),
    /// It cannot be made loud enough without its noise.
    #[error("it is too quiet: {loudness_dbov:.0} dBov, less than the {loudness_min_dbov:.0} dBov needed")]
    TooQuiet {
        /// How loud it is.
        loudness_dbov: f64,
        /// How loud it should be at least.
        loudness_min_dbov: f64,
    },
    /// Its audio is no prompt.
    #[error(transparent)]
    Prompt(#[from] PromptError),
    /// The words were not spoken.
    #[error(transparent)]
    Speech(#[from] SpeechError),
    /// The library cannot be written.
    #[error("the library of prompts cannot be written")]
    Library(#[source] io::Error),
}

impl Unfit {
    /// What helps.
    pub const fn remedy(&self) -> &'static str {
        match self {
            Self::Outside(_) => "name a file below it, without \"..\" and without a leading \"/\"",
            Self::Missing(_) => "put the file there, or correct its name",
            Self::NotFile(_) => "name an audio file",
            Self::Unreadable(..) => "let the user that the centre runs as read it",
            Self::TooLarge { .. } => "shorten it, or save it as MP3",
            Self::NotAudio | Self::Wav(_) | Self::Encoding(_) => "save it as WAV with PCM of 16 bits in mono",
            Self::Channels(_) => "save it in mono or stereo",
            Self::Damaged(_) => "upload it again, or save it anew from the original",
            Self::TooLong(_) => "cut it, or divide it into several prompts",
            Self::TooQuiet { .. } => "record it closer to the microphone or with more gain",
            Self::Prompt(error) => match error {
                PromptError::Channels { .. } | PromptError::Rate(_) => "save it as WAV with PCM of 16 bits in mono",
                PromptError::Empty => "record it again",
                PromptError::OnlySilence { .. } => "check the microphone, and record it again",
                PromptError::Clipped { .. } => "turn the gain down by about 6 dB, and record it again",
                PromptError::TooLong { .. } => "cut it, or divide it into several prompts",
            },
            Self::Speech(error) => error.remedy(),
            Self::Library(_) => "check the space on the disk and the rights of the data directory",
        }
    }

    /// Reason, causes and remedy in one line, for the author of a configuration.
    pub fn explain(&self) -> String {
        let causes = std::iter::successors(self.source(), |&cause| cause.source());
        let reason = causes.fold(self.to_string(), |reason, cause| format!("{reason}: {cause}"));
        format!("{reason}; {}", self.remedy())
    }
}
