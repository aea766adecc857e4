use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::time::Duration;

use bell_types::{CallId, Fact, Mono, NodeId, Now, Seq, Wall, What};
use proptest::prelude::{Strategy, any, prop, prop_oneof, proptest};
use proptest::test_runner::Config;
use tempfile::TempDir;

use super::*;

const NODE: NodeId = NodeId(3);
const EPOCH: Epoch = Epoch(77);

pub(super) fn limits() -> Limits {
    Limits {
        segment_bytes_max: 1000,
        total_bytes_max: 1 << 20,
        reserve_bytes: 4096,
        record_bytes_max: 4000,
        buffer_bytes_max: 4000,
        sync_interval: Duration::from_millis(1),
    }
}

pub(super) fn fact(seq: u64) -> Fact {
    Fact {
        seq: Seq(seq),
        now: Now { mono: Mono::from_micros(seq), wall: Wall::from_micros(1_793_003_400_000_000) },
        what: What::FlowEntered { call: CallId::from_u64(seq), node: "问候".to_owned() },
    }
}

pub(super) fn open(dir: &Path) -> (Writer, Recovered) {
    Writer::open(dir, &limits(), NODE, EPOCH).unwrap()
}

/// Each record as a line.
pub(super) fn read_on(reader: &mut Reader) -> Result<Vec<String>, JournalError> {
    let mut lines = Vec::new();
    while let Some(record) = reader.read()? {
        let text = String::from_utf8_lossy(record.payload);
        lines.push(format!("{} {:?} {}", record.number, record.kind, text.trim_end()));
    }
    Ok(lines)
}

fn read_all(dir: &Path) -> Vec<String> {
    read_on(&mut Reader::oldest(dir).unwrap()).unwrap()
}

/// A journal of some inputs, in several segments.
fn of_inputs(count: u64) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let (mut writer, _) = open(dir.path());
    for number in 1..=count {
        writer.append_input(format!("input {number:4} {}", "x".repeat(80)).as_bytes()).unwrap();
        writer.append_facts(&[fact(number)]).unwrap();
    }
    dir
}

fn last_segment(dir: &Path) -> std::path::PathBuf {
    segment::path(dir, *segment::list(dir).unwrap().last().unwrap())
}

#[test]
fn what_was_appended_is_read_back() {
    let dir = tempfile::tempdir().unwrap();
    let (mut writer, recovered) = open(dir.path());
    assert_eq!((recovered.next_record, recovered.next_seq), (RecordNumber(1), Seq(1)));
    writer.append_start(b"v1").unwrap();
    writer.append_config(b"toml").unwrap();
    writer.append_input(b"INVITE").unwrap();
    writer.append_facts(&[fact(1), fact(2)]).unwrap();
    writer.append_facts(&[]).unwrap();
    writer.append_input(b"").unwrap();
    drop(writer);
    let json = |seq| serde_json::to_string(&fact(seq)).unwrap();
    let expected = [
        "1 Start v1".to_owned(),
        "2 Config toml".to_owned(),
        "3 Input INVITE".to_owned(),
        format!("4 Facts {}\n{}", json(1), json(2)),
        "5 Input ".to_owned(),
    ];
    assert_eq!(read_all(dir.path()), expected);
}

#[test]
fn a_restarted_writer_goes_on_where_it_stopped() {
    let dir = of_inputs(20);
    assert!(segment::list(dir.path()).unwrap().len() > 3, "several segments");
    let (mut writer, recovered) = Writer::open(dir.path(), &limits(), NODE, Epoch(9999)).unwrap();
    let expected = Recovered { epoch: EPOCH, next_record: RecordNumber(41), next_seq: Seq(21), cut: None };
    assert_eq!(recovered, expected);
    writer.append_facts(&[fact(21)]).unwrap();
    drop(writer);
    assert_eq!(read_all(dir.path()).len(), 41);
}

