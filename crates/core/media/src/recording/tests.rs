use std::time::Duration;

use bell_types::{CallId, Codec, Direction, RecordingId, RecordingStatus, Wall};
use proptest::prelude::*;

use super::{
    Assembler, Assembly, AssemblyConfig, ClockConfig, End, Frame, Gap, GapCause, HEADER_LEN, Header, Mark, MarkKind,
    MediaTime, PAYLOAD_LEN_MAX, Reader, Record, RecordingError, Seal, Torn, Track, TrackClock, Writer,
};
use crate::codec::Encoder;
use crate::tone::{Generator, level_of};

const HEADER: Header = Header {
    recording: RecordingId(CallId::from_u64(0x6ADE_0001_0700_0001)),
    started: Wall::from_micros(1_793_003_400_000_001),
};

const SAYS: Track = Track { leg: 1, direction: Direction::Inbound };

const HEARS: Track = Track { leg: 1, direction: Direction::Outbound };

fn frame(track: Track, ms: u32, payload: &[u8]) -> Record<'_> {
    Record::Frame(Frame { track, at: MediaTime(ms * 8), codec: Codec::Pcma, payload })
}

fn gap(track: Track, ms: u32, lasting_ms: u32, why: GapCause) -> Record<'static> {
    Record::Gap(Gap { track, at: MediaTime(ms * 8), ticks: lasting_ms * 8, why })
}

