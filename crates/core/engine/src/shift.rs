//! The end of shifts: who is at work by which hours, and when he is signed out (AGT-12).

use std::collections::BTreeMap;

use bell_acd::Input;
use bell_types::{AgentName, AgentPresence, CalendarName, Mono, Now, Wall, What};

use crate::config::Snapshot;
use crate::node::Node;

/// How many days ahead the end of a shift is looked for.
const DAYS_MAX: usize = 8;

/// By which hours an agent works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shift {
    /// The calendar.
    pub calendar: CalendarName,
    /// His shift in it; none: all of its hours.
    pub shift: Option<Box<str>>,
}

/// The end of an agent's shift.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShiftEnd {
    /// When his work is over.
    pub ends: Wall,
    /// When he is signed out if he is in no call by then.
    pub signs_out_at: Wall,
}

/// Who is at work.
#[derive(Debug, Default)]
pub(crate) struct Duty {
    agents: BTreeMap<AgentName, OnDuty>,
    /// When the first of them is to be signed out.
    at: Option<Mono>,
}

/// An agent at work.
#[derive(Clone, Copy, Debug)]
struct OnDuty {
    since: Wall,
    /// When he is to be signed out; none: never, or the router knows already.
    signs_out_at: Option<Wall>,
}

impl Snapshot {
    /// When the shift of an agent ends who came to work at this instant: whoever comes after its end works until the next
    /// one. None: nobody says, or it goes on day and night.
    pub fn shift_end(&self, agent: &AgentName, since: Wall) -> Option<ShiftEnd> {
        let Shift { calendar, shift } = self.agent_rules.shifts.get(agent)?;
        let (calendar, shift) = (self.calendars.get(calendar)?, shift.as_deref());
        let yesterday = self.zone.local(since).date.previous();
        let days = std::iter::successors(Some(yesterday), |day| Some(day.next())).take(DAYS_MAX);
        let ends = days.filter_map(|day| calendar.work_end(day, shift)).map(|end| self.zone.at(end));
        let mut ends = ends.filter(|end| *end > since && !calendar.works(self.zone.local(*end), shift));
        let ends = ends.next()?;
        Some(ShiftEnd { ends, signs_out_at: ends + self.agent_rules.shift_grace })
    }
}

impl Duty {
    pub(crate) fn poll_timeout(&self) -> Option<Mono> {
        self.at
    }

    /// The wall clock may be set meanwhile: then it is looked at again when this is due.
    fn plan(&mut self, now: Now) {
        let first = self.agents.values().filter_map(|duty| duty.signs_out_at).min();
        self.at = first.map(|at| now.mono + at.since(now.wall));
    }
}

impl Node {
    /// Somebody comes to work, or leaves it.
    pub(crate) fn note_duty(&mut self, what: &What) {
        let What::AgentChanged { agent, presence, .. } = what else { return };
        let now = self.now();
        let is_in = *presence != AgentPresence::SignedOut;
        if is_in == self.duty.agents.contains_key(agent) {
            return;
        }
        if is_in {
            let end = self.snapshot.shift_end(agent, now.wall);
            let duty = OnDuty { since: now.wall, signs_out_at: end.map(|end| end.signs_out_at) };
            self.duty.agents.insert(agent.clone(), duty);
        } else {
            self.duty.agents.remove(agent);
        }
        self.duty.plan(now);
    }

    /// Another configuration may name other hours. Whoever was told to leave leaves.
    pub(crate) fn look_at_shifts(&mut self) {
        let now = self.now();
        for (agent, duty) in &mut self.duty.agents {
            let end = self.snapshot.shift_end(agent, duty.since).map(|end| end.signs_out_at);
            duty.signs_out_at = end.filter(|at| *at > now.wall || duty.signs_out_at.is_some());
        }
        self.duty.plan(now);
    }

    /// Tells the router whose time to finish is over.
    pub(crate) fn end_shifts(&mut self) {
        let now = self.now();
        let mut over = Vec::new();
        for (agent, duty) in &mut self.duty.agents {
            if duty.signs_out_at.is_some_and(|at| at <= now.wall) {
                duty.signs_out_at = None;
                over.push(agent.clone());
            }
        }
        self.duty.plan(now);
        for agent in over {
            self.tell_acd(Input::ShiftOver(agent));
            self.settle();
        }
    }
}
