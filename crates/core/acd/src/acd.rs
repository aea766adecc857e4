//! The state machine: what it holds, and how an input runs through it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use bell_types::{AgentName, CallId, EndpointName, Mono, Now, QueueExit, QueueName, What, never};

use crate::agent::{Agent, AgentIx, Seat};
use crate::call::{Call, Claim, Excluded, Kind, Since};
use crate::callback::{Plan, PlanState, Plans};
use crate::config::Config;
use crate::draw::Draws;
use crate::input::{Input, Withdrawal};
use crate::output::Output;
use crate::presence::{After, Reached};
use crate::queue::{Queue, QueueIx};
use crate::skill::Skills;
use crate::timer::{Timer, Timers};
use crate::waiting::Entry;

/// The distribution of calls on one node: all queues, all agents, all waiting calls.
///
/// After every input three things hold: no agent has two offers, and no call has two unless its queue rings all at once;
/// nobody waits while an agent is free who may take the call; every wait has a deadline in
/// [`poll_timeout`](Self::poll_timeout).
#[derive(Clone, Debug)]
pub struct Acd {
    pub(crate) config: Arc<Config>,
    pub(crate) agents: Vec<Agent>,
    /// What decisions go by of each agent, in the same order.
    pub(crate) seats: Vec<Seat>,
    pub(crate) agents_by_name: BTreeMap<AgentName, AgentIx>,
    pub(crate) queues: Vec<Queue>,
    pub(crate) queues_by_name: BTreeMap<QueueName, QueueIx>,
    pub(crate) skills: Skills,
    /// Boxed: the nodes of a map stay half empty.
    pub(crate) calls: BTreeMap<CallId, Box<Call>>,
    /// The phones that can be reached, and whose they are. A phone is unreachable until we are told otherwise.
    pub(crate) reachable: BTreeSet<EndpointName>,
    pub(crate) owners: BTreeMap<EndpointName, Vec<AgentIx>>,

    /// Who is to be called back.
    pub(crate) plans: Plans,

    /// How many entries into queues there were.
    pub(crate) entries: u64,
    pub(crate) draws: Draws,
    pub(crate) timers: Timers,
    pub(crate) outputs: VecDeque<Output>,

    /// What the current input changed and `settle` has to look at: queues that may have lost their last agent,
    /// agents who may take a call, calls that may be offered.
    pub(crate) deserted: BTreeSet<QueueIx>,
    pub(crate) freed: BTreeSet<AgentIx>,
    pub(crate) unsettled: BTreeMap<Claim, CallId>,
    /// Calls for which a step of a ladder may be due.
    pub(crate) overdue: BTreeSet<CallId>,
}

impl Acd {
    /// Nobody is signed in, no phone is reachable, nobody waits. The seed fixes every random choice to come.
    pub fn new(config: &Arc<Config>, seed: u64) -> Self {
        let mut acd = Self {
            config: Arc::clone(config),
            agents: Vec::new(),
            seats: Vec::new(),
            agents_by_name: BTreeMap::new(),
            queues: Vec::new(),
            queues_by_name: BTreeMap::new(),
            skills: Skills::default(),
            calls: BTreeMap::new(),
            reachable: BTreeSet::new(),
            owners: BTreeMap::new(),
            plans: Plans::default(),
            entries: 0,
            draws: Draws::new(seed),
            timers: Timers::default(),
            outputs: VecDeque::new(),
            deserted: BTreeSet::new(),
            freed: BTreeSet::new(),
            unsettled: BTreeMap::new(),
            overdue: BTreeSet::new(),
        };
        acd.reconfigure(Mono::ZERO, config);
        acd
    }

    /// Takes over the difference to another configuration. Calls keep their place, their deadlines and their offers;
    /// those that wait in a queue that is gone leave as `Withdrawn`.
    pub fn apply(&mut self, now: Now, config: &Arc<Config>) {
        self.run_timers(now.mono);
        if **config != *self.config {
            self.reconfigure(now.mono, config);
        }
        self.settle(now.mono);
    }

