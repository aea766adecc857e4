//! The records and how they are written.

use std::time::Duration;

use bell_types::{CallId, Codec, Direction, RecordingId, Wall};

use crate::codec;
use crate::recording::RecordingError;

/// The version of the format that is written. Readers know all versions up to it.
pub const FORMAT_VERSION: u16 = 1;

/// The length of the file's header in octets.
pub const HEADER_LEN: usize = 32;

/// The largest payload of a frame in octets: more than any datagram of audio holds.
pub const PAYLOAD_LEN_MAX: usize = 8192;

const MAGIC: &[u8; 8] = b"BELLREC1";

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
        out.extend(header.to_bytes());
        Self::resume(0, HEADER_LEN as u64, MediaTime(0))
    }

    /// Goes on with a file that was torn off, after it was cut at [`Torn::at`](super::Torn): `records`, `bytes` and
    /// `length` are what its reader found.
    pub const fn resume(records: u64, bytes: u64, length: MediaTime) -> Self {
        Self { records, bytes, length }
    }

    /// Appends a packet to `out`. False if its payload is larger than [`PAYLOAD_LEN_MAX`]; then nothing is written.
    pub fn frame(&mut self, frame: &Frame<'_>, out: &mut Vec<u8>) -> bool {
        if frame.payload.len() > PAYLOAD_LEN_MAX {
            return false;
        }
        self.reaches(frame.at.plus(codec::ticks(frame.payload)));
        self.record(Kind::Frame, out, |out| {
            write_track(frame.track, frame.codec.static_payload_type(), frame.at, out);
            out.extend_from_slice(frame.payload);
        });
        true
    }

    /// Appends a gap to `out`.
    pub fn gap(&mut self, gap: &Gap, out: &mut Vec<u8>) {
        let why = match gap.why {
            GapCause::NotSent => 0,
            GapCause::Lost => 1,
            GapCause::NotWritten => 2,
        };
        self.reaches(gap.at.plus(gap.ticks));
        self.record(Kind::Gap, out, |out| {
            write_track(gap.track, why, gap.at, out);
            out.extend(gap.ticks.to_le_bytes());
        });
    }

    /// Appends a mark to `out`.
    pub fn mark(&mut self, mark: &Mark, out: &mut Vec<u8>) {
        let what = match mark.what {
            MarkKind::Joined => 0,
            MarkKind::Left => 1,
        };
        self.record(Kind::Mark, out, |out| {
            out.extend(mark.leg.to_le_bytes());
            out.extend([what, 0]);
            out.extend(mark.at.0.to_le_bytes());
        });
    }

    /// Appends the seal to `out`. `sha256` is that of every octet written so far, header included. Nothing is written
    /// after it.
    pub fn seal(mut self, sha256: [u8; 32], out: &mut Vec<u8>) {
        let (records, bytes, length) = (self.records, self.bytes, self.length);
        self.record(Kind::Seal, out, |out| {
            out.extend(records.to_le_bytes());
            out.extend(bytes.to_le_bytes());
            out.extend(length.0.to_le_bytes());
            out.extend(sha256);
        });
    }

    /// How many octets were written so far.
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The end of the last frame or gap so far.
    pub const fn length(&self) -> MediaTime {
        self.length
    }

    fn reaches(&mut self, end: MediaTime) {
        self.length = self.length.max(end);
    }

    fn record(&mut self, kind: Kind, out: &mut Vec<u8>, body: impl FnOnce(&mut Vec<u8>)) {
        let start = out.len();
        out.extend([0, 0, kind as u8]);
        body(out);
        // A body is at most PAYLOAD_LEN_MAX and a few octets: it fits 16 bits.
        let length = (out.len() - start - 2) as u16;
        out[start..start + 2].copy_from_slice(&length.to_le_bytes());
        let crc = crc32fast::hash(&out[start..]);
        out.extend(crc.to_le_bytes());
        self.records += 1;
        self.bytes += (out.len() - start) as u64;
    }
}

/// The kinds of records, as they stand in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Frame = 1,
    Gap = 2,
    Mark = 3,
    Seal = 4,
}

