use std::time::Duration;

use bell_types::{Codec, Mono};

use super::Playout;
use crate::codec::Encoder;
use crate::jitter::JitterConfig;
use crate::level;
use crate::rtp::Header;
use crate::tone::{Generator, level_of};

const CONFIG: JitterConfig = JitterConfig {
    delay_min: Duration::from_millis(20),
    delay_max: Duration::from_millis(200),
    packets_max: 32,
    payload_max: 1280,
    conceal_max: 5,
};

/// Sends a tone in packets of `packet_ms`, loses one in twenty-five, and pulls 20 ms at a time.
fn heard(codec: Codec, packet_ms: usize, rate_hz: u32) -> Vec<i16> {
    let tone = Generator::sine(600.0, -15.0, codec.sample_rate_hz()).samples(codec.sample_rate_hz() as usize * 4);
    let mut octets = Vec::new();
    Encoder::new(codec).encode(&tone, &mut octets);
    let mut playout = Playout::new(CONFIG, codec, rate_hz).unwrap();
    let mut packets = octets.chunks(packet_ms * 8).zip(0u16..).peekable();
    let mut out = Vec::new();
    for tick in 0..200u64 {
        let now = tick * 20;
        while let Some((payload, seq)) = packets.next_if(|(_, seq)| u64::from(*seq) * packet_ms as u64 <= now) {
            let header = Header {
                marker: false,
                payload_type: 8,
                seq,
                timestamp: u32::from(seq) * packet_ms as u32 * 8,
                ssrc: 1,
            };
            if seq % 25 != 12 {
                playout.put(Mono::from_micros(now * 1000), &header, payload);
            }
        }
        playout.pull(Mono::from_micros(now * 1000), rate_hz as usize / 50, &mut out);
    }
    out
}

#[test]
fn a_tone_comes_through_any_codec_packet_time_and_rate() {
    for codec in Codec::ALL {
        for packet_ms in [10, 20, 30, 60] {
            for rate_hz in [8000, 16_000] {
                let out = heard(codec, packet_ms, rate_hz);
                assert_eq!(out.len(), rate_hz as usize * 4, "a steady pace");
                let middle = &out[rate_hz as usize / 2..rate_hz as usize * 7 / 2];
                let tone = level_of(middle, 600.0, rate_hz);
                assert!((tone + 15.0).abs() < 2.0, "{codec} {packet_ms} ms at {rate_hz} Hz: {tone:.1} dBov");
                let quietest = middle.chunks(rate_hz as usize / 50).map(level::of).min().unwrap();
                assert!(quietest > -32, "{codec} {packet_ms} ms at {rate_hz} Hz: {quietest} dBov in a gap");
            }
        }
    }
}

#[test]
fn without_packets_there_is_silence() {
    let mut playout = Playout::new(CONFIG, Codec::Pcma, 8000).unwrap();
    let mut out = Vec::new();
    playout.pull(Mono::ZERO, 160, &mut out);
    assert_eq!(out, [0; 160]);
}

#[test]
fn another_codec_begins_anew() {
    let mut playout = Playout::new(CONFIG, Codec::Pcma, 16_000).unwrap();
    playout.set_codec(Codec::G722).unwrap();
    let mut out = Vec::new();
    playout.pull(Mono::ZERO, 320, &mut out);
    assert_eq!(out, [0; 320]);
    assert_eq!(playout.delay(), CONFIG.delay_min);
}