#[test]
fn a_reader_follows_a_live_writer_from_segment_to_segment() {
    let dir = tempfile::tempdir().unwrap();
    let (mut writer, _) = open(dir.path());
    let mut reader = Reader::oldest(dir.path()).unwrap();
    for number in 1..=30 {
        assert!(reader.read().unwrap().is_none(), "nothing yet");
        writer.append_input(&[b'x'; 200]).unwrap();
        assert!(reader.read().unwrap().is_none(), "not flushed");
        writer.flush().unwrap();
        assert_eq!(reader.read().unwrap().unwrap().number, RecordNumber(number));
    }
    assert!(segment::list(dir.path()).unwrap().len() > 5);
    assert_eq!(reader.end().unwrap(), End::Clean);
}

#[test]
fn a_record_half_written_is_read_when_it_is_whole() {
    let dir = of_inputs(1);
    let path = last_segment(dir.path());
    let bytes = fs::read(&path).unwrap();
    for cut in segment::HEADER_BYTES..bytes.len() {
        fs::write(&path, &bytes[..cut]).unwrap();
        let mut reader = Reader::oldest(dir.path()).unwrap();
        let before = read_on(&mut reader).unwrap().len();
        let mut file = OpenOptions::new().append(true).open(&path).unwrap();
        file.write_all(&bytes[cut..]).unwrap();
        let after = read_on(&mut reader).unwrap().len();
        assert_eq!(before + after, 2, "cut at {cut}");
    }
}

#[test]
fn a_torn_last_record_is_cut_wherever_it_was_torn() {
    let dir = of_inputs(1);
    let path = last_segment(dir.path());
    let bytes = fs::read(&path).unwrap();
    let first_end = segment::HEADER_BYTES + HEAD_BYTES + "input    1 ".len() + 80;
    for cut in first_end..bytes.len() {
        fs::write(&path, &bytes[..cut]).unwrap();
        let (mut writer, recovered) = open(dir.path());
        assert_eq!((recovered.next_record, recovered.next_seq), (RecordNumber(2), Seq(1)), "cut at {cut}");
        let torn = (cut > first_end).then(|| Cut {
            path: path.clone(),
            offset: first_end as u64,
            bytes: (cut - first_end) as u64,
        });
        assert_eq!(recovered.cut, torn);
        writer.append_start(b"again").unwrap();
        drop(writer);
        assert_eq!(read_all(dir.path())[1..], ["2 Start again"], "cut at {cut}");
    }
}

#[test]
fn a_reader_does_not_mix_a_cut_end_with_what_is_written_after() {
    let dir = of_inputs(1);
    let path = last_segment(dir.path());
    let length = fs::metadata(&path).unwrap().len();
    OpenOptions::new().write(true).open(&path).unwrap().set_len(length - 5).unwrap();
    let mut reader = Reader::oldest(dir.path()).unwrap();
    assert_eq!(read_on(&mut reader).unwrap().len(), 1);
    assert!(matches!(reader.end().unwrap(), End::Torn { .. }));
    let (mut writer, _) = open(dir.path());
    writer.append_start(&[b'y'; 300]).unwrap();
    writer.flush().unwrap();
    assert_eq!(read_on(&mut reader).unwrap(), [format!("2 Start {}", "y".repeat(300))]);
}

#[test]
fn zeros_that_a_power_cut_left_are_cut() {
    let dir = of_inputs(1);
    let path = last_segment(dir.path());
    let whole = fs::read(&path).unwrap();
    let first_end = segment::HEADER_BYTES + HEAD_BYTES + 91;
    for kept in [whole.len(), whole.len() - 40, first_end + 5, first_end] {
        let mut bytes = whole[..kept].to_vec();
        bytes.resize(whole.len() + 300_000, 0);
        fs::write(&path, &bytes).unwrap();
        let (_, recovered) = open(dir.path());
        let records = if kept == whole.len() { 3 } else { 2 };
        assert_eq!(recovered.next_record, RecordNumber(records), "{kept} bytes kept");
        assert!(recovered.cut.is_some_and(|cut| cut.bytes >= 300_000));
    }
}

