//! Access reviews: which roles nobody has confirmed for too long, and which auditors have been in office for too long.

use bell_types::{RoleName, Wall};

use crate::UserId;
use crate::policy::Policy;
use crate::role::{Role, Roles};
use crate::user::User;

/// Something a review finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Whose role.
    pub user: UserId,
    /// Which.
    pub role: RoleName,
    /// What is due.
    pub due: Due,
    /// Since when.
    pub since: Wall,
}

/// What is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Due {
    /// Somebody confirms that the person needs the role, or takes it away (SEC-06).
    Confirmation,
    /// Another person becomes auditor, so that audits stay independent (SEC-03).
    Rotation,
}

/// Everything that is due for this person. The person's disabled account is not asked about: it may nothing.
pub fn review(now: Wall, user: &User, roles: &Roles, policy: &Policy) -> Vec<Finding> {
    let mut findings = Vec::new();
    for grant in &user.grants {
        let mut due_since = |due: Due, since: Wall| {
            if since <= now {
                findings.push(Finding { user: user.user, role: grant.role.clone(), due, since });
            }
        };
        due_since(Due::Confirmation, grant.confirmed + policy.review_every);
        if roles.get(&grant.role).is_some_and(Role::audits) {
            due_since(Due::Rotation, grant.since + policy.auditor_term);
        }
    }
    findings
}
