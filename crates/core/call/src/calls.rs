//! All live calls of a node.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use bell_types::{
    AgentName, CallId, CallRefusal, Cause, EndpointName, LegId, Mono, NodeId, Now, Party, PromptName, QueueName, Seq,
    TrunkName, What, never,
};

use crate::call::{Call, Rings, Turn};
use crate::command::Command;
use crate::place::Placement;
use crate::trunks::Trunks;
use crate::vocabulary::{AcdOutput, Arrival, Destination, Input, Output};

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
    /// How long a trunk may show no sign of life before the next one is tried.
    pub route_timeout: Duration,
    /// How long a set-up may take over all trunks (DIA-21: 90 s).
    pub setup_max: Duration,
    /// How long a trunk that failed a set-up is tried last.
    pub trunk_rest: Duration,
    /// How long a caller may be parked before who parked him is asked to take him back.
    pub park_max: Duration,
    /// How long whoever answers an agent's line may take for the key that takes the call (TEL-05).
    pub confirm_timeout: Duration,
    /// How many callers may be parked at one time.
    pub park_slots_max: u16,
    /// How many transfers may be on their way at one time (DIA-14).
    pub transfers_max: usize,
    /// From how many on somebody should look at it.
    pub transfers_alert: usize,
    /// What becomes of a caller whose agent is lost without having hung up.
    pub lost_party: LostParty,
    /// How long a caller waits before that for the phone to come back, if it is one that does (TEL-12); zero: not at all.
    pub return_max: Duration,
    /// The phones that come back by themselves: browsers, whose page may be loaded anew.
    pub returning: BTreeSet<EndpointName>,
    /// How often an agent hears a tone while a supervisor listens or whispers (REC-18); zero: never.
    pub supervision_tone: Duration,
}

/// What becomes of a caller when the leg of the only one he talks with breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LostParty {
    /// He goes to the front of the queue he came from, or else to his flow.
    Requeue,
    /// His call ends.
    End,
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
            route_timeout: Duration::from_secs(8),
            setup_max: Duration::from_secs(90),
            trunk_rest: Duration::from_secs(30),
            park_max: Duration::from_secs(120),
            confirm_timeout: Duration::from_secs(10),
            park_slots_max: 20,
            transfers_max: 50,
            transfers_alert: 40,
            lost_party: LostParty::Requeue,
            return_max: Duration::from_secs(30),
            returning: BTreeSet::new(),
            supervision_tone: Duration::ZERO,
        }
    }
}

/// All live calls of a node.
#[derive(Debug)]
pub struct Calls {
    node: NodeId,
    config: Config,
    /// Boxed: the nodes of a map stay half empty.
    calls: BTreeMap<CallId, Box<Call>>,
    deadlines: BTreeSet<(Mono, CallId)>,
    /// The parking places that are taken.
    slots: BTreeMap<u16, CallId>,
    /// The calls that are being moved to somebody who has not answered.
    moving: BTreeSet<CallId>,
    /// Whether they are so many that somebody should look at it.
    alert: bool,
    /// The calls whose agent's phone is lost, by that phone.
    missing: BTreeMap<EndpointName, CallId>,
    trunks: Trunks,
    count: u32,
    output: VecDeque<Output>,
}

impl Calls {
    /// No call yet. `first` is the place of the node's first fact: calls are counted from there, so that a node that
    /// starts again with its clock set back takes no id a second time. Every call is at least one fact.
    pub fn new(node: NodeId, first: Seq, config: Config) -> Self {
        // An id holds the lowest 24 bits.
        let count = (first.0 & 0x00FF_FFFF) as u32;
        Self {
            node,
            config,
            calls: BTreeMap::new(),
            deadlines: BTreeSet::new(),
            slots: BTreeMap::new(),
            moving: BTreeSet::new(),
            alert: false,
            missing: BTreeMap::new(),
            trunks: Trunks::default(),
            count,
            output: VecDeque::new(),
        }
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
        self.next(now)?;
        let id = self.mint(now);
        let mut turn = Turn { now, config: &self.config, output: &mut self.output, trunks: &mut self.trunks };
        let call = Box::new(Call::arrive(id, arrival, &mut turn));
        let leg = call.caller_id();
        self.keep(id, call, &Before::default());
        Ok(leg)
    }

