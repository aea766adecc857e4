//! A disk that really is full: a file system of one megabyte in memory, mounted where only the child sees it.

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

use bell_store::disk::DiskSpace;
use bell_store::journal::{AppendError, Epoch, FlushError, Limits, Reader, Room, Writer};
use bell_types::{NodeId, Seq};

use crate::support::limits;

const DIR: &str = "BELL_STORE_TEST_SMALL_DISK";

/// Not a test of its own: what runs on the small disk.
#[test]
fn child_that_fills_a_small_disk() {
    let Some(dir) = env::var_os(DIR) else { return };
    let dir = Path::new(&dir);
    let limits = Limits { reserve_bytes: 200_000, ..limits() };
    let ballast = dir.join("ballast");
    fs::write(&ballast, vec![1; 400_000]).unwrap();
    let journal = dir.join("journal");
    let (mut writer, _) = Writer::open(&journal, &limits, NodeId(0), Epoch(1)).unwrap();
    let mut taken: u64 = 0;
    let mut reserve_from = None;
    let mut flushed = Ok(());
    let refused = loop {
        match writer.append_input(&[b'x'; 1000]) {
            Ok(room) => {
                taken += 1;
                if room == Room::Reserve && reserve_from.is_none() {
                    reserve_from = Some(taken);
                }
            }
            Err(err) => break err,
        }
        flushed = writer.flush();
    };
    assert!(matches!(refused, AppendError::Full), "{refused}");
    assert!(matches!(flushed, Err(FlushError::DiskFull)), "{flushed:?}");
    assert!(DiskSpace::of(dir).unwrap().free_bytes < 10_000);
    let reserved = taken - reserve_from.expect("new calls are refused before running ones");
    assert!(reserved > 180, "running calls could go on: {reserved}");

    // Somebody makes room: the very next flush goes on.
    fs::remove_file(&ballast).unwrap();
    writer.flush().unwrap();
    assert_eq!(writer.tend(Seq(0)), Room::Enough);
    writer.append_input(b"and on").unwrap();
    drop(writer);
    let mut reader = Reader::oldest(&journal).unwrap();
    let mut read = 0;
    while reader.read().unwrap().is_some() {
        read += 1;
    }
    assert_eq!(read, taken + 1, "nothing was lost, nothing was doubled");
}

#[test]
fn a_full_disk_refuses_new_calls_lets_running_ones_end_and_recovers() {
    let dir = tempfile::tempdir().unwrap();
    let mount = "mount -t tmpfs -o size=1m tmpfs \"$0\" && exec \"$@\"";
    let ran = Command::new("unshare")
        .args(["--map-root-user", "--mount", "sh", "-c", mount])
        .arg(dir.path())
        .arg(env::current_exe().unwrap())
        .args(["--exact", "full_disk::child_that_fills_a_small_disk", "--nocapture"])
        .env(DIR, dir.path())
        .output()
        .unwrap();
    let (said, complained) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert!(ran.status.success(), "{said}{complained}");
    assert!(said.contains("1 passed"), "{said}");
}
