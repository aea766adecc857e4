//! Recordings that are to be exported, in the words by which a second person approves exactly them (REC-13).

use std::collections::BTreeSet;

use bell_types::CallId;
use sha2::{Digest, Sha256};

use crate::policy::Policy;

/// What the files will be. It stands in the subject: whoever approves one format approves no other.
const FORMAT: &str = "WAV";

/// A set of recordings, each of one call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportSet {
    calls: BTreeSet<CallId>,
}

impl ExportSet {
    /// These.
    pub const fn of(calls: BTreeSet<CallId>) -> Self {
        Self { calls }
    }

    /// The calls, in the order in which they arrived.
    pub const fn calls(&self) -> &BTreeSet<CallId> {
        &self.calls
    }

    /// Whether they are exported only once a second person has approved it.
    pub fn needs_approval(&self, policy: &Policy) -> bool {
        self.calls.len() > policy.export_alone_max
    }

    /// All of them as the subject of a request. The hash stands in front: the log cuts long texts, and still tells which
    /// recordings they were.
    pub fn subject(&self) -> String {
        let ids = self.ids();
        let hash: String = Sha256::digest(ids.as_bytes()).iter().map(|octet| format!("{octet:02x}")).collect();
        format!("{} recordings as {FORMAT}, SHA-256 {hash}: {ids}", self.calls.len())
    }

    /// What such a subject names; none: it is not of these words.
    pub fn read(subject: &str) -> Option<Self> {
        let (_, ids) = subject.split_once(": ")?;
        let calls: Result<BTreeSet<CallId>, _> = ids.split(' ').map(str::parse).collect();
        Some(Self { calls: calls.ok()? }).filter(|set| set.subject() == subject)
    }

    fn ids(&self) -> String {
        self.calls.iter().map(CallId::to_string).collect::<Vec<_>>().join(" ")
    }
}
