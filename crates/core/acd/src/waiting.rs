//! Entering a queue, hearing how long it takes, and leaving it.

use bell_types::{CallId, Mono, OfferOutcome, Overflow, QueueExit, QueueName, Wants, What, never};

use crate::acd::Acd;
use crate::call::{Kind, Since, Standing, Turn, Wait};
use crate::config::Config;
use crate::level::Departed;
use crate::output::Output;
use crate::queue::{Queue, QueueIx};
use crate::skill::{Levels, both, lower};
use crate::timer::Timer;

/// What a call brings into a queue.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) priority: u8,
    pub(crate) since: Since,
    pub(crate) wants: Wants,
    pub(crate) kind: Kind,
}

/// By whose will a call leaves its queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Will {
    /// A rule of the queue, or an agent who takes it.
    Router,
    /// The call's own side: the caller hung up, or it was moved.
    Call,
}

impl Acd {
    pub(crate) fn enqueue(&mut self, now: Mono, call: CallId, name: QueueName, entry: Entry) {
        self.let_go(now, call, QueueExit::Withdrawn);
        let (priority, head_start, kind) = (entry.priority, self.config.precedence.of(entry.priority), entry.kind);
        let admitted = match kind {
            Kind::Caller => self.admit(call, &name),
            Kind::Callback => self.open_queue(&name).map(|(ix, _)| ix).ok_or(QueueExit::Withdrawn),
        };
        let wants = entry.wants.clone();
        let position = match admitted {
            Ok(ix) => self.enter(now, call, ix, entry),
            Err(_) => self.behind_all(&name),
        };
        self.fact(What::Enqueued { call, queue: name.clone(), priority, head_start, position, wants });
        // Even a call that is turned away enters and leaves, so that those who entered are those who left and those
        // who wait.
        if let Err(how) = admitted {
            self.tell_left(now, call, name, how, (kind, Will::Router));
        }
    }

    /// The queue, or why the call may not wait in it.
    pub(crate) fn admit(&self, call: CallId, name: &QueueName) -> Result<QueueIx, QueueExit> {
        let (ix, queue) = self.open_queue(name).ok_or(QueueExit::Withdrawn)?;
        let too_many_calls = self.calls.len() >= self.config.limits.calls_max && !self.calls.contains_key(&call);
        if too_many_calls || queue.since.len() >= queue.config.waiting_max {
            Err(QueueExit::Full)
        } else if queue.is_deserted() {
            Err(QueueExit::NoAgent)
        } else {
            Ok(ix)
        }
    }

    pub(crate) fn open_queue(&self, name: &QueueName) -> Option<(QueueIx, &Queue)> {
        let ix = *self.queues_by_name.get(name)?;
        let queue = &self.queues[ix.0];
        queue.open.then_some((ix, queue))
    }

    fn behind_all(&self, name: &QueueName) -> u32 {
        let waiting = self.open_queue(name).map_or(0, |(_, queue)| queue.waiting.len());
        u32::try_from(waiting).map_or(u32::MAX, |waiting| waiting.saturating_add(1))
    }

