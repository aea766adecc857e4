//! The simulator: a whole node under one seed, in virtual time, without sockets and sleeps.
//!
//! The [`Node`](bell_engine::Node) is the real one, with a real configuration. The world around it is made up: a network
//! that loses and reorders, carriers and phones with their own SIP stacks and the habits of people, a media host that is
//! slow or fails, operators, crashes, clocks that are set. After every step checkers compare what the node says with what
//! must always hold; at the end nothing may be left, and the journal, run again, must lead to the same facts.
//!
//! Besides, a usual day of a [`Site`] is played: callers and agents as its traffic says, nothing breaks, and the figures of
//! the day are set beside those that what-if foresees ([`run_day`]).
//!
//! A run depends on its [`Settings`] alone:
//!
//! ```
//! use std::time::Duration;
//!
//! let settings = bell_sim::Settings { seed: 7, traffic: Duration::from_secs(20) };
//! let verdict = bell_sim::run(settings).unwrap_or_else(|failure| panic!("{failure}"));
//! assert!(verdict.facts > 0);
//! ```

mod alarm;
mod centre;
mod chaos;
mod check;
mod configuration;
mod day;
mod dice;
mod kept;
mod meddle;
mod mediahost;
mod network;
mod party;
mod site;
mod traffic;
mod trail;
mod trouble;
mod verdict;
mod world;

pub use day::{DayVerdict, run_day};
pub use site::Site;
pub use verdict::{Failure, Settings, Verdict, run};
