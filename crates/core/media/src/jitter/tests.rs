use std::time::Duration;

use bell_types::Mono;
use proptest::prelude::*;

use super::{Got, JitterBuffer, JitterConfig, Put};
use crate::rtp::Header;
use crate::sounds::Random;

const CONFIG: JitterConfig = JitterConfig {
    delay_min: Duration::from_millis(20),
    delay_max: Duration::from_millis(200),
    packets_max: 32,
    payload_max: 1280,
    conceal_max: 5,
};

fn us(us: i64) -> Mono {
    Mono::from_micros(us as u64)
}

fn header(seq: u16, timestamp: u32) -> Header {
    Header { marker: false, payload_type: 8, seq, timestamp, ssrc: 1 }
}

/// Plays packets of 20 ms for as long as they come. Each entry is a packet's arrival in µs, in any order; its payload
/// is its number. Returns what was played: numbers, `c` for concealment, `.` for silence.
fn played(arrivals: &[Option<i64>], first_seq: u16) -> Vec<String> {
    let mut events: Vec<(i64, usize)> =
        arrivals.iter().enumerate().filter_map(|(index, at)| at.map(|at| (at, index))).collect();
    events.sort();
    let mut buffer = JitterBuffer::new(CONFIG);
    let mut events = events.into_iter().peekable();
    let mut out = Vec::new();
    let end = arrivals.len() as i64 * 20_000 + 300_000;
    for now in (7000..end).step_by(20_000) {
        while let Some((at, index)) = events.next_if(|&(at, _)| at <= now) {
            let payload = vec![index as u8; 160];
            buffer.put(us(at), &header(first_seq.wrapping_add(index as u16), index as u32 * 160), &payload);
        }
        out.push(match buffer.get(us(now)) {
            Got::Frame(payload) => payload[0].to_string(),
            Got::Conceal(ticks) => {
                assert_eq!(ticks, 160);
                "c".to_owned()
            }
            Got::Silence => ".".to_owned(),
        });
    }
    out
}

/// What was played, without the silence before and after.
fn trace(arrivals: &[Option<i64>]) -> String {
    let out = played(arrivals, 65_530);
    let text = out.join(" ");
    text.trim_matches(['.', ' ', 'c']).to_owned()
}

fn on_time(count: i64) -> Vec<Option<i64>> {
    (0..count).map(|index| Some(index * 20_000)).collect()
}

#[test]
fn packets_in_time_are_played_in_order_after_the_shortest_delay() {
    assert_eq!(trace(&on_time(10)), "0 1 2 3 4 5 6 7 8 9");
    assert_eq!(played(&on_time(10), 65_530)[..3], [".", "0", "1"], "20 ms after it came");
}

#[test]
fn a_lost_packet_is_concealed_once() {
    let mut arrivals = on_time(10);
    arrivals[4] = None;
    assert_eq!(trace(&arrivals), "0 1 2 3 c 5 6 7 8 9");
    arrivals[5] = None;
    assert_eq!(trace(&arrivals), "0 1 2 3 c c 6 7 8 9");
}

#[test]
fn packets_out_of_order_are_put_in_order() {
    let mut arrivals = on_time(10);
    arrivals[4] = Some(102_000);
    assert_eq!(trace(&arrivals), "0 1 2 3 4 5 6 7 8 9");
    let mut arrivals = on_time(10);
    arrivals[0] = Some(5000);
    arrivals[1] = Some(1000);
    assert_eq!(trace(&arrivals), "0 1 2 3 4 5 6 7 8 9", "the second came first");
}

#[test]
fn a_late_packet_makes_the_delay_grow_and_is_played() {
    let mut arrivals = on_time(40);
    for arrival in &mut arrivals[5..] {
        *arrival = arrival.map(|at| at + 60_000);
    }
    let trace = trace(&arrivals);
    for index in 0..40 {
        assert!(trace.split(' ').any(|word| word == index.to_string()), "{index} was played: {trace}");
    }
    assert_eq!(trace.matches('c').count(), 2, "the delay grew by as much: {trace}");
}

