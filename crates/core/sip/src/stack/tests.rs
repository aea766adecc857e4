//! Stacks on a virtual wire.

mod dialogs;
mod keys;
mod ladders;
mod pair;
mod phone;
mod races;
mod registration;
mod trunks;
