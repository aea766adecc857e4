//! Who is still to be called back when a node starts, as the facts of the runs before tell (INB-30).

use std::collections::BTreeMap;

use bell_acd::OpenCallbacks;
use bell_types::{CallId, Fact, Number, What};

use crate::vocabulary::KeptCallback;

/// A fold over facts: all of them, or those about callbacks alone, in their order. It is then asked for what
/// [`Input::Callbacks`](crate::Input::Callbacks) tells the node that starts.
#[derive(Debug, Default)]
pub struct LeftCallbacks {
    open: OpenCallbacks,
    /// The number of each who asked, and the number of ours that he will see.
    numbers: BTreeMap<CallId, (Number, Number)>,
}

impl LeftCallbacks {
    /// Nobody is to be called back.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next fact.
    pub fn apply(&mut self, fact: &Fact) {
        match &fact.what {
            // Who has a plan already wishes in vain for another number.
            What::CallbackWished { call, number: Ok(number), shown: Some(shown), .. } if !self.open.has(*call) => {
                self.numbers.insert(*call, (number.clone(), shown.clone()));
            }
            What::CallEnded { call, .. } if !self.open.has(*call) => drop(self.numbers.remove(call)),
            What::CallbackEnded { call, .. } => drop(self.numbers.remove(call)),
            _ => {}
        }
        self.open.fold(fact);
    }

    /// Who is to be called back, by the call in which each asked.
    pub fn kept(&self) -> impl Iterator<Item = KeptCallback> + '_ {
        self.open.iter().filter_map(|(call, open)| {
            let (number, shown) = self.numbers.get(&call)?.clone();
            let (queue, priority, wants) = (open.queue.clone(), open.priority, open.wants.clone());
            let (since, attempts, failed) = (open.asked.wall.before(open.waited), open.attempts, open.failed);
            Some(KeptCallback { call, number, shown, queue, priority, since, wants, attempts, failed })
        })
    }
}

#[cfg(test)]
mod tests;
