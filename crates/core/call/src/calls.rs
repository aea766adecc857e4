//! All live calls of a node.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use bell_types::{CallId, Cause, LegId, Mono, NodeId, Now, Party, PromptName, Seq, What};

use crate::call::{Call, Turn};
use crate::vocabulary::{Arrival, Input, Output};

/// Limits and times; each is a policy of the installation.
#[derive(Clone, Debug)]
pub struct Config {
    /// How many calls a node takes; one more is refused as `Overloaded`.
    pub calls_max: usize,
    /// How many legs a call may have at one time.
    pub legs_max: usize,
    /// How long the media host may take to open a leg.
    pub media_open_timeout: Duration,
    /// How long the target of a transfer may ring (INB-26: 30 s).
    pub transfer_ring_timeout: Duration,
    /// What a caller hears while an agent holds him; none: what the agent's phone sends.
    pub hold_music: Option<PromptName>,
}

impl Config {
    /// Values for tests and examples.
    pub fn for_tests() -> Self {
        Self {
            calls_max: 100,
            legs_max: 4,
            media_open_timeout: Duration::from_secs(2),
            transfer_ring_timeout: Duration::from_secs(30),
            hold_music: None,
        }
    }
}

/// All live calls of a node.
#[derive(Debug)]
pub struct Calls {
    node: NodeId,
    config: Config,
    calls: BTreeMap<CallId, Call>,
    deadlines: BTreeSet<(Mono, CallId)>,
    count: u32,
    output: VecDeque<Output>,
}

impl Calls {
    /// No call yet. `first` is the place of the node's first fact: calls are counted from there, so that a node that
    /// starts again with its clock set back takes no id a second time. Every call is at least one fact.
    pub fn new(node: NodeId, first: Seq, config: Config) -> Self {
        // An id holds the lowest 24 bits.
        let count = (first.0 & 0x00FF_FFFF) as u32;
        Self { node, config, calls: BTreeMap::new(), deadlines: BTreeSet::new(), count, output: VecDeque::new() }
    }

    /// New limits and times. Deadlines that run keep theirs.
    pub fn configure(&mut self, config: Config) {
        self.config = config;
    }

    /// The id that the next call to arrive at this time will have, or why it will not be taken.
    pub fn next(&self, now: Now) -> Result<CallId, Cause> {
        if self.calls.len() >= self.config.calls_max {
            return Err(Cause::Overloaded);
        }
        Ok(CallId::mint(now.wall, self.node, self.count + 1))
    }

    /// Takes a call, or says why not. The id is that of the caller's leg, whose media is asked for at once.
    pub fn arrive(&mut self, now: Now, arrival: Arrival) -> Result<LegId, Cause> {
        let id = self.next(now)?;
        self.count += 1;
        let mut turn = Turn { now, config: &self.config, output: &mut self.output };
        let call = Call::arrive(id, arrival, &mut turn);
        let leg = call.caller_id();
        self.keep(id, call, None);
        Ok(leg)
    }

    /// One thing happened. Drain [`poll_output`](Self::poll_output) before the next.
    pub fn handle(&mut self, now: Now, input: Input) {
        match input {
            Input::Leg(leg, what) => self.with(now, leg.call, |call, turn| call.leg(leg, what, turn)),
            Input::Flow(call, what) => self.with(now, call, |call, turn| call.flow(what, turn)),
            Input::Acd(call, what) => self.with(now, call, |call, turn| call.acd(what, turn)),
            Input::Release(call) => self.with(now, call, |call, turn| {
                call.end(Cause::Released, Party::Operator, turn);
            }),
            Input::Tick => self.tick(now),
        }
    }

    /// What the calls want, oldest first.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.output.pop_front()
    }

    /// When a [`Input::Tick`] is due.
    pub fn poll_timeout(&self) -> Option<Mono> {
        self.deadlines.first().map(|(at, _)| *at)
    }

    /// How many calls are live.
    pub fn len(&self) -> usize {
        self.calls.len()
    }

    /// Whether no call is live.
    pub fn is_empty(&self) -> bool {
        self.calls.is_empty()
    }

    /// Whether this leg is live.
    pub fn has_leg(&self, leg: LegId) -> bool {
        self.calls.get(&leg.call).is_some_and(|call| call.has_leg(leg))
    }

    /// Ends every call, as when the node is shut down.
    pub fn end_all(&mut self, now: Now, cause: Cause) {
        let ids: Vec<CallId> = self.calls.keys().copied().collect();
        for id in ids {
            self.with(now, id, |call, turn| call.end(cause, Party::System, turn));
        }
    }

    fn tick(&mut self, now: Now) {
        while let Some(&(at, id)) = self.deadlines.first()
            && at <= now.mono
        {
            self.deadlines.remove(&(at, id));
            self.with(now, id, Call::deadline_passed);
        }
    }

    /// Lets one call act. A word about a call that is over is normal: it crossed our own ending of it.
    fn with(&mut self, now: Now, id: CallId, act: impl FnOnce(&mut Call, &mut Turn<'_>)) {
        let Some(mut call) = self.calls.remove(&id) else { return };
        let deadline = call.deadline();
        let mut turn = Turn { now, config: &self.config, output: &mut self.output };
        act(&mut call, &mut turn);
        self.keep(id, call, deadline);
    }

    fn keep(&mut self, id: CallId, call: Call, old_deadline: Option<Mono>) {
        if let Some(at) = old_deadline {
            self.deadlines.remove(&(at, id));
        }
        if call.is_over() {
            return;
        }
        if let Some(at) = call.deadline() {
            self.deadlines.insert((at, id));
        }
        self.calls.insert(id, call);
    }
}

impl Turn<'_> {
    pub(crate) fn fact(&mut self, what: What) {
        self.output.push_back(Output::Fact(what));
    }
}