    /// An id for a call that will be placed: the router can offer it under that name before it begins.
    pub fn mint(&mut self, now: Now) -> CallId {
        self.count += 1;
        CallId::mint(now.wall, self.node, self.count)
    }

    /// Places a call under an id of [`mint`](Self::mint): the agent's phone rings, then the customer's (TEL-09).
    pub fn place(&mut self, now: Now, id: CallId, placement: Placement) -> Result<(), Cause> {
        if self.calls.len() >= self.config.calls_max {
            return Err(Cause::Overloaded);
        }
        if never!(self.calls.contains_key(&id), "{id} was placed twice") {
            return Err(Cause::Internal);
        }
        let mut turn = Turn { now, config: &self.config, output: &mut self.output, trunks: &mut self.trunks };
        let call = Box::new(Call::place(id, placement, &mut turn));
        self.keep(id, call, &Before::default());
        Ok(())
    }

    /// Carries out a command of `by`, or says by which rule it is refused; nothing has moved then. The one or the other
    /// stands in the facts, with `words` for the command.
    pub fn command(
        &mut self,
        now: Now,
        id: CallId,
        by: Party,
        words: String,
        command: Result<Command, CallRefusal>,
    ) -> Result<(), CallRefusal> {
        let mut free = None;
        let checked = self.calls.contains_key(&id).then_some(()).ok_or(CallRefusal::CallUnknown).and(command);
        let checked = checked.and_then(|command| {
            if let Command::Park(asked) = &command {
                free = Some(self.free_slot(*asked)?);
            }
            if matches!(command, Command::Transfer { .. } | Command::Consult(_))
                && self.moving.len() >= self.config.transfers_max
            {
                return Err(CallRefusal::TooManyTransfers);
            }
            Ok(command)
        });
        let mut outcome = checked.as_ref().map(|_| ()).map_err(|refusal| *refusal);
        self.with(now, id, |call, turn| {
            let place = turn.output.len();
            if let Ok(command) = checked {
                outcome = call.command(&by, command, free, turn);
            }
            let refused = outcome.err().map(|refusal| refusal.code().to_owned());
            let told = What::CallCommanded { call: id, by, command: words, refused };
            // The command stands before what it led to.
            turn.output.insert(place, Output::Fact(told));
        });
        outcome
    }

    fn free_slot(&self, asked: Option<u16>) -> Result<u16, CallRefusal> {
        let slots = 1..=self.config.park_slots_max;
        match asked {
            Some(slot) if !slots.contains(&slot) => Err(CallRefusal::NoSlot),
            Some(slot) if self.slots.contains_key(&slot) => Err(CallRefusal::SlotTaken),
            Some(slot) => Ok(slot),
            None => slots.into_iter().find(|slot| !self.slots.contains_key(slot)).ok_or(CallRefusal::NoSlot),
        }
    }

    /// The caller parked in this place.
    pub fn parked(&self, slot: u16) -> Option<CallId> {
        self.slots.get(&slot).copied()
    }

    /// Whether a call lives.
    pub fn lives(&self, call: CallId) -> bool {
        self.calls.contains_key(&call)
    }

    /// How many calls are being moved to somebody who has not answered.
    pub fn moving(&self) -> usize {
        self.moving.len()
    }

    /// Tells when so many transfers are on their way that somebody should look at it, and when they are fewer again.
    fn watch_transfers(&mut self) {
        let alert = self.moving.len() >= self.config.transfers_alert.max(1);
        if self.alert != alert {
            self.alert = alert;
            let moving = u32::try_from(self.moving.len()).unwrap_or(u32::MAX);
            self.output.push_back(Output::Fact(What::TransfersWatched { moving, alert }));
        }
    }

    /// These trunks in the order in which to try them.
    pub fn trunk_order(&self, now: Now, trunks: &[TrunkName]) -> Vec<TrunkName> {
        self.trunks.order(now.mono, trunks)
    }

    /// The queue a call last waited in.
    pub fn queue(&self, call: CallId) -> Option<&QueueName> {
        self.calls.get(&call)?.queue.as_ref().map(|waiting| &waiting.queue)
    }

    /// The agent at a leg.
    pub fn agent_at(&self, leg: LegId) -> Option<AgentName> {
        self.calls.get(&leg.call)?.agent(leg)
    }

