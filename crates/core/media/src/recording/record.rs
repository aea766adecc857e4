//! The records and how they are written.

use std::time::Duration;

use bell_types::{Codec, Direction, RecordingId, Wall};

/// The version of the format that is written. Readers know all versions up to it.
pub const FORMAT_VERSION: u16 = 1;

/// The length of the file's header in octets.
pub const HEADER_LEN: usize = 32;

/// The largest payload of a frame in octets: more than any datagram of audio holds.
pub const PAYLOAD_LEN_MAX: usize = 8192;

pub(crate) const MAGIC: &[u8; 8] = b"BELLREC1";

/// What stands at the beginning of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Which recording it is.
    pub recording: RecordingId,
    /// When it began: the instant of media time 0.
    pub started: Wall,
}

/// A point in a recording, in ticks of 1/8000 s from its beginning. Ends after 149 hours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct MediaTime(pub u32);

impl MediaTime {
    /// Ticks per second: the RTP clock of every codec we record.
    pub const HZ: u32 = 8000;

    /// The point that lies so long after the beginning; the last one there is if that is too far.
    pub fn after(start: Duration) -> Self {
        let ticks = start.as_micros() * u128::from(Self::HZ) / 1_000_000;
        Self(u32::try_from(ticks).unwrap_or(u32::MAX))
    }

    /// The time from the beginning.
    pub fn as_duration(self) -> Duration {
        Duration::from_micros(u64::from(self.0) * 1_000_000 / u64::from(Self::HZ))
    }

    /// The point so many ticks later.
    #[must_use]
    pub const fn plus(self, ticks: u32) -> Self {
        Self(self.0.saturating_add(ticks))
    }
}

/// One direction of one leg.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Track {
    /// The leg's number within its call.
    pub leg: u16,
    /// Inbound: what the leg says. Outbound: what it hears.
    pub direction: Direction,
}

/// One packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame<'a> {
    /// Where it passed.
    pub track: Track,
    /// When its first sample sounded.
    pub at: MediaTime,
    /// Its codec.
    pub codec: Codec,
    /// Its payload as it was on the wire.
    pub payload: &'a [u8],
}

/// A stretch of a track without frames, and why. Without such a record a stretch without frames is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Whose.
    pub track: Track,
    /// From when.
    pub at: MediaTime,
    /// How long, in ticks.
    pub ticks: u32,
    /// Why.
    pub why: GapCause,
}

/// Why a track has no frames for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GapCause {
    /// Nothing was sent: on hold, before the first prompt. Nothing is missing.
    NotSent,
    /// Packets were lost before they reached us. The other side did not hear them either: nothing is missing.
    Lost,
    /// We could not write: the disk was full or too slow. That is missing.
    NotWritten,
}

/// Something to find again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Which leg.
    pub leg: u16,
    /// When.
    pub at: MediaTime,
    /// What.
    pub what: MarkKind,
}

/// What a mark marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkKind {
    /// From here on the leg is recorded.
    Joined,
    /// The leg is gone.
    Left,
}

/// The last record of a file that was ended in good order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seal {
    /// How many records stand before it.
    pub records: u64,
    /// How many octets stand before it, with the header.
    pub bytes: u64,
    /// The end of the last frame or gap.
    pub length: MediaTime,
    /// SHA-256 of the octets before it.
    pub sha256: [u8; 32],
}

/// One record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Record<'a> {
    /// A packet.
    Frame(Frame<'a>),
    /// A stretch without packets.
    Gap(Gap),
    /// A mark.
    Mark(Mark),
    /// The end.
    Seal(Seal),
}

/// Writes a recording into a buffer that the caller appends to its file, and counts what a seal needs.
#[derive(Clone, Debug)]
pub struct Writer {
    records: u64,
    bytes: u64,
    length: MediaTime,
}

impl Writer {
    /// Begins a recording: appends its header to `out`.
    pub fn new(header: Header, out: &mut Vec<u8>) -> Self {
        let _ = (header, out);
        todo!()
    }

    /// Goes on with a file that was torn off, after it was cut at [`Torn::at`](super::Torn): `records`, `bytes` and
    /// `length` are what its reader found.
    pub const fn resume(records: u64, bytes: u64, length: MediaTime) -> Self {
        Self { records, bytes, length }
    }

    /// Appends a packet to `out`. False if its payload is larger than [`PAYLOAD_LEN_MAX`]; then nothing is written.
    pub fn frame(&mut self, frame: &Frame<'_>, out: &mut Vec<u8>) -> bool {
        let _ = (frame, out);
        todo!()
    }

    /// Appends a gap to `out`.
    pub fn gap(&mut self, gap: &Gap, out: &mut Vec<u8>) {
        let _ = (gap, out);
        todo!()
    }

    /// Appends a mark to `out`.
    pub fn mark(&mut self, mark: &Mark, out: &mut Vec<u8>) {
        let _ = (mark, out);
        todo!()
    }

    /// Appends the seal to `out`. `sha256` is that of every octet written so far, header included. Nothing is written
    /// after it.
    pub fn seal(self, sha256: [u8; 32], out: &mut Vec<u8>) {
        let _ = (sha256, out);
        todo!()
    }

    /// How many octets were written so far.
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The end of the last frame or gap so far.
    pub const fn length(&self) -> MediaTime {
        self.length
    }
}
