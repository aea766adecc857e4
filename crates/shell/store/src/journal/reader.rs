//! Reading the journal, while it is written or after.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::str;

use bell_types::{Fact, NodeId, Seq};

use super::record::{Damage, Decoded, HEAD_BYTES, Kind, RecordNumber};
use super::segment::{self, HEADER_BYTES, Header, HeaderRead};
use super::{Epoch, FactsError, JournalError};

/// How much is read from a file at once.
const READ_BYTES: usize = 128 << 10;

/// A place in the journal from which records are read, one after the other.
///
/// A reader follows a live writer: at the end it answers `None`, and what is written later can be read later.
#[derive(Debug)]
pub struct Reader {
    dir: PathBuf,
    segment: Segment,
    /// Where the next record begins in the segment's file.
    offset: u64,
    next: RecordNumber,
    /// Bytes of the file; what comes before `consumed` was read, `offset` is where the rest begins.
    buffer: Vec<u8>,
    consumed: usize,
    /// A later segment was seen: nothing is written to this one any more.
    sealed: bool,
}

/// One record.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// Its place in the journal.
    pub number: RecordNumber,
    /// What its payload is.
    pub kind: Kind,
    /// What was appended.
    pub payload: &'a [u8],
    /// The file it stands in.
    pub path: &'a Path,
    /// Where it begins in that file.
    pub offset: u64,
}

/// How the journal ends, as a reader at its end sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// With a whole record.
    Clean,
    /// With the beginning of one: the writer is writing it, or was killed as it did.
    Torn {
        /// Where it begins in the last file.
        offset: u64,
        /// How many bytes of it there are.
        bytes: u64,
    },
}

#[derive(Debug)]
struct Segment {
    file: File,
    path: PathBuf,
    header: Header,
}

enum Step {
    Record { kind: Kind, payload: Range<usize>, offset: u64 },
    Again,
    End,
}

impl Reader {
    /// From the oldest record there is.
    pub fn oldest(dir: &Path) -> Result<Self, JournalError> {
        let missing = || JournalError::Missing { dir: dir.into() };
        let first = segment::list(dir)?.into_iter().next().ok_or_else(missing)?;
        Self::at_segment(dir, first)
    }

    /// From this record on.
    pub fn from_record(dir: &Path, number: RecordNumber) -> Result<Self, JournalError> {
        let oldest = Self::oldest(dir)?;
        let holds = segment::list(dir)?.into_iter().rev().find(|first| *first <= number);
        let mut reader = Self::at_segment(dir, holds.ok_or_else(|| oldest.gone())?)?;
        while reader.next < number && reader.read()?.is_some() {}
        Ok(reader)
    }

    /// From the beginning of the file in which this fact stands, or will stand.
    pub fn from_file_of(dir: &Path, seq: Seq) -> Result<Self, JournalError> {
        let oldest = Self::oldest(dir)?;
        for first in segment::list(dir)?.into_iter().rev() {
            // The newest file may just be being begun; then the fact stands before it.
            match Self::at_segment(dir, first) {
                Ok(reader) if reader.segment.header.first_seq <= seq => return Ok(reader),
                Ok(_) | Err(JournalError::Missing { .. }) => {}
                Err(err) => return Err(err),
            }
        }
        Err(oldest.gone())
    }

    /// Which journal this is.
    pub const fn epoch(&self) -> Epoch {
        self.segment.header.epoch
    }

    /// The node whose journal this is.
    pub const fn node(&self) -> NodeId {
        self.segment.header.node
    }

    /// The number of the record that comes next.
    pub const fn next_record(&self) -> RecordNumber {
        self.next
    }

    /// The sequence number of the first fact in or after the file being read.
    pub const fn file_first_seq(&self) -> Seq {
        self.segment.header.first_seq
    }

    /// The file being read, and where the next record begins in it.
    pub fn place(&self) -> (&Path, u64) {
        (&self.segment.path, self.offset)
    }

