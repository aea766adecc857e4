//! What people ask of calls, with its names looked up: agents, queues, flows, numbers, supervisors.

use std::sync::Arc;

use bell_acd::{Unstaffed, Wants};
use bell_call::{
    Acting, AgentLine, Arrival, Ask, Colleague, Command, Destination, First, Goal, MayTransfer, Outside, Placement,
    QueueState, Target, check_colleague, check_inside, check_outside, check_own, check_phone, check_queue,
    check_release, check_supervise, complete,
};
use bell_ivr::{CallerFacts, Context, Flow, Recording};
use bell_types::{
    AgentName, AgentPresence, CallId, CallRefusal, Caller, Cause, EndpointName, Filter, FlowName, LegId, Number, Party,
    QueueName, SupervisionMode, TrunkName, What,
};

use crate::config::Line;
use crate::flows::Opening;
use crate::modes::Rings;
use crate::node::Node;
use crate::vocabulary::{Refused, Ring};

impl Node {
    pub(crate) fn command_call(&mut self, call: CallId, by: Party, ask: Ask) -> Result<(), Refused> {
        let words = ask.to_string();
        let command = self.look_up(call, &by, ask);
        let outcome = self.calls.command(self.now(), call, by, words, command);
        self.take_from_calls();
        self.settle();
        outcome.map_err(Refused::Call)
    }

    /// Places a call, if both ends of it can be reached.
    pub(crate) fn place(&mut self, customer: &str, shown: &str, ring: Ring) -> Result<(), Refused> {
        let (context, placement) = self.placement(customer, shown, ring, None).map_err(Refused::Call)?;
        let call = self.calls.mint(self.now());
        self.begin(call, context, placement)
    }

    /// Begins a call that can be placed.
    pub(crate) fn begin(&mut self, call: CallId, context: Context, placement: Placement) -> Result<(), Refused> {
        let snapshot = Arc::clone(&self.snapshot);
        let flow = snapshot.flows.get(&placement.arrival.flow).map(Arc::clone);
        let flow = flow.ok_or(Refused::Call(CallRefusal::FlowUnknown))?;
        self.calls.place(self.now(), call, placement).map_err(|_| Refused::Call(CallRefusal::NoRoom))?;
        self.flows.open_placed(call, Opening { snapshot, flow, context, ends_as: None, wants: Wants::default() });
        self.take_from_calls();
        self.settle();
        Ok(())
    }

    /// `rings`: the kind of phone at which the agent is called; none: any of his.
    pub(crate) fn placement(
        &self,
        customer: &str,
        shown: &str,
        ring: Ring,
        rings: Option<Rings>,
    ) -> Result<(Context, Placement), CallRefusal> {
        let called = complete(shown, &self.snapshot.plan)?;
        let door = self.snapshot.numbers.get(&called).ok_or(CallRefusal::ShownUnknown)?;
        let flow = self.snapshot.flows.get(&door.flow).ok_or(CallRefusal::FlowUnknown)?;
        if self.gate.refuses(flow.recording()).is_some() {
            return Err(CallRefusal::NoRoom);
        }
        let number = self.customer(customer)?;
        let routes = self.outside(&number).map_err(|_| CallRefusal::NoTrunk)?;
        let customer = first(routes).ok_or(CallRefusal::NoTrunk)?;
        let first = match ring {
            Ring::Agent(agent) => {
                let (phone, others) = first(self.phones_like(&agent, rings)?).ok_or(CallRefusal::TargetUnreachable)?;
                First::Agent { agent, phone, others }
            }
            Ring::Queue(queue) => {
                self.queue_goal(&queue)?;
                First::Queue { queue, priority: 0, since: self.now().mono }
            }
        };
        Ok(self.to_customer(number, called, flow, customer, first))
    }

