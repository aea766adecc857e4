//! Callers who asked to be called back: a planned call waits in the caller's place, an agent takes it first, and then the
//! customer is called (INB-30).

use std::collections::BTreeMap;
use std::time::Duration;

use bell_types::{AgentName, CallId, CallbackOutcome, Mono, QueueExit, QueueName, Wants, What};

use crate::acd::Acd;
use crate::call::{Kind, Since};
use crate::input::Hours;
use crate::output::{CallbackRefusal, Output};
use crate::timer::Timer;
use crate::waiting::Entry;

/// All plans, each named by the call in which the caller asked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Plans {
    by_call: BTreeMap<CallId, Plan>,
    by_planned: BTreeMap<CallId, CallId>,
    /// The queues that call nobody back at this hour, and why.
    shut: BTreeMap<QueueName, String>,
}

/// A plan to call somebody back.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) planned: CallId,
    pub(crate) queue: QueueName,
    pub(crate) priority: u8,
    pub(crate) since: Since,
    pub(crate) wants: Wants,
    pub(crate) attempts: u32,
    pub(crate) state: PlanState,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PlanState {
    /// An agent is looked for.
    Waiting,
    /// He took the call; the customer is called.
    Calling(AgentName),
    /// The next attempt comes then.
    Pausing(Mono),
    /// Nobody is called at this hour.
    Shut,
}

impl Plan {
    const fn is_held(&self) -> bool {
        match self.state {
            PlanState::Shut | PlanState::Pausing(_) => true,
            PlanState::Waiting | PlanState::Calling(_) => false,
        }
    }
}

impl Plans {
    pub(crate) fn of(&self, planned: CallId) -> Option<CallId> {
        self.by_planned.get(&planned).copied()
    }

    fn of_mut(&mut self, planned: CallId) -> Option<(CallId, &mut Plan)> {
        let call = self.of(planned)?;
        Some((call, self.by_call.get_mut(&call)?))
    }

    /// Whether the call in which somebody asks has a plan already, or the planned call one of its own.
    fn has(&self, call: CallId, planned: CallId) -> bool {
        self.by_call.contains_key(&call) || self.by_planned.contains_key(&planned)
    }
}

impl Acd {
    pub(crate) fn ask_callback(&mut self, now: Mono, call: CallId, planned: CallId, queue: Option<(QueueName, Wants)>) {
        let plan = match self.new_plan(now, call, planned, queue) {
            Ok(plan) => plan,
            Err(why) => return self.outputs.push_back(Output::CallbackRefused { call, why }),
        };
        let (queue, priority, waited) = (plan.queue.clone(), plan.priority, plan.since.until(now));
        let wants = plan.wants.clone();
        self.add_plan(call, plan);
        self.fact(What::CallbackAsked { call, planned, queue, priority, waited, wants });
        self.leave(now, call, QueueExit::Callback(planned));
        self.look_for_agent(now, call);
    }

    /// The plan that keeps the caller's place, or why there is none. The time he waited counts whichever queue calls him; who has not waited begins now.
    fn new_plan(
        &self,
        now: Mono,
        call: CallId,
        planned: CallId,
        queue: Option<(QueueName, Wants)>,
    ) -> Result<Plan, CallbackRefusal> {
        let plans_max = self.config.callbacks.plans_max;
        if self.plans.has(call, planned) || self.calls.contains_key(&planned) {
            return Err(CallbackRefusal::AskedAlready);
        }
        if self.plans.by_call.len() >= plans_max {
            return Err(CallbackRefusal::TooMany(plans_max));
        }
        let place = self.calls.get(&call).and_then(|call| call.place.as_ref());
        let (queue, wants) = match (queue, place) {
            (Some((queue, _)), Some(place)) => (queue, place.wants.clone()),
            (Some(named), None) => named,
            (None, Some(place)) => (place.queue.clone(), place.wants.clone()),
            (None, None) => return Err(CallbackRefusal::NoQueue),
        };
        self.open_queue(&queue).ok_or(CallbackRefusal::NoQueue)?;
        let priority = place.map_or(0, |place| place.priority);
        let since = place.map_or(Since::at(now), |place| place.since);
        Ok(Plan { planned, queue, priority, since, wants, attempts: 0, state: PlanState::Waiting })
    }

