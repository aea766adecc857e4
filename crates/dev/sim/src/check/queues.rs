//! Whose turn it is: who came first, the head start of his priority included. Only who just let a call pass, lost it or
//! handed it on is passed over.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use bell_types::{AgentName, CallId, Fact, LegId, LegRole, Mono, OfferOutcome, QueueExit, QueueName, Strategy, What};

#[derive(Default)]
pub(super) struct Queues {
    waiting: BTreeMap<CallId, Waiting>,
    /// The agents' legs.
    legs: BTreeMap<LegId, AgentName>,
    /// Who let which call pass, lost it or handed it on, ever. The router forgets after a while; here that only means to look away too often.
    passed: BTreeMap<CallId, BTreeSet<AgentName>>,
    /// When each came who is to be called back, by the call in which he asked, and the planned calls in their places.
    plans: BTreeMap<CallId, i128>,
    planned: BTreeMap<CallId, i128>,
}

struct Waiting {
    queue: QueueName,
    /// When the call came, the head start of its priority taken off; in microseconds.
    from: i128,
    /// Whose phones ring for it.
    rings_at: BTreeSet<AgentName>,
    /// It may ring at several.
    rings_all: bool,
    /// When it entered, if it is a planned call: what was decided in that instant may have been decided before.
    planned: Option<Mono>,
    /// The agent whose phone just failed: his next one may ring at once.
    failed: Option<AgentName>,
}

