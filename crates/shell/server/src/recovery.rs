//! What a node that starts finds of the one before it: calls without an end, recordings without a seal.

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::path::Path;
use std::time::Duration;

use bell_call::Folder;
use bell_engine::Orphan;
use bell_mediahost::{Recovered, find_sealed};
use bell_store::journal::{FactsError, JournalError, Kind, Reader, RecordNumber};
use bell_types::{CallId, LegId, RecordingId, RecordingStatus, What};
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
    let folded = fold(journal, start)?;
    let mut orphans = Vec::new();
    for (call, left) in folded {
        let recording = left.recording.then(|| {
            let id = RecordingId(call);
            outcome(id, recordings.remove(&call).map_or_else(|| find_sealed(directory, id), |found| Ok(Some(found))))
        });
        orphans.push(Orphan { call, legs: left.legs, recording, open: left.open });
    }
    for call in recordings.keys() {
        tracing::warn!(%call, "a recording was sealed whose call had ended before the journal begins");
    }
    Ok(orphans)
}

/// What became of a recording, as its call's record tells it.
fn outcome(id: RecordingId, found: io::Result<Option<Recovered>>) -> (RecordingId, RecordingStatus, Duration, String) {
    let failed = |reason| (id, RecordingStatus::Failed { reason }, Duration::ZERO, String::new());
    match found {
        Ok(Some(Recovered { length, missing, sha256, .. })) => {
            let whole = missing.is_zero();
            let status = if whole { RecordingStatus::Recorded } else { RecordingStatus::Partial { missing } };
            (id, status, length, sha256)
        }
        Ok(None) => failed("the file of the recording is not there".to_owned()),
        Err(error) => failed(format!("the file of the recording cannot be read: {error}")),
    }
}

/// What is left of a call.
#[derive(Default)]
struct Left {
    open: bool,
    legs: Vec<LegId>,
    recording: bool,
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

fn fold(journal: &Path, start: RecordNumber) -> Result<BTreeMap<CallId, Left>, RecoveryError> {
    let mut reader = Reader::from_record(journal, start)?;
    let mut folder = Folder::new();
    let mut legs: BTreeMap<CallId, Vec<LegId>> = BTreeMap::new();
    while let Some(record) = reader.read()? {
        if record.kind != Kind::Facts {
            continue;
        }
        for fact in record.facts() {
            let (fact, _) = fact?;
            folder.apply(&fact);
            match &fact.what {
                What::LegOpened { leg, .. } => legs.entry(leg.call).or_default().push(*leg),
                What::LegEnded { leg, .. } => {
                    if let Some(open) = legs.get_mut(&leg.call) {
                        open.retain(|other| other != leg);
                    }
                }
                What::CallEnded { call, .. } => {
                    legs.remove(call);
                }
                _ => {}
            }
        }
    }
    let mut left: BTreeMap<CallId, Left> = BTreeMap::new();
    for record in folder.live() {
        let entry = left.entry(record.call).or_default();
        entry.open = true;
        entry.legs = legs.remove(&record.call).unwrap_or_default();
    }
    for call in folder.recording() {
        left.entry(call).or_default().recording = true;
    }
    Ok(left)
}
