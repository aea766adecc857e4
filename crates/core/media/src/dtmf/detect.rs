//! Keys as tones in the audio (ITU-T Q.24), told from speech and music.
//!
//! A window of 102 samples goes over the audio in steps of half its length. At 8 kHz that is 12.75 ms, a resolution of
//! 78 Hz: enough to tell the eight tones apart and to let a tone be 1.5 % off, as Q.24 asks. A key is what several
//! windows in a row agree on.

use std::collections::VecDeque;
use std::f64::consts::TAU;
use std::time::Duration;

use bell_types::{Digit, DigitVia};

use crate::dtmf::{COLUMNS_HZ, KEYPAD, Press, ROWS_HZ};

/// The window in samples.
const WINDOW: usize = 102;

/// How far it moves each time.
const STEP: usize = WINDOW / 2;

const RATE_HZ: f64 = 8000.0;

/// A second harmonic nearer than this to the other tone cannot be told from it: four times the resolution.
const HARMONIC_APART_HZ: f64 = 4.0 * RATE_HZ / WINDOW as f64;

/// What a tone detector obeys. Levels are powers in dB.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ToneConfig {
    /// The weakest of the two tones that counts, in dBov.
    pub level_min_dbov: f64,
    /// How much stronger the low tone may be than the high one (reverse twist), in dB.
    pub reverse_twist_max_db: f64,
    /// How much stronger the high tone may be than the low one (normal twist), in dB.
    pub twist_max_db: f64,
    /// How far the two tones must stand above all other energy, in dB. A tone that is 1.5 % off reaches 6 dB.
    pub purity_min_db: f64,
    /// How far each tone must stand above its second harmonic, in dB: voices have harmonics, keypads have none.
    pub harmonic_min_db: f64,
    /// Shorter tones are no key. Measured to about 6 ms.
    pub held_min: Duration,
    /// A shorter interruption does not end a key.
    pub pause_min: Duration,
}

/// Finds keys in audio at 8 kHz.
#[derive(Clone, Debug)]
pub struct ToneDetector {
    config: ToneConfig,
    window: VecDeque<f64>,
    rows: [Goertzel; 4],
    columns: [Goertzel; 4],
    current: Option<Candidate>,
    presses: VecDeque<Press>,
}

/// A key that is heard. Times are counts of windows.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    digit: Digit,
    heard: u32,
    /// Windows since it was last heard.
    missed: u32,
}

impl ToneDetector {
    /// A detector that has heard nothing.
    pub fn new(config: ToneConfig) -> Self {
        Self {
            config,
            window: VecDeque::with_capacity(WINDOW),
            rows: ROWS_HZ.map(Goertzel::new),
            columns: COLUMNS_HZ.map(Goertzel::new),
            current: None,
            presses: VecDeque::new(),
        }
    }

    /// Listens to the next samples, at 8 kHz. Presses come out of [`poll_output`](Self::poll_output).
    pub fn listen(&mut self, samples: &[i16]) {
        for &sample in samples {
            self.window.push_back(f64::from(sample) / 32_768.0);
            if self.window.len() == WINDOW {
                let heard = self.judge();
                self.follow(heard);
                self.window.drain(..STEP);
            }
        }
    }

    /// The next press: a key is reported when it is let go.
    pub fn poll_output(&mut self) -> Option<Press> {
        self.presses.pop_front()
    }

    /// The key in the window, if the window holds a key and nothing else.
    fn judge(&self) -> Option<Digit> {
        let total = self.power_total();
        if db(total) < self.config.level_min_dbov {
            return None;
        }
        let (row, low) = strongest(&self.rows.map(|tone| tone.power(&self.window)));
        let (column, high) = strongest(&self.columns.map(|tone| tone.power(&self.window)));
        let twist = db(high) - db(low);
        let keyed = db(low.min(high)) >= self.config.level_min_dbov
            && twist <= self.config.twist_max_db
            && -twist <= self.config.reverse_twist_max_db
            && db(low + high) - db(total - low - high) >= self.config.purity_min_db
            && self.lacks_harmonics((ROWS_HZ[row], low), (COLUMNS_HZ[column], high));
        keyed.then(|| Digit::from_char(KEYPAD[row][column])).flatten()
    }

    fn power_total(&self) -> f64 {
        self.window.iter().map(|sample| sample * sample).sum::<f64>() / WINDOW as f64
    }

    fn lacks_harmonics(&self, low: (f64, f64), high: (f64, f64)) -> bool {
        let clean = |tone: (f64, f64), other: f64| {
            let harmonic_hz = 2.0 * tone.0;
            if (harmonic_hz - other).abs() < HARMONIC_APART_HZ {
                return true;
            }
            let harmonic = Goertzel::new(harmonic_hz).power(&self.window);
            db(tone.1) - db(harmonic) >= self.config.harmonic_min_db
        };
        clean(low, high.0) && clean(high, low.0)
    }

    fn follow(&mut self, heard: Option<Digit>) {
        match (&mut self.current, heard) {
            (Some(current), Some(digit)) if current.digit == digit => {
                // A short interruption belongs to the key.
                current.heard += 1 + current.missed;
                current.missed = 0;
            }
            (_, Some(digit)) => {
                self.release();
                self.current = Some(Candidate { digit, heard: 1, missed: 0 });
            }
            (Some(current), None) => {
                current.missed += 1;
                let (heard, missed) = (current.heard, current.missed);
                // What is not yet a key may have no interruption: speech is full of short matches.
                if !self.is_key(heard) || steps(missed) >= self.config.pause_min {
                    self.release();
                }
            }
            (None, None) => {}
        }
    }

    /// A tone that lasts as long as it must may fall between two windows.
    fn is_key(&self, windows: u32) -> bool {
        lasted(windows) + steps(1) >= self.config.held_min
    }

    fn release(&mut self) {
        if let Some(current) = self.current.take()
            && self.is_key(current.heard)
        {
            self.presses.push_back(Press { digit: current.digit, held: lasted(current.heard), via: DigitVia::InBand });
        }
    }
}

/// How long a tone lasts that so many windows in a row have heard, on average: they begin half a window apart, and one
/// that is filled to three quarters may hear it or not.
fn lasted(windows: u32) -> Duration {
    steps(windows) + steps(3) / 2
}

fn steps(windows: u32) -> Duration {
    Duration::from_micros(u64::from(windows) * STEP as u64 * 125)
}

fn strongest(powers: &[f64; 4]) -> (usize, f64) {
    let mut best = (0, powers[0]);
    for (index, &power) in powers.iter().enumerate() {
        if power > best.1 {
            best = (index, power);
        }
    }
    best
}

/// A power in dB; a floor of -120 keeps silence finite.
fn db(power: f64) -> f64 {
    10.0 * power.max(1e-12).log10()
}

/// The power of one frequency (G. Goertzel, 1958).
#[derive(Clone, Copy, Debug)]
struct Goertzel {
    coefficient: f64,
}

impl Goertzel {
    fn new(frequency_hz: f64) -> Self {
        Self { coefficient: 2.0 * (TAU * frequency_hz / RATE_HZ).cos() }
    }

    fn power(self, window: &VecDeque<f64>) -> f64 {
        let (mut last, mut before) = (0.0, 0.0);
        for sample in window {
            let next = sample + self.coefficient * last - before;
            (last, before) = (next, last);
        }
        let square = last * last + before * before - self.coefficient * last * before;
        // A sine of amplitude a has the square (a N / 2)², and the power a² / 2.
        2.0 * square / (WINDOW * WINDOW) as f64
    }
}