#[test]
fn a_long_silence_is_not_concealed_for_ever() {
    let mut arrivals = on_time(40);
    arrivals[10..30].fill(None);
    let trace = trace(&arrivals);
    assert!(trace.starts_with("0 1 2 3 4 5 6 7 8 9 c c c c c . . ."), "{trace}");
    assert!(trace.ends_with("30 31 32 33 34 35 36 37 38 39"), "{trace}");
}

#[test]
fn duplicates_and_stragglers_are_refused() {
    let mut buffer = JitterBuffer::new(CONFIG);
    assert_eq!(buffer.put(us(0), &header(1, 0), &[0; 160]), Put::Stored);
    assert_eq!(buffer.put(us(0), &header(1, 0), &[0; 160]), Put::Duplicate);
    assert!(matches!(buffer.get(us(30_000)), Got::Frame(_)));
    assert_eq!(buffer.put(us(31_000), &header(1, 0), &[0; 160]), Put::Late);
    assert_eq!(buffer.put(us(31_000), &header(2, 160), &[]), Put::Refused);
    assert_eq!(buffer.put(us(31_000), &header(2, 160), &[0; 1281]), Put::Refused);
    assert_eq!(buffer.waiting(), 0);
}

#[test]
fn a_straggler_is_not_played_after_its_successors() {
    let mut arrivals = on_time(20);
    arrivals[1] = Some(330_000);
    arrivals[2] = None;
    arrivals[4..16].fill(None);
    assert_eq!(trace(&arrivals), "0 c c 3 c c c c c . . . . . . . 16 17 18 19");
}

#[test]
fn a_buffer_that_nobody_empties_keeps_the_newest() {
    let mut buffer = JitterBuffer::new(CONFIG);
    for index in 0..100u16 {
        let at = us(i64::from(index) * 1000);
        assert_eq!(buffer.put(at, &header(index, u32::from(index) * 160), &[index as u8; 160]), Put::Stored);
    }
    assert_eq!(buffer.waiting(), CONFIG.packets_max);
    let Got::Frame(payload) = buffer.get(us(3_000_000)) else { panic!("nothing to play") };
    assert!(payload[0] >= 68, "{}", payload[0]);
}

#[test]
fn a_pause_in_timestamps_is_a_pause() {
    let mut buffer = JitterBuffer::new(CONFIG);
    let mut out = String::new();
    for tick in 0..30i64 {
        let now = us(tick * 20_000);
        // Five packets, 200 ms of silence by the timestamps of the sender, five packets.
        match tick {
            0..5 => buffer.put(now, &header(tick as u16, tick as u32 * 160), &[1; 160]),
            15..20 => buffer.put(now, &header(tick as u16 - 10, tick as u32 * 160), &[2; 160]),
            _ => Put::Refused,
        };
        out.push(match buffer.get(now) {
            Got::Frame(payload) => char::from(b'0' + payload[0]),
            Got::Conceal(_) => 'c',
            Got::Silence => '.',
        });
    }
    assert_eq!(out, ".11111ccccc.....22222ccccc....");
}

#[test]
fn a_telephone_event_is_no_loss() {
    let mut buffer = JitterBuffer::new(CONFIG);
    let mut out = String::new();
    for tick in 0..20i64 {
        let now = us(tick * 20_000);
        match tick {
            5..12 => buffer.pass(now, &header(tick as u16, 5 * 160)),
            _ => {
                buffer.put(now, &header(tick as u16, tick as u32 * 160), &[1; 160]);
            }
        }
        out.push(match buffer.get(now) {
            Got::Frame(_) => '1',
            Got::Conceal(_) => 'c',
            Got::Silence => '.',
        });
    }
    assert_eq!(out, ".11111.......1111111");
}

