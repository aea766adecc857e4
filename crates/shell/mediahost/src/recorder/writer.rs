//! The thread that appends chunks to files.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::mem;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, SyncSender};
use std::thread;
use std::time::{Duration, Instant};

use bell_media::recording::{Gap, GapCause, Header, MediaTime, Writer as Encoder};
use bell_types::{LegId, RecordingId, RecordingStatus, Wall};
use sha2::{Digest, Sha256};

use super::sealer::{Finished, Sealing};
use super::vault::{Appending, Vault};
use super::{Chunk, Job, Span, Spans, part_path};
use crate::RecordingConfig;
use crate::gauges::{RecorderCounters, count, publish_cpu};

/// After an idle moment the writer waits so long for more, so that it wakes once for many chunks.
const GATHER: Duration = Duration::from_millis(20);

/// How often the free space of the disk is asked for.
const SPACE_INTERVAL: Duration = Duration::from_secs(1);

/// Appends chunks.
pub(super) struct Writer {
    config: RecordingConfig,
    finished: SyncSender<Finished>,
    counters: Arc<RecorderCounters>,
    open: HashMap<RecordingId, Reel>,
    space: Option<Space>,
}

/// What the disk had, and when that was asked.
#[derive(Clone, Copy)]
struct Space {
    asked: Instant,
    free: u64,
}

/// One recording's file.
struct Reel {
    path: PathBuf,
    vault: Vault,
    header: Header,
    file: Option<Appending>,
    written: Written,
    /// Lost, and not yet in the file as gaps.
    lost: Spans,
    /// All that was lost.
    missing: Spans,
    failure: Option<String>,
}

/// What stands in a file.
#[derive(Clone)]
struct Written {
    encoder: Encoder,
    records: u64,
    hash: Sha256,
}

impl Writer {
    pub(super) fn new(
        config: &RecordingConfig,
        finished: SyncSender<Finished>,
        counters: Arc<RecorderCounters>,
    ) -> Self {
        Self { config: config.clone(), finished, counters, open: HashMap::new(), space: None }
    }

    /// Works until the last worker is gone, and then seals what is open.
    pub(super) fn run(mut self, jobs: &Receiver<Job>) {
        while let Ok(job) = jobs.recv() {
            self.take(job);
            while let Ok(job) = jobs.try_recv() {
                self.take(job);
            }
            publish_cpu(&self.counters.cpu_nanos);
            thread::sleep(GATHER);
        }
        for recording in self.open.keys().copied().collect::<Vec<_>>() {
            let leg = LegId { call: recording.0, number: 1 };
            self.seal(recording, leg);
        }
    }

    fn take(&mut self, job: Job) {
        self.counters.backlog.fetch_sub(job.len(), Ordering::Relaxed);
        match job {
            Job::Append(chunk) => self.append(*chunk),
            Job::Seal(recording, leg) => self.seal(recording, leg),
        }
        self.counters.open.store(self.open.len() as u64, Ordering::Relaxed);
    }

    fn append(&mut self, mut chunk: Chunk) {
        let room = self.room_for(chunk.bytes.len());
        let reel = self.open.entry(chunk.recording).or_insert_with(|| {
            let path = part_path(&self.config.directory, chunk.recording);
            Reel::new(path, self.config.vault.clone(), chunk.recording, chunk.started)
        });
        reel.lose(&mem::take(&mut chunk.lost));
        let len = chunk.bytes.len() as u64;
        match room.and_then(|()| reel.append(&chunk)) {
            Ok(()) => count(&self.counters.written, len),
            Err(err) => {
                if reel.failure.is_none() {
                    tracing::error!(recording = %chunk.recording, %err, "a recording cannot be written");
                }
                reel.failure = Some(err.to_string());
                reel.lose(&chunk.holds);
                self.counters.lost.fetch_add(len, Ordering::Relaxed);
            }
        }
    }

    /// Whether so many octets may be taken from the disk.
    fn room_for(&mut self, len: usize) -> io::Result<()> {
        let space = match self.space {
            Some(space) if space.asked.elapsed() < SPACE_INTERVAL => space,
            Some(_) | None => Space::ask(&self.config)?,
        };
        let left = space.free.saturating_sub(len as u64);
        self.space = Some(Space { free: left, ..space });
        if left < self.config.disk_reserve {
            let full = "the disk for recordings is full: free space or enlarge the disk";
            return Err(io::Error::new(io::ErrorKind::StorageFull, full));
        }
        Ok(())
    }

