//! RTP (RFC 3550): packets, what a stream that arrives tells us, how a stream that leaves is numbered.

mod packet;
mod receiver;
pub mod red;
mod sender;

pub use packet::{HEADER_LEN, Header, Kind, Packet, PacketError, kind};
pub use receiver::{Arrival, Interval, Receiver};
pub use sender::{Sender, Spurt};

/// RFC 3550 A.1, MAX_DROPOUT: a larger step forward is another stream, not a loss.
pub(crate) const DROPOUT_MAX: u16 = 3000;

/// RFC 3550 A.1, MAX_MISORDER: a larger step back is another stream, not a late packet.
const MISORDER_MAX: u16 = 100;

#[cfg(test)]
mod tests;
