//! The door to what somebody is told about his own account.

use std::net::IpAddr;

use bell_access::UserId;
use bell_customer::Stage;
use bell_types::Wall;
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast::Receiver;

use super::{Doing, SignedIn};

/// Something somebody was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeSeen {
    /// Its id.
    pub notice: u64,
    /// When it happened.
    pub at: Wall,
    /// What.
    pub content: NoticeContent,
    /// What "that was not me" is said by, as long as it can be.
    pub link: Option<String>,
    /// Whether its owner has looked at it, or need not any more.
    pub is_seen: bool,
}

/// What somebody is told. It is kept as JSON: fields are added, never renamed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum NoticeContent {
    /// Somebody signed in by a device that was not seen before (SEC-13).
    NewDevice {
        /// What its browser calls itself.
        browser: String,
        /// From where.
        address: IpAddr,
    },
    /// Somebody signed in from a place that was not seen before.
    NewPlace {
        /// What the browser calls itself.
        browser: String,
        /// From where.
        address: IpAddr,
        /// The place.
        place: String,
    },
    /// Somebody signed in from where nobody gets so fast.
    ImpossibleTravel {
        /// What the browser calls itself.
        browser: String,
        /// From where.
        address: IpAddr,
        /// The place of the login before.
        from: String,
        /// The place of this one.
        to: String,
        /// How far that is.
        km: u32,
    },
    /// An access review asks him about roles of people he answers for.
    AccessReview {
        /// About how many.
        open: usize,
        /// Until when.
        ends: String,
    },
    /// The time that a ticket of his, or of somebody whom he leads, promised to a customer is near (AGT-08).
    PromiseNear {
        /// The ticket.
        ticket: u64,
        /// The promised time.
        until: Wall,
    },
    /// It has passed.
    PromiseOverdue {
        /// The ticket.
        ticket: u64,
        /// The promised time.
        until: Wall,
    },
    /// A webhook that he set up took nothing for too long, and is told nothing any more.
    WebhookDisabled {
        /// Its name.
        name: String,
        /// Since when it took nothing.
        since: String,
    },
}

/// What somebody is told about his own account.
pub trait Notices: Send + Sync {
    /// What he was told, the newest first. A login by a new device is not told of itself.
    fn own_notices<'a>(&'a self, who: &'a SignedIn) -> Doing<'a, Vec<NoticeSeen>>;
    /// He has looked at one.
    fn see_notice<'a>(&'a self, who: &'a SignedIn, notice: u64) -> Doing<'a, ()>;
    /// Says to whom something new is told, from now on.
    fn noticed(&self) -> Receiver<UserId>;
}

impl NoticeContent {
    /// As programs know it; never renamed.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NewDevice { .. } => "new_device",
            Self::NewPlace { .. } => "new_place",
            Self::ImpossibleTravel { .. } => "impossible_travel",
            Self::AccessReview { .. } => "access_review",
            Self::PromiseNear { .. } => "promise_near",
            Self::PromiseOverdue { .. } => "promise_overdue",
            Self::WebhookDisabled { .. } => "webhook_disabled",
        }
    }

    /// That the promise of a ticket is near or overdue; while it is neither, there is nothing to tell.
    pub const fn of_promise(stage: Stage, ticket: u64, until: Wall) -> Option<Self> {
        match stage {
            Stage::Running => None,
            Stage::Near => Some(Self::PromiseNear { ticket, until }),
            Stage::Overdue => Some(Self::PromiseOverdue { ticket, until }),
        }
    }

    /// Of which ticket's promise it tells, that it is where, and what time was promised.
    pub const fn promise(&self) -> Option<(Stage, u64, Wall)> {
        match self {
            Self::PromiseNear { ticket, until } => Some((Stage::Near, *ticket, *until)),
            Self::PromiseOverdue { ticket, until } => Some((Stage::Overdue, *ticket, *until)),
            Self::NewDevice { .. }
            | Self::NewPlace { .. }
            | Self::ImpossibleTravel { .. }
            | Self::AccessReview { .. }
            | Self::WebhookDisabled { .. } => None,
        }
    }
}
