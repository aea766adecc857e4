//! The prover: what must hold on every path before a flow may be published.

mod roads;
mod situations;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use bell_types::{CalendarName, ClassName, Digit, ListName, NodeName, PromptName, QueueName};

use crate::flow::{Choice, Condition, Flow, Menu, NodeIndex, Place, Step};
use crate::graph::Label;
use crate::prove::roads::Roads;

/// What the prover is told about the world outside the flow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Every prompt that was looked for, and what was found. A prompt that is not listed is missing.
    pub prompts: BTreeMap<PromptName, PromptState>,
    /// The queues that exist.
    pub queues: BTreeSet<QueueName>,
    /// The calendars that exist, with their shifts.
    pub calendars: BTreeMap<CalendarName, Vec<Box<str>>>,
    /// The lists of callers' numbers that exist; none if nobody here knows, as when a flow is checked by itself.
    pub lists: Option<BTreeSet<ListName>>,
    /// The classes of callers that exist; none if nobody here knows.
    pub classes: Option<BTreeSet<ClassName>>,
    /// The services that may be asked: scheme, host and port; none if nobody here knows.
    pub origins: Option<BTreeSet<Box<str>>>,
}

/// Whether a prompt can be played.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PromptState {
    /// It decodes, or was synthesised.
    Playable,
    /// There is something under its name that cannot be played.
    Broken {
        /// Why, for the author.
        reason: String,
    },
}

/// What a flow must keep to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Menu levels a caller may go through (INB-02).
    pub depth_max: usize,
    /// Options of one menu; `0`, `*` and `#` are not counted (INB-03, C-3).
    pub options_max: usize,
    /// Options of one menu above which a warning is given (C-3).
    pub options_warn: usize,
    /// Situations the prover looks at before it refuses the flow as too complex.
    pub situations_max: usize,
}

impl Policy {
    /// What a new installation begins with (C-3).
    pub const USUAL: Self = Self { depth_max: 3, options_max: 5, options_warn: 3, situations_max: 100_000 };
}

/// A flow may be published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// What the author should acknowledge first.
    pub warnings: Vec<Warning>,
    /// The deepest menu level.
    pub depth: usize,
    /// How many situations were looked at.
    pub situations: usize,
}

/// What is allowed but unwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Warning {
    /// A menu has more options than callers remember.
    ManyOptions {
        /// The menu.
        menu: NodeName,
        /// How many.
        options: usize,
    },
}

/// Why a flow may not be published, and the way that shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CounterExample {
    /// What is wrong.
    pub problem: Problem,
    /// Where the file defines the node it shows at.
    pub place: Place,
    /// How a call gets there; no hops to a node no call can come to.
    pub path: Path,
}

/// What is wrong with a flow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// A node no call can come to.
    Unreachable {
        /// The node.
        node: NodeName,
    },
    /// A way round without a counter: a call could go on for ever.
    EndlessLoop,
    /// More menu levels than the policy allows.
    TooDeep {
        /// The levels up to here.
        depth: usize,
        /// The policy.
        max: usize,
    },
    /// More options than the policy allows.
    TooManyOptions {
        /// The menu.
        menu: NodeName,
        /// How many.
        options: usize,
        /// The policy.
        max: usize,
    },
    /// A menu none of whose keys leads to a human.
    NoHuman {
        /// The menu.
        menu: NodeName,
        /// Its keys.
        keys: Vec<Digit>,
    },
    /// A human joins a recorded call before the notice was heard to its end.
    NoticeMissing,
    /// Something is played before the call is answered.
    NotAnswered,
    /// A prompt does not exist.
    PromptMissing {
        /// The prompt.
        prompt: PromptName,
    },
    /// A prompt exists and cannot be played.
    PromptBroken {
        /// The prompt.
        prompt: PromptName,
        /// Why.
        reason: String,
    },
    /// A queue does not exist.
    QueueUnknown {
        /// The queue.
        queue: QueueName,
    },
    /// A calendar does not exist.
    CalendarUnknown {
        /// The calendar.
        calendar: CalendarName,
    },
    /// A calendar has no such shift.
    ShiftUnknown {
        /// The calendar.
        calendar: CalendarName,
        /// The shift.
        shift: Box<str>,
    },
    /// A list of numbers does not exist.
    ListUnknown {
        /// The list.
        list: ListName,
    },
    /// A class of callers does not exist.
    ClassUnknown {
        /// The class.
        class: ClassName,
        /// Those that exist.
        known: Vec<ClassName>,
    },
    /// A service that the configuration does not name would be asked.
    OriginUnknown {
        /// Scheme, host and port.
        origin: Box<str>,
    },
    /// A message is to be left in a flow whose calls are not recorded.
    MessageUnrecorded,
    /// A caller would be asked for his opinion before any agent could have served him.
    SurveyTooEarly,
    /// The flow has more situations than the prover may look at.
    TooComplex {
        /// The policy.
        max: usize,
    },
}

