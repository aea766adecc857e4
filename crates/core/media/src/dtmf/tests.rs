use std::time::Duration;

use bell_types::{Digit, DigitVia, Digits, Mono};
use proptest::prelude::*;

use super::{
    Event, EventConfig, EventError, EventReceiver, EventSender, Press, SendConfig, ToneConfig, ToneDetector, tones,
};
use crate::codec::{Decoder, Encoder};
use crate::rtp::{Header, Sender, Spurt};
use crate::sounds::{music, noise, speech};
use crate::tone::Generator;

const ALL_KEYS: &str = "0123456789*#ABCD";

fn ms(ms: u64) -> Mono {
    Mono::from_micros(ms * 1000)
}

fn receiver() -> EventReceiver {
    EventReceiver::new(EventConfig {
        clock_hz: 8000,
        ended_after: Duration::from_millis(100),
        held_max: Duration::from_secs(5),
    })
}

fn drain(receiver: &mut EventReceiver, into: &mut String) {
    while let Some(press) = receiver.poll_output() {
        assert_eq!(press.via, DigitVia::TelephoneEvent);
        into.push_str(&format!("{}:{} ", press.digit, press.held.as_millis()));
    }
}

/// Runs packets `at_ms timestamp key duration_ticks [E]`, or `at_ms tick`, and returns `key:held_ms` for each press.
fn check(script: &str, expected: &str) {
    let mut receiver = receiver();
    let mut presses = String::new();
    for (line, seq) in script.lines().map(str::trim).filter(|line| !line.is_empty()).zip(0u16..) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let now = ms(words[0].parse().unwrap());
        if words[1] == "tick" {
            receiver.tick(now);
        } else {
            let header =
                Header { marker: false, payload_type: 101, seq, timestamp: words[1].parse().unwrap(), ssrc: 1 };
            let event = Event {
                code: Digit::from_char(words[2].chars().next().unwrap()).unwrap().event(),
                end: words.get(4) == Some(&"E"),
                volume: 10,
                duration: words[3].parse().unwrap(),
            };
            receiver.handle(now, &header, &event.to_bytes());
        }
        drain(&mut receiver, &mut presses);
    }
    assert_eq!(presses.trim(), expected, "{script}");
}

#[test]
fn one_event_is_one_press_however_often_its_end_comes() {
    check("0 1000 5 160\n 20 1000 5 320\n 40 1000 5 480 E\n 60 1000 5 480 E\n 80 1000 5 480 E", "5:60");
}

#[test]
fn a_press_needs_only_one_of_its_packets() {
    check("0 1000 5 800 E", "5:100");
    check("0 1000 5 160\n 99 tick\n 100 tick\n 200 1000 5 800 E", "5:20");
}

#[test]
fn an_event_that_changes_without_end_is_two_presses() {
    check("0 1000 5 160\n 20 1000 5 320\n 40 1400 6 160\n 60 1400 6 320 E", "5:40 6:40");
    check("0 1000 5 160\n 40 1400 5 160\n 60 1400 5 320 E", "5:20 5:40");
}

#[test]
fn packets_out_of_order_are_one_press() {
    check("0 1000 5 160\n 20 1000 5 480\n 40 1000 5 320\n 60 1000 5 640 E\n 61 1000 5 480", "5:80");
    check("0 1000 5 640 E\n 5 1000 5 160\n 300 tick", "5:80");
    check("0 1000 5 640 E\n 100 2000 6 160 E\n 105 1000 5 640 E", "5:80 6:20");
}

#[test]
fn a_key_that_is_held_for_ever_is_let_go_at_the_limit() {
    check("0 1000 5 160\n 20 1000 5 40000\n 40 1000 5 40160\n 60 1000 5 40320 E", "5:5000");
}

#[test]
fn a_key_that_lasts_longer_than_a_duration_can_say_is_one_press() {
    check(
        "0 1000 5 160\n 20 1000 5 40000\n 40 1000 5 65535\n 60 66535 5 160\n 80 66535 5 320 E\n 900 80000 5 160 E",
        "5:5000 5:20",
    );
}

#[test]
fn a_stream_that_begins_anew_is_heard() {
    check("0 90000000 5 160 E\n 500 1000 6 160 E", "5:20 6:20");
}

#[test]
fn what_is_no_key_is_no_press() {
    let mut receiver = receiver();
    let header = Header { marker: true, payload_type: 101, seq: 0, timestamp: 0, ssrc: 1 };
    receiver.handle(ms(0), &header, &[16, 0x80, 0, 160]);
    receiver.handle(ms(0), &header, &[5, 0x80, 0]);
    assert_eq!(receiver.poll_output(), None);
    assert_eq!(receiver.poll_timeout(), None);
    assert_eq!(Event::parse(&[5, 0x80, 0]), Err(EventError::TooShort(3)));
}