#[test]
fn another_source_begins_anew() {
    let mut buffer = JitterBuffer::new(CONFIG);
    for index in 0..5u16 {
        buffer.put(us(i64::from(index) * 20_000), &header(index, u32::from(index) * 160), &[1; 160]);
    }
    let other = Header { ssrc: 2, ..header(40_000, 7) };
    assert_eq!(buffer.put(us(100_000), &other, &[2; 160]), Put::Stored);
    assert_eq!(buffer.waiting(), 1);
    assert!(matches!(buffer.get(us(120_000)), Got::Frame([2, ..])));
}

/// Packets shaken by up to so much; returns the parts concealed and the delay in the end.
fn shaken(jitter_ms: u32) -> (f64, Duration) {
    let mut random = Random::new(9);
    let mut buffer = JitterBuffer::new(CONFIG);
    let mut arrivals: Vec<(i64, u16)> = (0..3000)
        .map(|index| {
            let late = i64::from(random.below(jitter_ms * 1000 / 16 + 1)) * 16;
            (i64::from(index) * 20_000 + late, index)
        })
        .collect();
    arrivals.sort();
    let mut arrivals = arrivals.into_iter().peekable();
    let mut concealed = 0;
    for tick in 0..3000i64 {
        let now = tick * 20_000 + 3000;
        while let Some((at, index)) = arrivals.next_if(|&(at, _)| at <= now) {
            buffer.put(us(at), &header(index, u32::from(index) * 160), &[1; 160]);
        }
        concealed += i32::from(matches!(buffer.get(us(now)), Got::Conceal(_)));
    }
    (f64::from(concealed) / 3000.0, buffer.delay())
}

#[test]
fn the_delay_follows_the_jitter() {
    for jitter_ms in [1, 10, 40, 100] {
        let (concealed, delay) = shaken(jitter_ms);
        assert!(concealed < 0.02, "{jitter_ms} ms: {concealed:.3} concealed");
        let expected = Duration::from_millis(u64::from(jitter_ms).max(20));
        assert!(delay <= expected + Duration::from_millis(5), "{jitter_ms} ms: {delay:?}");
        assert!(delay >= expected.mul_f64(0.7), "{jitter_ms} ms: {delay:?}");
    }
}

#[test]
fn a_clock_that_drifts_is_followed() {
    // 500 ppm is ten times what cheap crystals do.
    for drift in [-10i64, 10] {
        let mut buffer = JitterBuffer::new(CONFIG);
        let mut next = 0u16;
        let (mut frames, mut concealed, mut deepest) = (0, 0, 0);
        for tick in 0..30_000i64 {
            let now = tick * 20_000 + 3000;
            while i64::from(next) * (20_000 + drift) <= now && next < 30_000 {
                let at = i64::from(next) * (20_000 + drift);
                buffer.put(us(at), &header(next, u32::from(next) * 160), &[1; 160]);
                next += 1;
            }
            match buffer.get(us(now)) {
                Got::Frame(_) => frames += 1,
                Got::Conceal(_) => concealed += 1,
                Got::Silence => {}
            }
            deepest = deepest.max(buffer.waiting());
        }
        assert!(frames >= 29_900, "{drift}: {frames} frames");
        assert!(concealed <= 40, "{drift}: {concealed} concealed");
        assert!(deepest <= 5, "{drift}: {deepest} waited");
    }
}

proptest! {
    /// Whatever the network does, each packet is played at most once, in order, and nothing panics.
    #[test]
    fn packets_are_played_once_and_in_order(
        arrivals in prop::collection::vec(prop::option::weighted(0.9, 0i64..200_000), 1..200),
        first_seq: u16,
    ) {
        let arrivals: Vec<Option<i64>> = arrivals
            .iter()
            .enumerate()
            .map(|(index, late)| late.map(|late| index as i64 * 20_000 + late))
            .collect();
        let numbers: Vec<u8> = played(&arrivals, first_seq).iter().filter_map(|word| word.parse().ok()).collect();
        prop_assert!(numbers.windows(2).all(|pair| pair[0] < pair[1]), "{:?}", numbers);
    }
}
