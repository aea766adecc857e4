//! Flows as graphs: every way out of every node, which the prover and the simulator share.

use std::fmt;

use bell_types::{Cause, Digit};

use crate::flow::{BargeIn, Choice, Flow, NodeIndex, Notice, Queue, Step};
use crate::run::QueueLeft;

/// What makes a call leave a node this way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Label {
    /// The node's work is done.
    Next,
    /// A notice was broken off by a key.
    NoticeCut,
    /// A key of a menu or a queue.
    Key(Digit),
    /// Back to the menu before.
    Back,
    /// All attempts of a menu or of collecting digits are used up.
    AttemptsUsedUp,
    /// It is open.
    Open,
    /// It is closed.
    Closed,
    /// A shift of a calendar works, counted from 1 as the node names them.
    Shift(usize),
    /// It is a holiday.
    Holiday,
    /// The case of a branch, counted from 1.
    Case(usize),
    /// No case holds.
    NoCase,
    /// A loop goes round again.
    Again,
    /// A loop's count is used up.
    Done,
    /// A queue gave the call back.
    QueueLeft(QueueLeft),
    /// A transfer failed.
    TransferFailed,
    /// The agent hung up, and the caller goes on.
    AgentLeft,
    /// No answer to a look-up came.
    LookUpFailed,
    /// Nobody can be called back.
    CallbackRefused,
}

/// Where a way out leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Node(NodeIndex),
    /// The same menu once more; counted as one of its attempts.
    Repeat,
    /// The menu before; counted by the call.
    Back,
    /// The call ends.
    End(Cause),
}

/// One way out of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Exit {
    pub(crate) label: Label,
    pub(crate) target: Target,
}

/// Every way out of a node by which the flow goes on. That a human joins, or the caller hangs up, is none.
pub(crate) fn exits(step: &Step) -> Vec<Exit> {
    let to = |label, node| Exit { label, target: Target::Node(node) };
    match step {
        Step::Answer(answer) => vec![to(Label::Next, answer.next)],
        Step::Play(play) => {
            let mut exits = vec![to(Label::Next, play.next)];
            if play.notice == Notice::Yes && play.barge_in == BargeIn::Yes {
                exits.push(to(Label::NoticeCut, play.next));
            }
            exits
        }
        Step::Menu(menu) => {
            let key = |(digit, choice): &(Digit, Choice)| Exit {
                label: Label::Key(*digit),
                target: match choice {
                    Choice::Go(node) => Target::Node(*node),
                    Choice::Repeat => Target::Repeat,
                    Choice::Back => Target::Back,
                },
            };
            let mut exits: Vec<_> = menu.keys.iter().map(key).collect();
            exits.push(to(Label::AttemptsUsedUp, menu.otherwise));
            exits
        }
        Step::Collect(collect) => vec![to(Label::Next, collect.next), to(Label::AttemptsUsedUp, collect.otherwise)],
        Step::Hours(hours) => vec![to(Label::Open, hours.open), to(Label::Closed, hours.closed)],
        Step::Calendar(calendar) => {
            let shifts = calendar.shifts.iter().zip(1..);
            let mut exits = vec![to(Label::Open, calendar.open)];
            exits.extend(shifts.map(|((_, node), number)| to(Label::Shift(number), *node)));
            exits.extend([to(Label::Holiday, calendar.holiday), to(Label::Closed, calendar.closed)]);
            exits
        }
        Step::Branch(branch) => {
            let cases = branch.cases.iter().zip(1..);
            let mut exits: Vec<_> = cases.map(|(case, number)| to(Label::Case(number), case.then)).collect();
            exits.push(to(Label::NoCase, branch.otherwise));
            exits
        }
        Step::Language(choose) => {
            let mut exits: Vec<_> = choose.keys.iter().map(|(digit, _)| to(Label::Key(*digit), choose.next)).collect();
            exits.push(to(Label::AttemptsUsedUp, choose.next));
            exits
        }
        Step::Survey(survey) => {
            let mut exits: Vec<_> =
                survey.scores.iter().map(|(digit, _)| to(Label::Key(*digit), survey.next)).collect();
            exits.push(to(Label::AttemptsUsedUp, survey.next));
            exits
        }
        Step::LookUp(look_up) => vec![to(Label::Next, look_up.next), to(Label::LookUpFailed, look_up.otherwise)],
        Step::Record(record) => vec![to(Label::Next, record.next), to(Label::AttemptsUsedUp, record.otherwise)],
        Step::Callback(callback) => {
            vec![to(Label::Next, callback.next), to(Label::CallbackRefused, callback.otherwise)]
        }
        Step::Set(set) => vec![to(Label::Next, set.next)],
        Step::Loop(around) => vec![to(Label::Again, around.again), to(Label::Done, around.done)],
        Step::Queue(queue) => queue_exits(queue),
        Step::Transfer(transfer) => vec![Exit {
            label: Label::TransferFailed,
            target: transfer.on_failure.map_or(Target::End(Cause::NoAnswer), Target::Node),
        }],
        Step::HangUp(_) => vec![Exit { label: Label::Next, target: Target::End(Cause::FlowEnded) }],
    }
}

