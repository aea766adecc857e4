//! The log of what everybody did: it is added to and never changed. Each record contains the hash of the one before it,
//! so that a record altered, taken out, moved or put in between shows.
//!
//! A chain in a database proves nothing against somebody who may write the whole database: he can compute all hashes anew.
//! Against him stand the [`Head`]s that left it in time, printed in the service's log or sent to somebody: they are given to
//! [`verify`] as anchors.

mod chain;
mod mask;
mod prune;
mod record;
mod search;
mod verify;

pub use chain::{Chain, Head};
pub use prune::{PRUNED_MAX, Pruning, prune};
pub use record::{DETAILS_MAX, Detail, Entry, Hash, Outcome, Record, TEXT_MAX, Who};
pub use search::Search;
pub use verify::{Break, Broken, verify};
