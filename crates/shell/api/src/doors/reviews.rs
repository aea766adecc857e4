//! The door to access reviews.

use bell_access::{Place, UserId, Verdict};
use bell_types::{RoleName, Wall};

use super::{Doing, SignedIn};

/// A review as it stands, as far as one answers for people in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessReviewSeen {
    /// Its number.
    pub review: u64,
    /// When it was opened.
    pub opened: Wall,
    /// By whom.
    pub opened_by: String,
    /// Until when it can be answered.
    pub ends: Wall,
    /// When it was closed.
    pub closed: Option<Wall>,
    /// How many roles it asks him about.
    pub asked: usize,
    /// Of how many something was said.
    pub decided: usize,
    /// How many were taken away.
    pub removed: usize,
}

/// All reviews.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessReviewsSeen {
    /// They, the newest first.
    pub reviews: Vec<AccessReviewSeen>,
    /// How many roles nobody has confirmed for longer than the policy wants, as far as he answers for people.
    pub due: usize,
}

/// A role that a review asks about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewItemSeen {
    /// Whose.
    pub user: UserId,
    /// His name.
    pub name: String,
    /// What others call him.
    pub display_name: String,
    /// Which role.
    pub role: RoleName,
    /// From where its scopes are counted.
    pub place: Place,
    /// Since when he has it; none: he has it no more.
    pub since: Option<Wall>,
    /// When it was last confirmed.
    pub confirmed: Option<Wall>,
    /// What was said of it.
    pub verdict: Option<Verdict>,
    /// By whom.
    pub decided_by: Option<String>,
    /// When.
    pub decided_at: Option<Wall>,
    /// Whether it is he who is asked now.
    pub can: bool,
}

/// What is said of a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewSaid {
    /// Whose.
    pub user: UserId,
    /// Which role.
    pub role: RoleName,
    /// From where its scopes are counted.
    pub place: Place,
    /// Whether it stays.
    pub keep: bool,
}

/// Access reviews.
pub trait Reviews: Send + Sync {
    /// All reviews.
    fn reviews<'a>(&'a self, who: &'a SignedIn) -> Doing<'a, AccessReviewsSeen>;
    /// Opens one: everybody's roles are asked about.
    fn open_review<'a>(&'a self, who: &'a SignedIn) -> Doing<'a, AccessReviewSeen>;
    /// The roles that one asks about, of the people he answers for.
    fn review_items<'a>(&'a self, who: &'a SignedIn, review: u64) -> Doing<'a, Vec<ReviewItemSeen>>;
    /// He says something of a role.
    fn say_of_role<'a>(&'a self, who: &'a SignedIn, review: u64, said: ReviewSaid) -> Doing<'a, ()>;
    /// Closes one before its time.
    fn close_review<'a>(&'a self, who: &'a SignedIn, review: u64) -> Doing<'a, ()>;
}