const SEND: SendConfig = SendConfig {
    held: Duration::from_millis(100),
    pause: Duration::from_millis(80),
    volume: 10,
    packet_time: Duration::from_millis(20),
    waiting_max: 16,
};

/// What a sender sends, packet time by packet time.
fn sent(digits: &str, packets: u64) -> Vec<Option<(Header, Event)>> {
    let mut events = EventSender::new(SEND);
    assert!(events.push(&Digits::parse(digits).unwrap()));
    let mut stream = Sender::new(1, 10, 1000);
    stream.make(ms(0), 8, 160, Spurt::Begins);
    (1..=packets)
        .map(|index| {
            let packet = events.next(ms(index * 20), &mut stream, 101)?;
            Some((packet.header, Event::parse(&packet.payload).unwrap()))
        })
        .collect()
}

#[test]
fn a_key_is_sent_as_rfc_4733_wants_it() {
    let packets = sent("5", 12);
    let durations: Vec<u16> = packets.iter().flatten().map(|(_, event)| event.duration).collect();
    assert_eq!(durations, [160, 320, 480, 640, 800, 800, 800]);
    let ends: Vec<bool> = packets.iter().flatten().map(|(_, event)| event.end).collect();
    assert_eq!(ends, [false, false, false, false, true, true, true]);
    for (index, (header, event)) in packets.iter().flatten().enumerate() {
        assert_eq!(header.marker, index == 0, "the marker is on the first packet only");
        assert_eq!(header.timestamp, 1160, "the timestamp is that of its beginning");
        assert_eq!(usize::from(header.seq), 11 + index);
        assert_eq!((header.payload_type, event.code, event.volume), (101, 5, 10));
    }
    assert_eq!(packets.iter().skip(7).flatten().count(), 0, "then nothing");
}

#[test]
fn keys_are_sent_apart_from_each_other() {
    let packets = sent("19", 30);
    let second = packets.iter().position(|packet| packet.is_some_and(|(_, event)| event.code == 9));
    assert_eq!(second, Some(9), "100 ms of key and 80 ms of pause");
    let (header, _) = packets[9].unwrap();
    assert_eq!((header.marker, header.timestamp), (true, 1160 + 1440));
}

#[test]
fn too_many_keys_are_refused_whole() {
    let mut events = EventSender::new(SEND);
    assert!(events.push(&Digits::parse("0123456789").unwrap()));
    assert!(!events.push(&Digits::parse("0123456").unwrap()));
    assert!(events.push(&Digits::parse("012345").unwrap()));
    assert!(events.is_busy());
}

proptest! {
    /// What one of us sends another understands, even if the network loses and repeats packets.
    #[test]
    fn keys_survive_the_network(keys in "[0-9*#A-D]{1,8}", fate in prop::collection::vec(0u8..10, 200)) {
        let mut receiver = receiver();
        let mut heard = String::new();
        let packets = sent(&keys, 9 * keys.len() as u64 + 9);
        for (index, packet) in packets.iter().enumerate() {
            let now = ms(index as u64 * 20);
            receiver.tick(now);
            if let Some((header, event)) = packet {
                // One packet in ten is lost and one comes twice, but of each key at least its first end arrives.
                let first_end = event.end && packets[index - 1].is_some_and(|(_, before)| !before.end);
                let copies = match fate[index % fate.len()] { 0 if !first_end => 0, 1 => 2, _ => 1 };
                for _ in 0..copies {
                    receiver.handle(now, header, &event.to_bytes());
                }
            }
            while let Some(press) = receiver.poll_output() {
                prop_assert_eq!(press.held, Duration::from_millis(100));
                heard.push(press.digit.as_char());
            }
        }
        prop_assert_eq!(heard, keys);
    }
}

const TONE: ToneConfig = ToneConfig {
    level_min_dbov: -40.0,
    reverse_twist_max_db: 6.0,
    twist_max_db: 9.0,
    purity_min_db: 5.0,
    harmonic_min_db: 20.0,
    held_min: Duration::from_millis(40),
    pause_min: Duration::from_millis(20),
};

fn heard(samples: &[i16]) -> Vec<Press> {
    let mut detector = ToneDetector::new(TONE);
    let mut presses = Vec::new();
    for packet in samples.chunks(160) {
        detector.listen(packet);
        presses.extend(std::iter::from_fn(|| detector.poll_output()));
    }
    presses
}

fn keys(presses: &[Press]) -> String {
    presses.iter().map(|press| press.digit.as_char()).collect()
}

