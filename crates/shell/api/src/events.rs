//! Live state for everybody who looks: one snapshot, what changed since, and a number on each change.
//!
//! The floor is looked at once for all viewers, at most ten times a second. Each viewer sees the part he may; one that is
//! too slow is cut, comes back, and goes on from the number it had, or begins with a snapshot.

mod hub;
mod socket;
mod view;

pub(crate) use hub::{Change, Hub};
pub(crate) use socket::talk;
pub(crate) use view::{Eyes, LiveMessage, desk_of};
