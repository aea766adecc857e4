//! Searching the log.

use std::net::IpAddr;

use bell_types::Wall;

use crate::UserId;
use crate::audit::record::{Record, Who};

/// What is looked for; what is not named does not matter. A store turns it into a condition that lets through the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// From this time on.
    pub from: Option<Wall>,
    /// Before this time.
    pub until: Option<Wall>,
    /// By this person, by hand or by a token.
    pub user: Option<UserId>,
    /// From this address.
    pub address: Option<IpAddr>,
    /// Of this action, or of all that begin with it: `recording.`.
    pub action: Option<String>,
    /// About an object that contains this.
    pub object: Option<String>,
    /// That came out like this: `done`, `refused`, `failed`.
    pub outcome: Option<String>,
}

impl Search {
    /// Whether a record is found.
    pub fn finds(&self, record: &Record) -> bool {
        let user = match record.who {
            Who::User(user, _) | Who::Token(user, _) => Some(user),
            Who::Stranger(_) | Who::System(_) => None,
        };
        self.from.is_none_or(|from| from <= record.at)
            && self.until.is_none_or(|until| record.at < until)
            && (self.user.is_none() || self.user == user)
            && (self.address.is_none() || self.address == record.address)
            && self.action.as_ref().is_none_or(|action| record.action.starts_with(action))
            && self.object.as_ref().is_none_or(|object| record.object.contains(object))
            && self.outcome.as_ref().is_none_or(|outcome| record.outcome.code() == outcome)
    }
}
