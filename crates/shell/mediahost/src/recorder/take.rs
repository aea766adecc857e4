//! The worker's side: what legs say and hear becomes chunks for the writer.

use std::collections::{HashMap, VecDeque};
use std::mem;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use bell_media::recording::{Frame, Gap, GapCause, Mark, MarkKind, MediaTime, Track, TrackClock, Writer};
use bell_types::{Codec, Direction, LegId, Mono, RecordingId, Wall};

use super::{Chunk, Job, Span, Spans, Tape};
use crate::Config;
use crate::clock::wall;

/// Losses so near to each other are one loss: the chunks between them were not written either.
const JOIN_TICKS: u32 = 8000;

/// The recordings of one worker's calls.
#[derive(Debug)]
pub(crate) struct Takes {
    config: Arc<Config>,
    tape: Tape,
    open: HashMap<RecordingId, Take>,
    /// Seals the writer had no room for.
    seals: VecDeque<(RecordingId, LegId)>,
}

/// One recording: the chunk that is being filled.
#[derive(Debug)]
struct Take {
    started: Mono,
    /// For the header: what the calendar said then.
    started_wall: Wall,
    encoder: Writer,
    chunk: Vec<u8>,
    records: u64,
    holds: Spans,
    lost: Spans,
    flush_at: Mono,
}

/// What a leg needs in order to be recorded.
#[derive(Debug)]
pub(crate) struct Tap {
    pub(crate) recording: RecordingId,
    leg: u16,
    says: TapTrack,
    hears: TapTrack,
}

/// One direction of a tapped leg.
#[derive(Debug)]
struct TapTrack {
    clock: TrackClock,
    /// Up to where the recording knows about it.
    end: MediaTime,
}

/// A packet to record.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sound<'a> {
    pub(crate) direction: Direction,
    pub(crate) codec: Codec,
    pub(crate) timestamp: u32,
    pub(crate) payload: &'a [u8],
    /// Why there is nothing between this packet and the one before.
    pub(crate) gap: GapCause,
}

impl Takes {
    pub(crate) fn new(config: Arc<Config>, tape: Tape) -> Self {
        Self { config, tape, open: HashMap::new(), seals: VecDeque::new() }
    }

    /// Begins to record a leg; the first leg begins the recording.
    pub(crate) fn join(&mut self, now: Mono, recording: RecordingId, leg: u16) -> Tap {
        let flush_at = now + self.config.recording.flush_interval;
        let take = self.open.entry(recording).or_insert_with(|| Take::new(now, flush_at));
        let at = take.time(now);
        take.mark(leg, at, MarkKind::Joined);
        let track = || TapTrack { clock: TrackClock::new(self.config.recording.clock), end: at };
        Tap { recording, leg, says: track(), hears: track() }
    }

    /// Appends one packet.
    pub(crate) fn append(&mut self, now: Mono, tap: &mut Tap, sound: &Sound<'_>) {
        let Some(take) = self.open.get_mut(&tap.recording) else {
            return;
        };
        let passed = take.time(now);
        let (leg, track) = tap.track(sound.direction);
        let at = track.clock.place(passed, sound.timestamp);
        take.gap(leg, track, at, sound.gap);
        track.end = track.end.max(at.plus(sound.payload.len() as u32));
        take.frame(&Frame { track: leg, at, codec: sound.codec, payload: sound.payload });
        if take.chunk.len() >= self.config.recording.chunk_len {
            flush(&self.tape, tap.recording, take);
        }
    }

    /// A leg is gone.
    pub(crate) fn leave(&mut self, now: Mono, tap: &mut Tap) {
        let Some(take) = self.open.get_mut(&tap.recording) else {
            return;
        };
        let at = take.time(now);
        for direction in [Direction::Inbound, Direction::Outbound] {
            let (leg, track) = tap.track(direction);
            take.gap(leg, track, at, GapCause::NotSent);
        }
        take.mark(tap.leg, at, MarkKind::Left);
    }

