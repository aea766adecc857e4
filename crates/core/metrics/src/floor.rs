//! Queues and agents over a stretch of time.

use std::collections::BTreeMap;
use std::time::Duration;

use bell_types::{AgentActivity, AgentName, AgentPresence, CallId, QueueExit, QueueName, What};
use serde::Serialize;

use crate::waits::Waits;

/// How the service level is computed (RPT-12): calls answered within `within`, divided by all calls that were offered,
/// those left out who gave up within `abandoned_within`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServiceLevel {
    /// The target wait.
    pub within: Duration,
    /// Callers who gave up no later than this count neither for nor against; zero counts every one.
    pub abandoned_within: Duration,
}

/// A fold over facts that says how queues and agents fare.
#[derive(Clone, Debug)]
pub struct Floor {
    service_level: ServiceLevel,
    queues: BTreeMap<QueueName, Queue>,
    agents: BTreeMap<AgentName, Agent>,
    waiting: BTreeMap<CallId, Waiting>,
    now: Duration,
}

/// Who waits where, since when, and until when by what he was told first.
#[derive(Clone, Debug)]
struct Waiting {
    queue: QueueName,
    since: Duration,
    told: Option<Duration>,
}

#[derive(Clone, Debug, Default)]
struct Queue {
    offered: u64,
    answered: u64,
    answered_in_time: u64,
    abandoned: u64,
    abandoned_at_once: u64,
    timed_out: u64,
    turned_away: u64,
    withdrawn: u64,
    overflowed: u64,
    called_back: u64,
    answered_waits: Waits,
    abandoned_waits: Waits,
    longest: Duration,
    /// How far the first estimate was off, whichever way.
    estimate_errors: Waits,
    /// How many of those callers waited longer than they were told.
    waited_longer: u64,
}

#[derive(Clone, Debug)]
struct Agent {
    presence: AgentPresence,
    activity: AgentActivity,
    since: Duration,
    figures: AgentFigures,
}

/// How a queue fares.
///
/// `offered = answered + abandoned + timed_out + turned_away + withdrawn + overflowed + called_back + waiting`, always.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct QueueFigures {
    /// Calls that entered.
    pub offered: u64,
    /// Calls an agent took.
    pub answered: u64,
    /// Callers who hung up while they waited.
    pub abandoned: u64,
    /// Calls that had waited as long as the queue allows.
    pub timed_out: u64,
    /// Calls that were turned away: the queue was full, or nobody was signed in.
    pub turned_away: u64,
    /// Calls that left for another reason: ended or moved from outside.
    pub withdrawn: u64,
    /// Calls that the queue's ladder sent elsewhere.
    pub overflowed: u64,
    /// Callers who asked to be called back.
    pub called_back: u64,
    /// Calls that wait now.
    pub waiting: u64,
    /// Calls answered in time, in thousandths of those that count; none if none counts.
    pub service_level_permille: Option<u64>,
    /// The mean wait of answered calls (ASA).
    pub answer_mean: Option<Duration>,
    /// What nine of ten answered calls waited at most.
    pub answer_p90: Option<Duration>,
    /// The mean wait of callers who gave up.
    pub abandon_mean: Option<Duration>,
    /// The longest wait of a call that has left.
    pub longest: Duration,
    /// Answered calls whose caller had been told an expected wait.
    pub estimated: u64,
    /// By how much the first such estimate was wrong in the mean, whichever way (INB-24).
    pub estimate_error_mean: Option<Duration>,
    /// How many of those callers waited longer than they were told.
    pub waited_longer: u64,
}

/// How an agent spent the time.
///
/// `signed_in = available + on_break`, and `talking + wrap_up <= signed_in` but for calls that outlast a sign-out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AgentFigures {
    /// Signed in, at work or on a break.
    pub signed_in: Duration,
    /// Signed in and not on a break.
    pub available: Duration,
    /// On a break.
    pub on_break: Duration,
    /// On calls.
    pub talking: Duration,
    /// Wrapping up.
    pub wrap_up: Duration,
    /// While a phone rang.
    pub offered: Duration,
}

