//! From a key to the places of its entries: at most two cache misses and a short search, however many there are.
//!
//! Keys are spread over a fixed number of small sorted runs by a fixed multiplication. Nothing is ever rebuilt as a
//! whole, so no call waits for a growing table, and the same inputs lead to the same layout.

use crate::key::Key;

const RUNS_BITS: u32 = 18;
/// 2^64 divided by the golden ratio: neighbouring numbers, as imports have them, land far from each other.
const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;

/// All keys, with the places of their entries.
#[derive(Clone, Debug, Default)]
pub(crate) struct Index {
    /// Empty until the first key comes: most test nodes have no entry.
    runs: Vec<Vec<(Key, u32)>>,
}

impl Index {
    /// The entries of a key, by place.
    pub(crate) fn find(&self, key: Key) -> &[(Key, u32)] {
        let Some(run) = self.runs.get(run_of(key)) else { return &[] };
        let from = run.partition_point(|(other, _)| *other < key);
        let len = run[from..].iter().take_while(|(other, _)| *other == key).count();
        &run[from..from + len]
    }

    pub(crate) fn insert(&mut self, key: Key, place: u32) {
        if self.runs.is_empty() {
            self.runs.resize(1 << RUNS_BITS, Vec::new());
        }
        let run = &mut self.runs[run_of(key)];
        let at = run.partition_point(|held| *held < (key, place));
        run.insert(at, (key, place));
    }

    pub(crate) fn remove(&mut self, key: Key, place: u32) {
        if let Some(run) = self.runs.get_mut(run_of(key))
            && let Ok(at) = run.binary_search(&(key, place))
        {
            run.remove(at);
        }
    }
}

fn run_of(key: Key) -> usize {
    (key.0.wrapping_mul(SPREAD) >> (64 - RUNS_BITS)) as usize
}