    /// The endpoint that a leg rings or has rung.
    pub fn endpoint_at(&self, leg: LegId) -> Option<&EndpointName> {
        self.calls.get(&leg.call)?.endpoint(leg)
    }

    /// The phone at which this agent is in a call.
    pub fn phone_in(&self, call: CallId, agent: &AgentName) -> Option<EndpointName> {
        self.calls.get(&call)?.phone_of(agent)
    }

    /// The call in which this agent talks with a caller.
    pub fn call_of(&self, agent: &AgentName) -> Option<CallId> {
        let talks = |call: &&Call| {
            call.talk().is_some_and(|talk| talk.with.iter().any(|leg| call.agent(*leg).as_ref() == Some(agent)))
        };
        self.calls.values().map(Box::as_ref).find(talks).map(|call| call.id)
    }

    /// The phone of an agent who talks with a caller calls somebody on a second line, to ask him. The leg that comes
    /// back is that second line; none, with the reason, if it cannot be.
    pub fn consult_by_phone(
        &mut self,
        now: Now,
        id: CallId,
        agent: &AgentName,
        routes: Vec<Destination>,
    ) -> Result<LegId, Cause> {
        let mut outcome = Err(Cause::Forbidden);
        self.with(now, id, |call, turn| outcome = call.consult_by_phone(agent, routes, turn));
        outcome
    }

    /// One thing happened. Drain [`poll_output`](Self::poll_output) before the next.
    pub fn handle(&mut self, now: Now, input: Input) {
        match input {
            Input::Leg(leg, what) => self.with(now, leg.call, |call, turn| call.leg(leg, what, turn)),
            Input::Flow(call, what) => self.with(now, call, |call, turn| call.flow(what, turn)),
            Input::Acd(call, what) => self.with(now, call, |call, turn| call.acd(what, turn)),
            Input::PhoneUp(phone) => {
                if let Some(call) = self.missing.get(&phone).copied() {
                    self.with(now, call, Call::phone_came_back);
                }
            }
            Input::GiveUp(call) => self.with(now, call, Call::give_up_placing),
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
        let before = Before {
            deadline: call.deadline(),
            slot: call.slot(),
            missing: call.missing().cloned(),
            rings: call.rings(),
        };
        let mut turn = Turn { now, config: &self.config, output: &mut self.output, trunks: &mut self.trunks };
        act(&mut call, &mut turn);
        self.keep(id, call, &before);
    }

    /// The router offers nothing to whose phone rings for something else.
    fn tell_rings(&mut self, id: CallId, before: &Rings, after: &Rings) {
        let begin = after.iter().filter(|agent| !before.contains(agent)).cloned().map(AcdOutput::Rings);
        let end = before.iter().filter(|agent| !after.contains(agent)).cloned().map(AcdOutput::RingsNoMore);
        self.output.extend(begin.chain(end).map(|rings| Output::Acd(id, rings)));
    }

    fn keep(&mut self, id: CallId, call: Box<Call>, before: &Before) {
        if let Some(at) = before.deadline {
            self.deadlines.remove(&(at, id));
        }
        if let Some(slot) = before.slot {
            self.slots.remove(&slot);
        }
        if let Some(phone) = &before.missing {
            self.missing.remove(phone);
        }
        if call.is_moving() {
            self.moving.insert(id);
        } else {
            self.moving.remove(&id);
        }
        self.watch_transfers();
        self.tell_rings(id, &before.rings, &call.rings());
        if call.is_over() {
            return;
        }
        if let Some(at) = call.deadline() {
            self.deadlines.insert((at, id));
        }
        if let Some(slot) = call.slot() {
            self.slots.insert(slot, id);
        }
        if let Some(phone) = call.missing() {
            self.missing.insert(phone.clone(), id);
        }
        self.calls.insert(id, call);
    }
}

/// What stood in the indexes about a call before it acted.
#[derive(Clone, Default)]
struct Before {
    deadline: Option<Mono>,
    slot: Option<u16>,
    missing: Option<EndpointName>,
    rings: Rings,
}

impl Turn<'_> {
    pub(crate) fn fact(&mut self, what: What) {
        self.output.push_back(Output::Fact(what));
    }
}
