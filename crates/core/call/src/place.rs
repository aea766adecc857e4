//! Two-leg dialling: the agent's phone rings first, and the customer is called only once the agent has answered (TEL-09).
//! The customer's leg is number 1 as in every call; it is opened later.

use std::time::Duration;

use bell_types::{AgentName, Cause, EndpointName, LegId, LegRole, Mono, Party, QueueName};

use crate::call::{Call, Stage, Turn};
use crate::vocabulary::{AcdOutput, Arrival, Destination, ending};

/// A call that we place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placement {
    /// The customer as its caller, the number of ours that is shown to him as called, and the flow of that number: where
    /// he goes if he loses his agent.
    pub arrival: Arrival,
    /// How the customer is reached.
    pub customer: Destination,
    /// Whose phone rings first.
    pub first: First,
    /// How long each of the two may ring.
    pub ring_timeout: Duration,
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
        /// The endpoint that rings.
        endpoint: EndpointName,
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
    ring_timeout: Duration,
    step: Step,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// The router looks for an agent.
    Waiting,
    /// The agent's phone rings.
    Agent { leg: LegId, until: Mono },
    /// The agent is on the line and the customer's phone rings.
    Customer { agent: LegId, early_media: bool, until: Mono },
}

impl Placing {
    pub(crate) fn due(&self) -> Option<Mono> {
        match self.step {
            Step::Waiting => None,
            Step::Agent { until, .. } | Step::Customer { until, .. } => Some(until),
        }
    }

    /// Whether the customer's phone rings.
    pub(crate) fn rings_customer(&self) -> bool {
        matches!(self.step, Step::Customer { .. })
    }

    /// Whether the router may offer it now.
    pub(crate) fn waits(&self) -> bool {
        self.step == Step::Waiting
    }

    /// The agent who listens to how the customer's phone rings, and whether that sends sound.
    pub(crate) fn listening(&self) -> Option<(LegId, bool)> {
        match self.step {
            Step::Customer { agent, early_media, .. } => Some((agent, early_media)),
            Step::Waiting | Step::Agent { .. } => None,
        }
    }
}

impl Call {
    /// Begins with the agent.
    pub(crate) fn begin_placing(&mut self, placement: Placement, turn: &mut Turn<'_>) {
        let Placement { arrival: _, customer, first, ring_timeout } = placement;
        let step = match first {
            First::Agent { agent, endpoint } => {
                let to = Destination::Endpoint { endpoint: endpoint.clone(), agent: agent.clone() };
                let leg = self.dial(LegRole::Agent { agent, endpoint }, to, turn);
                Step::Agent { leg, until: turn.now.mono + ring_timeout }
            }
            First::Queue { queue, priority, since } => {
                turn.tell_acd(self.id, AcdOutput::EnqueueSince { queue, priority, since });
                Step::Waiting
            }
            First::Offered => Step::Waiting,
        };
        self.stage = Stage::Placing(Placing { customer, ring_timeout, step });
    }

    /// The agent is on the line: now the customer is called. True if the leg was awaited.
    pub(crate) fn placing_answered(&mut self, id: LegId, turn: &mut Turn<'_>) -> bool {
        let Stage::Placing(placing) = &mut self.stage else { return false };
        match placing.step {
            Step::Customer { agent, .. } if id.number == 1 => {
                if self.arrival.recorded {
                    self.begin_recording(turn);
                }
                turn.tell_acd(self.id, AcdOutput::CustomerReached);
                self.talk_with(agent, turn);
                true
            }
            Step::Agent { leg, .. } if leg == id => {
                self.call_customer(id, turn);
                if let Some(agent) = self.agent(id) {
                    turn.tell_acd(self.id, AcdOutput::Took(agent));
                }
                true
            }
            Step::Waiting | Step::Agent { .. } | Step::Customer { .. } => false,
        }
    }

    /// The agent whom the router found has answered.
    pub(crate) fn call_customer(&mut self, agent: LegId, turn: &mut Turn<'_>) {
        let Stage::Placing(placing) = &mut self.stage else { return };
        let until = turn.now.mono + placing.ring_timeout;
        placing.step = Step::Customer { agent, early_media: false, until };
        let customer = placing.customer.clone();
        self.open_customer(customer, turn);
        self.arrange(turn);
    }

    pub(crate) fn customer_rings(&mut self, id: LegId, early: bool, turn: &mut Turn<'_>) {
        let Stage::Placing(Placing { step: Step::Customer { early_media, .. }, .. }) = &mut self.stage else { return };
        if id.number == 1 {
            *early_media = early;
            self.arrange(turn);
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
        if placing.waits() {
            return;
        }
        self.end_as(ending(Cause::NoAnswer, Party::System), turn);
    }
}