    fn enter(&mut self, now: Mono, call: CallId, ix: QueueIx, entry: Entry) -> u32 {
        self.entries += 1;
        let Entry { priority, since, wants, kind } = entry;
        let from = since.before(self.config.precedence.of(priority));
        let turn = Turn { from, entry: self.entries };
        let preferred = self.preferred(&wants.preferred);
        let wants_max = self.config.limits.wants_max;
        let queue = &mut self.queues[ix.0];
        let wait_max = match kind {
            Kind::Caller => queue.config.wait_max,
            Kind::Callback => self.config.callbacks.wait_max,
        };
        let leave_at = self.timers.set(now, wait_max, Timer::WaitOver(call));
        let announcements = queue.config.announcements.filter(|_| kind == Kind::Caller);
        let announce_at = announcements.map(|when| self.timers.set(now, when.first, Timer::AnnounceDue(call)));
        let record = self.calls.entry(call).or_default();
        let skills: Vec<_> = wants.skills.into_iter().take(wants_max).collect();
        let regions: Vec<_> = wants.regions.into_iter().take(wants_max).collect();
        let kept = Wants { skills: skills.clone(), regions: regions.clone(), preferred: Vec::new() };
        record.place = Some(Standing { queue: queue.config.name.clone(), priority, since, wants: kept });
        record.wait = Some(Wait {
            queue: ix,
            kind,
            turn,
            priority,
            since,
            entered: now,
            leave_at,
            announce_at,
            reoffer_at: None,
            leases: Vec::new(),
            told: None,
            predicted: None,
            explained: false,
            skills,
            needed: Vec::new(),
            needs: Levels::default(),
            wider: Vec::new(),
            regions,
            preferred,
            kept: None,
            taken: Vec::new(),
            rung_at: None,
        });
        queue.throughput.begin(now);
        queue.waiting.insert(turn, call);
        if !record.exclusions.is_empty() {
            queue.let_pass.insert(turn, call);
        }
        if kind == Kind::Caller {
            queue.since.insert((since, turn, call));
            self.overdue.insert(call);
        }
        let position = queue.position(turn);
        self.set_needs(call);
        self.note_claim(call);
        self.plan_reoffer(now, call);
        self.keep_for_next(now, call);
        self.watch(now, ix);
        position
    }

    /// Works out what the call needs of an agent by its own wish and its queue's. True if that changed.
    pub(crate) fn set_needs(&mut self, call: CallId) -> bool {
        let Some(wait) = self.calls.get_mut(&call).and_then(|call| call.wait.as_mut()) else {
            return false;
        };
        let mut needed = both(&self.queues[wait.queue.0].config.skills, &wait.skills);
        lower(&mut needed, &wait.wider);
        let needs = self.skills.read(&needed);
        let changed = needs != wait.needs;
        (wait.needed, wait.needs) = (needed, needs);
        self.note_choosy(call);
        changed
    }

    /// The call has to leave its queue, if it waits in one: its side is told. A live offer is taken back first.
    pub(crate) fn leave(&mut self, now: Mono, call: CallId, how: QueueExit) {
        self.depart(now, call, how, Will::Router);
    }

    /// The call's side has taken it out of its queue, and need not be told: it may be somewhere else by now.
    pub(crate) fn let_go(&mut self, now: Mono, call: CallId, how: QueueExit) {
        self.depart(now, call, how, Will::Call);
    }

    fn depart(&mut self, now: Mono, call: CallId, how: QueueExit, will: Will) {
        for offer in self.leases(call) {
            self.take_back(now, offer, OfferOutcome::Withdrawn);
        }
        self.keep_no_more(call);
        let Some(wait) = self.calls.get_mut(&call).and_then(|call| call.wait.take()) else {
            return;
        };
        self.clear_timers(call, &wait);
        let queue = &mut self.queues[wait.queue.0];
        queue.forget(wait.turn, wait.since, call);
        measure(queue, now, &wait, &how, &self.config);
        let name = queue.config.name.clone();
        self.tell_left(now, call, name, how, (wait.kind, will));
        self.watch(now, wait.queue);
        self.look_at_ladder(wait.queue);
    }

    fn clear_timers(&mut self, call: CallId, wait: &Wait) {
        self.timers.clear(wait.leave_at, Timer::WaitOver(call));
        if let Some(at) = wait.announce_at {
            self.timers.clear(at, Timer::AnnounceDue(call));
        }
        if let Some(at) = wait.reoffer_at {
            self.timers.clear(at, Timer::ReofferDue(call));
        }
        if let Some(at) = wait.rung_at {
            self.timers.clear(at, Timer::RungDue(call));
        }
    }

