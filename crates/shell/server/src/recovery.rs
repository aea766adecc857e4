//! What a node that starts finds of the one before it: calls without an end, recordings without a seal, emergency switches
//! that are on, who called of late, whom agents tried to reach.

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::path::Path;
use std::time::Duration;

use bell_callers::{NuisancePolicy, RecentCall, RecentCalls};
use bell_engine::{Attempts, KeptTry, LeftOpen, Orphan, RecoveredRecording, Snapshot, SwitchedOn};
use bell_mediahost::{Recovered, find_sealed};
use bell_store::journal::{FactsError, JournalError, Kind, Reader, RecordNumber};
use bell_types::{CallId, Fact, Number, RecordingId, RecordingStatus, Wall};
use thiserror::Error;

use crate::dirs::Dirs;

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

/// What the runs before this one have left behind.
#[derive(Debug, Default)]
pub struct LeftBehind {
    /// Calls without an end, oldest first, with what there is of their recordings.
    pub orphans: Vec<Orphan>,
    /// Numbers whose emergency switch is on, as far as the journal tells; the database knows of all (see `kept`).
    pub emergencies: Vec<Number>,
    /// Calls that still count for the nuisance rule, oldest first.
    pub recent: Vec<RecentCall>,
    /// Calls of attempts that may still go on.
    pub attempts: Vec<KeptTry>,
}

/// Reads the journal back. `recovered` are the recordings that had no seal; others were sealed just before the end, and
/// nobody was told. Calls and attempts count by the rules of this configuration, at this instant.
pub fn left_behind(
    dirs: &Dirs,
    recovered: Vec<Recovered>,
    snapshot: &Snapshot,
    now: Wall,
) -> Result<LeftBehind, RecoveryError> {
    let mut recordings: BTreeMap<CallId, Recovered> =
        recovered.into_iter().map(|recovered| (recovered.recording.0, recovered)).collect();
    let journal = dirs.journal();
    let Some(start) = first_start(&journal)? else { return Ok(LeftBehind::default()) };
    let rule = snapshot.callers.nuisance.as_ref();
    let Found { left_open, emergencies, recent, attempts } = fold(&journal, start, rule)?;
    let vault = dirs.keys();
    let orphans = left_open.orphans(|call| {
        let sealed = || find_sealed(&dirs.recordings(), &vault, RecordingId(call));
        outcome(recordings.remove(&call).map_or_else(sealed, |found| Ok(Some(found))))
    });
    for call in recordings.keys() {
        tracing::warn!(%call, "a recording was sealed whose call had ended before the journal begins");
    }
    let recent = recent.zip(rule).map(|(recent, rule)| recent.within(rule.window, now)).unwrap_or_default();
    let attempts = attempts.within(snapshot.agent_rules.attempts.within, now);
    Ok(LeftBehind { orphans, emergencies: emergencies.into_numbers().collect(), recent, attempts })
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

/// What facts add up to.
struct Found {
    left_open: LeftOpen,
    emergencies: SwitchedOn,
    recent: Option<RecentCalls>,
    attempts: Attempts,
}

fn fold(journal: &Path, start: RecordNumber, rule: Option<&NuisancePolicy>) -> Result<Found, RecoveryError> {
    let mut reader = Reader::from_record(journal, start)?;
    let recent = rule.map(|rule| RecentCalls::new(rule.deny.clone()));
    let (emergencies, attempts) = (SwitchedOn::default(), Attempts::default());
    let mut found = Found { left_open: LeftOpen::new(), emergencies, recent, attempts };
    while let Some(record) = reader.read()? {
        if record.kind != Kind::Facts {
            continue;
        }
        for fact in record.facts() {
            found.apply(&fact?.0);
        }
    }
    Ok(found)
}

impl Found {
    fn apply(&mut self, fact: &Fact) {
        self.left_open.apply(fact);
        if let Some(recent) = &mut self.recent {
            recent.apply(fact);
        }
        self.emergencies.apply(fact);
        self.attempts.apply(fact);
    }
}
