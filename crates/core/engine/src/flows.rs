//! The running flows, each with the configuration its call began with.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use bell_acd::Wants;
use bell_ivr::{Action, Context, Event, Language, MessageNumber, PlayNumber, Run, RunLimits};
use bell_types::{CallId, Cause, FlowName, Mono, Now, Number, SkillName};

use crate::config::Snapshot;

/// The running flows of all calls.
#[derive(Default)]
pub(crate) struct Flows {
    /// Boxed: the nodes of a map stay half empty.
    calls: BTreeMap<CallId, Box<CallFlow>>,
    deadlines: BTreeSet<(Mono, CallId)>,
    /// The calls whose flow has the caller: no queue, no human.
    in_flows: BTreeSet<CallId>,
}

/// A call's configuration, and its flow once that runs.
struct CallFlow {
    snapshot: Arc<Snapshot>,
    context: Context,
    flow: Arc<bell_ivr::Flow>,
    run: Option<Run>,
    /// The playing that the flow waits for.
    play: PlayNumber,
    ends_as: Option<Cause>,
    wants: Wants,
    /// The message the caller leaves: when it began, and how long it is once it is over.
    message: Option<(MessageNumber, Mono, Option<Duration>)>,
}

/// What a call's flow begins with.
pub(crate) struct Opening {
    pub(crate) snapshot: Arc<Snapshot>,
    pub(crate) flow: Arc<bell_ivr::Flow>,
    pub(crate) context: Context,
    /// Why the call ends when its flow ends it, if that is no usual end.
    pub(crate) ends_as: Option<Cause>,
    /// What the caller brings with him into every queue.
    pub(crate) wants: Wants,
}

impl Flows {
    /// A call has arrived; its flow starts when its media is open.
    pub(crate) fn open(&mut self, call: CallId, opening: Opening) {
        let Opening { snapshot, flow, context, ends_as, wants } = opening;
        // He counts from his arrival: his flow starts in a moment.
        self.in_flows.insert(call);
        let (run, play, message) = (None, PlayNumber::default(), None);
        let flow = CallFlow { snapshot, context, flow, run, play, ends_as, wants, message };
        self.calls.insert(call, Box::new(flow));
    }

    /// A call has been placed: its customer is in no flow, unless he loses his agent.
    pub(crate) fn open_placed(&mut self, call: CallId, opening: Opening) {
        self.open(call, opening);
        self.in_flows.remove(&call);
    }

    /// Why the call ends, when its flow ends it as it says.
    pub(crate) fn ending(&self, call: CallId, cause: Cause) -> Cause {
        self.calls.get(&call).and_then(|flow| flow.ends_as).unwrap_or(cause)
    }

    /// What the caller brings with him into a queue.
    pub(crate) fn wants(&self, call: CallId) -> Wants {
        self.calls.get(&call).map(|flow| flow.wants.clone()).unwrap_or_default()
    }

    /// What an agent must be able to do for him from now on.
    pub(crate) fn need(&mut self, call: CallId, skills: Vec<(SkillName, u8)>) {
        if let Some(flow) = self.calls.get_mut(&call) {
            flow.wants.skills = skills;
        }
    }

    /// The number of ours that the caller called.
    pub(crate) fn called(&self, call: CallId) -> Option<Number> {
        self.calls.get(&call).map(|flow| flow.context.called.clone())
    }

    /// The call is over.
    pub(crate) fn close(&mut self, call: CallId) {
        if let Some(flow) = self.calls.remove(&call) {
            self.forget_deadline(call, flow.run.as_ref());
            self.in_flows.remove(&call);
        }
    }

    /// The configuration the call began with.
    pub(crate) fn snapshot(&self, call: CallId) -> Option<&Arc<Snapshot>> {
        self.calls.get(&call).map(|flow| &flow.snapshot)
    }

    pub(crate) fn begin_message(&mut self, now: Now, call: CallId, message: MessageNumber) {
        if let Some(flow) = self.calls.get_mut(&call) {
            flow.message = Some((message, now.mono, None));
        }
    }

