//! A time that was named to a customer.

use std::time::Duration;

use bell_types::Wall;
use thiserror::Error;

/// When somebody is to hear from us, and since when he waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Promise {
    made: Wall,
    until: Wall,
}

/// Why a time cannot be promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PromiseError {
    /// It has passed, or is now.
    #[error("the promised time has passed")]
    Passed,
    /// It is further away than a promise may be.
    #[error("the promised time is too far away")]
    TooFar,
}

/// How a promise stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// There is time.
    Running,
    /// Most of the time is gone: somebody is reminded.
    Near,
    /// It was broken.
    Overdue,
}

impl Stage {
    /// All of them, in order.
    pub const ALL: [Self; 3] = [Self::Running, Self::Near, Self::Overdue];

    /// As programs know it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Near => "near",
            Self::Overdue => "overdue",
        }
    }

    /// The stage of this code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.code() == code)
    }

    /// Whether those who lead its owner are told as well: of what was broken, and of everything where there is no owner
    /// who can be told.
    pub fn is_for_leads(self, has_owner: bool) -> bool {
        self == Self::Overdue || !has_owner
    }
}

impl Promise {
    /// Promises a time, at most `ahead_max` from now.
    pub fn new(now: Wall, until: Wall, ahead_max: Duration) -> Result<Self, PromiseError> {
        if until <= now {
            return Err(PromiseError::Passed);
        }
        if until.since(now) > ahead_max {
            return Err(PromiseError::TooFar);
        }
        Ok(Self { made: now, until })
    }

    /// A promise as it was kept.
    pub const fn kept(made: Wall, until: Wall) -> Self {
        Self { made, until }
    }

    /// When it was made.
    pub const fn made(self) -> Wall {
        self.made
    }

    /// The promised time.
    pub const fn until(self) -> Wall {
        self.until
    }

    /// How it stands, if a reminder is due after so many thousandths of its time. At the promised time itself it is kept
    /// no more.
    pub fn stage(self, now: Wall, near_permille: u32) -> Stage {
        if self.until <= now {
            Stage::Overdue
        } else if self.near(near_permille) <= now {
            Stage::Near
        } else {
            Stage::Running
        }
    }

    /// Of which stage somebody is to be told now, if he was told of it up to `told`. Each is told once; who was told of
    /// nothing until a promise was broken is told that it is, and not that it was near.
    pub fn tells(self, now: Wall, near_permille: u32, told: Stage) -> Option<Stage> {
        Some(self.stage(now, near_permille)).filter(|stage| *stage > told)
    }

    /// When its stage changes next; None once it is overdue.
    pub fn next(self, now: Wall, near_permille: u32) -> Option<Wall> {
        match self.stage(now, near_permille) {
            Stage::Running => Some(self.near(near_permille)),
            Stage::Near => Some(self.until),
            Stage::Overdue => None,
        }
    }

    fn near(self, near_permille: u32) -> Wall {
        self.made + self.until.since(self.made) * near_permille.min(1000) / 1000
    }
}
