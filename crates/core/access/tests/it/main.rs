//! Accounts from outside, as the shell sees them.

mod access_review;
mod accounts;
mod approvals;
mod audit;
mod factors;
mod grants;
mod leads;
mod logins;
mod matrix;
mod notices;
mod pairs;
mod passwords;
mod rules;
mod scans;
mod scopes;
mod tokens;
mod world;
