//! All deadlines of the stack, in one order.

use std::collections::{BTreeMap, BTreeSet};

use bell_types::Mono;

/// Deadlines by owner. An owner has at most one; setting it again moves it.
#[derive(Clone, Debug)]
pub(crate) struct Timers<K> {
    order: BTreeSet<(Mono, K)>,
    owners: BTreeMap<K, Mono>,
}

impl<K: Ord + Clone> Timers<K> {
    pub(crate) const fn new() -> Self {
        Self { order: BTreeSet::new(), owners: BTreeMap::new() }
    }

    /// Wakes this owner at this time, and not at the time that was set before.
    pub(crate) fn set(&mut self, owner: K, at: Mono) {
        match self.owners.insert(owner.clone(), at) {
            Some(before) if before == at => return,
            Some(before) => drop(self.order.remove(&(before, owner.clone()))),
            None => {}
        }
        self.order.insert((at, owner));
    }

    /// Does not wake this owner.
    pub(crate) fn clear(&mut self, owner: &K) {
        if let Some(at) = self.owners.remove(owner) {
            self.order.remove(&(at, owner.clone()));
        }
    }

    /// Whether this owner has a deadline.
    pub(crate) fn is_set(&self, owner: &K) -> bool {
        self.owners.contains_key(owner)
    }

    /// The earliest deadline.
    pub(crate) fn next(&self) -> Option<Mono> {
        self.order.first().map(|(at, _)| *at)
    }

    /// Takes out one owner whose time has come.
    pub(crate) fn expired(&mut self, now: Mono) -> Option<K> {
        let (at, _) = self.order.first()?;
        if *at > now {
            return None;
        }
        let (_, owner) = self.order.pop_first()?;
        self.owners.remove(&owner);
        Some(owner)
    }

    pub(crate) fn len(&self) -> usize {
        self.order.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_that_is_set_again_moves() {
        let at = Mono::from_micros;
        let mut timers = Timers::new();
        timers.set("a", at(5));
        timers.set("b", at(6));
        timers.set("a", at(9));
        assert_eq!(timers.next(), Some(at(6)));
        assert_eq!(timers.expired(at(5)), None);
        assert_eq!(timers.expired(at(10)), Some("b"));
        timers.clear(&"a");
        assert_eq!((timers.expired(at(10)), timers.len()), (None, 0));
    }
}
