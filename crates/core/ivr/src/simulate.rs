//! The simulator: takes a caller through every way of a flow and draws the tree (INB-08).
//!
//! It drives the interpreter itself, so what it shows is what calls do. A place that was shown already, in the same
//! situation, is not shown again. Hours, branches and loops show both of their ways.

mod caller;
mod print;
mod steps;

pub use steps::{Input, Stop, WaitsFor, Walk, walk};

use std::collections::{BTreeSet, VecDeque};
use std::fmt;
use std::sync::Arc;

use bell_types::{Cause, Digit, NodeName};

use crate::flow::{BargeIn, Choice, Collect, Flow, Menu, NodeIndex, Notice, Queue, Step};
use crate::graph::{Label, successors};
use crate::limits::{RunLimits, TreeLimits};
use crate::run::{Event, LookUpFailure};
use crate::simulate::caller::Caller;

/// Every way through a flow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tree {
    /// Where the call begins.
    pub root: Outcome,
    /// Whether ways were left out because the tree grew too large.
    pub cut: bool,
}

/// A node, as a call comes to it, and the ways on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branching {
    /// The node.
    pub name: NodeName,
    /// What the node does, in words: `menu "产品咨询请按1…"`.
    pub title: String,
    /// The ways on: what happens, and where it leads.
    pub ways: Vec<(String, Outcome)>,
}

/// Where a way leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// To a node.
    Goes(Branching),
    /// To a node that was shown before.
    Shown(NodeName),
    /// A human joins: `an agent of sales`, or a number.
    Human(String),
    /// The call ends.
    Ends(Cause),
    /// The run neither went on nor ended: a defect. A proved flow never shows it.
    Stuck,
    /// Left out, for the tree grew too large.
    Cut,
}

/// Takes a caller through every way of the flow.
pub fn simulate(flow: &Arc<Flow>, run_limits: &RunLimits, limits: &TreeLimits) -> Tree {
    let mut simulator = Simulator { flow, limits, shown: BTreeSet::new(), lines: 0, cut: false };
    let root = simulator.arrive(Caller::dial(flow, run_limits), 0);
    Tree { root, cut: simulator.cut }
}

struct Simulator<'f> {
    flow: &'f Arc<Flow>,
    limits: &'f TreeLimits,
    /// What was shown: the node, and whether the notice had been heard.
    shown: BTreeSet<(NodeIndex, bool)>,
    lines: usize,
    cut: bool,
}