/// By a key, because the queue gives the call back, or after the agent.
fn queue_exits(queue: &Queue) -> Vec<Exit> {
    let to = |label, node| Exit { label, target: Target::Node(node) };
    let mut exits: Vec<_> = queue.keys.iter().map(|(digit, node)| to(Label::Key(*digit), *node)).collect();
    exits.extend(queue.gives_back().map(|why| Exit {
        label: Label::QueueLeft(why),
        target: queue.after(why).map_or(Target::End(why.cause()), Target::Node),
    }));
    exits.extend(queue.after_agent.map(|node| to(Label::AgentLeft, node)));
    exits
}

/// The nodes a node leads to by itself; not those a menu's repeat or back lead to.
pub(crate) fn successors(flow: &Flow, node: NodeIndex) -> impl Iterator<Item = (Label, NodeIndex)> {
    exits(&flow.node(node).step).into_iter().filter_map(|exit| match exit.target {
        Target::Node(to) => Some((exit.label, to)),
        Target::Repeat | Target::Back | Target::End(_) => None,
    })
}

impl Queue {
    /// For what reasons the queue gives a call back that lead different ways.
    pub(crate) fn gives_back(&self) -> impl Iterator<Item = QueueLeft> + use<> {
        let offers = [(QueueLeft::Voicemail, self.on_voicemail), (QueueLeft::Callback, self.on_callback)];
        let named = offers.into_iter().filter_map(|(why, node)| node.map(|_| why));
        [QueueLeft::TimedOut, QueueLeft::Full, QueueLeft::NoAgent].into_iter().chain(named)
    }

    /// Where the flow goes on after the queue gave the call back; none ends the call.
    pub fn after(&self, why: QueueLeft) -> Option<NodeIndex> {
        match why {
            QueueLeft::TimedOut => self.on_timeout,
            QueueLeft::Full => self.on_full,
            QueueLeft::NoAgent => self.on_no_agent,
            QueueLeft::Voicemail => self.on_voicemail.or(self.on_timeout),
            QueueLeft::Callback => self.on_callback.or(self.on_timeout),
        }
    }
}

impl QueueLeft {
    /// The cause of the call's end, if nothing follows.
    pub const fn cause(self) -> Cause {
        match self {
            Self::TimedOut | Self::Voicemail | Self::Callback => Cause::QueueTimeout,
            Self::Full => Cause::QueueFull,
            Self::NoAgent => Cause::NoAgent,
        }
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Next => f.write_str("then"),
            Self::NoticeCut => f.write_str("a key cuts the notice short"),
            Self::Key(digit) => write!(f, "key {digit}"),
            Self::Back => f.write_str("back"),
            Self::AttemptsUsedUp => f.write_str("attempts used up"),
            Self::Open => f.write_str("open"),
            Self::Closed => f.write_str("closed"),
            Self::Shift(number) => write!(f, "shift {number}"),
            Self::Holiday => f.write_str("holiday"),
            Self::Case(number) => write!(f, "case {number}"),
            Self::NoCase => f.write_str("no case"),
            Self::Again => f.write_str("again"),
            Self::Done => f.write_str("count used up"),
            Self::QueueLeft(QueueLeft::TimedOut) => f.write_str("longest wait over"),
            Self::QueueLeft(QueueLeft::Full) => f.write_str("queue full"),
            Self::QueueLeft(QueueLeft::NoAgent) => f.write_str("no agent"),
            Self::QueueLeft(QueueLeft::Voicemail) => f.write_str("the ladder offers a message"),
            Self::QueueLeft(QueueLeft::Callback) => f.write_str("the ladder offers a callback"),
            Self::TransferFailed => f.write_str("no answer"),
            Self::AgentLeft => f.write_str("the agent hangs up"),
            Self::LookUpFailed => f.write_str("no answer to the look-up"),
            Self::CallbackRefused => f.write_str("no callback"),
        }
    }
}
