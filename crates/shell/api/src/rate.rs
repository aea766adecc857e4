//! How often somebody may ask: a bucket of tokens for each address or login, in bounded memory.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use crate::doors::Via;

/// How many keys are remembered. One more forgets those whose bucket is full again; if none is, the one refilled first.
const KEYS_MAX: usize = 20_000;

/// How often.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    /// So many at once.
    pub burst: u32,
    /// And so many a second on the long run.
    pub per_second: f64,
}

/// The rates of the desk.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rates {
    /// Of what anybody may ask, by address: sign-ins above all.
    pub strangers: Rate,
    /// Of what somebody who is signed in asks, by login or token.
    pub signed_in: Rate,
}

impl Default for Rates {
    fn default() -> Self {
        Self { strangers: Rate { burst: 30, per_second: 2.0 }, signed_in: Rate { burst: 400, per_second: 100.0 } }
    }
}

/// Who is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key {
    /// An address; of version 6 the network of 64 bits, of which everybody has 2^64 addresses.
    Address(IpAddr),
    /// A login or a token.
    Signed(Via),
}

impl Key {
    pub(crate) fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self::Address(address.into()),
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                Self::Address(IpAddr::from([a, b, c, d, 0, 0, 0, 0]))
            }
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct Buckets {
    buckets: BTreeMap<Key, Bucket>,
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    tokens: f64,
    at: Instant,
    full_at: Instant,
}

impl Buckets {
    /// Takes a token, or says how long to wait for the next.
    pub(crate) fn take(&mut self, now: Instant, key: Key, rate: Rate) -> Result<(), Duration> {
        if self.buckets.len() >= KEYS_MAX && !self.buckets.contains_key(&key) {
            self.forget(now);
        }
        let burst = f64::from(rate.burst);
        let bucket = self.buckets.entry(key).or_insert(Bucket { tokens: burst, at: now, full_at: now });
        let since = now.saturating_duration_since(bucket.at).as_secs_f64();
        let tokens = (bucket.tokens + since * rate.per_second).min(burst);
        let taken = if tokens >= 1.0 { Ok(tokens - 1.0) } else { Err(tokens) };
        let left = taken.unwrap_or(tokens);
        let refill = |missing: f64| Duration::try_from_secs_f64(missing / rate.per_second).unwrap_or(Duration::MAX / 4);
        *bucket = Bucket { tokens: left, at: now, full_at: now + refill(burst - left) };
        taken.map(drop).map_err(|tokens| refill(1.0 - tokens))
    }

    fn forget(&mut self, now: Instant) {
        self.buckets.retain(|_, bucket| bucket.full_at > now);
        if self.buckets.len() >= KEYS_MAX {
            let first = self.buckets.iter().min_by_key(|(_, bucket)| bucket.full_at).map(|(key, _)| *key);
            first.map(|key| self.buckets.remove(&key));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate { burst: 2, per_second: 1.0 };

    #[test]
    fn a_burst_is_taken_and_the_rest_waits() {
        let mut buckets = Buckets::default();
        let now = Instant::now();
        let key = Key::of("192.0.2.1".parse().unwrap());
        assert_eq!(buckets.take(now, key, RATE), Ok(()));
        assert_eq!(buckets.take(now, key, RATE), Ok(()));
        assert_eq!(buckets.take(now, key, RATE), Err(Duration::from_secs(1)));
        assert_eq!(buckets.take(now, Key::of("192.0.2.2".parse().unwrap()), RATE), Ok(()));
        assert_eq!(buckets.take(now + Duration::from_secs(1), key, RATE), Ok(()));
    }

    #[test]
    fn a_network_of_version_6_is_one_and_memory_is_bounded() {
        let key = |text: &str| Key::of(text.parse().unwrap());
        assert_eq!(key("2001:db8:0:1::1"), key("2001:db8:0:1:ffff::2"));
        assert_ne!(key("2001:db8:0:1::1"), key("2001:db8:0:2::1"));
        assert_eq!(key("::ffff:192.0.2.1"), key("192.0.2.1"));
        let mut buckets = Buckets::default();
        let now = Instant::now();
        for number in 0..=u32::try_from(KEYS_MAX).unwrap() {
            assert_eq!(buckets.take(now, Key::of(IpAddr::from(number.to_be_bytes())), RATE), Ok(()));
        }
        assert_eq!(buckets.buckets.len(), KEYS_MAX);
    }
}
