//! The node: hands each input to the core it is for, and carries what that core wants to the others.
//!
//! What a core wants in answer to one thing is carried out before what was wanted after it, depth first, so that facts
//! stand in the order of cause and effect.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;
use std::sync::Arc;

use bell_acd::{Acd, AgentCommand};
use bell_call::{Ask, Calls, LegInput};
use bell_callers::Callers;
use bell_ivr::Action;
use bell_media::control::{self, MediaAction, MediaCommand};
use bell_sip::Stack;
use bell_types::{
    AgentName, CallId, Cause, Ending, EndpointName, Fact, LegId, Mono, NodeId, Now, Number, Party, Seq, TrunkName, What,
};
use serde::{Deserialize, Serialize};

use crate::attempts::Attempts;
use crate::callback::Callback;
use crate::config::Snapshot;
use crate::flows::Flows;
use crate::gate::Gate;
use crate::line::Lines;
use crate::shift::Duty;
use crate::vocabulary::{Command, CommandId, Input, Orphan, Output, Refused, Start};
use crate::weak::WeakNetworks;

/// One node: all calls, agents and phones of it, in one order of events.
pub struct Node {
    pub(crate) id: NodeId,
    pub(crate) snapshot: Arc<Snapshot>,
    pub(crate) sip: Stack,
    pub(crate) calls: Calls,
    pub(crate) acd: Acd,
    pub(crate) callers: Callers,
    pub(crate) flows: Flows,
    pub(crate) lines: Lines,
    /// Trunks that cannot be used now.
    pub(crate) trunks_down: BTreeSet<TrunkName>,
    /// The mobile and fixed lines of agents that can be called now.
    pub(crate) lines_up: BTreeSet<EndpointName>,
    /// Numbers whose emergency switch is on.
    pub(crate) emergencies: BTreeMap<Number, bool>,
    /// Agents who may not work: their phones may not register.
    pub(crate) barred: BTreeSet<AgentName>,
    /// Whom to call back, by the call in which each asked.
    pub(crate) callbacks: BTreeMap<CallId, Callback>,
    /// When to look again at the hours at which people are called back; none while nobody is to be.
    pub(crate) call_hours_at: Option<Mono>,
    /// The attempts to reach contacts of late.
    pub(crate) attempts: Attempts,
    /// The networks of browsers, as far as they were measured of late.
    pub(crate) networks: WeakNetworks,
    /// Who is at work, and when his shift ends.
    pub(crate) duty: Duty,
    /// Which new calls are taken.
    pub(crate) gate: Gate,
    /// The agent a command is about, until the router has answered it.
    pub(crate) unknown_agent: bool,
    now: Now,
    seq: Seq,
    media_commands: u64,
    /// What is still to be carried out; the last is next.
    work: Vec<Work>,
    output: VecDeque<Output>,
}

/// How many transfers and consultations wait for their target's answer (DIA-14).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moving {
    /// So many do.
    pub now: usize,
    /// So many may; one more is refused.
    pub max: usize,
    /// From so many on somebody should look at it.
    pub alert_at: usize,
    /// Whether they are that many.
    pub alert: bool,
}

impl fmt::Display for Moving {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let alert = if self.alert { "ALERT: " } else { "" };
        write!(f, "{alert}{} of at most {} transfers on their way", self.now, self.max)
    }
}

/// Something one core wants of another.
pub(crate) enum Work {
    Call(bell_call::Output),
    Acd(bell_acd::Output),
    Callers(bell_callers::Output),
    Flow(CallId, Action),
    Sip(bell_sip::Output),
    /// The router is to be told, once all is carried out that it has said.
    Router(bell_acd::Input),
}

