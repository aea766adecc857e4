//! How transfers fare, as a fold over facts: a transfer has succeeded when its target answered and both heard each other
//! for two seconds, by type, kind of target and trunk (DIA-21).

use std::collections::BTreeMap;

use bell_types::{CallId, Cause, ConsultEnd, Fact, LegId, LegRole, TrunkName, What};
use serde::Serialize;

/// How many packets of 20 ms make two seconds.
const PACKETS_MIN: u64 = 100;
/// How many transfers may await their proof; one more drops the oldest, which counts as silent.
const UNPROVED_MAX: usize = 10_000;

/// How a caller was handed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TransferType {
    /// Without asking.
    Blind,
    /// After somebody was asked: completed, or joined.
    Consulted,
}

/// Where to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TransferTo {
    /// An agent.
    Agent,
    /// A queue.
    Queue,
    /// A flow.
    Flow,
    /// A number outside, by this trunk.
    Trunk(TrunkName),
    /// Nowhere: it was refused or failed before anybody was called.
    Nowhere,
}

/// What became of transfers of one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TransferTally {
    /// How many were asked for.
    pub asked: u64,
    /// How many succeeded.
    pub succeeded: u64,
    /// How many were answered, and no two seconds of audio in both directions followed.
    pub silent: u64,
    /// How many failed, by cause.
    pub failed: BTreeMap<Cause, u64>,
}

/// The figures of all transfers.
#[derive(Debug, Default)]
pub struct TransferFigures {
    tallies: BTreeMap<(TransferType, TransferTo), TransferTally>,
    asking: BTreeMap<CallId, Asking>,
    /// The leg that each call opened last.
    opened: BTreeMap<CallId, (LegId, TransferTo)>,
    unproved: BTreeMap<LegId, Unproved>,
}

/// A transfer on its way.
#[derive(Debug)]
struct Asking {
    how: TransferType,
    to: TransferTo,
    target: Option<LegId>,
    answered: bool,
}

/// A target that has answered and must show audio.
#[derive(Debug)]
struct Unproved {
    key: (TransferType, TransferTo),
    packets: (u64, u64),
    ended: bool,
}

impl TransferFigures {
    /// Takes the next fact.
    pub fn apply(&mut self, fact: &Fact) {
        let Some(call) = fact.what.call() else { return };
        match &fact.what {
            // Who completes before the answer goes on with the leg that rings: that is one transfer, not two.
            What::TransferAsked { .. } if self.asking.contains_key(&call) => {}
            What::TransferAsked { target, .. } => {
                let to = match target.split_once(':') {
                    Some(("queue", _)) => TransferTo::Queue,
                    Some(("flow", _)) => TransferTo::Flow,
                    _ => TransferTo::Nowhere,
                };
                self.asking.insert(call, Asking { how: TransferType::Blind, to, target: None, answered: false });
            }
            What::ConsultBegan { target, .. } => {
                // Its leg was opened just before.
                let to = self.opened.get(&call).map_or(TransferTo::Nowhere, |(_, to)| to.clone());
                let asking = Asking { how: TransferType::Consulted, to, target: Some(*target), answered: false };
                self.asking.insert(call, asking);
            }
            What::LegAnswered { leg, .. } => {
                if let Some(asking) = self.asking.get_mut(&call) {
                    asking.answered |= asking.target == Some(*leg);
                }
            }
            What::LegOpened { leg, role, .. } => self.opened(*leg, role),
            What::TransferEnded { failed, .. } => self.ended(call, *failed),
            What::ConsultEnded { how, .. } => self.consult_ended(call, *how),
            What::QualityMeasured { leg, quality } => {
                self.heard(*leg, (quality.packets_in.into(), quality.packets_out.into()));
            }
            What::LegEnded { leg, .. } => {
                if let Some(unproved) = self.unproved.get_mut(leg) {
                    unproved.ended = true;
                }
            }
            What::CallEnded { .. } => {
                self.asking.remove(&call);
                self.opened.remove(&call);
            }
            _ => {}
        }
    }

    /// What became of the transfers of each kind.
    pub fn tallies(&self) -> impl Iterator<Item = (TransferType, &TransferTo, &TransferTally)> {
        self.tallies.iter().map(|((how, to), tally)| (*how, to, tally))
    }

    fn opened(&mut self, leg: LegId, role: &LegRole) {
        let to = match role {
            LegRole::Agent { .. } => TransferTo::Agent,
            LegRole::External { trunk, .. } => TransferTo::Trunk(trunk.clone()),
            LegRole::Caller | LegRole::Supervisor { .. } => return,
        };
        if let Some(asking) = self.asking.get_mut(&leg.call) {
            asking.to = to.clone();
            asking.target = Some(leg);
        }
        self.opened.insert(leg.call, (leg, to));
    }

    fn ended(&mut self, call: CallId, failed: Option<Cause>) {
        let Some(Asking { how, to, target, .. }) = self.asking.remove(&call) else { return };
        self.settle((how, to), target, failed);
    }

    fn consult_ended(&mut self, call: CallId, how: ConsultEnd) {
        match how {
            ConsultEnd::Completed | ConsultEnd::Conference => {
                if self.asking.get(&call).is_some_and(|asking| asking.answered) {
                    self.ended(call, None);
                }
            }
            ConsultEnd::Failed(cause) => self.ended(call, Some(cause)),
            // Nobody wanted it any more: neither a success nor a failure.
            ConsultEnd::Cancelled | ConsultEnd::Ended => drop(self.asking.remove(&call)),
        }
    }

    fn settle(&mut self, key: (TransferType, TransferTo), target: Option<LegId>, failed: Option<Cause>) {
        let tally = self.tallies.entry(key.clone()).or_default();
        tally.asked += 1;
        match (failed, target) {
            (Some(cause), _) => *tally.failed.entry(cause).or_default() += 1,
            (None, None) => tally.succeeded += 1,
            (None, Some(leg)) => {
                if self.unproved.len() >= UNPROVED_MAX
                    && let Some((_, oldest)) = self.unproved.pop_first()
                {
                    self.tallies.entry(oldest.key).or_default().silent += 1;
                }
                self.unproved.insert(leg, Unproved { key, packets: (0, 0), ended: false });
            }
        }
    }

    fn heard(&mut self, leg: LegId, packets: (u64, u64)) {
        let Some(unproved) = self.unproved.get_mut(&leg) else { return };
        unproved.packets.0 += packets.0;
        unproved.packets.1 += packets.1;
        let proved = unproved.packets.0.min(unproved.packets.1) >= PACKETS_MIN;
        // The last report comes when the leg is closed.
        if !proved && !unproved.ended {
            return;
        }
        let Some(Unproved { key, .. }) = self.unproved.remove(&leg) else { return };
        let tally = self.tallies.entry(key).or_default();
        if proved {
            tally.succeeded += 1;
        } else {
            tally.silent += 1;
        }
    }
}
