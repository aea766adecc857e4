//! Thresholds as policies: a value, where it comes from, from when to when it holds, and cases that say what it does.
//!
//! No threshold stands in code that decides. The [`Catalogue`] ships a value for each with its source; a centre sets its
//! own, for certain days if it likes; [`Catalogue::in_force`] says what holds on a day. What a value means to a call is
//! none of this crate's business: the engine hands it to the core that wants it.
//!
//! ```
//! use bell_policy::{Catalogue, Own, Value};
//! use bell_types::Date;
//!
//! let catalogue = Catalogue::shipped();
//! let day = Date::parse("2026-12-01").expect("a day");
//! let in_force = catalogue.in_force(&Own::default(), day);
//! let ring = in_force.iter().find(|policy| policy.key == "ring_timeout").expect("it is shipped");
//! assert_eq!(ring.value.to_string(), "30s");
//! ```

mod catalogue;
mod own;
mod value;

#[cfg(test)]
mod tests;

pub use catalogue::{Case, Catalogue, Dated, InForce, Origin, Policy, Rule};
pub use own::{Own, Wrong};
pub use value::{Kind, Value, read_size};