    /// A call to a customer, who sees `shown`, by the first of these ways or else by the others.
    pub(crate) fn to_customer(
        &self,
        number: Number,
        shown: Number,
        flow: &Flow,
        (customer, others): (Destination, Vec<Destination>),
        first: First,
    ) -> (Context, Placement) {
        let context = Context {
            caller: Some(number.clone()),
            called: shown.clone(),
            zone: Arc::clone(&self.snapshot.zone),
            calendars: Arc::clone(&self.snapshot.calendars),
            facts: CallerFacts::unknown("we placed the call"),
        };
        let arrival = Arrival {
            caller: Caller { number: Some(number), name: None },
            called: shown,
            trunk: None,
            flow: flow.name().clone(),
            flow_version: flow.version(),
            recorded: flow.recording() == Recording::On,
            ringback: None,
        };
        let ring_timeout = self.snapshot.call.transfer_ring_timeout;
        (context, Placement { arrival, customer, others, first, ring_timeout, dialled: None })
    }

    fn look_up(&self, call: CallId, by: &Party, ask: Ask) -> Result<Command, CallRefusal> {
        Ok(match ask {
            Ask::Hold => Command::Hold,
            Ask::Resume => Command::Resume,
            Ask::Transfer(target) => Command::Transfer { target: target.to_string(), goal: self.goal(by, &target)? },
            Ask::Escalate => {
                let queue = self.calls.queue(call).and_then(|queue| self.snapshot.escalates.get(queue));
                let queue = queue.ok_or(CallRefusal::NoEscalation)?;
                let target = Target::Queue(queue.clone());
                Command::Transfer { target: target.to_string(), goal: self.goal(by, &target)? }
            }
            Ask::Consult(target) => match self.goal(by, &target)? {
                Goal::Party(routes) => Command::Consult(routes),
                Goal::Queue { .. } | Goal::Flow(_) | Goal::Partner(_) => return Err(CallRefusal::TargetHasNoVoice),
            },
            Ask::Switch => Command::Switch,
            Ask::Complete => Command::Complete,
            Ask::Conference => Command::Conference,
            Ask::Cancel => Command::Cancel,
            Ask::Leave => Command::Leave,
            Ask::Park(slot) => {
                check_inside(self.may(by))?;
                Command::Park(slot)
            }
            Ask::Retrieve(agent) => {
                check_own(by, &agent)?;
                check_inside(self.may(&Party::Agent(agent.clone())))?;
                Command::Retrieve(self.phone_of(&agent)?)
            }
            Ask::Supervise(supervisor, mode) => {
                check_own(by, &supervisor)?;
                self.supervision(call, &supervisor, mode)?
            }
            Ask::StopSupervising(supervisor) => {
                check_own(by, &supervisor)?;
                Command::StopSupervising(supervisor)
            }
            Ask::Help => Command::Help(self.supervisors(call)),
            Ask::Release => {
                self.check_release(by, call)?;
                Command::Release
            }
        })
    }

    fn check_release(&self, by: &Party, call: CallId) -> Result<(), CallRefusal> {
        let (supervises, talks) = match by {
            Party::Agent(agent) => (self.supervises(agent), self.calls.call_of(agent) == Some(call)),
            Party::Operator | Party::System | Party::Caller | Party::External => (&[][..], false),
        };
        check_release(&Acting { by, supervises, queue: self.calls.queue(call), talks })
    }

    fn supervision(&self, call: CallId, supervisor: &AgentName, mode: SupervisionMode) -> Result<Command, CallRefusal> {
        check_supervise(self.supervises(supervisor), self.calls.queue(call))?;
        // One who is in the call already is not called again: his phone is busy with it.
        let to = match self.calls.phone_in(call, supervisor) {
            Some(endpoint) => self.phone(&endpoint, supervisor),
            None => self.phone_of(supervisor)?,
        };
        Ok(Command::Supervise(to, mode))
    }

    /// The queues whose calls an agent supervises.
    fn supervises(&self, agent: &AgentName) -> &[QueueName] {
        self.snapshot.supervises.get(agent).map_or(&[], Vec::as_slice)
    }

    fn supervisors(&self, call: CallId) -> Vec<AgentName> {
        let queue = self.calls.queue(call);
        let may = |(name, queues): &(&AgentName, &Vec<QueueName>)| {
            check_supervise(queues, queue).is_ok() && self.phone_of(name).is_ok()
        };
        self.snapshot.supervises.iter().filter(may).map(|(name, _)| name.clone()).collect()
    }

