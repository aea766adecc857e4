//! Reading a recording piece by piece, also one that was torn off.

use thiserror::Error;

use crate::codec;
use crate::recording::{HEADER_LEN, Header, MediaTime, PAYLOAD_LEN_MAX, Record};

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
#[derive(Clone, Debug, Default)]
pub struct Reader {
    header: Option<Header>,
    buffer: Vec<u8>,
    /// Where in the buffer the next record begins.
    at: usize,
    /// How many octets of the file were fed, and how many of them could be read.
    fed: u64,
    read: u64,
    records: u64,
    length: MediaTime,
    state: State,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Reading,
    Sealed,
    Broken,
}

/// A record is at most a frame of the largest payload; what claims more is damaged.
const RECORD_LEN_MAX: usize = PAYLOAD_LEN_MAX + 64;

impl Reader {
    /// A reader at the beginning of a file.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next piece of the file.
    pub fn feed(&mut self, piece: &[u8]) {
        self.fed += piece.len() as u64;
        if self.state == State::Reading {
            self.buffer.drain(..self.at);
            self.at = 0;
            self.buffer.extend_from_slice(piece);
        }
    }

    /// The next record; none if it is not there yet, or will never be. Errors can only come before the first record.
    pub fn next_record(&mut self) -> Result<Option<Record<'_>>, RecordingError> {
        if self.header.is_none() {
            let Some(bytes) = self.buffer.first_chunk() else {
                return Ok(None);
            };
            self.header = Some(Header::from_bytes(bytes)?);
            self.at = HEADER_LEN;
            self.read = HEADER_LEN as u64;
        }
        if self.state != State::Reading {
            return Ok(None);
        }
        let start = self.at;
        let Some(end) = self.find_record() else {
            return Ok(None);
        };
        // The record lies between its length and its checksum.
        let Some(record) = Record::parse(&self.buffer[start + 2..end - 4]) else {
            self.state = State::Broken;
            return Ok(None);
        };
        match record {
            Record::Seal(seal)
                if seal.records != self.records || seal.bytes != self.read || seal.length != self.length =>
            {
                self.state = State::Broken;
                return Ok(None);
            }
            Record::Seal(_) => self.state = State::Sealed,
            Record::Frame(frame) => self.length = self.length.max(frame.at.plus(codec::ticks(frame.payload))),
            Record::Gap(gap) => self.length = self.length.max(gap.at.plus(gap.ticks)),
            Record::Mark(_) => {}
        }
        self.records += u64::from(self.state == State::Reading);
        self.read += (end - start) as u64;
        self.at = end;
        Ok(Some(record))
    }

    /// The header, once enough was fed and a record was asked for.
    pub const fn header(&self) -> Option<Header> {
        self.header
    }

    /// How many records were read, without the seal.
    pub const fn records(&self) -> u64 {
        self.records
    }

    /// How many octets were read: the length of the readable part so far.
    pub const fn bytes(&self) -> u64 {
        self.read
    }

    /// The end of the last frame or gap that was read.
    pub const fn length(&self) -> MediaTime {
        self.length
    }

    /// How the recording ends if no more is fed.
    pub const fn end(&self) -> End {
        let torn = End::Torn(Torn { at: self.read, lost: self.fed - self.read });
        match self.state {
            State::Sealed if self.fed == self.read => End::Sealed,
            State::Reading if self.fed == self.read && self.header.is_some() => End::Unsealed,
            State::Sealed | State::Reading | State::Broken => torn,
        }
    }

    /// The end in the buffer of the record that begins at `at`, if it is all there and its checksum is right.
    fn find_record(&mut self) -> Option<usize> {
        let rest = &self.buffer[self.at..];
        let length = usize::from(u16::from_le_bytes(*rest.first_chunk()?));
        if length == 0 || length > RECORD_LEN_MAX {
            self.state = State::Broken;
            return None;
        }
        let (checked, rest) = rest.split_at_checked(2 + length)?;
        let crc = u32::from_le_bytes(*rest.first_chunk()?);
        if crc != crc32fast::hash(checked) {
            self.state = State::Broken;
            return None;
        }
        Some(self.at + 2 + length + 4)
    }
}
