//! RTP (RFC 3550): packets, what a stream that arrives tells us, how a stream that leaves is numbered.

mod packet;
mod receiver;
mod sender;

pub use packet::{HEADER_LEN, Header, Kind, Packet, PacketError, kind};
pub use receiver::{Arrival, Interval, Receiver};
pub use sender::{Sender, Spurt};

#[cfg(test)]
mod tests;
