//! The node with its journal: what the server is around it, without sockets and disk.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use bell_engine::journal::{decode_input, decode_start, encode_input, encode_start};
use bell_engine::{Input, LeftCallbacks, LeftOpen, Node, Output, RecoveredRecording, Snapshot, Start};
use bell_types::{CallId, Fact, Mono, NodeId, Now, Seq, Wall, What};

use crate::kept::KeptLists;

/// A wall clock to begin at: 2026-10-26.
pub(crate) const BEGINNING: Wall = Wall::from_micros(1_793_003_400_000_000);

/// A node, when it is running, and the journal that outlives it.
pub(crate) struct Centre {
    node: Option<Node>,
    /// What the wall clock shows at the beginning of the world.
    beginning: Wall,
    born: Mono,
    /// How far the wall clock was set, in microseconds.
    clock_set: i64,
    journal: Vec<Record>,
    next: Seq,
    /// The next step is the last one, and nothing of it but the input is written.
    pub(crate) doomed: bool,
}

/// One record of the journal.
enum Record {
    Start(Vec<u8>),
    Input(Vec<u8>),
    /// What an input, or the start, led to.
    Outcome {
        facts: Vec<Fact>,
        sent: u64,
    },
}

impl Centre {
    pub(crate) fn new(beginning: Wall) -> Self {
        let (born, next) = (Mono::ZERO, Seq(1));
        Self { node: None, beginning, born, clock_set: 0, journal: Vec::new(), next, doomed: false }
    }

    pub(crate) fn node(&self) -> Option<&Node> {
        self.node.as_ref()
    }

    /// When the node's next deadline is, on the clock of the world.
    pub(crate) fn poll_timeout(&self) -> Option<Mono> {
        let at = self.node.as_ref()?.poll_timeout()?;
        Some(self.born + Duration::from_micros(at.as_micros()))
    }

    pub(crate) fn set_clock(&mut self, micros: i64) {
        self.clock_set += micros;
    }

    pub(crate) fn start(&mut self, at: Mono, snapshot: Arc<Snapshot>, seed: [u8; 32]) -> Vec<Output> {
        self.born = at;
        let start = Start { node: NodeId(1), version: "sim".to_owned(), seed, first: self.next, snapshot };
        let now = self.now(at);
        self.journal.push(Record::Start(encode_start(now, &start)));
        let mut node = Node::new(now, start);
        let outputs = drain(&mut node);
        self.node = Some(node);
        self.written(outputs)
    }

    /// Journals an input and hands it over, if there is anybody to hand it to.
    pub(crate) fn handle(&mut self, at: Mono, input: Input) -> Vec<Output> {
        let now = self.now(at);
        let Some(node) = &mut self.node else { return Vec::new() };
        self.journal.push(Record::Input(encode_input(now, &input)));
        node.handle(now, input);
        let outputs = drain(node);
        if self.doomed {
            self.crash();
            return Vec::new();
        }
        self.written(outputs)
    }

    fn written(&mut self, outputs: Vec<Output>) -> Vec<Output> {
        let (facts, sent) = outcome(&outputs);
        if let Some(last) = facts.last() {
            self.next = last.seq.next();
        }
        self.journal.push(Record::Outcome { facts, sent });
        outputs
    }

    pub(crate) fn crash(&mut self) {
        self.node = None;
        self.doomed = false;
    }

    /// What the wall clock shows.
    pub(crate) fn wall(&self, at: Mono) -> Wall {
        self.now(at).wall
    }

    fn now(&self, at: Mono) -> Now {
        let wall = self.beginning.as_micros() + i64::try_from(at.as_micros()).unwrap_or(0) + self.clock_set;
        Now { mono: Mono::ZERO + at.since(self.born), wall: Wall::from_micros(wall) }
    }

    fn facts(&self) -> impl Iterator<Item = &Fact> {
        self.journal.iter().flat_map(|record| match record {
            Record::Outcome { facts, .. } => &facts[..],
            Record::Start(_) | Record::Input(_) => &[],
        })
    }

    /// What the nodes before this one left to it, as the server finds it.
    pub(crate) fn inherited(&self, recovered: impl Fn(CallId) -> Option<RecoveredRecording>) -> Vec<Input> {
        let (mut left_open, mut callbacks) = (LeftOpen::new(), LeftCallbacks::new());
        let (mut lists, mut emergencies) = (KeptLists::default(), BTreeSet::new());
        for fact in self.facts() {
            left_open.apply(fact);
            callbacks.apply(fact);
            lists.apply(&fact.what);
            match &fact.what {
                What::EmergencySwitched { number, on: true, .. } => drop(emergencies.insert(number.clone())),
                What::EmergencySwitched { number, on: false, .. } => drop(emergencies.remove(number)),
                _ => {}
            }
        }
        let callbacks = Input::Callbacks(Arc::new(callbacks.kept().collect()));
        let orphans = left_open.orphans(recovered).into_iter().map(Input::Orphan);
        let emergencies = emergencies.into_iter().map(Input::EmergencyKept);
        [callbacks].into_iter().chain(orphans).chain(emergencies).chain([lists.give_back()]).collect()
    }

    /// Runs the journal again: it must lead to the same facts, and to the same messages.
    pub(crate) fn replay(&self) -> Result<(), String> {
        let mut node = None;
        let mut led_to = (Vec::new(), 0);
        for (number, record) in self.journal.iter().enumerate() {
            match record {
                Record::Start(bytes) => {
                    let (now, start) = decode_start(bytes).map_err(|error| format!("record {number}: {error}"))?;
                    let started = node.insert(Node::new(now, start));
                    led_to = outcome(&drain(started));
                }
                Record::Input(bytes) => {
                    let (now, input) = decode_input(bytes).map_err(|error| format!("record {number}: {error}"))?;
                    let Some(node) = &mut node else { continue };
                    node.handle(now, input);
                    led_to = outcome(&drain(node));
                }
                Record::Outcome { facts, sent } => {
                    if *facts != led_to.0 {
                        return Err(format!("record {number} replays as {:?} instead of {facts:?}", led_to.0));
                    }
                    if *sent != led_to.1 {
                        return Err(format!("record {number} replays with the same facts and other messages"));
                    }
                }
            }
        }
        Ok(())
    }
}

fn drain(node: &mut Node) -> Vec<Output> {
    std::iter::from_fn(|| node.poll_output()).collect()
}

/// The facts, and a fingerprint of what was sent (FNV-1a).
fn outcome(outputs: &[Output]) -> (Vec<Fact>, u64) {
    let mut facts = Vec::new();
    let mut sent = 0xCBF2_9CE4_8422_2325;
    for output in outputs {
        match output {
            Output::Fact(fact) => facts.push(fact.clone()),
            Output::Transmit(_, bytes) => {
                sent = bytes
                    .iter()
                    .fold(sent, |sent: u64, byte| (sent ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01B3));
            }
            Output::Ask(..) | Output::LookUp { .. } | Output::Media(_) | Output::Done(..) | Output::Trace { .. } => {}
        }
    }
    (facts, sent)
}
