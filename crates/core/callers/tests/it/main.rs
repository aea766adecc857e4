//! The lists as somebody outside sees them.

mod desk;
mod entries;
mod nuisance;
mod reception;
