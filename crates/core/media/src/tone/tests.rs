use super::{Generator, level_of};
use crate::control::Tone;
use crate::level;

#[test]
fn a_beep_sounds_once() {
    let beep = Generator::network(Tone::Beep, -10.0, 8000).samples(8000 * 60);
    let last = beep.iter().rposition(|sample| *sample != 0).unwrap();
    assert!((3100..3200).contains(&last), "{last}");
}

#[test]
fn network_tones_have_their_cadence() {
    for (tone, on_ms, off_ms) in [(Tone::Ringback, 1000, 4000), (Tone::Busy, 350, 350), (Tone::Congestion, 700, 700)] {
        let samples = Generator::network(tone, -13.0, 8000).samples((on_ms + off_ms) * 8 * 2);
        for period in samples.chunks((on_ms + off_ms) * 8) {
            let (on, off) = period.split_at(on_ms * 8);
            assert_eq!(level::of(on), -13, "{tone:?}");
            assert!((level_of(on, 450.0, 8000) + 13.0).abs() < 0.1, "{tone:?} is at 450 Hz");
            assert_eq!(level::of(off), level::SILENCE_DBOV, "{tone:?}");
        }
    }
}

#[test]
fn the_meter_hears_each_of_two_voices() {
    let both = Generator::dual((440.0, -20.0), (880.0, -35.0), 8000).samples(8000);
    let heard = |frequency_hz| level_of(&both, frequency_hz, 8000);
    assert!((heard(440.0) + 20.0).abs() < 0.1);
    assert!((heard(880.0) + 35.0).abs() < 0.1);
    for silent in [300.0, 450.0, 660.0, 1320.0] {
        assert!(heard(silent) < -75.0, "{silent} Hz: {}", heard(silent));
    }
    assert_eq!(level_of(&[], 440.0, 8000), f64::NEG_INFINITY);
}

#[test]
fn an_hour_of_tone_keeps_its_level() {
    let mut tone = Generator::sine(1004.0, -10.0, 8000);
    let mut out = Vec::new();
    for _ in 0..3600 {
        out.clear();
        tone.write(8000, &mut out);
    }
    assert!((level_of(&out, 1004.0, 8000) + 10.0).abs() < 0.01);
}

#[test]
fn pieces_join_without_a_click() {
    let mut tone = Generator::sine(450.0, -13.0, 8000);
    let mut pieces = Vec::new();
    for length in [1, 159, 160, 7, 473] {
        tone.write(length, &mut pieces);
    }
    assert_eq!(pieces, Generator::sine(450.0, -13.0, 8000).samples(800));
}
