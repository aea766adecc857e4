//! The thresholds of accounts, as they hold today. Each is a policy of the catalogue.

use std::time::Duration;

/// What accounts are judged by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// So many super administrators raise no warning (SEC-01).
    pub super_admins_max: usize,
    /// Whether everybody needs a second factor; some roles do in any case.
    pub second_factor_for_all: bool,
    /// How long a request waits for a second person (SEC-16).
    pub approval_wait: Duration,
    /// How long an approval may be used once it is given.
    pub approval_use_within: Duration,
    /// How many requests of a tenant may wait at one time.
    pub approvals_max: usize,
    /// How often it is confirmed that people still need their roles (SEC-06).
    pub review_every: Duration,
    /// How long an auditor stays before another takes over (SEC-03).
    pub auditor_term: Duration,
}

impl Policy {
    /// Short values for tests.
    #[doc(hidden)]
    pub const fn for_tests() -> Self {
        Self {
            super_admins_max: 2,
            second_factor_for_all: false,
            approval_wait: Duration::from_secs(3 * 86_400),
            approval_use_within: Duration::from_secs(86_400),
            approvals_max: 3,
            review_every: Duration::from_secs(90 * 86_400),
            auditor_term: Duration::from_secs(365 * 86_400),
        }
    }
}
