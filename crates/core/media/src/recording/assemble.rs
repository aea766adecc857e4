//! Two tracks side by side: what a recording sounds like.

use std::time::Duration;

use bell_types::RecordingStatus;

use super::{Record, Track};

/// How tracks are assembled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AssemblyConfig {
    /// The left channel: what the caller says.
    pub left: Track,
    /// The right channel: what the caller hears.
    pub right: Track,
    /// The sample rate of the result: 8 or 16 kHz.
    pub rate_hz: u32,
    /// How far frames may be out of order in the file; what comes later than that is dropped. Bounds the memory.
    pub skew_max: Duration,
}

/// Turns records into interleaved stereo, silence in the gaps. Push every record of the file in order, pull samples
/// between; the memory it needs does not grow with the recording.
#[derive(Clone, Debug)]
pub struct Assembler {
    config: AssemblyConfig,
}

/// What was assembled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assembly {
    /// The length of the audio.
    pub length: Duration,
    /// How much of the left channel is missing: without a frame, and without a gap that explains it.
    pub missing_left: Duration,
    /// The same of the right channel.
    pub missing_right: Duration,
}

impl Assembler {
    /// An assembler at the beginning of a recording.
    pub fn new(config: AssemblyConfig) -> Self {
        Self { config }
    }

    /// Takes one record. Frames of other tracks are passed over.
    pub fn push(&mut self, record: &Record<'_>) {
        let _ = (record, self.config);
        todo!()
    }

    /// Appends the samples that are settled: left, right, left, right.
    pub fn pull(&mut self, out: &mut Vec<i16>) {
        let _ = out;
        todo!()
    }

    /// Appends the rest, and says what there was.
    pub fn finish(self, out: &mut Vec<i16>) -> Assembly {
        let _ = out;
        todo!()
    }
}

impl Assembly {
    /// What the call record says about it. Less than `tolerated` missing counts as complete: the edges of packets.
    pub fn status(&self, tolerated: Duration) -> RecordingStatus {
        let missing = self.missing_left.max(self.missing_right);
        if self.length.is_zero() {
            RecordingStatus::Failed {
                reason: "no audio was recorded".to_owned(),
            }
        } else if missing > tolerated {
            RecordingStatus::Partial { missing }
        } else {
            RecordingStatus::Recorded
        }
    }
}
