//! The entries of lists as a database keeps them: whoever starts a node gives them back to it.

use std::collections::BTreeMap;
use std::sync::Arc;

use bell_callers::Kept;
use bell_engine::{Input, KeptEntries};
use bell_types::{EntryId, EntryState, ListEntry, ListName, Terms, What};

/// A fold over facts: every entry that has not ended.
#[derive(Clone, Debug, Default)]
pub(crate) struct KeptLists {
    entries: BTreeMap<EntryId, (ListName, Terms, ListEntry)>,
    last: EntryId,
}

impl KeptLists {
    pub(crate) fn apply(&mut self, what: &What) {
        match what {
            What::ListEntriesAdded { list, terms, entries } => {
                for entry in entries {
                    self.last = self.last.max(entry.entry);
                    self.entries.insert(entry.entry, (list.clone(), terms.clone(), entry.clone()));
                }
            }
            What::ListEntriesApproved { entries, .. } => {
                for entry in entries {
                    if let Some((.., held)) = self.entries.get_mut(entry) {
                        held.state = EntryState::Active;
                    }
                }
            }
            What::ListEntriesEnded { entries, .. } => entries.iter().for_each(|entry| drop(self.entries.remove(entry))),
            _ => {}
        }
    }

    /// The entries that have not ended, by list.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (&ListName, &ListEntry)> {
        self.entries.values().map(|(list, _, entry)| (list, entry))
    }

    pub(crate) fn give_back(self) -> Input {
        let kept = |(list, terms, entry): (ListName, Terms, ListEntry)| Kept { list, terms, entries: vec![entry] };
        let kept = self.entries.into_values().map(kept).collect();
        Input::Lists(KeptEntries { kept: Arc::new(kept), next: Some(self.last.next()) })
    }
}
