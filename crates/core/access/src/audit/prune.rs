//! Twelve months and more are kept; what is older goes from the front, and the chain stays one that can be verified.

use bell_types::Wall;

use crate::audit::chain::Head;
use crate::audit::record::{Detail, Entry, Outcome, Record, Who};
use crate::policy::Policy;

/// How many records go at a time.
pub const PRUNED_MAX: usize = 10_000;

/// The records that go, and where the log begins then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pruning {
    /// The first that goes.
    pub from: u64,
    /// The last that goes, with its hash: verification starts behind it from now on. The store keeps it in place of what
    /// goes, in one transaction with the record of [`Pruning::entry`].
    pub start: Head,
}

/// What of the oldest records may go: only whole stretches from the front, older than the policy says, up to [`PRUNED_MAX`].
/// This is the only way out of the log. It asks for no person and takes none: nobody deletes anything by hand (SEC-14).
pub fn prune<'a>(now: Wall, oldest: impl Iterator<Item = &'a Record>, policy: &Policy) -> Option<Pruning> {
    let is_old = |record: &&Record| record.at + policy.audit_keep <= now;
    let mut going = oldest.take(PRUNED_MAX).take_while(is_old);
    let first = going.next()?;
    let last = going.last().unwrap_or(first);
    Some(Pruning { from: first.seq, start: Head { seq: last.seq, hash: last.hash } })
}

impl Pruning {
    /// What the log says about it.
    pub fn entry(&self, now: Wall) -> Entry {
        let (from, until) = (self.from.to_string(), self.start.seq.to_string());
        let details = [("from", from), ("until", until), ("hash", self.start.hash.to_string())];
        Entry {
            at: now,
            who: Who::System("retention".to_owned()),
            address: None,
            action: "audit.prune".to_owned(),
            object: "audit log".to_owned(),
            outcome: Outcome::Done,
            details: details.into_iter().map(|(name, text)| (name.to_owned(), Detail::Plain(text))).collect(),
        }
    }
}