/// A way through a flow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Path {
    /// The nodes, each with what led to it.
    pub hops: Vec<Hop>,
}

/// One step of a way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hop {
    /// What led here; none for the first node.
    pub by: Option<Label>,
    /// The node.
    pub node: NodeName,
}

/// Proves that a flow may be published.
///
/// A branch, a loop's end or an empty queue is taken to be possible whatever came before: the proof may refuse a way
/// that no call can take, and never lets one pass that a call can.
///
/// # Errors
/// Everything that is wrong, each with the way that shows it.
pub fn prove(flow: &Flow, known: &Known, policy: &Policy) -> Result<Proof, Vec<CounterExample>> {
    let mut case = Prover { flow, roads: Roads::of(flow), found: Vec::new() };
    case.every_node_is_reached();
    case.every_round_is_counted();
    let warnings = case.every_menu_is_short(policy);
    case.every_menu_reaches_a_human();
    case.every_prompt_is_playable(known);
    case.every_queue_is_known(known);
    case.every_calendar_is_known(known);
    case.every_list_and_class_is_known(known);
    case.every_service_is_known(known);
    let searched = case.every_situation_is_lawful(policy);
    if case.found.is_empty() {
        Ok(Proof { warnings, depth: searched.depth, situations: searched.situations })
    } else {
        Err(case.found)
    }
}

/// A flow under examination.
struct Prover<'f> {
    flow: &'f Flow,
    roads: Roads<'f>,
    found: Vec<CounterExample>,
}

