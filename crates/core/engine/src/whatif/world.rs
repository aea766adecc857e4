//! One run: the router among callers and agents who behave as they did on the recorded day.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use bell_acd::{Acd, AgentCommand, Config, Draws, Input, Output, Withdrawal};
use bell_types::{
    AgentActivity, AgentName, CallId, Cause, EndpointName, Mono, Now, OfferId, OfferOutcome, Party, QueueExit, What,
};

use super::day::{Day, Pickup, Staffing, Visit};
use super::patience::Patience;

/// After how long a phone is answered where none was seen to be: one ring of the Chinese cadence.
const PICK_UP: Duration = Duration::from_secs(5);

/// The world around the router.
pub(super) struct World<'d> {
    day: &'d Day,
    acd: Acd,
    /// What the router stated, until it is heard.
    facts: Vec<(Duration, What)>,
    draws: Draws,
    habits: Habits,
    now: Duration,
    /// What is to happen, in order; of several at one instant the first that was planned.
    agenda: BTreeMap<(Duration, u64), Event>,
    planned: u64,
    /// The visit a call is on, and how many offers it has had on it.
    calls: BTreeMap<CallId, (usize, usize)>,
    ringing: BTreeSet<OfferId>,
    reachable: BTreeSet<EndpointName>,
    agents: BTreeMap<AgentName, AgentActivity>,
}

/// What was seen of everybody, to draw from where nothing was seen of one.
struct Habits {
    patience: Patience,
    /// The shortest first.
    pickups: Vec<Pickup>,
    talks: Vec<Duration>,
    wrap_ups: Vec<Duration>,
}

enum Event {
    Arrives(usize),
    Staff(usize),
    PicksUp(OfferId, OfferOutcome),
    GivesUp(CallId, usize),
    HangsUp(CallId, AgentName, Duration),
    WrapsUp(AgentName),
    /// A call that left its queue without an agent is forgotten.
    Ends(CallId),
}

impl<'d> World<'d> {
    pub(super) fn new(day: &'d Day, config: &Arc<Config>, seed: u64) -> Self {
        let mut draws = Draws::new(seed);
        let router_seed = draws.draw();
        let mut world = Self {
            day,
            acd: Acd::new(config, router_seed),
            facts: Vec::new(),
            draws,
            habits: Habits::of(&day.visits),
            now: Duration::ZERO,
            agenda: BTreeMap::new(),
            planned: 0,
            calls: BTreeMap::new(),
            ringing: BTreeSet::new(),
            reachable: BTreeSet::new(),
            agents: BTreeMap::new(),
        };
        // Who comes to work and who calls in the same instant: the agent is there first, as he was.
        for (index, (at, _)) in day.staff.iter().enumerate() {
            world.plan(*at, Event::Staff(index));
        }
        for (index, visit) in day.visits.iter().enumerate() {
            world.plan(visit.at, Event::Arrives(index));
        }
        world
    }

    /// Runs the day; what the router states is heard in its order.
    pub(super) fn run(mut self, mut hear: impl FnMut(Duration, &What)) {
        // It ends: every visit plans a bounded number of events, and so does every offer, of which a call has a limit.
        while let Some((&(at, _), _)) = self.agenda.first_key_value() {
            if self.acd.poll_timeout().is_some_and(|timeout| since_zero(timeout) <= at) {
                self.tick();
            } else if let Some((_, event)) = self.agenda.pop_first() {
                self.now = at;
                self.happens(event);
            }
            self.facts.drain(..).for_each(|(at, what)| hear(at, &what));
        }
        // Whoever still waits has nobody left to wait for but the router's own deadlines.
        while !self.calls.is_empty() && self.acd.poll_timeout().is_some() {
            self.tick();
            self.facts.drain(..).for_each(|(at, what)| hear(at, &what));
        }
    }

    fn tick(&mut self) {
        if let Some(timeout) = self.acd.poll_timeout() {
            self.now = self.now.max(since_zero(timeout));
        }
        self.tell(Input::Tick);
    }

