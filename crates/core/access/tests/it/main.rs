//! Accounts from outside, as the shell sees them.

mod accounts;
mod approvals;
mod audit;
mod grants;
mod matrix;
mod passwords;
mod scopes;
mod world;
