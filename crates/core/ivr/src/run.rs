//! The interpreter: one [`Run`] takes one call through its flow.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use bell_types::{Cause, Digit, Digits, Mono, NodeName, Now, Number, PromptEnd, PromptName, QueueName, VariableName};

use crate::flow::{BargeIn, Flow, NodeIndex, Notice};
use crate::hours::Zone;
use crate::limits::RunLimits;

/// What the flow may ask about a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Context {
    /// Who calls; none if the number was withheld.
    pub caller: Option<Number>,
    /// What was called.
    pub called: Number,
    /// The tenant's time zone.
    pub zone: Arc<Zone>,
}

/// The number of one playing within its run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct PlayNumber(pub u32);

/// What happened to the call, as far as its flow is concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The answer was delivered: audio can pass.
    Answered,
    /// A playing ended. That of an earlier playing is ignored, so that late news do no harm.
    PlayEnded {
        /// Which.
        play: PlayNumber,
        /// How.
        how: PromptEnd,
    },
    /// The caller pressed a key.
    Digit(Digit),
    /// The queue gave the call back.
    QueueLeft(QueueLeft),
    /// The number a transfer called did not answer.
    TransferFailed(Cause),
    /// A human joined: an agent or the transfer's target. The flow is over.
    Connected,
    /// The time [`Run::poll_timeout`] named has come.
    Tick,
}

/// Why a queue gave the call back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum QueueLeft {
    /// The longest wait is over.
    TimedOut,
    /// It holds as many callers as it may.
    Full,
    /// No agent is signed in.
    NoAgent,
}

/// What the flow wants done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// The flow came to this node: a fact to note.
    Entered(NodeName),
    /// Answer the call; [`Event::Answered`] follows.
    Answer,
    /// Play these prompts, in order; [`Event::PlayEnded`] follows.
    Play {
        /// Its number.
        play: PlayNumber,
        /// The prompts; never empty.
        prompts: Vec<PromptName>,
        /// Whether a key ends it.
        barge_in: BargeIn,
        /// Whether it is the notice that the call may be recorded; its times are evidence (REC-20).
        notice: Notice,
    },
    /// Stop this playing, if it still plays.
    StopPlaying(PlayNumber),
    /// Put the call into a queue; [`Event::Connected`] or [`Event::QueueLeft`] follows.
    Enqueue {
        /// The queue.
        queue: QueueName,
        /// Higher goes first.
        priority: u8,
    },
    /// Take the call out of its queue: the caller asked for it by a key.
    LeaveQueue,
    /// Call this number and connect the caller; [`Event::Connected`] or [`Event::TransferFailed`] follows.
    Transfer {
        /// The number.
        number: Number,
        /// How long it may ring.
        ring_timeout: Duration,
    },
    /// End the call. The last action of a run.
    Hangup {
        /// Why.
        cause: Cause,
    },
}

/// One call in its flow.
///
/// Drive it like every core: [`handle`](Self::handle) one event, drain [`poll_output`](Self::poll_output) to none, wait
/// until [`poll_timeout`](Self::poll_timeout) and then hand it [`Event::Tick`].
#[derive(Clone, Debug)]
pub struct Run {
    flow: Arc<Flow>,
    context: Context,
    limits: RunLimits,
    state: State,
    actions: VecDeque<Action>,
    variables: BTreeMap<VariableName, Box<str>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum State {
    Ended,
}

impl Run {
    /// Begins a call: the first actions can be polled at once.
    pub fn start(now: Now, flow: Arc<Flow>, context: Context, limits: RunLimits) -> Self {
        let _ = now;
        Self {
            flow,
            context,
            limits,
            state: State::Ended,
            actions: VecDeque::new(),
            variables: BTreeMap::new(),
        }
    }

    /// Takes one event. After the end every event is ignored.
    pub fn handle(&mut self, now: Now, event: Event) {
        let _ = (now, event);
    }

    /// The next action, until there is none.
    pub fn poll_output(&mut self) -> Option<Action> {
        self.actions.pop_front()
    }

    /// When [`Event::Tick`] is due.
    pub fn poll_timeout(&self) -> Option<Mono> {
        None
    }

    /// Whether the flow is over: a human joined, or the call was ended.
    pub fn is_ended(&self) -> bool {
        self.state == State::Ended
    }

    /// What the flow's variables hold; what was typed stands here for the agent's screen.
    pub fn variables(&self) -> &BTreeMap<VariableName, Box<str>> {
        &self.variables
    }
}
