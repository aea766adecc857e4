//! RIFF WAVE files: written for listening, read from uploads.

use thiserror::Error;

use crate::codec::g711;

/// The length of the header we write, in octets.
pub const HEADER_LEN: usize = 44;

/// The numbers of encodings (RFC 2361).
const PCM: u16 = 1;
const ALAW: u16 = 6;
const ULAW: u16 = 7;
const EXTENSIBLE: u16 = 0xFFFE;

/// Sample rates that anybody records with.
const RATES_HZ: std::ops::RangeInclusive<u32> = 4000..=192_000;

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
        let (riff, mut rest) = file.split_first_chunk::<12>().ok_or(WavError::NotWav)?;
        if &riff[..4] != b"RIFF" || &riff[8..] != b"WAVE" {
            return Err(WavError::NotWav);
        }
        let mut format = None;
        while let Some((head, body)) = rest.split_first_chunk::<8>() {
            let claimed = u32::from_le_bytes([head[4], head[5], head[6], head[7]]) as usize;
            let chunk = &body[..claimed.min(body.len())];
            match &head[..4] {
                b"fmt " => format = Some(read_format(chunk)?),
                b"data" => return Self::of(format.ok_or(WavError::Truncated)?, chunk, samples_max),
                _ => {}
            }
            // Chunks begin at even octets.
            rest = body.get(claimed.saturating_add(claimed % 2)..).unwrap_or_default();
        }
        Err(WavError::Truncated)
    }

    fn of(format: Format, data: &'a [u8], samples_max: usize) -> Result<Self, WavError> {
        let whole = data.len() - data.len() % format.frame_len();
        let wav = Self { format, data: &data[..whole] };
        match wav.len() {
            0 => Err(WavError::Empty),
            length if length > samples_max => Err(WavError::TooLong(samples_max)),
            _ => Ok(wav),
        }
    }

    /// The samples in 16 bits, channels interleaved.
    pub fn samples(&self) -> impl Iterator<Item = i16> + use<'a> {
        let encoding = self.format.encoding;
        self.data.chunks_exact(encoding.sample_len()).map(move |sample| encoding.read(sample))
    }

    /// How many samples each channel has.
    pub const fn len(&self) -> usize {
        self.data.len() / self.format.frame_len()
    }

    /// Whether there are none: never, for a file that was read.
    pub const fn is_empty(&self) -> bool {
        self.data.is_empty()
    }
}

impl Format {
    /// The octets of one sample of every channel.
    const fn frame_len(self) -> usize {
        self.encoding.sample_len() * self.channels as usize
    }
}

impl Encoding {
    const fn sample_len(self) -> usize {
        match self {
            Self::Pcm(bits) => bits as usize / 8,
            Self::Alaw | Self::Ulaw => 1,
        }
    }

    /// The number in the file (RFC 2361), and bits per sample.
    const fn codes(self) -> (u16, u16) {
        match self {
            Self::Pcm(bits) => (PCM, bits),
            Self::Alaw => (ALAW, 8),
            Self::Ulaw => (ULAW, 8),
        }
    }

    fn read(self, sample: &[u8]) -> i16 {
        match (self, sample) {
            (Self::Alaw, &[octet]) => g711::alaw_decode(octet),
            (Self::Ulaw, &[octet]) => g711::ulaw_decode(octet),
            // 8 bits are unsigned, everything wider is signed.
            (Self::Pcm(_), &[octet]) => (i16::from(octet) - 128) << 8,
            // The upper 16 bits of any width.
            (Self::Pcm(_), &[.., low, high]) => i16::from_le_bytes([low, high]),
            (Self::Pcm(_) | Self::Alaw | Self::Ulaw, _) => 0,
        }
    }
}