    fn add_plan(&mut self, call: CallId, plan: Plan) {
        self.plans.by_planned.insert(plan.planned, call);
        self.plans.by_call.insert(call, plan);
    }

    /// A plan that was open when the node before this one ended. An attempt that was under way then has failed.
    pub(crate) fn restore_callback(&mut self, now: Mono, call: CallId, plan: Plan, failed_ago: Option<Duration>) {
        let (planned, attempts, policy) = (plan.planned, plan.attempts, self.config.callbacks);
        let waited = plan.since.until(now);
        if self.plans.has(call, planned) || self.calls.contains_key(&planned) {
            return;
        }
        self.add_plan(call, plan);
        self.fact(What::CallbackKept { call, planned, waited });
        if attempts >= policy.attempts_max {
            return self.end_plan(call, CallbackOutcome::NotReached);
        }
        match failed_ago.map(|ago| policy.gap.saturating_sub(ago)).filter(|left| !left.is_zero()) {
            Some(left) => self.pause(now, call, left),
            None => self.look_for_agent(now, call),
        }
    }

    /// The node stops. The planned calls leave their queues, and the facts show plans that are open.
    pub(crate) fn give_up_plans(&mut self, now: Mono) {
        self.plans.by_planned.clear();
        for (call, plan) in std::mem::take(&mut self.plans.by_call) {
            if let PlanState::Pausing(until) = plan.state {
                self.timers.clear(until, Timer::PlanDue(call));
            }
            self.leave(now, plan.planned, QueueExit::Withdrawn);
        }
    }

    /// The planned call waits in its queue, if it is an hour at which people are called.
    fn look_for_agent(&mut self, now: Mono, call: CallId) {
        let Some(plan) = self.plans.by_call.get_mut(&call) else { return };
        match self.plans.shut.get(&plan.queue).cloned() {
            Some(because) => {
                plan.state = PlanState::Shut;
                self.fact(What::CallbackHeld { call, because });
            }
            None => {
                plan.state = PlanState::Waiting;
                let (planned, queue) = (plan.planned, plan.queue.clone());
                let (priority, since, wants) = (plan.priority, plan.since, plan.wants.clone());
                self.enqueue(now, planned, queue, Entry { priority, since, wants, kind: Kind::Callback });
            }
        }
    }

    /// The planned call left its queue.
    pub(crate) fn plan_left(&mut self, now: Mono, planned: CallId, how: &QueueExit) {
        let gap = self.config.callbacks.gap;
        let Some((call, plan)) = self.plans.of_mut(planned) else { return };
        match how {
            QueueExit::Answered(agent) => {
                plan.attempts += 1;
                plan.state = PlanState::Calling(agent.clone());
                let attempt = plan.attempts;
                self.fact(What::CallbackAttempted { call, planned, attempt, agent: agent.clone() });
            }
            QueueExit::Full | QueueExit::NoAgent => self.pause(now, call, gap),
            QueueExit::TimedOut => self.end_plan(call, CallbackOutcome::Expired),
            // It leaves its queue and comes back: outside the hours, or for a while.
            QueueExit::Withdrawn if plan.is_held() => {}
            QueueExit::Withdrawn | QueueExit::Abandoned | QueueExit::Overflowed(_) | QueueExit::Callback(_) => {
                self.end_plan(call, CallbackOutcome::Withdrawn);
            }
        }
    }

    fn pause(&mut self, now: Mono, call: CallId, time: Duration) {
        let Some(plan) = self.plans.by_call.get_mut(&call) else { return };
        plan.state = PlanState::Pausing(self.timers.set(now, time, Timer::PlanDue(call)));
    }

    /// The pause between two attempts is over.
    pub(crate) fn plan_due(&mut self, now: Mono, call: CallId) {
        self.look_for_agent(now, call);
    }

    /// The customer was not reached. The next planned call waits in his place, after a while; or it was the last attempt.
    pub(crate) fn callback_failed(&mut self, now: Mono, planned: CallId, next: CallId) {
        let policy = self.config.callbacks;
        let Some((call, plan)) = self.plans.of_mut(planned) else { return };
        if !matches!(plan.state, PlanState::Calling(_)) {
            return;
        }
        if plan.attempts >= policy.attempts_max {
            return self.end_plan(call, CallbackOutcome::NotReached);
        }
        plan.planned = next;
        self.plans.by_planned.remove(&planned);
        self.plans.by_planned.insert(next, call);
        self.fact(What::CallbackPutOff { call, planned: next });
        self.pause(now, call, policy.gap);
    }

