//! One call through a flow, as somebody who tries it out makes it: what is heard, and what is waited for (INB-08).

use std::sync::Arc;

use bell_types::{Cause, Digit, NodeName, PromptName};

use super::caller::{Caller, Met};
use crate::flow::{Flow, Step};
use crate::graph::{Label, successors};
use crate::limits::RunLimits;
use crate::run::Event;

/// A walk ends after so many nodes: a flow that is not proved yet can go round for ever.
const STOPS_MAX: usize = 500;

/// What the caller does, or what happens to him.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// He presses a key.
    Press(Digit),
    /// He waits: for silence to be noticed, for an agent to answer, for the agent to hang up.
    Wait,
    /// He hangs up.
    HangUp,
}

/// A node he came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stop {
    /// The node.
    pub node: NodeName,
    /// What led there: `key 1`; none for the first node.
    pub by: Option<String>,
    /// What he heard there.
    pub heard: Vec<PromptName>,
}

/// What a walk waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitsFor {
    /// A key, or silence.
    Key,
    /// An agent who answers.
    Agent,
    /// The agent who hangs up: he and the caller talk.
    TalkEnd,
}

/// A walk as far as its inputs go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Walk {
    /// The nodes, in order.
    pub stops: Vec<Stop>,
    /// What it waits for; none: it is over.
    pub waits_for: Option<WaitsFor>,
    /// Why it ended; none while it waits, or when the walk grew too long.
    pub end: Option<Cause>,
}

/// Takes a caller through a flow, by what he does. Hours are open, conditions hold, services answer.
pub fn walk(flow: &Arc<Flow>, limits: &RunLimits, inputs: &[Input]) -> Walk {
    let caller = Caller::dial(flow, limits);
    let mut walker = Walker { flow, caller, inputs: inputs.iter(), stops: Vec::new(), by: None, talks: false };
    walker.note();
    while walker.stops.len() < STOPS_MAX {
        if let Some(cause) = walker.caller.ended() {
            return Walk { stops: walker.stops, waits_for: None, end: Some(cause) };
        }
        match walker.step() {
            Ok(()) => walker.note(),
            Err(Halt::Waits(what)) => return Walk { stops: walker.stops, waits_for: Some(what), end: None },
            Err(Halt::HungUp) => return Walk { stops: walker.stops, waits_for: None, end: Some(Cause::HungUp) },
        }
    }
    Walk { stops: walker.stops, waits_for: None, end: None }
}

/// Why a walk goes no further.
enum Halt {
    Waits(WaitsFor),
    HungUp,
}

struct Walker<'w> {
    flow: &'w Arc<Flow>,
    caller: Caller,
    inputs: std::slice::Iter<'w, Input>,
    stops: Vec<Stop>,
    /// What leads to the next node.
    by: Option<String>,
    /// Whether he talks with an agent.
    talks: bool,
}

impl Walker<'_> {
    /// Writes down what happened to the caller.
    fn note(&mut self) {
        for met in self.caller.met() {
            match met {
                Met::Node(node) => {
                    let by = self.by.take().or_else(|| (!self.stops.is_empty()).then(|| Label::Next.to_string()));
                    self.stops.push(Stop { node: self.flow.node(node).name.clone(), by, heard: Vec::new() });
                }
                Met::Heard(prompts) => {
                    if let Some(stop) = self.stops.last_mut() {
                        stop.heard.extend(prompts);
                    }
                }
            }
        }
    }

    fn step(&mut self) -> Result<(), Halt> {
        if self.talks {
            return self.talk();
        }
        let flow = Arc::clone(self.flow);
        let node = self.caller.node();
        match &flow.node(node).step {
            Step::Answer(_) => self.caller.meets(Event::Answered),
            Step::Play(_) | Step::HangUp(_) => self.caller.listens(),
            Step::Hours(_) | Step::Calendar(_) | Step::Branch(_) | Step::Loop(_) | Step::Set(_) => {
                let Some((label, to)) = successors(&flow, node).next() else { return Err(Halt::HungUp) };
                self.by = Some(label.to_string());
                self.caller.is_led_to(to);
            }
            Step::LookUp(look_up) => self.caller.is_told(Ok(vec![None; look_up.into.len()])),
            Step::Callback(_) => self.caller.meets(Event::CallbackNoted),
            Step::Record(record) => match self.input(WaitsFor::Key)? {
                Input::Press(digit) => self.presses(digit),
                Input::Wait | Input::HangUp => self.caller.leaves_message(record),
            },
            Step::Menu(_) | Step::Collect(_) | Step::Language(_) | Step::Survey(_) => {
                match self.input(WaitsFor::Key)? {
                    Input::Press(digit) => self.presses(digit),
                    Input::Wait | Input::HangUp => self.caller.waits(),
                }
            }
            Step::Queue(_) | Step::Transfer(_) => match self.input(WaitsFor::Agent)? {
                Input::Press(digit) => self.presses(digit),
                Input::Wait | Input::HangUp => {
                    self.caller.meets(Event::Connected);
                    self.talks = self.caller.is_connected();
                }
            },
        }
        Ok(())
    }

    /// The caller talks with an agent, until he hangs up.
    fn talk(&mut self) -> Result<(), Halt> {
        self.input(WaitsFor::TalkEnd)?;
        self.talks = false;
        let goes_on = match &self.flow.node(self.caller.node()).step {
            Step::Queue(queue) => queue.after_agent.is_some(),
            _ => false,
        };
        if !goes_on {
            return Err(Halt::HungUp);
        }
        self.by = Some(Label::AgentLeft.to_string());
        self.caller.meets(Event::AgentLeft);
        Ok(())
    }

    fn presses(&mut self, digit: Digit) {
        self.by = Some(Label::Key(digit).to_string());
        self.caller.presses(digit);
    }

    /// What the caller does next. Hanging up is told here, wherever he is.
    fn input(&mut self, waits: WaitsFor) -> Result<Input, Halt> {
        match self.inputs.next() {
            None => Err(Halt::Waits(waits)),
            Some(Input::HangUp) => Err(Halt::HungUp),
            Some(input) => Ok(*input),
        }
    }
}