/// How the whole floor fares.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Figures {
    /// Each queue, by name.
    pub queues: Vec<(QueueName, QueueFigures)>,
    /// All queues together; a call that went through two of them counts in both.
    pub total: QueueFigures,
    /// Each agent, by name.
    pub agents: Vec<(AgentName, AgentFigures)>,
    /// (talking + wrapping up) / available, of all agents together, in thousandths; none if nobody was available.
    pub occupancy_permille: Option<u64>,
}

impl Floor {
    /// Nothing has happened yet.
    pub fn new(service_level: ServiceLevel) -> Self {
        Self {
            service_level,
            queues: BTreeMap::new(),
            agents: BTreeMap::new(),
            waiting: BTreeMap::new(),
            now: Duration::ZERO,
        }
    }

    /// Takes the next fact, and when it was, counted from any beginning. Facts that are not about queues or agents only
    /// move the time on.
    pub fn apply(&mut self, at: Duration, what: &What) {
        self.now = self.now.max(at);
        match what {
            What::Enqueued { call, queue, .. } => self.entered(*call, queue),
            What::LeftQueue { call, queue, how } => self.left(*call, queue, how),
            What::PositionAnnounced { call, expected_wait: Some(expected), .. } => {
                if let Some(waiting) = self.waiting.get_mut(call) {
                    waiting.told.get_or_insert(self.now + *expected);
                }
            }
            What::AgentChanged { agent, presence, activity, .. } => self.changed(agent, presence, *activity),
            What::NodeStarted { .. } => self.restarted(),
            _ => {}
        }
    }

    /// How everything fares up to the newest fact.
    pub fn figures(&self) -> Figures {
        let mut total = Queue::default();
        let mut queues = Vec::new();
        for (name, queue) in &self.queues {
            let waiting = self.waiting.values().filter(|waiting| waiting.queue == *name).count() as u64;
            queues.push((name.clone(), queue.figures(waiting)));
            total.add(queue);
        }
        let agents: Vec<(AgentName, AgentFigures)> =
            self.agents.iter().map(|(name, agent)| (name.clone(), agent.figures_at(self.now))).collect();
        let sum = |part: fn(&AgentFigures) -> Duration| agents.iter().map(|(_, agent)| part(agent)).sum::<Duration>();
        let busy = sum(|agent| agent.talking) + sum(|agent| agent.wrap_up);
        Figures {
            queues,
            total: total.figures(self.waiting.len() as u64),
            occupancy_permille: permille(busy.as_micros(), sum(|agent| agent.available).as_micros()),
            agents,
        }
    }

    fn entered(&mut self, call: CallId, queue: &QueueName) {
        self.queues.entry(queue.clone()).or_default().offered += 1;
        self.waiting.insert(call, Waiting { queue: queue.clone(), since: self.now, told: None });
    }

    fn left(&mut self, call: CallId, name: &QueueName, how: &QueueExit) {
        // A call whose entry lies before the first fact is not of this stretch.
        let Some(Waiting { since, told, .. }) = self.waiting.remove(&call) else { return };
        let wait = self.now.saturating_sub(since);
        let queue = self.queues.entry(name.clone()).or_default();
        queue.longest = queue.longest.max(wait);
        match how {
            QueueExit::Answered(_) => {
                queue.answered += 1;
                queue.answered_in_time += u64::from(wait <= self.service_level.within);
                queue.answered_waits.add(wait);
                if let Some(told) = told {
                    queue.estimate_errors.add(self.now.abs_diff(told));
                    queue.waited_longer += u64::from(self.now > told);
                }
            }
            QueueExit::Abandoned => {
                queue.abandoned += 1;
                let at_once =
                    wait <= self.service_level.abandoned_within && !self.service_level.abandoned_within.is_zero();
                queue.abandoned_at_once += u64::from(at_once);
                queue.abandoned_waits.add(wait);
            }
            QueueExit::TimedOut => queue.timed_out += 1,
            QueueExit::Full | QueueExit::NoAgent => queue.turned_away += 1,
            QueueExit::Withdrawn => queue.withdrawn += 1,
            QueueExit::Overflowed(_) => queue.overflowed += 1,
            QueueExit::Callback(_) => queue.called_back += 1,
        }
    }

