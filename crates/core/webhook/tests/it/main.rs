//! Webhooks.

mod delivery;
mod reach;
mod signature;
