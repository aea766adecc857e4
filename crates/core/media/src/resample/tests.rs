use proptest::prelude::*;

use super::{RateError, Resampler, convert};
use crate::level;
use crate::tone::{Generator, level_of};

const FIXED: [(u32, u32); 6] =
    [(8000, 16_000), (16_000, 8000), (16_000, 48_000), (48_000, 16_000), (8000, 48_000), (48_000, 8000)];

fn streamed(samples: &[i16], from: u32, to: u32) -> Vec<i16> {
    let mut resampler = Resampler::new(from, to).unwrap();
    let mut out = Vec::new();
    for packet in samples.chunks(from as usize / 50) {
        resampler.process(packet, &mut out);
    }
    out
}

#[test]
fn the_passband_is_flat() {
    for (from, to) in FIXED {
        let lower = f64::from(from.min(to));
        for part in [0.01, 0.05, 0.125, 0.25, 0.35, 0.425] {
            let hz = lower * part;
            let out = streamed(&Generator::sine(hz, -10.0, from).samples(from as usize), from, to);
            let level = level_of(&out[to as usize / 10..], hz, to);
            assert!((level + 10.0).abs() < 0.5, "{from} to {to} Hz, {hz} Hz: {level:.2} dBov");
        }
    }
}

#[test]
fn what_does_not_fit_the_lower_rate_is_taken_away() {
    for (from, to) in FIXED.into_iter().filter(|(from, to)| from > to) {
        for hz in [f64::from(to) * 0.6, f64::from(to) * 0.8, f64::from(from) * 0.45] {
            let out = streamed(&Generator::sine(hz, -10.0, from).samples(from as usize), from, to);
            let level = level::of(&out[to as usize / 10..]);
            assert!(level <= -65, "{from} to {to} Hz, {hz} Hz: {level} dBov");
        }
    }
}

#[test]
fn no_images_appear_above_the_lower_rate() {
    for (from, to) in FIXED.into_iter().filter(|(from, to)| from < to) {
        let hz = f64::from(from) * 0.3;
        let out = streamed(&Generator::sine(hz, -10.0, from).samples(from as usize), from, to);
        let image = level_of(&out[to as usize / 10..], f64::from(from) - hz, to);
        assert!(image < -68.0, "{from} to {to} Hz: {image:.1} dBov");
    }
}

#[test]
fn packets_become_packets() {
    for (from, to) in FIXED {
        let out = streamed(&vec![0; from as usize], from, to);
        assert_eq!(out.len(), to as usize, "{from} to {to}");
    }
}

#[test]
fn any_rate_of_uploads_is_converted_in_place() {
    for from in [8000, 11_025, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000] {
        for to in [8000, 16_000] {
            let sine = Generator::sine(1000.0, -10.0, from).samples(from as usize);
            let out = convert(&sine, from, to).unwrap();
            assert_eq!(out.len(), to as usize, "{from} to {to}");
            // Not delayed: it agrees with the same sine at the new rate.
            let expected = Generator::sine(1000.0, -10.0, to).samples(to as usize);
            let middle = 2000..6000;
            let snr = crate::sounds::snr_db(&expected[middle.clone()], &out[middle], 0);
            assert!(snr > 25.0, "{from} to {to}: {snr:.1} dB");
        }
    }
}

#[test]
fn equal_rates_change_nothing() {
    let samples: Vec<i16> = (0..1000).collect();
    assert_eq!(streamed(&samples, 8000, 8000), samples);
    assert_eq!(convert(&samples, 8000, 8000).unwrap(), samples);
}

#[test]
fn rates_that_make_no_sense_are_refused() {
    assert_eq!(Resampler::new(0, 8000).unwrap_err(), RateError::Rate(0));
    assert_eq!(convert(&[1], 8000, 400_000), Err(RateError::Rate(400_000)));
    let from = 191_999;
    assert_eq!(convert(&[1], from, 8000), Err(RateError::Ratio { from, to: 8000 }));
}

proptest! {
    #[test]
    fn pieces_of_any_length_are_the_same_as_the_whole(lengths in prop::collection::vec(0usize..400, 1..12), pair in 0usize..6) {
        let (from, to) = FIXED[pair];
        let samples = crate::sounds::noise(lengths.iter().sum(), 20_000.0, 4);
        let mut whole = Vec::new();
        Resampler::new(from, to).unwrap().process(&samples, &mut whole);
        let mut resampler = Resampler::new(from, to).unwrap();
        let (mut pieces, mut rest) = (Vec::new(), &samples[..]);
        for length in lengths {
            let (piece, later) = rest.split_at(length);
            resampler.process(piece, &mut pieces);
            rest = later;
        }
        prop_assert_eq!(whole, pieces);
    }
}