    /// The message is over: which, and how long it is. None if it was over before.
    pub(crate) fn stop_message(&mut self, now: Now, call: CallId) -> Option<(MessageNumber, Duration)> {
        let (message, began, length) = self.calls.get_mut(&call)?.message.as_mut()?;
        if length.is_some() {
            return None;
        }
        let spoken = now.mono - *began;
        *length = Some(spoken);
        Some((*message, spoken))
    }

    /// What became of the message is known: which, and how long it is.
    pub(crate) fn end_message(&mut self, now: Now, call: CallId) -> Option<(MessageNumber, Duration)> {
        let (message, began, length) = self.calls.get_mut(&call)?.message.take()?;
        Some((message, length.unwrap_or(now.mono - began)))
    }

    /// How many callers are in flows.
    pub(crate) fn in_flows(&self) -> usize {
        self.in_flows.len()
    }

    /// The language a caller hears.
    pub(crate) fn language(&self, call: CallId) -> Language {
        let flow = self.calls.get(&call);
        flow.map_or(Language::Mandarin, |flow| flow.run.as_ref().map_or(flow.flow.language(), Run::language))
    }

    /// Starts the flow; what it wants comes back.
    pub(crate) fn start(&mut self, now: Now, call: CallId) -> Vec<Action> {
        let Some(flow) = self.calls.get_mut(&call) else { return Vec::new() };
        if flow.run.is_none() {
            flow.run = Some(Run::start(now, Arc::clone(&flow.flow), flow.context.clone(), RunLimits::USUAL));
        }
        self.actions(call, None)
    }

    /// Starts another flow of the call's configuration in place of the one it had; what it wants comes back.
    pub(crate) fn enter(&mut self, now: Now, call: CallId, name: &FlowName) -> Vec<Action> {
        let Some(flow) = self.calls.get_mut(&call) else { return Vec::new() };
        let deadline = flow.run.as_ref().and_then(Run::poll_timeout);
        // A command names flows of the running configuration; one that the call's does not know leaves him his own.
        if let Some(other) = flow.snapshot.flows.get(name) {
            // Who is taken somewhere else is turned away no more.
            flow.ends_as = flow.ends_as.filter(|_| other.name() == flow.flow.name());
            flow.flow = Arc::clone(other);
        }
        let other = Arc::clone(&flow.flow);
        flow.run = Some(match &flow.run {
            Some(run) => run.lead_into(now, other),
            None => Run::start(now, other, flow.context.clone(), RunLimits::USUAL),
        });
        self.actions(call, deadline)
    }

    /// Tells the flow what happened; what it wants comes back.
    pub(crate) fn handle(&mut self, now: Now, call: CallId, event: impl FnOnce(PlayNumber) -> Event) -> Vec<Action> {
        let Some(flow) = self.calls.get_mut(&call) else { return Vec::new() };
        let Some(run) = &mut flow.run else { return Vec::new() };
        let deadline = run.poll_timeout();
        run.handle(now, event(flow.play));
        self.actions(call, deadline)
    }

    /// The flows whose deadline has passed.
    pub(crate) fn due(&self, now: Now) -> Vec<CallId> {
        self.deadlines.iter().take_while(|(at, _)| *at <= now.mono).map(|(_, call)| *call).collect()
    }

    pub(crate) fn poll_timeout(&self) -> Option<Mono> {
        self.deadlines.first().map(|(at, _)| *at)
    }

    fn actions(&mut self, call: CallId, old_deadline: Option<Mono>) -> Vec<Action> {
        let Some(flow) = self.calls.get_mut(&call) else { return Vec::new() };
        let Some(run) = &mut flow.run else { return Vec::new() };
        let actions: Vec<Action> = std::iter::from_fn(|| run.poll_output()).collect();
        for action in &actions {
            if let Action::Play { play, .. } = action {
                flow.play = *play;
            }
        }
        let (deadline, has_caller) = (run.poll_timeout(), run.has_caller());
        if has_caller {
            self.in_flows.insert(call);
        } else {
            self.in_flows.remove(&call);
        }
        if let Some(at) = old_deadline {
            self.deadlines.remove(&(at, call));
        }
        if let Some(at) = deadline {
            self.deadlines.insert((at, call));
        }
        actions
    }

    fn forget_deadline(&mut self, call: CallId, run: Option<&Run>) {
        if let Some(at) = run.and_then(Run::poll_timeout) {
            self.deadlines.remove(&(at, call));
        }
    }
}
