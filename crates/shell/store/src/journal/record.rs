//! One record as bytes.
//!
//! ```text
//! offset  bytes
//!      0      4  length of the payload, little endian
//!      4      1  kind
//!      5      4  CRC-32 of the payload
//!      9      4  CRC-32 of the record's number (8 bytes, not stored) and the nine bytes before
//!     13      n  payload
//! ```
//!
//! The head has its own check, so that a length can be trusted before the payload is there: a torn last record and a
//! damaged one in the middle are told apart. The number is part of that check, so that a record at a wrong place, from
//! an older file that had these blocks before, is no record.

use std::fmt;

use thiserror::Error;

/// The bytes before a record's payload.
pub const HEAD_BYTES: usize = 13;

/// The longest payload the format allows. A writer's own limit may be lower.
pub const PAYLOAD_BYTES_MAX: usize = 16 << 20;

/// The place of a record in the journal, without gaps from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordNumber(pub u64);

impl RecordNumber {
    /// The first record of a journal.
    pub const FIRST: Self = Self(1);

    /// The place after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for RecordNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What a record's payload is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// The node started: what it started with, encoded by the engine.
    Start,
    /// A configuration took effect, encoded by the engine.
    Config,
    /// One input, encoded by the engine, written before it is handled.
    Input,
    /// The facts that inputs led to: JSON, one fact per line.
    Facts,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Start, Self::Config, Self::Input, Self::Facts];

    /// The byte that stands for it. Zero stands for nothing, so that a hole in a file is no record.
    pub const fn code(self) -> u8 {
        match self {
            Self::Start => 1,
            Self::Config => 2,
            Self::Input => 3,
            Self::Facts => 4,
        }
    }

    fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// What is wrong with a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Damage {
    /// The head does not match its check.
    #[error("the head of the record does not match its checksum")]
    Head,
    /// The head is whole, but names a kind or a length this version does not know.
    #[error("the record has a kind or a length this version does not know")]
    Unknown,
    /// The payload does not match its check.
    #[error("the payload of the record does not match its checksum")]
    Payload,
}

/// What stands at the beginning of some bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decoded<'a> {
    /// A record, which ends after `bytes` bytes.
    Whole {
        /// What the payload is.
        kind: Kind,
        /// The payload.
        payload: &'a [u8],
        /// The length of the record with its head.
        bytes: usize,
    },
    /// The beginning of a record, as far as can be seen; it takes `bytes` bytes to see more.
    Partial {
        /// How many bytes are needed.
        bytes: usize,
    },
    /// Something else.
    Damaged {
        /// What is wrong.
        damage: Damage,
        /// Where the damaged record ends, as far as it can be known.
        bytes: usize,
    },
}

impl Decoded<'_> {
    /// Reads the record with this number at the beginning of `bytes`. Never panics, whatever the bytes are.
    pub fn read(bytes: &[u8], number: RecordNumber) -> Decoded<'_> {
        let Some((head, rest)) = bytes.split_first_chunk::<HEAD_BYTES>() else {
            return Decoded::Partial { bytes: HEAD_BYTES };
        };
        let [l0, l1, l2, l3, code, p0, p1, p2, p3, h0, h1, h2, h3] = *head;
        let checked = [l0, l1, l2, l3, code, p0, p1, p2, p3];
        if head_check(&checked, number) != u32::from_le_bytes([h0, h1, h2, h3]) {
            return Decoded::Damaged { damage: Damage::Head, bytes: HEAD_BYTES };
        }
        let length = u32::from_le_bytes([l0, l1, l2, l3]) as usize;
        let Some(kind) = Kind::from_code(code).filter(|_| length <= PAYLOAD_BYTES_MAX) else {
            return Decoded::Damaged { damage: Damage::Unknown, bytes: HEAD_BYTES };
        };
        let whole = HEAD_BYTES + length;
        let Some(payload) = rest.get(..length) else {
            return Decoded::Partial { bytes: whole };
        };
        if crc32fast::hash(payload) != u32::from_le_bytes([p0, p1, p2, p3]) {
            return Decoded::Damaged { damage: Damage::Payload, bytes: whole };
        }
        Decoded::Whole { kind, payload, bytes: whole }
    }
}

/// The head of a record with this payload. The payload must not be longer than [`PAYLOAD_BYTES_MAX`].
pub(crate) fn head(kind: Kind, number: RecordNumber, payload: &[u8]) -> [u8; HEAD_BYTES] {
    let [l0, l1, l2, l3] = (payload.len() as u32).to_le_bytes();
    let [p0, p1, p2, p3] = crc32fast::hash(payload).to_le_bytes();
    let checked = [l0, l1, l2, l3, kind.code(), p0, p1, p2, p3];
    let [h0, h1, h2, h3] = head_check(&checked, number).to_le_bytes();
    [l0, l1, l2, l3, kind.code(), p0, p1, p2, p3, h0, h1, h2, h3]
}

fn head_check(checked: &[u8; 9], number: RecordNumber) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&number.0.to_le_bytes());
    hasher.update(checked);
    hasher.finalize()
}

/// What a fuzzer throws bytes at: walks them as the records of a segment and checks that whatever is taken for a
/// record is written back as the same bytes. Returns how many records there were.
pub fn fuzz_records(data: &[u8]) -> usize {
    let mut rest = data;
    let mut number = RecordNumber::FIRST;
    let mut count = 0;
    while let Decoded::Whole { kind, payload, bytes } = Decoded::read(rest, number) {
        let written = [&head(kind, number, payload)[..], payload].concat();
        assert_eq!(written, rest[..bytes], "record {number} is read as something else than it says");
        rest = &rest[bytes..];
        number = number.next();
        count += 1;
    }
    count
}

#[cfg(test)]
mod tests;
