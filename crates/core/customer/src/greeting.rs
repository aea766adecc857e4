//! How a caller is greeted, and why so.

use std::collections::BTreeMap;

use crate::code::{Code, Said};

/// Why a caller is not greeted like everybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// He has a complaint.
    Complaint,
    /// Somebody else has talked with him already.
    Transferred,
    /// He is one of the customers who matter most.
    Vip,
}

/// The greetings of a queue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Greetings {
    by_reason: BTreeMap<(Reason, Option<Code>), Said>,
}

impl Greetings {
    /// Sets the greeting for a reason: that of one class of customers, or that of all who have none of their own.
    pub fn set(&mut self, reason: Reason, class: Option<Code>, said: Said) {
        self.by_reason.insert((reason, class), said);
    }

    /// The greeting for a caller of this class with these reasons, and the reason it is for. A complaint counts before a
    /// transfer and a transfer before the class, for what went wrong last is what he will speak of first.
    pub fn greet(&self, class: Option<&Code>, reasons: &[Reason]) -> Option<(Reason, &Said)> {
        let mut reasons = reasons.to_vec();
        reasons.sort_unstable();
        reasons.into_iter().find_map(|reason| {
            let own = class.and_then(|class| self.by_reason.get(&(reason, Some(class.clone()))));
            own.or_else(|| self.by_reason.get(&(reason, None))).map(|said| (reason, said))
        })
    }
}
