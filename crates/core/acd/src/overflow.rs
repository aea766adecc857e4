//! The ladder of a queue: what is done for a caller whom it does not serve well.

use bell_types::{CallId, Mono, Overflow, OverflowCause, QueueExit, QueueName, SkillName, Wants, What};

use crate::acd::Acd;
use crate::call::{Kind, Wait};
use crate::config::{Rung, When};
use crate::output::Output;
use crate::queue::{Queue, QueueIx};
use crate::timer::Timer;
use crate::waiting::Entry;

impl Acd {
    /// Takes every step of the ladder whose time has come for the call, and sets the deadline for the next.
    pub(crate) fn climb(&mut self, now: Mono, call: CallId) {
        // Each step is taken once, so this ends.
        while let Some((place, cause, then)) = self.next_rung(now, call) {
            let Some(wait) = self.calls.get_mut(&call).and_then(|call| call.wait.as_mut()) else { return };
            wait.taken.push(place);
            let queue = self.queues[wait.queue.0].config.name.clone();
            self.fact(What::Overflowed { call, queue, cause, to: then.clone() });
            match then {
                Overflow::WiderSkills(levels) => self.widen(call, levels),
                Overflow::Queue(name) => return self.move_to(now, call, name),
                Overflow::External(_) | Overflow::Voicemail | Overflow::Callback => {
                    return self.leave(now, call, QueueExit::Overflowed(then));
                }
            }
        }
        self.plan_rung(now, call);
    }

    /// The first step that was not taken and whose condition holds.
    fn next_rung(&self, now: Mono, call: CallId) -> Option<(usize, OverflowCause, Overflow)> {
        let record = self.calls.get(&call)?;
        let wait = record.wait.as_ref().filter(|wait| wait.kind == Kind::Caller)?;
        let queue = &self.queues[wait.queue.0];
        let rungs = queue.config.overflow.iter().enumerate().filter(|(place, _)| !wait.taken.contains(place));
        let mut due = rungs.filter_map(|(place, rung)| Some((place, self.cause(now, queue, wait, rung)?, rung)));
        let (place, cause, rung) = due.find(|(_, _, rung)| self.may_take(call, wait, rung, record.moves))?;
        Some((place, cause, rung.then.clone()))
    }

    /// Why the step is to be taken, if it is.
    fn cause(&self, now: Mono, queue: &Queue, wait: &Wait, rung: &Rung) -> Option<OverflowCause> {
        match rung.when {
            When::Waited(limit) => {
                let waited = now.since(wait.entered);
                (waited >= limit).then_some(OverflowCause::Waited(waited))
            }
            When::Length(limit) => {
                let before = queue.position(wait.turn) - 1;
                (before >= limit).then_some(OverflowCause::Length(before))
            }
            When::ServiceLevel { within, window, percent } => {
                let samples_min = self.config.estimate.samples_min;
                let level = queue.departures.level(now, within, window, samples_min);
                level.filter(|level| *level < percent).map(OverflowCause::ServiceLevel)
            }
            When::NoAgent => (queue.signed_in == 0).then_some(OverflowCause::NoAgent),
        }
    }

    /// Whether the step can be taken now: the other queue takes the call, and no agent's phone rings for it.
    fn may_take(&self, call: CallId, wait: &Wait, rung: &Rung, moves: u8) -> bool {
        let free = wait.leases.is_empty();
        match &rung.then {
            Overflow::WiderSkills(_) => true,
            Overflow::Queue(name) => free && moves < self.config.limits.moves_max && self.admit(call, name).is_ok(),
            Overflow::External(_) | Overflow::Voicemail | Overflow::Callback => free,
        }
    }

    fn widen(&mut self, call: CallId, levels: Vec<(SkillName, u8)>) {
        let Some(wait) = self.calls.get_mut(&call).and_then(|call| call.wait.as_mut()) else { return };
        wait.wider.extend(levels);
        wait.explained = false;
        self.set_needs(call);
        self.unsettle(call);
    }

    /// Into another queue, with the time the caller has waited and what he brought.
    fn move_to(&mut self, now: Mono, call: CallId, name: QueueName) {
        let Some(record) = self.calls.get_mut(&call) else { return };
        record.moves += 1;
        let Some(wait) = record.wait.as_ref() else { return };
        let (skills, regions) = (wait.skills.clone(), wait.regions.clone());
        let wants = Wants { skills, regions, preferred: Vec::new() };
        let entry = Entry { priority: wait.priority, since: wait.since, wants, kind: Kind::Caller };
        self.leave(now, call, QueueExit::Overflowed(Overflow::Queue(name.clone())));
        self.enqueue(now, call, name.clone(), entry);
        self.outputs.push_back(Output::Moved { call, queue: name });
    }

    fn plan_rung(&mut self, now: Mono, call: CallId) {
        let Some(wait) = self.calls.get_mut(&call).and_then(|call| call.wait.as_mut()) else { return };
        if let Some(at) = wait.rung_at.take() {
            self.timers.clear(at, Timer::RungDue(call));
        }
        let rungs = self.queues[wait.queue.0].config.overflow.iter().enumerate();
        let waits = rungs.filter_map(|(place, rung)| match rung.when {
            When::Waited(limit) if !wait.taken.contains(&place) => Some(wait.entered + limit),
            When::Waited(_) | When::Length(_) | When::ServiceLevel { .. } | When::NoAgent => None,
        });
        if let Some(at) = waits.filter(|at| *at > now).min() {
            wait.rung_at = Some(self.timers.set(now, at.since(now), Timer::RungDue(call)));
        }
    }

    /// Something about the queue changed that a step of its ladder may look at.
    pub(crate) fn look_at_ladder(&mut self, ix: QueueIx) {
        let queue = &self.queues[ix.0];
        let looks = |rung: &Rung| match rung.when {
            When::ServiceLevel { .. } => true,
            When::NoAgent => queue.signed_in == 0,
            When::Waited(_) | When::Length(_) => false,
        };
        if queue.config.overflow.iter().any(looks) {
            self.overdue.extend(queue.waiting.values());
        }
    }
}