#[test]
fn a_damaged_record_in_the_middle_is_refused_with_file_and_offset() {
    let dir = of_inputs(3);
    let path = last_segment(dir.path());
    let whole = fs::read(&path).unwrap();
    let first_end = segment::HEADER_BYTES + HEAD_BYTES + 91;
    for place in [segment::HEADER_BYTES, segment::HEADER_BYTES + 20, first_end - 1] {
        let mut bytes = whole.clone();
        bytes[place] ^= 0x10;
        fs::write(&path, &bytes).unwrap();
        let read = read_on(&mut Reader::oldest(dir.path()).unwrap()).unwrap_err();
        let opened = Writer::open(dir.path(), &limits(), NODE, EPOCH).unwrap_err();
        for err in [read, opened] {
            assert!(matches!(&err, JournalError::Damaged { offset: 48, .. }), "{place}: {err}");
            assert!(err.to_string().contains(path.to_str().unwrap()), "{err}");
        }
        assert_eq!(fs::read(&path).unwrap(), bytes, "nothing is changed");
    }
}

#[test]
fn a_damaged_end_of_a_file_that_is_not_the_last_is_refused() {
    let dir = of_inputs(20);
    let first = segment::path(dir.path(), RecordNumber::FIRST);
    let length = fs::metadata(&first).unwrap().len();
    let file = OpenOptions::new().write(true).open(&first).unwrap();
    file.write_at(&[0; 4], length - 4).unwrap();
    let err = read_on(&mut Reader::oldest(dir.path()).unwrap()).unwrap_err();
    assert!(matches!(err, JournalError::Damaged { .. }), "{err}");
    file.set_len(length - 4).unwrap();
    let err = read_on(&mut Reader::oldest(dir.path()).unwrap()).unwrap_err();
    assert!(matches!(err, JournalError::RecordsMissing { .. }), "{err}");
}

#[test]
fn a_lost_file_is_missed() {
    let dir = of_inputs(20);
    let second = segment::list(dir.path()).unwrap()[1];
    fs::remove_file(segment::path(dir.path(), second)).unwrap();
    let err = read_on(&mut Reader::oldest(dir.path()).unwrap()).unwrap_err();
    assert!(matches!(err, JournalError::RecordsMissing { first, .. } if first == second), "{err}");
}

#[test]
fn a_file_whose_head_was_not_finished_is_deleted() {
    for head in [&b""[..], b"BELLJ", &[0; 48]] {
        let dir = of_inputs(2);
        let path = segment::path(dir.path(), RecordNumber(5));
        fs::write(&path, head).unwrap();
        assert_eq!(read_all(dir.path()).len(), 4, "a reader waits for the head");
        let (_, recovered) = open(dir.path());
        assert_eq!(recovered.next_record, RecordNumber(5));
        assert_eq!(recovered.cut.unwrap().path, path);
        assert!(!path.exists());
    }
}

#[test]
fn one_journal_has_one_writer_and_one_node() {
    let dir = of_inputs(1);
    let err = Writer::open(dir.path(), &limits(), NodeId(4), EPOCH).unwrap_err();
    assert!(matches!(err, JournalError::OtherNode { found: 3, expected: 4, .. }), "{err}");
    let (_writer, _) = open(dir.path());
    let err = Writer::open(dir.path(), &limits(), NODE, EPOCH).unwrap_err();
    assert!(matches!(err, JournalError::Locked { .. }), "{err}");
}

#[test]
fn a_foreign_file_is_refused_by_name() {
    let dir = of_inputs(2);
    fs::write(segment::path(dir.path(), RecordNumber(5)), [7; 100]).unwrap();
    let err = read_on(&mut Reader::oldest(dir.path()).unwrap()).unwrap_err();
    assert!(matches!(err, JournalError::NotASegment { .. }), "{err}");
}

