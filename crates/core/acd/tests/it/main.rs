//! The behaviours of the crate, driven through its public interface in virtual time. After every input the checker of
//! [`floor`] looks at everything that must always hold.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod agents;
mod callbacks;
mod complaints;
mod configuration;
mod floor;
mod interleavings;
mod ladder;
mod script;
mod strategies;
mod waiting;
mod wants;
