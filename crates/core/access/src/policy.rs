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
    /// How many recordings one person exports alone; more need a second person (REC-13).
    pub export_alone_max: usize,
    /// How often it is confirmed that people still need their roles (SEC-06).
    pub review_every: Duration,
    /// How long an access review may be answered.
    pub review_term: Duration,
    /// How often those are reminded who have not answered.
    pub review_remind_every: Duration,
    /// Whether roles that nobody confirmed are taken away at its end.
    pub review_removes: bool,
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
    /// How long a password that somebody else chose may wait for its owner.
    pub password_given_valid: Duration,
    /// How many wrong attempts in a row shut the door; at least 1 (SEC-12).
    pub login_wrong_max: u32,
    /// For how long, the first time.
    pub login_lockout: Duration,
    /// For how long at most: each time is twice as long as the one before.
    pub login_lockout_max: Duration,
    /// How many steps of 30 s the clock of an authenticator app may differ.
    pub otp_skew_steps: u64,
    /// On how many devices a person may be logged in (SEC-11).
    pub devices_max: usize,
    /// Whether one device too many ends the login that was idle longest; otherwise it is refused.
    pub devices_replace: bool,
    /// How long nobody may do anything before a login ends (SEC-26).
    pub login_idle_max: Duration,
    /// How long a login lasts, whatever is done.
    pub login_length_max: Duration,
    /// From how many kilometres on a journey is looked at (SEC-13).
    pub travel_km_min: u32,
    /// How fast somebody may travel, in km/h.
    pub travel_kmh_max: u32,
    /// How long a link "that was not me" works.
    pub not_me_valid: Duration,
    /// How long a code to scan is valid.
    pub scan_valid: Duration,
    /// How many such codes may be shown at one time.
    pub scans_max: usize,
    /// How many of them at one address.
    pub scans_at_address_max: usize,
    /// How long a token of a program lasts at most.
    pub token_length_max: Duration,
    /// How many tokens a person may have.
    pub tokens_max: usize,
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
            export_alone_max: 1_000,
            review_every: Duration::from_secs(90 * 86_400),
            review_term: Duration::from_secs(14 * 86_400),
            review_remind_every: Duration::from_secs(3 * 86_400),
            review_removes: false,
            auditor_term: Duration::from_secs(365 * 86_400),
            password_length_min: 8,
            password_history: 5,
            password_age: Duration::from_secs(90 * 86_400),
            password_age_super_admin: Duration::from_secs(30 * 86_400),
            password_age_waived: false,
            password_given_valid: Duration::from_secs(3 * 86_400),
            login_wrong_max: 3,
            login_lockout: Duration::from_secs(900),
            login_lockout_max: Duration::from_secs(86_400),
            otp_skew_steps: 1,
            devices_max: 2,
            devices_replace: false,
            login_idle_max: Duration::from_secs(30 * 60),
            login_length_max: Duration::from_secs(12 * 3_600),
            travel_km_min: 300,
            travel_kmh_max: 900,
            not_me_valid: Duration::from_secs(7 * 86_400),
            scan_valid: Duration::from_secs(60),
            scans_max: 100,
            scans_at_address_max: 3,
            token_length_max: Duration::from_secs(366 * 86_400),
            tokens_max: 5,
            audit_keep: Duration::from_secs(366 * 86_400),
        }
    }
}
