//! What can go wrong with the journal, a variant per step.

use std::io;
use std::path::PathBuf;

use bell_types::Seq;
use thiserror::Error;

use super::{Damage, Epoch, RecordNumber};

/// Why the journal cannot be opened, read or written.
#[derive(Debug, Error)]
pub enum JournalError {
    /// Limits that do not fit together.
    #[error("the journal's limits do not fit together: {0}")]
    Limits(&'static str),
    /// The directory cannot be made.
    #[error("failed to make the journal's directory {}", dir.display())]
    MakeDir {
        /// The directory.
        dir: PathBuf,
        /// Why.
        #[source]
        err: io::Error,
    },
    /// The directory cannot be read.
    #[error("failed to list the journal's directory {}", dir.display())]
    List {
        /// The directory.
        dir: PathBuf,
        /// Why.
        #[source]
        err: io::Error,
    },
    /// Another process writes here.
    #[error("another process writes the journal in {}: end it, or use another data directory", dir.display())]
    Locked {
        /// The directory.
        dir: PathBuf,
    },
    /// The journal of another node.
    #[error("the journal in {} is that of node {found}, not of node {expected}", dir.display())]
    OtherNode {
        /// The directory.
        dir: PathBuf,
        /// Whose it is.
        found: u8,
        /// Who wants to write it.
        expected: u8,
    },
    /// No journal was ever begun here.
    #[error("there is no journal in {}", dir.display())]
    Missing {
        /// The directory.
        dir: PathBuf,
    },
    /// A file cannot be opened.
    #[error("failed to open {}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        err: io::Error,
    },
    /// A file cannot be read.
    #[error("failed to read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        err: io::Error,
    },
    /// A file cannot be written, for another reason than a full disk.
    #[error("failed to write {}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        err: io::Error,
    },
    /// The torn end of a file cannot be cut.
    #[error("failed to cut the torn end of {}", path.display())]
    Cut {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        err: io::Error,
    },
    /// A file cannot be deleted.
    #[error("failed to delete {}", path.display())]
    Delete {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        err: io::Error,
    },
    /// The thread that brings the journal to the disk cannot be started.
    #[error("failed to start the thread journal-sync")]
    Thread(#[source] io::Error),
    /// A file with the name of a segment that is none.
    #[error("{} is not a segment of a journal: move it away", path.display())]
    NotASegment {
        /// The file.
        path: PathBuf,
    },
    /// A segment of another version.
    #[error("{} has format version {version}, which this program does not read", path.display())]
    Version {
        /// The file.
        path: PathBuf,
        /// Its version.
        version: u16,
    },
    /// A segment's head does not match its check.
    #[error("the head of {} is damaged: restore the file or move it away", path.display())]
    HeaderDamaged {
        /// The file.
        path: PathBuf,
    },
    /// Files of two journals in one directory.
    #[error("{} belongs to journal {found}, its neighbours to {expected}: move it away", path.display())]
    Mixed {
        /// The file.
        path: PathBuf,
        /// The journal of the files before it.
        expected: Epoch,
        /// The journal the file says it belongs to.
        found: Epoch,
    },
    /// A damaged record with others behind it: not the torn end of a file, but a broken disk or a changed file.
    #[error("{} is damaged at byte {offset} (record {record}): restore it from a copy", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Where the damaged record begins.
        offset: u64,
        /// Its number.
        record: RecordNumber,
        /// What is wrong with it.
        #[source]
        damage: Damage,
    },
    /// Records that should stand between two others are not there.
    #[error("records {} to {} are missing behind {}", first.0, last.0, path.display())]
    RecordsMissing {
        /// The file after whose end they should stand.
        path: PathBuf,
        /// The first one.
        first: RecordNumber,
        /// The last one.
        last: RecordNumber,
    },
    /// A record was asked for that was deleted, or a fact.
    #[error("the journal begins with record {oldest}, fact {oldest_seq}: what was asked for is older and was deleted")]
    Gone {
        /// The oldest record there is.
        oldest: RecordNumber,
        /// The oldest fact there may be.
        oldest_seq: Seq,
    },
    /// A fact or record was asked for that comes after the end.
    #[error("the journal ends before {wanted}")]
    Beyond {
        /// What was asked for.
        wanted: Seq,
    },
    /// A record of facts that are none, or not in their order. It matched its checksum: it was written so.
    #[error("the facts in {} at byte {offset} cannot be read", path.display())]
    Facts {
        /// The file.
        path: PathBuf,
        /// Where the record begins.
        offset: u64,
        /// What is wrong.
        #[source]
        err: FactsError,
    },
}

/// Why a record's payload is not the facts it should be.
#[derive(Debug, Error)]
pub enum FactsError {
    /// Not UTF-8.
    #[error("the text is not UTF-8")]
    Text(#[source] std::str::Utf8Error),
    /// A line that is no fact.
    #[error("a line is no fact")]
    Line(#[source] serde_json::Error),
    /// A fact out of its order.
    #[error("fact {found} stands where {expected} should")]
    Order {
        /// The sequence number that should come.
        expected: Seq,
        /// The one that came.
        found: Seq,
    },
}

/// Why something was not taken into the journal.
#[derive(Debug, Error)]
pub enum AppendError {
    /// Neither the disk nor the limit leaves room, and the reserve is used up.
    #[error("the journal is full: free disk space, or bring the database back so that old segments can go")]
    Full,
    /// Longer than a record may be.
    #[error("a record of {bytes} bytes is longer than the journal takes ({bytes_max})")]
    TooLong {
        /// Its length.
        bytes: usize,
        /// The longest that is taken.
        bytes_max: usize,
    },
    /// Facts that do not continue the sequence.
    #[error("fact {found} was given where {expected} should come")]
    Order {
        /// The sequence number that should come.
        expected: Seq,
        /// The one that was given.
        found: Seq,
    },
    /// A fact that cannot be written as JSON.
    #[error("failed to write a fact as JSON")]
    Encode(#[source] serde_json::Error),
}

/// Why what was appended could not be given to the operating system. Nothing is lost: it stays buffered and the next
/// flush tries again.
#[derive(Debug, Error)]
pub enum FlushError {
    /// The disk is full, even without the reserve.
    #[error("the disk of the journal is full: free space; writing goes on at once")]
    DiskFull,
    /// Another failure.
    #[error("failed to write {}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        err: io::Error,
    },
}
