//! RIFF WAVE files: written for listening, read from uploads.

use thiserror::Error;

/// How samples are encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Linear PCM of so many bits: 8, 16, 24 or 32.
    Pcm(u16),
    /// G.711 A-law: half the size of 16-bit PCM, and browsers play it.
    Alaw,
    /// G.711 mu-law.
    Ulaw,
}

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Format {
    /// How samples are encoded.
    pub encoding: Encoding,
    /// How many channels: 1 or 2.
    pub channels: u16,
    /// Samples per second and channel.
    pub rate_hz: u32,
}

/// Why a file cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum WavError {
    /// It is no RIFF WAVE file.
    #[error("not a WAV file")]
    NotWav,
    /// It ends in the middle of its header.
    #[error("the WAV file is cut short")]
    Truncated,
    /// An encoding we do not read, by its number in the file: 3 is floating point, 85 MP3.
    #[error(
        "WAV encoding {encoding} with {bits} bits is not supported: use PCM of 8, 16, 24 or 32 bits, A-law or mu-law"
    )]
    Encoding {
        /// The number of the encoding.
        encoding: u16,
        /// Bits per sample.
        bits: u16,
    },
    /// Neither mono nor stereo.
    #[error("{0} channels are not supported: use mono or stereo")]
    Channels(u16),
    /// No sensible sample rate.
    #[error("a sample rate of {0} Hz is not supported")]
    Rate(u32),
    /// No audio in it.
    #[error("the WAV file holds no audio")]
    Empty,
    /// More samples per channel than allowed.
    #[error("the WAV file is longer than {0} samples")]
    TooLong(usize),
}

/// A file that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wav<'a> {
    /// What it holds.
    pub format: Format,
    data: &'a [u8],
}

impl<'a> Wav<'a> {
    /// Reads a file of at most `samples_max` samples per channel. A data chunk that claims more than there is, as
    /// files that were cut off or streamed do, ends where the file ends.
    pub fn parse(file: &'a [u8], samples_max: usize) -> Result<Self, WavError> {
        let _ = (file, samples_max);
        todo!()
    }

    /// The samples in 16 bits, channels interleaved.
    pub fn samples(&self) -> impl Iterator<Item = i16> + use<'a> {
        let _ = self.data;
        std::iter::empty()
    }

    /// How many samples each channel has.
    pub fn len(&self) -> usize {
        todo!()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The header of a file whose samples are `data_len` octets; they follow it. Write it with 0 first, and again when the
/// length is known: its own length never changes.
pub fn header(format: Format, data_len: u32) -> Vec<u8> {
    let _ = (format, data_len);
    todo!()
}

/// Appends samples, channels interleaved, in `encoding` (16-bit PCM for any PCM).
pub fn write_samples(encoding: Encoding, samples: &[i16], out: &mut Vec<u8>) {
    let _ = (encoding, samples, out);
    todo!()
}
