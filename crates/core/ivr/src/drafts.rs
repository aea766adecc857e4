//! Flows for tests: grown from a seed, good by construction, and then spoilt in a known way.

use std::collections::BTreeMap;
use std::fmt::Write;

use bell_types::{ClassName, ListName, NumberPlan};

use crate::flow::Flow;
use crate::limits::Limits;
use crate::prove::{Known, PromptState};

/// A small generator of numbers (xorshift64*), so that a seed names a flow for ever.
pub(crate) struct Seeded(u64);

impl Seeded {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % end
    }

    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}

/// The text of a flow, field by field.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) start: String,
    pub(crate) nodes: Vec<DraftNode>,
}

#[derive(Clone, Debug)]
pub(crate) struct DraftNode {
    pub(crate) name: String,
    pub(crate) fields: BTreeMap<String, String>,
}

const QUEUES: [&str; 3] = ["sales", "service", "support"];

impl Draft {
    /// A flow that can be proved. Every node is reached, every menu has a key to a human.
    pub(crate) fn grow(seed: u64) -> Self {
        let mut grower = Grower { seeded: Seeded::new(seed), nodes: Vec::new(), menus: Vec::new() };
        let body = grower.menu(1);
        let body = match grower.seeded.below(3) {
            0 => {
                let keys = "{ 1 = \"zh-CN\", 2 = \"en-US\" }";
                grower.add("language", &[("prompt", "\"中文请按1。\""), ("keys", keys), ("next", &body)])
            }
            _ => body,
        };
        let notice = "{ zh-CN = \"本次通话可能录音。\", en-US = \"This call may be recorded.\" }";
        let notice = grower.add("play", &[("notice", "true"), ("prompt", notice), ("next", &body)]);
        let answer = grower.add("answer", &[("next", &notice)]);
        let start = match grower.seeded.below(3) {
            0 => {
                let refuse = grower.add("hangup", &[]);
                let cases = format!("[{{ caller_prefix = \"139\", then = {refuse} }}]");
                grower.add("branch", &[("cases", &cases), ("otherwise", &answer)])
            }
            _ => answer,
        };
        Self { start, nodes: grower.nodes }
    }

    pub(crate) fn text(&self) -> String {
        let mut text = format!("flow = \"draft\"\nversion = 1\nlanguage = \"zh-CN\"\nstart = {}\n", self.start);
        for node in &self.nodes {
            writeln!(text, "\n[nodes.{}]", node.name).unwrap();
            for (key, value) in &node.fields {
                writeln!(text, "{key} = {value}").unwrap();
            }
        }
        text
    }

    pub(crate) fn parse(&self) -> Flow {
        match Flow::parse(&self.text(), &plan(), &Limits::USUAL) {
            Ok(flow) => flow,
            Err(diagnostics) => panic!("{diagnostics:#?}\n{}", self.text()),
        }
    }

    /// The places of the nodes with this word.
    pub(crate) fn all(&self, word: &str) -> Vec<usize> {
        let word = quoted(word);
        (0..self.nodes.len()).filter(|place| self.nodes[*place].fields["do"] == word).collect()
    }

    pub(crate) fn add(&mut self, word: &str, fields: &[(&str, &str)]) -> String {
        let name = format!("added-{}", self.nodes.len());
        self.nodes.push(DraftNode::new(&name, word, fields));
        quoted(&name)
    }

    pub(crate) fn set(&mut self, place: usize, key: &str, value: &str) {
        self.nodes[place].fields.insert(key.to_owned(), value.to_owned());
    }
}

impl DraftNode {
    fn new(name: &str, word: &str, fields: &[(&str, &str)]) -> Self {
        let word = quoted(word);
        let with_word = [("do", &*word)].into_iter().chain(fields.iter().copied());
        Self {
            name: name.to_owned(),
            fields: with_word.map(|(key, value)| (key.to_owned(), value.to_owned())).collect(),
        }
    }
}

pub(crate) fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}

pub(crate) fn plan() -> NumberPlan {
    NumberPlan::china(Some("571"))
}

/// A world in which everything the flow names is there.
pub(crate) fn known(flow: &Flow) -> Known {
    let playable = |prompt: crate::flow::Prompt| (prompt.name, PromptState::Playable);
    Known {
        prompts: flow.prompts().into_iter().map(playable).collect(),
        queues: QUEUES.iter().map(|queue| queue.parse().unwrap()).collect(),
        calendars: [("office".parse().unwrap(), vec!["night".into()])].into(),
        lists: Some([ListName::new("vip").unwrap()].into()),
        classes: Some([ClassName::new("gold").unwrap()].into()),
        origins: Some(["http://crm.example".into()].into()),
    }
}

struct Grower {
    seeded: Seeded,
    nodes: Vec<DraftNode>,
    /// The menus above, by name.
    menus: Vec<String>,
}

impl Grower {
    fn add(&mut self, word: &str, fields: &[(&str, &str)]) -> String {
        let name = format!("n{}", self.nodes.len());
        self.nodes.push(DraftNode::new(&name, word, fields));
        quoted(&name)
    }

