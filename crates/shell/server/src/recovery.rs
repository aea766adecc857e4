//! What a node that starts finds of the one before it: calls without an end, recordings without a seal.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io;
use std::path::Path;
use std::time::Duration;

use bell_engine::{LeftOpen, Orphan, RecoveredRecording};
use bell_mediahost::{Recovered, find_sealed};
use bell_store::journal::{FactsError, JournalError, Kind, Reader, RecordNumber};
use bell_types::{CallId, Number, RecordingId, RecordingStatus, What};
use thiserror::Error;

/// Why the journal could not be read back.
#[derive(Debug, Error)]
pub enum RecoveryError {
    /// The journal itself.
    #[error("failed to read the journal back")]
    Journal(#[from] JournalError),
    /// A fact in it.
    #[error("failed to read a fact of the journal")]
    Facts(#[from] FactsError),
}

/// The calls the last run left open, oldest first, with what there is of their recordings: `recovered` are those of
/// `directory` that had no seal. Others were sealed just before the end, and nobody was told.
pub fn orphans(journal: &Path, directory: &Path, recovered: Vec<Recovered>) -> Result<Vec<Orphan>, RecoveryError> {
    let mut recordings: BTreeMap<CallId, Recovered> =
        recovered.into_iter().map(|recovered| (recovered.recording.0, recovered)).collect();
    let Some(start) = first_start(journal)? else { return Ok(Vec::new()) };
    let orphans = fold(journal, start)?.orphans(|call| {
        let sealed = || find_sealed(directory, RecordingId(call));
        outcome(recordings.remove(&call).map_or_else(sealed, |found| Ok(Some(found))))
    });
    for call in recordings.keys() {
        tracing::warn!(%call, "a recording was sealed whose call had ended before the journal begins");
    }
    Ok(orphans)
}

/// The numbers whose emergency switch the last run left on. Each run says so again, so that a few runs are enough.
pub fn emergencies(journal: &Path) -> Result<BTreeSet<Number>, RecoveryError> {
    let mut on = BTreeSet::new();
    let Some(start) = first_start(journal)? else { return Ok(on) };
    let mut reader = Reader::from_record(journal, start)?;
    while let Some(record) = reader.read()? {
        if record.kind != Kind::Facts {
            continue;
        }
        for fact in record.facts() {
            match fact?.0.what {
                What::EmergencySwitched { number, on: true, .. } => drop(on.insert(number)),
                What::EmergencySwitched { number, on: false, .. } => drop(on.remove(&number)),
                _ => {}
            }
        }
    }
    Ok(on)
}

/// What became of a recording, as its call's record tells it; none if there is no file.
fn outcome(found: io::Result<Option<Recovered>>) -> Option<RecoveredRecording> {
    match found {
        Ok(None) => None,
        Ok(Some(Recovered { length, missing, sha256, .. })) => {
            let whole = missing.is_zero();
            let status = if whole { RecordingStatus::Recorded } else { RecordingStatus::Partial { missing } };
            Some((status, length, sha256))
        }
        Err(error) => {
            let reason = format!("the file of the recording cannot be read: {error}");
            Some((RecordingStatus::Failed { reason }, Duration::ZERO, String::new()))
        }
    }
}

/// How many runs are looked back on. Each run begins by closing what the one before it left open; a node that dies again
/// and again before it has done so leaves that to the next.
const RUNS_BACK: usize = 8;

/// Where the runs begin that may have left something open.
fn first_start(journal: &Path) -> Result<Option<RecordNumber>, JournalError> {
    let mut reader = match Reader::oldest(journal) {
        Ok(reader) => reader,
        Err(JournalError::Missing { .. }) => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut starts = VecDeque::new();
    while let Some(record) = reader.read()? {
        if record.kind == Kind::Start {
            starts.push_back(record.number);
            if starts.len() > RUNS_BACK {
                starts.pop_front();
            }
        }
    }
    Ok(starts.front().copied())
}

fn fold(journal: &Path, start: RecordNumber) -> Result<LeftOpen, RecoveryError> {
    let mut reader = Reader::from_record(journal, start)?;
    let mut left_open = LeftOpen::new();
    while let Some(record) = reader.read()? {
        if record.kind != Kind::Facts {
            continue;
        }
        for fact in record.facts() {
            left_open.apply(&fact?.0);
        }
    }
    Ok(left_open)
}
