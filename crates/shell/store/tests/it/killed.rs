//! A writer that is killed with `kill -9` at random moments, on one journal, again and again.

use std::env;
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use bell_store::journal::{Epoch, FactTail, Kind, Reader, RecordNumber, Writer};
use bell_types::{NodeId, Seq};

use crate::support::{FACTS_PER_CALL, facts_of_calls, limits};

const DIR: &str = "BELL_STORE_TEST_JOURNAL_OF_CHILD";
const KILLS: u64 = 25;

/// Not a test of its own: what the process runs that is killed. It writes an input and the facts of two calls,
/// flushes, and says how far it is, until it is killed.
#[test]
fn child_that_writes_until_it_is_killed() {
    let Some(dir) = env::var_os(DIR) else { return };
    let (mut writer, recovered) = Writer::open(Path::new(&dir), &limits(), NodeId(0), Epoch(1)).unwrap();
    let mut seq = recovered.next_seq.0;
    loop {
        let facts = facts_of_calls(seq, 0..2);
        writer.append_input(format!("before {seq} {}", "x".repeat(seq as usize % 700)).as_bytes()).unwrap();
        writer.append_facts(&facts).unwrap();
        writer.flush().unwrap();
        seq += facts.len() as u64;
        // Straight to the pipe: the test harness would keep what `println!` writes.
        writeln!(io::stderr(), "flushed {} {}", writer.next_record(), writer.last_seq()).unwrap();
    }
}

/// Starts a child, kills it after it flushed so often, and returns the last record and fact it said were flushed.
fn write_and_kill(dir: &Path, flushes: u64) -> (RecordNumber, Seq) {
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["--exact", "killed::child_that_writes_until_it_is_killed", "--nocapture", "--test-threads=1"])
        .env(DIR, dir)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut last = None;
    let mut count = 0;
    while count < flushes {
        let line = lines.next().expect("the child writes until it is killed").unwrap();
        last = parse(&line).or(last);
        count += u64::from(line.starts_with("flushed"));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    // What was in the pipe when it died had been flushed too. The last line may be torn.
    for line in lines.map_while(Result::ok) {
        last = parse(&line).or(last);
    }
    last.expect("it flushed at least once")
}

fn parse(line: &str) -> Option<(RecordNumber, Seq)> {
    let (record, seq) = line.strip_prefix("flushed ")?.split_once(' ')?;
    Some((RecordNumber(record.parse().ok()?), Seq(seq.parse().ok()?)))
}

#[test]
fn what_a_killed_process_had_flushed_is_there_and_the_rest_is_whole() {
    let dir = tempfile::tempdir().unwrap();
    let mut moment: u64 = 0x5EED;
    for kill in 0..KILLS {
        // A linear congruential generator: the moments are odd, and the same each time.
        moment = moment.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let (next_record, last_seq) = write_and_kill(dir.path(), 1 + (moment >> 33) % 120);

        let mut reader = Reader::oldest(dir.path()).unwrap();
        let mut seq = 0;
        while let Some(record) = reader.read().unwrap() {
            if record.kind == Kind::Input {
                let text = std::str::from_utf8(record.payload).unwrap();
                assert!(text.starts_with(&format!("before {} ", seq + 1)), "{text}");
            } else {
                let count = record.facts().map(|fact| fact.unwrap().0.seq.0).inspect(|at| {
                    seq += 1;
                    assert_eq!(*at, seq);
                });
                assert_eq!(count.count() as u64, 2 * FACTS_PER_CALL);
            }
        }
        assert!(reader.next_record() >= next_record, "kill {kill}: flushed records are lost");
        // A clean prefix: at most one write was under way.
        assert!(reader.next_record().0 <= next_record.0 + 2, "kill {kill}");

        let (_, recovered) = Writer::open(dir.path(), &limits(), NodeId(0), Epoch(2)).unwrap();
        assert_eq!(recovered.next_record, reader.next_record());
        assert_eq!(recovered.epoch, Epoch(1));
        assert!(recovered.next_seq > last_seq);
        let mut tail = FactTail::after(dir.path(), last_seq).unwrap();
        let mut after = last_seq.0;
        while let Some(next) = tail.read().unwrap() {
            after += 1;
            assert_eq!(next.fact.seq.0, after);
        }
        assert_eq!(recovered.next_seq.0, after + 1);
    }
}
