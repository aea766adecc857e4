//! The door to the entries of callers' lists (INB-18, INB-19, INB-23).

use bell_types::{EntryId, ListName, Term, Wall};
use serde::Serialize;
use utoipa::ToSchema;

use crate::doors::Doing;

/// Which entries are shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntriesWanted {
    /// The list.
    pub list: ListName,
    /// Only about this number, as somebody wrote it.
    pub number: Option<String>,
    /// Also those that have ended.
    pub ended: bool,
    /// Behind this one.
    pub after: EntryId,
    /// At most so many.
    pub limit: usize,
    /// Whether whole numbers are shown.
    pub numbers: Numbers,
    /// Who asks: what he proposed or owns himself he does not approve.
    pub by: String,
}

/// How numbers are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numbers {
    /// All digits.
    Whole,
    /// The middle is hidden.
    Masked,
}

/// Entries of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct EntriesView {
    /// They, in the order in which they were added.
    pub items: Vec<EntryView>,
    /// What goes on behind them.
    pub next: Option<String>,
    /// Whether the middle of numbers is hidden.
    pub masked: bool,
    /// How many entries of the list count.
    pub active: u64,
    /// How many wait for a second person.
    pub proposed: u64,
}

/// An entry, from its beginning to its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct EntryView {
    /// Its id.
    pub entry: String,
    /// The number, or the beginning of numbers and `*`.
    pub number: String,
    /// `proposed`, `active`, `expired`, `removed`, `undone`, or `replaced`.
    pub state: &'static str,
    /// When it ceases to count by itself; none: never.
    pub until: Option<String>,
    /// Why it is there.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// Who put it there; none: the nuisance rule.
    pub by: Option<String>,
    /// `manual`, `import`, or `auto`.
    pub source: &'static str,
    /// The calls that made the nuisance rule put it there.
    pub calls: Vec<String>,
    /// When it was added.
    pub added_at: String,
    /// Who approved it, if somebody had to.
    pub approved_by: Option<String>,
    /// When.
    pub approved_at: Option<String>,
    /// Who ended it; none: it ended by itself, or has not.
    pub ended_by: Option<String>,
    /// When it ended.
    pub ended_at: Option<String>,
    /// Whether who asks proposed or owns it: another person approves it.
    pub mine: bool,
}

/// An entry that is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryWanted {
    /// The list.
    pub list: ListName,
    /// The number, or the beginning of numbers and `*`.
    pub number: String,
    /// For how long.
    pub term: Term,
    /// Why.
    pub reason: String,
    /// Who answers for it; none: who puts it there.
    pub owner: Option<String>,
    /// Allow lists: where the caller goes, what he hears, who is his, and his place.
    pub service: ServiceWanted,
    /// Who puts it there.
    pub by: String,
}

/// What callers of an allow list get.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServiceWanted {
    /// The queue.
    pub queue: Option<String>,
    /// The prompt that greets them.
    pub greeting: Option<String>,
    /// The agent who is theirs.
    pub agent: Option<String>,
    /// Higher goes first.
    pub priority: Option<u8>,
}

/// What is done with an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryAct {
    /// It is taken off.
    Remove,
    /// What somebody else proposed counts from now on.
    Approve,
}

/// Customers who are kept out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct BlockedView {
    /// They, who talked last first.
    pub items: Vec<BlockedRow>,
    /// Whether the middle of numbers is hidden.
    pub masked: bool,
}

/// A number on a deny list whose caller has talked with us.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct BlockedRow {
    /// The list.
    pub list: String,
    /// The entry.
    #[serde(flatten)]
    pub entry: EntryView,
    /// In how many calls somebody talked with him.
    pub talked: u64,
    /// When last.
    pub last_talk: String,
    /// How many of his calls were turned away.
    pub turned_away: u64,
}

/// Entries of lists.
pub trait Lists: Send + Sync {
    /// Those of a list.
    fn entries(&self, wanted: EntriesWanted) -> Doing<'_, EntriesView>;
    /// Adds one, and shows it as it stands now; none: it is done, and does not show yet.
    fn add_entry(&self, wanted: EntryWanted, now: Wall) -> Doing<'_, Option<EntryView>>;
    /// Does something with one. The number it is about, masked, for the log.
    fn act_on_entry(&self, list: ListName, entry: EntryId, act: EntryAct, by: String) -> Doing<'_, String>;
    /// Numbers on deny lists whose callers have talked with us (INB-23).
    fn blocked_customers(&self, limit: usize, numbers: Numbers, by: String) -> Doing<'_, BlockedView>;
}
