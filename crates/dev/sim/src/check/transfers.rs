//! A failed transfer never drops the caller: he is brought back to somebody, to a queue or to a flow, or hangs up himself.

use std::collections::{BTreeMap, BTreeSet};

use bell_types::{CallId, Cause, Ending, Fact, Party, What};

#[derive(Default)]
pub(super) struct Transfers {
    /// With how many each caller is joined.
    joined: BTreeMap<CallId, u32>,
    /// Transfers on their way of callers who were joined with somebody.
    asked: BTreeSet<CallId>,
    /// Callers whose transfer failed, until they are somewhere again.
    failed: BTreeMap<CallId, Cause>,
}

impl Transfers {
    pub(super) fn fact(&mut self, fact: &Fact) -> Result<(), String> {
        match &fact.what {
            What::NodeStarted { .. } => *self = Self::default(),
            What::TransferAsked { by, .. } if self.is_joined(by.call) => drop(self.asked.insert(by.call)),
            What::TransferEnded { by, failed } => {
                let asked = self.asked.remove(&by.call);
                if let Some(cause) = failed.filter(|_| asked && !self.is_joined(by.call)) {
                    self.failed.insert(by.call, cause);
                }
            }
            What::Bridged { a, .. } if a.number == 1 => {
                *self.joined.entry(a.call).or_default() += 1;
                self.failed.remove(&a.call);
            }
            What::Unbridged { a, .. } if a.number == 1 => {
                let parties = self.joined.entry(a.call).or_default();
                *parties = parties.saturating_sub(1);
            }
            What::Enqueued { call, .. } | What::FlowEntered { call, .. } | What::Parked { call, .. } => {
                self.failed.remove(call);
            }
            What::CallEnded { call, ending } => {
                self.joined.remove(call);
                self.asked.remove(call);
                if let Some(cause) = self.failed.remove(call).filter(|_| drops(ending)) {
                    return Err(format!("{call} is dropped by a transfer that failed by {cause:?}: {ending:?}"));
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn is_joined(&self, call: CallId) -> bool {
        self.joined.get(&call).is_some_and(|parties| *parties > 0)
    }
}

/// Whether the call ended by something else than the caller's will, an order, or a caller who cannot be heard any more.
fn drops(ending: &Ending) -> bool {
    let ordered = matches!(ending.cause, Cause::Released | Cause::ShuttingDown | Cause::NodeFailed);
    let unheard = matches!(ending.cause, Cause::MediaTimeout | Cause::MediaFailed);
    match ending.by {
        Party::Caller | Party::Operator => false,
        Party::Agent(_) | Party::External => !ordered,
        Party::System => !ordered && !unheard,
    }
}

#[cfg(test)]
mod tests {
    use bell_types::{LegId, Now, Seq};

    use super::*;

    const CALL: CallId = CallId::from_u64(7);
    const CALLER: LegId = LegId { call: CALL, number: 1 };
    const AGENT: LegId = LegId { call: CALL, number: 2 };

    fn check(facts: &[What]) -> Result<(), String> {
        let mut transfers = Transfers::default();
        let fact = |what: &What| Fact { seq: Seq(1), now: Now::default(), what: what.clone() };
        facts.iter().try_for_each(|what| transfers.fact(&fact(what)))
    }

    #[test]
    fn a_caller_who_is_dropped_is_caught() {
        let joined = || What::Bridged { a: CALLER, b: AGENT };
        let parted = || What::Unbridged { a: CALLER, b: AGENT };
        let asked = || What::TransferAsked { by: AGENT, target: "bob".to_owned() };
        let failed = || What::TransferEnded { by: AGENT, failed: Some(Cause::Busy) };
        let ended = |by| {
            let ending = Ending { cause: Cause::HungUp, by, sip_status: None, q850: None };
            What::CallEnded { call: CALL, ending }
        };
        let lost = [joined(), asked(), parted(), failed()];
        assert!(check(&[&lost[..], &[ended(Party::System)]].concat()).is_err());
        assert_eq!(check(&[&lost[..], &[ended(Party::Caller)]].concat()), Ok(()));
        assert_eq!(check(&[&lost[..], &[joined(), ended(Party::System)]].concat()), Ok(()));
        assert_eq!(check(&[joined(), asked(), failed(), ended(Party::System)]), Ok(()), "he was with her all the time");
        assert_eq!(check(&[asked(), failed(), ended(Party::System)]), Ok(()), "he was with nobody before");
    }
}
