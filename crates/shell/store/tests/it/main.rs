//! The store against the world: SQLite, a real PostgreSQL, a process that is killed, a disk that is full.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod conformance;
mod corpus;
mod full_disk;
mod killed;
mod projection;
mod support;