impl Simulator<'_> {
    /// The caller has come to nodes, or not, since somebody last looked.
    fn arrive(&mut self, mut caller: Caller, depth: usize) -> Outcome {
        let entered: VecDeque<_> = caller.news().into();
        self.show(caller, entered, depth)
    }

    fn show(&mut self, caller: Caller, mut entered: VecDeque<NodeIndex>, depth: usize) -> Outcome {
        self.lines += 1;
        let Some(node) = entered.pop_front() else {
            return match caller.ended() {
                Some(cause) => Outcome::Ends(cause),
                None => Outcome::Shown(self.flow.node(caller.node()).name.clone()),
            };
        };
        if !self.shown.insert((node, caller.has_heard_notice())) {
            return Outcome::Shown(self.flow.node(node).name.clone());
        }
        if self.lines >= self.limits.lines_max || depth >= self.limits.depth_max {
            self.cut = true;
            return Outcome::Cut;
        }
        let passed = !entered.is_empty() || caller.ended().is_some();
        let ways = if passed {
            vec![(Label::Next.to_string(), self.show(caller, entered, depth + 1))]
        } else {
            self.ways(&caller, node, depth + 1)
        };
        Outcome::Goes(Branching {
            name: self.flow.node(node).name.clone(),
            title: print::title(&self.flow.node(node).step),
            ways,
        })
    }

    fn ways(&mut self, caller: &Caller, node: NodeIndex, depth: usize) -> Vec<(String, Outcome)> {
        let flow = Arc::clone(self.flow);
        match &flow.node(node).step {
            Step::Answer(_) => vec![self.way(&Label::Next, caller, depth, |caller| caller.meets(Event::Answered))],
            Step::Play(play) => {
                let mut ways = vec![self.way(&Label::Next, caller, depth, Caller::listens)];
                if play.notice == Notice::Yes && play.barge_in == BargeIn::Yes {
                    ways.push(self.way(&Label::NoticeCut, caller, depth, Caller::presses_any));
                }
                ways
            }
            Step::HangUp(_) => vec![self.way(&Label::Next, caller, depth, Caller::listens)],
            Step::Menu(menu) => self.menu_ways(caller, menu, depth),
            Step::Collect(collect) => self.collect_ways(caller, collect, depth),
            Step::Hours(_) | Step::Calendar(_) | Step::Branch(_) | Step::Loop(_) | Step::Set(_) => {
                successors(&flow, node)
                    .map(|(label, to)| self.way(&label, caller, depth, |caller| caller.is_led_to(to)))
                    .collect()
            }
            Step::Language(choose) => {
                let keys: Vec<_> = choose.keys.iter().map(|(digit, _)| *digit).collect();
                self.asking_ways(caller, &keys, choose.attempts, depth)
            }
            Step::Survey(survey) => {
                let keys: Vec<_> = survey.scores.iter().map(|(digit, _)| *digit).collect();
                self.asking_ways(caller, &keys, survey.attempts, depth)
            }
            Step::LookUp(look_up) => {
                let fields = vec![None; look_up.into.len()];
                let failed = |caller: &mut Caller| caller.is_told(Err(LookUpFailure::TimedOut));
                vec![
                    self.way(&"answered", caller, depth, |caller| caller.is_told(Ok(fields))),
                    self.way(&Label::LookUpFailed, caller, depth, failed),
                ]
            }
            Step::Record(record) => vec![
                self.way(&"a message is left", caller, depth, |caller| caller.leaves_message(record)),
                self.way(&"no message", caller, depth, |caller| {
                    caller.persists(record.attempts, Caller::says_nothing);
                }),
            ],
            Step::Callback(_) => {
                let refused = Event::CallbackRefused("a simulation".into());
                vec![
                    self.way(&"noted", caller, depth, |caller| caller.meets(Event::CallbackNoted)),
                    self.way(&Label::CallbackRefused, caller, depth, |caller| caller.meets(refused)),
                ]
            }
            Step::Queue(queue) => self.queue_ways(caller, queue, depth),
            Step::Transfer(transfer) => {
                let failed = |caller: &mut Caller| caller.meets(Event::TransferFailed(Cause::NoAnswer));
                vec![
                    self.human_way("answers", caller, format!("{}", transfer.number)),
                    self.way(&Label::TransferFailed, caller, depth, failed),
                ]
            }
        }
    }

    fn way(
        &mut self,
        label: &dyn fmt::Display,
        caller: &Caller,
        depth: usize,
        act: impl FnOnce(&mut Caller),
    ) -> (String, Outcome) {
        let mut caller = caller.clone();
        act(&mut caller);
        (label.to_string(), self.arrive(caller, depth))
    }

    fn human_way(&mut self, label: &str, caller: &Caller, who: String) -> (String, Outcome) {
        let mut caller = caller.clone();
        caller.meets(Event::Connected);
        self.lines += 1;
        let outcome = if caller.is_connected() { Outcome::Human(who) } else { Outcome::Stuck };
        (label.to_owned(), outcome)
    }

    fn menu_ways(&mut self, caller: &Caller, menu: &Menu, depth: usize) -> Vec<(String, Outcome)> {
        let mut ways = Vec::new();
        for (digit, choice) in &menu.keys {
            let name = match choice {
                Choice::Go(_) => Label::Key(*digit).to_string(),
                Choice::Repeat => format!("{} (repeat)", Label::Key(*digit)),
                Choice::Back => format!("{} (back)", Label::Key(*digit)),
            };
            ways.push(self.way(&name, caller, depth, |caller| caller.presses(*digit)));
        }
        let wrong = "1234567890*#".chars().filter_map(Digit::from_char);
        if let Some(wrong) = wrong.into_iter().find(|digit| menu.keys.iter().all(|(key, _)| key != digit)) {
            ways.push(self.way(&"wrong keys", caller, depth, |caller| {
                caller.persists(menu.attempts, |caller| caller.presses(wrong));
            }));
        }
        ways.push(self.way(&"no key", caller, depth, |caller| {
            caller.persists(menu.attempts, Caller::waits);
        }));
        ways
    }

    fn asking_ways(&mut self, caller: &Caller, keys: &[Digit], attempts: u8, depth: usize) -> Vec<(String, Outcome)> {
        let mut ways = Vec::new();
        for digit in keys {
            ways.push(self.way(&Label::Key(*digit), caller, depth, |caller| caller.presses(*digit)));
        }
        ways.push(self.way(&"no key", caller, depth, |caller| caller.persists(attempts, Caller::waits)));
        ways
    }

    fn collect_ways(&mut self, caller: &Caller, collect: &Collect, depth: usize) -> Vec<(String, Outcome)> {
        let typed = self.way(&"digits typed", caller, depth, |caller| caller.types(collect));
        let silent = self.way(&"no digits", caller, depth, |caller| {
            caller.persists(collect.attempts, Caller::waits);
        });
        vec![typed, silent]
    }

    fn queue_ways(&mut self, caller: &Caller, queue: &Queue, depth: usize) -> Vec<(String, Outcome)> {
        let mut ways = vec![self.human_way("an agent answers", caller, format!("an agent of {}", queue.queue))];
        for (digit, _) in &queue.keys {
            ways.push(self.way(&Label::Key(*digit), caller, depth, |caller| caller.presses(*digit)));
        }
        for why in queue.gives_back() {
            let left = |caller: &mut Caller| caller.meets(Event::QueueLeft(why));
            ways.push(self.way(&Label::QueueLeft(why), caller, depth, left));
        }
        if queue.after_agent.is_some() {
            ways.push(self.way(&Label::AgentLeft, caller, depth, |caller| caller.meets(Event::AgentLeft)));
        }
        ways
    }
}

#[cfg(test)]
pub(crate) mod tests;
