//! Disk space that is held back in a file, to be given up when the disk is full so that running calls can end.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use rustix::fs::{FallocateFlags, fallocate};

#[derive(Debug)]
pub(crate) struct Reserve {
    path: PathBuf,
    bytes: u64,
    held: bool,
}

impl Reserve {
    /// Holds the space if the disk has it; `is_held` tells.
    pub(crate) fn hold(dir: &Path, bytes: u64) -> Self {
        let mut reserve = Self { path: dir.join("reserve"), bytes, held: false };
        reserve.take();
        reserve
    }

    pub(crate) const fn is_held(&self) -> bool {
        self.held
    }

    /// Tries to hold the space again, if it was given up.
    pub(crate) fn take(&mut self) {
        if self.held {
            return;
        }
        match self.allocate() {
            Ok(()) => self.held = true,
            Err(err) => {
                tracing::debug!(%err, path = %self.path.display(), "no room for the journal's reserve");
                self.delete();
            }
        }
    }

    /// Gives the space up. False if it had been given up before.
    pub(crate) fn give_up(&mut self) -> bool {
        let was_held = self.held;
        self.held = false;
        if was_held {
            self.delete();
        }
        was_held
    }

    fn allocate(&self) -> io::Result<()> {
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(&self.path)?;
        if self.bytes == 0 {
            return Ok(());
        }
        fallocate(&file, FallocateFlags::empty(), 0, self.bytes)?;
        file.set_len(self.bytes)
    }

    fn delete(&self) {
        match fs::remove_file(&self.path) {
            Ok(()) => {}
            Err(err) if err.kind() == io::ErrorKind::NotFound => {}
            Err(err) => tracing::warn!(%err, path = %self.path.display(), "failed to give up the journal's reserve"),
        }
    }
}
