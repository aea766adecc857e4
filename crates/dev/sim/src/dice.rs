//! The only source of chance: a small generator under a seed.

use std::time::Duration;

/// Dice that fall the same way for the same seed (splitmix64).
#[derive(Clone, Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Dice of their own for one concern, so that a throw more elsewhere changes nothing here.
    pub(crate) fn fork(&mut self) -> Self {
        Self(self.next())
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`; zero if that is zero.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.next().checked_rem(limit).unwrap_or(0)
    }

    /// Whether something happens that happens so often in a thousand.
    pub(crate) fn chance(&mut self, permille: u64) -> bool {
        self.below(1000) < permille
    }

    /// A length of time, `from` and `to` in milliseconds.
    pub(crate) fn millis(&mut self, from: u64, to: u64) -> Duration {
        let micros = from * 1000 + self.below(to.saturating_sub(from) * 1000 + 1);
        Duration::from_micros(micros)
    }

    /// An exponentially distributed length of time, by inversion.
    pub(crate) fn exponential(&mut self, mean: Duration) -> Duration {
        // 53 bits are what a float holds; never zero, whose logarithm is not finite.
        let lot = ((self.next() >> 11) as f64 + 1.0) / (1_u64 << 53) as f64;
        mean.mul_f64(-lot.ln())
    }

    pub(crate) fn pick<T: Copy>(&mut self, items: &[T]) -> Option<T> {
        let index = usize::try_from(self.below(items.len() as u64)).unwrap_or(0);
        items.get(index).copied()
    }

    /// A key for what needs 32 octets of it.
    pub(crate) fn key(&mut self) -> [u8; 32] {
        let mut key = [0; 32];
        key.chunks_exact_mut(8).for_each(|part| part.copy_from_slice(&self.next().to_be_bytes()));
        key
    }
}