/// Keys of so many milliseconds with pauses, in a bed of something else.
fn keyed(keys: &str, level_dbov: f64, held_ms: usize, pause_ms: usize, bed: &[i16]) -> Vec<i16> {
    let mut out = vec![0; 400];
    for c in keys.chars() {
        let mut key = tones(Digit::from_char(c).unwrap(), level_dbov, 8000);
        key.write(held_ms * 8, &mut out);
        out.resize(out.len() + pause_ms * 8, 0);
    }
    for (sample, bed) in out.iter_mut().zip(bed.iter().cycle()) {
        *sample = sample.saturating_add(*bed);
    }
    out
}

#[test]
fn every_key_is_heard_at_every_level_and_length() {
    for level in [-10.0, -13.0, -25.0, -36.0] {
        for held in [40, 50, 70, 100, 500] {
            let presses = heard(&keyed(ALL_KEYS, level, held, 50, &[0]));
            assert_eq!(keys(&presses), ALL_KEYS, "{held} ms at {level} dBov");
            for press in &presses {
                let error = press.held.as_millis().abs_diff(held as u128);
                assert!(error <= 10, "{press:?} instead of {held} ms");
                assert_eq!(press.via, DigitVia::InBand);
            }
        }
    }
}

#[test]
fn keys_are_heard_at_any_offset() {
    for offset in 0..51 {
        let mut samples = vec![0; offset];
        samples.extend(keyed("159D", -13.0, 40, 40, &[0]));
        assert_eq!(keys(&heard(&samples)), "159D", "{offset}");
    }
}

#[test]
fn keys_are_heard_through_g711_and_noise() {
    let bed = noise(4000, 32_768.0 * 10f64.powf(-30.0 / 20.0), 3);
    let samples = keyed(ALL_KEYS, -13.0, 60, 60, &bed);
    assert_eq!(keys(&heard(&samples)), ALL_KEYS, "noise 15 dB below");
    let (mut octets, mut back) = (Vec::new(), Vec::new());
    Encoder::new(bell_types::Codec::Pcma).encode(&samples, &mut octets);
    Decoder::new(bell_types::Codec::Pcma).decode(&octets, &mut back);
    assert_eq!(keys(&heard(&back)), ALL_KEYS);
}

/// ITU-T Q.24 table A: frequencies up to 1.5 % off must be heard, 3.5 % off must not.
#[test]
fn keys_may_be_off_by_as_much_as_q24_says() {
    for (off, expected) in [(1.015, 1), (0.985, 1), (1.0, 1), (1.04, 0), (0.96, 0)] {
        let key = Generator::dual((852.0 * off, -13.0), (1336.0 * off, -13.0), 8000);
        let mut samples = vec![0; 400];
        samples.extend(key.samples(800));
        samples.extend([0; 400]);
        assert_eq!(heard(&samples).len(), expected, "off by {off}");
    }
}

#[test]
fn twist_has_its_limits() {
    for (low, high, expected) in [(-13.0, -5.0, 1), (-13.0, -18.0, 1), (-20.0, -8.0, 0), (-8.0, -17.0, 0)] {
        let key = Generator::dual((697.0, low), (1477.0, high), 8000);
        let mut samples = key.samples(800);
        samples.extend([0; 400]);
        assert_eq!(heard(&samples).len(), expected, "low {low}, high {high}");
    }
}

#[test]
fn what_is_too_short_or_too_soft_is_no_key() {
    assert_eq!(heard(&keyed(ALL_KEYS, -13.0, 23, 60, &[0])), [], "Q.24: 23 ms must not be heard");
    assert_eq!(heard(&keyed(ALL_KEYS, -50.0, 100, 60, &[0])), []);
}

#[test]
fn a_short_interruption_does_not_make_two_keys() {
    let mut samples = tones(Digit::from_char('7').unwrap(), -13.0, 8000).samples(800);
    samples[400..480].fill(0);
    samples.extend([0; 400]);
    assert_eq!(keys(&heard(&samples)), "7");
}

#[test]
fn nothing_is_heard_in_speech_noise_music_and_tones() {
    for seed in 0..20 {
        assert_eq!(heard(&speech(8000 * 30, 8000, seed)), [], "speech {seed}");
    }
    for seed in 0..10 {
        assert_eq!(heard(&music(8000 * 30, 8000, seed)), [], "music {seed}");
    }
    assert_eq!(heard(&noise(8000 * 30, 20_000.0, 1)), []);
    for hz in [350.0, 450.0, 697.0, 941.0, 1209.0, 1477.0, 2100.0] {
        assert_eq!(heard(&Generator::sine(hz, -10.0, 8000).samples(8000)), [], "{hz} Hz");
    }
    let ringback = Generator::network(crate::control::Tone::Ringback, -13.0, 8000).samples(40_000);
    assert_eq!(heard(&ringback), []);
}