    /// Whether nothing waits to be handed over.
    pub(crate) fn are_idle(&self) -> bool {
        self.seals.is_empty() && self.open.is_empty()
    }

    /// Hands over what has waited long enough, and seals there was no room for.
    pub(crate) fn tick(&mut self, now: Mono) {
        for (&recording, take) in &mut self.open {
            if take.flush_at <= now {
                take.flush_at = now + self.config.recording.flush_interval;
                flush(&self.tape, recording, take);
            }
        }
        while let Some((recording, leg)) = self.seals.pop_front() {
            if self.tape.try_send(Job::Seal(recording, leg)).is_err() {
                self.seals.push_front((recording, leg));
                return;
            }
        }
    }

    /// Ends a recording. The sealer answers.
    pub(crate) fn seal(&mut self, recording: RecordingId, leg: LegId) {
        if let Some(mut take) = self.open.remove(&recording) {
            flush(&self.tape, recording, &mut take);
        }
        self.seals.push_back((recording, leg));
    }

    /// Hands over everything, before the worker ends.
    pub(crate) fn finish(&mut self) {
        for (&recording, take) in &mut self.open {
            flush(&self.tape, recording, take);
        }
        for (recording, leg) in mem::take(&mut self.seals) {
            // The worker is ending and may wait.
            let _ = self.tape.jobs.send(Job::Seal(recording, leg));
        }
    }
}

impl Take {
    fn new(started: Mono, flush_at: Mono) -> Self {
        Self {
            started,
            started_wall: wall(),
            encoder: Writer::resume(0, 0, MediaTime(0)),
            chunk: Vec::new(),
            records: 0,
            holds: Spans::default(),
            lost: Spans::default(),
            flush_at,
        }
    }

    fn time(&self, now: Mono) -> MediaTime {
        MediaTime::after(now - self.started)
    }

    fn frame(&mut self, frame: &Frame<'_>) {
        if !self.encoder.frame(frame, &mut self.chunk) {
            return;
        }
        self.records += 1;
        let span = Span { track: frame.track, from: frame.at, to: frame.at.plus(frame.payload.len() as u32) };
        self.holds.add(span, u32::MAX);
    }

    fn gap(&mut self, leg: Track, track: &mut TapTrack, to: MediaTime, why: GapCause) {
        if to <= track.end {
            return;
        }
        let gap = Gap { track: leg, at: track.end, ticks: to.0 - track.end.0, why };
        track.end = to;
        self.encoder.gap(&gap, &mut self.chunk);
        self.records += 1;
    }

    fn mark(&mut self, leg: u16, at: MediaTime, what: MarkKind) {
        self.encoder.mark(&Mark { leg, at, what }, &mut self.chunk);
        self.records += 1;
    }
}

impl Tap {
    fn track(&mut self, direction: Direction) -> (Track, &mut TapTrack) {
        let track = Track { leg: self.leg, direction };
        match direction {
            Direction::Inbound => (track, &mut self.says),
            Direction::Outbound => (track, &mut self.hears),
        }
    }
}

/// Hands the chunk over. If the writer has no room its audio is lost, which the next chunk tells.
fn flush(tape: &Tape, recording: RecordingId, take: &mut Take) {
    if take.chunk.is_empty() && take.lost.is_empty() {
        return;
    }
    let len = take.chunk.len();
    let chunk = Chunk {
        recording,
        started: take.started_wall,
        bytes: mem::take(&mut take.chunk),
        records: mem::take(&mut take.records),
        length: take.encoder.length(),
        holds: mem::take(&mut take.holds),
        lost: mem::take(&mut take.lost),
    };
    match tape.try_send(Job::Append(Box::new(chunk))) {
        Ok(()) => take.chunk.reserve(len + len / 4),
        Err(Job::Append(chunk)) => {
            tape.counters.lost.fetch_add(len as u64, Ordering::Relaxed);
            take.lost = chunk.lost;
            for span in chunk.holds.0 {
                take.lost.add(span, JOIN_TICKS);
            }
        }
        Err(Job::Seal(..)) => {}
    }
}
