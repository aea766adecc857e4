//! Queues, agents and offers: who gets which call, and why.
//!
//! It is driven by `Acd::new(seed)`, `Acd::apply(now, Arc<Config>)`, `Acd::handle(now, Input)`,
//! `Acd::poll_output()` and `Acd::poll_timeout()`.

mod config;
mod input;
mod output;

pub use config::{AgentConfig, Announcements, Config, EstimatePolicy, Limits, QueueConfig, Unstaffed};
pub use input::{AgentCommand, Input, Withdrawal};
pub use output::Output;

/// The reason of the break that missed calls lead to.
pub const MISSED_CALLS: &str = "missed_calls";
