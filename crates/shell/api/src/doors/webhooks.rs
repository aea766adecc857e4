//! The door to programs of others that are told events.

use std::collections::BTreeSet;
use std::time::Duration;

use bell_types::Wall;
use bell_webhook::Kind;

use super::{Doing, SignedIn};

/// A webhook as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookSeen {
    /// Its id.
    pub webhook: u64,
    /// What people call it.
    pub name: String,
    /// Where it is told.
    pub url: String,
    /// What it is told.
    pub kinds: BTreeSet<Kind>,
    /// `on`, `paused`, or `failed`: it took nothing for too long.
    pub state: &'static str,
    /// Who set it up.
    pub made_by: String,
    /// When.
    pub made: Wall,
    /// The last event it has taken or wanted nothing of.
    pub taken: u64,
    /// How many events are behind that.
    pub waiting: u64,
    /// How often the next message was tried in vain.
    pub tries: u32,
    /// Since when nothing is taken.
    pub failing_since: Option<Wall>,
    /// When it is tried next.
    pub next_try: Option<Wall>,
}

/// A webhook that is to be set up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookWanted {
    /// What people call it.
    pub name: String,
    /// Where it is told.
    pub url: String,
    /// What it is told; everything there is today, if empty.
    pub kinds: BTreeSet<Kind>,
}

/// What is changed about one; what is none stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WebhookChange {
    /// What people call it.
    pub name: Option<String>,
    /// Where it is told.
    pub url: Option<String>,
    /// What it is told.
    pub kinds: Option<BTreeSet<Kind>>,
    /// Whether it is told anything.
    pub is_on: Option<bool>,
    /// Whether it gets another secret.
    pub new_secret: bool,
}

/// A webhook with the secret that was drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookMade {
    /// It.
    pub webhook: WebhookSeen,
    /// What its receiver checks messages with, shown once.
    pub secret: Option<String>,
}

/// From where a webhook is told everything again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplayFrom {
    /// From this event on.
    Event(u64),
    /// From what happened at this time on.
    Time(Wall),
}

/// How telling an event went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttemptSeen {
    /// Its number, counted for each webhook.
    pub attempt: u64,
    /// The event.
    pub event: u64,
    /// What it is about.
    pub kind: String,
    /// When it was tried.
    pub at: Wall,
    /// How long that took.
    pub took: Duration,
    /// The status of the answer; none: there was no answer.
    pub status: Option<u16>,
    /// Why it was not taken.
    pub error: Option<String>,
}

/// Programs of others that are told events.
pub trait Webhooks: Send + Sync {
    /// All of them.
    fn webhooks<'a>(&'a self, who: &'a SignedIn) -> Doing<'a, Vec<WebhookSeen>>;
    /// Sets one up.
    fn make_webhook<'a>(&'a self, who: &'a SignedIn, wanted: WebhookWanted) -> Doing<'a, WebhookMade>;
    /// Changes one; it is tried at once.
    fn change_webhook<'a>(&'a self, who: &'a SignedIn, webhook: u64, change: WebhookChange) -> Doing<'a, WebhookMade>;
    /// Takes one away.
    fn delete_webhook<'a>(&'a self, who: &'a SignedIn, webhook: u64) -> Doing<'a, ()>;
    /// Tells one everything again from there on.
    fn replay_webhook<'a>(&'a self, who: &'a SignedIn, webhook: u64, from: ReplayFrom) -> Doing<'a, WebhookSeen>;
    /// How telling it went, the newest first.
    fn attempts<'a>(&'a self, webhook: u64, before: Option<u64>, limit: usize) -> Doing<'a, Vec<AttemptSeen>>;
}
