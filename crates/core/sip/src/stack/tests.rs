//! Stacks on a virtual wire.

mod ladders;
mod pair;
mod races;
