//! What a recorded day holds that no configuration decides.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use bell_acd::{AgentCommand, MISSED_CALLS};
use bell_types::{
    AgentActivity, AgentName, AgentPresence, CallId, Cause, EndpointName, Fact, LegId, LegRole, OfferId, OfferOutcome,
    Overflow, QueueExit, QueueName, Wall, Wants, What,
};

/// A day of a centre, read from its facts.
#[derive(Debug, Default)]
pub struct Day {
    /// What queues and agents did, for the figures as they were.
    pub(super) facts: Vec<(Duration, What)>,
    /// Who came into a queue, in order.
    pub(super) visits: Vec<Visit>,
    /// Who came to work, went on a break, could be reached.
    pub(super) staff: Vec<(Duration, Staffing)>,
    reading: Reading,
}

/// One call in one queue.
#[derive(Clone, Debug)]
pub(super) struct Visit {
    pub(super) call: CallId,
    pub(super) queue: QueueName,
    pub(super) priority: u8,
    pub(super) wants: Wants,
    pub(super) at: Duration,
    /// How the agents' phones were answered when it was offered, in order.
    pub(super) pickups: Vec<Pickup>,
    pub(super) wait: Duration,
    /// Whether the wait ended because the caller gave up.
    pub(super) gave_up: bool,
    /// How long the agent was on it, and how long he wrapped up, if one took it.
    pub(super) talk: Option<Duration>,
    pub(super) wrap_up: Option<Duration>,
}

/// How an agent treated an offer. `Withdrawn` says only that he had not answered by then.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pickup {
    pub(super) after: Duration,
    pub(super) outcome: OfferOutcome,
}

/// A change of who is there.
#[derive(Clone, Debug)]
pub(super) enum Staffing {
    Agent(AgentName, AgentCommand),
    /// On a call no queue brought, or rid of it.
    Busy(AgentName),
    Free(AgentName),
    Up(EndpointName),
    /// A line that a trunk leads to: it signs nobody in.
    LineUp(EndpointName),
    Down(EndpointName, Cause),
    /// The node started anew: nobody is there.
    Restart,
}

/// What is remembered while the facts are read.
#[derive(Debug, Default)]
struct Reading {
    began: Option<Wall>,
    open: BTreeMap<CallId, usize>,
    /// Calls on their way from one queue into another.
    moved: BTreeSet<CallId>,
    offers: BTreeMap<OfferId, Duration>,
    legs: BTreeMap<LegId, AgentLeg>,
    presence: BTreeMap<AgentName, AgentPresence>,
    /// The visit an agent took last, and since when he wraps up after it.
    last: BTreeMap<AgentName, (usize, Option<Duration>)>,
    /// The agents who are rid of a call that was handed to them: where their being free stands, and whether they wrap up.
    handed: BTreeMap<AgentName, (usize, bool)>,
}

impl Reading {
    fn answered(&mut self, leg: LegId, at: Option<Duration>) {
        if let Some(held) = self.legs.get_mut(&leg) {
            held.answered = at;
        }
    }
}

#[derive(Debug)]
struct AgentLeg {
    agent: AgentName,
    answered: Option<Duration>,
    /// The visit it was offered for; none: no queue brought it.
    visit: Option<usize>,
}

impl Day {
    /// Nothing has been read; the day begins with the first fact.
    pub fn new() -> Self {
        Self::default()
    }

    /// Nothing has been read; the day begins then. Of what was before, it matters who was there.
    pub fn beginning(at: Wall) -> Self {
        Self { reading: Reading { began: Some(at), ..Reading::default() }, ..Self::default() }
    }

    /// Takes the next fact of the journal.
    pub fn read(&mut self, fact: &Fact) {
        let began = *self.reading.began.get_or_insert(fact.now.wall);
        let micros = fact.now.wall.as_micros().saturating_sub(began.as_micros());
        // A clock that was set back stands still until it has caught up.
        let at = Duration::from_micros(u64::try_from(micros).unwrap_or(0)).max(self.length());
        self.read_staff(at, &fact.what);
        if fact.now.wall >= began {
            self.read_queue(at, &fact.what);
            self.read_legs(at, &fact.what);
        }
        let counts = match fact.what {
            What::Enqueued { .. } | What::LeftQueue { .. } | What::PositionAnnounced { .. } => fact.now.wall >= began,
            What::AgentChanged { .. } | What::NodeStarted { .. } => true,
            _ => false,
        };
        if counts {
            self.facts.push((at, fact.what.clone()));
        }
    }

    /// How many calls entered a queue.
    pub fn visits(&self) -> usize {
        self.visits.len()
    }

