//! The store against the world: SQLite, a real PostgreSQL, a process that is killed, a disk that is full.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

/// Tests that run on a new database of each kind.
macro_rules! on_both {
    ($($test:ident)+) => {
        mod sqlite {
            $(#[test] fn $test() { super::TestDatabase::sqlite().run(super::$test); })+
        }
        mod postgres {
            $(#[test] fn $test() { super::TestDatabase::postgres().run(super::$test); })+
        }
    };
}

mod accounts;
mod accounts_killed;
mod answers;
mod conformance;
mod corpus;
mod customers;
mod device_reports;
mod full_disk;
mod killed;
mod projection;
mod summaries;
mod support;
mod telling;