    /// Takes one input. Deadlines that are over by `now` strike first, whether or not anybody ticked.
    pub fn handle(&mut self, now: Now, input: Input) {
        let now = now.mono;
        self.run_timers(now);
        match input {
            Input::EndpointUp(endpoint) => self.endpoint_up(now, &endpoint, Reached::Registered),
            Input::LineUp(endpoint) => self.endpoint_up(now, &endpoint, Reached::ByTrunk),
            Input::EndpointDown { endpoint, cause } => self.endpoint_down(now, &endpoint, cause),
            Input::Agent { agent, command, by } => self.command(now, agent, command, by),
            Input::ShiftOver(agent) => self.shift_over(now, &agent),
            Input::AgentBusy(agent) => self.agent_busy(now, &agent),
            Input::AgentFree(agent) => self.agent_free(now, &agent, After::Nothing),
            Input::AgentServed(agent) => self.agent_free(now, &agent, After::WrapUp),
            Input::AgentRung(agent) => self.agent_rung(now, &agent),
            Input::AgentRungNoMore(agent) => self.agent_rung_no_more(now, &agent),
            Input::CallLost { agent, call } => self.parted(now, &agent, call, Excluded::Lost),
            Input::HandedOn { agent, call } => self.parted(now, &agent, call, Excluded::HandedOn),
            Input::Enqueue { call, queue, priority, since, wants } => {
                self.enqueue(
                    now,
                    call,
                    queue,
                    Entry { priority, since: Since::at(since.min(now)), wants, kind: Kind::Caller },
                );
            }
            Input::Withdraw { call, why } => self.let_go(now, call, why.exit()),
            Input::OfferRinging(offer) => self.offer_ringing(offer),
            Input::OfferConfirming { offer, within } => self.offer_confirming(now, offer, within),
            Input::OfferEnded { offer, outcome } => self.offer_ended(now, offer, outcome),
            Input::Released { agent, call } => self.released(now, &agent, call),
            Input::CallEnded(call) => self.call_ended(now, call),
            Input::AskCallback { call, planned, queue } => self.ask_callback(now, call, planned, queue),
            Input::CallbackFailed { planned, next } => self.callback_failed(now, planned, next),
            Input::CallbackReached(planned) => self.callback_reached(planned),
            Input::WithdrawCallback(call) => self.withdraw_callback(now, call),
            Input::HoldCallback { call, because } => self.hold_callback(now, call, because),
            Input::CallbackHours { queue, hours } => self.callback_hours(now, queue, hours),
            Input::RestoreCallback { call, planned, queue, priority, waited, wants, attempts, failed_ago } => {
                let (since, state) = (Since::at(now).before(waited), PlanState::Waiting);
                let plan = Plan { planned, queue, priority, since, wants, attempts, state };
                self.restore_callback(now, call, plan, failed_ago);
            }
            Input::Stop => self.give_up_plans(now),
            Input::Tick => {}
        }
        self.settle(now);
    }

    /// The next thing that is wanted. Drain to none before the next input.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When to call again at the latest, with [`Input::Tick`] if nothing else has happened.
    pub fn poll_timeout(&self) -> Option<Mono> {
        self.timers.next()
    }

    fn run_timers(&mut self, now: Mono) {
        while let Some(timer) = self.timers.pop_due(now) {
            match timer {
                Timer::OfferOver(offer) => self.offer_over(now, offer),
                Timer::WrapUpOver(agent) => self.wrap_up_over(now, agent),
                Timer::WaitOver(call) => self.leave(now, call, QueueExit::TimedOut),
                Timer::KeptOver(call) => self.keep_for_next(now, call),
                Timer::RungDue(call) => self.climb(now, call),
                Timer::PlanDue(call) => self.plan_due(now, call),
                Timer::AlertDue(queue) => self.watch(now, queue),
                Timer::ReofferDue(call) => self.reoffer_due(now, call),
                Timer::AnnounceDue(call) => self.announce(now, call),
            }
        }
    }

    /// Brings calls and agents together wherever something changed, and then looks at the ladders for those who still
    /// wait. Each step of a ladder is taken once and moves are counted, so it ends.
    fn settle(&mut self, now: Mono) {
        loop {
            while let Some(queue) = self.deserted.pop_first() {
                self.empty_if_deserted(now, queue);
            }
            self.bring_together(now);
            // An offer takes agents away and gives none back, so nothing is left to look at.
            never!(!self.deserted.is_empty() || !self.freed.is_empty());
            let Some(call) = self.overdue.pop_first() else { return };
            self.climb(now, call);
        }
    }

    pub(crate) fn fact(&mut self, what: What) {
        self.outputs.push_back(Output::Fact(what));
    }
}

impl Withdrawal {
    const fn exit(self) -> QueueExit {
        match self {
            Self::Abandoned => QueueExit::Abandoned,
            Self::Withdrawn => QueueExit::Withdrawn,
        }
    }
}