    fn seal(&mut self, recording: RecordingId, leg: LegId) {
        let sealing = self.open.remove(&recording).map(Reel::finish);
        let finished = Finished { recording, leg, sealing };
        // The sealer ends after the writer. If it is slow we wait; chunks are lost then, and that is recorded.
        if self.finished.send(finished).is_err() {
            tracing::error!(%recording, "the sealer is gone: the recording is left for recovery");
        }
    }
}

impl Space {
    fn ask(config: &RecordingConfig) -> io::Result<Self> {
        let disk = rustix::fs::statvfs(&config.directory)?;
        Ok(Self { asked: Instant::now(), free: disk.f_bavail * disk.f_frsize })
    }
}

impl Reel {
    fn new(path: PathBuf, vault: Vault, recording: RecordingId, started: Wall) -> Self {
        Self {
            path,
            vault,
            header: Header { recording, started },
            file: None,
            written: Written::nothing(),
            lost: Spans::default(),
            missing: Spans::default(),
            failure: None,
        }
    }

    fn lose(&mut self, spans: &Spans) {
        for &span in &spans.0 {
            self.lost.add(span, 0);
            self.missing.add(span, 0);
        }
    }

    /// Appends what was lost before, as gaps, and then the chunk; all of it or nothing.
    fn append(&mut self, chunk: &Chunk) -> io::Result<()> {
        let (mut written, mut bytes) = self.begin();
        written.gaps(&self.lost, &mut bytes);
        bytes.extend_from_slice(&chunk.bytes);
        written.records += chunk.records;
        let len = written.encoder.bytes() + chunk.bytes.len() as u64;
        let length = written.encoder.length().max(chunk.length);
        written.encoder = Encoder::resume(written.records, len, length);
        self.write(written, &bytes)?;
        self.lost = Spans::default();
        Ok(())
    }

    /// The state to go on from, with the header if nothing was written so far.
    fn begin(&self) -> (Written, Vec<u8>) {
        let mut bytes = Vec::new();
        let mut written = self.written.clone();
        if self.file.is_none() {
            written.encoder = Encoder::new(self.header, &mut bytes);
        }
        (written, bytes)
    }

    fn write(&mut self, mut written: Written, bytes: &[u8]) -> io::Result<()> {
        let mut file = match self.file.take() {
            Some(file) => file,
            None => self.create()?,
        };
        if let Err(err) = file.append(bytes) {
            // What was written of it is cut off, so that the next records follow whole ones. If even that fails, the
            // file is left as it is for recovery.
            file.cut_back()?;
            if self.written.len() == 0 {
                fs::remove_file(&self.path)?;
            } else {
                self.file = Some(file);
            }
            return Err(err);
        }
        self.file = Some(file);
        written.hash.update(bytes);
        self.written = written;
        Ok(())
    }

    /// What is sealed is never written again.
    fn create(&self) -> io::Result<Appending> {
        if self.path.with_extension("rec").try_exists()? {
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, "the recording was sealed already"));
        }
        Appending::create(&self.path, &self.vault, self.header.recording)
    }

    /// Writes the last gaps and hands the file over.
    fn finish(mut self) -> Sealing {
        let (mut written, mut bytes) = self.begin();
        if !self.lost.is_empty() && self.file.is_some() {
            written.gaps(&self.lost, &mut bytes);
            if let Err(err) = self.write(written, &bytes) {
                tracing::error!(recording = %self.header.recording, %err, "the end of a recording cannot be written");
            }
        }
        let missing = MediaTime(self.missing.longest()).as_duration();
        let status = match (self.failure, &self.file) {
            (failure, None) => {
                RecordingStatus::Failed { reason: failure.unwrap_or_else(|| "nothing was recorded".to_owned()) }
            }
            (_, Some(_)) if missing.is_zero() => RecordingStatus::Recorded,
            (_, Some(_)) => RecordingStatus::Partial { missing },
        };
        Sealing { file: self.file, path: self.path, encoder: self.written.encoder, hash: self.written.hash, status }
    }
}

impl Written {
    fn nothing() -> Self {
        Self { encoder: Encoder::resume(0, 0, MediaTime(0)), records: 0, hash: Sha256::new() }
    }

    fn len(&self) -> u64 {
        self.encoder.bytes()
    }

    fn gaps(&mut self, lost: &Spans, bytes: &mut Vec<u8>) {
        for span in &lost.0 {
            self.encoder.gap(&gap(span), bytes);
            self.records += 1;
        }
    }
}

fn gap(span: &Span) -> Gap {
    Gap { track: span.track, at: span.from, ticks: span.ticks(), why: GapCause::NotWritten }
}
