//! How full the disk is that holds the journal or the recordings.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// The space of the disk a directory is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DiskSpace {
    /// What this program may still write, in bytes.
    pub free_bytes: u64,
    /// The size of the disk, in bytes.
    pub total_bytes: u64,
}

/// When to ask for attention (REC-24), in thousandths of the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DiskThresholds {
    /// Warn below this.
    pub low_permille: u16,
    /// Alarm below this.
    pub critical_permille: u16,
}

/// How full a disk is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DiskLevel {
    /// Enough is free.
    Enough,
    /// Somebody should make room.
    Low,
    /// Somebody must make room now.
    Critical,
}

/// The disk cannot be asked.
#[derive(Debug, Error)]
#[error("failed to ask how full the disk of {} is", dir.display())]
pub struct DiskError {
    /// The directory.
    pub dir: PathBuf,
    /// Why.
    #[source]
    pub err: io::Error,
}

impl DiskSpace {
    /// Asks for the disk that `dir` is on.
    pub fn of(dir: &Path) -> Result<Self, DiskError> {
        let disk = rustix::fs::statvfs(dir).map_err(|errno| DiskError { dir: dir.into(), err: errno.into() })?;
        Ok(Self {
            free_bytes: disk.f_bavail.saturating_mul(disk.f_frsize),
            total_bytes: disk.f_blocks.saturating_mul(disk.f_frsize),
        })
    }

    /// How full that is.
    pub fn level(&self, thresholds: &DiskThresholds) -> DiskLevel {
        let free = u128::from(self.free_bytes) * 1000;
        let below = |permille: u16| free < u128::from(self.total_bytes) * u128::from(permille);
        if below(thresholds.critical_permille) {
            DiskLevel::Critical
        } else if below(thresholds.low_permille) {
            DiskLevel::Low
        } else {
            DiskLevel::Enough
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rec_24_a_disk_warns_below_20_percent_and_alarms_below_10() {
        let thresholds = DiskThresholds { low_permille: 200, critical_permille: 100 };
        let cases = [
            (1000, DiskLevel::Enough),
            (200, DiskLevel::Enough),
            (199, DiskLevel::Low),
            (100, DiskLevel::Low),
            (99, DiskLevel::Critical),
            (0, DiskLevel::Critical),
        ];
        for (free_bytes, level) in cases {
            let space = DiskSpace { free_bytes, total_bytes: 1000 };
            assert_eq!(space.level(&thresholds), level, "{free_bytes} of 1000 free");
        }
    }

    #[test]
    fn a_directory_has_a_disk_and_a_missing_one_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let space = DiskSpace::of(dir.path()).unwrap();
        assert!(space.total_bytes >= space.free_bytes && space.total_bytes > 0, "{space:?}");
        let err = DiskSpace::of(&dir.path().join("missing")).unwrap_err();
        assert!(err.to_string().ends_with("missing is"), "{err}");
    }
}
