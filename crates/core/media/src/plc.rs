//! Packet-loss concealment in the manner of ITU-T G.711 Appendix I: the last pitch period goes on, then the last two
//! and three, and fades out within 60 ms. Unlike there, good audio is not delayed.

/// How much of the past is kept, in ms: three of the longest pitch periods and what precedes them.
const HISTORY_MS: usize = 49;

/// The shortest and the longest pitch period, in 1/10 ms: 200 and 66 Hz (Appendix I.2.2).
const PITCH_MIN: usize = 50;
const PITCH_MAX: usize = 150;

/// How much of the past the pitch is looked for in, in ms.
const MATCH_MS: usize = 20;

/// Concealment fades by a fifth per 10 ms, beginning after the first 10 ms (Appendix I.2.7).
const FADE_STEP_MS: usize = 10;
const FADE_PER_STEP: f32 = 0.2;

/// How long the first good samples are blended with made-up ones, in ms.
const BLEND_MS: usize = 4;

/// Fills the gaps of one stream of samples.
#[derive(Clone, Debug)]
pub struct Concealer {
    samples_per_ms: usize,
    /// The last samples that were played, good or made up.
    history: Vec<i16>,
    gap: Option<Gap>,
}

/// A gap that is being filled.
#[derive(Clone, Debug)]
struct Gap {
    /// The audio before the gap.
    before: Vec<f32>,
    pitch: usize,
    /// What is repeated: its wrap is smoothed.
    cycle: Vec<f32>,
    periods: usize,
    at: usize,
    made_up: usize,
}

impl Concealer {
    /// A concealer for audio of this sample rate: a multiple of 1 kHz.
    pub fn new(rate_hz: u32) -> Self {
        let samples_per_ms = (rate_hz / 1000).max(1) as usize;
        Self { samples_per_ms, history: vec![0; HISTORY_MS * samples_per_ms], gap: None }
    }

    /// Takes good samples, and blends their beginning with what was made up before them.
    pub fn good(&mut self, samples: &mut [i16]) {
        if let Some(mut gap) = self.gap.take() {
            let blend = (BLEND_MS * self.samples_per_ms).min(samples.len());
            for (index, sample) in samples[..blend].iter_mut().enumerate() {
                let rise = (index as f32 + 0.5) / blend as f32;
                let made_up = gap.next(self.samples_per_ms);
                // The cast saturates.
                *sample = (f32::from(*sample) * rise + made_up * (1.0 - rise)) as i16;
            }
        }
        self.remember(samples);
    }

    /// Appends so many made-up samples.
    pub fn conceal(&mut self, samples: usize, out: &mut Vec<i16>) {
        let start = out.len();
        let samples_per_ms = self.samples_per_ms;
        let history = &self.history;
        let gap = self.gap.get_or_insert_with(|| Gap::after(history, samples_per_ms));
        out.extend((0..samples).map(|_| gap.next(samples_per_ms) as i16));
        self.remember(&out[start..]);
    }

    fn remember(&mut self, samples: &[i16]) {
        let kept = self.history.len();
        let new = &samples[samples.len().saturating_sub(kept)..];
        self.history.copy_within(new.len().., 0);
        self.history[kept - new.len()..].copy_from_slice(new);
    }
}

impl Gap {
    fn after(history: &[i16], samples_per_ms: usize) -> Self {
        let before: Vec<f32> = history.iter().map(|&sample| f32::from(sample)).collect();
        let pitch = pitch(&before, samples_per_ms);
        let mut gap = Self { before, pitch, cycle: Vec::with_capacity(3 * pitch), periods: 0, at: 0, made_up: 0 };
        gap.lengthen(1);
        gap
    }

    /// Repeats so many of the last periods. A quarter period at the end of the cycle passes over into what lies before
    /// it, so that the repetition does not click (Appendix I.2.4).
    fn lengthen(&mut self, periods: usize) {
        self.periods = periods;
        let end = self.before.len();
        let start = end - periods * self.pitch;
        self.cycle.clear();
        self.cycle.extend_from_slice(&self.before[start..]);
        let quarter = self.pitch / 4;
        let length = self.cycle.len();
        for index in 0..quarter {
            let fall = (index as f32 + 0.5) / quarter as f32;
            let lead_in = self.before[start - quarter + index];
            let sample = &mut self.cycle[length - quarter + index];
            *sample = *sample * (1.0 - fall) + lead_in * fall;
        }
        // The phase within the period goes on.
        self.at %= self.pitch;
    }

    fn next(&mut self, samples_per_ms: usize) -> f32 {
        let step = self.made_up / (FADE_STEP_MS * samples_per_ms);
        let fade = 1.0 - FADE_PER_STEP * self.fade_steps(step, samples_per_ms);
        self.made_up += 1;
        if fade <= 0.0 {
            return 0.0;
        }
        if self.at == self.cycle.len() {
            self.at = 0;
        }
        // A single period that is repeated for long sounds like a buzzer (Appendix I.2.6).
        let periods = (step + 1).min(3);
        if periods > self.periods {
            self.lengthen(periods);
        }
        let sample = self.cycle[self.at];
        self.at += 1;
        sample * fade
    }

    fn fade_steps(&self, step: usize, samples_per_ms: usize) -> f32 {
        let within = self.made_up % (FADE_STEP_MS * samples_per_ms);
        match step {
            0 => 0.0,
            _ => (step - 1) as f32 + within as f32 / (FADE_STEP_MS * samples_per_ms) as f32,
        }
    }
}

/// The distance at which the end of the past is most like what precedes it.
fn pitch(before: &[f32], samples_per_ms: usize) -> usize {
    let matched = &before[before.len() - MATCH_MS * samples_per_ms..];
    let shortest = PITCH_MIN * samples_per_ms / 10;
    let longest = PITCH_MAX * samples_per_ms / 10;
    let mut best = (longest, 0.0);
    for lag in shortest..=longest {
        let end = before.len() - lag;
        let earlier = &before[end - matched.len()..end];
        let product: f32 = matched.iter().zip(earlier).map(|(a, b)| a * b).sum();
        let energy: f32 = earlier.iter().map(|sample| sample * sample).sum();
        let likeness = product / energy.sqrt().max(1.0);
        if likeness > best.1 {
            best = (lag, likeness);
        }
    }
    best.0
}

#[cfg(test)]
mod tests;
