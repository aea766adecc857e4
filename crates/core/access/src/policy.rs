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
    /// How many characters a password has at least (SEC-07).
    pub password_length_min: usize,
    /// How many passwords, the present one included, may not come again (SEC-07).
    pub password_history: usize,
    /// How long a password holds; zero: for ever (SEC-08).
    pub password_age: Duration,
    /// How long that of a super administrator holds; zero: for ever.
    pub password_age_super_admin: Duration,
    /// Whether passwords of accounts with a second factor hold for ever.
    pub password_age_waived: bool,
    /// How many wrong attempts in a row shut the door; at least 1 (SEC-12).
    pub login_wrong_max: u32,
    /// For how long, the first time.
    pub login_lockout: Duration,
    /// For how long at most: each time is twice as long as the one before.
    pub login_lockout_max: Duration,
    /// How many steps of 30 s the clock of an authenticator app may differ.
    pub otp_skew_steps: u64,
    /// How long records of audit are kept (SEC-14).
    pub audit_keep: Duration,
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
            password_length_min: 8,
            password_history: 5,
            password_age: Duration::from_secs(90 * 86_400),
            password_age_super_admin: Duration::from_secs(30 * 86_400),
            password_age_waived: false,
            login_wrong_max: 3,
            login_lockout: Duration::from_secs(900),
            login_lockout_max: Duration::from_secs(86_400),
            otp_skew_steps: 1,
            audit_keep: Duration::from_secs(366 * 86_400),
        }
    }
}
