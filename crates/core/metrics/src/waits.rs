//! Many lengths of time in little memory: their number, their exact mean, and percentiles to within 1.6 %.

use std::collections::BTreeMap;
use std::time::Duration;

/// How finely each doubling is divided: a bucket is at most 1/64 wider than what is in it.
const STEPS: u64 = 64;

/// Lengths of time, to a millisecond below 64 ms and to 1.6 % above.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Waits {
    /// How many lie in which bucket. Times up to a year fill at most 30 doublings of 64 buckets.
    buckets: BTreeMap<u64, u64>,
    count: u64,
    total: Duration,
}

impl Waits {
    /// Takes one more.
    pub fn add(&mut self, wait: Duration) {
        let millis = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
        *self.buckets.entry(bucket(millis)).or_default() += 1;
        self.count += 1;
        self.total = self.total.saturating_add(wait);
    }

    /// Takes all of another's.
    pub fn merge(&mut self, other: &Self) {
        for (bucket, count) in &other.buckets {
            *self.buckets.entry(*bucket).or_default() += count;
        }
        self.count += other.count;
        self.total = self.total.saturating_add(other.total);
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Their mean; none if there are none.
    pub fn mean(&self) -> Option<Duration> {
        let count = u32::try_from(self.count).ok().filter(|count| *count > 0)?;
        Some(self.total / count)
    }

    /// The length that so many thousandths of them do not exceed; none if there are none.
    pub fn percentile(&self, permille: u64) -> Option<Duration> {
        let rank = (self.count * permille).div_ceil(1000).max(1);
        let mut seen = 0;
        let (bucket, _) = self.buckets.iter().find(|(_, count)| {
            seen += **count;
            seen >= rank
        })?;
        Some(Duration::from_millis(upper(*bucket)))
    }
}

/// Below [`STEPS`] the number itself; above, the doubling and the step within it.
fn bucket(millis: u64) -> u64 {
    if millis < STEPS {
        return millis;
    }
    let doubling = u64::from(millis.ilog2() - STEPS.ilog2());
    (doubling + 1) * STEPS + ((millis >> doubling) - STEPS)
}

/// The largest number in a bucket.
fn upper(bucket: u64) -> u64 {
    if bucket < STEPS {
        return bucket;
    }
    let (doubling, step) = (bucket / STEPS - 1, bucket % STEPS);
    ((STEPS + step + 1) << doubling) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_is_never_far_from_what_is_in_it() {
        for millis in (0..2_000_000_u64).step_by(97) {
            let told = upper(bucket(millis));
            assert!(told >= millis && (told - millis) * STEPS <= millis, "{millis} was told as {told}");
        }
    }

    #[test]
    fn percentiles_stand_where_they_are() {
        let mut waits = Waits::default();
        assert_eq!((waits.mean(), waits.percentile(500)), (None, None));
        for millis in 1..=40 {
            waits.add(Duration::from_millis(millis));
        }
        assert_eq!(waits.mean(), Some(Duration::from_micros(20_500)));
        assert_eq!(waits.percentile(500), Some(Duration::from_millis(20)));
        assert_eq!(waits.percentile(900), Some(Duration::from_millis(36)));
        assert_eq!(waits.percentile(1000), Some(Duration::from_millis(40)));
    }
}