#[cfg(test)]
mod tests {
    use bell_types::NumberPlan;

    use super::*;
    use crate::Limits;

    const FLOW: &str = r##"
        flow = "menu"
        version = 1
        language = "zh-CN"
        recording = "off"
        start = "answer"
        [nodes.answer]
        do = "answer"
        next = "menu"
        [nodes.menu]
        do = "menu"
        prompt = "产品请按1，人工请按0。"
        keys = { 1 = "sales", 0 = "sales", "#" = "repeat" }
        wrong_key = "按键有误。"
        otherwise = "sales"
        [nodes.sales]
        do = "queue"
        queue = "sales"
        on_timeout = "bye"
        on_full = "bye"
        on_no_agent = "bye"
        after_agent = "bye"
        [nodes.bye]
        do = "hangup"
        prompt = "再见。"
    "##;

    fn flow() -> Arc<Flow> {
        Arc::new(Flow::parse(FLOW, &NumberPlan::china(None), &Limits::USUAL).unwrap())
    }

    fn walked(inputs: &[Input]) -> (Vec<String>, Option<WaitsFor>, Option<Cause>) {
        let walk = walk(&flow(), &RunLimits::USUAL, inputs);
        let stop = |stop: &Stop| format!("{} {}", stop.by.as_deref().unwrap_or("-"), stop.node);
        (walk.stops.iter().map(stop).collect(), walk.waits_for, walk.end)
    }

    /// INB-08: a caller's way is told step by step, and what it waits for.
    #[test]
    fn inb_08_a_walk_goes_as_far_as_the_callers_keys() {
        let press = |key| Input::Press(Digit::from_char(key).unwrap());
        let (stops, waits, end) = walked(&[]);
        assert_eq!((stops.len(), waits, end), (2, Some(WaitsFor::Key), None), "{stops:?}");
        let (stops, waits, _) = walked(&[press('9')]);
        assert_eq!((stops.last().unwrap().ends_with("menu"), waits), (true, Some(WaitsFor::Key)), "a wrong key");
        let (stops, waits, _) = walked(&[press('1')]);
        assert_eq!((stops.last().unwrap().as_str(), waits), ("key 1 sales", Some(WaitsFor::Agent)));
        assert_eq!(walked(&[press('1'), Input::Wait]).1, Some(WaitsFor::TalkEnd));
        let (stops, waits, end) = walked(&[press('1'), Input::Wait, Input::Wait]);
        assert!(stops.last().unwrap().ends_with("bye") && waits.is_none() && end.is_some(), "{stops:?} {end:?}");
        assert_eq!(walked(&[Input::HangUp]).2, Some(Cause::HungUp));
        let heard = walk(&flow(), &RunLimits::USUAL, &[press('9')]).stops[1].heard.len();
        assert_eq!(heard, 3, "the menu, that the key is wrong, the menu again");
    }
}
