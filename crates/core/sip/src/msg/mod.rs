//! SIP messages (RFC 3261 §7): reading them from datagrams and streams, and writing them.
//!
//! A message is read once into an index of its header fields over the bytes it arrived in. Values stay bytes until
//! somebody asks for one, and are then parsed in place: what a relay does not look at costs nothing, and a header in
//! an odd charset spoils no other.

pub(crate) mod address;
pub(crate) mod auth;
pub(crate) mod build;
pub(crate) mod decode;
pub(crate) mod envelope;
pub(crate) mod error;
pub(crate) mod field;
pub(crate) mod frame;
pub(crate) mod host;
pub(crate) mod inline;
pub(crate) mod limits;
pub(crate) mod mask;
pub(crate) mod message;
pub(crate) mod method;
pub(crate) mod name;
pub(crate) mod params;
pub(crate) mod reject;
pub(crate) mod status;
pub(crate) mod uri;
pub(crate) mod value;
pub(crate) mod via;

mod scan;

#[cfg(test)]
mod tests;
