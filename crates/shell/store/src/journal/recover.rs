//! Opening a journal to go on writing it: where it ends, and what of it is torn.

use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};

use bell_types::{NodeId, Seq};

use super::reader::{End, Reader};
use super::segment;
use super::{Epoch, JournalError, Kind, RecordNumber};

/// What was found when a journal was opened for writing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recovered {
    /// Which journal it is.
    pub epoch: Epoch,
    /// The number the next record gets.
    pub next_record: RecordNumber,
    /// The sequence number the next fact must have.
    pub next_seq: Seq,
    /// What was cut off its end, if it was torn.
    pub cut: Option<Cut>,
}

/// A torn end that was cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// The file.
    pub path: PathBuf,
    /// Its length now.
    pub offset: u64,
    /// How many bytes were cut. The file is gone if not even its head was whole.
    pub bytes: u64,
}

/// A segment that is there and is not written any more.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sealed {
    pub(crate) first: RecordNumber,
    /// All its facts are older than this one.
    pub(crate) seq_end: Seq,
    pub(crate) bytes: u64,
}

/// What there is of a journal.
pub(crate) struct Found {
    pub(crate) node: NodeId,
    pub(crate) recovered: Recovered,
    pub(crate) sealed: Vec<Sealed>,
    /// The segment to go on with, and its length.
    pub(crate) last: PathBuf,
    pub(crate) last_first: RecordNumber,
    pub(crate) last_bytes: u64,
}

/// Finds the end of the journal in `dir` and cuts what is torn; none if no journal was begun there.
pub(crate) fn recover(dir: &Path) -> Result<Option<Found>, JournalError> {
    let mut firsts = segment::list(dir)?;
    let mut cut = None;
    let mut reader = loop {
        let Some(&last) = firsts.last() else {
            return Ok(None);
        };
        match Reader::at_segment(dir, last) {
            Ok(reader) => break reader,
            // The node died as it began this file. A file before it ends whole.
            Err(JournalError::Missing { .. }) => cut = Some(delete_unfinished(dir, last)?),
            Err(err) => return Err(err),
        }
        firsts.pop();
    };
    let next_seq = read_to_end(&mut reader)?;
    cut = cut_torn(&reader)?.or(cut);
    let (last, last_bytes) = reader.place();
    Ok(Some(Found {
        node: reader.node(),
        recovered: Recovered { epoch: reader.epoch(), next_record: reader.next_record(), next_seq, cut },
        sealed: sealed(dir, &firsts)?,
        last: last.into(),
        last_first: firsts.last().copied().unwrap_or(RecordNumber::FIRST),
        last_bytes,
    }))
}

fn delete_unfinished(dir: &Path, first: RecordNumber) -> Result<Cut, JournalError> {
    let path = segment::path(dir, first);
    let bytes = fs::metadata(&path).map_or(0, |metadata| metadata.len());
    match fs::remove_file(&path) {
        Ok(()) => Ok(Cut { path, offset: 0, bytes }),
        Err(err) => Err(JournalError::Delete { path, err }),
    }
}

fn read_to_end(reader: &mut Reader) -> Result<Seq, JournalError> {
    let mut next_seq = reader.file_first_seq();
    while let Some(record) = reader.read()? {
        if record.kind == Kind::Facts {
            for fact in record.facts() {
                next_seq = fact?.0.seq.next();
            }
        }
    }
    Ok(next_seq)
}

fn cut_torn(reader: &Reader) -> Result<Option<Cut>, JournalError> {
    let End::Torn { offset, bytes } = reader.end()? else {
        return Ok(None);
    };
    let path = reader.place().0.to_owned();
    let truncated =
        OpenOptions::new().write(true).open(&path).and_then(|file| file.set_len(offset).and_then(|()| file.sync_all()));
    match truncated {
        Ok(()) => Ok(Some(Cut { path, offset, bytes })),
        Err(err) => Err(JournalError::Cut { path, err }),
    }
}

/// All but the last segment. Where one's facts end is told by the header of the next.
fn sealed(dir: &Path, firsts: &[RecordNumber]) -> Result<Vec<Sealed>, JournalError> {
    let mut sealed = Vec::new();
    for pair in firsts.windows(2) {
        let [first, next] = *pair else { continue };
        let path = segment::path(dir, first);
        let bytes = match fs::metadata(&path) {
            Ok(metadata) => metadata.len(),
            Err(err) => return Err(JournalError::Read { path, err }),
        };
        let seq_end = Reader::at_segment(dir, next)?.file_first_seq();
        sealed.push(Sealed { first, seq_end, bytes });
    }
    Ok(sealed)
}
