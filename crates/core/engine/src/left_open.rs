//! What a run left open, as the facts it wrote tell: calls without an end, recordings without a seal.

use std::collections::BTreeMap;
use std::time::Duration;

use bell_call::Folder;
use bell_types::{CallId, Fact, RecordingId, RecordingStatus};

use crate::vocabulary::Orphan;

/// A fold over the facts of the runs before. It knows no journal and no disk: it is given the facts in their order, and
/// then asked for [`orphans`](Self::orphans), one [`Input`](crate::Input) each for the node that starts.
#[derive(Debug, Default)]
pub struct LeftOpen {
    folder: Folder,
}

/// What there is of a recording whose node died: how much of it, its length, and the SHA-256 of its file in hex.
pub type RecoveredRecording = (RecordingStatus, Duration, String);

impl LeftOpen {
    /// Nothing is open.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next fact.
    pub fn apply(&mut self, fact: &Fact) {
        self.folder.apply(fact);
    }

    /// The calls that are open, or whose recording is, oldest first. `recovered` tells what there is of a recording.
    pub fn orphans(&self, mut recovered: impl FnMut(CallId) -> Option<RecoveredRecording>) -> Vec<Orphan> {
        let mut orphans: BTreeMap<CallId, Orphan> = BTreeMap::new();
        for record in self.folder.live() {
            let open = record.legs.iter().filter(|leg| leg.ended.is_none());
            let legs = open.map(|leg| leg.leg).collect();
            orphans.insert(record.call, Orphan { call: record.call, legs, recording: None, open: true });
        }
        for call in self.folder.recording() {
            let (status, length, sha256) = recovered(call).unwrap_or_else(lost);
            let orphan = orphans.entry(call).or_insert_with(|| Orphan::of_recording(call));
            orphan.recording = Some((RecordingId(call), status, length, sha256));
        }
        orphans.into_values().collect()
    }
}

impl Orphan {
    fn of_recording(call: CallId) -> Self {
        Self { call, legs: Vec::new(), recording: None, open: false }
    }
}

fn lost() -> RecoveredRecording {
    let reason = "the file of the recording is not there".to_owned();
    (RecordingStatus::Failed { reason }, Duration::ZERO, String::new())
}

#[cfg(test)]
mod tests;