impl Node {
    /// A node without calls. Its first facts wait in [`poll_output`](Self::poll_output).
    pub fn new(now: Now, start: Start) -> Self {
        let Start { node: id, version, seed, first, snapshot } = start;
        // Any eight bytes of the seed are a seed; the stack uses all of them by a keyed hash.
        let draw = seed.iter().take(8).fold(0, |draw: u64, byte| draw << 8 | u64::from(*byte));
        let mut node = Self {
            id,
            sip: Stack::new(now, &seed, Arc::clone(&snapshot.sip)),
            calls: Calls::new(id, first, snapshot.call.clone()),
            acd: Acd::new(&snapshot.acd, draw),
            callers: Callers::new(snapshot.callers.clone()),
            flows: Flows::default(),
            lines: Lines::default(),
            trunks_down: BTreeSet::new(),
            lines_up: BTreeSet::new(),
            emergencies: BTreeMap::new(),
            barred: BTreeSet::new(),
            callbacks: BTreeMap::new(),
            call_hours_at: None,
            attempts: Attempts::default(),
            networks: WeakNetworks::default(),
            duty: Duty::default(),
            gate: Gate::Open,
            unknown_agent: false,
            now,
            seq: first,
            media_commands: 0,
            work: Vec::new(),
            output: VecDeque::new(),
            snapshot,
        };
        node.fact(What::NodeStarted { node: id, version });
        node.config_fact();
        node.tell_sip(bell_sip::Input::Tick);
        node.settle();
        node.look_at_lines();
        node.settle();
        node
    }

    /// One thing happened. Drain [`poll_output`](Self::poll_output) before the next.
    pub fn handle(&mut self, now: Now, input: Input) {
        self.now = now;
        match input {
            Input::Sip(input) => self.tell_sip(input),
            Input::Media(event) => self.media_event(event),
            Input::Command(id, command) => self.command(id, command),
            Input::Config(snapshot) => self.configure(snapshot),
            Input::Gate(gate) => self.gate = gate,
            Input::Orphan(orphan) => self.bury(orphan),
            Input::Lists(kept) => self.take_back_lists(&kept),
            Input::Answered(call, number, answer) => self.looked_up(call, number, answer),
            Input::EmergencyKept(number) => self.keep_emergency(number),
            Input::Callbacks(kept) => self.keep_callbacks(&kept),
            Input::RecentCalls(calls) => self.callers.recall(&calls),
            Input::Attempts(kept) => self.attempts.recall(&kept),
            Input::Tick => self.tick(),
        }
        self.settle();
    }