    /// The next record; none at the end, for now.
    pub fn read(&mut self) -> Result<Option<Record<'_>>, JournalError> {
        loop {
            match self.step()? {
                Step::Record { kind, payload, offset } => {
                    let number = self.next;
                    self.next = number.next();
                    return Ok(Some(Record {
                        number,
                        kind,
                        payload: &self.buffer[payload],
                        path: &self.segment.path,
                        offset,
                    }));
                }
                Step::Again => {}
                Step::End => return Ok(None),
            }
        }
    }

    /// How the journal ends. Ask after [`read`](Self::read) answered none.
    pub fn end(&self) -> Result<End, JournalError> {
        let metadata = self.segment.file.metadata().map_err(|err| self.read_failed(err))?;
        match metadata.len().saturating_sub(self.offset) {
            0 => Ok(End::Clean),
            bytes => Ok(End::Torn { offset: self.offset, bytes }),
        }
    }

    pub(crate) fn at_segment(dir: &Path, first: RecordNumber) -> Result<Self, JournalError> {
        let segment = Segment::open(dir, first)?;
        Ok(Self {
            dir: dir.into(),
            next: segment.header.first_record,
            segment,
            offset: HEADER_BYTES as u64,
            buffer: Vec::new(),
            consumed: 0,
            sealed: false,
        })
    }

    fn step(&mut self) -> Result<Step, JournalError> {
        let mut wanted = HEAD_BYTES;
        loop {
            self.fill(wanted)?;
            let there = self.buffer.len() - self.consumed;
            match Decoded::read(&self.buffer[self.consumed..], self.next) {
                Decoded::Whole { kind, bytes, .. } => return Ok(self.consume(kind, bytes)),
                Decoded::Partial { bytes } if bytes > there && there >= wanted => wanted = bytes,
                Decoded::Partial { .. } => return self.at_end(),
                Decoded::Damaged { damage, bytes } => return self.damaged(damage, bytes),
            }
        }
    }

    fn consume(&mut self, kind: Kind, bytes: usize) -> Step {
        let offset = self.offset;
        let start = self.consumed;
        self.consumed += bytes;
        self.offset += bytes as u64;
        Step::Record { kind, payload: start + HEAD_BYTES..start + bytes, offset }
    }

    /// Reads until `wanted` bytes are buffered or the file ends.
    fn fill(&mut self, wanted: usize) -> Result<(), JournalError> {
        if self.buffer.len() - self.consumed >= wanted {
            return Ok(());
        }
        self.buffer.drain(..self.consumed);
        self.consumed = 0;
        while self.buffer.len() < wanted {
            let held = self.buffer.len();
            self.buffer.resize(held + READ_BYTES, 0);
            let read = self.segment.file.read_at(&mut self.buffer[held..], self.offset + held as u64);
            self.buffer.truncate(held + read.as_ref().map_or(0, |bytes| *bytes));
            match read {
                Ok(0) => break,
                Ok(_) => {}
                Err(err) if err.kind() == io::ErrorKind::Interrupted => {}
                Err(err) => return Err(self.read_failed(err)),
            }
        }
        Ok(())
    }

    /// The file holds no further whole record: it goes on in the next file, or it is the end for now.
    fn at_end(&mut self) -> Result<Step, JournalError> {
        let torn = self.buffer.len() > self.consumed;
        // A restarted writer may cut what is torn and write something else there.
        self.buffer.truncate(self.consumed);
        let Some(later) = self.later_segment()? else {
            return Ok(Step::End);
        };
        if !self.sealed {
            // The writer may have written here between our look at the end of this file and at the directory.
            self.sealed = true;
            return Ok(Step::Again);
        }
        if torn || later != self.next {
            return Err(JournalError::RecordsMissing {
                path: self.segment.path.clone(),
                first: self.next,
                last: RecordNumber(later.0.saturating_sub(1)),
            });
        }
        self.move_to(later)
    }

    fn move_to(&mut self, later: RecordNumber) -> Result<Step, JournalError> {
        let next = match Self::at_segment(&self.dir, later) {
            Ok(next) => next,
            // Its header is being written.
            Err(JournalError::Missing { .. }) => return Ok(Step::End),
            Err(err) => return Err(err),
        };
        if next.epoch() != self.epoch() {
            return Err(JournalError::Mixed {
                path: next.segment.path,
                expected: self.epoch(),
                found: next.segment.header.epoch,
            });
        }
        *self = next;
        Ok(Step::Again)
    }

    /// A damaged record with nothing but zeros behind it, at the end of the last file, is the torn end of a journal:
    /// a power cut leaves a file whose length was written and whose bytes were not. Anything else is lost data.
    fn damaged(&mut self, damage: Damage, bytes: usize) -> Result<Step, JournalError> {
        if self.later_segment()?.is_none() && self.is_zero_from(self.offset + bytes as u64)? {
            self.buffer.truncate(self.consumed);
            return Ok(Step::End);
        }
        Err(JournalError::Damaged { path: self.segment.path.clone(), offset: self.offset, record: self.next, damage })
    }

    fn is_zero_from(&self, mut offset: u64) -> Result<bool, JournalError> {
        let mut bytes = vec![0; READ_BYTES];
        loop {
            match self.segment.file.read_at(&mut bytes, offset) {
                Ok(0) => return Ok(true),
                Ok(read) if bytes[..read].iter().any(|&byte| byte != 0) => return Ok(false),
                Ok(read) => offset += read as u64,
                Err(err) if err.kind() == io::ErrorKind::Interrupted => {}
                Err(err) => return Err(self.read_failed(err)),
            }
        }
    }

    fn later_segment(&self) -> Result<Option<RecordNumber>, JournalError> {
        let current = self.segment.header.first_record;
        Ok(segment::list(&self.dir)?.into_iter().find(|first| *first > current))
    }

    fn gone(&self) -> JournalError {
        JournalError::Gone { oldest: self.segment.header.first_record, oldest_seq: self.segment.header.first_seq }
    }

    fn read_failed(&self, err: io::Error) -> JournalError {
        JournalError::Read { path: self.segment.path.clone(), err }
    }
}

