//! Two tracks side by side: what a recording sounds like.

use std::collections::VecDeque;
use std::time::Duration;

use bell_types::{Codec, RecordingStatus};

use crate::codec::{self, Decoder};
use crate::recording::{Frame, Gap, GapCause, MediaTime, Record, Track};
use crate::resample::{RateError, Resampler};

/// How tracks are assembled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AssemblyConfig {
    /// The left channel: what the caller says.
    pub left: Track,
    /// The right channel: what the caller hears.
    pub right: Track,
    /// The sample rate of the result: 8 or 16 kHz.
    pub rate_hz: u32,
    /// How far records may be out of order in the file; what comes later than that is dropped. With the longest packet
    /// it bounds the memory.
    pub skew_max: Duration,
}

/// Turns records into interleaved stereo, silence in the gaps. Push every record of the file in order; the memory it
/// needs does not grow with the recording. What has been appended to `out` is not needed any more.
#[derive(Clone, Debug)]
pub struct Assembler {
    skew_max: u32,
    /// Samples per tick.
    per_tick: u32,
    left: Channel,
    right: Channel,
    /// How far both channels were written.
    written: MediaTime,
    /// The end of the last frame or gap of any track.
    length: MediaTime,
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
    /// An assembler at the beginning of a recording. Rates are multiples of 8 kHz.
    pub fn new(config: AssemblyConfig) -> Result<Self, RateError> {
        let per_tick = config.rate_hz / MediaTime::HZ;
        if per_tick == 0 || !config.rate_hz.is_multiple_of(MediaTime::HZ) {
            return Err(RateError::Rate(config.rate_hz));
        }
        Ok(Self {
            skew_max: MediaTime::after(config.skew_max).0,
            per_tick,
            left: Channel::new(config.left, config.rate_hz),
            right: Channel::new(config.right, config.rate_hz),
            written: MediaTime(0),
            length: MediaTime(0),
        })
    }

    /// Takes one record, and appends to `out` the samples that it settles: left, right, left, right. Frames of other
    /// tracks are not heard, but the result is as long as the longest track.
    pub fn push(&mut self, record: &Record<'_>, out: &mut Vec<i16>) {
        let (at, end) = match record {
            Record::Frame(frame) => (frame.at, frame.at.plus(codec::ticks(frame.payload))),
            Record::Gap(gap) => (gap.at, gap.at.plus(gap.ticks)),
            Record::Mark(_) | Record::Seal(_) => return,
        };
        self.length = self.length.max(end);
        // Writing before taking keeps the channels short even if this record is far ahead.
        self.write_until(MediaTime(at.0.saturating_sub(self.skew_max)), out);
        for channel in [&mut self.left, &mut self.right] {
            match record {
                Record::Frame(frame) if frame.track == channel.track => channel.frame(frame, self.written),
                Record::Gap(gap) if gap.track == channel.track => channel.gap(gap),
                Record::Frame(_) | Record::Gap(_) | Record::Mark(_) | Record::Seal(_) => {}
            }
        }
    }

    /// Appends the rest, and says what there was.
    pub fn finish(mut self, out: &mut Vec<i16>) -> Assembly {
        self.write_until(self.length, out);
        Assembly {
            length: self.length.as_duration(),
            missing_left: self.left.missing.as_duration(),
            missing_right: self.right.missing.as_duration(),
        }
    }

    fn write_until(&mut self, until: MediaTime, out: &mut Vec<i16>) {
        while self.written < until {
            self.left.account(self.written);
            self.right.account(self.written);
            for _ in 0..self.per_tick {
                out.extend([self.left.next_sample(), self.right.next_sample()]);
            }
            self.written = self.written.plus(1);
        }
    }
}

impl Assembly {
    /// What the call record says about it. Up to `tolerated` missing counts as complete: the edges of packets.
    pub fn status(&self, tolerated: Duration) -> RecordingStatus {
        let missing = self.missing_left.max(self.missing_right);
        if self.length.is_zero() {
            RecordingStatus::Failed { reason: "no audio was recorded".to_owned() }
        } else if missing > tolerated {
            RecordingStatus::Partial { missing }
        } else {
            RecordingStatus::Recorded
        }
    }
}

/// One channel, from the point up to which it was written.
#[derive(Clone, Debug)]
struct Channel {
    track: Track,
    rate_hz: u32,
    decoder: Option<(Decoder, Resampler)>,
    /// What was decoded and not yet written; none where there is no frame.
    samples: VecDeque<Option<i16>>,
    /// Stretches without frames that a gap explains, in order, apart from each other.
    explained: VecDeque<(MediaTime, MediaTime)>,
    missing: MediaTime,
    decoded: Vec<i16>,
    resampled: Vec<i16>,
}

impl Channel {
    const fn new(track: Track, rate_hz: u32) -> Self {
        Self {
            track,
            rate_hz,
            decoder: None,
            samples: VecDeque::new(),
            explained: VecDeque::new(),
            missing: MediaTime(0),
            decoded: Vec::new(),
            resampled: Vec::new(),
        }
    }

    /// Takes a frame, of which what lies before `written` is too late.
    fn frame(&mut self, frame: &Frame<'_>, written: MediaTime) {
        self.decode(frame.codec, frame.payload);
        let per_tick = (self.rate_hz / MediaTime::HZ) as usize;
        let late = written.0.saturating_sub(frame.at.0) as usize * per_tick;
        let ahead = frame.at.0.saturating_sub(written.0) as usize * per_tick;
        let samples = self.resampled.get(late..).unwrap_or_default();
        let end = ahead + samples.len();
        if self.samples.len() < end {
            self.samples.resize(end, None);
        }
        for (place, &sample) in self.samples.range_mut(ahead..end).zip(samples) {
            *place = Some(sample);
        }
    }

    fn decode(&mut self, codec: Codec, payload: &[u8]) {
        self.decoded.clear();
        self.resampled.clear();
        if self.decoder.as_ref().is_none_or(|(decoder, _)| decoder.codec() != codec) {
            self.decoder = Resampler::new(codec.sample_rate_hz(), self.rate_hz)
                .ok()
                .map(|resampler| (Decoder::new(codec), resampler));
        }
        if let Some((decoder, resampler)) = &mut self.decoder {
            decoder.decode(payload, &mut self.decoded);
            resampler.process(&self.decoded, &mut self.resampled);
        }
    }

    fn gap(&mut self, gap: &Gap) {
        match gap.why {
            GapCause::NotSent | GapCause::Lost => {}
            GapCause::NotWritten => return,
        }
        let (from, to) = (gap.at, gap.at.plus(gap.ticks));
        match self.explained.back_mut() {
            Some(last) if from <= last.1 => *last = (last.0.min(from), last.1.max(to)),
            Some(_) | None => self.explained.push_back((from, to)),
        }
    }

    /// Counts the tick at `at` as missing if there is neither a frame nor a gap that explains it.
    fn account(&mut self, at: MediaTime) {
        while self.explained.front().is_some_and(|&(_, to)| to <= at) {
            self.explained.pop_front();
        }
        let explained = self.explained.front().is_some_and(|&(from, _)| from <= at);
        if !explained && !matches!(self.samples.front(), Some(Some(_))) {
            self.missing = self.missing.plus(1);
        }
    }

    fn next_sample(&mut self) -> i16 {
        self.samples.pop_front().flatten().unwrap_or(0)
    }
}
