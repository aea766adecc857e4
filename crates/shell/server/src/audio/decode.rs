//! From the octets of a file to samples.

use std::fmt;
use std::io::{Cursor, ErrorKind};
use std::panic;
use std::time::Duration;

use bell_media::prompt::Audio;
use bell_media::wav::Wav;
use symphonia::core::audio::GenericAudioBufferRef;
use symphonia::core::codecs::audio::{AudioDecoder, AudioDecoderOptions};
use symphonia::core::errors::Error;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader, TrackType};
use symphonia::core::io::{MediaSourceStream, MediaSourceStreamOptions};
use symphonia::core::meta::MetadataOptions;

use crate::audio::{Unfit, ogg};

const CHANNELS_MAX: usize = 2;

/// What a compressed file may lose without anybody hearing it, as at the seam where an MP3 was cut from a longer one.
const BAD_PACKETS_MAX: u32 = 2;

/// A file that ends so much too early was cut off; what a lossy encoder says of its own padding is less.
const SHORTFALL_MAX: Duration = Duration::from_millis(100);

/// A length in a RIFF header beyond this was written by something that did not know it, such as a synthesiser that
/// writes to a pipe.
const RIFF_LEN_KNOWN_MAX: u32 = 0x7f00_0000;

/// What kind of file audio came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// RIFF WAVE.
    Wav,
    /// MPEG audio.
    Mp3,
    /// Vorbis in Ogg.
    OggVorbis,
    /// FLAC, in its own container or in Ogg.
    Flac,
}

/// Decoded audio.
#[derive(Clone, Debug)]
pub(crate) struct Sound {
    pub(crate) form: Form,
    /// Channels interleaved.
    pub(crate) samples: Vec<i16>,
    pub(crate) channels: u16,
    pub(crate) rate_hz: u32,
}

impl Sound {
    pub(crate) fn audio(&self) -> Audio<'_> {
        Audio { samples: &self.samples, channels: self.channels, rate_hz: self.rate_hz }
    }

    /// How many samples each channel has.
    pub(crate) fn frames(&self) -> u64 {
        (self.samples.len() / usize::from(self.channels.max(1))) as u64
    }
}

impl Form {
    /// How files of it end.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Wav => "wav",
            Self::Mp3 => "mp3",
            Self::OggVorbis => "ogg",
            Self::Flac => "flac",
        }
    }
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Wav => "WAV",
            Self::Mp3 => "MP3",
            Self::OggVorbis => "Ogg Vorbis",
            Self::Flac => "FLAC",
        })
    }
}

/// Decodes a file that lasts at most `length_max`.
pub(crate) fn decode(file: &[u8], length_max: Duration) -> Result<Sound, Unfit> {
    if file.starts_with(b"RIFF") {
        return decode_wav(file, length_max);
    }
    if file.starts_with(b"OggS") {
        ogg::whole(file).map_err(Unfit::Damaged)?;
    }
    // The decoders are others' work, and the file may have been made to break them: that must not end more than this.
    panic::catch_unwind(|| decode_compressed(file, length_max))
        .unwrap_or_else(|_| Err(Unfit::Damaged("its decoder failed".to_owned())))
}

fn decode_wav(file: &[u8], length_max: Duration) -> Result<Sound, Unfit> {
    let wav = Wav::parse(file, usize::MAX)?;
    let claimed = file.get(4..8).and_then(|octets| octets.try_into().ok()).map_or(0, u32::from_le_bytes);
    let missing = (u64::from(claimed) + 8).saturating_sub(file.len() as u64);
    // A last octet that only fills up may be left out.
    if missing > 1 && claimed < RIFF_LEN_KNOWN_MAX {
        return Err(Unfit::Damaged(format!("its last {missing} octets are missing")));
    }
    let rate_hz = wav.format.rate_hz;
    if wav.len() as u64 > frames(length_max, rate_hz) {
        return Err(Unfit::TooLong(length_max));
    }
    Ok(Sound { form: Form::Wav, samples: wav.samples().collect(), channels: wav.format.channels, rate_hz })
}

fn decode_compressed(file: &[u8], length_max: Duration) -> Result<Sound, Unfit> {
    let mut decoding = Decoding::open(file, length_max)?;
    let promised = decoding.promised();
    while decoding.step()? {}
    let sound = decoding.sound;
    let shortfall_max = match sound.form {
        Form::Wav | Form::Flac => Duration::ZERO,
        Form::Mp3 | Form::OggVorbis => SHORTFALL_MAX,
    };
    if let Some(promised) = promised
        && promised > sound.frames() + frames(shortfall_max, sound.rate_hz)
    {
        let seconds = |frames: u64| frames as f64 / f64::from(sound.rate_hz.max(1));
        let what = format!("it ends after {:.1} of {:.1} s", seconds(sound.frames()), seconds(promised));
        return Err(Unfit::Damaged(what));
    }
    Ok(sound)
}

