//! The disk: space, and how long a write takes until it is safe.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use bell_store::disk::{DiskLevel, DiskSpace};

use super::{Findings, Limits, told};
use crate::dirs::Dirs;

const CHECK: &str = "disk";
/// As much as a node writes at a time.
const BLOCK: [u8; 4096] = [0; 4096];

pub(super) fn examine(dirs: &Dirs, limits: &Limits, findings: &mut Findings) {
    // Before the directory is made, its disk is that of the nearest one above.
    let Some(dir) = dirs.root().ancestors().find(|dir| dir.is_dir()) else { return };
    match DiskSpace::of(dir) {
        Ok(space) => {
            let gibibytes = |bytes: u64| bytes as f64 / f64::from(1 << 30);
            let (free, total) = (gibibytes(space.free_bytes), gibibytes(space.total_bytes));
            let found = format!("{free:.1} of {total:.1} GiB free");
            let remedy = "make room: old recordings, or a larger disk; without space no call is taken";
            match space.level(&limits.disk) {
                DiskLevel::Enough => findings.ok(CHECK, found),
                DiskLevel::Low => findings.warn(CHECK, found, remedy),
                DiskLevel::Critical => findings.fail(CHECK, found, remedy),
            }
        }
        Err(error) => findings.fail(CHECK, told(&error), "check that the disk is mounted"),
    }
    if dir != dirs.root() {
        return;
    }
    match write_times(dir, limits.writes) {
        Ok((median, worst)) => {
            let millis = |time: Duration| time.as_secs_f64() * 1000.0;
            let found = format!("a write is safe after {:.1} ms, {:.1} ms at worst", millis(median), millis(worst));
            if median > limits.write_slow {
                findings.warn(CHECK, found, "keep the directory on a local SSD; something else may load the disk");
            } else {
                findings.ok(CHECK, found);
            }
        }
        Err(error) => {
            findings.fail(CHECK, format!("cannot write: {error}"), "make room, or run as the owner of the directory");
        }
    }
}

/// The median and the worst of some writes that are forced to the disk.
fn write_times(dir: &Path, writes: u32) -> io::Result<(Duration, Duration)> {
    let path = dir.join(format!("doctor-{}.part", std::process::id()));
    let times = measure(&path, writes);
    // It may never have come to be.
    let _ = fs::remove_file(&path);
    let mut times = times?;
    times.sort_unstable();
    let worst = times.last().copied().unwrap_or_default();
    Ok((times.get(times.len() / 2).copied().unwrap_or_default(), worst))
}

fn measure(path: &Path, writes: u32) -> io::Result<Vec<Duration>> {
    let mut file = File::create_new(path)?;
    (0..writes)
        .map(|_| {
            let began = Instant::now();
            file.write_all(&BLOCK)?;
            file.sync_data()?;
            Ok(began.elapsed())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measuring_leaves_nothing_behind() {
        let dir = tempfile::tempdir().unwrap();
        let (median, worst) = write_times(dir.path(), 5).unwrap();
        assert!(median <= worst && worst > Duration::ZERO);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
        assert!(write_times(&dir.path().join("missing"), 5).is_err());
    }
}
