//! The media host on loopback, with real sockets: each party says its own tone, and what it hears is measured.

// What tests share is not inside of a test function, where unwrapping is allowed anyway.
#![allow(clippy::unwrap_used)]

mod bridges;
mod browser;
mod browsers;
mod connections;
mod keys;
mod legs;
mod limits;
mod party;
mod plays;
mod recordings;
mod reports;
mod trial;
