//! Which numbers have their emergency switch on, as the facts of the runs before tell.

use std::collections::BTreeSet;

use bell_types::{Fact, Number, What};

/// A fold over facts in their order (DIA-25).
#[derive(Debug, Default)]
pub struct SwitchedOn(BTreeSet<Number>);

impl SwitchedOn {
    /// Takes the next fact.
    pub fn apply(&mut self, fact: &Fact) {
        match &fact.what {
            What::EmergencySwitched { number, on: true, .. } => drop(self.0.insert(number.clone())),
            What::EmergencySwitched { number, on: false, .. } => drop(self.0.remove(number)),
            _ => {}
        }
    }

    /// The numbers.
    pub fn into_numbers(self) -> impl Iterator<Item = Number> {
        self.0.into_iter()
    }
}