/// A compressed file while it is being decoded.
struct Decoding {
    format: Box<dyn FormatReader>,
    decoder: Box<dyn AudioDecoder>,
    track: u32,
    sound: Sound,
    bad_packets: u32,
    length_max: Duration,
}

impl Decoding {
    fn open(file: &[u8], length_max: Duration) -> Result<Self, Unfit> {
        let source = Box::new(Cursor::new(file.to_vec()));
        let stream = MediaSourceStream::new(source, MediaSourceStreamOptions::default());
        let (options, meta) = (FormatOptions::default(), MetadataOptions::default());
        let format = symphonia::default::get_probe()
            .probe(&Hint::new(), stream, options, meta)
            .map_err(|error| if known(file) { Unfit::Damaged(error.to_string()) } else { Unfit::NotAudio })?;
        let unsupported = || Unfit::Encoding("no track of it is known".to_owned());
        let track = format.default_track(TrackType::Audio).ok_or_else(unsupported)?;
        let parameters = track.codec_params.as_ref().and_then(|parameters| parameters.audio());
        let decoder = symphonia::default::get_codecs()
            .make_audio_decoder(parameters.ok_or_else(unsupported)?, &AudioDecoderOptions::default())
            .map_err(|error| Unfit::Encoding(error.to_string()))?;
        let form = match decoder.codec_info().short_name {
            "vorbis" => Form::OggVorbis,
            "flac" => Form::Flac,
            _ => Form::Mp3,
        };
        let sound = Sound { form, samples: Vec::new(), channels: 0, rate_hz: 0 };
        Ok(Self { track: track.id, format, decoder, sound, bad_packets: 0, length_max })
    }

    /// How many samples per channel the file says it has.
    fn promised(&self) -> Option<u64> {
        self.format.default_track(TrackType::Audio)?.num_frames
    }

    /// Decodes one packet; false at the end.
    fn step(&mut self) -> Result<bool, Unfit> {
        let packet = match self.format.next_packet() {
            Ok(Some(packet)) => packet,
            Ok(None) => return Ok(false),
            Err(Error::IoError(error)) if error.kind() == ErrorKind::UnexpectedEof => return Ok(false),
            Err(Error::ResetRequired) => return Err(Unfit::Damaged("it is made of several files".to_owned())),
            Err(error) => return Err(Unfit::Damaged(error.to_string())),
        };
        if packet.track_id != self.track {
            return Ok(true);
        }
        match self.decoder.decode(&packet) {
            Ok(piece) => self.sound.append(&piece, self.length_max)?,
            Err(error) => {
                self.bad_packets += 1;
                if self.bad_packets > BAD_PACKETS_MAX {
                    return Err(Unfit::Damaged(error.to_string()));
                }
            }
        }
        Ok(true)
    }
}

impl Sound {
    fn append(&mut self, piece: &GenericAudioBufferRef<'_>, length_max: Duration) -> Result<(), Unfit> {
        let (rate_hz, channels) = (piece.spec().rate(), piece.spec().channels().count());
        if channels == 0 || channels > CHANNELS_MAX {
            return Err(Unfit::Channels(channels));
        }
        if self.samples.is_empty() {
            // At most two.
            (self.rate_hz, self.channels) = (rate_hz, channels as u16);
        } else if (self.rate_hz, usize::from(self.channels)) != (rate_hz, channels) {
            return Err(Unfit::Damaged("its form changes in the middle".to_owned()));
        }
        let mut samples: Vec<i16> = Vec::new();
        piece.copy_to_vec_interleaved(&mut samples);
        self.samples.extend(samples);
        if self.frames() > frames(length_max, rate_hz) {
            return Err(Unfit::TooLong(length_max));
        }
        Ok(())
    }
}

/// Whether a file begins as one of those we decode. MP3 may begin with anything.
fn known(file: &[u8]) -> bool {
    [&b"OggS"[..], b"fLaC", b"ID3"].iter().any(|start| file.starts_with(start))
}

/// How many samples per channel last so long.
const fn frames(length: Duration, rate_hz: u32) -> u64 {
    // A length that stands in a configuration is far from the limit.
    (length.as_millis() as u64).saturating_mul(rate_hz as u64) / 1000
}
