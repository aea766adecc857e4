//! The store against the world: SQLite, a real PostgreSQL, a process that is killed, a disk that is full.

mod conformance;
mod corpus;
mod full_disk;
mod killed;
mod projection;
mod support;
