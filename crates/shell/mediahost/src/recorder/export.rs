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

use super::recover::pieces;

/// What is exported, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExportConfig {
    /// The number of the leg: 1 is the caller.
    pub leg: u16,
    /// The sample rate of the WAV file: 8 or 16 kHz.
    pub rate_hz: u32,
    /// The encoding of the WAV file.
    pub encoding: Encoding,
    /// How far packets may be out of order in the recording.
    pub skew_max: Duration,
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
    /// The WAV file cannot be written.
    #[error("cannot write the WAV file")]
    Write(#[source] io::Error),
    /// WAV files hold at most 4 GiB.
    #[error("the recording is too long for a WAV file")]
    TooLong,
}

/// Writes the recording at `recording`, sealed or not, as a stereo WAV file to `wav`, piece by piece.
pub fn export(recording: &Path, wav: &Path, config: ExportConfig) -> Result<Assembly, ExportError> {
    let mut source = File::open(recording).map_err(ExportError::Read)?;
    let mut target = Target::create(wav, config)?;
    let track = |direction| Track { leg: config.leg, direction };
    let mut assembler = Assembler::new(AssemblyConfig {
        left: track(Direction::Inbound),
        right: track(Direction::Outbound),
        rate_hz: config.rate_hz,
        skew_max: config.skew_max,
    })?;
    let mut reader = Reader::new();
    let mut failed = None;
    let read = pieces(&mut source, |piece| {
        let step = convert(&mut reader, &mut assembler, &mut target, piece);
        step.map_err(|err| {
            failed = Some(err);
            io::Error::other("broken off")
        })
    });
    match (failed, read) {
        (Some(err), _) => return Err(err),
        (None, Err(err)) => return Err(ExportError::Read(err)),
        (None, Ok(())) => {}
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

/// The WAV file.
struct Target {
    file: File,
    format: Format,
    samples: Vec<i16>,
    octets: Vec<u8>,
    data_len: u64,
}

impl Target {
    fn create(path: &Path, config: ExportConfig) -> Result<Self, ExportError> {
        let format = Format { encoding: config.encoding, channels: 2, rate_hz: config.rate_hz };
        let mut file = File::create(path).map_err(ExportError::Write)?;
        file.write_all(&wav::header(format, 0)).map_err(ExportError::Write)?;
        Ok(Self { file, format, samples: Vec::new(), octets: Vec::new(), data_len: 0 })
    }

    fn write(&mut self) -> Result<(), ExportError> {
        self.octets.clear();
        wav::write_samples(self.format.encoding, &self.samples, &mut self.octets);
        self.samples.clear();
        self.data_len += self.octets.len() as u64;
        self.file.write_all(&self.octets).map_err(ExportError::Write)
    }

    /// Writes the header again, now that the length is known.
    fn finish(mut self) -> Result<(), ExportError> {
        let data_len = u32::try_from(self.data_len).map_err(|_| ExportError::TooLong)?;
        self.file.seek(SeekFrom::Start(0)).map_err(ExportError::Write)?;
        let header = wav::header(self.format, data_len);
        self.file.write_all(&header).map_err(ExportError::Write)
    }
}
