//! The thread that brings the journal to the disk.

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use bell_types::Seq;

use super::JournalError;

/// How far the journal is on the disk, for those who must not be ahead of it: a database that knew more than the
/// journal after a power cut would take the facts that follow for ones it has.
#[derive(Clone, Debug)]
pub struct Durable(Arc<Shared>);

impl Durable {
    /// The last fact that a power cut cannot take away.
    pub fn seq(&self) -> Seq {
        Seq(self.0.durable.load(Ordering::Acquire))
    }
}

/// Whether the journal reaches the disk, for `/health`.
#[derive(Clone, Debug)]
pub struct SyncHealth(Arc<Shared>);

impl SyncHealth {
    /// Why the journal does not reach the disk; none if it does. A failure stays until the node is restarted: the
    /// kernel drops what it could not write, so a later success would say nothing about it.
    pub fn error(&self) -> Option<String> {
        self.0.lock().error.clone()
    }
}

#[derive(Debug)]
struct Shared {
    work: Mutex<Work>,
    wake: Condvar,
    dirty: AtomicBool,
    written: AtomicU64,
    durable: AtomicU64,
}

#[derive(Debug)]
struct Work {
    current: Arc<File>,
    /// Files that get no more records, and must reach the disk once more.
    sealed: Vec<Arc<File>>,
    /// A file was begun: its name must reach the disk too.
    dir_changed: bool,
    error: Option<String>,
    stop: bool,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Work> {
        // A panic while it was held leaves nothing half done: each holder changes one thing.
        self.work.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The writer's end of the thread. Dropping it brings everything to the disk and ends the thread.
#[derive(Debug)]
pub(crate) struct SyncThread {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl SyncThread {
    /// `durable` is the last fact that is on the disk already.
    pub(crate) fn start(
        dir: &Path,
        current: Arc<File>,
        durable: Seq,
        interval: Duration,
    ) -> Result<Self, JournalError> {
        let shared = Arc::new(Shared {
            work: Mutex::new(Work { current, sealed: Vec::new(), dir_changed: true, error: None, stop: false }),
            wake: Condvar::new(),
            dirty: AtomicBool::new(true),
            written: AtomicU64::new(durable.0),
            durable: AtomicU64::new(durable.0),
        });
        let (theirs, dir) = (Arc::clone(&shared), dir.to_owned());
        let thread = thread::Builder::new()
            .name("journal-sync".to_owned())
            .spawn(move || run(&theirs, &dir, interval))
            .map_err(JournalError::Thread)?;
        Ok(Self { shared, thread: Some(thread) })
    }

    /// Everything up to this fact was given to the operating system.
    pub(crate) fn written(&self, seq: Seq) {
        self.shared.written.store(seq.0, Ordering::Release);
        self.shared.dirty.store(true, Ordering::Release);
    }

    /// A new file is written from now on.
    pub(crate) fn rotated(&self, current: Arc<File>) {
        let mut work = self.shared.lock();
        let sealed = std::mem::replace(&mut work.current, current);
        work.sealed.push(sealed);
        work.dir_changed = true;
        self.shared.dirty.store(true, Ordering::Release);
    }

    pub(crate) fn durable(&self) -> Durable {
        Durable(Arc::clone(&self.shared))
    }

    pub(crate) fn health(&self) -> SyncHealth {
        SyncHealth(Arc::clone(&self.shared))
    }
}

impl Drop for SyncThread {
    fn drop(&mut self) {
        self.shared.lock().stop = true;
        self.shared.wake.notify_all();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the thread journal-sync panicked");
        }
    }
}

fn run(shared: &Shared, dir: &Path, interval: Duration) {
    loop {
        let stop = {
            let work = shared.lock();
            let waited = shared.wake.wait_timeout_while(work, interval, |work| !work.stop);
            waited.unwrap_or_else(PoisonError::into_inner).0.stop
        };
        if shared.dirty.swap(false, Ordering::AcqRel) {
            sync_once(shared, dir);
        }
        if stop {
            return;
        }
    }
}

fn sync_once(shared: &Shared, dir: &Path) {
    // Read before the files are synced: what is written meanwhile counts the next time.
    let written = shared.written.load(Ordering::Acquire);
    let (files, dir_changed) = {
        let mut work = shared.lock();
        let mut files = std::mem::take(&mut work.sealed);
        files.push(Arc::clone(&work.current));
        (files, std::mem::take(&mut work.dir_changed))
    };
    let synced = files.iter().try_for_each(|file| file.sync_data());
    match synced.and_then(|()| if dir_changed { sync_dir(dir) } else { Ok(()) }) {
        Ok(()) if shared.lock().error.is_none() => shared.durable.store(written, Ordering::Release),
        Ok(()) => {}
        Err(err) => {
            tracing::error!(%err, dir = %dir.display(), "the journal does not reach the disk");
            shared.lock().error = Some(err.to_string());
        }
    }
}

fn sync_dir(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}
