//! How callers go through a flow: a fold over facts (INB-05, INB-31).

use std::collections::BTreeMap;
use std::fmt;

use bell_types::{CallId, Digit, FlowName, Party, What};

use crate::flow::{Flow, Menu, Step};
use crate::graph::Label;

/// The figures of one flow.
#[derive(Clone, Debug)]
pub struct FlowStats {
    flow: FlowName,
    calls: u64,
    /// The calls that are in the flow now: the node each is at, if the flow has the caller.
    live: BTreeMap<CallId, Option<String>>,
    nodes: BTreeMap<String, NodeStats>,
    surveys: BTreeMap<String, SurveyStats>,
}

/// The figures of one node.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NodeStats {
    /// How often calls came to it.
    pub entered: u64,
    /// How often they left it which way: `key 1`, `attempts used up`.
    pub ways: BTreeMap<String, u64>,
    /// How often the caller hung up there.
    pub hung_up: u64,
}

/// The figures of one question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SurveyStats {
    /// How often it was asked.
    pub asked: u64,
    /// How often which score was given.
    pub scores: BTreeMap<u8, u64>,
}

/// When the order of a menu's keys is worth a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderPolicy {
    /// Choices that must have been made before anything is said.
    pub choices_min: u64,
    /// By how many hundredths of all choices a later key must be ahead of an earlier one.
    pub ahead_min: u64,
}

impl OrderPolicy {
    /// What a new installation begins with.
    pub const USUAL: Self = Self { choices_min: 30, ahead_min: 5 };
}

/// A key that is chosen more often than one before it (INB-05).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disorder {
    /// The menu.
    pub menu: String,
    /// The key.
    pub key: Digit,
    /// How often it was chosen.
    pub chosen: u64,
    /// The first key that stands before it and is chosen less.
    pub before: Digit,
    /// How often that was chosen.
    pub before_chosen: u64,
    /// How many choices were made in the menu.
    pub of: u64,
}

impl FlowStats {
    /// The kinds of facts it is made of; whoever reads facts from a store leaves the others out.
    pub const KINDS: [&'static str; 9] = [
        "call_arrived",
        "call_ended",
        "flow_entered",
        "flow_decided",
        "enqueued",
        "bridged",
        "transfer_asked",
        "survey_began",
        "scored",
    ];

    /// No call yet.
    pub fn of(flow: FlowName) -> Self {
        Self { flow, calls: 0, live: BTreeMap::new(), nodes: BTreeMap::new(), surveys: BTreeMap::new() }
    }

    /// Takes the next fact, whatever call it is about.
    pub fn apply(&mut self, what: &What) {
        match what {
            What::CallArrived { call, flow, .. } if *flow == self.flow => {
                self.calls += 1;
                self.live.insert(*call, None);
            }
            What::FlowEntered { call, node } => {
                let Some(at) = self.live.get_mut(call) else { return };
                *at = Some(node.clone());
                self.nodes.entry(node.clone()).or_default().entered += 1;
            }
            What::FlowDecided { call, node, way, .. } if self.live.contains_key(call) => {
                *self.nodes.entry(node.clone()).or_default().ways.entry(way.clone()).or_default() += 1;
            }
            // From here on whoever hangs up does not leave the flow, but a queue or a talk.
            What::Enqueued { call, .. } => self.hand_over(*call),
            What::Bridged { a, .. } => self.hand_over(a.call),
            What::TransferAsked { by, .. } => self.hand_over(by.call),
            What::SurveyBegan { call, question, .. } if self.live.contains_key(call) => {
                self.surveys.entry(question.clone()).or_default().asked += 1;
            }
            What::Scored { call, question, score, .. } if self.live.contains_key(call) => {
                *self.surveys.entry(question.clone()).or_default().scores.entry(*score).or_default() += 1;
            }
            What::CallEnded { call, ending } => {
                if let Some(Some(node)) = self.live.remove(call)
                    && ending.by == Party::Caller
                {
                    self.nodes.entry(node).or_default().hung_up += 1;
                }
            }
            // Every other fact says nothing about the way through a flow.
            _ => {}
        }
    }

    /// How many calls the flow greeted.
    pub fn calls(&self) -> u64 {
        self.calls
    }

    /// The nodes calls came to, by name.
    pub fn nodes(&self) -> &BTreeMap<String, NodeStats> {
        &self.nodes
    }

