//! The interpreter: one [`Run`] takes one call through its flow.

mod asking;
mod decide;
mod outside;
mod steps;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use bell_types::{
    Cause, ClassName, Digit, Digits, ListName, Mono, NodeName, Now, Number, PromptEnd, PromptName, QueueName,
    SkillName, VariableName, Zone,
};

use crate::calendar::Calendars;
use crate::flow::{
    BargeIn, Callback, Collect, Flow, Language, LookUp, Menu, NodeIndex, Notice, Play, Queue, Record, Transfer,
};
use crate::graph::Label;
use crate::limits::RunLimits;
use crate::run::asking::Ask;
use crate::run::outside::Taking;

pub use outside::LookUpFailure;

/// What the flow may ask about a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Context {
    /// Who calls; none if the number was withheld.
    pub caller: Option<Number>,
    /// What was called.
    pub called: Number,
    /// The tenant's time zone.
    pub zone: Arc<Zone>,
    /// The centre's calendars.
    pub calendars: Arc<Calendars>,
    /// What lists and tables say of the caller.
    pub facts: CallerFacts,
}

/// What lists and tables say of a caller. Looked up when the call arrives; it does not change in its course.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallerFacts {
    /// Where the number belongs; none, with the reason, if that is not known.
    pub region: Result<Region, Box<str>>,
    /// The class of the caller.
    pub class: Option<ClassName>,
    /// The lists the number is in.
    pub lists: Vec<ListName>,
}

/// Where a telephone number belongs, as far as a table of prefixes knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Region {
    /// The province: `浙江`.
    pub province: Option<Box<str>>,
    /// The city: `杭州`.
    pub city: Option<Box<str>>,
    /// The area code with its leading 0: `0571`.
    pub area_code: Option<Box<str>>,
    /// The carrier of a mobile number.
    pub carrier: Option<Box<str>>,
}

/// The number of one playing within its call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct PlayNumber(pub u32);

/// The number of one look-up within its call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct LookUpNumber(pub u32);

/// The number of one message within its call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct MessageNumber(pub u16);

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
    /// The queue's ladder leads to a number outside.
    OverflowedTo {
        /// The number.
        number: Number,
        /// How long it may ring.
        ring_timeout: Duration,
    },
    /// The number a transfer called did not answer.
    TransferFailed(Cause),
    /// The agent hung up first, and the caller is still there.
    AgentLeft,
    /// A look-up came to its end.
    LookedUp {
        /// Which.
        number: LookUpNumber,
        /// The fields that were asked for, in their order, each if the answer has it.
        answer: Result<Vec<Option<Box<str>>>, LookUpFailure>,
    },
    /// A message came to its end.
    MessageEnded {
        /// Which.
        message: MessageNumber,
        /// How long it is.
        length: Duration,
    },
    /// The callback is noted.
    CallbackNoted,
    /// It is not, for this reason.
    CallbackRefused(Box<str>),
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
    /// Its ladder says that the caller may leave a message.
    Voicemail,
    /// Its ladder says that he may be called back.
    Callback,
}

/// Whether a caller goes on in his flow when the agent has hung up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GoesOn {
    /// He does.
    Yes,
    /// The call ends with the agent's hanging up.
    No,
}

/// What the flow wants done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// The flow came to this node: a fact to note.
    Entered(NodeName),
    /// The flow went this way out of a node that asks, and why: a fact to note.
    Decided {
        /// The node.
        node: NodeName,
        /// Which way.
        way: Label,
        /// What it went by: `the caller's region is not known: the number is withheld`.
        because: String,
    },
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
        /// What an agent must be able to do for this caller, beside what the queue asks for.
        skills: Vec<(SkillName, u8)>,
        /// Whether the caller goes on in the flow when the agent hangs up; [`Event::AgentLeft`] then follows.
        goes_on: GoesOn,
    },
    /// Ask a service; [`Event::LookedUp`] follows.
    LookUp {
        /// Its number.
        number: LookUpNumber,
        /// What is asked.
        url: String,
        /// How long the answer may take.
        timeout: Duration,
        /// The fields of the answer that are wanted (RFC 6901).
        fields: Vec<Box<str>>,
    },
    /// Beep: what the caller says from now on is a message, until [`Action::StopMessage`] or [`Event::MessageEnded`].
    RecordMessage {
        /// Its number.
        message: MessageNumber,
        /// Whose people hear it.
        queue: QueueName,
    },
    /// The message is complete; if by a key, [`Event::MessageEnded`] follows.
    StopMessage(MessageNumber),
    /// The message stands. What is neither kept nor dropped when the call ends stands as well.
    KeepMessage(MessageNumber),
    /// The caller does not want the message, or it is too short to be one.
    DropMessage(MessageNumber),
    /// Note that somebody is to be called back; [`Event::CallbackNoted`] or [`Event::CallbackRefused`] follows.
    Callback {
        /// By the agents of which queue.
        queue: QueueName,
        /// Which number, as it was typed or shown.
        number: Box<str>,
    },
    /// The caller is asked for a score: a fact to note.
    SurveyBegan {
        /// What is asked.
        question: VariableName,
    },
    /// The caller gave a score: a fact to note.
    Scored {
        /// What was asked.
        question: VariableName,
        /// The score.
        score: u8,
        /// The best that could have been given.
        best: u8,
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
    language: Language,
    /// How often each loop went round.
    rounds: BTreeMap<NodeIndex, u8>,
    /// The menus the caller went down, the present one last; a queue ends the way.
    menus: Vec<NodeIndex>,
    backs: u32,
    steps: u32,
    numbers: Numbers,
    /// The node it is at.
    at: NodeIndex,
    /// Keys that came before they were asked for.
    typed: VecDeque<Digit>,
    /// A terminator that may follow digits which were complete without it.
    swallow: Option<(Digit, Mono)>,
}

