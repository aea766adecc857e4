//! Recordings of a host that crashed: cut at their torn end, sealed, reported.

mod repair;

pub use repair::{Repair, is_whole, repair};

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use bell_media::recording::{End, GapCause, MediaTime, Reader, Record, RecordingError, Writer as Encoder};
use bell_types::{RecordingId, RecordingStatus};
use sha2::{Digest, Sha256};

use super::sealed_path;
use super::sealer::hex;
use super::vault::{Appending, Place, Vault, is_key_missing, read};
use super::{Span, Spans};

/// A recording that was found after a crash: unsealed, or sealed and not reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recovered {
    /// Which.
    pub recording: RecordingId,
    /// The sealed file.
    pub file: PathBuf,
    /// The length of its audio. What was said after that, until the crash, is lost: less than the flush interval.
    pub length: Duration,
    /// What could not be written before the crash.
    pub missing: Duration,
    /// SHA-256 of the recording with its seal, in hex. It does not depend on the key it is under on disk.
    pub sha256: String,
}

/// What a file holds.
#[derive(Debug)]
pub(super) struct Inspected {
    pub(super) recording: RecordingId,
    records: u64,
    /// The length of the readable part, without a seal.
    readable: u64,
    end: End,
    media_end: MediaTime,
    pub(super) length: Duration,
    missing: Duration,
    pub(super) sha256: String,
}

/// Seals every unsealed recording in `directory`. Call it before [`Host::start`](crate::Host::start). A file that is no
/// recording is renamed to end in `.broken`, and logged; one whose key is missing is left as it is, and logged.
pub fn recover(directory: &Path, vault: &Vault) -> io::Result<Vec<Recovered>> {
    if !directory.try_exists()? {
        return Ok(Vec::new());
    }
    let mut parts = Vec::new();
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "part") {
            parts.push(path);
        }
    }
    parts.sort();
    let recovered = parts.iter().filter_map(|path| match recover_file(directory, path, vault) {
        Ok(recovered) => Some(Ok(recovered)),
        Err(err) if is_key_missing(&err) => {
            tracing::error!(file = %path.display(), %err, "a recording is left unsealed");
            None
        }
        Err(err) if err.kind() == io::ErrorKind::InvalidData => set_aside(path, &err).err().map(Err),
        Err(err) => Some(Err(err)),
    });
    let recovered = recovered.collect::<io::Result<Vec<_>>>()?;
    File::open(directory)?.sync_all()?;
    Ok(recovered)
}

/// A recording that was sealed already, as one is whose seal was not reported before the crash; none if there is no such
/// file. One that is damaged, or another recording, is `InvalidData`.
pub fn find_sealed(directory: &Path, vault: &Vault, recording: RecordingId) -> io::Result<Option<Recovered>> {
    let file = sealed_path(directory, recording);
    let (found, _) = match inspect(&file, vault) {
        Ok(found) => found,
        Err(err) if err.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(err) => return Err(err),
    };
    let Inspected { recording: of, end, length, missing, sha256, .. } = found;
    if end != End::Sealed || of != recording {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "its seal is broken, or it is another recording"));
    }
    Ok(Some(Recovered { recording, file, length, missing, sha256 }))
}

fn recover_file(directory: &Path, path: &Path, vault: &Vault) -> io::Result<Recovered> {
    let (mut found, place) = inspect(path, vault)?;
    if found.end != End::Sealed {
        found.sha256 = seal(path, place, vault, &found)?;
    }
    let sha256 = found.sha256;
    let file = sealed_path(directory, found.recording);
    fs::rename(path, &file)?;
    Ok(Recovered { recording: found.recording, file, length: found.length, missing: found.missing, sha256 })
}

fn set_aside(path: &Path, err: &io::Error) -> io::Result<()> {
    tracing::error!(file = %path.display(), %err, "not a recording: it is set aside");
    fs::rename(path, path.with_extension("broken"))
}

/// Cuts the file to its readable part and seals it.
fn seal(path: &Path, place: Place, vault: &Vault, found: &Inspected) -> io::Result<String> {
    let mut file = Appending::resume(path, place, found.readable)?;
    let mut hash = Sha256::new();
    read(path, vault, |piece| {
        hash.update(piece);
        Ok(())
    })?;
    let mut seal = Vec::new();
    Encoder::resume(found.records, found.readable, found.media_end).seal(hash.clone().finalize().into(), &mut seal);
    file.append(&seal)?;
    hash.update(&seal);
    file.sync_all()?;
    Ok(hex(&hash.finalize()))
}

/// Reads a whole file, and where it ends. One that is no recording is `InvalidData`.
pub(super) fn inspect(path: &Path, vault: &Vault) -> io::Result<(Inspected, Place)> {
    let invalid = |err: RecordingError| io::Error::new(io::ErrorKind::InvalidData, err);
    let mut reader = Reader::new();
    let mut hash = Sha256::new();
    let mut not_written = Spans::default();
    let mut total = 0;
    let place = read(path, vault, |piece| {
        total += piece.len() as u64;
        hash.update(piece);
        reader.feed(piece);
        while let Some(record) = reader.next_record().map_err(invalid)? {
            note(&record, &mut not_written);
        }
        Ok(())
    })?;
    let header = reader.header().ok_or_else(|| invalid(RecordingError::Header))?;
    let end = reader.end();
    let readable = match end {
        End::Sealed | End::Unsealed => total,
        End::Torn(torn) => torn.at,
    };
    let found = Inspected {
        recording: header.recording,
        records: reader.records(),
        readable,
        end,
        media_end: reader.length(),
        length: reader.length().as_duration(),
        missing: MediaTime(not_written.longest()).as_duration(),
        sha256: hex(&hash.finalize()),
    };
    Ok((found, place))
}

impl Inspected {
    pub(super) fn status(&self) -> RecordingStatus {
        if self.missing.is_zero() {
            RecordingStatus::Recorded
        } else {
            RecordingStatus::Partial { missing: self.missing }
        }
    }
}

fn note(record: &Record<'_>, not_written: &mut Spans) {
    if let Record::Gap(gap) = record
        && gap.why == GapCause::NotWritten
    {
        let span = Span { track: gap.track, from: gap.at, to: gap.at.plus(gap.ticks) };
        not_written.add(span, 0);
    }
}
