//! Finding the first record that is not as it was written, and what was done to it.

use std::fmt;

use crate::TenantId;
use crate::audit::chain::Head;
use crate::audit::record::Record;

/// The first place where a log is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Break {
    /// The place, as records are counted.
    pub seq: u64,
    /// What was done there.
    pub broken: Broken,
}

/// What was done to a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    /// The record says something else than it did.
    Altered,
    /// Records from here to that place are gone.
    Missing {
        /// The last that is gone.
        until: u64,
    },
    /// A later record stands here.
    Reordered,
    /// A record stands here that was never written here.
    Inserted,
    /// The chain is whole, and not the one whose head was noted: somebody computed the hashes anew, from some record at or
    /// after this place to that one.
    Rewritten {
        /// The place of the head that was noted.
        until: u64,
    },
}

/// Walks through a log. `start`: where it begins, the genesis or what the last pruning left. `anchors`: heads that were
/// noted, in their order. The records are walked through again only to say what was done.
///
/// # Errors
/// The first break.
pub fn verify<'a>(
    tenant: TenantId,
    start: Head,
    records: impl Iterator<Item = &'a Record> + Clone,
    anchors: &[Head],
) -> Result<Head, Break> {
    let log = Log { tenant, records: records.clone() };
    let mut last = Good { head: start, before: None };
    let mut noted = start.seq;
    for record in records {
        if !last.is_followed_by(record, tenant) {
            return Err(log.classify(&last, record, anchors));
        }
        last = Good { before: Some(last.head), head: Head { seq: record.seq, hash: record.hash } };
        if let Some(anchor) = anchors.iter().find(|anchor| anchor.seq == record.seq) {
            if anchor.hash != record.hash {
                return Err(log.classify_forged_head(noted, *anchor));
            }
            noted = anchor.seq;
        }
    }
    let lost = anchors.iter().map(|anchor| anchor.seq).filter(|seq| *seq > last.head.seq).max();
    match lost {
        Some(until) => Err(Break { seq: last.head.seq + 1, broken: Broken::Missing { until } }),
        None => Ok(last.head),
    }
}

impl fmt::Display for Break {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seq = self.seq;
        match self.broken {
            Broken::Altered => write!(f, "record {seq} was altered"),
            Broken::Missing { until } if until == seq => write!(f, "record {seq} is missing"),
            Broken::Missing { until } => write!(f, "records {seq} to {until} are missing"),
            Broken::Reordered => write!(f, "a later record stands at place {seq}"),
            Broken::Inserted => write!(f, "a record was inserted at place {seq}"),
            Broken::Rewritten { until } => {
                write!(f, "the log was written anew at record {seq} or after it, up to record {until}")
            }
        }
    }
}

/// The last record that fits, and what it stands behind.
struct Good {
    head: Head,
    before: Option<Head>,
}

struct Log<I> {
    tenant: TenantId,
    records: I,
}

impl Good {
    fn is_followed_by(&self, record: &Record, tenant: TenantId) -> bool {
        let fits = record.tenant == tenant && record.seq == self.head.seq + 1 && record.prev == self.head.hash;
        fits && record.is_sound()
    }
}

impl<'a, I: Iterator<Item = &'a Record> + Clone> Log<I> {
    /// What was done where `record` does not follow the last one that fits.
    fn classify(&self, last: &Good, record: &Record, anchors: &[Head]) -> Break {
        let place = last.head.seq + 1;
        let here = |broken| Break { seq: place, broken };
        if self.any(|other| last.is_followed_by(other, self.tenant)) {
            return here(self.out_of_place(last, record));
        }
        if !record.is_sound() || record.tenant != self.tenant {
            return here(self.unsound(last, record));
        }
        if record.seq > place {
            return here(Broken::Missing { until: record.seq - 1 });
        }
        // The record is sound and nothing fits behind the last one: perhaps that one is the forged one.
        let anchored = anchors.contains(&last.head);
        match last.before {
            Some(before) if !anchored && self.is_rival(last, before, record) => {
                Break { seq: last.head.seq, broken: Broken::Inserted }
            }
            Some(_) if !anchored && record.seq == place && self.goes_on(record) => {
                Break { seq: last.head.seq, broken: Broken::Altered }
            }
            Some(_) | None if record.seq == place => here(Broken::Altered),
            Some(_) | None => here(Broken::Inserted),
        }
    }

    /// The record does not have the hash that was noted. Either the one that has it still stands somewhere, or it is gone
    /// and the chain was computed anew, from some record behind the last head that is right.
    fn classify_forged_head(&self, noted: u64, anchor: Head) -> Break {
        let is_noted = |other: &Record| other.seq == anchor.seq && other.hash == anchor.hash && other.is_sound();
        if self.any(is_noted) {
            return Break { seq: anchor.seq, broken: Broken::Inserted };
        }
        Break { seq: noted + 1, broken: Broken::Rewritten { until: anchor.seq } }
    }

    /// What belongs here stands elsewhere; this is in its place.
    fn out_of_place(&self, last: &Good, record: &Record) -> Broken {
        let copies = self.records.clone().filter(|other| *other == record).count();
        let is_later = record.tenant == self.tenant && record.seq > last.head.seq + 1;
        if is_later && record.is_sound() && copies == 1 { Broken::Reordered } else { Broken::Inserted }
    }

    /// A record that says something else than its hash. What follows its hash was written behind it: then it belongs here.
    fn unsound(&self, last: &Good, record: &Record) -> Broken {
        let belongs = record.prev == last.head.hash || record.seq == last.head.seq + 1;
        let is_last = !self.any(|other| other.seq > last.head.seq + 1 && other.is_sound());
        let is_followed = self.any(|other| other.prev == record.hash && other.seq == last.head.seq + 2);
        if belongs || is_last || is_followed { Broken::Altered } else { Broken::Inserted }
    }

    /// Whether the record was written where the last one stands, and the log goes on behind it.
    fn is_rival(&self, last: &Good, before: Head, record: &Record) -> bool {
        record.seq == last.head.seq && record.prev == before.hash && self.goes_on(record)
    }

    /// Whether a record stands behind this one, or it is the last.
    fn goes_on(&self, record: &Record) -> bool {
        let is_behind = |other: &Record| other.prev == record.hash && other.seq == record.seq + 1;
        self.any(is_behind) || !self.any(|other| other.seq > record.seq)
    }

    fn any(&self, wanted: impl Fn(&Record) -> bool) -> bool {
        self.records.clone().any(wanted)
    }
}