    fn menu(&mut self, depth: usize) -> String {
        let name = format!("m{}", self.nodes.len());
        // The place is taken before the nodes below, so that they may lead back to it.
        let place = self.nodes.len();
        self.nodes.push(DraftNode::new(&name, "menu", &[]));
        self.menus.push(quoted(&name));
        let human = self.human();
        let mut keys = format!("0 = {human}");
        for key in 1..=1 + self.seeded.below(3) {
            let below = self.grow(depth, 4);
            write!(keys, ", {key} = {below}").unwrap();
        }
        if self.seeded.below(2) == 0 {
            keys.push_str(", \"#\" = \"repeat\"");
        }
        if self.seeded.below(2) == 0 {
            keys.push_str(", \"*\" = \"back\"");
        }
        self.menus.pop();
        let attempts = (1 + self.seeded.below(3)).to_string();
        let prompt = format!("\"菜单 {name}\"");
        let keys = format!("{{ {keys} }}");
        let fields = [("prompt", &*prompt), ("keys", &keys), ("otherwise", &human), ("attempts", &attempts)];
        self.nodes[place] = DraftNode::new(&name, "menu", &fields);
        quoted(&name)
    }

    fn grow(&mut self, depth: usize, length: usize) -> String {
        if length == 0 {
            return self.human();
        }
        match self.seeded.below(14) {
            0 | 1 if depth < 3 => self.menu(depth + 1),
            2 => {
                let next = self.grow(depth, length - 1);
                self.add("play", &[("prompt", "[\"请稍候。\", { file = \"jingle\" }]"), ("next", &next)])
            }
            3 => {
                let (next, otherwise) = (self.grow(depth, length - 1), self.human());
                let read_back = [("read_back", "\"您输入的是{digits},正确请按1。\"")];
                let mut fields = vec![
                    ("prompt", "\"请输入号码。\""),
                    ("into", "\"number\""),
                    ("min", "2"),
                    ("max", "4"),
                    ("next", &next),
                    ("otherwise", &otherwise),
                ];
                fields.extend(read_back.iter().take(self.seeded.below(2)));
                self.add("collect", &fields)
            }
            4 => {
                let (open, closed) = (self.grow(depth, length - 1), self.ending());
                let week = "{ mon-fri = \"09:00-18:00\" }";
                self.add("hours", &[("week", week), ("open", &open), ("closed", &closed)])
            }
            5 => {
                let next = self.grow(depth, length - 1);
                self.add("set", &[("variable", "\"level\""), ("value", "\"vip\""), ("next", &next)])
            }
            6 => {
                let (again, done) = (self.menus[self.seeded.below(self.menus.len())].clone(), self.human());
                let times = (1 + self.seeded.below(3)).to_string();
                self.add("loop", &[("times", &times), ("again", &again), ("done", &done)])
            }
            7 => self.ending(),
            8 => {
                let (open, closed, night) = (self.grow(depth, length - 1), self.ending(), self.human());
                let shifts = format!("{{ night = {night} }}");
                let fields = [
                    ("calendar", "\"office\""),
                    ("shifts", &*shifts),
                    ("open", &open),
                    ("closed", &closed),
                    ("holiday", &night),
                ];
                self.add("calendar", &fields)
            }
            10 => {
                let (next, otherwise) = (self.grow(depth, length - 1), self.human());
                let fields = [
                    ("url", "\"http://crm.example/c/{caller}\""),
                    ("into", "{ level = \"/level\" }"),
                    ("default", "{ level = \"none\" }"),
                    ("next", &*next),
                    ("otherwise", &otherwise),
                ];
                self.add("look_up", &fields)
            }
            11 => {
                let (next, otherwise) = (self.ending(), self.human());
                let mut fields = vec![
                    ("queue", "\"service\""),
                    ("prompt", "\"请留言。\""),
                    ("next", &*next),
                    ("otherwise", &otherwise),
                ];
                fields.extend([("review", "\"保留请按1。\"")].iter().take(self.seeded.below(2)));
                self.add("record", &fields)
            }
            12 => {
                let (next, otherwise) = (self.ending(), self.human());
                self.add("callback", &[("queue", "\"sales\""), ("next", &next), ("otherwise", &otherwise)])
            }
            9 => {
                let (vip, known, otherwise) = (self.human(), self.grow(depth, length - 1), self.ending());
                let cases = format!(
                    "[{{ in_list = \"vip\", then = {vip} }}, {{ class = \"gold\", then = {vip} }}, {{ region = [\"北京\", \"010\"], then = {known} }}]"
                );
                self.add("branch", &[("cases", &cases), ("otherwise", &otherwise)])
            }
            _ => self.human(),
        }
    }

    fn human(&mut self) -> String {
        if self.seeded.below(5) == 0 {
            return self.add("transfer", &[("number", "\"13800138000\"")]);
        }
        let queue = quoted(QUEUES[self.seeded.below(QUEUES.len())]);
        match self.seeded.below(4) {
            0 => self.add("queue", &[("queue", &queue)]),
            3 => {
                let ending = self.ending();
                let scores = "{ 1 = 5, 2 = 3, 3 = 1 }";
                let survey =
                    [("question", "\"service\""), ("prompt", "\"请评价。\""), ("scores", scores), ("next", &*ending)];
                let survey = self.add("survey", &survey);
                self.add("queue", &[("queue", &queue), ("after_agent", &survey)])
            }
            1 => {
                let (timeout, key) = (self.ending(), self.ending());
                let keys = format!("{{ \"*\" = {key} }}");
                self.add("queue", &[("queue", &queue), ("on_timeout", &timeout), ("keys", &keys)])
            }
            _ => {
                let full = self.ending();
                self.add("queue", &[("queue", &queue), ("on_full", &full), ("priority", "7")])
            }
        }
    }

    fn ending(&mut self) -> String {
        self.add("hangup", &[("prompt", "\"再见。\"")])
    }
}