#[test]
fn a_file_of_another_journal_is_refused() {
    let (dir, other) = (of_inputs(2), tempfile::tempdir().unwrap());
    let (mut writer, _) = Writer::open(other.path(), &limits(), NODE, Epoch(78)).unwrap();
    for _ in 0..4 {
        writer.append_input(&[b'x'; 240]).unwrap();
    }
    writer.append_input(b"in the second file").unwrap();
    drop(writer);
    fs::copy(segment::path(other.path(), RecordNumber(5)), segment::path(dir.path(), RecordNumber(5))).unwrap();
    let err = read_on(&mut Reader::oldest(dir.path()).unwrap()).unwrap_err();
    assert!(matches!(err, JournalError::Mixed { expected: EPOCH, .. }), "{err}");
}

#[test]
fn a_directory_without_a_journal_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let err = Reader::oldest(dir.path()).unwrap_err();
    assert!(matches!(err, JournalError::Missing { .. }), "{err}");
}

#[test]
fn limits_that_do_not_fit_are_refused() {
    let cases = [
        Limits { total_bytes_max: 6000, ..limits() },
        Limits { record_bytes_max: PAYLOAD_BYTES_MAX + 1, ..limits() },
        Limits { buffer_bytes_max: 3999, ..limits() },
    ];
    for limits in cases {
        let dir = tempfile::tempdir().unwrap();
        let err = Writer::open(dir.path(), &limits, NODE, EPOCH).unwrap_err();
        assert!(matches!(err, JournalError::Limits(_)), "{err}");
    }
}

#[test]
fn a_reader_begins_at_any_record() {
    let dir = of_inputs(20);
    for number in 1..=41 {
        let mut reader = Reader::from_record(dir.path(), RecordNumber(number)).unwrap();
        assert_eq!(reader.next_record(), RecordNumber(number));
        assert_eq!(read_on(&mut reader).unwrap().len() as u64, 41 - number);
    }
}

#[test]
fn a_tail_begins_behind_any_fact() {
    let dir = of_inputs(20);
    for after in 0..=20 {
        let mut tail = FactTail::after(dir.path(), Seq(after)).unwrap();
        let mut seqs = Vec::new();
        while let Some(JournalFact { fact, json }) = tail.read().unwrap() {
            assert_eq!(serde_json::from_str::<Fact>(&json).unwrap(), fact);
            seqs.push(fact.seq.0);
        }
        assert_eq!(seqs, (after + 1..=20).collect::<Vec<_>>());
        assert_eq!(tail.next_seq(), Seq(21));
    }
}

#[test]
fn a_fact_the_journal_does_not_reach_is_not_waited_for() {
    let dir = of_inputs(20);
    let err = FactTail::after(dir.path(), Seq(21)).unwrap().read().unwrap_err();
    assert!(matches!(err, JournalError::Beyond { wanted: Seq(22) }), "{err}");
}

#[test]
fn what_was_deleted_is_gone_and_not_skipped() {
    let dir = of_inputs(20);
    fs::remove_file(segment::path(dir.path(), RecordNumber::FIRST)).unwrap();
    let err = FactTail::after(dir.path(), Seq(0)).unwrap_err();
    assert!(matches!(err, JournalError::Gone { .. }), "{err}");
    let err = Reader::from_record(dir.path(), RecordNumber(1)).unwrap_err();
    assert!(matches!(err, JournalError::Gone { .. }), "{err}");
}