    fn goal(&self, by: &Party, target: &Target) -> Result<Goal, CallRefusal> {
        match target {
            Target::Agent(agent) => {
                check_inside(self.may(by))?;
                let colleague = self.colleague(agent).ok_or(CallRefusal::AgentUnknown)?;
                check_colleague(&colleague)?;
                Ok(Goal::Party(self.phones_of(agent)?))
            }
            Target::Queue(queue) => {
                check_inside(self.may(by))?;
                self.queue_goal(queue)
            }
            Target::Flow(flow) => {
                check_inside(self.may(by))?;
                self.flow_goal(flow)
            }
            Target::Number(typed) => {
                let up = self.trunks_up().count();
                let number = check_outside(&Outside {
                    typed,
                    plan: &self.snapshot.plan,
                    may: self.may(by),
                    allowed: &self.snapshot.transfer_numbers,
                    trunks: (self.snapshot.outbound.len(), up),
                })?;
                self.outside(&number).map(Goal::Party).map_err(|_| CallRefusal::NoTrunk)
            }
        }
    }

    fn queue_goal(&self, queue: &QueueName) -> Result<Goal, CallRefusal> {
        let config = self.snapshot.acd.queues.iter().find(|config| config.name == *queue);
        let (config, view) = config.zip(self.acd.queue(queue)).ok_or(CallRefusal::QueueUnknown)?;
        let signed_out: u32 = view.filtered.iter().filter(|(filter, _)| is_away(*filter)).map(|(_, count)| count).sum();
        let staffed = (signed_out as usize) < view.members || config.unstaffed == Unstaffed::Wait;
        check_queue(QueueState { waiting: (view.waiting, config.waiting_max), staffed })?;
        let music = self.snapshot.sounds.get(queue).and_then(|sound| sound.music.clone());
        Ok(Goal::Queue { queue: queue.clone(), music })
    }

    fn flow_goal(&self, flow: &FlowName) -> Result<Goal, CallRefusal> {
        self.snapshot.flows.get(flow).map(|_| Goal::Flow(flow.clone())).ok_or(CallRefusal::FlowUnknown)
    }

    /// What a phone dialled for its agent, at this leg.
    pub(crate) fn dialled(&self, leg: LegId, dialled: &str) -> Result<Goal, CallRefusal> {
        let agent = self.calls.agent_at(leg);
        self.goal_of(&agent.map_or(Party::System, Party::Agent), dialled)
    }

    /// What somebody dialled: a phone of ours by its name or its agent's, a queue, a flow, else a number.
    pub(crate) fn goal_of(&self, by: &Party, dialled: &str) -> Result<Goal, CallRefusal> {
        let owners = &self.snapshot.owners;
        let named = owners.iter().find(|(endpoint, agent)| endpoint.as_str() == dialled || agent.as_str() == dialled);
        if let Some((endpoint, agent)) = named {
            check_inside(self.may(by))?;
            // He dialled the phone, whatever its owner asked to be.
            check_phone(&self.colleague(agent).ok_or(CallRefusal::AgentUnknown)?)?;
            return Ok(Goal::Party(vec![self.phone(endpoint, agent)]));
        }
        let queue = QueueName::new(dialled).ok().filter(|name| self.acd.queue(name).is_some());
        let flow = FlowName::new(dialled).ok().filter(|name| self.snapshot.flows.contains_key(name));
        let target = match (queue, flow) {
            (Some(queue), _) => Target::Queue(queue),
            (None, Some(flow)) => Target::Flow(flow),
            (None, None) => Target::Number(dialled.to_owned()),
        };
        self.goal(by, &target)
    }

    fn may(&self, by: &Party) -> MayTransfer {
        match by {
            Party::Agent(agent) => self.snapshot.may_transfer.get(agent).copied().unwrap_or_default(),
            Party::Caller | Party::External | Party::System | Party::Operator => MayTransfer::Anywhere,
        }
    }

