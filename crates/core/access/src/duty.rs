//! Separation of duties: who reads the log of what others did changes nothing himself (SEC-03, SEC-14). So nobody holds
//! both configuration and audit, and nobody audits his own calls.

use thiserror::Error;

use crate::permission::{Duty, Effect, Permission};

/// Two permissions that one person may not hold together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{audit} and {other} must be held by different people: who audits changes nothing")]
pub struct Conflict {
    /// The one that audits.
    pub audit: Permission,
    /// The one that changes something.
    pub other: Permission,
}

/// The first two permissions that one person may not hold together.
pub(crate) fn conflict(permissions: impl IntoIterator<Item = Permission>) -> Option<Conflict> {
    let permissions: Vec<Permission> = permissions.into_iter().collect();
    let audit = *permissions.iter().find(|permission| permission.duty() == Duty::Audit)?;
    let other = *permissions.iter().find(|permission| permission.effect() == Effect::Write)?;
    Some(Conflict { audit, other })
}
