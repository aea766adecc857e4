//! The journal: everything that happened to this node, in a directory of segment files.
//!
//! The node appends an input before it handles it, and the facts it led to after. [`Writer::flush`] gives all of that
//! to the operating system before an output leaves, so that a killed process loses nothing that anybody saw; a thread
//! of its own brings it to the disk a moment later. Readers follow the writer from any place: a replay, the live view,
//! the [projector](crate::projector).
//!
//! ```no_run
//! # use std::{path::Path, time::Duration};
//! # use bell_types::{Fact, NodeId, Wall};
//! use bell_store::journal::{Epoch, Kind, Limits, Reader, Room, Writer};
//!
//! # fn handle(_: &[u8]) -> Vec<Fact> { Vec::new() }
//! # fn run(dir: &Path, input: &[u8], wall: Wall) -> Result<(), Box<dyn std::error::Error>> {
//! let limits = Limits {
//!     segment_bytes_max: 64 << 20,
//!     total_bytes_max: 8 << 30,
//!     reserve_bytes: 256 << 20,
//!     record_bytes_max: 4 << 20,
//!     buffer_bytes_max: 8 << 20,
//!     sync_interval: Duration::from_millis(100),
//! };
//! // After a crash: fold what was there, then go on behind it.
//! let (mut journal, recovered) = Writer::open(dir, &limits, NodeId(0), Epoch::begun_at(wall))?;
//! if let Some(cut) = &recovered.cut {
//!     eprintln!("cut {} bytes of a torn record off {}", cut.bytes, cut.path.display());
//! }
//! let mut reader = Reader::oldest(dir)?;
//! while let Some(record) = reader.read()? {
//!     if record.kind == Kind::Facts { /* for fact in record.facts() .. */ }
//! }
//! // For each input:
//! journal.append_input(input)?;
//! let facts = handle(input);
//! let room = journal.append_facts(&facts)?;
//! journal.flush()?; // before any output leaves
//! if room != Room::Enough { /* refuse new calls with Cause::DiskFull */ }
//! // Now and then, with what the projector has applied:
//! journal.tend(recovered.next_seq);
//! # Ok(()) }
//! ```

use std::fmt;
use std::time::Duration;

use bell_types::Wall;

mod error;
mod reader;
mod record;
mod recover;
mod reserve;
mod segment;
mod sync;
mod tail;
mod writer;

pub use error::{AppendError, FactsError, FlushError, JournalError};
pub use reader::{End, Reader, Record};
pub use record::{Damage, Decoded, HEAD_BYTES, Kind, PAYLOAD_BYTES_MAX, RecordNumber, fuzz_records};
pub use recover::{Cut, Recovered};
pub use sync::{Durable, SyncHealth};
pub use tail::{FactTail, JournalFact};
pub use writer::{Room, Writer};

/// Which journal this is. A node whose disk was lost begins a new one, with sequence numbers from 1: in the database
/// the two never mix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Epoch(pub u64);

impl Epoch {
    /// The name of a journal that is begun now.
    pub const fn begun_at(wall: Wall) -> Self {
        Self(wall.as_micros().unsigned_abs())
    }
}

impl fmt::Display for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The limits of a journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// A new segment is begun when one has reached this length.
    pub segment_bytes_max: u64,
    /// All segments together. Segments whose facts are in the database are deleted, oldest first, to stay below; if
    /// none can be deleted the journal is full.
    pub total_bytes_max: u64,
    /// What of the total, and of the disk, is kept back so that running calls can end when no new ones are taken.
    pub reserve_bytes: u64,
    /// The longest payload of a record.
    pub record_bytes_max: usize,
    /// What may wait in memory while the disk takes nothing.
    pub buffer_bytes_max: usize,
    /// How often the journal is brought to the disk (fsync): what a power cut may cost.
    pub sync_interval: Duration,
}

impl Limits {
    fn check(&self) -> Result<(), JournalError> {
        let segments_bytes_min = self.segment_bytes_max.saturating_mul(2);
        if self.total_bytes_max < segments_bytes_min.saturating_add(self.reserve_bytes) {
            return Err(JournalError::Limits("the total must hold two segments and the reserve"));
        }
        if self.record_bytes_max > PAYLOAD_BYTES_MAX {
            return Err(JournalError::Limits("a record may have 16 MiB at most"));
        }
        if self.buffer_bytes_max < self.record_bytes_max {
            return Err(JournalError::Limits("the buffer must hold the longest record"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