    /// The questions callers were asked, by name.
    pub fn surveys(&self) -> &BTreeMap<String, SurveyStats> {
        &self.surveys
    }

    /// Menus whose keys are not in the order of how often they are chosen. `0`, `*` and `#` have places of their own.
    pub fn disorders(&self, flow: &Flow, policy: &OrderPolicy) -> Vec<Disorder> {
        let menus = flow.nodes().iter().filter_map(|node| match &node.step {
            Step::Menu(menu) => Some((node.name.as_str(), menu)),
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
        });
        menus.flat_map(|(name, menu)| self.disorder(name, menu, policy)).collect()
    }

    fn disorder(&self, name: &str, menu: &Menu, policy: &OrderPolicy) -> Vec<Disorder> {
        let Some(node) = self.nodes.get(name) else { return Vec::new() };
        let service = |digit: &Digit| !matches!(digit.as_char(), '0' | '*' | '#');
        let chosen = |digit: &Digit| node.ways.get(&Label::Key(*digit).to_string()).copied().unwrap_or(0);
        let keys: Vec<(Digit, u64)> =
            menu.keys.iter().map(|(digit, _)| *digit).filter(service).map(|digit| (digit, chosen(&digit))).collect();
        let of = keys.iter().map(|(_, chosen)| chosen).sum();
        if of < policy.choices_min {
            return Vec::new();
        }
        let ahead = |chosen: u64, before: u64| chosen.saturating_sub(before) * 100 >= policy.ahead_min * of;
        let late = |(place, (key, chosen)): (usize, &(Digit, u64))| {
            let (before, before_chosen) = *keys[..place].iter().find(|(_, before)| ahead(*chosen, *before))?;
            Some(Disorder { menu: name.to_owned(), key: *key, chosen: *chosen, before, before_chosen, of })
        };
        keys.iter().enumerate().filter(|(_, (_, chosen))| *chosen > 0).filter_map(late).collect()
    }

    fn hand_over(&mut self, call: CallId) {
        if let Some(at) = self.live.get_mut(&call) {
            *at = None;
        }
    }
}

impl SurveyStats {
    /// How many callers gave a score.
    pub fn answered(&self) -> u64 {
        self.scores.values().sum()
    }

    /// The mean score in hundredths; none if nobody gave one.
    pub fn mean_hundredths(&self) -> Option<u64> {
        let sum: u64 = self.scores.iter().map(|(score, times)| u64::from(*score) * times).sum();
        (sum * 100).checked_div(self.answered())
    }
}

/// `part` of `whole` in hundredths, rounded.
fn share(part: u64, whole: u64) -> u64 {
    (part * 100 + whole / 2).checked_div(whole).unwrap_or(0)
}

/// A line for each node and each of its ways.
impl fmt::Display for FlowStats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "flow {}: {} calls", self.flow, self.calls)?;
        for (name, node) in &self.nodes {
            let NodeStats { entered, ways, hung_up } = node;
            writeln!(f, "[{name}] {entered} times, {hung_up} hung up there ({} %)", share(*hung_up, *entered))?;
            for (way, times) in ways {
                writeln!(f, "  {way:<20} {times:>8} {:>4} %", share(*times, *entered))?;
            }
        }
        for (question, survey) in &self.surveys {
            let (asked, answered) = (survey.asked, survey.answered());
            let mean = survey
                .mean_hundredths()
                .map_or_else(|| "-".to_owned(), |mean| format!("{}.{:02}", mean / 100, mean % 100));
            writeln!(
                f,
                "survey {question}: asked {asked}, answered {answered} ({} %), mean {mean}",
                share(answered, asked)
            )?;
        }
        Ok(())
    }
}

/// `menu [main]: key 3 is chosen 60 times of 100, key 1 before it only 10: move it to the front`
impl fmt::Display for Disorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { menu, key, chosen, before, before_chosen, of } = self;
        write!(
            f,
            "menu [{menu}]: key {key} is chosen {chosen} times of {of}, key {before} before it only {before_chosen}: let it come earlier"
        )
    }
}

#[cfg(test)]
mod tests {
    use bell_types::{Caller, Cause, Ending, LegId, Number};

    use super::*;
    use crate::drafts::plan;
    use crate::limits::Limits;

    const SHOP: &str = include_str!("../examples/shop.toml");

    struct Day {
        stats: FlowStats,
        calls: u64,
    }

