//! The interpreter: one [`Run`] takes one call through its flow.

mod steps;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use bell_types::{
    Cause, Digit, Digits, Mono, NodeName, Now, Number, PromptEnd, PromptName, QueueName, VariableName, Zone,
};

use crate::flow::{BargeIn, Collect, Flow, Menu, NodeIndex, Notice, Play, Queue, Transfer};
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    decisions: Decisions,
    state: State,
    actions: VecDeque<Action>,
    answered: bool,
    notice_heard: bool,
    variables: BTreeMap<VariableName, Box<str>>,
    /// How often each loop went round.
    rounds: BTreeMap<NodeIndex, u8>,
    /// The menus the caller went down, the present one last; a queue ends the way.
    menus: Vec<NodeIndex>,
    backs: u32,
    steps: u32,
    plays: u32,
    /// Keys that came before they were asked for.
    typed: VecDeque<Digit>,
    /// A terminator that may follow digits which were complete without it.
    swallow: Option<(Digit, Mono)>,
}

/// Who decides at hours, branches and loops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Decisions {
    /// The clock, the caller and the count.
    ByContext,
    /// The simulator, which wants to see every way.
    Asked,
}

/// What the run waits for.
#[derive(Clone, Debug)]
enum State {
    Answering {
        next: NodeIndex,
    },
    Playing {
        play: Arc<Play>,
        wait: Wait,
        plays: u8,
    },
    Choosing {
        menu: Arc<Menu>,
        attempt: u8,
        wait: Wait,
    },
    Collecting {
        collect: Arc<Collect>,
        attempt: u8,
        digits: Digits,
        wait: Wait,
    },
    Confirming {
        collect: Arc<Collect>,
        attempt: u8,
        digits: Digits,
        wait: Wait,
    },
    Queued {
        queue: Arc<Queue>,
    },
    Transferring {
        transfer: Arc<Transfer>,
    },
    /// The last words are spoken.
    Closing {
        wait: Wait,
    },
    Deciding,
    Ended,
}

/// What comes next while something is heard, or nothing.
#[derive(Clone, Copy, Debug)]
enum Wait {
    Play { play: PlayNumber, until: Mono },
    Key { until: Mono },
}

impl Run {
    /// Begins a call: the first actions can be polled at once.
    pub fn start(now: Now, flow: Arc<Flow>, context: Context, limits: RunLimits) -> Self {
        Self::begin(now, flow, context, limits, Decisions::ByContext)
    }

    /// Begins a call that stops at every decision and waits to be told the way by [`go`](Self::go).
    pub(crate) fn explore(now: Now, flow: Arc<Flow>, context: Context, limits: RunLimits) -> Self {
        Self::begin(now, flow, context, limits, Decisions::Asked)
    }

    fn begin(now: Now, flow: Arc<Flow>, context: Context, limits: RunLimits, decisions: Decisions) -> Self {
        let start = flow.start();
        let mut run = Self {
            flow,
            context,
            limits,
            decisions,
            state: State::Deciding,
            actions: VecDeque::new(),
            answered: false,
            notice_heard: false,
            variables: BTreeMap::new(),
            rounds: BTreeMap::new(),
            menus: Vec::new(),
            backs: 0,
            steps: 0,
            plays: 0,
            typed: VecDeque::new(),
            swallow: None,
        };
        run.go(now, start);
        run
    }

    /// Takes one event. One that does not fit the state is ignored, for news can be late; after the end, every one.
    pub fn handle(&mut self, now: Now, event: Event) {
        let next = match event {
            Event::Answered => self.take_answered(),
            Event::PlayEnded { play, how } => self.take_play_ended(now, play, how),
            Event::Digit(digit) => self.take_digit(now, digit),
            Event::QueueLeft(why) => self.take_queue_left(why),
            Event::TransferFailed(cause) => self.take_transfer_failed(cause),
            Event::Connected => self.take_connected(),
            Event::Tick => self.take_tick(now),
        };
        if let Some(next) = next {
            self.go(now, next);
        }
    }

    /// The next action, until there is none.
    pub fn poll_output(&mut self) -> Option<Action> {
        self.actions.pop_front()
    }

    /// When [`Event::Tick`] is due.
    pub fn poll_timeout(&self) -> Option<Mono> {
        match self.wait()? {
            Wait::Play { until, .. } | Wait::Key { until } => Some(until),
        }
    }

    /// Whether the flow is over: a human joined, or the call was ended.
    pub fn is_ended(&self) -> bool {
        matches!(self.state, State::Ended)
    }

    /// Whether the caller heard the notice that the call may be recorded, to its end.
    pub fn is_notice_heard(&self) -> bool {
        self.notice_heard
    }

    /// What the flow's variables hold; what was typed stands here for the agent's screen.
    pub fn variables(&self) -> &BTreeMap<VariableName, Box<str>> {
        &self.variables
    }

    /// The flow, in the version this call keeps.
    pub fn flow(&self) -> &Arc<Flow> {
        &self.flow
    }

    fn wait(&self) -> Option<Wait> {
        match &self.state {
            State::Playing { wait, .. }
            | State::Choosing { wait, .. }
            | State::Collecting { wait, .. }
            | State::Confirming { wait, .. }
            | State::Closing { wait } => Some(*wait),
            State::Answering { .. }
            | State::Queued { .. }
            | State::Transferring { .. }
            | State::Deciding
            | State::Ended => None,
        }
    }
}

#[cfg(test)]
mod tests;
