//! The file a call is recorded into: encoded packets as they passed, each record with its length and checksum, so that
//! a file that was torn off by a crash is playable to its last whole record.
//!
//! ```text
//! file   = header record*                        all numbers little-endian
//! header = "BELLREC1" version:u16 reserved:u16 recording:u64 started:i64 crc:u32
//! record = length:u16 kind:u8 body crc:u32       length counts kind and body; crc is CRC-32 (IEEE) over both and length
//! frame  = leg:u16 direction:u8 codec:u8 at:u32 payload
//! gap    = leg:u16 direction:u8 why:u8 at:u32 ticks:u32
//! mark   = leg:u16 what:u8 reserved:u8 at:u32
//! seal   = records:u64 bytes:u64 ticks:u32 sha256:[u8; 32]
//!
//! kind: 1 frame, 2 gap, 3 mark, 4 seal          direction: 0 inbound, 1 outbound
//! codec: its static RTP payload type            why: 0 not sent, 1 lost, 2 not written
//! what: 0 joined, 1 left                        at, ticks: 1/8000 s
//! ```
//!
//! A record says nothing about the call beyond leg numbers: who spoke stands in the facts. Writing is appending, and
//! needs no memory of what was written before.

mod assemble;
mod clock;
mod reader;
mod record;

pub use assemble::{Assembler, Assembly, AssemblyConfig};
pub use clock::{ClockConfig, TrackClock};
pub use reader::{End, Reader, RecordingError, Torn};
pub use record::{
    FORMAT_VERSION, Frame, Gap, GapCause, HEADER_LEN, Header, Mark, MarkKind, MediaTime, PAYLOAD_LEN_MAX, Record, Seal,
    Track, Writer,
};

#[cfg(test)]
mod tests;