    /// What the node wants, oldest first.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.output.pop_front()
    }

    /// When an [`Input::Tick`] is due.
    pub fn poll_timeout(&self) -> Option<Mono> {
        let timeouts = [
            self.sip.poll_timeout(),
            self.calls.poll_timeout(),
            self.acd.poll_timeout(),
            self.callers.poll_timeout(self.now),
            self.flows.poll_timeout(),
            self.call_hours_at,
            self.duty.poll_timeout(),
        ];
        timeouts.into_iter().flatten().min()
    }

    /// How many calls are live.
    pub fn calls(&self) -> usize {
        self.calls.len()
    }

    /// How many legs are live.
    pub fn legs(&self) -> usize {
        self.lines.len()
    }

    /// How many transfers are on their way, and how many may be.
    pub fn moving(&self) -> Moving {
        let bell_call::Config { transfers_alert, transfers_max, .. } = self.snapshot.call;
        let now = self.calls.moving();
        Moving { now, max: transfers_max, alert_at: transfers_alert, alert: now >= transfers_alert.max(1) }
    }

    /// The router as it is now, for checks and for whoever asks why.
    pub fn router(&self) -> &Acd {
        &self.acd
    }

    /// How much the SIP stack holds.
    pub fn sip_load(&self) -> bell_sip::Load {
        self.sip.load()
    }

    /// The place of the next fact.
    pub fn next_seq(&self) -> Seq {
        self.seq
    }

    /// The lists as they are now.
    pub fn callers(&self) -> &Callers {
        &self.callers
    }

    /// The running configuration.
    pub fn snapshot(&self) -> &Arc<Snapshot> {
        &self.snapshot
    }

    /// Carries out what is wanted until nothing is. It ends: every core has limits on what one input may lead to.
    pub(crate) fn settle(&mut self) {
        while let Some(work) = self.work.pop() {
            match work {
                Work::Call(output) => self.call_output(output),
                Work::Acd(output) => self.acd_output(output),
                Work::Callers(output) => self.callers_output(output),
                Work::Flow(call, action) => self.flow_action(call, action),
                Work::Sip(output) => self.sip_output(output),
                Work::Router(input) => self.tell_acd(input),
            }
        }
    }

    // Telling the cores. What they want goes on top of the work, in their order.

    pub(crate) fn tell_sip(&mut self, input: bell_sip::Input) {
        self.sip.handle(self.now, input);
        let from = self.work.len();
        self.work.extend(std::iter::from_fn(|| self.sip.poll_output()).map(Work::Sip));
        self.work[from..].reverse();
    }

    pub(crate) fn tell_call(&mut self, input: bell_call::Input) {
        self.calls.handle(self.now, input);
        self.take_from_calls();
    }

    pub(crate) fn tell_leg(&mut self, leg: LegId, input: LegInput) {
        self.tell_call(bell_call::Input::Leg(leg, input));
    }

    pub(crate) fn take_from_calls(&mut self) {
        let from = self.work.len();
        self.work.extend(std::iter::from_fn(|| self.calls.poll_output()).map(Work::Call));
        self.work[from..].reverse();
    }

    pub(crate) fn tell_acd(&mut self, input: bell_acd::Input) {
        self.acd.handle(self.now, input);
        self.take_from_acd();
    }

    fn take_from_acd(&mut self) {
        let from = self.work.len();
        self.work.extend(std::iter::from_fn(|| self.acd.poll_output()).map(Work::Acd));
        self.work[from..].reverse();
    }

    /// Answers the router, which may not have been heard out yet: what it said first is carried out first.
    pub(crate) fn answer_acd(&mut self, input: bell_acd::Input) {
        let below = self.work.iter().rposition(|work| !matches!(work, Work::Acd(_)));
        self.work.insert(below.map_or(0, |below| below + 1), Work::Router(input));
    }

    /// The place behind all that is wanted of callers' lists from here on.
    pub(crate) fn place_for_reception(&self) -> usize {
        self.work.len()
    }

    /// To be carried out when what was put there since this place was taken has been.
    pub(crate) fn later(&mut self, place: usize, output: bell_callers::Output) {
        self.work.insert(place, Work::Callers(output));
    }

    pub(crate) fn take_from_callers(&mut self) {
        let from = self.work.len();
        self.work.extend(std::iter::from_fn(|| self.callers.poll_output()).map(Work::Callers));
        self.work[from..].reverse();
    }

    pub(crate) fn take_from_flow(&mut self, call: CallId, actions: Vec<Action>) {
        self.work.extend(actions.into_iter().rev().map(|action| Work::Flow(call, action)));
    }

    // Wanting things of the world.

    pub(crate) fn now(&self) -> Now {
        self.now
    }

    pub(crate) fn want(&mut self, output: Output) {
        self.output.push_back(output);
    }

    pub(crate) fn fact(&mut self, what: What) {
        let fact = Fact { seq: self.seq, now: self.now, what };
        self.attempts.apply(&fact);
        self.seq = self.seq.next();
        self.want(Output::Fact(fact));
    }

    pub(crate) fn media(&mut self, leg: LegId, what: MediaAction) {
        self.media_commands += 1;
        let id = control::CommandId(self.media_commands);
        self.want(Output::Media(MediaCommand { id, leg, what }));
    }

    // What happens to the node as a whole.

    fn tick(&mut self) {
        let now = self.now;
        let due = |at: Option<Mono>| at.is_some_and(|at| at <= now.mono);
        if due(self.sip.poll_timeout()) {
            self.tell_sip(bell_sip::Input::Tick);
            self.settle();
        }
        if due(self.calls.poll_timeout()) {
            self.tell_call(bell_call::Input::Tick);
            self.settle();
        }
        if due(self.acd.poll_timeout()) {
            self.tell_acd(bell_acd::Input::Tick);
            self.settle();
        }
        if due(self.callers.poll_timeout(now)) {
            self.callers.tick(now);
            self.take_from_callers();
            self.settle();
        }
        if self.call_hours_due(now.mono) {
            self.look_at_call_hours();
        }
        if due(self.duty.poll_timeout()) {
            self.end_shifts();
        }
        for call in self.flows.due(now) {
            let actions = self.flows.handle(now, call, |_| bell_ivr::Event::Tick);
            self.take_from_flow(call, actions);
            self.settle();
        }
    }

    fn configure(&mut self, snapshot: Arc<Snapshot>) {
        self.snapshot = snapshot;
        self.config_fact();
        self.calls.configure(self.snapshot.call.clone());
        self.callers.configure(self.snapshot.callers.clone());
        let acd = Arc::clone(&self.snapshot.acd);
        self.acd.apply(self.now, &acd);
        self.take_from_acd();
        self.settle();
        self.look_at_call_hours();
        self.look_at_shifts();
        let sip = Arc::clone(&self.snapshot.sip);
        self.tell_sip(bell_sip::Input::Configured(sip));
        self.bar_phones();
        self.settle();
        self.look_at_lines();
    }

    fn config_fact(&mut self) {
        let source = &self.snapshot.source;
        let (version, hash) = (source.version, source.hash.clone());
        self.fact(What::ConfigApplied { version, hash });
    }

    fn command(&mut self, id: CommandId, command: Command) {
        let outcome = match command {
            Command::Agent(agent, command) => self.command_agent(agent, command),
            Command::Release(call) => self.command_call(call, Party::Operator, Ask::Release),
            Command::Lists(by, change) => self.change_lists(&by, &change),
            Command::Dial { customer, shown, first } => self.place(&customer, &shown, first),
            Command::DialBy(dial) => self.dial_by(&dial),
            Command::Call { call, by, ask } => self.command_call(call, by, ask),
            Command::Emergency(switch) => self.switch_emergency(switch),
            Command::Stop => {
                self.stop();
                Ok(())
            }
            Command::GiveKey(key) => self.give_key(key),
            Command::EndLogin(login) => {
                self.tell_sip(bell_sip::Input::Command(bell_sip::Command::EndLogin(login)));
                Ok(())
            }
            Command::Bar { agent, barred } => {
                self.bar(agent, barred);
                Ok(())
            }
        };
        self.want(Output::Done(id, outcome));
    }

    fn command_agent(&mut self, agent: AgentName, command: AgentCommand) -> Result<(), Refused> {
        self.unknown_agent = false;
        self.tell_acd(bell_acd::Input::Agent { agent, command, by: Party::Operator });
        self.settle();
        if self.unknown_agent { Err(Refused::AgentUnknown) } else { Ok(()) }
    }

    fn stop(&mut self) {
        self.gate = Gate::Shut(Cause::ShuttingDown);
        self.leave_callbacks();
        self.calls.end_all(self.now, Cause::ShuttingDown);
        self.take_from_calls();
        self.settle();
        self.fact(What::NodeStopped { node: self.id });
    }

    /// Closes what the node before this one left open, so that every call has its end.
    fn bury(&mut self, orphan: Orphan) {
        let how = || Ending { cause: Cause::NodeFailed, by: Party::System, sip_status: None, q850: None };
        let Orphan { call, legs, recording, open } = orphan;
        for leg in legs {
            self.fact(What::LegEnded { leg, ending: how() });
        }
        if open {
            self.fact(What::CallEnded { call, ending: how() });
        }
        if let Some((recording, status, length, sha256)) = recording {
            self.fact(What::RecordingSealed { recording, status, length, sha256 });
        }
    }
}
