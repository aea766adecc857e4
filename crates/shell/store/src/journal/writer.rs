//! Writing the journal.

use std::collections::VecDeque;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bell_types::{Fact, NodeId, Seq};

use super::record::{HEAD_BYTES, Kind, RecordNumber, head};
use super::recover::{Found, Recovered, Sealed, recover};
use super::reserve::Reserve;
use super::segment::{self, HEADER_BYTES, Header};
use super::sync::{Durable, SyncHealth, SyncThread};
use super::{AppendError, Epoch, FlushError, JournalError, Limits};

/// How much room the journal has, which says which calls the node may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Room {
    /// None: nothing is taken any more.
    None,
    /// Only what is kept back for running calls: refuse new ones (`Cause::DiskFull`).
    Reserve,
    /// Enough.
    Enough,
}

/// The one writer of a journal.
///
/// What is appended is buffered; [`flush`](Self::flush) gives it to the operating system. When the disk is full the
/// buffer keeps it and later flushes go on where the disk stopped.
#[derive(Debug)]
pub struct Writer {
    dir: PathBuf,
    limits: Limits,
    node: NodeId,
    epoch: Epoch,
    active: Active,
    sealed: VecDeque<Sealed>,
    /// Records that are not yet, or not wholly, given to the operating system.
    buffer: Vec<u8>,
    /// How much of the buffer was given.
    given: usize,
    next_record: RecordNumber,
    next_seq: Seq,
    applied: Seq,
    /// The last flush failed.
    blocked: bool,
    reserve: Reserve,
    // Before the lock: the last records reach the disk while it is still held.
    sync: SyncThread,
    _lock: File,
}

#[derive(Debug)]
struct Active {
    file: Arc<File>,
    path: PathBuf,
    first: RecordNumber,
    /// Its length with what is buffered.
    bytes: u64,
    /// A new segment is begun at this length.
    rotate_at: u64,
}

impl Writer {
    /// Opens the journal in `dir` to go on behind its last whole record, or begins one named `epoch_if_new` there.
    pub fn open(
        dir: &Path,
        limits: &Limits,
        node: NodeId,
        epoch_if_new: Epoch,
    ) -> Result<(Self, Recovered), JournalError> {
        limits.check()?;
        fs::create_dir_all(dir).map_err(|err| JournalError::MakeDir { dir: dir.into(), err })?;
        let lock = lock(dir)?;
        let found = match recover(dir)? {
            Some(found) => found,
            None => begin(dir, node, epoch_if_new)?,
        };
        if found.node != node {
            return Err(JournalError::OtherNode { dir: dir.into(), found: found.node.0, expected: node.0 });
        }
        let writer = Self::go_on(dir, limits, &found, lock)?;
        Ok((writer, found.recovered))
    }

    fn go_on(dir: &Path, limits: &Limits, found: &Found, lock: File) -> Result<Self, JournalError> {
        let active = Active::go_on(found, limits)?;
        let Recovered { epoch, next_record, next_seq, .. } = found.recovered;
        let last_seq = Seq(next_seq.0.saturating_sub(1));
        let sync = SyncThread::start(dir, Arc::clone(&active.file), last_seq, limits.sync_interval)?;
        Ok(Self {
            dir: dir.into(),
            limits: limits.clone(),
            node: found.node,
            epoch,
            active,
            sealed: found.sealed.iter().copied().collect(),
            buffer: Vec::new(),
            given: 0,
            next_record,
            next_seq,
            applied: Seq(0),
            blocked: false,
            reserve: Reserve::hold(dir, limits.reserve_bytes),
            sync,
            _lock: lock,
        })
    }

    /// Appends what the node starts with, as the engine encodes it.
    pub fn append_start(&mut self, payload: &[u8]) -> Result<Room, AppendError> {
        self.append(Kind::Start, payload)
    }

    /// Appends a configuration that takes effect, as the engine encodes it.
    pub fn append_config(&mut self, payload: &[u8]) -> Result<Room, AppendError> {
        self.append(Kind::Config, payload)
    }

    /// Appends an input, as the engine encodes it, before it is handled.
    pub fn append_input(&mut self, payload: &[u8]) -> Result<Room, AppendError> {
        self.append(Kind::Input, payload)
    }

    /// Appends the facts an input led to, all or none. They must continue the sequence.
    pub fn append_facts(&mut self, facts: &[Fact]) -> Result<Room, AppendError> {
        if facts.is_empty() {
            return Ok(self.room());
        }
        let mut expected = self.next_seq;
        for fact in facts {
            if fact.seq != expected {
                return Err(AppendError::Order { expected, found: fact.seq });
            }
            expected = expected.next();
        }
        let room = self.record(Kind::Facts, |buffer| {
            facts.iter().try_for_each(|fact| {
                serde_json::to_writer(&mut *buffer, fact).map_err(AppendError::Encode)?;
                buffer.push(b'\n');
                Ok(())
            })
        })?;
        self.next_seq = expected;
        Ok(room)
    }

