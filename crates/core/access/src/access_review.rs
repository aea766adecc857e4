//! An access review: once in a while everybody's roles are looked at, and whoever answers for people says of each
//! whether it is still needed (SEC-06).

use bell_types::Wall;
use thiserror::Error;

use crate::UserId;
use crate::decide::{Actor, Decision, Denied, decide};
use crate::permission::Permission;
use crate::policy::Policy;
use crate::user::User;

/// A review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessReview {
    /// Its number.
    pub review: u64,
    /// When it was opened.
    pub opened: Wall,
    /// Who opened it.
    pub opened_by: UserId,
    /// Until when it can be answered.
    pub ends: Wall,
    /// When it was closed, by somebody or because its time was over.
    pub closed: Option<Wall>,
    /// When those who have not answered were last told.
    pub reminded: Wall,
}

/// What somebody says of a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// The person needs it.
    Kept,
    /// It was taken away.
    Removed,
    /// Nobody said anything in time.
    Lapsed,
}

/// What is to be done about a review now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReviewDue {
    /// Nothing.
    Nothing,
    /// Those who have not answered are told.
    Reminder,
    /// Its time is over: what nobody confirmed lapses.
    End,
}

/// Why nothing is said of a role.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ReviewRefusal {
    /// Its time is over, or somebody closed it.
    #[error("this review is closed")]
    Closed,
    /// One is open already.
    #[error("a review is open already; close it first")]
    OneOpen,
    /// Nobody confirms his own roles.
    #[error("nobody confirms his own roles; let another administrator do it")]
    OwnRoles,
    /// He does not answer for this person.
    #[error("{0}")]
    Denied(Denied),
    /// The role is not in the review, or something was said of it already.
    #[error("this role is not, or not any more, asked about in this review")]
    NotAsked,
}

impl AccessReview {
    /// One that begins now.
    pub fn open(review: u64, now: Wall, by: UserId, policy: &Policy) -> Self {
        let ends = now + policy.review_term;
        Self { review, opened: now, opened_by: by, ends, closed: None, reminded: now }
    }

    /// Whether it can be answered.
    pub fn is_open(&self, now: Wall) -> bool {
        self.closed.is_none() && now < self.ends
    }

    /// What is to be done about it.
    pub fn due(&self, now: Wall, policy: &Policy) -> ReviewDue {
        match self.closed {
            Some(_) => ReviewDue::Nothing,
            None if now >= self.ends => ReviewDue::End,
            None if now >= self.reminded + policy.review_remind_every => ReviewDue::Reminder,
            None => ReviewDue::Nothing,
        }
    }

    /// Whether somebody may say something of this person's roles now.
    ///
    /// # Errors
    /// Why not.
    pub fn check(&self, now: Wall, by: &Actor, person: &User) -> Result<(), ReviewRefusal> {
        if !self.is_open(now) {
            return Err(ReviewRefusal::Closed);
        }
        if by.user() == person.user {
            return Err(ReviewRefusal::OwnRoles);
        }
        match decide(by, Permission::ReviewRun, &person.as_object()) {
            Decision::Denied(denied) => Err(ReviewRefusal::Denied(denied)),
            Decision::Allowed(_) => Ok(()),
        }
    }
}

impl Verdict {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Kept, Self::Removed, Self::Lapsed];

    /// As programs know it; never renamed.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Removed => "removed",
            Self::Lapsed => "lapsed",
        }
    }
}
