//! Accounts from outside, as the shell sees them.

mod approvals;
mod grants;
mod matrix;
mod scopes;
mod world;
