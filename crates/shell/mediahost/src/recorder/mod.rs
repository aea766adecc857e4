//! Recordings on disk. A worker encodes what its legs say and hear into chunks ([`Takes`]); one thread appends them to
//! files ([`writer`]), another makes files durable and seals them ([`sealer`]). If the disk stalls or is full, chunks
//! are lost, never calls; what was lost stands in the file as a gap and in the recording's status.
//!
//! Files are ciphertext where there are keys ([`vault`]).
//!
//! A recording is `ID.part` while it is written and `ID.rec` once it is sealed.

mod export;
mod opus;
mod recover;
mod sealer;
mod take;
mod vault;
mod writer;

pub use export::{ExportConfig, ExportError, FileFormat, export};
pub use recover::{Recovered, Repair, find_sealed, is_whole, recover, repair};
pub(crate) use take::{Sound, Takes, Tap};
pub use vault::{KeyId, KeyMissing, NoKeyId, Vault};

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::thread::{self, JoinHandle};

use bell_media::recording::{MediaTime, Track};
use bell_types::{LegId, RecordingId, Wall};
use smallvec::SmallVec;

use crate::RecordingConfig;
use crate::gauges::RecorderCounters;
use crate::host::{EventSink, StartError};
use sealer::Sealer;
use writer::Writer;

/// Where the processor is short, a recorder gets a third of what a worker gets: enough for all it has to write.
const NICENESS: i32 = 5;

/// The threads that write.
#[derive(Debug)]
pub(crate) struct Recorder {
    threads: [JoinHandle<()>; 2],
}

/// The way of a worker to the writer.
#[derive(Clone, Debug)]
pub(crate) struct Tape {
    jobs: SyncSender<Job>,
    counters: Arc<RecorderCounters>,
}

/// What the writer is asked for.
#[derive(Debug)]
enum Job {
    Append(Box<Chunk>),
    /// All of it was appended. The answer goes to the leg.
    Seal(RecordingId, LegId),
}

/// Encoded records of one recording.
#[derive(Debug)]
struct Chunk {
    recording: RecordingId,
    /// When media time 0 was.
    started: Wall,
    bytes: Vec<u8>,
    records: u64,
    /// The end of its last frame or gap.
    length: MediaTime,
    /// What it holds, in case it cannot be written.
    holds: Spans,
    /// What was lost before it.
    lost: Spans,
}

/// A stretch of one track.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    track: Track,
    from: MediaTime,
    to: MediaTime,
}

/// A few stretches, one after the other on each track.
#[derive(Clone, Debug, Default)]
struct Spans(SmallVec<[Span; 4]>);

impl Spans {
    /// Adds a stretch; it joins the last one of its track if that reaches up to it or `bridge` ticks before it.
    fn add(&mut self, span: Span, bridge: u32) {
        let last = self.0.iter_mut().rev().find(|known| known.track == span.track);
        match last {
            Some(known) if span.from <= known.to.plus(bridge) => {
                known.from = known.from.min(span.from);
                known.to = known.to.max(span.to);
            }
            Some(_) | None => self.0.push(span),
        }
    }

    /// The ticks of the track that has most.
    fn longest(&self) -> u32 {
        let of = |track| -> u32 { self.0.iter().filter(|span| span.track == track).map(Span::ticks).sum() };
        self.0.iter().map(|span| of(span.track)).max().unwrap_or(0)
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Span {
    const fn ticks(&self) -> u32 {
        self.to.0.saturating_sub(self.from.0)
    }
}

impl Recorder {
    /// Starts the threads. They end when the last [`Tape`] is gone.
    pub(crate) fn start(
        config: &RecordingConfig,
        events: &EventSink,
        counters: &Arc<RecorderCounters>,
    ) -> Result<(Self, Tape), StartError> {
        let unwritable = |err| StartError::Recordings { directory: config.directory.clone(), err };
        fs::create_dir_all(&config.directory).map_err(unwritable)?;
        let (jobs, job_inbox) = sync_channel(config.chunks_max);
        let (finished, finished_inbox) = sync_channel(config.chunks_max);
        let writer = Writer::new(config, finished, Arc::clone(counters));
        let sealer = Sealer::open(config, events, counters).map_err(unwritable)?;
        let threads = [
            thread::Builder::new().name("media-recorder".to_owned()).spawn(move || {
                let_workers_go_first();
                writer.run(&job_inbox);
            }),
            thread::Builder::new().name("media-sealer".to_owned()).spawn(move || {
                let_workers_go_first();
                sealer.run(&finished_inbox);
            }),
        ];
        let [writer, sealer] = threads;
        let threads = [writer.map_err(StartError::Worker)?, sealer.map_err(StartError::Worker)?];
        let tape = Tape { jobs, counters: Arc::clone(counters) };
        Ok((Self { threads }, tape))
    }

    /// Waits until every recording that is still open is sealed. All tapes must be gone.
    pub(crate) fn join(self) {
        for thread in self.threads {
            if thread.join().is_err() {
                tracing::error!("a thread of the recorder has panicked");
            }
        }
    }
}

/// Lowers the priority of this thread: a packet cannot wait, a chunk can. Linux counts it by thread.
fn let_workers_go_first() {
    if let Err(err) = rustix::process::setpriority_process(None, NICENESS) {
        tracing::warn!(%err, "the recorder keeps the priority of the media workers");
    }
}

impl Tape {
    /// Hands a job to the writer; it comes back if too many wait.
    fn try_send(&self, job: Job) -> Result<(), Job> {
        let len = job.len();
        self.counters.backlog.fetch_add(len, Ordering::Relaxed);
        self.jobs.try_send(job).map_err(|err| {
            self.counters.backlog.fetch_sub(len, Ordering::Relaxed);
            match err {
                TrySendError::Full(job) | TrySendError::Disconnected(job) => job,
            }
        })
    }
}

impl Job {
    fn len(&self) -> u64 {
        match self {
            Self::Append(chunk) => chunk.bytes.len() as u64,
            Self::Seal(..) => 0,
        }
    }
}

/// The key that the file of a recording is under; none if it is under none.
pub fn key_of(file: &Path) -> io::Result<Option<KeyId>> {
    vault::key_of(file)
}

/// Wraps the data key of a recording under the current key: whether it was not yet. What was recorded stays as it is.
pub fn rewrap(file: &Path, vault: &Vault) -> io::Result<bool> {
    vault::rewrap(file, vault)
}

/// The file of a recording that is being written.
fn part_path(directory: &Path, recording: RecordingId) -> PathBuf {
    directory.join(format!("{recording}.part"))
}

/// The file of a sealed recording.
fn sealed_path(directory: &Path, recording: RecordingId) -> PathBuf {
    directory.join(format!("{recording}.rec"))
}