fn write(records: &[Record<'_>]) -> (Vec<u8>, Writer) {
    let mut file = Vec::new();
    let mut writer = Writer::new(HEADER, &mut file);
    for record in records {
        match record {
            Record::Frame(frame) => assert!(writer.frame(frame, &mut file)),
            Record::Gap(gap) => writer.gap(gap, &mut file),
            Record::Mark(mark) => writer.mark(mark, &mut file),
            Record::Seal(_) => unreachable!("sealed by the test"),
        }
    }
    assert_eq!(writer.bytes(), file.len() as u64);
    (file, writer)
}

fn sealed(records: &[Record<'_>]) -> Vec<u8> {
    let (mut file, writer) = write(records);
    writer.seal([7; 32], &mut file);
    file
}

/// Reads a file in pieces, and returns its records as text, and how it ended.
fn read(file: &[u8], piece: usize) -> (Vec<String>, End) {
    let mut reader = Reader::new();
    let mut records = Vec::new();
    for piece in file.chunks(piece.max(1)) {
        reader.feed(piece);
        while let Some(record) = reader.next_record().unwrap() {
            records.push(format!("{record:?}"));
        }
    }
    (records, reader.end())
}

fn some_records() -> Vec<Record<'static>> {
    vec![
        Record::Mark(Mark { leg: 1, at: MediaTime(0), what: MarkKind::Joined }),
        frame(SAYS, 0, &[0xD5; 160]),
        gap(HEARS, 0, 20, GapCause::NotSent),
        frame(SAYS, 20, &[0xD5; 160]),
        frame(HEARS, 20, &[1, 2, 3]),
        gap(SAYS, 40, 1000, GapCause::NotWritten),
        gap(HEARS, 40, 60, GapCause::Lost),
        Record::Mark(Mark { leg: 65_535, at: MediaTime(u32::MAX), what: MarkKind::Left }),
    ]
}

#[test]
fn a_sealed_recording_survives_being_written() {
    let records = some_records();
    let file = sealed(&records);
    let expected: Vec<String> = records.iter().map(|record| format!("{record:?}")).collect();
    for piece in [1, 7, 100, file.len()] {
        let (read, end) = read(&file, piece);
        assert_eq!(read[..read.len() - 1], expected);
        let seal = Seal {
            records: records.len() as u64,
            bytes: file.len() as u64 - 59,
            length: MediaTime(1040 * 8),
            sha256: [7; 32],
        };
        assert_eq!(read.last().unwrap(), &format!("{:?}", Record::Seal(seal)));
        assert_eq!(end, End::Sealed);
    }
    let mut reader = Reader::new();
    reader.feed(&file);
    reader.next_record().unwrap();
    assert_eq!(reader.header(), Some(HEADER));
}

#[test]
fn rec_24_a_torn_file_is_readable_to_its_last_whole_record() {
    let records = some_records();
    let file = sealed(&records);
    // Where each record begins, by writing one more each time.
    let starts: Vec<usize> = (0..=records.len()).map(|count| write(&records[..count]).0.len()).collect();
    for cut in HEADER_LEN..file.len() {
        let whole = starts.iter().rposition(|&start| start <= cut).unwrap();
        let (read, end) = read(&file[..cut], 50);
        assert_eq!(read.len(), whole, "cut at {cut}");
        let expected = if starts[whole] == cut {
            End::Unsealed
        } else {
            End::Torn(Torn { at: starts[whole] as u64, lost: (cut - starts[whole]) as u64 })
        };
        assert_eq!(end, expected, "cut at {cut}");
    }
}

#[test]
fn rec_24_any_damage_is_noticed() {
    let file = sealed(&some_records());
    for at in HEADER_LEN..file.len() {
        let mut damaged = file.clone();
        damaged[at] ^= 0x10;
        let (_, end) = read(&damaged, file.len());
        assert!(matches!(end, End::Torn(_)), "octet {at}: {end:?}");
    }
}

#[test]
fn what_follows_a_seal_is_no_part_of_the_recording() {
    let mut file = sealed(&some_records());
    let length = file.len() as u64;
    file.extend([0; 5]);
    assert_eq!(read(&file, 1000).1, End::Torn(Torn { at: length, lost: 5 }));
}

#[test]
fn a_seal_must_agree_with_what_it_seals() {
    let (one, _) = write(&some_records());
    let (mut other, writer) = write(&some_records()[..3]);
    let start = other.len();
    writer.seal([0; 32], &mut other);
    let swapped = [&one[..], &other[start..]].concat();
    assert!(matches!(read(&swapped, 1000).1, End::Torn(_)));
}

#[test]
fn writing_goes_on_after_the_tear() {
    let records = some_records();
    let (mut file, _) = write(&records);
    file.truncate(file.len() - 3);
    let mut reader = Reader::new();
    reader.feed(&file);
    while reader.next_record().unwrap().is_some() {}
    let End::Torn(torn) = reader.end() else { panic!() };
    file.truncate(torn.at as usize);
    let writer = Writer::resume(reader.records(), torn.at, reader.length());
    writer.seal([0; 32], &mut file);
    let (read, end) = read(&file, 1000);
    assert_eq!((read.len(), end), (records.len(), End::Sealed));
}

#[test]
fn what_is_no_recording_is_refused() {
    let file = sealed(&[]);
    let cases: [(usize, u8, RecordingError); 3] =
        [(0, b'X', RecordingError::NotARecording), (8, 9, RecordingError::Version(9)), (20, 0, RecordingError::Header)];
    for (at, octet, error) in cases {
        let mut damaged = file.clone();
        damaged[at] = octet;
        let mut reader = Reader::new();
        reader.feed(&damaged);
        assert_eq!(reader.next_record(), Err(error));
        assert!(matches!(reader.end(), End::Torn(Torn { at: 0, .. })));
    }
    let mut short = Reader::new();
    short.feed(&file[..31]);
    assert_eq!(short.next_record(), Ok(None));
}

#[test]
fn a_payload_has_a_limit() {
    let mut file = Vec::new();
    let mut writer = Writer::new(HEADER, &mut file);
    let write = |writer: &mut Writer, payload: &[u8], file: &mut Vec<u8>| {
        let Record::Frame(frame) = frame(SAYS, 0, payload) else { unreachable!() };
        writer.frame(&frame, file)
    };
    assert!(write(&mut writer, &[0; PAYLOAD_LEN_MAX], &mut file));
    assert!(!write(&mut writer, &[0; PAYLOAD_LEN_MAX + 1], &mut file));
    assert_eq!(read(&file, 1000).0.len(), 1);
}

#[test]
fn a_tracks_clock_follows_timestamps_and_not_jitter() {
    let mut clock = TrackClock::new(ClockConfig { drift_max: Duration::from_millis(200) });
    let mut place = |passed_ms: u32, timestamp: u32| clock.place(MediaTime(passed_ms * 8), timestamp).0 / 8;
    assert_eq!(place(1000, 5000), 1000, "anchored where the first packet came");
    assert_eq!(place(1035, 5160), 1020, "late, but 20 ms after the first");
    assert_eq!(place(1036, 5480), 1060);
    assert_eq!(place(1061, 5320), 1040, "out of order");
    assert_eq!(place(1080, 5640), 1080);
    assert_eq!(place(1100, 90_000), 1100, "a jump anchors anew");
    assert_eq!(place(1120, 90_160), 1120);
    assert_eq!(place(5000, 90_320), 5000, "timestamps that stood still");
}

#[test]
fn a_tracks_clock_survives_the_wrap_and_long_calls() {
    let mut clock = TrackClock::new(ClockConfig { drift_max: Duration::from_millis(200) });
    let first = u32::MAX - 100_000;
    for packet in 0..500_000u32 {
        let at = clock.place(MediaTime(packet * 160), first.wrapping_add(packet * 160));
        assert_eq!(at, MediaTime(packet * 160));
    }
}

const ASSEMBLY: AssemblyConfig =
    AssemblyConfig { left: SAYS, right: HEARS, rate_hz: 8000, skew_max: Duration::from_millis(500) };

/// Assembles records; returns left, right, and what was missing.
fn assemble(config: AssemblyConfig, records: &[Record<'_>]) -> (Vec<i16>, Vec<i16>, Assembly) {
    let mut assembler = Assembler::new(config).unwrap();
    let mut out = Vec::new();
    for record in records {
        assembler.push(record, &mut out);
    }
    let assembly = assembler.finish(&mut out);
    let left = out.iter().copied().step_by(2).collect();
    let right = out.iter().copied().skip(1).step_by(2).collect();
    (left, right, assembly)
}

fn tone_packets(hz: f64, codec: Codec, count: usize) -> Vec<Vec<u8>> {
    let rate = codec.sample_rate_hz();
    let samples = Generator::sine(hz, -10.0, rate).samples(count * rate as usize / 50);
    let mut octets = Vec::new();
    Encoder::new(codec).encode(&samples, &mut octets);
    octets.chunks(160).map(<[u8]>::to_vec).collect()
}

#[test]
fn rec_01_two_tracks_lie_side_by_side() {
    let says = tone_packets(400.0, Codec::Pcma, 100);
    let hears = tone_packets(700.0, Codec::G722, 100);
    let mut records = Vec::new();
    for index in 0..100usize {
        records.push(frame(SAYS, index as u32 * 20, &says[index]));
        records.push(Record::Frame(Frame {
            track: HEARS,
            at: MediaTime(index as u32 * 160),
            codec: Codec::G722,
            payload: &hears[index],
        }));
        // Other legs are not heard.
        records.push(frame(Track { leg: 2, ..SAYS }, index as u32 * 20, &says[index]));
    }
    for rate_hz in [8000, 16_000] {
        let (left, right, assembly) = assemble(AssemblyConfig { rate_hz, ..ASSEMBLY }, &records);
        assert_eq!((left.len(), right.len()), (rate_hz as usize * 2, rate_hz as usize * 2));
        assert!((level_of(&left, 400.0, rate_hz) + 10.0).abs() < 0.5);
        assert!((level_of(&right, 700.0, rate_hz) + 10.0).abs() < 0.5);
        assert!(level_of(&left, 700.0, rate_hz) < -60.0, "nothing leaks over");
        assert!(level_of(&right, 400.0, rate_hz) < -60.0);
        assert_eq!(assembly.length, Duration::from_secs(2));
        assert_eq!(assembly.status(Duration::ZERO), RecordingStatus::Recorded);
    }
}

#[test]
fn rec_24_what_is_missing_is_counted_and_silent() {
    let payload = [0x2A; 160];
    let (left, right, assembly) = assemble(
        ASSEMBLY,
        &[
            frame(SAYS, 0, &payload),
            gap(HEARS, 0, 100, GapCause::NotSent),
            // 20 to 60 ms are without an explanation, 80 to 100 ms were lost on the way.
            frame(SAYS, 60, &payload),
            gap(SAYS, 80, 20, GapCause::Lost),
            gap(SAYS, 100, 300, GapCause::NotWritten),
            frame(HEARS, 100, &payload),
            frame(SAYS, 400, &payload),
            gap(HEARS, 120, 300, GapCause::NotSent),
        ],
    );
    assert_eq!(assembly.length, Duration::from_millis(420));
    assert_eq!(assembly.missing_left, Duration::from_millis(340));
    assert_eq!(assembly.missing_right, Duration::ZERO);
    let missing = Duration::from_millis(340);
    assert_eq!(assembly.status(Duration::from_millis(339)), RecordingStatus::Partial { missing });
    assert_eq!(assembly.status(missing), RecordingStatus::Recorded);
    assert_eq!(left[160..480], [0; 320]);
    assert_eq!(left[480..640], [-32_256; 160]);
    assert_eq!(right[800..960], [-32_256; 160]);
    assert_eq!(right[960..], [0; 300 * 8]);
}

#[test]
fn records_out_of_order_find_their_place_within_the_skew() {
    let (a, b, c) = ([0x2A; 160], [0xAA; 160], [0x55; 160]);
    let (left, _, assembly) = assemble(
        ASSEMBLY,
        &[frame(SAYS, 40, &c), frame(SAYS, 0, &a), frame(SAYS, 20, &b), frame(SAYS, 1000, &a), frame(SAYS, 60, &b)],
    );
    assert_eq!((left[0], left[160], left[320]), (-32_256, 32_256, -8));
    assert_eq!(left[480..8000], [0; 7520], "60 ms came after 1000 ms: too late");
    assert_eq!(assembly.missing_left, Duration::from_millis(940));
}

#[test]
fn an_empty_recording_has_failed() {
    let (_, _, assembly) = assemble(ASSEMBLY, &[]);
    assert!(matches!(assembly.status(Duration::ZERO), RecordingStatus::Failed { .. }));
    assert!(Assembler::new(AssemblyConfig { rate_hz: 11_025, ..ASSEMBLY }).is_err());
}

/// An hour of both directions goes through without anything piling up.
#[test]
fn an_hour_is_assembled_piece_by_piece() {
    let payload = [0x2A; 160];
    let mut assembler = Assembler::new(ASSEMBLY).unwrap();
    let (mut out, mut samples, mut largest) = (Vec::new(), 0, 0);
    for index in 0..180_000u32 {
        assembler.push(&frame(SAYS, index * 20, &payload), &mut out);
        assembler.push(&frame(HEARS, index * 20, &payload), &mut out);
        largest = largest.max(out.len());
        samples += out.len();
        out.clear();
    }
    let assembly = assembler.finish(&mut out);
    assert_eq!(samples + out.len(), 3600 * 8000 * 2);
    assert_eq!(assembly.length, Duration::from_secs(3600));
    assert!(largest <= 320, "one packet in, one packet out");
    assert!(out.len() <= 520 * 8 * 2, "no more than the skew is kept back");
}

proptest! {
    #[test]
    fn any_bytes_are_a_recording_or_an_error(bytes: Vec<u8>) {
        crate::fuzz::recording(&bytes);
    }

    #[test]
    fn damaged_recordings_do_not_panic(at in 0usize..400, octet: u8, more: Vec<u8>) {
        let mut file = sealed(&some_records());
        let at = at % file.len();
        file[at] = octet;
        file.extend(more);
        crate::fuzz::recording(&file);
    }

    /// Damage that a checksum cannot see, because it was computed of it: any record may follow any other.
    #[test]
    fn senseless_records_do_not_panic(records in prop::collection::vec((0u32..4, 0u32..20_000, 0u32..20_000), 0..40)) {
        let payload = [0xD5; 100];
        let records: Vec<Record<'_>> = records
            .into_iter()
            .map(|(what, at, length)| match what {
                0 => frame(SAYS, at, &payload[..length as usize % 100]),
                1 => frame(HEARS, at, &payload),
                2 => gap(SAYS, at, length, GapCause::Lost),
                _ => gap(HEARS, at, length, GapCause::NotWritten),
            })
            .collect();
        let (left, right, assembly) = assemble(ASSEMBLY, &records);
        prop_assert_eq!(left.len(), right.len());
        prop_assert!(assembly.missing_left <= assembly.length);
        crate::fuzz::recording(&sealed(&records));
    }
}
