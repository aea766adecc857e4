//! Who called how often of late (INB-22). By the wall clock, as terms are: a restart begins the monotonic one anew.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use bell_types::{CallId, Caller, EntrySource, Fact, ListHit, ListKind, ListName, Number, Wall, What};
use serde::{Deserialize, Serialize};

use crate::key::Key;

/// A call that counts for the nuisance rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecentCall {
    /// The call.
    pub call: CallId,
    /// When it came.
    pub at: Wall,
    /// Who called.
    pub caller: Number,
}

/// The calls that count, as a fold over facts: so the rule goes on after a restart where it was.
#[derive(Debug)]
pub struct RecentCalls {
    /// The list that the rule puts numbers on: what led to an entry has been counted.
    deny: ListName,
    /// Callers of calls about whom nothing has been decided yet.
    arrived: BTreeMap<CallId, (Wall, Number)>,
    counted: Vec<RecentCall>,
}

impl RecentCalls {
    /// Before the first fact.
    pub const fn new(deny: ListName) -> Self {
        Self { deny, arrived: BTreeMap::new(), counted: Vec::new() }
    }

    /// Takes the next fact.
    pub fn apply(&mut self, fact: &Fact) {
        match &fact.what {
            What::CallArrived { call, caller: Caller { number: Some(number), .. }, .. } => {
                self.arrived.insert(*call, (fact.now.wall, number.clone()));
            }
            What::CallReceived { call, reception } => {
                let Some((at, caller)) = self.arrived.remove(call) else { return };
                if !reception.lists.iter().any(is_spared) {
                    self.counted.push(RecentCall { call: *call, at, caller });
                }
            }
            What::CallEnded { call, .. } => drop(self.arrived.remove(call)),
            What::ListEntriesAdded { list, terms, .. } if *list == self.deny => {
                if let EntrySource::Auto(evidence) = &terms.source {
                    self.counted.retain(|counted| !evidence.contains(&counted.call));
                }
            }
            _ => {}
        }
    }

    /// Those within the window before this instant, oldest first.
    pub fn within(self, window: Duration, now: Wall) -> Vec<RecentCall> {
        self.counted.into_iter().filter(|counted| counted.at + window >= now).collect()
    }
}

/// Whether the rule does not count the calls of somebody who stands there.
fn is_spared(hit: &ListHit) -> bool {
    matches!(hit.kind, ListKind::Allow | ListKind::Exempt | ListKind::Deny)
}

/// The calls of the last while, oldest first, and by number.
#[derive(Debug, Default)]
pub(crate) struct History {
    calls: VecDeque<(Wall, Key)>,
    of: BTreeMap<Key, VecDeque<(Wall, CallId)>>,
}

impl History {
    /// Notes a call and returns the number's calls within the window, this one last.
    pub(crate) fn note(
        &mut self,
        now: Wall,
        window: Duration,
        calls_max: usize,
        number: &Number,
        call: CallId,
    ) -> Vec<CallId> {
        let key = Key::of_number(number);
        self.calls.push_back((now, key));
        self.of.entry(key).or_default().push_back((now, call));
        // A call exactly as long ago as the window still counts.
        while let Some(&(at, key)) = self.calls.front()
            && (at + window < now || self.calls.len() > calls_max)
        {
            self.calls.pop_front();
            self.forget_oldest(key, at);
        }
        // The wall clock may have been put back: what is in the middle may be older than what is before it.
        let within = self.of.get(&key).into_iter().flatten().filter(|(at, _)| *at + window >= now);
        within.map(|(_, call)| *call).collect()
    }

    /// The number begins anew.
    pub(crate) fn forget(&mut self, number: &Number) {
        self.of.remove(&Key::of_number(number));
    }

    fn forget_oldest(&mut self, key: Key, at: Wall) {
        let Some(calls) = self.of.get_mut(&key) else { return };
        if calls.front().is_some_and(|(first, _)| *first <= at) {
            calls.pop_front();
        }
        if calls.is_empty() {
            self.of.remove(&key);
        }
    }
}