    /// Gives everything that was appended to the operating system: from then on it survives the death of this process.
    pub fn flush(&mut self) -> Result<(), FlushError> {
        let flushed = self.write_out();
        self.blocked = flushed.is_err();
        if flushed.is_ok() && !self.buffer.is_empty() {
            self.buffer.clear();
            self.given = 0;
            self.sync.written(self.last_seq());
        }
        flushed
    }

    /// Looks after the room, say once a second: deletes segments the limit has no room for, as far as `applied` allows
    /// it, and takes the reserve back when the disk has space again.
    pub fn tend(&mut self, applied: Seq) -> Room {
        self.applied = self.applied.max(applied);
        self.delete_applied();
        if !self.reserve.is_held() && self.disk_has_space() {
            self.reserve.take();
        }
        self.room()
    }

    /// How much room there is.
    pub fn room(&self) -> Room {
        let bytes = self.bytes();
        let stuck = self.blocked && self.waiting() >= self.limits.buffer_bytes_max;
        if stuck || bytes >= self.limits.total_bytes_max {
            Room::None
        } else if self.blocked
            || !self.reserve.is_held()
            || bytes.saturating_add(self.limits.reserve_bytes) >= self.limits.total_bytes_max
        {
            Room::Reserve
        } else {
            Room::Enough
        }
    }

    /// The length of all segments together.
    pub fn bytes(&self) -> u64 {
        let sealed: u64 = self.sealed.iter().map(|sealed| sealed.bytes).sum();
        sealed + self.active.bytes
    }

    /// Which journal this is.
    pub const fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// The last fact that was appended; 0 if there was none.
    pub const fn last_seq(&self) -> Seq {
        Seq(self.next_seq.0.saturating_sub(1))
    }

    /// The number the next record gets.
    pub const fn next_record(&self) -> RecordNumber {
        self.next_record
    }

    /// How far the journal is on the disk, for the projector.
    pub fn durable(&self) -> Durable {
        self.sync.durable()
    }

    /// Whether the journal reaches the disk, for `/health`.
    pub fn sync_health(&self) -> SyncHealth {
        self.sync.health()
    }

    fn append(&mut self, kind: Kind, payload: &[u8]) -> Result<Room, AppendError> {
        self.record(kind, |buffer| {
            buffer.extend_from_slice(payload);
            Ok(())
        })
    }

    fn record(
        &mut self,
        kind: Kind,
        write: impl FnOnce(&mut Vec<u8>) -> Result<(), AppendError>,
    ) -> Result<Room, AppendError> {
        self.make_place();
        if self.room() == Room::None {
            return Err(AppendError::Full);
        }
        let start = self.buffer.len();
        self.buffer.extend_from_slice(&[0; HEAD_BYTES]);
        let length = write(&mut self.buffer).and_then(|()| self.check_length(start + HEAD_BYTES));
        if let Err(err) = length {
            self.buffer.truncate(start);
            return Err(err);
        }
        let (place, payload) = self.buffer[start..].split_at_mut(HEAD_BYTES);
        place.copy_from_slice(&head(kind, self.next_record, payload));
        self.next_record = self.next_record.next();
        self.active.bytes += (self.buffer.len() - start) as u64;
        Ok(self.room())
    }

    fn check_length(&self, payload_start: usize) -> Result<(), AppendError> {
        let bytes = self.buffer.len() - payload_start;
        let bytes_max = self.limits.record_bytes_max;
        if bytes > bytes_max {
            return Err(AppendError::TooLong { bytes, bytes_max });
        }
        Ok(())
    }

    /// Flushes a full buffer and ends a full segment. If the disk does not let us, `room` says so.
    fn make_place(&mut self) {
        let full = self.active.bytes >= self.active.rotate_at;
        if !full && self.waiting() < self.limits.buffer_bytes_max {
            return;
        }
        if let Err(err) = self.flush() {
            tracing::debug!(%err, "the journal waits for the disk");
            return;
        }
        if full {
            self.rotate();
        }
    }

    fn rotate(&mut self) {
        let header =
            Header { node: self.node, epoch: self.epoch, first_record: self.next_record, first_seq: self.next_seq };
        match Active::begin(&self.dir, &header, self.limits.segment_bytes_max) {
            Ok(next) => {
                self.sync.rotated(Arc::clone(&next.file));
                let ended = std::mem::replace(&mut self.active, next);
                self.sealed.push_back(Sealed { first: ended.first, seq_end: self.next_seq, bytes: ended.bytes });
                self.delete_applied();
            }
            Err(err) => {
                tracing::warn!(%err, "no new segment could be begun: the journal goes on in the old one");
                self.active.rotate_at += self.limits.segment_bytes_max / 8 + 1;
            }
        }
    }