    fn tell_left(&mut self, now: Mono, call: CallId, queue: QueueName, how: QueueExit, (kind, will): (Kind, Will)) {
        self.fact(What::LeftQueue { call, queue: queue.clone(), how: how.clone() });
        let moves = matches!(how, QueueExit::Overflowed(Overflow::Queue(_)));
        match kind {
            Kind::Caller if moves || will == Will::Call => {}
            Kind::Caller => self.outputs.push_back(Output::LeftQueue { call, queue, how }),
            Kind::Callback => {
                self.plan_left(now, call, &how);
                if matches!(how, QueueExit::Answered(_)) {
                    self.outputs.push_back(Output::LeftQueue { call, queue, how });
                }
            }
        }
    }

    pub(crate) fn call_ended(&mut self, now: Mono, call: CallId) {
        self.planned_call_ended(call);
        self.let_go(now, call, QueueExit::Withdrawn);
        let Some(record) = self.calls.get(&call) else {
            return;
        };
        for (agent, _) in record.with.clone() {
            self.release(now, agent, call);
        }
        self.calls.remove(&call);
    }

    /// The last member signed out: those who wait leave, where the queue says so.
    pub(crate) fn empty_if_deserted(&mut self, now: Mono, ix: QueueIx) {
        let queue = &self.queues[ix.0];
        if queue.open && queue.is_deserted() {
            let callers: Vec<CallId> = queue.since.iter().map(|(.., call)| *call).collect();
            for call in callers {
                self.leave(now, call, QueueExit::NoAgent);
            }
        }
        self.look_at_ladder(ix);
    }

    pub(crate) fn empty(&mut self, now: Mono, ix: QueueIx, how: &QueueExit) {
        let calls: Vec<CallId> = self.queues[ix.0].waiting.values().copied().collect();
        for call in calls {
            self.leave(now, call, how.clone());
        }
    }

    /// Tells a caller where he stands. A number never grows: if a higher priority went ahead, none is told (INB-24).
    pub(crate) fn announce(&mut self, now: Mono, call: CallId) {
        let Some(wait) = self.calls.get_mut(&call).and_then(|call| call.wait.as_mut()) else {
            never!();
            return;
        };
        let queue = &self.queues[wait.queue.0];
        let position = queue.position(wait.turn);
        let told = position.min(wait.told.unwrap_or(u32::MAX));
        wait.told = Some(told);
        let served = queue.on_duty > 0;
        let expected = queue.throughput.expected_wait(now, position, &self.config.estimate);
        let expected_wait = expected.filter(|_| served);
        if let (Some(expected), None) = (expected_wait, wait.predicted) {
            wait.predicted = Some((now, expected));
        }
        let again = queue.config.announcements.filter(|when| !when.every.is_zero());
        wait.announce_at = again.map(|when| self.timers.set(now, when.every, Timer::AnnounceDue(call)));
        let position = (position == told).then_some(position);
        self.fact(What::PositionAnnounced { call, position, expected_wait });
        self.outputs.push_back(Output::Announce { call, position, expected_wait });
    }
}

/// What the departure of one caller tells about the queue.
fn measure(queue: &mut Queue, now: Mono, wait: &Wait, how: &QueueExit, config: &Config) {
    let waited = now.since(wait.entered);
    let samples_max = config.estimate.samples_max;
    match how {
        QueueExit::Answered(_) => {
            queue.throughput.depart(now, samples_max);
            if let Some((at, expected)) = wait.predicted {
                queue.error.record(expected, now.since(at));
            }
            if wait.kind == Kind::Caller {
                queue.departures.add(now, waited, Departed::Answered, config.limits.departures_max);
            }
        }
        QueueExit::Abandoned => {
            queue.throughput.depart(now, samples_max);
            queue.departures.add(now, waited, Departed::Abandoned, config.limits.departures_max);
        }
        QueueExit::TimedOut
        | QueueExit::Full
        | QueueExit::NoAgent
        | QueueExit::Withdrawn
        | QueueExit::Overflowed(_)
        | QueueExit::Callback(_) => {}
    }
    if queue.waiting.is_empty() {
        queue.throughput.pause(now);
    }
}
