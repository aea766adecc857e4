//! The door to what is wrong: the server's part of the diagnosis, and when phones came and went.

use std::net::IpAddr;

use bell_types::AgentName;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::doors::Doing;

/// How a check came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CheckLevel {
    /// As it should be.
    Ok,
    /// Calls work, less well or not all of them.
    Warning,
    /// Calls do not work.
    Failed,
    /// There was nothing to look at.
    Skipped,
}

/// One thing that was looked at, in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckSeen {
    /// What: `login`, `agent`, `queues`, `phone`, `trunk`, `numbers`, `service`, `media`, `last_call`.
    pub check: &'static str,
    /// How it came out.
    pub level: CheckLevel,
    /// As programs know it.
    pub code: &'static str,
    /// What was found, in Chinese and in English.
    pub found: (String, String),
    /// What to do about it, in Chinese and in English.
    pub remedy: Option<(String, String)>,
}

/// When the phones of an agent came and went.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct PresenceView {
    /// His phones, in their order.
    pub phones: Vec<PhonePresenceView>,
    /// What is older is not looked at.
    pub since: String,
}

/// When a phone came and went.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct PhonePresenceView {
    /// Its name.
    pub endpoint: String,
    /// Whether it can be reached now.
    pub registered: bool,
    /// Since when it is as it is; none: it never came.
    pub since: Option<String>,
    /// When it last registered anew.
    pub last_register: Option<String>,
    /// When and why it was lost last.
    pub last_lost: Option<LostView>,
    /// When and why it was refused last.
    pub last_refused: Option<LostView>,
    /// How often it was lost in this time.
    pub lost: u32,
    /// Where it came from, whenever that changed, the newest first.
    pub addresses: Vec<AddressView>,
}

/// When and why a phone was lost or refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct LostView {
    /// When.
    pub at: String,
    /// Why: a code.
    pub why: String,
    /// Why, in words.
    pub zh: String,
    /// Why, in words.
    pub en: String,
}

/// Where a phone came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AddressView {
    /// Since when.
    pub at: String,
    /// The address.
    pub ip: String,
}

/// What is wrong.
pub trait Diagnoses: Send + Sync {
    /// Looks at everything between somebody and his calls.
    fn diagnose<'a>(&'a self, agent: Option<&'a AgentName>, visitor: IpAddr) -> Doing<'a, Vec<CheckSeen>>;
    /// When an agent's phones came and went; not there: the configuration does not know him.
    fn presence<'a>(&'a self, agent: &'a AgentName) -> Doing<'a, PresenceView>;
}