impl Queues {
    pub(super) fn fact(&mut self, fact: &Fact) -> Result<(), String> {
        match &fact.what {
            What::NodeStarted { .. } => *self = Self::default(),
            What::Enqueued { call, queue, head_start, .. } => {
                let before = self.planned.get(call).copied();
                let came = before.unwrap_or_else(|| came(fact, Duration::ZERO));
                let from = came - head_start.as_micros().cast_signed();
                let (queue, planned) = (queue.clone(), before.map(|_| fact.now.mono));
                let (rings_at, rings_all, failed) = (BTreeSet::new(), false, None);
                self.waiting.insert(*call, Waiting { queue, from, rings_at, rings_all, planned, failed });
            }
            What::CallbackAsked { call, planned, waited, .. } | What::CallbackKept { call, planned, waited } => {
                self.plans.insert(*call, came(fact, *waited));
                self.planned.insert(*planned, came(fact, *waited));
            }
            What::CallbackPutOff { call, planned } => {
                self.planned.extend(self.plans.get(call).map(|came| (*planned, *came)));
            }
            What::Routed { call, report } => {
                if let Some(waiting) = self.waiting.get_mut(call) {
                    waiting.rings_all = report.strategy == Strategy::RingAll;
                }
            }
            What::LeftQueue { call, how, .. } => {
                self.waiting.remove(call);
                if let QueueExit::Answered(_) = how {
                    // Whoever comes back after that comes anew.
                    self.planned.remove(call);
                }
            }
            What::LegOpened { leg, role: LegRole::Agent { agent, .. } | LegRole::Supervisor { agent, .. }, .. } => {
                self.legs.insert(*leg, agent.clone());
            }
            What::LegEnded { leg, .. } => {
                if let Some(agent) = self.legs.remove(leg) {
                    self.passed.entry(leg.call).or_default().insert(agent);
                }
            }
            What::CallEnded { call, .. } => {
                self.passed.remove(call);
            }
            What::Offered { offer, agent, .. } => {
                self.is_its_turn(fact.now.mono, offer.call, agent)?;
                if let Some(waiting) = self.waiting.get_mut(&offer.call) {
                    waiting.rings_at.insert(agent.clone());
                }
            }
            What::OfferEnded { offer, agent, outcome } => {
                if !matches!(outcome, OfferOutcome::Withdrawn | OfferOutcome::AnsweredElsewhere) {
                    self.passed.entry(offer.call).or_default().insert(agent.clone());
                }
                if let Some(waiting) = self.waiting.get_mut(&offer.call) {
                    waiting.rings_at.remove(agent);
                    waiting.failed =
                        matches!(outcome, OfferOutcome::Failed | OfferOutcome::Unconfirmed).then(|| agent.clone());
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn is_its_turn(&self, now: Mono, call: CallId, agent: &AgentName) -> Result<(), String> {
        let Some(chosen) = self.waiting.get(&call) else {
            return Err(format!("{call} is offered to {agent} and does not wait"));
        };
        if !chosen.rings_at.is_empty() && !chosen.rings_all {
            return Err(format!("{call} is offered to {agent} and to another at the same time"));
        }
        if chosen.failed.as_ref() == Some(agent) {
            return Ok(());
        }
        let before = |other: &Waiting| {
            let there = other.rings_at.is_empty() && other.planned != Some(now);
            other.queue == chosen.queue && there && other.from < chosen.from
        };
        let may_have = |call: &CallId| !self.passed.get(call).is_some_and(|agents| agents.contains(agent));
        match self.waiting.iter().find(|(other, waiting)| before(waiting) && may_have(other)) {
            Some((other, _)) => Err(format!("{call} is offered to {agent} before {other}, whose turn it is")),
            None => Ok(()),
        }
    }
}

/// When somebody came who has waited so long; in microseconds, negative if that was before the node began.
fn came(fact: &Fact, waited: Duration) -> i128 {
    fact.now.mono.since(Mono::ZERO).as_micros().cast_signed() - waited.as_micros().cast_signed()
}

#[cfg(test)]
mod tests {
    use bell_types::{EndpointName, Now, OfferId, Seq, Wants};

    use super::*;

    fn check(steps: &[(u64, What)]) -> Result<(), String> {
        let mut queues = Queues::default();
        for (at, what) in steps {
            let now = Now { mono: Mono::from_micros(*at), ..Now::default() };
            queues.fact(&Fact { seq: Seq(1), now, what: what.clone() })?;
        }
        Ok(())
    }

    fn enqueued(call: u64, priority: u8) -> What {
        let queue = QueueName::new("sales").unwrap();
        let head_start = Duration::from_secs(u64::from(priority));
        What::Enqueued {
            call: CallId::from_u64(call),
            queue,
            priority,
            head_start,
            position: 1,
            wants: Wants::default(),
        }
    }

    fn offered(call: u64) -> What {
        What::Offered {
            offer: OfferId { call: CallId::from_u64(call), number: 1 },
            agent: AgentName::new("alice").unwrap(),
            endpoint: EndpointName::new("alice").unwrap(),
            ring_timeout: Duration::from_secs(5),
        }
    }

    fn passed(call: u64) -> What {
        let offer = OfferId { call: CallId::from_u64(call), number: 1 };
        What::OfferEnded { offer, agent: AgentName::new("alice").unwrap(), outcome: OfferOutcome::Missed }
    }

    #[test]
    fn who_jumps_the_queue_is_caught() {
        assert_eq!(check(&[(1, enqueued(1, 0)), (2, enqueued(2, 0)), (3, offered(1))]), Ok(()));
        assert_eq!(check(&[(1, enqueued(1, 0)), (2, enqueued(2, 9)), (3, offered(2))]), Ok(()));
        assert!(check(&[(1, enqueued(1, 0)), (2, enqueued(2, 0)), (3, offered(2))]).is_err());
        assert!(check(&[(1, enqueued(1, 0)), (2, enqueued(2, 9)), (3, offered(1))]).is_err());
        let missed = [(1, enqueued(1, 0)), (2, enqueued(2, 0)), (3, offered(1)), (4, passed(1)), (4, offered(2))];
        assert_eq!(check(&missed), Ok(()), "she just missed the first");
        assert!(check(&[(3, offered(1))]).is_err(), "it does not wait");
        assert!(check(&[(1, enqueued(1, 0)), (3, offered(1)), (4, offered(1))]).is_err(), "two agents at once");
    }
}