    /// Deletes segments from the oldest on, as long as another one would not fit and their facts are applied.
    fn delete_applied(&mut self) {
        let wanted = self.limits.segment_bytes_max + self.limits.reserve_bytes;
        while self.bytes().saturating_add(wanted) > self.limits.total_bytes_max {
            let Some(oldest) = self.sealed.front().filter(|oldest| oldest.seq_end <= self.applied.next()) else {
                return;
            };
            let path = segment::path(&self.dir, oldest.first);
            if let Err(err) = fs::remove_file(&path) {
                tracing::warn!(%err, path = %path.display(), "failed to delete an old segment");
                return;
            }
            self.sealed.pop_front();
        }
    }

    fn write_out(&mut self) -> Result<(), FlushError> {
        while self.given < self.buffer.len() {
            match (&*self.active.file).write(&self.buffer[self.given..]) {
                Ok(bytes) => self.given += bytes,
                Err(err) if err.kind() == io::ErrorKind::Interrupted => {}
                Err(err) if is_full(&err) && self.reserve.give_up() => {
                    tracing::error!(dir = %self.dir.display(), "the disk is full: the journal uses its reserve");
                }
                Err(err) if is_full(&err) => return Err(FlushError::DiskFull),
                Err(err) => {
                    let path = self.active.path.clone();
                    return Err(FlushError::Write { path, err });
                }
            }
        }
        Ok(())
    }

    fn waiting(&self) -> usize {
        self.buffer.len() - self.given
    }

    /// Whether the disk has room for the reserve and a segment: with less the reserve would be given up at once.
    fn disk_has_space(&self) -> bool {
        let wanted = self.limits.reserve_bytes.saturating_add(self.limits.segment_bytes_max);
        rustix::fs::statvfs(&self.dir).is_ok_and(|disk| disk.f_bavail.saturating_mul(disk.f_frsize) > wanted)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        if let Err(err) = self.flush() {
            tracing::error!(%err, bytes = self.waiting(), "the end of the journal could not be written");
        }
    }
}

impl Active {
    fn begin(dir: &Path, header: &Header, segment_bytes_max: u64) -> Result<Self, JournalError> {
        let path = segment::path(dir, header.first_record);
        let mut file = match OpenOptions::new().append(true).create_new(true).open(&path) {
            Ok(file) => file,
            Err(err) => return Err(JournalError::Open { path, err }),
        };
        if let Err(err) = file.write_all(&header.encode()) {
            // Half a header would be taken for the torn end of the journal; without the file it is the old one's end.
            let deleted = fs::remove_file(&path);
            tracing::debug!(?deleted, "a segment could not be begun");
            return Err(JournalError::Write { path, err });
        }
        Ok(Self {
            file: Arc::new(file),
            path,
            first: header.first_record,
            bytes: HEADER_BYTES as u64,
            rotate_at: segment_bytes_max,
        })
    }

    fn go_on(found: &Found, limits: &Limits) -> Result<Self, JournalError> {
        let path = found.last.clone();
        let opened = OpenOptions::new().append(true).open(&path);
        // What was read back is on the disk before anything builds on it.
        let file = match opened.and_then(|file| file.sync_all().map(|()| file)) {
            Ok(file) => file,
            Err(err) => return Err(JournalError::Open { path, err }),
        };
        Ok(Self {
            file: Arc::new(file),
            path,
            first: found.last_first,
            bytes: found.last_bytes,
            rotate_at: limits.segment_bytes_max,
        })
    }
}

fn begin(dir: &Path, node: NodeId, epoch: Epoch) -> Result<Found, JournalError> {
    let header = Header { node, epoch, first_record: RecordNumber::FIRST, first_seq: Seq(1) };
    let active = Active::begin(dir, &header, u64::MAX)?;
    Ok(Found {
        node,
        recovered: Recovered { epoch, next_record: header.first_record, next_seq: header.first_seq, cut: None },
        sealed: Vec::new(),
        last: active.path,
        last_first: header.first_record,
        last_bytes: active.bytes,
    })
}

/// Two writers would tear the journal to pieces. The lock goes with the process, however it ends.
fn lock(dir: &Path) -> Result<File, JournalError> {
    let path = dir.join("lock");
    let file = match OpenOptions::new().create(true).truncate(false).write(true).open(&path) {
        Ok(file) => file,
        Err(err) => return Err(JournalError::Open { path, err }),
    };
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(fs::TryLockError::WouldBlock) => Err(JournalError::Locked { dir: dir.into() }),
        Err(fs::TryLockError::Error(err)) => Err(JournalError::Open { path, err }),
    }
}

fn is_full(err: &io::Error) -> bool {
    matches!(err.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

#[cfg(test)]
mod tests;
