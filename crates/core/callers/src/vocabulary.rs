//! What can be asked of the lists, and what they say.

use bell_types::{EntryId, ListEntry, ListName, Pattern, Term, Terms, What};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A change that somebody wants. All of it happens, or nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Put these numbers on a list. An entry for the same numbers is replaced.
    Add {
        /// The list.
        list: ListName,
        /// The entries, those with the same terms together.
        groups: Vec<Group>,
    },
    /// Let what somebody else proposed count.
    Approve {
        /// The list.
        list: ListName,
        /// Which entries.
        which: Which,
    },
    /// Take these numbers off a list.
    Remove {
        /// The list.
        list: ListName,
        /// The numbers, as they stand there.
        patterns: Vec<Pattern>,
    },
    /// Take back an entry. What the nuisance rule put there is not put there again for a while.
    Undo {
        /// The list.
        list: ListName,
        /// The numbers.
        pattern: Pattern,
    },
    /// Put an entry back that somebody has taken off: it stands there as it did.
    Restore {
        /// The list.
        list: ListName,
        /// What it said.
        terms: Terms,
        /// The entry as it was; it gets a new id.
        entry: ListEntry,
    },
}

/// Entries with the same terms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// What they have in common.
    pub terms: Terms,
    /// The numbers, and for how long each stands there.
    pub entries: Vec<(Pattern, Term)>,
}

/// Which proposed entries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Which {
    /// This one.
    One(Pattern),
    /// All that this person may approve.
    All,
}

/// Entries as they were kept by somebody else while the node was down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// The list.
    pub list: ListName,
    /// What they have in common.
    pub terms: Terms,
    /// The entries.
    pub entries: Vec<ListEntry>,
}

/// Why a change was refused. Nothing has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Refused {
    /// The entries that were kept have not been given back yet.
    #[error("the lists are not loaded yet: try again in a moment, and see belltower health")]
    NotLoaded,
    /// No such list.
    #[error("no list of this name is configured: see belltower lists")]
    ListUnknown,
    /// No such entry.
    #[error("the number does not stand on this list: see belltower lists show LIST")]
    NotListed,
    /// There is an entry for these numbers again.
    #[error("the number stands on this list again: see belltower lists show LIST")]
    Listed,
    /// Nothing waits for approval.
    #[error("nothing on this list waits for your approval")]
    NothingProposed,
    /// Who proposed something cannot approve it.
    #[error("a second person must approve it: not who proposed it or owns it")]
    SamePerson,
    /// Too many entries.
    #[error("the lists are full: remove what is not needed any more")]
    Full,
    /// Too many entries at once.
    #[error("too many entries at one time: split the file")]
    TooMany,
    /// A reason nobody can read.
    #[error("the reason is too long: say it in fewer words")]
    ReasonTooLong,
    /// Nobody knows why the entry is there.
    #[error("the reason is missing: say why the number is put on the list")]
    ReasonMissing,
    /// The term has passed already.
    #[error("the entry would have ended already: add it anew with a later end")]
    TermOver,
}

/// What the lists want.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// Something happened.
    Fact(What),
}

/// What was kept, and the first id that was never given.
impl Kept {
    /// The highest id among these entries.
    pub fn last(&self) -> Option<EntryId> {
        self.entries.iter().map(|entry| entry.entry).max()
    }
}