impl Header {
    pub(super) fn to_bytes(self) -> [u8; HEADER_LEN] {
        let mut bytes = [0; HEADER_LEN];
        bytes[..8].copy_from_slice(MAGIC);
        bytes[8..10].copy_from_slice(&FORMAT_VERSION.to_le_bytes());
        bytes[12..20].copy_from_slice(&self.recording.0.as_u64().to_le_bytes());
        bytes[20..28].copy_from_slice(&self.started.as_micros().to_le_bytes());
        let crc = crc32fast::hash(&bytes[..28]);
        bytes[28..].copy_from_slice(&crc.to_le_bytes());
        bytes
    }

    pub(super) fn from_bytes(bytes: &[u8; HEADER_LEN]) -> Result<Self, RecordingError> {
        let mut fields = Fields(bytes);
        if fields.take::<8>() != Some(*MAGIC) {
            return Err(RecordingError::NotARecording);
        }
        let version = fields.u16().ok_or(RecordingError::Header)?;
        if version > FORMAT_VERSION {
            return Err(RecordingError::Version(version));
        }
        fields.u16();
        let recording = fields.u64().ok_or(RecordingError::Header)?;
        let started = fields.u64().ok_or(RecordingError::Header)? as i64;
        if fields.u32() != Some(crc32fast::hash(&bytes[..28])) {
            return Err(RecordingError::Header);
        }
        Ok(Self { recording: RecordingId(CallId::from_u64(recording)), started: Wall::from_micros(started) })
    }
}

impl<'a> Record<'a> {
    /// The end of what it holds; the beginning of the recording for a seal.
    pub fn end(&self) -> MediaTime {
        match self {
            Self::Frame(frame) => frame.at.plus(codec::ticks(frame.payload)),
            Self::Gap(gap) => gap.at.plus(gap.ticks),
            Self::Mark(mark) => mark.at,
            Self::Seal(_) => MediaTime(0),
        }
    }

    /// Reads kind and body of a record whose checksum is right. None if it is not one that this version writes.
    pub(super) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let (&kind, body) = bytes.split_first()?;
        let mut fields = Fields(body);
        match kind {
            kind if kind == Kind::Frame as u8 => {
                let (track, codec, at) = fields.track()?;
                Some(Self::Frame(Frame {
                    track,
                    at,
                    codec: Codec::from_static_payload_type(codec)?,
                    payload: fields.0,
                }))
            }
            kind if kind == Kind::Gap as u8 => {
                let (track, why, at) = fields.track()?;
                Some(Self::Gap(Gap {
                    track,
                    at,
                    ticks: fields.u32()?,
                    why: [GapCause::NotSent, GapCause::Lost, GapCause::NotWritten].get(usize::from(why)).copied()?,
                }))
            }
            kind if kind == Kind::Mark as u8 => {
                let leg = fields.u16()?;
                let [what, _] = fields.take()?;
                Some(Self::Mark(Mark {
                    leg,
                    at: MediaTime(fields.u32()?),
                    what: [MarkKind::Joined, MarkKind::Left].get(usize::from(what)).copied()?,
                }))
            }
            kind if kind == Kind::Seal as u8 => Some(Self::Seal(Seal {
                records: fields.u64()?,
                bytes: fields.u64()?,
                length: MediaTime(fields.u32()?),
                sha256: fields.take()?,
            })),
            _ => None,
        }
    }
}

/// What is left of a body.
struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (field, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*field)
    }

    fn u16(&mut self) -> Option<u16> {
        self.take().map(u16::from_le_bytes)
    }

    fn u32(&mut self) -> Option<u32> {
        self.take().map(u32::from_le_bytes)
    }

    fn u64(&mut self) -> Option<u64> {
        self.take().map(u64::from_le_bytes)
    }

    /// What frames and gaps begin with: the track, one octet of their own, the time.
    fn track(&mut self) -> Option<(Track, u8, MediaTime)> {
        let leg = self.u16()?;
        let [direction, own] = self.take()?;
        let direction = [Direction::Inbound, Direction::Outbound].get(usize::from(direction)).copied()?;
        Some((Track { leg, direction }, own, MediaTime(self.u32()?)))
    }
}

fn write_track(track: Track, own: u8, at: MediaTime, out: &mut Vec<u8>) {
    out.extend(track.leg.to_le_bytes());
    let direction = match track.direction {
        Direction::Inbound => 0,
        Direction::Outbound => 1,
    };
    out.extend([direction, own]);
    out.extend(at.0.to_le_bytes());
}