    pub(crate) fn callback_reached(&mut self, planned: CallId) {
        let Some((call, plan)) = self.plans.of_mut(planned) else { return };
        if let PlanState::Calling(agent) = plan.state.clone() {
            self.end_plan(call, CallbackOutcome::Reached(agent));
        }
    }

    pub(crate) fn withdraw_callback(&mut self, now: Mono, call: CallId) {
        let Some(plan) = self.plans.by_call.get(&call) else { return };
        let planned = plan.planned;
        self.end_plan(call, CallbackOutcome::Withdrawn);
        self.leave(now, planned, QueueExit::Withdrawn);
    }

    /// There is no room for the planned call now. An agent is looked for again after the pause between two attempts; this
    /// was none of them.
    pub(crate) fn hold_callback(&mut self, now: Mono, call: CallId, because: String) {
        let waiting = |plan: &&Plan| plan.state == PlanState::Waiting;
        let Some(planned) = self.plans.by_call.get(&call).filter(waiting).map(|plan| plan.planned) else { return };
        self.fact(What::CallbackHeld { call, because });
        self.pause(now, call, self.config.callbacks.gap);
        self.leave(now, planned, QueueExit::Withdrawn);
    }

    /// The planned call is over, and nobody said how it went with the customer.
    pub(crate) fn planned_call_ended(&mut self, planned: CallId) {
        let Some((call, plan)) = self.plans.of_mut(planned) else { return };
        let outcome = match plan.state {
            PlanState::Calling(_) => CallbackOutcome::NotReached,
            PlanState::Waiting | PlanState::Pausing(_) | PlanState::Shut => CallbackOutcome::Withdrawn,
        };
        self.end_plan(call, outcome);
    }

    fn end_plan(&mut self, call: CallId, outcome: CallbackOutcome) {
        let Some(plan) = self.plans.by_call.remove(&call) else { return };
        self.plans.by_planned.remove(&plan.planned);
        if let PlanState::Pausing(until) = plan.state {
            self.timers.clear(until, Timer::PlanDue(call));
        }
        self.fact(What::CallbackEnded { call, outcome });
    }

    /// An hour begins or ends at which the queue calls people. What is under way goes on.
    pub(crate) fn callback_hours(&mut self, now: Mono, queue: QueueName, hours: Hours) {
        let of_queue = self.plans.by_call.iter().filter(|(_, plan)| plan.queue == queue);
        let calls: Vec<CallId> = of_queue.map(|(call, _)| *call).collect();
        match hours {
            Hours::Open => {
                if self.plans.shut.remove(&queue).is_some() {
                    calls.into_iter().for_each(|call| self.take_up(now, call));
                }
            }
            Hours::Shut(because) => {
                if self.plans.shut.insert(queue, because.clone()).is_none() {
                    calls.into_iter().for_each(|call| self.hold_back(now, call, because.clone()));
                }
            }
        }
    }

    fn take_up(&mut self, now: Mono, call: CallId) {
        if self.plans.by_call.get(&call).is_some_and(|plan| plan.state == PlanState::Shut) {
            self.look_for_agent(now, call);
        }
    }

    fn hold_back(&mut self, now: Mono, call: CallId, because: String) {
        let waiting = |plan: &&mut Plan| plan.state == PlanState::Waiting;
        let Some(plan) = self.plans.by_call.get_mut(&call).filter(waiting) else { return };
        plan.state = PlanState::Shut;
        let planned = plan.planned;
        self.fact(What::CallbackHeld { call, because });
        self.leave(now, planned, QueueExit::Withdrawn);
    }

    /// The call in which he asked whom this planned call is to reach.
    pub fn callback_of(&self, planned: CallId) -> Option<CallId> {
        self.plans.of(planned)
    }

    /// The plans to call somebody back: the call in which each asked, the planned call, and how often he was called.
    pub fn callbacks(&self) -> impl Iterator<Item = (CallId, CallId, u32)> {
        self.plans.by_call.iter().map(|(call, plan)| (*call, plan.planned, plan.attempts))
    }
}
