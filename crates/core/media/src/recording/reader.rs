//! Reading a recording piece by piece, also one that was torn off.

use thiserror::Error;

use super::{Header, MediaTime, Record};

/// Why a file is no recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum RecordingError {
    /// It does not begin with the mark of the format.
    #[error("not a recording")]
    NotARecording,
    /// It was written by a later version.
    #[error("recording format {0} is newer than this program")]
    Version(u16),
    /// Its header is damaged, or shorter than a header.
    #[error("the header of the recording is damaged")]
    Header,
}

/// Where and why the readable part ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Torn {
    /// The length of the readable part in octets: cut the file here to go on writing.
    pub at: u64,
    /// The octets after it that cannot be read.
    pub lost: u64,
}

/// How a recording ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// With its seal, which agrees with what was read.
    Sealed,
    /// On a whole record, without a seal: the writer was killed between two records, or is still writing.
    Unsealed,
    /// In the middle of a record, on a damaged one, or with a seal that does not agree.
    Torn(Torn),
}

/// Reads a recording. Feed it pieces of any size, and take records until there is none; it keeps no more than one
/// record and the last piece.
///
/// ```
/// # use bell_media::recording::{Reader, RecordingError};
/// # fn play(pieces: &[&[u8]]) -> Result<(), RecordingError> {
/// let mut reader = Reader::new();
/// for piece in pieces {
///     reader.feed(piece);
///     while let Some(record) = reader.next_record()? {
///         println!("{record:?}");
///     }
/// }
/// println!("{:?}", reader.end());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Reader {
    header: Option<Header>,
    records: u64,
    length: MediaTime,
}

impl Reader {
    /// A reader at the beginning of a file.
    pub fn new() -> Self {
        Self {
            header: None,
            records: 0,
            length: MediaTime(0),
        }
    }

    /// Takes the next piece of the file.
    pub fn feed(&mut self, piece: &[u8]) {
        let _ = piece;
        todo!()
    }

    /// The next record; none if it is not there yet, or will never be. Errors can only come before the first record.
    pub fn next_record(&mut self) -> Result<Option<Record<'_>>, RecordingError> {
        todo!()
    }

    /// The header, once enough was fed.
    pub const fn header(&self) -> Option<Header> {
        self.header
    }

    /// How many records were read, without the seal.
    pub const fn records(&self) -> u64 {
        self.records
    }

    /// The end of the last frame or gap that was read.
    pub const fn length(&self) -> MediaTime {
        self.length
    }

    /// How the recording ends if no more is fed.
    pub fn end(&self) -> End {
        todo!()
    }
}