    impl Day {
        fn new() -> Self {
            Self { stats: FlowStats::of("shop".parse().unwrap()), calls: 0 }
        }

        /// A call that chooses this key in the main menu, or hangs up there.
        fn call(&mut self, flow: &str, key: Option<char>) -> CallId {
            self.calls += 1;
            let call = CallId::from_u64(self.calls);
            let caller = Caller { number: None, name: None };
            let called = Number::Service("4001234567".into());
            let flow = flow.parse().unwrap();
            self.stats.apply(&What::CallArrived { call, caller, called, trunk: None, flow, flow_version: 1 });
            self.stats.apply(&What::FlowEntered { call, node: "main-menu".to_owned() });
            if let Some(key) = key {
                let (node, way) = ("main-menu".to_owned(), format!("key {key}"));
                self.stats.apply(&What::FlowDecided { call, node, way, because: String::new() });
                self.stats.apply(&What::FlowEntered { call, node: "sales".to_owned() });
                let queue = "sales".parse().unwrap();
                self.stats.apply(&What::Enqueued {
                    call,
                    queue,
                    priority: 0,
                    position: 1,
                    head_start: std::time::Duration::ZERO,
                    wants: bell_types::Wants::default(),
                });
            } else {
                self.end(call);
            }
            call
        }

        fn end(&mut self, call: CallId) {
            let ending = Ending { cause: Cause::HungUp, by: Party::Caller, sip_status: None, q850: None };
            self.stats.apply(&What::CallEnded { call, ending });
        }
    }

    #[test]
    fn inb_05_shares_and_hang_ups_are_counted_per_node() {
        let mut day = Day::new();
        for key in [Some('1'), Some('1'), Some('2'), None] {
            let call = day.call("shop", key);
            day.end(call);
        }
        day.call("other", Some('3'));
        assert_eq!(day.stats.calls(), 4);
        let menu = &day.stats.nodes()["main-menu"];
        assert_eq!((menu.entered, menu.hung_up), (4, 1));
        assert_eq!(menu.ways, [("key 1".to_owned(), 2), ("key 2".to_owned(), 1)].into());
        assert_eq!(day.stats.nodes()["sales"].hung_up, 0, "who hangs up in a queue does not leave the flow");
        assert!(day.stats.to_string().contains("key 1                       2   50 %"), "{}", day.stats);
    }

    #[test]
    fn inb_05_an_order_that_disagrees_with_the_choices_is_flagged() {
        let flow = Flow::parse(SHOP, &plan(), &Limits::USUAL).unwrap();
        let check = |choices: [(char, usize); 4]| {
            let mut day = Day::new();
            for (key, times) in choices {
                for _ in 0..times {
                    day.call("shop", Some(key));
                }
            }
            let found = day.stats.disorders(&flow, &OrderPolicy::USUAL);
            found.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
        };
        assert_eq!(check([('1', 50), ('2', 30), ('3', 20), ('0', 400)]), "", "0 has its own place");
        assert_eq!(check([('1', 33), ('2', 34), ('3', 33), ('0', 0)]), "", "nearly alike");
        assert_eq!(check([('1', 1), ('2', 0), ('3', 20), ('0', 0)]), "", "too few to say anything");
        assert_eq!(
            check([('1', 10), ('2', 30), ('3', 60), ('0', 0)]),
            "menu [main-menu]: key 2 is chosen 30 times of 100, key 1 before it only 10: let it come earlier\n\
             menu [main-menu]: key 3 is chosen 60 times of 100, key 1 before it only 10: let it come earlier"
        );
    }

    #[test]
    fn inb_31_a_question_has_its_response_rate_and_its_mean() {
        let mut day = Day::new();
        for score in [Some(5), Some(4), None, Some(5)] {
            let call = day.call("shop", Some('1'));
            let leg = |number| LegId { call, number };
            day.stats.apply(&What::Bridged { a: leg(1), b: leg(2) });
            let question = "service".to_owned();
            day.stats.apply(&What::SurveyBegan { call, agent: None, question: question.clone() });
            if let Some(score) = score {
                day.stats.apply(&What::Scored { call, agent: None, question, score, best: 5 });
            }
            day.end(call);
        }
        let survey = &day.stats.surveys()["service"];
        assert_eq!((survey.asked, survey.answered(), survey.mean_hundredths()), (4, 3, Some(466)));
        assert_eq!(SurveyStats::default().mean_hundredths(), None);
    }
}
