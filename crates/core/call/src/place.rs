//! Two-leg dialling: the agent's phone rings first, and the customer is called only once the agent has answered (TEL-09).
//! The customer's leg is number 1 as in every call; it is opened later.

use std::time::Duration;

use bell_types::{AgentName, CallId, Cause, Ending, LegId, ModeName, Mono, Party, QueueName};

use crate::call::{Call, Stage, Turn};
use crate::calling::Calling;
use crate::setup::Setup;
use crate::vocabulary::{AcdOutput, Arrival, Destination, ending};

/// A call that we place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placement {
    /// The customer as its caller, the number of ours that is shown to him as called, and the flow of that number: where
    /// he goes if he loses his agent.
    pub arrival: Arrival,
    /// How the customer is reached.
    pub customer: Destination,
    /// Other ways to him, the next one first: tried if the set-up fails for a reason that lies with the way.
    pub others: Vec<Destination>,
    /// Whose phone rings first.
    pub first: First,
    /// How long each of the two may ring.
    pub ring_timeout: Duration,
    /// By which mode it is dialled; none: nobody chose one.
    pub dialled: Option<Dialled>,
}

/// By which mode an agent calls a contact (TEL-14).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dialled {
    /// The mode.
    pub mode: ModeName,
    /// The first call of the attempt that this one goes on with; none: it is the first.
    pub again: Option<CallId>,
}

impl Placement {
    /// The agent who was named.
    pub(crate) fn agent(&self) -> Option<AgentName> {
        match &self.first {
            First::Agent { agent, .. } => Some(agent.clone()),
            First::Queue { .. } | First::Offered => None,
        }
    }
}

/// Whose phone rings first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum First {
    /// This agent's.
    Agent {
        /// The agent.
        agent: AgentName,
        /// The phone that rings.
        phone: Destination,
        /// His other phones, the next one first.
        others: Vec<Destination>,
    },
    /// That of whom the router offers it to, as it offers the calls of this queue.
    Queue {
        /// The queue.
        queue: QueueName,
        /// Higher goes first.
        priority: u8,
        /// Since when the customer has waited: a callback keeps his place (INB-30).
        since: Mono,
    },
    /// That of whom the router offers it to, where it waits already under the call's id: a callback (INB-30).
    Offered,
}

/// How far a call that we place has come.
#[derive(Debug)]
pub(crate) struct Placing {
    customer: Destination,
    others: Vec<Destination>,
    ring_timeout: Duration,
    step: Step,
}

#[derive(Clone, Debug)]
enum Step {
    /// The router looks for an agent.
    Waiting,
    /// The agent's phone rings.
    Agent(Calling),
    /// The agent is on the line and the customer's phone rings.
    Customer { agent: LegId, early_media: bool, until: Mono },
}

impl Placing {
    pub(crate) fn due(&self) -> Option<Mono> {
        match &self.step {
            Step::Waiting => None,
            Step::Agent(calling) => Some(calling.due()),
            Step::Customer { until, .. } => Some(*until),
        }
    }

    /// Whether the customer's phone rings.
    pub(crate) fn rings_customer(&self) -> bool {
        matches!(self.step, Step::Customer { .. })
    }

    /// Whether the router may offer it now.
    pub(crate) fn waits(&self) -> bool {
        matches!(self.step, Step::Waiting)
    }

    /// The agent who listens to how the customer's phone rings, and whether that sends sound.
    pub(crate) fn listening(&self) -> Option<(LegId, bool)> {
        match self.step {
            Step::Customer { agent, early_media, .. } => Some((agent, early_media)),
            Step::Waiting | Step::Agent(_) => None,
        }
    }

    /// The agent, while his phone rings.
    pub(crate) fn calling_mut(&mut self) -> Option<&mut Calling> {
        match &mut self.step {
            Step::Agent(calling) => Some(calling),
            Step::Waiting | Step::Customer { .. } => None,
        }
    }

    /// The customer is called by another way: what the last one let hear is over.
    pub(crate) fn customer_anew(&mut self, setup: &Setup, turn: &Turn<'_>) {
        if let Step::Customer { early_media, until, .. } = &mut self.step {
            *early_media = false;
            *until = setup.rings_until(turn, self.ring_timeout);
        }
    }
}