    fn read_queue(&mut self, at: Duration, what: &What) {
        match what {
            // The router moved it by its ladder, and would not do so by another.
            What::Enqueued { call, .. } if self.reading.moved.remove(call) => {}
            What::Enqueued { call, queue, priority, wants, .. } => {
                self.reading.open.insert(*call, self.visits.len());
                self.visits.push(Visit {
                    call: *call,
                    queue: queue.clone(),
                    priority: *priority,
                    wants: wants.clone(),
                    at,
                    pickups: Vec::new(),
                    wait: Duration::ZERO,
                    gave_up: false,
                    talk: None,
                    wrap_up: None,
                });
            }
            What::LeftQueue { call, how: QueueExit::Overflowed(Overflow::Queue(_)), .. } => {
                self.reading.moved.insert(*call);
            }
            What::LeftQueue { call, how, .. } => {
                let Some(visit) = self.reading.open.remove(call) else { return };
                self.visits[visit].wait = at.saturating_sub(self.visits[visit].at);
                self.visits[visit].gave_up = *how == QueueExit::Abandoned;
                if let QueueExit::Answered(agent) = how {
                    self.reading.last.insert(agent.clone(), (visit, None));
                    let leg = self
                        .reading
                        .legs
                        .iter_mut()
                        .rev()
                        .find(|(leg, held)| leg.call == *call && held.agent == *agent);
                    if let Some((_, leg)) = leg {
                        leg.visit = Some(visit);
                    }
                }
            }
            What::Offered { offer, .. } => {
                self.reading.offers.insert(*offer, at);
            }
            What::OfferEnded { offer, outcome, .. } => {
                let made = self.reading.offers.remove(offer);
                if let (Some(made), Some(visit)) = (made, self.reading.open.get(&offer.call)) {
                    let after = at.saturating_sub(made);
                    self.visits[*visit].pickups.push(Pickup { after, outcome: *outcome });
                }
            }
            _ => {}
        }
    }

    fn read_legs(&mut self, at: Duration, what: &What) {
        match what {
            What::LegOpened { leg, role: LegRole::Agent { agent, .. }, .. } => {
                self.reading.legs.insert(*leg, AgentLeg { agent: agent.clone(), answered: None, visit: None });
            }
            What::LegAnswered { leg, .. } => self.reading.answered(*leg, Some(at)),
            // A voicemail may have answered: he talks when he has pressed the key.
            What::ConfirmAsked { leg, .. } => self.reading.answered(*leg, None),
            What::Confirmed { leg } => self.reading.answered(*leg, Some(at)),
            What::LegEnded { leg, .. } => {
                let Some(AgentLeg { agent, answered: Some(answered), visit }) = self.reading.legs.remove(leg) else {
                    return;
                };
                match visit {
                    Some(visit) => self.visits[visit].talk = Some(at.saturating_sub(answered)),
                    None => {
                        self.staff.push((answered, Staffing::Busy(agent.clone())));
                        self.reading.handed.insert(agent.clone(), (self.staff.len(), false));
                        self.staff.push((at, Staffing::Free(agent)));
                    }
                }
            }
            _ => {}
        }
    }

    fn read_staff(&mut self, at: Duration, what: &What) {
        match what {
            What::EndpointRegistered { endpoint, .. } => self.staff.push((at, Staffing::Up(endpoint.clone()))),
            What::EndpointGone { endpoint, cause } => self.staff.push((at, Staffing::Down(endpoint.clone(), *cause))),
            What::LineReached { endpoint, down: None } => self.staff.push((at, Staffing::LineUp(endpoint.clone()))),
            What::LineReached { endpoint, down: Some(cause) } => {
                self.staff.push((at, Staffing::Down(endpoint.clone(), *cause)));
            }
            What::NodeStarted { .. } => {
                self.reading.handed.clear();
                self.reading.presence.clear();
                self.reading.last.clear();
                self.staff.push((at, Staffing::Restart));
            }
            What::AgentChanged { agent, presence, activity, .. } => {
                self.wrapped_up(at, agent, *activity);
                self.worked(at, agent, *activity);
                let before = self.reading.presence.insert(agent.clone(), presence.clone());
                if before.as_ref() != Some(presence)
                    && let Some(command) = command(presence)
                {
                    self.staff.push((at, Staffing::Agent(agent.clone(), command)));
                }
            }
            _ => {}
        }
    }

    /// The work after a call that was handed to an agent is over: he is free only now.
    fn worked(&mut self, at: Duration, agent: &AgentName, activity: AgentActivity) {
        let Some((free, wraps)) = self.reading.handed.remove(agent) else { return };
        match (activity, wraps) {
            (AgentActivity::WrapUp, _) => drop(self.reading.handed.insert(agent.clone(), (free, true))),
            (_, true) => self.staff[free].0 = at,
            (_, false) => {}
        }
    }

    fn wrapped_up(&mut self, at: Duration, agent: &AgentName, activity: AgentActivity) {
        let Some((visit, since)) = self.reading.last.get_mut(agent) else { return };
        match (activity, *since) {
            (AgentActivity::WrapUp, None) => *since = Some(at),
            (AgentActivity::WrapUp, Some(_)) => {}
            (_, Some(since)) => {
                self.visits[*visit].wrap_up = Some(at.saturating_sub(since));
                self.reading.last.remove(agent);
            }
            (AgentActivity::Talking, None) => {}
            (_, None) => {
                self.visits[*visit].wrap_up = Some(Duration::ZERO);
                self.reading.last.remove(agent);
            }
        }
    }
}

/// What led an agent to ask for this; none if a rule of the router did.
fn command(presence: &AgentPresence) -> Option<AgentCommand> {
    match presence {
        AgentPresence::Available => Some(AgentCommand::Available),
        AgentPresence::SignedOut => Some(AgentCommand::SignOut),
        AgentPresence::Break { reason } if reason == MISSED_CALLS => None,
        AgentPresence::Break { reason } => Some(AgentCommand::Break { reason: reason.clone() }),
    }
}