    fn plan(&mut self, at: Duration, event: Event) {
        self.planned += 1;
        self.agenda.insert((at, self.planned), event);
    }

    fn happens(&mut self, event: Event) {
        match event {
            Event::Arrives(visit) => self.arrives(visit),
            Event::Staff(index) => self.staffing(&self.day.staff[index].1),
            Event::PicksUp(offer, outcome) => {
                if self.ringing.remove(&offer) {
                    self.tell(Input::OfferEnded { offer, outcome });
                }
            }
            Event::GivesUp(call, visit) => {
                if self.calls.get(&call).is_some_and(|(waits_for, _)| *waits_for == visit) {
                    self.tell(Input::Withdraw { call, why: Withdrawal::Abandoned });
                    self.left(call, QueueExit::Abandoned);
                }
            }
            Event::HangsUp(call, agent, wrap_up) => {
                self.tell(Input::Released { agent: agent.clone(), call });
                self.ends(call);
                self.plan(self.now + wrap_up, Event::WrapsUp(agent));
            }
            Event::Ends(call) => self.ends(call),
            Event::WrapsUp(agent) => {
                if self.agents.get(&agent) == Some(&AgentActivity::WrapUp) {
                    self.ask(agent, AgentCommand::EndWrapUp);
                }
            }
        }
    }

    fn arrives(&mut self, index: usize) {
        let visit = &self.day.visits[index];
        // The next visit of a call that the run has not let go of ends the one before.
        self.calls.insert(visit.call, (index, 0));
        let patience =
            if visit.gave_up { Some(visit.wait) } else { self.habits.patience.draw(visit.wait, &mut self.draws) };
        if let Some(patience) = patience {
            self.plan(visit.at + patience, Event::GivesUp(visit.call, index));
        }
        let since = Mono::ZERO + self.now;
        let (call, queue, priority, wants) = (visit.call, visit.queue.clone(), visit.priority, visit.wants.clone());
        self.tell(Input::Enqueue { call, queue, priority, since, wants });
    }

    fn staffing(&mut self, staffing: &Staffing) {
        match staffing.clone() {
            Staffing::Agent(agent, command) => self.ask(agent, command),
            Staffing::Busy(agent) => self.tell(Input::AgentBusy(agent)),
            Staffing::Free(agent) => self.tell(Input::AgentFree(agent)),
            Staffing::Up(endpoint) => {
                self.reachable.insert(endpoint.clone());
                self.tell(Input::EndpointUp(endpoint));
            }
            Staffing::LineUp(endpoint) => {
                self.reachable.insert(endpoint.clone());
                self.tell(Input::LineUp(endpoint));
            }
            Staffing::Down(endpoint, cause) => {
                self.reachable.remove(&endpoint);
                self.tell(Input::EndpointDown { endpoint, cause });
            }
            Staffing::Restart => {
                let agents: Vec<AgentName> = self.agents.keys().cloned().collect();
                for agent in agents {
                    self.ask(agent, AgentCommand::SignOut);
                }
                while let Some(endpoint) = self.reachable.pop_first() {
                    self.tell(Input::EndpointDown { endpoint, cause: Cause::NodeFailed });
                }
            }
        }
    }

    fn ask(&mut self, agent: AgentName, command: AgentCommand) {
        self.tell(Input::Agent { agent, command, by: Party::System });
    }

    /// The call is over, unless it waits again.
    fn ends(&mut self, call: CallId) {
        if !self.calls.contains_key(&call) {
            self.tell(Input::CallEnded(call));
        }
    }

    fn tell(&mut self, input: Input) {
        let now = Now { mono: Mono::ZERO + self.now, ..Now::default() };
        self.acd.handle(now, input);
        while let Some(output) = self.acd.poll_output() {
            self.wanted(output);
        }
    }