/// The header of a file whose samples are `data_len` octets; they follow it. Write it with 0 first, and again when the
/// length is known: its own length never changes. PCM is written in 16 bits whatever the format says.
pub fn header(format: Format, data_len: u32) -> [u8; HEADER_LEN] {
    let (code, bits) = format.written().encoding.codes();
    let frame_len = format.written().frame_len() as u16;
    let mut header = [0; HEADER_LEN];
    let fields: [&[u8]; 13] = [
        b"RIFF",
        &data_len.saturating_add(HEADER_LEN as u32 - 8).to_le_bytes(),
        b"WAVE",
        b"fmt ",
        &16u32.to_le_bytes(),
        &code.to_le_bytes(),
        &format.channels.to_le_bytes(),
        &format.rate_hz.to_le_bytes(),
        &format.rate_hz.saturating_mul(u32::from(frame_len)).to_le_bytes(),
        &frame_len.to_le_bytes(),
        &bits.to_le_bytes(),
        b"data",
        &data_len.to_le_bytes(),
    ];
    let mut at = 0;
    for field in fields {
        header[at..at + field.len()].copy_from_slice(field);
        at += field.len();
    }
    header
}

/// The file with a remark behind its samples, which players show (`ICMT` of a `LIST INFO` chunk); none if it is no file of
/// ours, or would be too long.
pub fn with_comment(mut file: Vec<u8>, remark: &str) -> Option<Vec<u8>> {
    if file.len() < HEADER_LEN || !file.starts_with(b"RIFF") {
        return None;
    }
    // Chunks begin at even octets.
    let mut text = remark.as_bytes().to_vec();
    text.resize(text.len() + 2 - text.len() % 2, 0);
    file.resize(file.len() + file.len() % 2, 0);
    let text_len = u32::try_from(text.len()).ok()?;
    file.extend(b"LIST");
    file.extend((text_len + 12).to_le_bytes());
    file.extend(b"INFOICMT");
    file.extend(text_len.to_le_bytes());
    file.extend(text);
    let length = u32::try_from(file.len() - 8).ok()?;
    file[4..8].copy_from_slice(&length.to_le_bytes());
    Some(file)
}

impl Format {
    const fn written(self) -> Self {
        Self {
            encoding: match self.encoding {
                Encoding::Pcm(_) => Encoding::Pcm(16),
                Encoding::Alaw => Encoding::Alaw,
                Encoding::Ulaw => Encoding::Ulaw,
            },
            ..self
        }
    }
}

/// Appends samples, channels interleaved, in `encoding` (16 bits for any PCM).
pub fn write_samples(encoding: Encoding, samples: &[i16], out: &mut Vec<u8>) {
    match encoding {
        Encoding::Pcm(_) => out.extend(samples.iter().flat_map(|sample| sample.to_le_bytes())),
        Encoding::Alaw => out.extend(samples.iter().map(|&sample| g711::alaw_encode(sample))),
        Encoding::Ulaw => out.extend(samples.iter().map(|&sample| g711::ulaw_encode(sample))),
    }
}

fn read_format(chunk: &[u8]) -> Result<Format, WavError> {
    let fixed = chunk.first_chunk::<16>().ok_or(WavError::Truncated)?;
    let short = |at: usize| u16::from_le_bytes([fixed[at], fixed[at + 1]]);
    let bits = short(14);
    // An extensible format names the encoding in the first two octets of its GUID.
    let encoding = match (short(0), chunk.get(24..26)) {
        (EXTENSIBLE, Some(guid)) => u16::from_le_bytes([guid[0], guid[1]]),
        (encoding, _) => encoding,
    };
    let format = Format {
        encoding: match (encoding, bits) {
            (PCM, 8 | 16 | 24 | 32) => Encoding::Pcm(bits),
            (ALAW, 8) => Encoding::Alaw,
            (ULAW, 8) => Encoding::Ulaw,
            _ => return Err(WavError::Encoding { encoding, bits }),
        },
        channels: short(2),
        rate_hz: u32::from_le_bytes([fixed[4], fixed[5], fixed[6], fixed[7]]),
    };
    if !(1..=2).contains(&format.channels) {
        return Err(WavError::Channels(format.channels));
    }
    if !RATES_HZ.contains(&format.rate_hz) {
        return Err(WavError::Rate(format.rate_hz));
    }
    Ok(format)
}

#[cfg(test)]
mod tests;