#[test]
fn what_is_no_fact_is_refused_with_file_and_offset() {
    let dir = tempfile::tempdir().unwrap();
    let (writer, _) = open(dir.path());
    drop(writer);
    for payload in [
        &b"{\"seq\":1}\n"[..],
        b"\xff\xfe",
        b"{\"seq\":5,\"now\":{\"mono\":0,\"wall\":0},\"what\":{\"what\":\"call_arrived\"}}",
    ] {
        let path = last_segment(dir.path());
        let mut bytes = fs::read(&path).unwrap()[..segment::HEADER_BYTES].to_vec();
        bytes.extend_from_slice(&record::head(Kind::Facts, RecordNumber(1), payload));
        bytes.extend_from_slice(payload);
        fs::write(&path, bytes).unwrap();
        let err = FactTail::after(dir.path(), Seq(0)).unwrap().read().unwrap_err();
        assert!(matches!(err, JournalError::Facts { offset: 48, .. }), "{err}");
    }
}

#[test]
fn a_closed_journal_is_on_the_disk() {
    let dir = tempfile::tempdir().unwrap();
    let (mut writer, _) = open(dir.path());
    let (durable, health) = (writer.durable(), writer.sync_health());
    writer.append_facts(&[fact(1), fact(2)]).unwrap();
    assert_eq!(durable.seq(), Seq(0), "not even flushed");
    drop(writer);
    assert_eq!((durable.seq(), health.error()), (Seq(2), None));
    let (writer, _) = open(dir.path());
    assert_eq!(writer.durable().seq(), Seq(2));
}

#[derive(Clone, Debug)]
enum Act {
    Input(usize),
    Facts(u64),
    Flush,
    Reopen,
    /// The process dies, and the last file loses so many bytes of what had been flushed: a power cut.
    PowerCut(u64),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        4 => (0usize..600).prop_map(Act::Input),
        4 => (1u64..4).prop_map(Act::Facts),
        3 => any::<bool>().prop_map(|_| Act::Flush),
        1 => any::<bool>().prop_map(|_| Act::Reopen),
        1 => (0u64..400).prop_map(Act::PowerCut),
    ];
    prop::collection::vec(act, 1..60)
}

proptest! {
    #![proptest_config(Config { cases: 64, failure_persistence: None, ..Config::default() })]

    /// Whatever happens, the journal is a prefix of what was appended, and goes on from there.
    #[test]
    fn a_journal_is_a_prefix_of_what_was_appended(acts in acts()) {
        let dir = tempfile::tempdir().unwrap();
        let (mut writer, _) = open(dir.path());
        let mut appended: Vec<String> = Vec::new();
        let mut next_seq = 1;
        for act in acts {
            match act {
                Act::Input(length) => {
                    writer.append_input("i".repeat(length).as_bytes()).unwrap();
                    appended.push(format!("{} Input {}", appended.len() + 1, "i".repeat(length)));
                }
                Act::Facts(count) => {
                    let facts: Vec<Fact> = (next_seq..next_seq + count).map(fact).collect();
                    writer.append_facts(&facts).unwrap();
                    let lines: Vec<String> = facts.iter().map(|fact| serde_json::to_string(fact).unwrap()).collect();
                    appended.push(format!("{} Facts {}", appended.len() + 1, lines.join("\n")));
                    next_seq += count;
                }
                Act::Flush => writer.flush().unwrap(),
                Act::Reopen => {
                    drop(writer);
                    writer = open(dir.path()).0;
                }
                Act::PowerCut(lost) => {
                    drop(writer);
                    let path = last_segment(dir.path());
                    let length = fs::metadata(&path).unwrap().len();
                    let file = OpenOptions::new().write(true).open(&path).unwrap();
                    file.set_len(length.saturating_sub(lost).max(segment::HEADER_BYTES as u64)).unwrap();
                    let (reopened, recovered) = open(dir.path());
                    writer = reopened;
                    appended.truncate(recovered.next_record.0 as usize - 1);
                    next_seq = recovered.next_seq.0;
                }
            }
        }
        drop(writer);
        assert_eq!(read_all(dir.path()), appended);
        assert_eq!(open(dir.path()).1.next_seq, Seq(next_seq));
    }
}