    fn changed(&mut self, name: &AgentName, presence: &AgentPresence, activity: AgentActivity) {
        let now = self.now;
        let agent = self.agents.entry(name.clone()).or_insert_with(|| Agent::new(now));
        agent.figures = agent.figures_at(now);
        agent.since = now;
        agent.presence = presence.clone();
        agent.activity = activity;
    }

    /// Nobody is signed in after a start, and nobody waits: what the last run left open is closed by facts of its own.
    fn restarted(&mut self) {
        let now = self.now;
        for agent in self.agents.values_mut() {
            *agent = Agent { figures: agent.figures_at(now), ..Agent::new(now) };
        }
        let lost = std::mem::take(&mut self.waiting);
        for Waiting { queue, .. } in lost.into_values() {
            self.queues.entry(queue).or_default().withdrawn += 1;
        }
    }
}

impl Queue {
    fn add(&mut self, other: &Self) {
        self.offered += other.offered;
        self.answered += other.answered;
        self.answered_in_time += other.answered_in_time;
        self.abandoned += other.abandoned;
        self.abandoned_at_once += other.abandoned_at_once;
        self.timed_out += other.timed_out;
        self.turned_away += other.turned_away;
        self.withdrawn += other.withdrawn;
        self.overflowed += other.overflowed;
        self.called_back += other.called_back;
        self.answered_waits.merge(&other.answered_waits);
        self.abandoned_waits.merge(&other.abandoned_waits);
        self.longest = self.longest.max(other.longest);
        self.estimate_errors.merge(&other.estimate_errors);
        self.waited_longer += other.waited_longer;
    }

    fn figures(&self, waiting: u64) -> QueueFigures {
        // Who still waits has been offered, and is neither for nor against until it is known.
        let counted = self.offered - waiting - self.abandoned_at_once;
        QueueFigures {
            offered: self.offered,
            answered: self.answered,
            abandoned: self.abandoned,
            timed_out: self.timed_out,
            turned_away: self.turned_away,
            withdrawn: self.withdrawn,
            overflowed: self.overflowed,
            called_back: self.called_back,
            waiting,
            service_level_permille: permille(self.answered_in_time.into(), counted.into()),
            answer_mean: self.answered_waits.mean(),
            answer_p90: self.answered_waits.percentile(900),
            abandon_mean: self.abandoned_waits.mean(),
            longest: self.longest,
            estimated: self.estimate_errors.count(),
            estimate_error_mean: self.estimate_errors.mean(),
            waited_longer: self.waited_longer,
        }
    }
}

impl Agent {
    fn new(since: Duration) -> Self {
        Self {
            presence: AgentPresence::SignedOut,
            activity: AgentActivity::Idle,
            since,
            figures: AgentFigures::default(),
        }
    }

    fn figures_at(&self, now: Duration) -> AgentFigures {
        let mut figures = self.figures;
        let passed = now.saturating_sub(self.since);
        match self.presence {
            AgentPresence::SignedOut => {}
            AgentPresence::Available => {
                figures.signed_in += passed;
                figures.available += passed;
            }
            AgentPresence::Break { .. } => {
                figures.signed_in += passed;
                figures.on_break += passed;
            }
        }
        match self.activity {
            AgentActivity::Talking => figures.talking += passed,
            AgentActivity::WrapUp => figures.wrap_up += passed,
            AgentActivity::Offered => figures.offered += passed,
            AgentActivity::Idle | AgentActivity::Unreachable => {}
        }
        figures
    }
}

fn permille(part: u128, whole: u128) -> Option<u64> {
    let permille = (part * 1000).checked_div(whole)?;
    u64::try_from(permille).ok()
}
