//! The caller that the simulator sends: a run, a clock that moves as it waits, and what it hears at present.

use std::sync::Arc;
use std::time::Duration;

use bell_types::{Cause, Digit, Now, Number, PromptEnd, PromptName, Zone};

use crate::flow::{Collect, Flow, NodeIndex, Record};
use crate::limits::RunLimits;
use crate::run::{Action, CallerFacts, Context, Event, LookUpFailure, LookUpNumber, MessageNumber, PlayNumber, Run};

/// What happens to a caller.
#[derive(Clone)]
pub(crate) enum Met {
    Node(NodeIndex),
    Heard(Vec<PromptName>),
}

#[derive(Clone)]
pub(crate) struct Caller {
    run: Run,
    now: Now,
    node: NodeIndex,
    entered: Vec<NodeIndex>,
    /// What happened to the caller, in order, since it was last asked for.
    met: Vec<Met>,
    playing: Option<PlayNumber>,
    look_up: LookUpNumber,
    message: Option<MessageNumber>,
    ended: Option<Cause>,
}

impl Caller {
    pub(crate) fn dial(flow: &Arc<Flow>, limits: &RunLimits) -> Self {
        // Every decision is asked for and shown both ways, so that number and zone do not matter.
        let context = Context {
            caller: None,
            called: Number::Short("0".into()),
            zone: Arc::new(Zone::fixed(0)),
            calendars: Arc::default(),
            facts: CallerFacts::unknown("a simulation"),
        };
        let now = Now::default();
        let mut caller = Self {
            run: Run::explore(now, Arc::clone(flow), context, limits.clone()),
            now,
            node: flow.start(),
            entered: Vec::new(),
            met: Vec::new(),
            playing: None,
            look_up: LookUpNumber::default(),
            message: None,
            ended: None,
        };
        caller.drain();
        caller
    }

    fn drain(&mut self) {
        while let Some(action) = self.run.poll_output() {
            match action {
                Action::Entered(name) => {
                    if let Some(node) = self.run.flow().find(name.as_str()) {
                        self.node = node;
                        self.entered.push(node);
                        self.met.push(Met::Node(node));
                    }
                }
                Action::Play { play, prompts, .. } => {
                    self.playing = Some(play);
                    self.met.push(Met::Heard(prompts));
                }
                Action::StopPlaying(_) => self.playing = None,
                Action::Hangup { cause } => self.ended = Some(cause),
                Action::LookUp { number, .. } => self.look_up = number,
                Action::RecordMessage { message, .. } => self.message = Some(message),
                Action::Decided { .. }
                | Action::StopMessage(_)
                | Action::KeepMessage(_)
                | Action::DropMessage(_)
                | Action::Callback { .. }
                | Action::SurveyBegan { .. }
                | Action::Scored { .. }
                | Action::Answer
                | Action::Enqueue { .. }
                | Action::LeaveQueue
                | Action::Transfer { .. } => {}
            }
        }
    }

    /// The nodes it came to since it was last asked.
    pub(crate) fn news(&mut self) -> Vec<NodeIndex> {
        std::mem::take(&mut self.entered)
    }

    /// The nodes it came to and what it heard since it was last asked.
    pub(crate) fn met(&mut self) -> Vec<Met> {
        std::mem::take(&mut self.met)
    }

    pub(crate) fn node(&self) -> NodeIndex {
        self.node
    }

    pub(crate) fn ended(&self) -> Option<Cause> {
        self.ended
    }

    pub(crate) fn is_connected(&self) -> bool {
        !self.run.has_caller() && self.ended.is_none()
    }

    pub(crate) fn has_heard_notice(&self) -> bool {
        self.run.is_notice_heard()
    }

    pub(crate) fn meets(&mut self, event: Event) {
        self.run.handle(self.now, event);
        self.drain();
    }

    pub(crate) fn is_led_to(&mut self, node: NodeIndex) {
        self.run.go(self.now, node);
        self.drain();
    }

    /// Hears what is played to its end.
    pub(crate) fn listens(&mut self) {
        if let Some(play) = self.playing.take() {
            let how = PromptEnd::Completed;
            self.meets(Event::PlayEnded { play, how });
        }
    }

    pub(crate) fn presses(&mut self, digit: Digit) {
        self.meets(Event::Digit(digit));
    }

    pub(crate) fn presses_any(&mut self) {
        if let Some(digit) = Digit::from_char('1') {
            self.presses(digit);
        }
    }

    /// Hears what a service answered.
    pub(crate) fn is_told(&mut self, answer: Result<Vec<Option<Box<str>>>, LookUpFailure>) {
        let number = self.look_up;
        self.meets(Event::LookedUp { number, answer });
    }

    /// Speaks after the beep, and keeps what he said.
    pub(crate) fn leaves_message(&mut self, record: &Record) {
        self.speaks(Duration::from_secs(10));
        if !record.review.is_empty() {
            self.presses_any();
        }
    }

    /// Keeps silent after the beep.
    pub(crate) fn says_nothing(&mut self) {
        self.speaks(Duration::ZERO);
    }

    fn speaks(&mut self, length: Duration) {
        self.listens();
        if let Some(message) = self.message.take() {
            self.meets(Event::MessageEnded { message, length });
        }
    }

    /// Hears what is played and lets the time run out.
    pub(crate) fn waits(&mut self) {
        self.listens();
        if let Some(due) = self.run.poll_timeout() {
            self.now = self.now.after(due - self.now.mono);
            self.meets(Event::Tick);
        }
    }

    /// Does the same thing until it brings the caller elsewhere, as often as the node bears it.
    pub(crate) fn persists(&mut self, attempts: u8, mut act: impl FnMut(&mut Self)) {
        for _ in 0..attempts {
            act(self);
            if !self.entered.is_empty() || self.run.is_ended() {
                return;
            }
        }
    }

    /// Types as few digits as will do, ends them, and confirms them if they are read back.
    pub(crate) fn types(&mut self, collect: &Collect) {
        for _ in 0..collect.min {
            self.presses_any();
        }
        if collect.min < collect.max {
            match collect.terminator {
                Some(terminator) => self.presses(terminator),
                None => self.waits(),
            }
        }
        if !collect.read_back.is_empty() {
            self.presses_any();
        }
    }
}