/// How many there were of what a call's flows number.
#[derive(Clone, Copy, Debug, Default)]
struct Numbers {
    plays: u32,
    look_ups: u32,
    messages: u16,
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
    Asking {
        ask: Ask,
        attempt: u8,
        wait: Wait,
    },
    LookingUp {
        look_up: Arc<LookUp>,
        number: LookUpNumber,
        until: Mono,
    },
    Recording {
        record: Arc<Record>,
        attempt: u8,
        taking: Taking,
    },
    Booking {
        callback: Callback,
    },
    Queued {
        queue: Arc<Queue>,
    },
    /// The caller talks with an agent and goes on afterwards.
    Served {
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

/// What comes next while something is heard, or nothing, or while something is done elsewhere.
#[derive(Clone, Copy, Debug)]
enum Wait {
    Play { play: PlayNumber, until: Mono },
    Key { until: Mono },
    Deed { until: Mono },
}

impl CallerFacts {
    /// Nothing is known of the caller, for this reason.
    pub fn unknown(why: &str) -> Self {
        Self { region: Err(why.into()), class: None, lists: Vec::new() }
    }
}

impl Run {
    /// Begins a call: the first actions can be polled at once.
    pub fn start(now: Now, flow: Arc<Flow>, context: Context, limits: RunLimits) -> Self {
        Self::before(flow, context, limits, Decisions::ByContext).begun(now)
    }

    /// Begins a call that stops at every decision and waits to be told the way by [`go`](Self::go).
    pub(crate) fn explore(now: Now, flow: Arc<Flow>, context: Context, limits: RunLimits) -> Self {
        Self::before(flow, context, limits, Decisions::Asked).begun(now)
    }

    /// Leads the caller into another flow, which begins at its start. Its numbers go on where they are: no two messages of a
    /// call have the same one, and what is still heard of the flow before is not taken for the other's.
    pub fn lead_into(&self, now: Now, flow: Arc<Flow>) -> Self {
        let mut run = Self::before(flow, self.context.clone(), self.limits.clone(), self.decisions);
        run.numbers = self.numbers;
        run.begun(now)
    }

    /// A call before its first step.
    fn before(flow: Arc<Flow>, context: Context, limits: RunLimits, decisions: Decisions) -> Self {
        Self {
            language: flow.language(),
            at: flow.start(),
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
            numbers: Numbers::default(),
            typed: VecDeque::new(),
            swallow: None,
        }
    }

    fn begun(mut self, now: Now) -> Self {
        self.go(now, self.at);
        self
    }

    /// Takes one event. One that does not fit the state is ignored, for news can be late; after the end, every one.
    pub fn handle(&mut self, now: Now, event: Event) {
        let next = match event {
            Event::Answered => self.take_answered(),
            Event::PlayEnded { play, how } => self.take_play_ended(now, play, how),
            Event::Digit(digit) => self.take_digit(now, digit),
            Event::AgentLeft => self.take_agent_left(),
            Event::LookedUp { number, answer } => self.take_looked_up(number, answer),
            Event::MessageEnded { message, length } => self.take_message_ended(now, message, length),
            Event::CallbackNoted => self.take_callback(None),
            Event::CallbackRefused(why) => self.take_callback(Some(&why)),
            Event::QueueLeft(why) => self.take_queue_left(why),
            Event::OverflowedTo { number, ring_timeout } => self.take_overflowed(number, ring_timeout),
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
            Wait::Play { until, .. } | Wait::Key { until } | Wait::Deed { until } => Some(until),
        }
    }

    /// Whether the flow is over: a human joined, or the call was ended.
    pub fn is_ended(&self) -> bool {
        matches!(self.state, State::Ended)
    }

    /// Whether the flow itself has the caller: no human, no queue and no transfer has him.
    pub fn has_caller(&self) -> bool {
        match self.state {
            State::Queued { .. } | State::Served { .. } | State::Transferring { .. } | State::Ended => false,
            State::Answering { .. }
            | State::Playing { .. }
            | State::Choosing { .. }
            | State::Collecting { .. }
            | State::Confirming { .. }
            | State::Asking { .. }
            | State::LookingUp { .. }
            | State::Recording { .. }
            | State::Booking { .. }
            | State::Closing { .. }
            | State::Deciding => true,
        }
    }

    /// Whether the caller heard the notice that the call may be recorded, to its end.
    pub fn is_notice_heard(&self) -> bool {
        self.notice_heard
    }

    /// What the flow's variables hold; what was typed stands here for the agent's screen.
    pub fn variables(&self) -> &BTreeMap<VariableName, Box<str>> {
        &self.variables
    }

    /// The language the caller has chosen, or the flow's own.
    pub fn language(&self) -> Language {
        self.language
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
            | State::Asking { wait, .. }
            | State::Closing { wait } => Some(*wait),
            State::LookingUp { until, .. } => Some(Wait::Deed { until: *until }),
            State::Recording { taking, .. } => Some(match taking {
                Taking::Prompting(wait) | Taking::Reviewing { wait, .. } => *wait,
                Taking::Speaking { until, .. } => Wait::Deed { until: *until },
            }),
            State::Answering { .. }
            | State::Booking { .. }
            | State::Queued { .. }
            | State::Served { .. }
            | State::Transferring { .. }
            | State::Deciding
            | State::Ended => None,
        }
    }
}

#[cfg(test)]
mod tests;
