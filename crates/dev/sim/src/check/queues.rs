//! Whose turn it is: who came first, the head start of his priority included. Only who just let a call pass is passed
//! over.

use std::collections::{BTreeMap, BTreeSet};

use bell_types::{AgentName, CallId, Fact, Mono, OfferOutcome, QueueName, What};

#[derive(Default)]
pub(super) struct Queues {
    waiting: BTreeMap<CallId, Waiting>,
    /// Who let which call pass, ever. The router forgets after a while; here that only means to look away too often.
    passed: BTreeMap<CallId, BTreeSet<AgentName>>,
}

struct Waiting {
    queue: QueueName,
    /// When the call came, the head start of its priority taken off; in microseconds.
    from: i128,
    offered: bool,
    /// The agent whose phone just failed: his next one may ring at once.
    failed: Option<AgentName>,
}

impl Queues {
    pub(super) fn fact(&mut self, fact: &Fact) -> Result<(), String> {
        match &fact.what {
            What::NodeStarted { .. } => *self = Self::default(),
            What::Enqueued { call, queue, head_start, .. } => {
                let came = fact.now.mono.since(Mono::ZERO).as_micros();
                let from = came.cast_signed() - head_start.as_micros().cast_signed();
                self.waiting.insert(*call, Waiting { queue: queue.clone(), from, offered: false, failed: None });
            }
            What::LeftQueue { call, .. } => {
                self.waiting.remove(call);
            }
            What::CallEnded { call, .. } => {
                self.passed.remove(call);
            }
            What::Offered { offer, agent, .. } => {
                self.is_its_turn(offer.call, agent)?;
                if let Some(waiting) = self.waiting.get_mut(&offer.call) {
                    waiting.offered = true;
                }
            }
            What::OfferEnded { offer, agent, outcome } => {
                if *outcome != OfferOutcome::Withdrawn {
                    self.passed.entry(offer.call).or_default().insert(agent.clone());
                }
                if let Some(waiting) = self.waiting.get_mut(&offer.call) {
                    waiting.offered = false;
                    waiting.failed = (*outcome == OfferOutcome::Failed).then(|| agent.clone());
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn is_its_turn(&self, call: CallId, agent: &AgentName) -> Result<(), String> {
        let Some(chosen) = self.waiting.get(&call) else {
            return Err(format!("{call} is offered to {agent} and does not wait"));
        };
        if chosen.offered {
            return Err(format!("{call} is offered to {agent} and to another at the same time"));
        }
        if chosen.failed.as_ref() == Some(agent) {
            return Ok(());
        }
        let before = |other: &Waiting| other.queue == chosen.queue && !other.offered && other.from < chosen.from;
        let may_have = |call: &CallId| !self.passed.get(call).is_some_and(|agents| agents.contains(agent));
        match self.waiting.iter().find(|(other, waiting)| before(waiting) && may_have(other)) {
            Some((other, _)) => Err(format!("{call} is offered to {agent} before {other}, whose turn it is")),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use bell_types::{EndpointName, Now, OfferId, Seq};

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
        What::Enqueued { call: CallId::from_u64(call), queue, priority, head_start, position: 1 }
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
