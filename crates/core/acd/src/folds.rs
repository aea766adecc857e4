//! What facts say about offers, callbacks and estimates: pure folds, for a node that starts anew and for figures.

use std::collections::BTreeMap;
use std::time::Duration;

use bell_types::{AgentName, CallId, Fact, Now, OfferId, OfferOutcome, QueueExit, QueueName, Wall, Wants, What};

use crate::estimate::EstimateError;

/// Which callers are still to be called back, as facts tell. It outlives the node: a start changes nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpenCallbacks {
    open: BTreeMap<CallId, OpenCallback>,
}

/// A caller who is still to be called back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenCallback {
    /// The planned call that waits in his place.
    pub planned: CallId,
    /// The queue.
    pub queue: QueueName,
    /// Its priority.
    pub priority: u8,
    /// When he asked.
    pub asked: Now,
    /// How long he had waited then.
    pub waited: Duration,
    /// What he wants there.
    pub wants: Wants,
    /// How often he was called.
    pub attempts: u32,
    /// When the last attempt began or failed, if there was one: one that began and did not end has failed as well.
    pub failed: Option<Wall>,
}

impl OpenCallbacks {
    /// Takes the next fact.
    pub fn fold(&mut self, fact: &Fact) {
        match &fact.what {
            What::CallbackAsked { call, planned, queue, priority, waited, wants } => {
                let (queue, wants, asked) = (queue.clone(), wants.clone(), fact.now);
                let (planned, priority, waited) = (*planned, *priority, *waited);
                let open = OpenCallback { planned, queue, priority, asked, waited, wants, attempts: 0, failed: None };
                self.open.insert(*call, open);
            }
            What::CallbackAttempted { call, attempt, .. } => {
                if let Some(open) = self.open.get_mut(call) {
                    open.attempts = *attempt;
                    open.failed = Some(fact.now.wall);
                }
            }
            What::CallbackPutOff { call, planned } => {
                if let Some(open) = self.open.get_mut(call) {
                    open.planned = *planned;
                    open.failed = Some(fact.now.wall);
                }
            }
            What::CallbackKept { call, planned, .. } => {
                if let Some(open) = self.open.get_mut(call) {
                    open.planned = *planned;
                }
            }
            What::CallbackEnded { call, .. } => {
                self.open.remove(call);
            }
            _ => {}
        }
    }

    /// Whether the caller who asked in this call is still to be called back.
    pub fn has(&self, call: CallId) -> bool {
        self.open.contains_key(&call)
    }

    /// Those who are open, by the call in which each asked.
    pub fn iter(&self) -> impl Iterator<Item = (CallId, &OpenCallback)> {
        self.open.iter().map(|(call, open)| (*call, open))
    }
}

/// How fast agents answer: offers that were answered, and those of them within a given time of ringing (INB-27).
#[derive(Clone, Debug)]
pub struct RingTimes {
    /// What counts as fast. Three rings, one second on and four off, are over after eleven seconds.
    within: Duration,
    ringing: BTreeMap<OfferId, Now>,
    agents: BTreeMap<AgentName, Answers>,
}

/// An agent's answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    /// Offers that rang and ended in any way but being taken back.
    pub rang: u64,
    /// Those of them that were answered.
    pub answered: u64,
    /// Those of them that were answered in time.
    pub in_time: u64,
    /// How long the phone rang before the answers, all together.
    pub ringing: Duration,
}

impl RingTimes {
    /// No offers yet; what is answered within this time of ringing is answered in time.
    pub const fn new(within: Duration) -> Self {
        Self { within, ringing: BTreeMap::new(), agents: BTreeMap::new() }
    }

    /// Takes the next fact.
    pub fn fold(&mut self, fact: &Fact) {
        match &fact.what {
            What::NodeStarted { .. } => self.ringing.clear(),
            What::OfferRang { offer, .. } => {
                self.ringing.insert(*offer, fact.now);
            }
            What::OfferEnded { offer, agent, outcome } => {
                if let Some(began) = self.ringing.remove(offer) {
                    self.ended(agent, fact.now.mono.since(began.mono), *outcome);
                }
            }
            _ => {}
        }
    }

    fn ended(&mut self, agent: &AgentName, rang: Duration, outcome: OfferOutcome) {
        let answers = self.agents.entry(agent.clone()).or_default();
        match outcome {
            OfferOutcome::Accepted => {
                answers.rang += 1;
                answers.answered += 1;
                answers.in_time += u64::from(rang <= self.within);
                answers.ringing += rang;
            }
            OfferOutcome::Missed
            | OfferOutcome::Declined
            | OfferOutcome::Busy
            | OfferOutcome::Failed
            | OfferOutcome::Unconfirmed => {
                answers.rang += 1;
            }
            OfferOutcome::Withdrawn | OfferOutcome::AnsweredElsewhere => {}
        }
    }

    /// Each agent's answers.
    pub fn iter(&self) -> impl Iterator<Item = (&AgentName, Answers)> {
        self.agents.iter().map(|(agent, answers)| (agent, *answers))
    }
}

/// How wrong the waits were that callers were told, for each queue (INB-24). It is the figure the router keeps itself,
/// from facts alone.
#[derive(Clone, Debug, Default)]
pub struct EstimateErrors {
    told: BTreeMap<CallId, (Now, Duration)>,
    queues: BTreeMap<QueueName, EstimateError>,
}

impl EstimateErrors {
    /// Takes the next fact.
    pub fn fold(&mut self, fact: &Fact) {
        match &fact.what {
            What::NodeStarted { .. } => self.told.clear(),
            What::Enqueued { call, .. } => {
                self.told.remove(call);
            }
            What::PositionAnnounced { call, expected_wait: Some(expected), .. } => {
                self.told.entry(*call).or_insert((fact.now, *expected));
            }
            What::LeftQueue { call, queue, how } => {
                let told = self.told.remove(call);
                if let (Some((at, expected)), QueueExit::Answered(_)) = (told, how) {
                    let error = self.queues.entry(queue.clone()).or_default();
                    error.record(expected, fact.now.mono.since(at.mono));
                }
            }
            _ => {}
        }
    }

    /// Each queue's error.
    pub fn iter(&self) -> impl Iterator<Item = (&QueueName, EstimateError)> {
        self.queues.iter().map(|(queue, error)| (queue, *error))
    }
}
