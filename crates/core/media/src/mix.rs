//! Mixing: everyone hears everyone else, not himself (n-1), with a gain per voice and saturation at the end.

/// A gain in hundredths; 100 leaves a voice as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gain(pub u16);

impl Gain {
    /// As it is.
    pub const UNITY: Self = Self(100);

    fn apply(self, sample: i16) -> i32 {
        i32::from(sample) * i32::from(self.0) / 100
    }
}

/// The sum of the voices of one packet time. Sums are kept wide and saturate only when they are read, so the order of
/// voices does not matter and taking one's own voice out again is exact.
#[derive(Clone, Debug, Default)]
pub struct Mix {
    sums: Vec<i32>,
}

impl Mix {
    /// A mix of nothing.
    pub const fn new() -> Self {
        Self { sums: Vec::new() }
    }

    /// Begins the next packet time with `samples` of silence. The memory is kept.
    pub fn clear(&mut self, samples: usize) {
        self.sums.clear();
        self.sums.resize(samples, 0);
    }

    /// Adds a voice. What is longer than the packet time is left out, what is shorter ends in silence.
    pub fn add(&mut self, voice: &[i16], gain: Gain) {
        for (sum, &sample) in self.sums.iter_mut().zip(voice) {
            *sum = sum.saturating_add(gain.apply(sample));
        }
    }

    /// Writes the whole mix: what a recorder or a listener without a voice hears.
    pub fn write(&self, out: &mut Vec<i16>) {
        out.extend(self.sums.iter().map(|&sum| saturate(sum)));
    }

    /// Writes the mix without one voice that was added with the same gain: what its owner hears.
    pub fn write_without(&self, voice: &[i16], gain: Gain, out: &mut Vec<i16>) {
        let own = voice.iter().copied().chain(std::iter::repeat(0));
        out.extend(self.sums.iter().zip(own).map(|(&sum, sample)| saturate(sum.saturating_sub(gain.apply(sample)))));
    }
}

/// Changes the loudness of one voice in place.
pub fn scale(voice: &mut [i16], gain: Gain) {
    for sample in voice {
        *sample = saturate(gain.apply(*sample));
    }
}

fn saturate(sum: i32) -> i16 {
    sum.clamp(i32::from(i16::MIN), i32::from(i16::MAX)) as i16
}

#[cfg(test)]
mod tests;
