//! Music for a centre that has none yet: a short piece of bells, made by a formula, so that nobody has to be asked for
//! leave to play it.
//!
//! It lies within what a telephone carries. The piece is a ring: what still sounds at its end goes on at its
//! beginning, so that it can be repeated without a seam.

use std::f64::consts::{PI, TAU};

use crate::audio::shelf::wav_file;

const RATE_HZ: u32 = 16_000;

/// Two notes a second.
const STEP: usize = RATE_HZ as usize / 2;

/// Steps in a bar.
const BAR: usize = 6;

/// Eight bars of six steps are 24 s. Notes are numbered in semitones, 69 is the A of 440 Hz.
const BARS: [Bar; 8] = [
    Bar { bass: 48, chord: [60, 64, 67, 71], melody: [Some(79), None] },
    Bar { bass: 45, chord: [57, 64, 67, 72], melody: [Some(76), Some(74)] },
    Bar { bass: 53, chord: [57, 60, 64, 69], melody: [Some(72), None] },
    Bar { bass: 55, chord: [59, 62, 64, 69], melody: [Some(74), Some(76)] },
    Bar { bass: 52, chord: [59, 64, 67, 74], melody: [Some(79), Some(81)] },
    Bar { bass: 45, chord: [57, 60, 67, 72], melody: [Some(79), None] },
    Bar { bass: 50, chord: [57, 62, 65, 72], melody: [Some(76), Some(72)] },
    Bar { bass: 55, chord: [57, 62, 65, 69], melody: [Some(74), None] },
];

/// Up the chord and down again.
const ARPEGGIO: [usize; BAR] = [0, 1, 2, 3, 2, 1];

/// The highest sample, where 1 is full amplitude: -9 dBov.
const PEAK: f64 = 0.35;

/// What sounds in one bar.
struct Bar {
    bass: u8,
    chord: [u8; 4],
    /// On the first and the fourth step.
    melody: [Option<u8>; 2],
}

/// How a note is struck.
#[derive(Clone, Copy)]
struct Touch {
    loudness: f64,
    /// The time in which it swells, in seconds.
    attack: f64,
    /// The time in which it fades to a third, in seconds.
    decay: f64,
}

const BASS: Touch = Touch { loudness: 0.5, attack: 0.25, decay: 1.6 };
const HARP: Touch = Touch { loudness: 0.4, attack: 0.012, decay: 0.7 };
const BELL: Touch = Touch { loudness: 0.55, attack: 0.02, decay: 1.2 };

/// The piece as a WAV file; the same octets each time.
pub fn music() -> Vec<u8> {
    let mut ring = vec![0.0; BARS.len() * BAR * STEP];
    for (bar, notes) in BARS.iter().enumerate() {
        let start = bar * BAR * STEP;
        strike(&mut ring, start, notes.bass, BASS);
        for (step, tone) in ARPEGGIO.into_iter().enumerate() {
            strike(&mut ring, start + step * STEP, notes.chord[tone], HARP);
        }
        for (half, note) in notes.melody.into_iter().enumerate() {
            if let Some(note) = note {
                strike(&mut ring, start + half * BAR / 2 * STEP, note, BELL);
            }
        }
    }
    let highest = ring.iter().fold(f64::MIN_POSITIVE, |highest, sample| sample.abs().max(highest));
    let scale = PEAK * f64::from(i16::MAX) / highest;
    // The cast saturates, and nothing is beyond the peak.
    let samples: Vec<i16> = ring.into_iter().map(|sample| (sample * scale).round() as i16).collect();
    wav_file(RATE_HZ, &samples)
}

/// Adds a note that swells, fades, and is a bell by its overtones, which fade faster than it.
fn strike(ring: &mut [f64], start: usize, note: u8, touch: Touch) {
    /// Multiples of the frequency, and their strength.
    const OVERTONES: [(f64, f64); 3] = [(1.0, 1.0), (2.0, 0.35), (3.01, 0.12)];
    let frequency = 440.0 * ((f64::from(note) - 69.0) / 12.0).exp2();
    // After seven decays it is 60 dB down; the last quarter of a second takes it to nothing.
    let length = touch.decay * 7.0;
    for at in 0..(length * f64::from(RATE_HZ)) as usize {
        let time = at as f64 / f64::from(RATE_HZ);
        let swell = (1.0 - (PI * (time / touch.attack).min(1.0)).cos()) / 2.0;
        let release = ((length - time) * 4.0).min(1.0);
        let voice: f64 = OVERTONES
            .iter()
            .map(|&(multiple, strength)| {
                strength * (-time * multiple / touch.decay).exp() * (TAU * frequency * multiple * time).sin()
            })
            .sum();
        let place = (start + at) % ring.len();
        ring[place] += touch.loudness * swell * release * voice;
    }
}