impl<'a> Record<'a> {
    /// The facts of a record of [`Kind::Facts`], each with its JSON as it stands in the journal. Of another record,
    /// an error.
    pub fn facts(&self) -> impl Iterator<Item = Result<(Fact, &'a str), JournalError>> + use<'a> {
        let (text, broken) = match str::from_utf8(self.payload) {
            Ok(text) => (text, None),
            Err(err) => ("", Some(Err(self.unreadable(FactsError::Text(err))))),
        };
        let record = *self;
        let facts = text.lines().map(move |line| match serde_json::from_str(line) {
            Ok(fact) => Ok((fact, line)),
            Err(err) => Err(record.unreadable(FactsError::Line(err))),
        });
        broken.into_iter().chain(facts)
    }

    pub(crate) fn unreadable(&self, err: FactsError) -> JournalError {
        JournalError::Facts { path: self.path.into(), offset: self.offset, err }
    }
}

impl Segment {
    /// [`JournalError::Missing`] if the file is there, but not yet with a whole header.
    fn open(dir: &Path, first: RecordNumber) -> Result<Self, JournalError> {
        let path = segment::path(dir, first);
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(err) => return Err(JournalError::Open { path, err }),
        };
        let mut bytes = [0; HEADER_BYTES];
        let read = match read_at_most(&file, &mut bytes) {
            Ok(read) => read,
            Err(err) => return Err(JournalError::Read { path, err }),
        };
        match Header::decode(&bytes[..read], &path)? {
            HeaderRead::Whole(header) if header.first_record == first => Ok(Self { file, path, header }),
            HeaderRead::Whole(_) => Err(JournalError::HeaderDamaged { path }),
            HeaderRead::Unfinished => Err(JournalError::Missing { dir: dir.into() }),
        }
    }
}

fn read_at_most(file: &File, bytes: &mut [u8]) -> io::Result<usize> {
    let mut read = 0;
    while read < bytes.len() {
        match file.read_at(&mut bytes[read..], read as u64) {
            Ok(0) => break,
            Ok(more) => read += more,
            Err(err) if err.kind() == io::ErrorKind::Interrupted => {}
            Err(err) => return Err(err),
        }
    }
    Ok(read)
}
