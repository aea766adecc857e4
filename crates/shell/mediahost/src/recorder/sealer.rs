//! The thread that makes files durable: all of them now and then, each for good when it is sealed.

use std::collections::{HashMap, VecDeque};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use bell_media::control::{MediaEvent, MediaNews};
use bell_media::recording::Writer as Encoder;
use bell_types::{LegId, RecordingId, RecordingStatus};
use sha2::{Digest, Sha256};

use super::recover::inspect;
use super::sealed_path;
use super::vault::{Appending, Vault};
use crate::RecordingConfig;
use crate::gauges::RecorderCounters;
use crate::host::EventSink;

/// How long to wait before an event is offered again.
const RETRY: Duration = Duration::from_millis(10);

/// A recording the writer has done with.
#[derive(Debug)]
pub(super) struct Finished {
    pub(super) recording: RecordingId,
    pub(super) leg: LegId,
    /// None if the writer does not know it: it was sealed before, or never begun.
    pub(super) sealing: Option<Sealing>,
}

/// What it takes to seal a file.
#[derive(Debug)]
pub(super) struct Sealing {
    /// None if nothing could be written.
    pub(super) file: Option<Appending>,
    pub(super) path: PathBuf,
    pub(super) encoder: Encoder,
    pub(super) hash: Sha256,
    pub(super) status: RecordingStatus,
}

/// Seals files and answers.
pub(super) struct Sealer {
    directory: PathBuf,
    vault: Vault,
    directory_handle: File,
    sync_interval: Duration,
    synced: Instant,
    /// How much had been written when files were made durable last.
    synced_octets: u64,
    counters: Arc<RecorderCounters>,
    remembered_max: usize,
    sealed: HashMap<RecordingId, MediaNews>,
    order: VecDeque<RecordingId>,
    events: EventSink,
    waiting: VecDeque<MediaEvent>,
}

impl Sealer {
    pub(super) fn open(
        config: &RecordingConfig,
        events: &EventSink,
        counters: &Arc<RecorderCounters>,
    ) -> io::Result<Self> {
        Ok(Self {
            directory: config.directory.clone(),
            vault: config.vault.clone(),
            directory_handle: File::open(&config.directory)?,
            sync_interval: config.sync_interval,
            synced: Instant::now(),
            synced_octets: 0,
            counters: Arc::clone(counters),
            remembered_max: config.remembered_max,
            sealed: HashMap::new(),
            order: VecDeque::new(),
            events: EventSink::clone(events),
            waiting: VecDeque::new(),
        })
    }

    /// Works until the writer is gone.
    pub(super) fn run(mut self, inbox: &Receiver<Finished>) {
        loop {
            let pause = if self.waiting.is_empty() { self.sync_interval } else { RETRY };
            match inbox.recv_timeout(pause) {
                Ok(finished) => self.finish(finished),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            self.offer();
            self.sync();
        }
        self.offer();
    }

    fn finish(&mut self, finished: Finished) {
        let recording = finished.recording;
        let news = match finished.sealing {
            Some(sealing) => seal(recording, sealing, &self.directory_handle),
            None => match self.sealed.get(&recording) {
                Some(news) => news.clone(),
                None => on_disk(&self.directory, &self.vault, recording),
            },
        };
        self.remember(recording, news.clone());
        if self.waiting.len() >= self.remembered_max {
            tracing::error!(%recording, "the engine takes no events: it will have to ask for this seal again");
            return;
        }
        self.waiting.push_back(MediaEvent { leg: finished.leg, what: news });
    }

    fn remember(&mut self, recording: RecordingId, news: MediaNews) {
        if self.sealed.insert(recording, news).is_none() {
            self.order.push_back(recording);
        }
        if self.order.len() > self.remembered_max
            && let Some(oldest) = self.order.pop_front()
        {
            self.sealed.remove(&oldest);
        }
    }

    fn offer(&mut self) {
        while let Some(event) = self.waiting.front() {
            if !(self.events)(event) {
                return;
            }
            self.waiting.pop_front();
        }
    }

    /// One call for all files: one for each would keep the disk busy with nothing else.
    fn sync(&mut self) {
        if self.synced.elapsed() < self.sync_interval {
            return;
        }
        self.synced = Instant::now();
        let octets = self.counters.written.load(Ordering::Relaxed);
        if octets == self.synced_octets {
            return;
        }
        self.synced_octets = octets;
        if let Err(err) = rustix::fs::syncfs(&self.directory_handle) {
            tracing::error!(%err, "recordings cannot be made durable");
        }
    }
}

fn seal(recording: RecordingId, sealing: Sealing, directory: &File) -> MediaNews {
    let length = sealing.encoder.length().as_duration();
    let status = sealing.status.clone();
    match seal_file(recording, sealing, directory) {
        Ok(Some(sha256)) => MediaNews::RecordingSealed { recording, status, length, sha256 },
        Ok(None) => nothing(recording, status),
        Err(err) => {
            tracing::error!(%recording, %err, "a recording cannot be sealed: it is left for recovery");
            let reason = format!("the recording could not be sealed: {err}");
            nothing(recording, RecordingStatus::Failed { reason })
        }
    }
}

/// The hash of all that was recorded; none if there is no file.
fn seal_file(recording: RecordingId, sealing: Sealing, directory: &File) -> io::Result<Option<String>> {
    let Some(mut file) = sealing.file else { return Ok(None) };
    let mut seal = Vec::new();
    let mut hash = sealing.hash;
    sealing.encoder.seal(hash.clone().finalize().into(), &mut seal);
    file.append(&seal)?;
    hash.update(&seal);
    file.sync_all()?;
    let parent = sealing.path.parent().unwrap_or(Path::new("."));
    fs::rename(&sealing.path, sealed_path(parent, recording))?;
    directory.sync_all()?;
    Ok(Some(hex(&hash.finalize())))
}

/// The answer for a recording that this process has not sealed.
fn on_disk(directory: &Path, vault: &Vault, recording: RecordingId) -> MediaNews {
    match inspect(&sealed_path(directory, recording), vault) {
        Ok((found, _)) => {
            MediaNews::RecordingSealed { recording, status: found.status(), length: found.length, sha256: found.sha256 }
        }
        Err(err) => {
            nothing(recording, RecordingStatus::Failed { reason: format!("there is no such recording: {err}") })
        }
    }
}

const fn nothing(recording: RecordingId, status: RecordingStatus) -> MediaNews {
    MediaNews::RecordingSealed { recording, status, length: Duration::ZERO, sha256: String::new() }
}

/// In small letters, as `sha256sum` prints it.
pub(super) fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}
