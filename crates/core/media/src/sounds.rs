//! Sounds for tests: noise, music, and something with the pitch, formants and pauses of speech.

use std::f64::consts::TAU;

/// A source of numbers that is the same everywhere.
pub(crate) struct Random(u32);

impl Random {
    pub(crate) fn new(seed: u32) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        self.0 >> 16
    }

    pub(crate) fn below(&mut self, limit: u32) -> u32 {
        self.next() % limit
    }

    /// -1 to 1.
    pub(crate) fn sample(&mut self) -> f64 {
        f64::from(self.next()) / 32_768.0 - 1.0
    }
}

/// White noise of this amplitude.
pub(crate) fn noise(samples: usize, amplitude: f64, seed: u32) -> Vec<i16> {
    let mut random = Random::new(seed);
    (0..samples).map(|_| (random.sample() * amplitude) as i16).collect()
}

/// Vowels, hisses and pauses of 60 to 250 ms: glottal pulses of a gliding pitch through three formants.
pub(crate) fn speech(samples: usize, rate_hz: u32, seed: u32) -> Vec<i16> {
    const VOWELS: [[f64; 3]; 6] = [
        [730.0, 1090.0, 2440.0],
        [270.0, 2290.0, 3010.0],
        [300.0, 870.0, 2240.0],
        [530.0, 1840.0, 2480.0],
        [570.0, 840.0, 2410.0],
        [440.0, 1020.0, 2240.0],
    ];
    let rate = f64::from(rate_hz);
    let mut random = Random::new(seed);
    let mut out: Vec<i16> = Vec::with_capacity(samples);
    let mut phase = 0.0;
    while out.len() < samples {
        let length = (rate * (0.06 + f64::from(random.below(190)) / 1000.0)) as usize;
        let kind = random.below(8);
        let mut pitch = 90.0 + f64::from(random.below(160));
        let glide = 1.0 + random.sample() * 4e-5;
        let mut formants = VOWELS[random.below(6) as usize].map(|hz| Resonator::new(hz, 80.0, rate));
        for index in 0..length {
            let fade = (index.min(length - index) as f64 / (rate * 0.01)).min(1.0);
            pitch *= glide;
            phase += pitch / rate;
            let pulse = if phase >= 1.0 { 1.0 } else { 0.0 };
            phase %= 1.0;
            let source = match kind {
                0 => 0.0,
                1 => random.sample() * 0.05,
                _ => pulse + random.sample() * 0.005,
            };
            let voice: f64 = formants.iter_mut().zip([1.0, 0.6, 0.3]).map(|(f, gain)| f.next(source) * gain).sum();
            out.push((voice * fade * 20_000.0).clamp(-30_000.0, 30_000.0) as i16);
        }
    }
    out.truncate(samples);
    out
}

/// Chords of three plucked notes with five harmonics each, four chords per second.
pub(crate) fn music(samples: usize, rate_hz: u32, seed: u32) -> Vec<i16> {
    let rate = f64::from(rate_hz);
    let mut random = Random::new(seed);
    let mut out = Vec::with_capacity(samples);
    while out.len() < samples {
        let notes: Vec<f64> = (0..3).map(|_| 110.0 * 2f64.powf(f64::from(random.below(48)) / 12.0)).collect();
        for index in 0..(rate / 4.0) as usize {
            let t = index as f64 / rate;
            let sum: f64 = notes
                .iter()
                .flat_map(|note| (1..=5).map(move |k| (TAU * note * f64::from(k) * t).sin() / f64::from(k * k)))
                .sum();
            out.push((sum * (-3.0 * t).exp() * 5000.0) as i16);
        }
    }
    out.truncate(samples);
    out
}

/// How far `signal` stands above what `copy` differs from it, in dB, at the delay in samples that fits best.
pub(crate) fn snr_db(signal: &[i16], copy: &[i16], delay_max: usize) -> f64 {
    (0..=delay_max)
        .map(|delay| {
            let (mut power, mut error) = (1e-9, 1e-9);
            for (&a, &b) in signal.iter().zip(&copy[delay..]) {
                power += f64::from(a).powi(2);
                error += (f64::from(a) - f64::from(b)).powi(2);
            }
            10.0 * (power / error).log10()
        })
        .fold(f64::MIN, f64::max)
}

/// A resonance of one formant.
struct Resonator {
    a1: f64,
    a2: f64,
    gain: f64,
    y1: f64,
    y2: f64,
}

impl Resonator {
    fn new(hz: f64, width_hz: f64, rate: f64) -> Self {
        let radius = (-TAU / 2.0 * width_hz / rate).exp();
        let a1 = 2.0 * radius * (TAU * hz / rate).cos();
        Self { a1, a2: -radius * radius, gain: 1.0 - radius, y1: 0.0, y2: 0.0 }
    }

    fn next(&mut self, x: f64) -> f64 {
        let y = self.gain * 8.0 * x + self.a1 * self.y1 + self.a2 * self.y2;
        self.y2 = self.y1;
        self.y1 = y;
        y
    }
}