impl Call {
    /// Begins with the agent.
    pub(crate) fn begin_placing(&mut self, placement: Placement, turn: &mut Turn<'_>) {
        let Placement { arrival: _, customer, others, first, ring_timeout, dialled: _ } = placement;
        let step = match first {
            First::Agent { agent: _, phone, others } => {
                Step::Agent(self.call_first(phone, others.into(), ring_timeout, turn))
            }
            First::Queue { queue, priority, since } => {
                turn.tell_acd(self.id, AcdOutput::EnqueueSince { queue, priority, since });
                Step::Waiting
            }
            First::Offered => Step::Waiting,
        };
        self.stage = Stage::Placing(Placing { customer, others, ring_timeout, step });
    }

    /// The agent is on the line: now the customer is called. True if the leg was awaited.
    pub(crate) fn placing_answered(&mut self, id: LegId, turn: &mut Turn<'_>) -> bool {
        let Stage::Placing(placing) = &mut self.stage else { return false };
        match &placing.step {
            Step::Customer { agent, .. } if id.number == 1 => {
                let agent = *agent;
                if self.arrival.recorded {
                    self.begin_recording(turn);
                }
                turn.tell_acd(self.id, AcdOutput::CustomerReached);
                self.talk_with(agent, turn);
                true
            }
            Step::Agent(calling) if calling.target == id => {
                self.call_customer(id, turn);
                if let Some(agent) = self.agent(id) {
                    turn.tell_acd(self.id, AcdOutput::Took(agent));
                }
                true
            }
            Step::Waiting | Step::Agent(_) | Step::Customer { .. } => false,
        }
    }

    /// The agent whom the router found has answered.
    pub(crate) fn call_customer(&mut self, agent: LegId, turn: &mut Turn<'_>) {
        let Stage::Placing(placing) = &mut self.stage else { return };
        let until = turn.now.mono + placing.ring_timeout;
        placing.step = Step::Customer { agent, early_media: false, until };
        let (customer, others) = (placing.customer.clone(), placing.others.clone());
        self.open_customer(customer, others, turn);
        self.arrange(turn);
    }

    pub(crate) fn customer_rings(&mut self, id: LegId, early: bool, turn: &mut Turn<'_>) {
        let Stage::Placing(placing) = &mut self.stage else { return };
        match &mut placing.step {
            Step::Agent(calling) if calling.target == id => calling.rang(early),
            Step::Customer { early_media, .. } if id.number == 1 => {
                *early_media = early;
                self.arrange(turn);
            }
            Step::Waiting | Step::Agent(_) | Step::Customer { .. } => {}
        }
    }

    /// A leg is over, and closed: another phone of the agent rings, or the call ends as the leg did.
    pub(crate) fn placing_failed(&mut self, id: LegId, how: Ending, turn: &mut Turn<'_>) {
        let Stage::Placing(placing) = &mut self.stage else { return };
        let calling = placing.calling_mut().filter(|calling| calling.target == id).cloned();
        let next = calling.and_then(|calling| self.try_next(calling, how.cause, turn).ok());
        let Some(calling) = next else { return self.end_as(how, turn) };
        if let Stage::Placing(placing) = &mut self.stage {
            placing.step = Step::Agent(calling);
        }
    }

    /// Nobody wants it any more; with an agent on the line it goes on.
    pub(crate) fn give_up_placing(&mut self, turn: &mut Turn<'_>) {
        if matches!(&self.stage, Stage::Placing(placing) if placing.waits()) {
            self.end_as(ending(Cause::Cancelled, Party::System), turn);
        }
    }

    pub(crate) fn placing_due(&mut self, turn: &mut Turn<'_>) {
        let Stage::Placing(placing) = &self.stage else { return };
        match &placing.step {
            Step::Waiting => {}
            Step::Agent(calling) => {
                let (leg, cause) = (calling.target, calling.verdict(turn.now.mono));
                self.leg_ended(leg, ending(cause, Party::System), turn);
            }
            Step::Customer { .. } => self.end_as(ending(Cause::NoAnswer, Party::System), turn),
        }
    }
}
