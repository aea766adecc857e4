//! Which trunks to try first: one that has just failed a set-up rests, long before anybody declares it down (DIA-21).

use std::collections::BTreeMap;

use bell_types::{Mono, TrunkName};

/// The trunks that failed a set-up lately, and until when they rest. As many as are configured at most.
#[derive(Debug, Default)]
pub(crate) struct Trunks {
    resting: BTreeMap<TrunkName, Mono>,
}

impl Trunks {
    pub(crate) fn failed(&mut self, until: Mono, trunk: &TrunkName) {
        self.resting.insert(trunk.clone(), until);
    }

    pub(crate) fn works(&mut self, trunk: &TrunkName) {
        self.resting.remove(trunk);
    }

    /// These trunks in the order to try them: those that rest come last, for they are better than none.
    pub(crate) fn order(&self, now: Mono, trunks: &[TrunkName]) -> Vec<TrunkName> {
        let rests = |trunk: &TrunkName| self.resting.get(trunk).is_some_and(|until| *until > now);
        let mut order = trunks.to_vec();
        // The sort is stable: otherwise the configured order stands.
        order.sort_by_key(rests);
        order
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// DIA-21: new calls leave a trunk with its first failed set-up, and come back after its rest or a success.
    #[test]
    fn dia_21_a_trunk_that_fails_comes_last_for_a_while() {
        let [first, second] = ["a", "b"].map(|name| TrunkName::new(name).unwrap());
        let both = [first.clone(), second.clone()];
        let (mut trunks, now) = (Trunks::default(), Mono::ZERO);
        let rest = now + Duration::from_secs(30);
        trunks.failed(rest, &first);
        assert_eq!(trunks.order(now, &both), [second.clone(), first.clone()]);
        assert_eq!(trunks.order(rest, &both), both);
        trunks.works(&first);
        assert_eq!(trunks.order(now, &both), both);
    }
}