impl Prover<'_> {
    fn refuse(&mut self, at: NodeIndex, problem: Problem, path: Path) {
        self.found.push(CounterExample { problem, place: self.flow.node(at).place, path });
    }

    fn refuse_at(&mut self, at: NodeIndex, problem: Problem) {
        let path = self.roads.path_to(at);
        self.refuse(at, problem, path);
    }

    fn every_node_is_reached(&mut self) {
        for index in self.flow.indices() {
            if !self.roads.reaches(index) {
                let node = self.flow.node(index).name.clone();
                self.refuse(index, Problem::Unreachable { node }, Path::default());
            }
        }
    }

    fn every_round_is_counted(&mut self) {
        if let Some(round) = self.roads.uncounted_round() {
            let mut path = self.roads.path_to(round.first);
            path.hops.extend(round.hops);
            self.refuse(round.first, Problem::EndlessLoop, path);
        }
    }

    /// The menus a call can come to.
    fn menus(&self) -> Vec<(NodeIndex, &Menu)> {
        let reached = self.flow.indices().filter(|index| self.roads.reaches(*index));
        let menu = |index: NodeIndex| match &self.flow.node(index).step {
            Step::Menu(menu) => Some((index, &**menu)),
            Step::Answer(_)
            | Step::Play(_)
            | Step::Collect(_)
            | Step::Hours(_)
            | Step::Calendar(_)
            | Step::Branch(_)
            | Step::Language(_)
            | Step::Survey(_)
            | Step::LookUp(_)
            | Step::Record(_)
            | Step::Callback(_)
            | Step::Set(_)
            | Step::Loop(_)
            | Step::Queue(_)
            | Step::Transfer(_)
            | Step::HangUp(_) => None,
        };
        reached.filter_map(menu).collect()
    }

    fn every_menu_is_short(&mut self, policy: &Policy) -> Vec<Warning> {
        // C-3: the human, repeat and back are no services.
        let counted = |(digit, _): &&(Digit, Choice)| !matches!(digit.as_char(), '0' | '*' | '#');
        let options = |menu: &Menu| menu.keys.iter().filter(counted).count();
        let menus: Vec<_> = self.menus().into_iter().map(|(index, menu)| (index, options(menu))).collect();
        let mut warnings = Vec::new();
        for (index, options) in menus {
            let menu = self.flow.node(index).name.clone();
            if options > policy.options_max {
                let max = policy.options_max;
                self.refuse_at(index, Problem::TooManyOptions { menu, options, max });
            } else if options > policy.options_warn {
                warnings.push(Warning::ManyOptions { menu, options });
            }
        }
        warnings
    }

    fn every_menu_reaches_a_human(&mut self) {
        let menus = self.menus().into_iter();
        let without: Vec<_> = menus
            .filter(|(index, menu)| !self.roads.key_reaches_human(*index, menu))
            .map(|(index, menu)| (index, menu.keys.iter().map(|(digit, _)| *digit).collect()))
            .collect();
        for (index, keys) in without {
            let menu = self.flow.node(index).name.clone();
            self.refuse_at(index, Problem::NoHuman { menu, keys });
        }
    }

    fn every_prompt_is_playable(&mut self, known: &Known) {
        let mut seen = BTreeSet::new();
        for index in self.reached() {
            for prompt in self.flow.node(index).step.prompts() {
                let name = &prompt.name;
                if !seen.insert(name) {
                    continue;
                }
                match known.prompts.get(name) {
                    Some(PromptState::Playable) => {}
                    Some(PromptState::Broken { reason }) => {
                        let (prompt, reason) = (name.clone(), reason.clone());
                        self.refuse_at(index, Problem::PromptBroken { prompt, reason });
                    }
                    None => self.refuse_at(index, Problem::PromptMissing { prompt: name.clone() }),
                }
            }
        }
    }

    fn reached(&self) -> Vec<NodeIndex> {
        self.flow.indices().filter(|index| self.roads.reaches(*index)).collect()
    }

    fn every_calendar_is_known(&mut self, known: &Known) {
        let flow = self.flow;
        for index in self.reached() {
            let Step::Calendar(step) = &flow.node(index).step else { continue };
            let calendar = step.calendar.clone();
            let Some(shifts) = known.calendars.get(&calendar) else {
                self.refuse_at(index, Problem::CalendarUnknown { calendar });
                continue;
            };
            for (shift, _) in step.shifts.iter().filter(|(shift, _)| !shifts.contains(shift)) {
                self.refuse_at(index, Problem::ShiftUnknown { calendar: calendar.clone(), shift: shift.clone() });
            }
        }
    }

    fn every_list_and_class_is_known(&mut self, known: &Known) {
        let flow = self.flow;
        for index in self.reached() {
            let Step::Branch(branch) = &flow.node(index).step else { continue };
            for case in &branch.cases {
                match &case.condition {
                    Condition::InList(lists) => {
                        let there = |list: &&ListName| known.lists.as_ref().is_none_or(|there| there.contains(*list));
                        for list in lists.iter().filter(|list| !there(list)) {
                            self.refuse_at(index, Problem::ListUnknown { list: list.clone() });
                        }
                    }
                    Condition::Class(classes) => {
                        let Some(there) = &known.classes else { continue };
                        for class in classes.iter().filter(|class| !there.contains(*class)) {
                            let known = there.iter().cloned().collect();
                            self.refuse_at(index, Problem::ClassUnknown { class: class.clone(), known });
                        }
                    }
                    Condition::Caller(_)
                    | Condition::CallerPrefix(_)
                    | Condition::Called(_)
                    | Condition::Region(_)
                    | Condition::Language(_)
                    | Condition::Variable(_, _) => {}
                }
            }
        }
    }

    fn every_service_is_known(&mut self, known: &Known) {
        let (flow, Some(origins)) = (self.flow, &known.origins) else { return };
        for index in self.reached() {
            if let Step::LookUp(look_up) = &flow.node(index).step
                && !origins.contains(&look_up.origin)
            {
                self.refuse_at(index, Problem::OriginUnknown { origin: look_up.origin.clone() });
            }
        }
    }

    fn every_queue_is_known(&mut self, known: &Known) {
        for index in self.reached() {
            if let Some(queue) = self.flow.node(index).step.queue()
                && !known.queues.contains(queue)
            {
                self.refuse_at(index, Problem::QueueUnknown { queue: queue.clone() });
            }
        }
    }
}

