//! RTCP (RFC 3550 §6): reports about streams, the name of their source, its farewell.

mod parse;
mod report;
mod write;

pub use parse::{Blocks, CompoundError, Message, Messages, parse};
pub use report::{Ntp, ReportBlock, SenderInfo};
pub use write::{CNAME_LEN_MAX, Compound};

/// Packet types (RFC 3550 §12.1).
const SENDER_REPORT: u8 = 200;
const RECEIVER_REPORT: u8 = 201;
const DESCRIPTION: u8 = 202;
const BYE: u8 = 203;

/// The SDES item that names the source (RFC 3550 §6.5.1).
const CNAME: u8 = 1;

#[cfg(test)]
mod tests;