    fn wanted(&mut self, output: Output) {
        match output {
            Output::Offer { offer, .. } => self.rings(offer),
            Output::WithdrawOffer { offer, .. } => {
                self.ringing.remove(&offer);
            }
            Output::LeftQueue { call, how, .. } => self.left(call, how),
            Output::Fact(what) => {
                if let What::AgentChanged { agent, activity, .. } = &what {
                    self.agents.insert(agent.clone(), *activity);
                }
                self.facts.push((self.now, what));
            }
            Output::OfferRefused(_)
            | Output::Announce { .. }
            | Output::Moved { .. }
            | Output::CallbackRefused { .. }
            | Output::AgentUnknown(_) => {}
        }
    }

    /// The phone rings: it is treated as it was on the recorded day, or else as phones are that rang so long already.
    fn rings(&mut self, offer: OfferId) {
        let Some((visit, offers)) = self.calls.get_mut(&offer.call) else { return };
        let seen = self.day.visits[*visit].pickups.get(*offers);
        *offers += 1;
        let pickup = match seen {
            Some(seen) if seen.outcome != OfferOutcome::Withdrawn => *seen,
            Some(Pickup { after, .. }) => self.habits.pickup(*after, &mut self.draws),
            None => self.habits.pickup(Duration::ZERO, &mut self.draws),
        };
        self.ringing.insert(offer);
        self.plan(self.now + pickup.after, Event::PicksUp(offer, pickup.outcome));
    }

    fn left(&mut self, call: CallId, how: QueueExit) {
        let Some(&(visit, _)) = self.calls.get(&call) else { return };
        match how {
            QueueExit::Answered(agent) => {
                let visit = &self.day.visits[visit];
                let talk = visit.talk.or_else(|| pick(&self.habits.talks, &mut self.draws));
                let wrap_up = visit.wrap_up.or_else(|| pick(&self.habits.wrap_ups, &mut self.draws));
                let ends = self.now + talk.unwrap_or_default();
                // From here on nobody waits: giving up finds no visit.
                self.calls.remove(&call);
                self.plan(ends, Event::HangsUp(call, agent, wrap_up.unwrap_or_default()));
            }
            QueueExit::Abandoned
            | QueueExit::TimedOut
            | QueueExit::Full
            | QueueExit::NoAgent
            | QueueExit::Withdrawn
            | QueueExit::Overflowed(_)
            | QueueExit::Callback(_) => {
                self.calls.remove(&call);
                self.plan(self.now, Event::Ends(call));
            }
        }
    }
}

impl Habits {
    fn of(visits: &[Visit]) -> Self {
        let offers = visits.iter().flat_map(|visit| visit.pickups.iter().copied());
        let mut pickups: Vec<Pickup> = offers.filter(|pickup| pickup.outcome != OfferOutcome::Withdrawn).collect();
        pickups.sort_by_key(|pickup| pickup.after);
        Self {
            patience: Patience::of(visits.iter().map(|visit| (visit.wait, visit.gave_up)).collect()),
            pickups,
            talks: visits.iter().filter_map(|visit| visit.talk).collect(),
            wrap_ups: visits.iter().filter_map(|visit| visit.wrap_up).collect(),
        }
    }
}

impl Habits {
    /// How an offer is treated that has rung so long.
    fn pickup(&self, rung: Duration, draws: &mut Draws) -> Pickup {
        let later = self.pickups.partition_point(|pickup| pickup.after <= rung);
        let usual = Pickup { after: rung + PICK_UP, outcome: OfferOutcome::Accepted };
        pick(&self.pickups[later..], draws).unwrap_or(usual)
    }
}

/// One of what was seen, each as likely as the next.
fn pick<T: Copy>(seen: &[T], draws: &mut Draws) -> Option<T> {
    let count = seen.len() as u64;
    let index = draws.draw().checked_rem(count)?;
    seen.get(usize::try_from(index).ok()?).copied()
}

fn since_zero(at: Mono) -> Duration {
    at.since(Mono::ZERO)
}