impl Problem {
    /// What to do about it: one phrase, no full stop.
    pub const fn remedy(&self) -> &'static str {
        match self {
            Self::Unreachable { .. } => "lead a key or a `next` to it, or remove it",
            Self::EndlessLoop => {
                "put a node with do = \"loop\" into the round, or use \"repeat\" or \"back\" on the key"
            }
            Self::TooDeep { .. } => "join menus, or lead to a queue earlier",
            Self::TooManyOptions { .. } => "move what is asked for less into another menu",
            Self::NoHuman { .. } => "lead one key, best 0, to a queue or a transfer",
            Self::NoticeMissing => {
                "play a node with notice = true before it, without barge_in, on every way; or set recording = \"off\""
            }
            Self::NotAnswered => "put a node with do = \"answer\" before it",
            Self::PromptMissing { .. } => "upload it under this name, or correct the name",
            Self::PromptBroken { .. } => "upload it again as WAV, MP3 or Ogg",
            Self::QueueUnknown { .. } => "configure the queue, or correct its name",
            Self::CalendarUnknown { .. } => "configure the calendar, or correct its name",
            Self::ShiftUnknown { .. } => "add the shift to the calendar, or correct its name",
            Self::ListUnknown { .. } => "configure the list, or correct its name",
            Self::ClassUnknown { .. } => "give a list this class, or correct its name",
            Self::OriginUnknown { .. } => "add it to origins under [look_up], or correct the url",
            Self::MessageUnrecorded => "set recording = \"on\": a message is a part of its call's recording",
            Self::SurveyTooEarly => "lead to it by after_agent of a queue only",
            Self::TooComplex { .. } => "split the flow into several",
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable { node } => write!(f, "no call can come to [{node}]"),
            Self::EndlessLoop => f.write_str("a call can go round for ever"),
            Self::TooDeep { depth, max } => write!(f, "{depth} menu levels, and at most {max} are allowed"),
            Self::TooManyOptions { menu, options, max } => {
                write!(f, "menu [{menu}] has {options} options, and at most {max} are allowed")
            }
            Self::NoHuman { menu, keys } => {
                write!(f, "none of the keys of menu [{menu}] leads to a human:")?;
                keys.iter().try_for_each(|key| write!(f, " {key}"))
            }
            Self::NoticeMissing => f.write_str("a human joins a recorded call whose caller has not heard the notice"),
            Self::NotAnswered => f.write_str("the call is not answered yet"),
            Self::PromptMissing { prompt } => write!(f, "prompt {prompt} does not exist"),
            Self::PromptBroken { prompt, reason } => write!(f, "prompt {prompt} cannot be played: {reason}"),
            Self::QueueUnknown { queue } => write!(f, "queue {queue} does not exist"),
            Self::CalendarUnknown { calendar } => write!(f, "calendar {calendar} does not exist"),
            Self::ShiftUnknown { calendar, shift } => write!(f, "calendar {calendar} has no shift {shift:?}"),
            Self::ListUnknown { list } => write!(f, "list {list} does not exist"),
            Self::ClassUnknown { class, known } if known.is_empty() => {
                write!(f, "class {class} does not exist, for no list has a class")
            }
            Self::ClassUnknown { class, known } => {
                let known: Vec<&str> = known.iter().map(ClassName::as_str).collect();
                write!(f, "class {class} does not exist, only {}", known.join(", "))
            }
            Self::OriginUnknown { origin } => write!(f, "the configuration does not let flows ask {origin}"),
            Self::MessageUnrecorded => f.write_str("a message is left in a call that is not recorded"),
            Self::SurveyTooEarly => f.write_str("the caller is asked for a score and no agent has served him"),
            Self::TooComplex { max } => write!(f, "the flow has more than {max} situations"),
        }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ManyOptions { menu, options } => {
                write!(f, "menu [{menu}] has {options} options: callers remember three")
            }
        }
    }
}

/// `call -> [welcome] -> key 2 -> [sales-menu]`
impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("call")?;
        for hop in &self.hops {
            if let Some(label) = hop.by
                && label != Label::Next
            {
                write!(f, " -> {label}")?;
            }
            write!(f, " -> [{}]", hop.node)?;
        }
        Ok(())
    }
}

/// Three lines: what, the way there, what to do.
impl fmt::Display for CounterExample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: {}", self.place, self.problem)?;
        if !self.path.hops.is_empty() {
            writeln!(f, "  {}", self.path)?;
        }
        write!(f, "  remedy: {}", self.problem.remedy())
    }
}

#[cfg(test)]
mod tests;
