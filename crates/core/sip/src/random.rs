//! Unpredictable values from a seed, and keyed fingerprints.

use std::hash::Hasher;

use siphasher::sip128::{Hash128, Hasher128, SipHasher24};

/// Crockford's base 32 in lower case: 26 characters hold 128 bits.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// A source of values that nobody can predict who does not know the seed: SipHash-2-4 of a counter. The same seed gives
/// the same values, so that a journal replays.
#[derive(Clone, Debug)]
pub(crate) struct Random {
    stream: SipHasher24,
    prints: SipHasher24,
    count: u64,
}

/// What stands for a piece of text in an index. The key is secret, so that nobody can make two texts collide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Fingerprint(u128);

impl Random {
    pub(crate) fn new(seed: &[u8; 32]) -> Self {
        let half = |from: usize| {
            let mut key = [0; 16];
            key.copy_from_slice(&seed[from..from + 16]);
            SipHasher24::new_with_key(&key)
        };
        Self { stream: half(0), prints: half(16), count: 0 }
    }

    pub(crate) fn next_u128(&mut self) -> u128 {
        self.count += 1;
        let mut hasher = self.stream;
        hasher.write_u64(self.count);
        u128_of(hasher.finish128())
    }

    /// A number below `limit`, which is not 0.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        let bound = u128::from(limit.max(1));
        u64::try_from(self.next_u128() % bound).unwrap_or(0)
    }

    /// A tag, branch or Call-ID: 20 characters, 100 bits.
    pub(crate) fn token(&mut self) -> Box<str> {
        let bits = self.next_u128();
        (0..20).map(|place| char::from(ALPHABET[(bits >> (place * 5)) as usize & 31])).collect::<String>().into()
    }

    /// The fingerprint of some parts. Each part ends where it ends: `ab`, `c` is not `a`, `bc`.
    pub(crate) fn print(&self, parts: &[&[u8]]) -> Fingerprint {
        let mut hasher = self.prints;
        for part in parts {
            hasher.write_usize(part.len());
            hasher.write(part);
        }
        Fingerprint(u128_of(hasher.finish128()))
    }
}

impl Fingerprint {
    /// Sorts before every other.
    pub(crate) const MIN: Self = Self(0);

    /// As it can stand in a tag or branch.
    pub(crate) fn token(self) -> Box<str> {
        format!("{:032x}", self.0).into()
    }
}

fn u128_of(hash: Hash128) -> u128 {
    u128::from(hash.h1) << 64 | u128::from(hash.h2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_values_and_another_seed_others() {
        let mut one = Random::new(&[1; 32]);
        let mut same = Random::new(&[1; 32]);
        let mut other = Random::new(&[2; 32]);
        let first = one.token();
        assert_eq!(first, same.token());
        assert_ne!(first, other.token());
        assert_ne!(first, one.token());
        assert_eq!(first.len(), 20);
    }

    #[test]
    fn a_fingerprint_knows_where_its_parts_end() {
        let random = Random::new(&[1; 32]);
        assert_eq!(random.print(&[b"ab", b"c"]), random.print(&[b"ab", b"c"]));
        assert_ne!(random.print(&[b"ab", b"c"]), random.print(&[b"a", b"bc"]));
    }
}