    fn colleague(&self, agent: &AgentName) -> Option<Colleague<'_>> {
        let view = self.acd.agent(agent)?;
        let config = self.snapshot.acd.agents.iter().find(|config| config.name == *agent)?;
        let presence: &AgentPresence = view.presence;
        let calls = view.calls.len() + view.outside as usize + usize::from(view.offer.is_some());
        Some(Colleague { presence, reachable: view.endpoint.is_some(), busy: calls >= config.capacity as usize })
    }

    /// The phone at which an agent wants to be called now.
    fn phone_of(&self, agent: &AgentName) -> Result<Destination, CallRefusal> {
        self.phones_of(agent)?.into_iter().next().ok_or(CallRefusal::TargetUnreachable)
    }

    /// The phones at which an agent can be called now, in his order.
    fn phones_of(&self, agent: &AgentName) -> Result<Vec<Destination>, CallRefusal> {
        self.phones_like(agent, None)
    }

    /// Those of one kind, or all.
    fn phones_like(&self, agent: &AgentName, rings: Option<Rings>) -> Result<Vec<Destination>, CallRefusal> {
        check_phone(&self.colleague(agent).ok_or(CallRefusal::AgentUnknown)?)?;
        let phones = self.acd.phones(agent);
        let phones = phones.filter(|phone| rings.is_none_or(|rings| self.snapshot.rings(phone) == rings));
        Ok(phones.map(|endpoint| self.phone(endpoint, agent)).collect())
    }

    /// How one phone or line of an agent is called.
    pub(crate) fn phone(&self, endpoint: &EndpointName, agent: &AgentName) -> Destination {
        let (endpoint, agent) = (endpoint.clone(), agent.clone());
        let line = self.snapshot.lines.get(&endpoint);
        let Some((line, (trunk, others))) = line.zip(self.trunks()) else {
            return Destination::Endpoint { endpoint, agent };
        };
        let Line { number, shown, confirm } = line.clone();
        Destination::Line(AgentLine { endpoint, agent, number, trunk, others, shown, confirm })
    }

    /// The trunks that lead outside, the best first; if all are down, as they are configured.
    fn trunks(&self) -> Option<(TrunkName, Vec<TrunkName>)> {
        let up: Vec<TrunkName> = self.trunks_up().cloned().collect();
        let order =
            if up.is_empty() { self.snapshot.outbound.clone() } else { self.calls.trunk_order(self.now(), &up) };
        let mut order = order.into_iter();
        Some((order.next()?, order.collect()))
    }

    /// Tells the router which lines of agents are within reach: all while a trunk works that leads outside (TEL-05).
    pub(crate) fn look_at_lines(&mut self) {
        let reach = self.trunks_up().next().is_some();
        let lines = self.snapshot.lines.keys().filter(|_| reach).cloned().collect();
        let before = std::mem::replace(&mut self.lines_up, lines);
        for endpoint in self.lines_up.difference(&before).cloned().collect::<Vec<_>>() {
            self.fact(What::LineReached { endpoint: endpoint.clone(), down: None });
            self.tell_acd(bell_acd::Input::LineUp(endpoint));
        }
        let cause = Cause::TrunkDown;
        for endpoint in before.difference(&self.lines_up).cloned().collect::<Vec<_>>() {
            self.fact(What::LineReached { endpoint: endpoint.clone(), down: Some(cause) });
            self.tell_acd(bell_acd::Input::EndpointDown { endpoint, cause });
        }
    }

    pub(crate) fn trunks_up(&self) -> impl Iterator<Item = &TrunkName> {
        self.snapshot.outbound.iter().filter(|trunk| !self.trunks_down.contains(*trunk))
    }

    /// How a number outside is reached: by the trunks that work, those first that have not failed lately.
    pub(crate) fn outside(&self, number: &Number) -> Result<Vec<Destination>, Cause> {
        let up: Vec<TrunkName> = self.trunks_up().cloned().collect();
        if up.is_empty() {
            return Err(if self.snapshot.outbound.is_empty() { Cause::NoRoute } else { Cause::TrunkDown });
        }
        let order = self.calls.trunk_order(self.now(), &up);
        Ok(order.into_iter().map(|trunk| Destination::Trunk { trunk, number: number.clone() }).collect())
    }
}

/// The first of these ways, and the others.
pub(crate) fn first(routes: Vec<Destination>) -> Option<(Destination, Vec<Destination>)> {
    let mut routes = routes.into_iter();
    Some((routes.next()?, routes.collect()))
}

/// Whether an agent whom this keeps from calls is not at work.
const fn is_away(filter: Filter) -> bool {
    matches!(filter, Filter::SignedOut)
}
