//! The facts of the journal alone, one after the other without a gap.

use std::collections::VecDeque;
use std::path::Path;

use bell_types::{Fact, NodeId, Seq};

use super::reader::{Reader, Record};
use super::{Epoch, FactsError, JournalError, Kind};

/// A fact and its JSON as it stands in the journal.
#[derive(Clone, Debug, PartialEq)]
pub struct JournalFact {
    /// The fact.
    pub fact: Fact,
    /// Its JSON, byte for byte.
    pub json: String,
}

/// Follows the facts of a journal: for the projector, the live view, `belltower why`.
#[derive(Debug)]
pub struct FactTail {
    reader: Reader,
    /// The fact that stands next in the journal.
    next: Seq,
    /// The first fact that is given out.
    wanted: Seq,
    ready: VecDeque<JournalFact>,
}

impl FactTail {
    /// The facts after this one; [`Seq`] 0 for all of them.
    pub fn after(dir: &Path, seq: Seq) -> Result<Self, JournalError> {
        let reader = Reader::from_file_of(dir, seq.next())?;
        Ok(Self { next: reader.file_first_seq(), reader, wanted: seq.next(), ready: VecDeque::new() })
    }

    /// Which journal this is.
    pub const fn epoch(&self) -> Epoch {
        self.reader.epoch()
    }

    /// The node whose journal this is.
    pub const fn node(&self) -> NodeId {
        self.reader.node()
    }

    /// The sequence number of the fact that comes next.
    pub fn next_seq(&self) -> Seq {
        self.ready.front().map_or(self.next.max(self.wanted), |first| first.fact.seq)
    }

    /// The next fact; none at the end, for now. [`JournalError::Beyond`] if the journal ends before the fact it was
    /// asked to begin behind: it is not the journal that fact came from.
    pub fn read(&mut self) -> Result<Option<JournalFact>, JournalError> {
        while self.ready.is_empty() {
            match self.reader.read()? {
                Some(record) if record.kind == Kind::Facts => {
                    take(&record, &mut self.next, self.wanted, &mut self.ready)?;
                }
                Some(_) => {}
                None if self.next < self.wanted => return Err(JournalError::Beyond { wanted: self.wanted }),
                None => return Ok(None),
            }
        }
        Ok(self.ready.pop_front())
    }
}

fn take(
    record: &Record<'_>,
    next: &mut Seq,
    wanted: Seq,
    ready: &mut VecDeque<JournalFact>,
) -> Result<(), JournalError> {
    for read in record.facts() {
        let (fact, json) = read?;
        if fact.seq != *next {
            return Err(record.unreadable(FactsError::Order { expected: *next, found: fact.seq }));
        }
        *next = fact.seq.next();
        if fact.seq >= wanted {
            ready.push_back(JournalFact { fact, json: json.to_owned() });
        }
    }
    Ok(())
}
