//! The attempts to reach contacts of late (TEL-14), as the facts of their calls tell.

use std::collections::BTreeMap;
use std::time::Duration;

use bell_customer::{Attempt, Code, Try, TryEnd};
use bell_types::{AgentName, CallId, Caller, Fact, ModeName, Number, Wall, What};
use serde::{Deserialize, Serialize};

/// How many attempts are remembered; the oldest is forgotten first.
const ATTEMPTS_MAX: usize = 10_000;

/// A fold over facts in their order: a node takes each of its own, and who starts one those of the runs before it. It is
/// then asked for what [`Input::Attempts`](crate::Input::Attempts) tells the node that starts.
#[derive(Debug, Default)]
pub struct Attempts {
    /// The last call that was placed, until it is told by which mode: to whom, and by whom.
    placed: Option<(CallId, Number, Option<AgentName>)>,
    /// By their first call.
    open: BTreeMap<CallId, Open>,
    /// The attempt of each of their calls.
    of: BTreeMap<CallId, CallId>,
}

/// An attempt, and who reaches for whom.
#[derive(Debug)]
pub(crate) struct Open {
    pub(crate) agent: AgentName,
    pub(crate) number: Number,
    pub(crate) attempt: Attempt,
}

/// A call that an agent dialled by a mode in the runs before, given to a node that starts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptTry {
    /// The call.
    pub call: CallId,
    /// The first call of its attempt, perhaps itself.
    pub attempt: CallId,
    /// Who dialled.
    pub agent: AgentName,
    /// Whom.
    pub number: Number,
    /// By which mode.
    pub mode: ModeName,
    /// When.
    pub at: Wall,
    /// Whether somebody answered. A call that goes on when its node dies has failed otherwise.
    pub reached: bool,
}

impl Attempts {
    /// Takes the next fact.
    pub fn apply(&mut self, fact: &Fact) {
        match &fact.what {
            What::CallArrived { call, caller: Caller { number: Some(number), .. }, trunk: None, .. } => {
                self.placed = Some((*call, number.clone(), None));
            }
            What::CallPlaced { call, agent } => {
                if let Some((_, _, by)) = self.placed.as_mut().filter(|(placed, ..)| placed == call) {
                    by.clone_from(agent);
                }
            }
            What::DialledBy { call, mode, attempt } => {
                let Some((placed, number, Some(agent))) = self.placed.take() else { return };
                if placed == *call {
                    let (attempt, mode, at) = (*attempt, mode.clone(), fact.now.wall);
                    let one = KeptTry { call: placed, attempt, agent, number, mode, at, reached: false };
                    self.add(one, TryEnd::Running);
                }
            }
            // The customer's leg is the first of a call that we place.
            What::LegAnswered { leg, .. } if leg.number == 1 => self.ended(leg.call, TryEnd::Reached),
            What::CallEnded { call, .. } => self.ended(*call, TryEnd::Failed),
            _ => {}
        }
    }

    /// The calls of the attempts that began so long before this instant at most, each attempt's in their order.
    pub fn within(&self, within: Duration, now: Wall) -> Vec<KeptTry> {
        let late = self.open.iter().filter(|(_, open)| now.since(open.attempt.began()) <= within);
        let kept = late.flat_map(|(first, Open { agent, number, attempt })| {
            attempt.tries().filter_map(|one| {
                Some(KeptTry {
                    call: one.call,
                    attempt: *first,
                    agent: agent.clone(),
                    number: number.clone(),
                    mode: ModeName::new(one.mode.as_str()).ok()?,
                    at: one.at,
                    reached: one.end == TryEnd::Reached,
                })
            })
        });
        kept.collect()
    }

    /// Takes over what the runs before this node knew.
    pub(crate) fn recall(&mut self, kept: &[KeptTry]) {
        for one in kept {
            self.add(one.clone(), if one.reached { TryEnd::Reached } else { TryEnd::Failed });
        }
    }

    /// The attempt of a call, by its first.
    pub(crate) fn find(&self, call: CallId) -> Option<(CallId, &Open)> {
        let first = *self.of.get(&call)?;
        Some((first, self.open.get(&first)?))
    }

    fn add(&mut self, KeptTry { call, attempt, agent, number, mode, at, .. }: KeptTry, end: TryEnd) {
        // No mode is configured whose name is no code.
        let Ok(mode) = Code::parse(mode.as_str()) else { return };
        let one = Try { call, mode, at, end };
        if call == attempt {
            self.open.insert(call, Open { agent, number, attempt: Attempt::begin(one) });
        } else if let Some(open) = self.open.get_mut(&attempt) {
            open.attempt.again(one);
        } else {
            // It has been forgotten.
            return;
        }
        self.of.insert(call, attempt);
        while self.open.len() > ATTEMPTS_MAX {
            let Some((_, oldest)) = self.open.pop_first() else { return };
            for one in oldest.attempt.tries() {
                self.of.remove(&one.call);
            }
        }
    }

    fn ended(&mut self, call: CallId, end: TryEnd) {
        let first = self.of.get(&call);
        if let Some(open) = first.and_then(|first| self.open.get_mut(first)) {
            open.attempt.ended(call, end);
        }
    }
}

#[cfg(test)]
mod tests;
