//! A recording for listening: stereo, left what the leg says, right what it hears.

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;
use std::time::Duration;

use bell_media::recording::{Assembler, Assembly, AssemblyConfig, Reader, RecordingError, Track};
use bell_media::resample::RateError;
use bell_media::wav::{self, Encoding, Format};
use bell_types::Direction;
use thiserror::Error;

use super::opus::Stream;
use super::vault::{Vault, read};

/// What is exported, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExportConfig {
    /// The number of the leg: 1 is the caller.
    pub leg: u16,
    /// The sample rate of the file: 8 or 16 kHz.
    pub rate_hz: u32,
    /// The kind of file.
    pub format: FileFormat,
    /// How far packets may be out of order in the recording.
    pub skew_max: Duration,
}

/// The kind of file that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileFormat {
    /// WAV.
    Wav(Encoding),
    /// Ogg Opus of so many bits per second: small, and browsers play it (REC-02). Below 24 000 the encoder gives up
    /// stereo, and the parties are heard on both sides.
    Opus {
        /// Bits per second, both sides together.
        bitrate: u32,
    },
}

/// Why a recording could not be exported.
#[derive(Debug, Error)]
pub enum ExportError {
    /// The recording cannot be read.
    #[error("cannot read the recording")]
    Read(#[source] io::Error),
    /// It is no recording.
    #[error(transparent)]
    Format(#[from] RecordingError),
    /// No such sample rate.
    #[error(transparent)]
    Rate(#[from] RateError),
    /// The file cannot be written.
    #[error("cannot write the file")]
    Write(#[source] io::Error),
    /// The encoder.
    #[error("the Opus encoder fails: {0}")]
    Opus(&'static str),
    /// WAV files hold at most 4 GiB.
    #[error("the recording is too long for a WAV file")]
    TooLong,
}

/// Writes the recording at `recording`, sealed or not, as a stereo file to `out`, piece by piece.
pub fn export(recording: &Path, vault: &Vault, out: &Path, config: ExportConfig) -> Result<Assembly, ExportError> {
    let mut target = Target::create(out, config)?;
    let track = |direction| Track { leg: config.leg, direction };
    let mut assembler = Assembler::new(AssemblyConfig {
        left: track(Direction::Inbound),
        right: track(Direction::Outbound),
        rate_hz: config.rate_hz,
        skew_max: config.skew_max,
    })?;
    let mut reader = Reader::new();
    let mut failed = None;
    let read = read(recording, vault, |piece| {
        let step = convert(&mut reader, &mut assembler, &mut target, piece);
        step.map_err(|err| {
            failed = Some(err);
            io::Error::other("broken off")
        })
    });
    match (failed, read) {
        (Some(err), _) => return Err(err),
        (None, Err(err)) => return Err(ExportError::Read(err)),
        (None, Ok(_)) => {}
    }
    reader.header().ok_or(RecordingError::Header)?;
    let assembly = assembler.finish(&mut target.samples);
    target.write()?;
    target.finish()?;
    Ok(assembly)
}

fn convert(
    reader: &mut Reader,
    assembler: &mut Assembler,
    target: &mut Target,
    piece: &[u8],
) -> Result<(), ExportError> {
    reader.feed(piece);
    while let Some(record) = reader.next_record()? {
        assembler.push(&record, &mut target.samples);
    }
    target.write()
}

/// The file that is written.
struct Target {
    file: File,
    form: Form,
    samples: Vec<i16>,
    octets: Vec<u8>,
}

enum Form {
    Wav { format: Format, data_len: u64 },
    Opus(Box<Stream>),
}

impl Target {
    fn create(path: &Path, config: ExportConfig) -> Result<Self, ExportError> {
        let mut octets = Vec::new();
        let form = match config.format {
            FileFormat::Wav(encoding) => {
                let format = Format { encoding, channels: 2, rate_hz: config.rate_hz };
                octets.extend(wav::header(format, 0));
                Form::Wav { format, data_len: 0 }
            }
            FileFormat::Opus { bitrate } => Form::Opus(Box::new(Stream::begin(config.rate_hz, bitrate, &mut octets)?)),
        };
        let mut file = File::create(path).map_err(ExportError::Write)?;
        file.write_all(&octets).map_err(ExportError::Write)?;
        Ok(Self { file, form, samples: Vec::new(), octets })
    }

    fn write(&mut self) -> Result<(), ExportError> {
        self.octets.clear();
        match &mut self.form {
            Form::Wav { format, data_len } => {
                wav::write_samples(format.encoding, &self.samples, &mut self.octets);
                *data_len += self.octets.len() as u64;
            }
            Form::Opus(stream) => stream.take(&self.samples, &mut self.octets)?,
        }
        self.samples.clear();
        self.file.write_all(&self.octets).map_err(ExportError::Write)
    }

    fn finish(mut self) -> Result<(), ExportError> {
        match self.form {
            // The header again, now that the length is known.
            Form::Wav { format, data_len } => {
                let data_len = u32::try_from(data_len).map_err(|_| ExportError::TooLong)?;
                self.file.seek(SeekFrom::Start(0)).map_err(ExportError::Write)?;
                self.file.write_all(&wav::header(format, data_len)).map_err(ExportError::Write)
            }
            Form::Opus(stream) => {
                self.octets.clear();
                stream.finish(&mut self.octets)?;
                self.file.write_all(&self.octets).map_err(ExportError::Write)
            }
        }
    }
}
