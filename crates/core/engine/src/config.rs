//! The configuration of a centre: one TOML file and the flows it names, checked all together, immutable afterwards.
//!
//! Reading takes three steps, because what is needed next stands in what was read before, and this crate reads no file:
//! [`wanted_files`] names the flows' files and others, [`wanted_audio`] the prompts of all of them, and [`Snapshot::build`] makes the
//! whole, or says everything that is wrong with it.

mod announce;
mod build;
mod crm;
mod dispositions;
mod document;
mod doors;
mod lines;
mod lists;
mod modes;
mod outside;
mod place;
mod policies;
mod reader;
mod services;
mod sip;
mod snapshot;
mod srtp;
mod staff;
mod values;

#[cfg(test)]
mod tests;

pub use announce::announcement;
pub use crm::Crm;
pub use dispositions::{Listing, Summaries, SummarySheet};
pub(crate) use doors::targets;
pub use lines::Line;
pub use outside::{Outside, Provider};
pub use place::Mistake;
pub use policies::{CustomerPolicy, DeskPolicy, Policies};
pub use reader::{wanted_audio, wanted_files, wanted_zone};
pub use services::Trust;
pub use snapshot::{
    AgentRules, Audio, AudioFrom, AudioWanted, CertificateFiles, Desk, ExportPolicy, Listen, QueueSound, Snapshot,
    Source, Text, ZoneTable,
};
pub use staff::BreakReason;
