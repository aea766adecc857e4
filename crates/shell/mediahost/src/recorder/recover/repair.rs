//! A sealed recording whose file was damaged later: cut off by a full disk, a broken copy, a file system that was repaired.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use bell_media::recording::End;
use bell_types::RecordingId;

use super::{inspect, seal};
use crate::recorder::sealed_path;
use crate::recorder::vault::Vault;

/// What became of a recording that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Repair {
    /// Nothing is wrong with it.
    Whole {
        /// How long it is.
        length: Duration,
    },
    /// It ends at the last record that can be read, with a new seal; what it was is kept.
    Repaired {
        /// How long it is now.
        length: Duration,
        /// The file as it was.
        original: PathBuf,
        /// The octets of the file that could not be read.
        lost: u64,
        /// SHA-256 of the recording as it is now, in hex.
        sha256: String,
    },
}

/// Whether a file ends with its seal. One that is still written does not.
///
/// # Errors
/// It cannot be read, or is no recording.
pub fn is_whole(file: &Path, vault: &Vault) -> io::Result<bool> {
    Ok(inspect(file, vault)?.0.end == End::Sealed)
}

/// Mends a recording's file up to the last record that can be read. The file as it was is kept beside it, as
/// `ID.rec.original`; one that is there already is never overwritten, so that the first is the true one.
///
/// # Errors
/// There is no such file, its key is missing, nothing of it can be read, or the disk is full. The file is as it was then.
pub fn repair(directory: &Path, vault: &Vault, recording: RecordingId) -> io::Result<Repair> {
    let file = sealed_path(directory, recording);
    let original = file.with_extension("rec.original");
    let mending = file.with_extension("rec.mending");
    let (found, _) = inspect(&file, vault)?;
    if found.recording != recording {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "it is another recording under this name"));
    }
    if found.end == End::Sealed {
        return Ok(Repair::Whole { length: found.length });
    }
    let before = fs::copy(&file, &mending)?;
    let mended = mend(&mending, vault);
    let (length, after, sha256) = match mended {
        Ok(mended) => mended,
        Err(err) => {
            fs::remove_file(&mending)?;
            return Err(err);
        }
    };
    if original.try_exists()? {
        fs::rename(&mending, &file)?;
    } else {
        fs::rename(&file, &original)?;
        fs::rename(&mending, &file)?;
    }
    File::open(directory)?.sync_all()?;
    Ok(Repair::Repaired { length, original, lost: before.saturating_sub(after), sha256 })
}

/// Cuts and seals a copy. How long it is, how much of the file could be read, and the hash.
fn mend(copy: &Path, vault: &Vault) -> io::Result<(Duration, u64, String)> {
    let (found, place) = inspect(copy, vault)?;
    let readable = place.len(found.readable);
    let sha256 = seal(copy, place, vault, &found)?;
    Ok((found.length, readable, sha256))
}
