use std::fs::File;

use super::super::tests::{fact, limits, open, read_on};
use super::*;
use crate::journal::Reader;

/// A file that takes nothing: the disk is full.
fn full_disk(writer: &mut Writer) -> Arc<File> {
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    std::mem::replace(&mut writer.active.file, Arc::new(full))
}

fn records(dir: &Path) -> usize {
    read_on(&mut Reader::oldest(dir).unwrap()).unwrap().len()
}

#[test]
fn a_full_disk_first_takes_the_reserve_and_then_waits() {
    let dir = tempfile::tempdir().unwrap();
    let (mut writer, _) = open(dir.path());
    assert_eq!(fs::metadata(dir.path().join("reserve")).unwrap().len(), 4096);
    assert_eq!(writer.append_facts(&[fact(1)]).unwrap(), Room::Enough);
    let disk = full_disk(&mut writer);
    assert!(matches!(writer.flush(), Err(FlushError::DiskFull)));
    assert!(!dir.path().join("reserve").exists(), "the reserve was given up");
    assert_eq!(writer.room(), Room::Reserve);

    // Running calls go on in memory until that is full too.
    let mut taken = 1;
    loop {
        match writer.append_input(&[b'x'; 500]) {
            Ok(room) => {
                assert!(room < Room::Enough);
                taken += 1;
            }
            Err(AppendError::Full) => break,
            Err(err) => panic!("{err}"),
        }
        assert!(taken < 20, "the buffer has a limit");
    }
    assert_eq!(writer.room(), Room::None);
    assert_eq!(writer.next_record(), RecordNumber(taken + 1), "what was refused has no number");

    // Space returns: writing goes on at once, and nothing was lost.
    writer.active.file = disk;
    writer.flush().unwrap();
    assert_eq!(writer.room(), Room::Reserve, "until the reserve is held again");
    assert_eq!(writer.tend(Seq(0)), Room::Enough);
    assert_eq!(writer.append_facts(&[fact(2)]).unwrap(), Room::Enough);
    writer.flush().unwrap();
    assert_eq!(records(dir.path()) as u64, taken + 1);
}

#[test]
fn a_flush_goes_on_in_the_middle_of_a_record() {
    let dir = tempfile::tempdir().unwrap();
    let (mut writer, _) = open(dir.path());
    writer.append_input(&[b'x'; 700]).unwrap();
    // What a disk does that has room for 300 bytes.
    (&*writer.active.file).write_all(&writer.buffer[..300]).unwrap();
    writer.given = 300;
    let disk = full_disk(&mut writer);
    assert!(matches!(writer.flush(), Err(FlushError::DiskFull)));
    assert_eq!(records(dir.path()), 0, "half a record is none");
    writer.append_input(b"second").unwrap();
    writer.active.file = disk;
    writer.flush().unwrap();
    assert_eq!(records(dir.path()), 2);
}

#[test]
fn a_failing_disk_is_not_a_full_one() {
    let dir = tempfile::tempdir().unwrap();
    let (mut writer, _) = open(dir.path());
    writer.append_input(b"x").unwrap();
    let read_only = File::open("/dev/null").unwrap();
    let disk = std::mem::replace(&mut writer.active.file, Arc::new(read_only));
    assert!(matches!(writer.flush(), Err(FlushError::Write { .. })));
    assert_eq!(writer.room(), Room::Reserve);
    writer.active.file = disk;
    writer.flush().unwrap();
    assert_eq!(writer.room(), Room::Enough);
}

#[test]
fn a_full_journal_keeps_a_reserve_then_refuses_until_facts_are_applied() {
    let dir = tempfile::tempdir().unwrap();
    let limits = Limits { total_bytes_max: 20_000, reserve_bytes: 5000, ..limits() };
    let (mut writer, _) = Writer::open(dir.path(), &limits, NodeId(0), Epoch(1)).unwrap();
    let mut seq = 0;
    let mut refused_new_calls_at = None;
    let full = loop {
        match writer.append_facts(&[fact(seq + 1)]) {
            Ok(room) => {
                seq += 1;
                if room == Room::Reserve && refused_new_calls_at.is_none() {
                    refused_new_calls_at = Some(writer.bytes());
                }
            }
            Err(err) => break err,
        }
        writer.flush().unwrap();
        assert!(writer.bytes() < 21_000, "the limit is kept");
    };
    assert!(matches!(full, AppendError::Full), "{full}");
    assert!(refused_new_calls_at.is_some_and(|bytes| (15_000..16_000).contains(&bytes)));
    assert_eq!(records(dir.path()) as u64, seq, "nothing that was not applied is deleted");

    // The database catches up by half: half of the segments may go, and no more of them than needed.
    assert_eq!(writer.tend(Seq(seq / 2)), Room::Enough);
    let left = records(dir.path()) as u64;
    assert!(left > seq / 2 && left < seq, "{left} of {seq} left");
    assert!(writer.bytes() <= 20_000 - 5000);
    writer.append_facts(&[fact(seq + 1)]).unwrap();
}

#[test]
fn the_last_segment_is_never_deleted() {
    let dir = tempfile::tempdir().unwrap();
    let limits = Limits { total_bytes_max: 3000, reserve_bytes: 1000, ..limits() };
    let (mut writer, _) = Writer::open(dir.path(), &limits, NodeId(0), Epoch(1)).unwrap();
    for seq in 1..200 {
        writer.append_facts(&[fact(seq)]).unwrap();
        writer.flush().unwrap();
        writer.tend(Seq(seq));
    }
    assert!(segment::list(dir.path()).unwrap().len() <= 3);
    drop(writer);
    let (writer, recovered) = Writer::open(dir.path(), &limits, NodeId(0), Epoch(1)).unwrap();
    assert_eq!((recovered.next_seq, writer.last_seq()), (Seq(200), Seq(199)));
    assert_eq!(recovered.next_record, RecordNumber(200), "numbers go on although the first records are gone");
}

#[test]
fn facts_that_do_not_continue_the_sequence_are_refused_as_a_whole() {
    let dir = tempfile::tempdir().unwrap();
    let (mut writer, _) = open(dir.path());
    for facts in [[fact(2), fact(3)], [fact(1), fact(3)], [fact(1), fact(1)]] {
        assert!(matches!(writer.append_facts(&facts), Err(AppendError::Order { .. })));
    }
    writer.append_facts(&[fact(1), fact(2)]).unwrap();
    writer.flush().unwrap();
    assert_eq!(records(dir.path()), 1);
}

#[test]
fn a_record_that_is_too_long_is_refused_and_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let (mut writer, _) = open(dir.path());
    assert!(matches!(writer.append_input(&[0; 4001]), Err(AppendError::TooLong { bytes: 4001, bytes_max: 4000 })));
    let facts: Vec<Fact> = (1..100).map(fact).collect();
    assert!(matches!(writer.append_facts(&facts), Err(AppendError::TooLong { .. })));
    writer.append_input(&[0; 4000]).unwrap();
    writer.append_facts(&facts[..5]).unwrap();
    writer.flush().unwrap();
    assert_eq!(records(dir.path()), 2);
}
